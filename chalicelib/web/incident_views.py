"""How incidents look as JSON; see `views` for what holds of all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.desk import Responder
from chalicelib.services.link_view import Entry, Seen
from chalicelib.web.views import utc, web_address
from chalicelib.web.views.people import Naming


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """An incident as agents see it."""

    id: str
    version: int
    brand: str
    brand_name: str
    topic: str
    urgency: str
    state: str
    opened_at: datetime
    quote: str
    author: str
    platform: str
    url: str
    reasons: tuple[str, ...]
    loudness: int
    """Mentions that have joined it."""
    rings_next_at: datetime | None
    """When the escalation clock looks at it next; null when it is over."""
    called: tuple[str, ...]
    """Names of those who are being called."""
    paged: tuple[str, ...]
    """Names of those who were ever paged for it, in order."""
    acknowledged_by: str | None
    acknowledged_by_name: str
    """As the desk knows it, else the same as `acknowledged_by`; empty while nobody has it."""
    acknowledged_at: datetime | None
    resolved_by: str | None
    resolved_by_name: str
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentsView:
    """Open incidents, newest first."""

    incidents: tuple[IncidentView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One line of a timeline: an act (`kind` as `ActKind`), or a page (`kind` is `page`)."""

    at: datetime
    kind: str
    by: str
    """Empty for the clock."""
    by_name: str
    via: str
    to: str
    to_name: str
    until: datetime | None
    is_worth_it: bool | None
    channel: str
    responder: str
    responder_name: str
    state: str
    refusal: str
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """Somebody to whom an incident can be handed over."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeIncidentView(IncidentView):
    """An incident with everything that was done to it."""

    timeline: tuple[EntryView, ...]
    """Oldest first."""
    grades: Mapping[str, bool]
    """Whether it was worth being woken for, by name."""
    people: tuple[PersonView, ...]


def incident_view(seen: Seen, naming: Naming) -> IncidentView:
    return IncidentView(**_fields(seen, naming))


def whole_incident_view(
    seen: Seen, people: Sequence[Responder], naming: Naming
) -> WholeIncidentView:
    return WholeIncidentView(
        **_fields(seen, naming),
        timeline=tuple(entry_view(entry, naming) for entry in seen.timeline),
        grades=seen.grades,
        people=tuple(PersonView(id=one.id, name=one.name) for one in people),
    )


def entry_view(entry: Entry, naming: Naming) -> EntryView:
    return EntryView(
        at=entry.at.astimezone(UTC),
        kind=entry.kind,
        by=entry.by,
        by_name=_named(entry.by_name, entry.by, naming),
        via=entry.via,
        to=entry.to,
        to_name=entry.to_name,
        until=utc(entry.until),
        is_worth_it=entry.is_worth_it,
        channel=entry.channel,
        responder=entry.responder,
        responder_name=entry.responder_name,
        state=entry.state,
        refusal=entry.refusal,
        settled_at=utc(entry.settled_at),
    )


def _named(name: str, id: str | None, naming: Naming) -> str:
    """The name as the desk has it; an agent, who is not in it, as they call themselves."""
    return naming.agent(id) if name and name == id else name


def _fields(seen: Seen, naming: Naming) -> dict[str, Any]:
    incident = seen.incident
    return {
        "id": incident.id,
        "version": incident.version,
        "brand": incident.brand,
        "brand_name": seen.brand_name,
        "topic": incident.topic.value,
        "urgency": incident.urgency.value,
        "state": incident.state.value,
        "opened_at": incident.opened_at.astimezone(UTC),
        "quote": incident.quote,
        "author": incident.author,
        "platform": incident.platform,
        "url": web_address(incident.url),
        "reasons": incident.reasons,
        "loudness": seen.loudness,
        "rings_next_at": utc(seen.rings_next_at),
        "called": seen.called,
        "paged": seen.paged,
        "acknowledged_by": incident.acknowledged_by,
        "acknowledged_by_name": _named(seen.holder_name, incident.acknowledged_by, naming),
        "acknowledged_at": utc(incident.acknowledged_at),
        "resolved_by": incident.resolved_by,
        "resolved_by_name": _named(seen.resolver_name, incident.resolved_by, naming),
        "resolved_at": utc(incident.resolved_at),
    }
