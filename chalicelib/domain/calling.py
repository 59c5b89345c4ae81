"""Calling a responder: notification rules one after the other until the incident is taken.

A step begins a call to each person it means. A rule that is carried out makes a page; when its
page is refused, or a delivery receipt says that it failed, the next rule is due at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.escalation import Position
from chalicelib.domain.responder import NotificationRule, Responder
from chalicelib.domain.schedule import ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """How far the calling of one responder has come, for one step or one hand-over."""

    responder: ResponderId
    turn: str
    """What began it: `r2.s1` is step 1 of round 2, `h7` a hand-over; part of its pages' ids."""
    began_at: datetime
    due_at: datetime | None
    """When the next rule is due; None when all have been carried out."""
    rule: int = 0
    """Index of the rule that comes next."""
    reached_by: tuple[str, ...] = ()
    """Channels whose provider took a page of it that is not known to have failed."""

    def is_due(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at <= now

    @property
    def has_reached(self) -> bool:
        return bool(self.reached_by)

    @property
    def is_lost(self) -> bool:
        """Whether every rule was carried out and none reached the person."""
        return self.due_at is None and not self.has_reached

    def after_page(
        self, rules: tuple[NotificationRule, ...], *, now: datetime, reached: bool
    ) -> "Call":
        """What follows the rule that was carried out at `now`."""
        following = self.rule + 1
        due_at: datetime | None = None
        if following < len(rules):
            due_at = max(now, self.began_at + rules[following].after) if reached else now
        channel = rules[self.rule].channel
        reached_by = (*self.reached_by, channel) if reached else self.reached_by
        return replace(self, rule=following, due_at=due_at, reached_by=reached_by)

    def caught_up(self, rules: tuple[NotificationRule, ...], *, now: datetime) -> "Call":
        """Past rules that a later one repeats: what fell due while the clock stood rings once."""
        rule = self.rule
        while any(
            later.channel == rules[rule].channel and self.began_at + later.after <= now
            for later in rules[rule + 1 :]
        ):
            rule += 1
        return replace(self, rule=rule)

    def ended(self) -> "Call":
        """Nothing more follows: no rule is left, or the person is not meant any more."""
        return replace(self, due_at=None)

    def held_until(self, at: datetime) -> "Call":
        """It must wait, and is not lost while it does: no further step follows for that."""
        return replace(self, due_at=at)

    def failed(self, channel: str, rules: tuple[NotificationRule, ...], *, now: datetime) -> "Call":
        """A receipt says that its page by `channel` did not arrive: the next rule is due at once.

        As it is when that channel was not the last one tried, since what came after it may have
        arrived, or when it is known already. What reached the person by another channel stays.
        """
        is_last = 0 < self.rule <= len(rules) and rules[self.rule - 1].channel == channel
        if not is_last or channel not in self.reached_by:
            return self
        others = list(self.reached_by)
        others.remove(channel)
        due_at = now if self.rule < len(rules) else None
        return replace(self, due_at=due_at, reached_by=tuple(others))


def begun(responder: ResponderId, turn: str, *, now: datetime) -> Call:
    """A call whose first rule is due now."""
    return Call(responder=responder, turn=turn, began_at=now, due_at=now)


def with_step(
    calls: Iterable[Call], people: Iterable[Responder], position: Position, *, now: datetime
) -> tuple[Call, ...]:
    """The calls while a step is carried out: one to each of `people`, and older ones still going.

    Who is being called by this very step already (see `held_until` in `soon`) is not begun anew;
    who is being called by an earlier one is.
    """
    turn = turn_of(position)
    called = {call.responder: call for call in calls if call.turn == turn}
    for one in people:
        if one.id not in called:
            wait = one.rules[0].after if one.rules else timedelta(0)
            due_at = now + wait if wait else position.due_at
            called[one.id] = replace(begun(one.id, turn, now=now), due_at=due_at)
    older = (call for call in calls if call.due_at is not None and call.responder not in called)
    return (*older, *called.values())


def turn_of(position: Position) -> str:
    """The turn of the step at a position, such as `r2.s1`."""
    return f"r{position.round}.s{position.step}"


def step_of(turn: str) -> int | None:
    """Index of the step that a turn carries out; None for a hand-over."""
    return None if turn.startswith("h") else int(turn.rpartition(".s")[2])


def next_due(calls: Iterable[Call]) -> datetime | None:
    """When the first of them is due; None when none is."""
    return min((call.due_at for call in calls if call.due_at is not None), default=None)
