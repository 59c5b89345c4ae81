"""A request of each kind that takes something. A test sends every one of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_TICKETS = "/api/v1/tickets/{id}"
_REPLY = {"reply_id": "0b8e3a2e-5f0e-4c39-9d8b-0d3c6c5a1f11"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What a request may say."""

    body: Mapping[str, Any] | None = None
    query: Mapping[str, Any] = field(default_factory=dict)


EXAMPLES: Mapping[tuple[str, str], Example] = {
    ("GET", "/api/v1/queue"): Example(query={"view": "unclaimed", "topic": "outage", "limit": 25}),
    ("GET", "/api/v1/search"): Example(query={"q": '"whole site" brand:acme', "limit": 10}),
    ("GET", "/api/v1/export/tickets.csv"): Example(query={"since": "2026-11-01"}),
    ("GET", "/api/v1/costs"): Example(query={"month": "2026-11"}),
    ("GET", "/api/v1/costs/rows"): Example(
        query={"month": "2026-11", "feature": "waking", "sku": "sns.sms-part", "limit": 25}
    ),
    ("GET", "/api/v1/costs/export"): Example(query={"month": "2026-11", "format": "csv"}),
    ("GET", "/api/v1/costs/what-if"): Example(
        query={
            "mentions_a_day": 300,
            "agents": 3,
            "storms_a_month": 1,
            "countries": "DE,AT",
            "sources": "mastodon,feed",
        }
    ),
    ("GET", "/api/v1/on-call"): Example(query={"weeks": 2}),
    ("PUT", "/api/v1/me/duty"): Example(body={"is_on_duty": True}),
    ("PUT", f"{_TICKETS}/presence"): Example(body={"is_typing": True, "draft": "Hi Carla, "}),
    ("POST", f"{_TICKETS}/hand-over"): Example(
        body={"to": "mia", "note": "She speaks French with them"}
    ),
    ("POST", f"{_TICKETS}/take-over"): Example(body={"reason": "Gus has gone home ill"}),
    ("POST", f"{_TICKETS}/snooze"): Example(body={"until": "2026-11-22T08:00:00Z"}),
    ("POST", f"{_TICKETS}/wait"): Example(
        body={"until": "2026-11-25T09:00:00+01:00", "what": "Engineer on Tuesday: ask how it went"}
    ),
    ("POST", f"{_TICKETS}/resolve"): Example(body={"outcome": "content"}),
    ("POST", f"{_TICKETS}/note"): Example(body={"text": "Third time this month, be gentle"}),
    ("POST", f"{_TICKETS}/correct"): Example(body={"urgency": "soon", "topic": "billing"}),
    ("POST", f"{_TICKETS}/reply"): Example(
        body={"text": "Hi Carla, sorry for that. We are on it.", **_REPLY}
    ),
    ("POST", f"{_TICKETS}/undo"): Example(body=_REPLY),
    ("POST", f"{_TICKETS}/approve"): Example(body=_REPLY),
    ("POST", f"{_TICKETS}/send-back"): Example(body={"note": "Warmer, please", **_REPLY}),
    ("POST", f"{_TICKETS}/answered-elsewhere"): Example(
        body={"url": "https://social.example/@acme/115600000000000009"}
    ),
    ("POST", f"{_TICKETS}/preview"): Example(body={"text": "Hi Carla, we are on it."}),
    ("POST", f"{_TICKETS}/link"): Example(body={"platform": "bluesky", "handle": "carla.example"}),
    ("POST", "/api/v1/customers/{id}/note"): Example(body={"text": "Runs a shop on our site"}),
    ("POST", "/api/v1/incidents/{id}/snooze"): Example(body={"minutes": 30}),
    ("POST", "/api/v1/incidents/{id}/hand-over"): Example(body={"to": "ben"}),
    ("POST", "/api/v1/incidents/{id}/grade"): Example(body={"is_worth_it": True}),
    ("POST", "/api/v1/responders/{id}/test-page"): Example(body={"channel": "sms"}),
    ("POST", "/api/v1/responders/{id}/verify"): Example(body={"channel": "sms", "code": "314159"}),
    ("POST", "/api/v1/session"): Example(body={"code": "a-code-of-the-pool", "verifier": "v" * 43}),
    ("POST", "/api/v1/session/refresh"): Example(body={"refresh_token": "a-token-of-the-pool"}),
    ("POST", "/api/v1/session/end"): Example(body={"refresh_token": "a-token-of-the-pool"}),
}
