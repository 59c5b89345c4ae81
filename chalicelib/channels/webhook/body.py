"""What is sent: the incidents as JSON, or a text for chats (Slack, Mattermost and others)."""

import json
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.responder import WebhookForm
from chalicelib.domain.wording import letter
from chalicelib.ports import Message, Sounding


def page_body(message: Message, form: WebhookForm, *, zone: str, now: datetime) -> bytes:
    """A page in the form that was asked for."""
    if form is WebhookForm.TEXT:
        page = letter(message.soundings, link=message.answerable.link, zone=zone)
        ask = f"{page.ask}: {page.link}" if page.link else ""
        return _chat(*page.paragraphs, link=ask)
    data = {
        "link": message.answerable.link,
        "incidents": [_incident(one) for one in message.soundings],
    }
    return _event("incident.paged", data, now=now)


def note_body(text: str, form: WebhookForm, *, now: datetime) -> bytes:
    """A short text that asks for nothing in the form that was asked for."""
    if form is WebhookForm.TEXT:
        return _chat(text)
    return _event("note", {"text": text}, now=now)


def _event(kind: str, data: dict[str, Any], *, now: datetime) -> bytes:
    return _json({"type": kind, "timestamp": _instant(now), "data": data})


def _incident(sounding: Sounding) -> dict[str, Any]:
    """A customer's words are in it as they were written: a receiver must escape them."""
    incident = sounding.incident
    return {
        "id": incident.id,
        "brand": incident.brand,
        "brand_name": sounding.brand_name,
        "topic": incident.topic.value,
        "urgency": incident.urgency.value,
        "quote": incident.quote,
        "author": incident.author,
        "platform": incident.platform,
        "url": incident.url,
        "reasons": list(incident.reasons),
        "loudness": sounding.loudness,
        "opened_at": _instant(incident.opened_at),
    }


def _chat(*lines: str, link: str = "") -> bytes:
    """`{"text": ...}`, a paragraph a line.

    `&`, `<` and `>` are escaped as Slack asks (docs.slack.dev, "Formatting message text"), so
    that no `<!channel>` in a customer's words rings a whole channel. Mattermost makes mentions
    of a plain `@all`, and a fence of any three backticks: an invisible space and another quote
    keep it from both.
    """
    said = [
        line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("`", "'")
        for line in lines
    ]
    bare = [line.replace("@", "@\u200b") for line in said]
    return _json({"text": "\n".join([*bare, link] if link else bare)})


def _instant(at: datetime) -> str:
    """ISO 8601 in UTC, such as `2026-11-21T19:30:00Z`."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _json(value: dict[str, Any]) -> bytes:
    """UTF-8; halves of characters, which nothing can decode, become question marks."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")
