"""An incident as a person sees it: who is called, who has it, what was done to it and when."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.desk import Desk
from chalicelib.domain.incident import Incident, IncidentState
from chalicelib.domain.page import Page
from chalicelib.domain.timeline import Act
from chalicelib.ports import Incidents, Pages
from chalicelib.services.link_view import Entry, Seen, name_of

PAGE = "page"
"""The kind of an entry that is no act but a page."""


class Showing:
    """Looks incidents up for people."""

    def __init__(self, *, incidents: Incidents, pages: Pages) -> None:
        self._incidents = incidents
        self._pages = pages

    def brief(self, incident: Incident, desk: Desk) -> Seen:
        """Without its timeline; one query, for its loudness."""
        return seen(incident, desk, loudness=self._incidents.loudness(incident.id))

    def whole(self, incident: Incident, desk: Desk) -> Seen:
        """With its timeline; two queries."""
        return seen(
            incident,
            desk,
            loudness=self._incidents.loudness(incident.id),
            timeline=timeline(incident, self._pages.of_incident(incident.id), desk),
        )


def seen(
    incident: Incident, desk: Desk, *, loudness: int, timeline: tuple[Entry, ...] = ()
) -> Seen:
    """The incident with the names that its ids stand for."""
    return Seen(
        incident=incident,
        brand_name=desk.brand_name(incident.brand),
        loudness=loudness,
        holder_name=name_of(incident.acknowledged_by, desk),
        resolver_name=name_of(incident.resolved_by, desk),
        called=tuple(
            dict.fromkeys(
                name_of(call.responder, desk) for call in incident.calls if not call.is_lost
            )
        ),
        paged=tuple(name_of(id, desk) for id in incident.paged),
        rings_next_at=_rings_next_at(incident),
        grades={name_of(by, desk): is_worth_it for by, is_worth_it in incident.grades.items()},
        timeline=timeline,
    )


def _rings_next_at(incident: Incident) -> datetime | None:
    match incident.state:
        case IncidentState.TRIGGERED:
            return incident.due_at
        case IncidentState.ACKNOWLEDGED:
            return incident.ack_expires_at
    return None


def timeline(incident: Incident, pages: Sequence[Page], desk: Desk) -> tuple[Entry, ...]:
    """What people and the clock did and whom we paged, oldest first."""
    entries = [*(_of_act(act, desk) for act in incident.acts), *(_of_page(p, desk) for p in pages)]
    return tuple(sorted(entries, key=lambda entry: (entry.at, entry.kind == PAGE)))


def _of_act(act: Act, desk: Desk) -> Entry:
    return Entry(
        at=act.at,
        kind=act.kind.value,
        by=act.by,
        by_name=name_of(act.by, desk),
        via=act.via.value,
        to=act.to,
        to_name=name_of(act.to, desk),
        until=act.until,
        is_worth_it=act.is_worth_it,
    )


def _of_page(page: Page, desk: Desk) -> Entry:
    return Entry(
        at=page.sent_at or page.claimed_at,
        kind=PAGE,
        channel=page.channel,
        responder=page.responder,
        responder_name=name_of(page.responder, desk),
        state=page.state.value,
        refusal=page.refusal,
        settled_at=page.settled_at,
    )
