"""The queue: what agents do with tickets, and what the clock does."""

from chalicelib.services.answering import (
    Ending,
    Holding,
    Listing,
    QueueClock,
    Reaching,
    SendingReplies,
    Talking,
)
from chalicelib.wiring import parts
from chalicelib.wiring.warm import once


@once
def listing() -> Listing:
    return Listing(tickets=parts.tickets(), tallies=parts.tallies())


@once
def holding() -> Holding:
    return Holding(
        desks=parts.desks(),
        tickets=parts.tickets(),
        attendances=parts.attendances(),
        presences=parts.presences(),
    )


@once
def reaching() -> Reaching:
    return Reaching(desks=parts.desks(), sources=parts.sources(), meter=parts.meter())


@once
def talking() -> Talking:
    return Talking(
        desks=parts.desks(),
        tickets=parts.tickets(),
        reaching=reaching(),
        said=parts.said(),
        outbox=parts.outbox(),
        meter=parts.meter(),
    )


@once
def ending() -> Ending:
    return Ending(tickets=parts.tickets(), meter=parts.meter())


@once
def sending() -> SendingReplies:
    return SendingReplies(
        desks=parts.desks(),
        tickets=parts.tickets(),
        reaching=reaching(),
        outbox=parts.outbox(),
        meter=parts.meter(),
    )


@once
def queue_clock() -> QueueClock:
    return QueueClock(
        desks=parts.desks(),
        tickets=parts.tickets(),
        presences=parts.presences(),
        meter=parts.meter(),
    )
