"""Where a ticket stands, and where it may go from there: one table."""

from enum import StrEnum


class TicketState(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"
    """Nobody has it."""
    CLAIMED = "claimed"
    """Its holder is at it."""
    REPLIED = "replied"
    """We have spoken last."""
    WAITING = "waiting"
    """Something was promised for an instant, at which it returns to the queue."""
    SNOOZED = "snoozed"
    """Put off until an instant."""
    CONTENT = "content"
    """Asked, and said it is fine."""
    NOT_CONTENT = "not_content"
    NO_ANSWER = "no_answer"


ENDED = frozenset({TicketState.CONTENT, TicketState.NOT_CONTENT, TicketState.NO_ANSWER})

_HELD = {TicketState.OPEN, TicketState.CLAIMED, TicketState.WAITING, TicketState.SNOOZED, *ENDED}

MOVES: dict[TicketState, frozenset[TicketState]] = {
    TicketState.OPEN: frozenset(
        # The answer of somebody whose claim has ended since may still arrive; what nobody has
        # looked at ends by itself when its author takes it back.
        {
            TicketState.CLAIMED,
            TicketState.REPLIED,
            TicketState.WAITING,
            TicketState.CONTENT,
            TicketState.NO_ANSWER,
        }
    ),
    TicketState.CLAIMED: frozenset({TicketState.REPLIED, *_HELD}),
    TicketState.REPLIED: frozenset(_HELD),
    TicketState.WAITING: frozenset({TicketState.REPLIED, *_HELD}),
    TicketState.SNOOZED: frozenset({TicketState.REPLIED, *_HELD}),
    TicketState.CONTENT: frozenset({TicketState.OPEN}),
    TicketState.NOT_CONTENT: frozenset({TicketState.OPEN}),
    TicketState.NO_ANSWER: frozenset({TicketState.OPEN}),
}
"""From each state, where a ticket may go; to stay where it is is no move."""


class Lane(StrEnum):
    """Where in the queue a ticket stands; each is listed by itself."""

    OPEN = "open"
    CLAIMED = "claimed"
    REPLIED = "replied"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    THANKS = "thanks"
    """Praise that was said to us: nobody waits, and an answer is what people remember."""


LANES_IN_QUEUE = tuple(lane for lane in Lane if lane is not Lane.THANKS)
"""All that counts as waiting work."""


def lane_of(state: TicketState, *, is_thanks: bool) -> Lane | None:
    """Where in the queue a ticket is listed; None once it has ended."""
    if state in ENDED:
        return None
    if is_thanks and state in (TicketState.OPEN, TicketState.CLAIMED):
        return Lane.THANKS
    return Lane(state.value)
