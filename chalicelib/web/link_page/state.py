"""Who has an incident, and what can be done about it by whoever looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from html import escape
from zoneinfo import ZoneInfo

from chalicelib.domain.desk import Responder
from chalicelib.domain.incident import IncidentState
from chalicelib.services.link_view import Seen
from chalicelib.web.link_page.words import clock, name, since, when

MORNING = time(8)
"""When a person who went back to sleep may be rung again."""

SOONEST_MORNING = timedelta(hours=1)
"""A morning that is nearer than this is not offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Whoever looks, and what they may hand an incident to."""

    responder: Responder
    people: Sequence[Responder]
    now: datetime

    @property
    def zone(self) -> str:
        return self.responder.zone

    @property
    def mark(self) -> str:
        """Of this view: what its buttons ask for is done once, however often it is sent."""
        return str(int(self.now.timestamp() * 1000))


def form(looker: Looker, content: str, *, seen: Seen | None = None, act: str = "") -> str:
    """A form that posts to the address it came from, whatever stands before it.

    Without `seen` it is about all incidents of the link, without `act` it acknowledges.
    """
    fields = {"act": act, "incident": seen.incident.id if seen else "", "mark": looker.mark}
    hidden = "".join(
        f'<input type="hidden" name="{field}" value="{escape(value)}">'
        for field, value in fields.items()
        if value
    )
    return f'<form method="post">{hidden}{content}</form>'


def state(seen: Seen, looker: Looker) -> str:
    """Who has it, and the buttons for whoever looks."""
    match seen.incident.state:
        case IncidentState.TRIGGERED:
            return _ringing(seen, looker)
        case IncidentState.ACKNOWLEDGED if seen.is_of(looker.responder):
            return _mine(seen, looker)
        case IncidentState.ACKNOWLEDGED:
            return _anothers(seen, looker)
        case IncidentState.RESOLVED:
            return _over(seen, looker)


def _ringing(seen: Seen, looker: Looker) -> str:
    called = [name(one) for one in seen.called if one != looker.responder.name]
    calling = f"<p>We are ringing {', '.join(called)}.</p>" if called else ""
    return f"<p>Nobody has it yet.</p>{calling}" + _folded(
        "I cannot take it", _pass_on(seen, looker)
    )


def _mine(seen: Seen, looker: Looker) -> str:
    incident, zone, now = seen.incident, looker.zone, looker.now
    again = when(incident.ack_expires_at, zone, now=now)
    ring = f"<p>It rings again at {again} unless it is resolved by then.</p>" if again else ""
    over = form(looker, "<button>It is over</button>", seen=seen, act="resolve")
    return (
        f"<p><strong>You have it</strong>{since(incident.acknowledged_at, zone, now=now)}.</p>"
        f"{ring}{over}"
        + _folded("Later, or somebody else", _snooze(seen, looker) + _pass_on(seen, looker))
    )


def _anothers(seen: Seen, looker: Looker) -> str:
    who = name(seen.holder_name or "somebody")
    at = since(seen.incident.acknowledged_at, looker.zone, now=looker.now)
    return f"<p><strong>{who} has it</strong>{at}. There is nothing for you to do.</p>" + _folded(
        "It needs somebody else", _pass_on(seen, looker)
    )


def _over(seen: Seen, looker: Looker) -> str:
    incident, responder = seen.incident, looker.responder
    at = when(incident.resolved_at, looker.zone, now=looker.now)
    who = "you" if incident.resolved_by == responder.id else name(seen.resolver_name)
    said = f"<p>It is over: {who} resolved it at {at}.</p>"
    grade = incident.grades.get(responder.id)
    if grade is None:
        yes = '<button name="act" value="worth">Yes</button>'
        no = '<button name="act" value="not-worth">No</button>'
        asked = "<p>Was it worth waking you?</p>"
        return said + asked + form(looker, f'<div class="row">{yes}{no}</div>', seen=seen)
    noted = "worth" if grade else "not worth"
    other, label = ("not-worth", "No, it was not") if grade else ("worth", "Yes, it was")
    button = f'<button name="act" value="{other}">{label}</button>'
    return f"{said}<p>You said that it was {noted} waking you.</p>" + _folded(
        "Change that", form(looker, button, seen=seen)
    )


def _folded(summary: str, content: str) -> str:
    return f"<details><summary>{summary}</summary>{content}</details>"


def _pass_on(seen: Seen, looker: Looker) -> str:
    """Somebody else, whoever comes next or one by name."""
    next_one = form(looker, "<button>Ring the next person now</button>", seen=seen, act="escalate")
    if not looker.people:
        return next_one
    options = "".join(
        f'<option value="{escape(one.id)}">{escape(one.name)}</option>' for one in looker.people
    )
    chosen = (
        f'<label>Hand it to <select name="to">{options}</select></label>'
        "<button>Ring this person now</button>"
    )
    return next_one + form(looker, chosen, seen=seen, act="hand-over")


def _snooze(seen: Seen, looker: Looker) -> str:
    """Ring me again: in a while, or in the morning."""
    buttons = [
        '<button name="minutes" value="30">In 30 minutes</button>',
        '<button name="minutes" value="120">In 2 hours</button>',
    ]
    morning = next_morning(looker.zone, looker.now)
    if morning - looker.now >= SOONEST_MORNING:
        at = clock(morning, looker.zone, now=looker.now)
        buttons.append(f'<button name="until" value="{morning.isoformat()}">At {at}</button>')
    row = f'<div class="row">{"".join(buttons)}</div>'
    return form(looker, f"<p>Ring me again</p>{row}", seen=seen, act="snooze")


def next_morning(zone: str, now: datetime) -> datetime:
    """The next eight o'clock on the wall of `zone`, as an instant in UTC."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(UTC)
