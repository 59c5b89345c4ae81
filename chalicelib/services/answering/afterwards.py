"""What follows an approval and an answer: the queue of replies, and the follow-up."""

import logging
from datetime import datetime, timedelta

from chalicelib.domain.ticket import Reply, Ticket
from chalicelib.ports import Desks, Outbox

log = logging.getLogger("nightdesk.answering")

FOLLOW_UP = "nothing was heard since our answer: ask whether all is well"


def follow_up(desks: Desks, ticket: Ticket, now: datetime) -> tuple[datetime | None, str]:
    """When an answered ticket comes back by itself, and for what; None: never."""
    after = desks.current().answering.follow_up_after
    if after is None or ticket.is_thanks:
        return None, ""
    return now + after, FOLLOW_UP


def enqueued(outbox: Outbox, ticket: Ticket, reply: Reply, *, now: datetime) -> None:
    """Put a stored reply into the queue for its time; what fails here the tick makes up for."""
    after = max(timedelta(0), reply.settled_from - now)
    try:
        outbox.enqueue(ticket.id, reply.id, after=after)
    except Exception:
        log.exception("reply_not_enqueued", extra={"ticket": ticket.id})
