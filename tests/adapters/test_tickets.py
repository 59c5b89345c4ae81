"""Tickets, and the lists in which they stand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.attendance import Presence
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.ticket import (
    AgentId,
    Card,
    CustomerId,
    Lane,
    ReplyState,
    Ticket,
    TicketId,
    TicketState,
    card_of,
    owed_place,
)
from tests import strategies
from tests.adapters.stores import Stores, race
from tests.builders import NOW, a_reply, a_ticket, mention_number

GUS, HEDI = AgentId("gus"), AgentId("hedi")
CARLA, OTTO = CustomerId("c-carla"), CustomerId("c-otto")
MINUTE = timedelta(minutes=1)
ALL = 1_000

OPEN, CLAIMED = TicketState.OPEN, TicketState.CLAIMED
HELD = (CLAIMED, TicketState.REPLIED, TicketState.WAITING, TicketState.SNOOZED)

_numbers = count(1)


def one(**over: Any) -> Ticket:
    """A ticket like no other."""
    return a_ticket(mention_number(next(_numbers)), **over)


def claimed(ticket: Ticket, by: AgentId = GUS) -> Ticket:
    """The next version, in somebody's hands."""
    return ticket.changed(state=CLAIMED, holder=by)


def ids(listed: tuple[Ticket, ...] | tuple[Card, ...]) -> list[TicketId]:
    return [each.id for each in listed]


# --- one ticket --------------------------------------------------------------------------


@given(ticket=strategies.tickets())
@settings(max_examples=25)
def test_a_ticket_comes_back_as_it_was(new_stores: Callable[[], Stores], ticket: Ticket) -> None:
    tickets = new_stores().tickets
    assert tickets.add(ticket)
    assert tickets.get(ticket.id) == ticket
    assert tickets.some([ticket.id]) == (ticket,)


def test_an_unknown_ticket_is_none(stores: Stores) -> None:
    assert stores.tickets.get(TicketId("mastodon.1")) is None


def test_a_ticket_added_again_is_left_as_it_is(stores: Stores) -> None:
    ticket = one()
    assert stores.tickets.add(ticket)
    changed = claimed(ticket)
    stores.tickets.save(changed)
    assert not stores.tickets.add(ticket)
    assert stores.tickets.get(ticket.id) == changed


def test_of_two_agents_that_claim_at_once_one_has_it(stores: Stores) -> None:
    for _ in range(10):
        ticket = one()
        stores.tickets.add(ticket)
        claims = [claimed(ticket, AgentId(name)) for name in ("gus", "hedi", "ida")]
        results = race(*[lambda claim=claim: stores.tickets.save(claim) for claim in claims])
        assert [type(result) for result in results].count(StaleWrite) == 2
        assert stores.tickets.get(ticket.id) == claims[results.index(None)]


def test_the_same_change_made_at_once_by_two_is_one_persons(stores: Stores) -> None:
    for _ in range(10):
        ticket = one()
        stores.tickets.add(ticket)
        replying = ticket.changed(replies=(a_reply(),))
        results = race(*[lambda one=replying: stores.tickets.save(one)] * 3)
        assert [type(result) for result in results].count(StaleWrite) == 2, "or it is sent twice"


def test_a_late_write_overwrites_nothing(stores: Stores) -> None:
    ticket = one()
    stores.tickets.add(ticket)
    changed = claimed(ticket)
    stores.tickets.save(changed)
    for late in (claimed(ticket, HEDI), ticket, replace(changed, version=4)):
        with pytest.raises(StaleWrite):
            stores.tickets.save(late)
    assert stores.tickets.get(ticket.id) == changed


def test_a_ticket_that_was_never_added_cannot_be_saved(stores: Stores) -> None:
    ticket = one()
    with pytest.raises(StaleWrite):
        stores.tickets.save(claimed(ticket))
    assert stores.tickets.get(ticket.id) is None


