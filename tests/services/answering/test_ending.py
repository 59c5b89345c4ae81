"""Put off, promise, resolve, reopen."""

import pytest

from chalicelib.domain.errors import BadInput, OutOfDate
from chalicelib.domain.ticket import TicketId, TicketState
from tests.builders import NOW
from tests.services.answering.scenes import GUS, HAL, a_held_ticket
from tests.services.stage import after


def test_a_ticket_is_put_off_promised_resolved_and_reopened_each_on_its_timeline() -> None:
    stage, id = a_held_ticket()
    stage.ending.snooze(id, GUS, after(60), now=after(1))
    stage.ending.wait(id, GUS, after(90), "call back", now=after(2))
    stage.ending.resolve(id, GUS, TicketState.NOT_CONTENT, now=after(3))
    ticket = stage.ending.reopen(id, HAL, now=after(4))

    done = [(one.kind.value, one.by, one.at) for one in ticket.acts[-4:]]
    assert done == [
        ("snoozed", GUS, after(1)),
        ("promised", GUS, after(2)),
        ("resolved", GUS, after(3)),
        ("reopened", HAL, after(4)),
    ]
    assert (ticket.state, ticket.holder) == (TicketState.OPEN, None)


def test_what_cannot_be_done_changes_nothing() -> None:
    stage, id = a_held_ticket()
    before = stage.holding.get(id)
    with pytest.raises(BadInput):
        stage.ending.snooze(id, GUS, NOW, now=NOW)
    with pytest.raises(BadInput):
        stage.ending.wait(id, GUS, after(5), " ", now=NOW)
    with pytest.raises(OutOfDate):
        stage.ending.resolve(id, GUS, TicketState.CONTENT, now=NOW, expected=1)
    assert stage.holding.get(TicketId(id)) == before
