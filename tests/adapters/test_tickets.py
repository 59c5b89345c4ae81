from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.signal import Urgency
from chalicelib.domain.ticket import AgentId, ReplyState, Ticket, TicketId, TicketState
from tests import strategies
from tests.adapters.stores import RETENTION_DAYS, Stores, calls, item, put, race
from tests.builders import NOW, a_mention, a_reply, a_ticket, mention_number

GUS, HEDI = AgentId("gus"), AgentId("hedi")


@given(ticket=strategies.tickets())
@settings(max_examples=25)
def test_a_ticket_comes_back_as_it_was(new_stores: Callable[[], Stores], ticket: Ticket) -> None:
    tickets = new_stores().tickets
    assert tickets.add(ticket)
    assert tickets.get(ticket.id) == ticket
    assert tickets.queue(limit=10) == ((ticket,) if ticket.is_in_queue else ())
    assert tickets.unsettled(limit=10) == ((ticket,) if ticket.pending_reply else ())


def test_an_unknown_ticket_is_none(stores: Stores) -> None:
    assert stores.tickets.get(TicketId("mastodon.1")) is None


def test_a_ticket_added_again_is_left_as_it_is(stores: Stores) -> None:
    ticket = a_ticket()
    assert stores.tickets.add(ticket)
    claimed = ticket.claimed(GUS)
    stores.tickets.save(claimed)
    assert not stores.tickets.add(ticket)
    assert stores.tickets.get(ticket.id) == claimed


def test_of_two_agents_that_claim_at_once_one_has_it(stores: Stores) -> None:
    for number in range(10):
        ticket = a_ticket(mention_number(number))
        stores.tickets.add(ticket)
        claims = [ticket.claimed(AgentId(name)) for name in ("gus", "hedi", "ida")]
        results = race(*[lambda claim=claim: stores.tickets.save(claim) for claim in claims])
        assert [type(result) for result in results].count(StaleWrite) == 2
        assert stores.tickets.get(ticket.id) == claims[results.index(None)]


def test_the_same_change_made_at_once_by_two_is_one_persons(stores: Stores) -> None:
    for number in range(10):
        ticket = a_ticket(mention_number(number)).claimed(GUS)
        stores.tickets.add(ticket)
        replying = ticket.replying(GUS, "We are on it.", reply_id="reply-1", now=NOW)
        results = race(*[lambda one=replying: stores.tickets.save(one)] * 3)
        assert [type(result) for result in results].count(StaleWrite) == 2, "or it is sent twice"


def test_a_late_write_overwrites_nothing(stores: Stores) -> None:
    ticket = a_ticket()
    stores.tickets.add(ticket)
    claimed = ticket.claimed(GUS)
    stores.tickets.save(claimed)
    for late in (ticket.claimed(HEDI), ticket, replace(claimed, version=4)):
        with pytest.raises(StaleWrite):
            stores.tickets.save(late)
    assert stores.tickets.get(ticket.id) == claimed


def test_a_ticket_that_was_never_added_cannot_be_saved(stores: Stores) -> None:
    with pytest.raises(StaleWrite):
        stores.tickets.save(a_ticket().claimed(GUS))
    assert stores.tickets.get(a_ticket().id) is None


@given(data=st.data())
@settings(max_examples=15)
def test_the_queue_is_who_waits_for_a_word_first_then_gravest_then_longest_waiting(
    new_stores: Callable[[], Stores], data: st.DataObject
) -> None:
    tickets = new_stores().tickets
    all_tickets = [
        data.draw(strategies.tickets(mention=mention_number(number))) for number in range(6)
    ]
    for ticket in all_tickets:
        tickets.add(ticket)
    waiting = sorted(
        (ticket for ticket in all_tickets if ticket.is_in_queue),
        key=lambda one: (
            one.state not in (TicketState.OPEN, TicketState.CLAIMED),
            list(Urgency).index(one.urgency),
            one.waiting_since,
            one.id,
        ),
    )
    assert tickets.queue(limit=100) == tuple(waiting)
    assert tickets.queue(limit=2) == tuple(waiting[:2])


def test_the_wait_orders_to_the_microsecond(stores: Stores) -> None:
    sooner = a_ticket(mention_number(2, posted_at=NOW))
    later = a_ticket(mention_number(1, posted_at=NOW + timedelta(microseconds=1)))
    for ticket in (later, sooner):
        stores.tickets.add(ticket)
    assert stores.tickets.queue(limit=10) == (sooner, later)


