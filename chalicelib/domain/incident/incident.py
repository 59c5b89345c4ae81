"""An incident: an ongoing situation that pages people, and which mentions join it.

triggered -> acknowledged -> resolved; an acknowledgement that times out, an escalation and a
hand-over lead back to triggered. A mob of five hundred posts is one incident and one ringing
phone.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from chalicelib.domain.calling import Call, begun, next_due
from chalicelib.domain.errors import IllegalMove
from chalicelib.domain.escalation import EscalationPolicy, Position, start
from chalicelib.domain.mention import MentionId
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.timeline import Act, ActKind, Via, with_act

IncidentId = NewType("IncidentId", str)

JOIN_WINDOW = timedelta(hours=12)
"""How long after its last sign of life an acknowledged incident takes further mentions."""

REFRESH = timedelta(minutes=5)
"""A storm marks its incident as alive at most this often, to spare writes."""


class IncidentState(StrEnum):
    """How far an incident has come."""

    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An ongoing situation that pages people."""

    id: IncidentId
    brand: str
    topic: Topic
    state: IncidentState
    policy: str
    """Name of the escalation policy it follows."""
    opened_at: datetime
    alive_at: datetime
    """Last known sign of life, at most `REFRESH` behind."""
    mention_id: MentionId
    """The mention that opened it; the fields below show it, or `face`, to whoever is woken."""
    quote: str
    author: str
    platform: str
    url: str
    reasons: tuple[str, ...]
    position: Position
    """The next step; the clock heeds it only while the incident is triggered."""
    urgency: Urgency = Urgency.WAKE
    """`soon` pages in business hours only."""
    surge: str = ""
    """What the crowd showed when it opened it: "42 angry posts in 10 min, normally 1.4"."""
    calls: tuple[Call, ...] = ()
    """Responders who are being called; none unless it is triggered."""
    paged: tuple[ResponderId, ...] = ()
    """Everybody who ever got a page of it as far as is known, in the order of the first one."""
    to_tell: tuple[ResponderId, ...] = ()
    """Who has yet to be told that somebody else took or ended it."""
    acts: tuple[Act, ...] = ()
    """What was done to it, oldest first; its pages are kept for themselves."""
    acknowledged_by: str | None = None
    """A responder who was paged, or whoever acknowledged on the page."""
    acknowledged_at: datetime | None = None
    ack_expires_at: datetime | None = None
    """When the acknowledgement, or the snooze, is over and it rings again."""
    resolved_by: str | None = None
    resolved_at: datetime | None = None
    face: MentionId | None = None
    """The mention that it shows, where that is not the one that opened it."""
    version: int = 1

    @property
    def due_at(self) -> datetime | None:
        """When the escalation clock must next look at it; None when never."""
        if self.state is IncidentState.TRIGGERED:
            called = next_due(self.calls)
            return min(called, self.position.due_at) if called else self.position.due_at
        if self.to_tell:
            return self.resolved_at or self.acknowledged_at
        return self.ack_expires_at

    @property
    def is_open(self) -> bool:
        return self.state is not IncidentState.RESOLVED

    @property
    def is_asked_for(self) -> bool:
        """Whether somebody asks for the next person, and nobody was reached since.

        What is only *soon* then rings out of business hours too.
        """
        newest = self.acts[-1] if self.acts else None
        if newest is None or newest.kind is not ActKind.ESCALATED:
            return False
        return not any(call.has_reached and call.began_at >= newest.at for call in self.calls)

    @property
    def passed_on_by(self) -> str:
        """Who asks for the next person; empty when nobody does."""
        return self.acts[-1].by if self.is_asked_for else ""

    def can_take(self, now: datetime) -> bool:
        """Whether a further mention of its brand and topic belongs to it."""
        if self.state is IncidentState.TRIGGERED:
            return True
        is_silenced = self.ack_expires_at is not None and now < self.ack_expires_at
        return self.is_open and (is_silenced or now - self.alive_at < JOIN_WINDOW)

    def needs_refresh(self, now: datetime) -> bool:
        return now - self.alive_at >= REFRESH

    def refreshed(self, now: datetime) -> "Incident":
        return replace(self, alive_at=max(self.alive_at, now), version=self.version + 1)

    def moved_to(self, position: Position, *, calls: tuple[Call, ...] = ()) -> "Incident":
        """After a step, or rules of calls, were carried out."""
        reached = (call.responder for call in calls if call.rule and call.has_reached)
        rung = dict.fromkeys((*self.paged, *reached))
        return replace(
            self, position=position, calls=calls, paged=tuple(rung), version=self.version + 1
        )

    def acknowledged(
        self,
        by: str,
        *,
        now: datetime,
        policy: EscalationPolicy,
        via: Via = Via.DESK,
        followers: Collection[ResponderId] = (),
        mark: str = "",
    ) -> "Incident":
        """Somebody has it. Raises IllegalMove when it is resolved or somebody had it first.

        `followers` want to hear when somebody else takes or ends what they were paged for. For
        `mark` see `Act`.
        """
        if self.state is not IncidentState.TRIGGERED:
            raise IllegalMove(f"incident {self.id} is {self.state.value}")
        until = now + policy.ack_timeout
        act = Act(kind=ActKind.ACKNOWLEDGED, at=now, by=by, via=via, until=until, mark=mark)
        return self._silenced(by, until, act, followers)

    def snoozed(
        self,
        by: str,
        until: datetime,
        *,
        now: datetime,
        via: Via = Via.DESK,
        followers: Collection[ResponderId] = (),
    ) -> "Incident":
        """Somebody has it and asks to be rung again at `until`.

        Raises IllegalMove when it is resolved or `until` is not to come.
        """
        if not self.is_open:
            raise IllegalMove(f"incident {self.id} is already resolved")
        if until <= now:
            raise IllegalMove("the end of a snooze lies in the future")
        act = Act(kind=ActKind.SNOOZED, at=now, by=by, via=via, until=until)
        return self._silenced(by, until, act, followers)

    def _silenced(
        self, by: str, until: datetime, act: Act, followers: Collection[ResponderId]
    ) -> "Incident":
        return replace(
            self,
            state=IncidentState.ACKNOWLEDGED,
            calls=(),
            to_tell=self._told_of(by, followers),
            acknowledged_by=by,
            acknowledged_at=act.at,
            ack_expires_at=until,
            alive_at=max(self.alive_at, act.at),
            acts=with_act(self.acts, act),
            version=self.version + 1,
        )

    def triggered_again(
        self, *, now: datetime, policy: EscalationPolicy, is_open: bool = True
    ) -> "Incident":
        """The acknowledgement has timed out: it rings anew, in a new round."""
        if self.state is not IncidentState.ACKNOWLEDGED:
            raise IllegalMove(f"incident {self.id} is {self.state.value}")
        act = Act(kind=ActKind.ACK_TIMED_OUT, at=now, by=self.acknowledged_by or "")
        position = start(policy, now, round=self.position.round + 1, is_open=is_open)
        return self._ringing(position, act=act)

    def raised(
        self, *, now: datetime, policy: EscalationPolicy, is_open: bool = True
    ) -> "Incident":
        """What was only *soon* is worth waking for: it rings at once, whoever had it.

        Raises IllegalMove when it was worth waking for already, or is resolved.
        """
        if not self.is_open or self.urgency is Urgency.WAKE:
            raise IllegalMove(f"incident {self.id} is {self.state.value} and {self.urgency.value}")
        position = start(policy, now, round=self.position.round + 1, is_open=is_open)
        ringing = self._ringing(position, act=Act(kind=ActKind.RAISED, at=now))
        return replace(ringing, urgency=Urgency.WAKE)

    def escalated(
        self, by: str, *, now: datetime, via: Via = Via.DESK, mark: str = ""
    ) -> "Incident":
        """The next step at once, though the delay is not over or somebody has it.

        Raises IllegalMove when it is resolved. For `mark` see `Act`.
        """
        if not self.is_open:
            raise IllegalMove(f"incident {self.id} is already resolved")
        act = Act(kind=ActKind.ESCALATED, at=now, by=by, via=via, mark=mark)
        return self._ringing(replace(self.position, due_at=now), act=act, calls=self.calls)

    def handed_to(
        self,
        responder: ResponderId,
        *,
        by: str,
        now: datetime,
        policy: EscalationPolicy,
        via: Via = Via.DESK,
        mark: str = "",
    ) -> "Incident":
        """Another person is called now, alone; the policy goes on when nobody acknowledges.

        Raises IllegalMove when it is resolved. For `mark` see `Act`.
        """
        if not self.is_open:
            raise IllegalMove(f"incident {self.id} is already resolved")
        act = Act(kind=ActKind.HANDED_OVER, at=now, by=by, via=via, to=responder, mark=mark)
        position = replace(self.position, due_at=now + policy.repeat_after)
        call = begun(responder, f"h{self.version + 1}", now=now)
        return self._ringing(position, act=act, calls=(call,))

    def _ringing(self, position: Position, *, act: Act, calls: tuple[Call, ...] = ()) -> "Incident":
        return replace(
            self,
            state=IncidentState.TRIGGERED,
            position=position,
            calls=calls,
            to_tell=(),
            acknowledged_by=None,
            acknowledged_at=None,
            ack_expires_at=None,
            acts=with_act(self.acts, act),
            version=self.version + 1,
        )

    def page_failed(self, call: Call, *, now: datetime) -> "Incident":
        """A receipt has come: `call` is how that responder's call goes on (see `Call.failed`).

        When nobody of the turn is reached or still to be tried, the next step is due at once.
        """
        calls = tuple(call if one.responder == call.responder else one for one in self.calls)
        position = self.position
        if all(one.is_lost for one in calls if one.turn == call.turn):
            position = replace(position, due_at=min(position.due_at, now))
        return replace(self, calls=calls, position=position, version=self.version + 1)

    def told(self) -> "Incident":
        """Everybody who was to be told has been."""
        return replace(self, to_tell=(), version=self.version + 1)

    def resolved(
        self,
        by: str,
        *,
        now: datetime,
        via: Via = Via.DESK,
        followers: Collection[ResponderId] = (),
    ) -> "Incident":
        """It is over. Raises IllegalMove when it was over already."""
        if not self.is_open:
            raise IllegalMove(f"incident {self.id} is already resolved")
        return replace(
            self,
            state=IncidentState.RESOLVED,
            calls=(),
            to_tell=self._told_of(by, followers),
            ack_expires_at=None,
            resolved_by=by,
            resolved_at=now,
            acts=with_act(self.acts, Act(kind=ActKind.RESOLVED, at=now, by=by, via=via)),
            version=self.version + 1,
        )

    def graded(
        self, by: str, *, is_worth_it: bool, now: datetime, via: Via = Via.DESK
    ) -> "Incident":
        """Whether the page was worth waking `by` for; the newest word of each person counts.

        Raises IllegalMove while it is open: before the end nobody knows.
        """
        if self.is_open:
            raise IllegalMove(f"incident {self.id} is still open; grade it when it is resolved")
        act = Act(kind=ActKind.GRADED, at=now, by=by, via=via, is_worth_it=is_worth_it)
        return replace(self, acts=with_act(self.acts, act), version=self.version + 1)

    @property
    def grades(self) -> dict[str, bool]:
        """Whether it was worth it, by person."""
        return {act.by: act.is_worth_it for act in self.acts if act.is_worth_it is not None}

    def _told_of(self, by: str, followers: Collection[ResponderId]) -> tuple[ResponderId, ...]:
        return tuple(one for one in self.paged if one != by and one in followers)
