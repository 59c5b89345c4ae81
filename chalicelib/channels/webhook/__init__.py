"""Webhooks: pages by HTTP POST to an address of the company's own.

posting    `WebhookChannel`: where to, and what its answer means
body       what is sent: the incidents as JSON, or a text for chats

Signed by `chalicelib.http.signing`.
"""

from chalicelib.channels.webhook.posting import WebhookChannel

__all__ = ["WebhookChannel"]
