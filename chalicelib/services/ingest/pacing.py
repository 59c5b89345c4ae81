"""Pacing: which sources matter more than usual just now, and when each is due."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.desk import Desk, SourceEntry
from chalicelib.domain.incident import Incident, IncidentState
from chalicelib.domain.pace import next_due
from chalicelib.domain.standing import Condition
from chalicelib.domain.timeline import ActKind
from chalicelib.ports import Incidents, SourceState

log = logging.getLogger("nightdesk.ingest")

EARLY = timedelta(seconds=30)
"""So that a trigger which comes a second before its minute still finds the source due."""

CROWD_GROWS = timedelta(hours=1)
"""A crowd of which nothing was heard for so long does not grow any more."""

ATTENDED = timedelta(hours=2)
"""So long after an acknowledgement, or the last word of what it is about, somebody is on it."""

STANDS_IN = timedelta(hours=12)
"""So long others are read more often in the place of a blind source; then it has become usual."""


@dataclass(frozen=True, slots=True)
class Hurry:
    """What matters more than usual just now."""

    brands: frozenset[str] = frozenset()
    """Of incidents that somebody is on, or whose crowd grows."""
    blind: frozenset[tuple[str, str]] = frozenset()
    """Brand and name of the sources that have become blind of late."""

    def is_for(self, entry: SourceEntry) -> bool:
        """Whether an entry is to be read as often as it may be."""
        if entry.brand in self.brands:
            return True
        return any(brand == entry.brand and name != entry.name for brand, name in self.blind)


class Pacing:
    """Says how often each source is read just now."""

    def __init__(self, incidents: Incidents) -> None:
        self._incidents = incidents

    def hurry(self, desk: Desk, states: Mapping[str, SourceState], *, now: datetime) -> Hurry:
        """What matters more than usual: one query, whose failing slows nothing."""
        try:
            incidents = self._incidents.open_ones()
        except Exception:
            log.exception("hurry_unknown")
            incidents = ()
        return Hurry(
            brands=frozenset(one.brand for one in incidents if _matters(one, now)),
            blind=frozenset(
                (entry.brand, entry.name)
                for entry in desk.sources
                if _is_newly_blind(states.get(entry.name), now)
            ),
        )


def interval_of(
    entry: SourceEntry, state: SourceState | None, hurry: Hurry, desk: Desk, *, now: datetime
) -> timedelta:
    """How often an entry is asked just now, as long as it answers."""
    if state is None:
        return entry.pace.interval(is_hurried=hurry.is_for(entry))
    rate = state.rhythm.rate(now, desk.zone) if state.rhythm.is_known else None
    return entry.pace.interval(is_hurried=hurry.is_for(entry), rate=rate, scope=state.scope)


def due_at(state: SourceState | None, interval: timedelta) -> datetime | None:
    """When a source is asked next; None: at once."""
    if state is None:
        return None
    return next_due(
        interval - EARLY,
        asked_at=state.asked_at,
        put_off_to=state.due_at,
        is_failing=state.failures > 0,
        retry_at=state.retry_at,
    )


def _matters(incident: Incident, now: datetime) -> bool:
    """Whether somebody is on it, or its crowd grows."""
    if not incident.is_open:
        return False
    if incident.surge and now - incident.alive_at < CROWD_GROWS:
        return True
    if incident.state is not IncidentState.ACKNOWLEDGED:
        return False
    is_put_off = bool(incident.acts) and incident.acts[-1].kind is ActKind.SNOOZED
    taken_at = incident.acknowledged_at or incident.opened_at
    return not is_put_off and now - max(taken_at, incident.alive_at) < ATTENDED


def _is_newly_blind(state: SourceState | None, now: datetime) -> bool:
    if state is None or state.condition is not Condition.BLIND or state.since is None:
        return False
    return now - state.since < STANDS_IN
