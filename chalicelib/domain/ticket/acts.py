"""What people and the clock did to a ticket: who, what, when."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class TicketActKind(StrEnum):
    """What was done to a ticket."""

    OPENED = "opened"
    JOINED = "joined"
    """The customer wrote once more."""
    EDITED = "edited"
    """The customer changed the words of a post."""
    WITHDRAWN = "withdrawn"
    """The customer deleted a post, or made it private: what it said was erased."""
    CLAIMED = "claimed"
    RELEASED = "released"
    RETURNED = "returned"
    """The claim ended by itself: its holder was silent, or went off duty."""
    HANDED_OVER = "handed-over"
    TAKEN_OVER = "taken-over"
    PROPOSED = "proposed"
    """A reply waits for a lead's word."""
    APPROVED = "approved"
    SENT_BACK = "sent-back"
    UNDONE = "undone"
    REPLIED = "replied"
    REFUSED = "refused"
    """A reply could not be published."""
    ANSWERED_ELSEWHERE = "answered-elsewhere"
    SNOOZED = "snoozed"
    PROMISED = "promised"
    """Something was promised for an instant."""
    CAME_BACK = "came-back"
    """The time of a promise or of a snooze has come."""
    BREACHED = "breached"
    """The promised time to answer has passed."""
    LINKED = "linked"
    """Another profile of the same person."""
    RESOLVED = "resolved"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAct:
    """One thing that was done."""

    kind: TicketActKind
    at: datetime
    by: str = ""
    """An agent; empty for the clock and the customer."""
    to: str = ""
    """To whom it was handed over, from whom it was taken, or as what it was resolved."""
    text: str = ""
    """Note or reason, as people wrote it."""
    until: datetime | None = None


MOST_ACTS = 200
"""A ticket remembers its first act and the newest of so many."""


SAID_IN_FULL = 20_000
"""Characters of notes and reasons on one timeline; beyond that the oldest are cut short."""

SHORT = 60
"""Characters that are kept of those."""


def with_ticket_act(acts: tuple[TicketAct, ...], act: TicketAct) -> tuple[TicketAct, ...]:
    """The acts with one more, bounded in number and in what they say."""
    kept = acts if len(acts) < MOST_ACTS else (acts[0], *acts[2:])
    said, bounded = len(act.text), []
    for one in reversed(kept):
        said += len(one.text)
        bounded.append(one if said <= SAID_IN_FULL else _shortened(one))
    return (*reversed(bounded), act)


def _shortened(act: TicketAct) -> TicketAct:
    if len(act.text) <= SHORT:
        return act
    return replace(act, text=act.text[: SHORT - 1] + "…")