def test_a_ticket_leaves_the_queue_when_it_ends_and_comes_back_when_reopened(
    stores: Stores,
) -> None:
    ticket = a_ticket()
    stores.tickets.add(ticket)
    claimed = ticket.claimed(GUS)
    stores.tickets.save(claimed)
    assert stores.tickets.queue(limit=10) == (claimed,)
    ended = claimed.resolved(GUS, TicketState.CONTENT, now=NOW)
    stores.tickets.save(ended)
    assert stores.tickets.queue(limit=10) == ()
    reopened = ended.reopened()
    stores.tickets.save(reopened)
    assert stores.tickets.queue(limit=10) == (reopened,)


def test_unsettled_are_tickets_with_an_open_reply_least_lately_tried_first(stores: Stores) -> None:
    ages = {1: 3, 2: 9, 3: 6}
    for number, age in ages.items():
        reply = a_reply(tried_at=NOW - timedelta(minutes=age), state=ReplyState.UNKNOWN)
        stores.tickets.add(a_ticket(mention_number(number), replies=(reply,)))
    settled = a_reply(state=ReplyState.SENT)
    stores.tickets.add(a_ticket(mention_number(4), replies=(settled,)))

    def listed(limit: int) -> list[TicketId]:
        return [one.id for one in stores.tickets.unsettled(limit=limit)]

    ids = [TicketId(mention_number(number).id) for number in (2, 3, 1)]
    assert listed(10) == ids
    assert listed(2) == ids[:2]

    oldest = stores.tickets.get(ids[0])
    assert oldest is not None
    stores.tickets.save(oldest.with_reply(replace(oldest.replies[0], state=ReplyState.SENT)))
    assert listed(10) == ids[1:]


def test_a_ticket_expires_when_retention_ends(dynamo: Stores) -> None:
    ticket = a_ticket()
    dynamo.tickets.add(ticket)
    stored = item(dynamo, "tickets", ticket.id, "ticket")
    ends_at = ticket.opened_at + timedelta(days=RETENTION_DAYS)
    assert stored["expires_at"] == {"N": str(int(ends_at.timestamp()))}


def test_sparse_indexes_list_what_waits_and_what_is_unsettled_only(dynamo: Stores) -> None:
    ticket = a_ticket().claimed(GUS)
    dynamo.tickets.add(ticket)
    stored = item(dynamo, "tickets", ticket.id, "ticket")
    waiting_since = a_mention().posted_at.strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    assert stored["order"] == {"S": f"0#{waiting_since}#{ticket.id}"}
    assert "unsettled" not in stored

    replying = ticket.replying(GUS, "We are on it.", reply_id="reply-1", now=NOW)
    dynamo.tickets.save(replying)
    stored = item(dynamo, "tickets", ticket.id, "ticket")
    assert stored["unsettled_at"] == {"S": "2026-11-21T19:30:00.000000Z"}

    sent = replying.with_reply(replace(replying.replies[0], state=ReplyState.SENT))
    ended = sent.resolved(GUS, TicketState.CONTENT, now=NOW)
    dynamo.tickets.save(sent)
    dynamo.tickets.save(ended)
    stored = item(dynamo, "tickets", ticket.id, "ticket")
    assert not {"queue", "order", "unsettled", "unsettled_at"} & stored.keys()


def test_a_view_of_the_queue_is_one_query(dynamo: Stores) -> None:
    for number in range(12):
        dynamo.tickets.add(a_ticket(mention_number(number)))
    with calls(dynamo) as asked:
        assert len(dynamo.tickets.queue(limit=100)) == 12
    assert asked == ["Query"]
    with calls(dynamo) as asked:
        assert len(dynamo.tickets.queue(limit=5)) == 5
    assert asked == ["Query"]


def test_a_ticket_that_cannot_be_read_does_not_empty_the_queue(dynamo: Stores) -> None:
    broken, whole = a_ticket(mention_number(1)), a_ticket(mention_number(2))
    for ticket in (broken, whole):
        dynamo.tickets.add(ticket)
    stored = item(dynamo, "tickets", broken.id, "ticket")
    put(dynamo, "tickets", {**stored, "ticket": {"S": "{}"}})
    assert dynamo.tickets.queue(limit=10) == (whole,)
