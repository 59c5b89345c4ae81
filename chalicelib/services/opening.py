"""Opening incidents and joining them: what a verdict, or the crowd, leads to."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from chalicelib.domain.cost import Done, Feature, Use
from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import IllegalMove, StaleWrite
from chalicelib.domain.escalation import EscalationPolicy
from chalicelib.domain.incident import Incident, IncidentId, faced, opened, reworded
from chalicelib.domain.mention import Mention, fingerprint
from chalicelib.domain.signal import CROWD, Score, Urgency
from chalicelib.domain.soon import held_until
from chalicelib.ports import Incidents, Meter, Stored

log = logging.getLogger("nightdesk.opening")

REPEATED_WITHIN = timedelta(minutes=10)
"""So soon a tick that crashed has been repeated."""

RACES = 5
"""How often opening or joining is tried anew when somebody else was faster."""


class Opening:
    """Finds the incident that a mention belongs to, or opens one."""

    def __init__(self, *, incidents: Incidents, meter: Meter) -> None:
        self._incidents = incidents
        self._meter = meter

    def opened_or_joined(
        self,
        mention: Mention,
        score: Score,
        desk: Desk,
        *,
        now: datetime,
        before: Stored | None = None,
    ) -> Incident | None:
        """The incident of a mention, as it now stands; None where the verdict asks for none.

        Repeated, it finds what it did the first time. `before`: a mention whose words were changed,
        as it was judged before that. It stays in its incident while that takes mentions and is of
        the same policy; where that is over, it opens another only when it is graver than it was,
        or for other people: nobody is woken twice for a corrected spelling.
        """
        if score.urgency not in (Urgency.WAKE, Urgency.SOON):
            return None
        if before is not None and before.score is not None:
            policy = desk.policy_for(mention.brand, score.topic)
            was_for = desk.policy_for(mention.brand, before.score.topic)
            incident = self._incidents.get(before.incident_id) if before.incident_id else None
            if incident and incident.can_take(now) and incident.policy == policy.name:
                return self._joined(incident, mention, score, desk, now=now)
            is_graver = score.urgency.rank < before.score.urgency.rank
            if not is_graver and was_for.name == policy.name:
                return None
        mark = fingerprint(mention.text)
        incident = self._incident_of_copies(mention, mark, now=now)
        policy = desk.policy_for(mention.brand, score.topic)
        if incident is None and desk.opens_incident(score, policy):
            incident = self._incident_of_topic(mention, score, policy, desk, now=now)
            if mark:
                self._incidents.remember_copy(mention.brand, mark, incident.id, now=now)
        if incident is None:
            return None
        return self._joined(incident, mention, score, desk, now=now)

    def reword(self, mention: Mention, ids: Collection[IncidentId]) -> None:
        """Incidents that show an earlier version of a mention show this one."""
        for id in sorted(ids):
            changed_incident(self._incidents, id, lambda one: reworded(one, mention))

    def _joined(
        self, incident: Incident, mention: Mention, score: Score, desk: Desk, *, now: datetime
    ) -> Incident:
        if self._incidents.join(incident.id, mention, now=now):
            log.info("incident_joined", extra={"incident": incident.id, "mention": mention.id})
        if score.urgency is Urgency.WAKE and incident.urgency is Urgency.SOON:
            return self._raised(incident, mention, score, desk, now=now)
        return self._kept_alive(incident, now=now)

    def _raised(
        self, incident: Incident, mention: Mention, score: Score, desk: Desk, *, now: datetime
    ) -> Incident:
        """What was only *soon* has got a mention worth waking for: that is its face now."""
        for _ in range(RACES):
            try:
                policy = desk.policy(incident.policy)
                is_open = desk.is_open(policy, now)
                raised = incident.raised(now=now, policy=policy, is_open=is_open)
                raised = faced(raised, mention, score)
                self._incidents.save(raised)
            except IllegalMove:
                return incident  # somebody else has raised it, or ended it
            except StaleWrite:
                incident = self._incidents.get(incident.id) or incident
                continue
            self._meter.count("IncidentsRaised")
            log.info("incident_raised", extra={"incident": incident.id})
            return raised
        raise StaleWrite(f"incident {incident.id} changes too fast")

    def _incident_of_copies(self, mention: Mention, mark: str, *, now: datetime) -> Incident | None:
        """The incident that another copy of this text has joined, while it takes mentions."""
        known = self._incidents.copied_in(mention.brand, mark) if mark else None
        incident = self._incidents.get(known) if known else None
        return incident if incident is not None and incident.can_take(now) else None

    def _incident_of_topic(
        self, mention: Mention, score: Score, policy: EscalationPolicy, desk: Desk, *, now: datetime
    ) -> Incident:
        """The current incident of the mention's brand and topic, opened when there is none."""
        for _ in range(RACES):
            current = self._incidents.current(mention.brand, score.topic)
            if current is not None and current.can_take(now):
                return current
            if current is not None and _has_opened(current, mention, score, now=now):
                return current  # before a crash; it was resolved since
            rings_at = _rings_at(score.urgency, policy, desk, now=now)
            incident = opened(
                mention,
                score,
                policy=policy,
                now=now,
                rings_at=rings_at,
                is_open=desk.is_open(policy, rings_at),
            )
            try:
                self._incidents.open(incident, instead_of=current)
            except StaleWrite:
                continue
            self._meter.count("IncidentsOpened")
            with self._meter.within(Feature.WAKING, brand=incident.brand, about=incident.id):
                self._meter.used(Use(sku=Done.INCIDENT))
            log.info(
                "incident_opened",
                extra={
                    "incident": incident.id,
                    "mention": mention.id,
                    "reasons": incident.reasons,
                },
            )
            return incident
        raise StaleWrite(f"the incident of {mention.brand}.{score.topic} changes too fast")

    def _kept_alive(self, incident: Incident, *, now: datetime) -> Incident:
        if not incident.needs_refresh(now):
            return incident
        refreshed = incident.refreshed(now)
        try:
            self._incidents.save(refreshed)
        except StaleWrite:
            return self._incidents.get(incident.id) or incident
        return refreshed


def changed_incident(
    incidents: Incidents, id: IncidentId, change: Callable[[Incident], Incident]
) -> bool:
    """Whether `change` has changed an incident, tried anew while others are faster.

    It gives the incident itself back when there is nothing to change. Raises StaleWrite.
    """
    for _ in range(RACES):
        incident = incidents.get(id)
        if incident is None or (changed := change(incident)) is incident:
            return False
        try:
            incidents.save(changed)
        except StaleWrite:
            continue
        return True
    raise StaleWrite(f"incident {id} changes too fast; try again")


def _has_opened(current: Incident, mention: Mention, score: Score, *, now: datetime) -> bool:
    """Whether this very mention has opened an incident that is over by now.

    A mention does so once. A crowd may have the same loudest post again, so that for it only an
    incident of the last minutes counts, which a crash kept from being remembered.
    """
    if current.mention_id != mention.id:
        return False
    if not any(one.name == CROWD for one in score.signals):
        return True
    return bool(current.surge) and now - current.opened_at < REPEATED_WITHIN


def _rings_at(urgency: Urgency, policy: EscalationPolicy, desk: Desk, *, now: datetime) -> datetime:
    """When an incident that opens now may begin to ring."""
    hours = desk.hours_of(policy)
    if urgency is Urgency.WAKE or hours is None or hours.is_open(now):
        return now
    people = desk.people(policy.steps[0].targets, now)
    return held_until(hours, now, is_hourly=any(one.wants_soon_hourly for one in people))
