"""Agents at work: a ticket that somebody has, a reply that waits in the outbox."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.answering.rules import AnsweringRules, Approval
from chalicelib.domain.desk import Desk
from chalicelib.domain.signal import Urgency
from chalicelib.domain.ticket import UNDO_FOR, AgentId, Reply, ReplyState, Ticket, TicketId
from tests.builders import NOW, a_desk
from tests.fakes import FakeSource
from tests.services.stage import Interruption, Stage

GUS, HAL, IDA = AgentId("gus"), AgentId("hal"), AgentId("ida")
OUT = NOW + UNDO_FOR
"""When a reply that is approved at `NOW` goes out."""
WORDS = "Hi Carla, your parcel is in Graz and comes tomorrow."
REPLY = "reply-0001"


def a_held_ticket(
    interruption: Interruption | None = None,
    *,
    source: FakeSource | None = None,
    desk: Desk | None = None,
) -> tuple[Stage, TicketId]:
    """A stage with one ticket, which Gus holds; undisturbed so far."""
    stage = Stage(desk, interruption=interruption, source=source)
    undisturbed(interruption, lambda: _claim(stage))
    (ticket,) = stage.tickets.all()
    return stage, ticket.id


def a_desk_that(**rules: Any) -> Desk:
    """With these rules of answering."""
    return a_desk(answering=replace(AnsweringRules(), **rules))


def with_approval() -> Desk:
    """Every reply needs a lead's word."""
    return a_desk_that(approval=Approval(urgencies=frozenset(Urgency)))


def _claim(stage: Stage) -> None:
    mention = stage.judged("where is my parcel")
    stage.holding.claim(TicketId(mention.id), GUS, now=NOW)


def undisturbed(interruption: Interruption | None, do: Callable[[], object]) -> None:
    """Do it without the interruption, which still comes after."""
    if interruption:
        interruption.has_struck = True
    do()
    if interruption:
        interruption.has_struck = False


def approve(
    stage: Stage,
    id: TicketId,
    text: str = WORDS,
    *,
    by: AgentId = GUS,
    reply_id: str = REPLY,
    now: datetime = NOW,
    **over: Any,
) -> Ticket:
    """An agent presses "send"."""
    return stage.talking.reply(id, by, by.title(), text, reply_id=reply_id, now=now, **over)


def deliver(stage: Stage, now: datetime = OUT) -> None:
    """The queue brings all that waits in it."""
    waiting, stage.outbox.waiting = stage.outbox.waiting, []
    for id, reply_id, _ in waiting:
        stage.sender.send(id, reply_id, now)


def reply_of(stage: Stage, id: TicketId, reply_id: str = REPLY) -> Reply:
    reply = stage.holding.get(id).reply(reply_id)
    assert reply is not None
    return reply


def states(stage: Stage, id: TicketId) -> list[ReplyState]:
    return [reply.state for reply in stage.holding.get(id).replies]


def public(stage: Stage) -> list[str]:
    """What everybody reads of us."""
    return [reply.text for _, reply in stage.platform.public]


def private(stage: Stage) -> list[str]:
    """What the customer alone reads of us."""
    return [reply.text for _, reply in stage.platform.private]