def test_some_are_those_that_are_there_in_the_order_asked_each_once(stores: Stores) -> None:
    first, second, third = (one() for _ in range(3))
    for ticket in (first, second, third):
        stores.tickets.add(ticket)
    asked = [third.id, TicketId("nowhere.1"), first.id, third.id]
    assert stores.tickets.some(asked) == (third, first)
    assert stores.tickets.some([]) == ()


def test_a_hundred_are_read_at_once_and_no_more(stores: Stores) -> None:
    tickets = [one() for _ in range(100)]
    for ticket in tickets:
        stores.tickets.add(ticket)
    asked = [ticket.id for ticket in reversed(tickets)]
    assert ids(stores.tickets.some(asked)) == asked
    with pytest.raises(ValueError, match="101 tickets"):
        stores.tickets.some([*asked, TicketId("nowhere.1")])


def test_what_is_erased_is_gone_from_every_list_with_all_that_hangs_on_it(stores: Stores) -> None:
    reply = a_reply(state=ReplyState.UNKNOWN, tried_at=NOW - MINUTE)
    ticket = one(
        state=CLAIMED,
        holder=GUS,
        held_until=NOW,
        due_at=NOW - MINUTE,
        customer=CARLA,
        replies=(reply,),
    )
    kept = one(customer=CARLA)
    for each in (ticket, kept):
        stores.tickets.add(each)
        stores.presences.put(each.id, Presence(agent=GUS, name="Gus", seen_at=NOW, draft="Hi"))

    assert stores.tickets.erase(ticket.id)

    tickets = stores.tickets
    assert tickets.get(ticket.id) is None
    assert tickets.lane(Lane.CLAIMED, limit=ALL) == tickets.held_by(GUS, limit=ALL) == ()
    assert tickets.owed_before(NOW, limit=ALL) == ()
    assert tickets.due(now=NOW, limit=ALL) == tickets.unsettled(now=NOW, limit=ALL) == ()
    assert tickets.of_customer(CARLA, limit=ALL) == (kept.id,)
    assert ids(tuple(tickets.cards())) == [kept.id]
    assert stores.presences.of(ticket.id) == ()
    assert len(stores.presences.of(kept.id)) == 1
    assert not tickets.erase(ticket.id)


def test_a_change_of_what_was_erased_does_not_bring_it_back(stores: Stores) -> None:
    ticket = one()
    stores.tickets.add(ticket)
    stores.tickets.erase(ticket.id)
    with pytest.raises(StaleWrite):
        stores.tickets.save(claimed(ticket))
    assert stores.tickets.get(ticket.id) is None


# --- lists -------------------------------------------------------------------------------


@given(data=st.data())
@settings(max_examples=15)
def test_every_list_is_what_the_tickets_say(
    new_stores: Callable[[], Stores], data: st.DataObject
) -> None:
    """By brute force over any tickets, whole and in pages of two."""
    tickets = new_stores().tickets
    agents, people = st.sampled_from((None, GUS, HEDI)), st.sampled_from((None, CARLA, OTTO))
    some = [
        data.draw(
            strategies.tickets(
                mention=mention_number(number),
                holder=data.draw(agents),
                customer=data.draw(people),
            )
        )
        for number in range(6)
    ]
    for ticket in some:
        tickets.add(ticket)

    def in_order(chosen: list[Ticket]) -> list[TicketId]:
        return [each.id for each in sorted(chosen, key=lambda each: each.queue_place)]

    for lane in Lane:
        wanted = in_order([each for each in some if each.lane is lane])
        assert ids(tickets.lane(lane, limit=ALL)) == wanted
        assert paged(partial(tickets.lane, lane, limit=2)) == wanted
    for agent in (GUS, HEDI):
        wanted = in_order([each for each in some if each.state in HELD and each.holder == agent])
        assert ids(tickets.held_by(agent, limit=ALL)) == wanted
        mine = paged(partial(tickets.held_by, agent, limit=2))
        assert mine == wanted
    instant = data.draw(strategies.instants())
    owed = [each for each in some if each.is_owed and each.due_at < instant]
    wanted = [each.id for each in sorted(owed, key=lambda each: (each.due_at, each.id))]
    assert ids(tickets.owed_before(instant, limit=ALL)) == wanted
    assert paged(partial(tickets.owed_before, instant, limit=2), owed_place) == wanted
    for person in (CARLA, OTTO):
        theirs = [each for each in some if each.customer == person]
        theirs.sort(key=lambda each: each.opened_at, reverse=True)
        found = tickets.of_customer(person, limit=ALL)
        opened_at = {each.id: each.opened_at for each in theirs}
        assert [opened_at[id] for id in found] == [each.opened_at for each in theirs]
        assert set(found) == {each.id for each in theirs}
    come = [(each.next_at, each.id) for each in some if each.next_at and each.next_at <= instant]
    assert ids(tickets.due(now=instant, limit=ALL)) == [id for _, id in sorted(come)]
    left = [
        (each.unsettled_from, each.id)
        for each in some
        if each.unsettled_from and each.unsettled_from <= instant
    ]
    assert ids(tickets.unsettled(now=instant, limit=ALL)) == [id for _, id in sorted(left)]
    waiting = {card_of(each) for each in some if each.is_in_queue}
    assert {*tickets.cards()} == waiting


