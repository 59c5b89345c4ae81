"""Which step of an escalation is due, and what follows it.

The clock runs on acknowledgement alone. A step that reached nobody is followed by the next
one at once. Each round ends with the fallback people, at once when it reached nobody, else
after a pause: somebody must hear of it when the people of the policy sleep through it. Then
the next round begins, until somebody acknowledges.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class TargetKind(StrEnum):
    """What kind of target a step names."""

    SCHEDULE = "schedule"
    RESPONDER = "responder"
    EVERYONE = "everyone"
    """Every responder of the desk."""
    FALLBACK = "fallback"
    """The fallback person and the lead, where everybody else failed."""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a step pages: whoever is on call in a schedule, one person, or everyone."""

    kind: TargetKind
    name: str = ""


class During(StrEnum):
    """When a step is taken, by the business hours of its policy."""

    ALWAYS = "always"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Targets to page when nobody has acknowledged `delay` after the step before."""

    delay: timedelta
    """From the step before (or from the incident's opening) to this one; zero or more."""
    targets: tuple[Target, ...]
    during: During = During.ALWAYS

    def is_taken(self, *, is_open: bool) -> bool:
        """Whether the step pages anybody, or is passed over in or out of business hours."""
        return self.during is During.ALWAYS or (self.during is During.OPEN) == is_open


RETRY_WHEN_NOBODY_REACHED = timedelta(minutes=1)
"""A round that reached nobody, the fallback people included, is soon tried again: the provider
may be back, and a number that was missing may have been added."""

LONGEST_REPEAT = timedelta(hours=2)
"""The pause between rounds grows up to this."""

FALLBACK_STEP = Step(delay=timedelta(0), targets=(Target(TargetKind.FALLBACK),))


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPolicy:
    """Ordered steps, repeated until somebody acknowledges."""

    name: str
    steps: tuple[Step, ...]
    repeat_after: timedelta = timedelta(minutes=15)
    """From the last step of a round to its fallback step, and from there to the second round;
    `pause_after` tells of later ones."""
    ack_timeout: timedelta = timedelta(hours=4)
    """How long an acknowledgement silences an incident that nobody resolves."""
    repeats: int | None = None
    """How often the steps are gone through again; after that the fallback people alone are paged
    until somebody acknowledges. None: for ever."""
    hours: str = ""
    """Name of the business hours it goes by, if any."""
    pages_soon: bool = False
    """Whether what is only *soon* pages too, in business hours; else it is a ticket alone."""

    def pause_after(self, rung: int) -> timedelta:
        """From the end of the `rung`-th round that reached somebody to the next round.

        Doubles with each such round up to `LONGEST_REPEAT`: nobody who slept through an hour of SMS
        is woken by one more every few minutes, and the month's SMS quota has to last. Never
        less than a minute, even by a policy without waits: that would ring without end.
        """
        longest = max(self.repeat_after, LONGEST_REPEAT)
        doubled = self.repeat_after * (1 << min(rung - 1, 20))
        return max(min(doubled, longest), RETRY_WHEN_NOBODY_REACHED)

    def step(self, position: "Position") -> Step:
        """The step at `position`; the one past the last is the fallback."""
        return (*self.steps, FALLBACK_STEP)[min(position.step, len(self.steps))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The step that comes next: all that is needed to decide the next move."""

    due_at: datetime
    round: int = 1
    step: int = 0
    """Index into the policy's steps; equal to their number for the fallback."""
    has_reached_somebody: bool = False
    """Whether a page of this round was accepted for delivery."""
    rung: int = 0
    """Rounds before this one that reached somebody."""

    def is_due(self, now: datetime) -> bool:
        return self.due_at <= now


def start(
    policy: EscalationPolicy, at: datetime, *, round: int = 1, is_open: bool = True
) -> Position:
    """The position of an escalation that begins at `at`: its first step that is taken then.

    One that stands behind steps that are not taken is due at once: its delay counts from them.
    """
    taken = (number for number, one in enumerate(policy.steps) if one.is_taken(is_open=is_open))
    step = next(taken, len(policy.steps))
    delay = timedelta(0) if step else policy.steps[0].delay
    return Position(due_at=at + delay, round=round, step=step)


def advance(
    policy: EscalationPolicy,
    position: Position,
    *,
    now: datetime,
    reached: bool,
    is_open: bool = True,
) -> Position:
    """What follows the step at `position`, which was carried out at `now`.

    `is_open` says whether it is business hours: what is not taken then counts as if it were not
    there, its delay included.

    `reached` says whether a page of the step was accepted by a provider. Delays count from
    the moment the step was carried out, so that a late step does not shorten the time that
    the person it woke has to answer.
    """
    reached_in_round = position.has_reached_somebody or reached
    following = position.step + 1
    while following < len(policy.steps) and not policy.steps[following].is_taken(is_open=is_open):
        following += 1
    if following < len(policy.steps):
        delay = policy.steps[following].delay if reached else timedelta(0)
        return replace(
            position,
            due_at=now + delay,
            step=following,
            has_reached_somebody=reached_in_round,
        )
    if following == len(policy.steps):
        delay = policy.repeat_after if reached else timedelta(0)
        return replace(
            position, due_at=now + delay, step=following, has_reached_somebody=reached_in_round
        )
    rung = position.rung + reached_in_round
    wait = policy.pause_after(rung) if reached_in_round else RETRY_WHEN_NOBODY_REACHED
    is_worn_out = policy.repeats is not None and position.round > policy.repeats
    return Position(
        due_at=now + wait,
        round=position.round + 1,
        step=len(policy.steps) if is_worn_out else 0,
        rung=rung,
    )
