"""One move of one incident, made once, however many want to move it at once."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.cost import Done, Feature, Use
from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import BadInput, IllegalMove, NotAllowed, NotFound, StaleWrite
from chalicelib.domain.incident import Incident, IncidentId, IncidentState
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.timeline import Act, ActKind, Via, is_repeated
from chalicelib.ports import Desks, Incidents, Meter
from chalicelib.services.paging import Paging

log = logging.getLogger("nightdesk.acknowledging")

RACES = 5
"""How often a move is tried anew when the incident changes under it."""

LONGEST_SNOOZE = timedelta(hours=24)

Moved = tuple[Incident, bool]
"""The incident as it is then, and whether this very move has changed it."""


class Moving:
    """Moves incidents for people.

    Every move raises NotFound, IllegalMove when the state does not allow it, and StaleWrite when
    the incident changes too fast; asked for twice, it is made once. With `is_holders` it is for
    whoever has the incident, and raises NotAllowed for others.
    """

    def __init__(self, *, desks: Desks, incidents: Incidents, paging: Paging, meter: Meter) -> None:
        self._desks = desks
        self._incidents = incidents
        self._paging = paging
        self._meter = meter

    def load(self, id: IncidentId) -> Incident:
        incident = self._incidents.get(id)
        if incident is None:
            raise NotFound(f"there is no incident {id}")
        return incident

    def acknowledge(
        self, id: IncidentId, by: str, *, via: Via, now: datetime, mark: str = ""
    ) -> Moved:
        """Somebody has it; unchanged when somebody had it before, or it is over.

        What comes in again after an escalation, say, must not silence it anew: see `Act.mark`.
        """
        desk = self._desks.current()
        act = Act(kind=ActKind.ACKNOWLEDGED, at=now, by=by, via=via, mark=mark)

        def acknowledged(incident: Incident) -> Incident:
            is_ringing = incident.state is IncidentState.TRIGGERED
            if not is_ringing or is_repeated(incident.acts, act):
                return incident
            return incident.acknowledged(
                by,
                now=now,
                policy=desk.policy(incident.policy),
                via=via,
                followers=_followers(desk),
                mark=mark,
            )

        return self._moved(id, by, acknowledged, "acknowledged")

    def snooze(
        self,
        id: IncidentId,
        by: str,
        until: datetime,
        *,
        via: Via,
        now: datetime,
        is_holders: bool = False,
    ) -> Moved:
        """Somebody has it and is rung again at `until`, within `LONGEST_SNOOZE`."""
        if not now < until <= now + LONGEST_SNOOZE:
            raise IllegalMove("a snooze ends within 24 hours from now")
        followers = _followers(self._desks.current())

        def snoozed(incident: Incident) -> Incident:
            _check_holder(incident, by, is_holders=is_holders)
            act = Act(kind=ActKind.SNOOZED, at=now, by=by, until=until)
            if incident.is_open and is_repeated(incident.acts, act):
                return incident
            return incident.snoozed(by, until, now=now, via=via, followers=followers)

        return self._moved(id, by, snoozed, "snoozed")

    def resolve(
        self, id: IncidentId, by: str, *, via: Via, now: datetime, is_holders: bool = False
    ) -> Moved:
        """It is over; with `is_holders` unchanged when it was over already."""
        followers = _followers(self._desks.current())

        def resolved(incident: Incident) -> Incident:
            if is_holders and not incident.is_open:
                return incident
            _check_holder(incident, by, is_holders=is_holders)
            return incident.resolved(by, now=now, via=via, followers=followers)

        return self._moved(id, by, resolved, "resolved")

    def escalate(
        self, id: IncidentId, by: str, *, via: Via, now: datetime, mark: str = ""
    ) -> Moved:
        """The next step is due now; `ring` carries it out."""
        act = Act(kind=ActKind.ESCALATED, at=now, by=by, via=via, mark=mark)

        def escalated(incident: Incident) -> Incident:
            if incident.is_open and is_repeated(incident.acts, act):
                return incident
            return incident.escalated(by, now=now, via=via, mark=mark)

        return self._moved(id, by, escalated, "escalated")

    def hand_over(
        self, id: IncidentId, by: str, to: str, *, via: Via, now: datetime, mark: str = ""
    ) -> Moved:
        """Another person is to be called, by `ring`. Raises BadInput for one who cannot be."""
        desk = self._desks.current()
        target = next((one for one in desk.responders if one.id == to), None)
        if target is None or not target.rules:
            known = ", ".join(one.id for one in desk.responders if one.rules)
            raise BadInput(f"to: {to[:40]!r} cannot be paged; use one of {known}")
        act = Act(kind=ActKind.HANDED_OVER, at=now, by=by, via=via, to=to, mark=mark)

        def handed(incident: Incident) -> Incident:
            if incident.is_open and is_repeated(incident.acts, act):
                return incident
            policy = desk.policy(incident.policy)
            return incident.handed_to(
                ResponderId(to), by=by, now=now, policy=policy, via=via, mark=mark
            )

        return self._moved(id, by, handed, "handed_over")

    def grade(
        self, id: IncidentId, by: str, *, is_worth_it: bool, via: Via, now: datetime
    ) -> Moved:
        """Whether it was worth being woken for."""

        def graded(incident: Incident) -> Incident:
            if not incident.is_open and incident.grades.get(by) is is_worth_it:
                return incident
            return incident.graded(by, is_worth_it=is_worth_it, now=now, via=via)

        return self._moved(id, by, graded, "graded")

    def _moved(
        self, id: IncidentId, by: str, move: Callable[[Incident], Incident], done: str
    ) -> Moved:
        for _ in range(RACES):
            incident = self.load(id)
            moved = move(incident)
            if moved is incident:
                return incident, False
            try:
                self._incidents.save(moved)
            except StaleWrite:
                continue
            self._meter.count(f"Incidents{done.title().replace('_', '')}")
            if _is_first_acknowledgement(incident, moved):
                with self._meter.within(Feature.WAKING, brand=moved.brand, about=moved.id):
                    self._meter.used(Use(sku=Done.ACKNOWLEDGED))
            via = moved.acts[-1].via.value
            log.info(f"incident_{done}", extra={"incident": id, "by": by, "via": via})
            return moved, True
        raise StaleWrite(f"incident {id} changes too fast; try again")

    def ring(self, moved: Sequence[Moved], *, now: datetime) -> tuple[Moved, ...]:
        """Carry out what is due since these moves; the incidents as they are then.

        Nobody waits for the next tick, and one phone gets one message about all of them.
        """
        changed = [incident for incident, is_new in moved if is_new]
        try:
            self._paging.escalate_all(changed, now=now)
        except Exception:
            # It is stored as due: the tick rings within a minute.
            log.exception(
                "ringing_left_to_the_tick", extra={"incidents": [one.id for one in changed]}
            )
        return tuple(
            (self.load(incident.id) if is_new else incident, is_new) for incident, is_new in moved
        )


@dataclass(frozen=True, slots=True)
class Together:
    """What became of moves that were asked for together."""

    done: tuple[Moved, ...]
    refused: IllegalMove | NotAllowed | None = None
    """Why the first one that was refused was."""


def each(ids: Sequence[IncidentId], move: Callable[[IncidentId], Moved]) -> Together:
    """Move all, whatever becomes of one; those that are gone are left out.

    Raises StaleWrite after the last when one of them changes too fast.
    """
    done: list[Moved] = []
    refused: IllegalMove | NotAllowed | None = None
    overtaken: StaleWrite | None = None
    for id in ids:
        try:
            done.append(move(id))
        except NotFound:
            log.warning("incident_gone", extra={"incident": id})
        except (IllegalMove, NotAllowed) as error:
            refused = refused or error
        except StaleWrite as error:
            overtaken = error
    if overtaken is not None:
        raise overtaken
    return Together(tuple(done), refused)


def _check_holder(incident: Incident, by: str, *, is_holders: bool) -> None:
    if is_holders and not (incident.is_open and incident.acknowledged_by == by):
        raise NotAllowed("this is for whoever has the incident")


def _followers(desk: Desk) -> tuple[ResponderId, ...]:
    return tuple(one.id for one in desk.responders if one.wants_updates)


def _is_first_acknowledgement(before: Incident, after: Incident) -> bool:
    """Whether somebody has taken it for the first time; after a timeout it may be taken again."""

    def times(incident: Incident) -> int:
        return sum(act.kind is ActKind.ACKNOWLEDGED for act in incident.acts)

    return not times(before) and times(after) > 0
