"""What a good code, with what stands beside it, does to the incidents of its message."""

from collections.abc import Sequence

from chalicelib.domain.desk import Desk
from chalicelib.domain.inbound import Command
from chalicelib.domain.incident import Incident, IncidentId, IncidentState
from chalicelib.domain.timeline import ActKind, Via
from chalicelib.domain.wording import (
    acknowledged_text,
    escalated_text,
    grade_later_text,
    graded_text,
)
from chalicelib.ports import Incidents
from chalicelib.services.acknowledging.answers import Done, Reply
from chalicelib.services.acknowledging.moving import Moved, Moving, each
from chalicelib.services.link_view import name_of


class Commands:
    """Carries out what replies ask for."""

    def __init__(self, *, incidents: Incidents, moving: Moving) -> None:
        self._incidents = incidents
        self._moving = moving

    def carry_out(self, command: Command, ids: Sequence[IncidentId], reply: Reply) -> Done | None:
        """Do what was asked with incidents; None when it says nothing that could be done."""
        found = [self._incidents.get(id) for id in ids]
        incidents = [one for one in found if one is not None]
        if not incidents:
            return None
        match command:
            case Command.ESCALATE:
                return self._escalated(incidents, reply)
            case Command.NO:
                return self._declined(incidents, reply)
            case Command.YES:
                return self._approved(incidents, reply)
            case Command.ACKNOWLEDGE:
                return self._acknowledged(incidents, reply)

    def _acknowledged(self, incidents: Sequence[Incident], reply: Reply) -> Done:
        by = reply.responder.id
        together = each(
            [one.id for one in incidents],
            lambda id: self._moving.acknowledge(
                id, by, via=Via.SMS, now=reply.now, mark=reply.mark
            ),
        )
        return Done(self._who_has(together.done, reply), is_new=_has_changed(together.done))

    def _escalated(self, incidents: Sequence[Incident], reply: Reply) -> Done:
        """The next person for what nobody has, or they themselves; others keep what they have."""
        by, now = reply.responder.id, reply.now
        theirs = [one.id for one in incidents if one.is_open and one.acknowledged_by in (None, by)]
        together = each(
            theirs, lambda id: self._moving.escalate(id, by, via=Via.SMS, now=now, mark=reply.mark)
        )
        done = self._moving.ring(together.done, now=now)
        if not done:
            unmoved = [(self._moving.load(one.id), False) for one in incidents]
            return Done(self._who_has(unmoved, reply), is_new=False)
        names = [name for incident, _ in done for name in _just_called(incident, reply.desk)]
        text = escalated_text(
            _named(done, reply.desk), names=tuple(dict.fromkeys(names)), code=reply.code
        )
        return Done(text, is_new=_has_changed(done))

    def _approved(self, incidents: Sequence[Incident], reply: Reply) -> Done:
        """They say yes: what is over was worth it, and they have what is not."""
        graded = self._graded(incidents, reply, is_worth_it=True)
        taken = self._acknowledged(incidents, reply)
        if graded and not taken.is_new:
            text = graded_text(_named(graded, reply.desk), is_worth_it=True)
            return Done(text, is_new=_has_changed(graded))
        return taken

    def _declined(self, incidents: Sequence[Incident], reply: Reply) -> Done | None:
        """They say no: what is over was not worth it. Before the end that says nothing."""
        graded = self._graded(incidents, reply, is_worth_it=False)
        if graded:
            text = graded_text(_named(graded, reply.desk), is_worth_it=False)
            return Done(text, is_new=_has_changed(graded))
        if any(one.state is IncidentState.TRIGGERED for one in incidents):
            return None
        unmoved = [(one, False) for one in incidents]
        mine = [one for one in unmoved if one[0].acknowledged_by == reply.responder.id]
        if mine:
            return Done(grade_later_text(_named(mine, reply.desk)), is_new=False)
        return Done(self._who_has(unmoved, reply), is_new=False)

    def _graded(
        self, incidents: Sequence[Incident], reply: Reply, *, is_worth_it: bool
    ) -> tuple[Moved, ...]:
        by, now = reply.responder.id, reply.now
        return each(
            [one.id for one in incidents if not one.is_open],
            lambda id: self._moving.grade(id, by, is_worth_it=is_worth_it, via=Via.SMS, now=now),
        ).done

    def _who_has(self, moved: Sequence[Moved], reply: Reply) -> str:
        by, desk = reply.responder.id, reply.desk
        names = {}
        for incident, is_new in moved:
            is_theirs = is_new or incident.acknowledged_by == by
            who = incident.acknowledged_by if incident.is_open else incident.resolved_by
            names[incident.id] = "" if is_theirs and incident.is_open else name_of(who, desk)
        return acknowledged_text(
            _named(moved, desk), name=names, zone=reply.responder.zone, code=reply.code
        )


def _named(moved: Sequence[Moved], desk: Desk) -> list[tuple[Incident, str]]:
    return [(incident, desk.brand_name(incident.brand)) for incident, _ in moved]


def _has_changed(moved: Sequence[Moved]) -> bool:
    return any(is_new for _, is_new in moved)


def _just_called(incident: Incident, desk: Desk) -> list[str]:
    """Names of those who were reached since somebody last asked for the next person."""
    asked_at = max((act.at for act in incident.acts if act.kind is ActKind.ESCALATED), default=None)
    return [
        name_of(call.responder, desk)
        for call in incident.calls
        if call.has_reached and asked_at is not None and call.began_at >= asked_at
    ]
