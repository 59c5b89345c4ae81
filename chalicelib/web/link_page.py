"""What somebody sees who opened the link of a page: plain HTML that needs nothing else.

Every value is escaped here, once, on its way into the template; the style stands in the page
itself (allowed by its hash), so that one answer over a bad connection is enough.
"""

import base64
import hashlib
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

from chalicelib.domain.incident import Incident, IncidentState
from chalicelib.services.link_view import LinkView
from chalicelib.web.views import web_address

_FILES = Path(__file__).parent / "templates"
_PAGE = Template((_FILES / "link.html").read_text("utf-8"))
_STYLE = (_FILES / "link.css").read_text("utf-8")

STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
"""For the Content-Security-Policy: this style and no other may stand in a page."""

_BUTTON = '<form method="post"><button>I have it</button></form>'
"""No `action`: it posts to the address it came from, whatever stands before it."""

_RESOLVE = '<form method="post"><button name="act" value="resolve">It is over</button></form>'
"""Stands beneath the state, far from where the other button was: a second tap must not end it."""

_QUEUE = '<p class="more"><a href="../" rel="noreferrer">Open the queue to answer customers</a></p>'


def view_page(view: LinkView, *, now: datetime) -> str:
    """The incident and who has it; a button to take it, or, for who has it, to end it."""
    incident = view.incident
    heading = f"{view.brand_name}: {incident.topic.value}"
    return _page(
        title=heading,
        kind=_kind(view),
        heading=escape(heading),
        state=_state(view, now=now),
        body=_details(view, now=now) + ("" if _can_take(view) else _QUEUE),
        action=_BUTTON if _can_take(view) else "",
    )


def not_found_page() -> str:
    """A link that was forged, mistyped or is too old; what to do instead."""
    return _page(
        title="This link opens nothing",
        kind="calm",
        heading="This link opens nothing",
        state="<p>It is older than 24 hours, or part of it is missing.</p>",
        body=(
            "<h2>If your phone has just rung</h2><ul>"
            "<li>Open the link of the newest SMS, whole.</li>"
            "<li>Or reply to that SMS with its code.</li>"
            "<li>Or sign in and acknowledge there.</li></ul>"
            "<p>Nothing was acknowledged. Until somebody does, it goes on ringing.</p>" + _QUEUE
        ),
    )


def trouble_page() -> str:
    """Something failed on our side; nothing may be taken for acknowledged."""
    return _page(
        title="That did not work",
        kind="loud",
        heading="That did not work",
        state="<p>Something failed on our side, and it has been noted.</p>",
        body=(
            "<h2>What you can do</h2><ul>"
            "<li>Reload this page in a moment.</li>"
            "<li>Or reply to the SMS with its code.</li></ul>"
            "<p>Do not take it for acknowledged: until somebody does, it goes on ringing.</p>"
        ),
    )


def _page(*, title: str, kind: str, heading: str, state: str, body: str, action: str = "") -> str:
    return _PAGE.substitute(
        title=escape(title),
        style=_STYLE,
        kind=kind,
        heading=heading,
        state=state,
        body=body,
        action=action,
    )


def _can_take(view: LinkView) -> bool:
    return view.incident.state is IncidentState.TRIGGERED


def _kind(view: LinkView) -> str:
    if _can_take(view):
        return "loud"
    return "mine" if view.is_mine and view.incident.is_open else "calm"


def _state(view: LinkView, *, now: datetime) -> str:
    incident, zone = view.incident, view.responder.zone
    if incident.state is IncidentState.TRIGGERED:
        return "<p>Nobody has it yet.</p>"
    if incident.state is IncidentState.RESOLVED:
        at = _when(incident.resolved_at, zone, now=now)
        is_theirs = incident.resolved_by == view.responder.id
        name = "you" if is_theirs else _name(view.resolver_name)
        return f"<p>It is over: {name} resolved it at {at}.</p>"
    since = _since(incident.acknowledged_at, zone, now=now)
    if not view.is_mine:
        name = _name(view.holder_name or incident.acknowledged_by or "somebody")
        return f"<p><strong>{name} has it</strong>{since}. There is nothing for you to do.</p>"
    again = _when(incident.ack_expires_at, zone, now=now)
    ring = f"<p>It rings again at {again} unless it is resolved by then.</p>" if again else ""
    return f"<p><strong>You have it</strong>{since}.</p>{ring}{_RESOLVE}"


def _details(view: LinkView, *, now: datetime) -> str:
    incident = view.incident
    return (
        f'<blockquote dir="auto">{escape(incident.quote)}</blockquote>'
        f'<p class="where">{_where(incident)}</p>'
        f"<dl><dt>How loud</dt><dd>{_loudness(view, now=now)}</dd>"
        f"<dt>Why it woke you</dt><dd>{_reasons(incident)}</dd></dl>"
    )


def _where(incident: Incident) -> str:
    author = f"<bdi>@{escape(incident.author)}</bdi>" if incident.author else "Somebody"
    where = f"{author} on {escape(incident.platform)}"
    if url := web_address(incident.url):
        where += f' · <a href="{escape(url)}" rel="noreferrer noopener">open the post</a>'
    return where


def _loudness(view: LinkView, *, now: datetime) -> str:
    since = _when(view.incident.opened_at, view.responder.zone, now=now)
    if view.loudness <= 1:
        return f"one mention, at {since}"
    return f"{view.loudness} mentions since {since}"


def _reasons(incident: Incident) -> str:
    if not incident.reasons:
        return "no reason was kept"
    items = "".join(f'<li dir="auto">{escape(reason)}</li>' for reason in incident.reasons)
    return f"<ul>{items}</ul>"


def _name(text: str) -> str:
    return f"<bdi>{escape(text)}</bdi>"


def _since(at: datetime | None, zone: str, *, now: datetime) -> str:
    return f", since {_when(at, zone, now=now)}" if at else ""


def _when(at: datetime | None, zone: str, *, now: datetime) -> str:
    """`03:05` in the responder's zone; with the day when that is not today there."""
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(zone))
    is_today = local.date() == now.astimezone(ZoneInfo(zone)).date()
    words = f"{local:%H:%M}" if is_today else f"{local:%H:%M on %a} {local.day} {local:%b}"
    return f'<time datetime="{local.isoformat()}">{words}</time>'
