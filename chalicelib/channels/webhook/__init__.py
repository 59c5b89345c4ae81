"""Webhooks: pages by HTTP POST to an address of the company's own.

posting    `WebhookChannel`: where to, and what its answer means
body       what is sent: the incidents as JSON, or a text for chats
signing    the headers by which a receiver knows that it is us
"""

from chalicelib.channels.webhook.posting import WebhookChannel

__all__ = ["WebhookChannel"]
