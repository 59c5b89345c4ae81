"""What people and the clock did to an incident: who, what, when, by which way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ActKind(StrEnum):
    """What was done to an incident."""

    OPENED = "opened"
    RAISED = "raised"
    """What was only *soon* has become worth waking for."""
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    ACK_TIMED_OUT = "ack-timed-out"
    ESCALATED = "escalated"
    HANDED_OVER = "handed-over"
    RESOLVED = "resolved"
    GRADED = "graded"


class Via(StrEnum):
    """How somebody did it."""

    SMS = "sms"
    LINK = "link"
    DESK = "desk"
    """Signed in."""
    CLOCK = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that was done."""

    kind: ActKind
    at: datetime
    by: str = ""
    """A responder or an agent; empty for the clock."""
    via: Via = Via.CLOCK
    to: str = ""
    """To whom it was handed over."""
    until: datetime | None = None
    """How long it is acknowledged or snoozed."""
    is_worth_it: bool | None = None
    """A grade: whether the page was worth waking for."""
    mark: str = ""
    """What asked for it, such as an inbound SMS: what comes in twice is done once."""


MOST_ACTS = 100
"""An incident remembers the first and the newest of so many."""


def with_act(acts: tuple[Act, ...], act: Act) -> tuple[Act, ...]:
    """The acts with one more."""
    if len(acts) < MOST_ACTS:
        return (*acts, act)
    return (acts[0], *acts[2:], act)


AGAIN = timedelta(seconds=10)
"""Whoever asks for the same once more within this has pressed a button twice."""


def is_repeated(acts: tuple[Act, ...], act: Act) -> bool:
    """Whether it was done already: under the same mark, or as the newest act of all just now."""
    if act.mark and any(act.mark == known.mark and _is_same(act, known) for known in acts):
        return True
    newest = acts[-1] if acts else None
    return (
        newest is not None
        and _is_same(act, newest)
        and _is_near(newest.at, act.at)
        and _is_near(newest.until or newest.at, act.until or act.at)
    )


def _is_same(one: Act, other: Act) -> bool:
    return (one.kind, one.by, one.to) == (other.kind, other.by, other.to)


def _is_near(one: datetime, other: datetime) -> bool:
    return abs(one - other) <= AGAIN