def paged(
    listed: Callable[..., tuple[Card, ...]],
    place: Callable[[Card], str] = lambda card: card.order,
) -> list[TicketId]:
    """A list, read page by page to its end."""
    found: list[TicketId] = []
    after = ""
    while page := listed(after=after):
        assert not {*ids(page)} & {*found}, "a page begins behind the one before"
        found += ids(page)
        after = place(page[-1])
    return found


def test_a_list_is_of_cards_that_say_what_the_ticket_says(stores: Stores) -> None:
    ticket = one(customer=CARLA)
    stores.tickets.add(ticket)
    assert stores.tickets.lane(Lane.OPEN, limit=ALL) == (card_of(ticket),)
    changed = claimed(ticket)
    stores.tickets.save(changed)
    for listed in (
        stores.tickets.lane(Lane.CLAIMED, limit=ALL),
        stores.tickets.held_by(GUS, limit=ALL),
        stores.tickets.owed_before(ticket.due_at + MINUTE, limit=ALL),
        tuple(stores.tickets.cards()),
    ):
        assert listed == (card_of(changed),)


def test_the_wait_orders_to_the_microsecond(stores: Stores) -> None:
    later = one(waiting_since=NOW + timedelta(microseconds=1))
    sooner = one(waiting_since=NOW)
    for ticket in (later, sooner):
        stores.tickets.add(ticket)
    assert ids(stores.tickets.lane(Lane.OPEN, limit=ALL)) == [sooner.id, later.id]


def test_a_ticket_is_in_one_lane_and_in_none_once_it_has_ended(stores: Stores) -> None:
    ticket = one(customer=CARLA)
    stores.tickets.add(ticket)

    def lanes() -> list[Lane]:
        return [lane for lane in Lane if stores.tickets.lane(lane, limit=ALL)]

    assert lanes() == [Lane.OPEN]
    for state in (CLAIMED, TicketState.SNOOZED, TicketState.WAITING, TicketState.REPLIED):
        ticket = ticket.changed(state=state, holder=GUS)
        stores.tickets.save(ticket)
        assert lanes() == [Lane(state.value)]
        assert ids(stores.tickets.held_by(GUS, limit=ALL)) == [ticket.id]
    ticket = ticket.changed(state=TicketState.CONTENT, ended_at=NOW)
    stores.tickets.save(ticket)
    assert lanes() == []
    assert stores.tickets.held_by(GUS, limit=ALL) == ()
    assert stores.tickets.of_customer(CARLA, limit=ALL) == (ticket.id,)
    stores.tickets.save(ticket.changed(state=OPEN, holder=None))
    assert lanes() == [Lane.OPEN]


def test_an_open_ticket_is_nobodys_whoever_had_it_last(stores: Stores) -> None:
    stores.tickets.add(one(holder=GUS))
    assert stores.tickets.held_by(GUS, limit=ALL) == ()


def test_thanks_stand_in_a_lane_of_their_own_and_owe_nothing(stores: Stores) -> None:
    thanks = one(is_thanks=True, is_waiting=False, due_at=NOW - MINUTE)
    stores.tickets.add(thanks)
    assert ids(stores.tickets.lane(Lane.THANKS, limit=ALL)) == [thanks.id]
    assert stores.tickets.lane(Lane.OPEN, limit=ALL) == ()
    assert stores.tickets.owed_before(NOW, limit=ALL) == ()
    assert stores.tickets.due(now=NOW, limit=ALL) == ()
    assert ids(tuple(stores.tickets.cards())) == [thanks.id]


def test_what_was_due_at_that_very_instant_was_not_due_before_it(stores: Stores) -> None:
    ticket = one(due_at=NOW)
    stores.tickets.add(ticket)
    assert stores.tickets.owed_before(NOW, limit=ALL) == ()
    later = NOW + timedelta(microseconds=1)
    assert ids(stores.tickets.owed_before(later, limit=ALL)) == [ticket.id]


def test_a_place_behind_all_that_is_overdue_gives_nothing(stores: Stores) -> None:
    ticket = one(due_at=NOW + MINUTE)
    stores.tickets.add(ticket)
    assert stores.tickets.owed_before(NOW, after=owed_place(ticket), limit=ALL) == ()


def test_unsettled_are_tickets_whose_reply_is_open_longest_due_first(stores: Stores) -> None:
    for age in (3, 9, 6):
        reply = a_reply(tried_at=NOW - age * MINUTE, send_at=None, state=ReplyState.UNKNOWN)
        stores.tickets.add(one(replies=(reply,), returns_for=str(age)))
    stores.tickets.add(one(replies=(a_reply(state=ReplyState.SENT),)))
    stores.tickets.add(one(replies=(a_reply(state=ReplyState.PROPOSED),)))
    ahead = a_reply(state=ReplyState.QUEUED, send_at=NOW + MINUTE)
    stores.tickets.add(one(replies=(ahead,)))

    def listed(limit: int) -> list[str]:
        return [each.returns_for for each in stores.tickets.unsettled(now=NOW, limit=limit)]

    assert listed(ALL) == ["9", "6", "3"]
    assert listed(2) == ["9", "6"]

    oldest = stores.tickets.unsettled(now=NOW, limit=1)[0]
    settled = replace(oldest.replies[0], state=ReplyState.SENT)
    stores.tickets.save(oldest.changed(replies=(settled,)))
    assert listed(ALL) == ["6", "3"]


def test_due_is_whatever_the_clock_has_to_look_at_longest_due_first(stores: Stores) -> None:
    soon, later = NOW + MINUTE, NOW + 60 * MINUTE
    ends = one(state=CLAIMED, holder=GUS, held_until=NOW - 2 * MINUTE, due_at=later)
    breaches = one(due_at=NOW - 3 * MINUTE)
    comes_back = one(state=TicketState.SNOOZED, holder=GUS, returns_at=NOW - MINUTE, due_at=later)
    not_yet = one(due_at=soon)
    known = one(due_at=NOW - MINUTE, breached_at=NOW - MINUTE)
    for ticket in (ends, breaches, comes_back, not_yet, known):
        stores.tickets.add(ticket)
    assert stores.tickets.due(now=NOW, limit=ALL) == (breaches, ends, comes_back)
    assert stores.tickets.due(now=NOW, limit=2) == (breaches, ends)
    assert stores.tickets.due(now=soon, limit=ALL)[-1] == not_yet
    stores.tickets.save(breaches.changed(breached_at=NOW))
    assert stores.tickets.due(now=NOW, limit=ALL) == (ends, comes_back)
