"""What tickets cost and how they stand in DynamoDB."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import BadInput
from chalicelib.domain.mention import MAX_ADDRESS, MAX_NAME, MAX_PLATFORM_ID, MAX_TEXT, Author
from chalicelib.domain.ticket import (
    MAX_REPLY,
    AgentId,
    Lane,
    Note,
    Post,
    ReplyState,
    Ticket,
    TicketAct,
    TicketActKind,
    TicketState,
    card_of,
    noted,
)
from chalicelib.domain.ticket.acts import MOST_ACTS
from chalicelib.domain.ticket.holding import MAX_NOTE
from tests.adapters.stores import RETENTION_DAYS, Stores, calls, item, put
from tests.builders import NOW, a_mention, a_reply, a_ticket, mention_number

GUS = AgentId("gus")
MINUTE = timedelta(minutes=1)


def stored(dynamo: Stores, ticket: Ticket) -> dict[str, Any]:
    return item(dynamo, "conversations", ticket.id, "ticket")


LISTS = {"lane", "order", "held", "owed", "owed_place", "due", "next_at"}
LISTS |= {"unsettled", "unsettled_from", "customer"}


def test_a_ticket_expires_when_retention_ends(dynamo: Stores) -> None:
    ticket = a_ticket()
    dynamo.tickets.add(ticket)
    ends_at = ticket.opened_at + timedelta(days=RETENTION_DAYS)
    assert stored(dynamo, ticket)["expires_at"] == {"N": str(int(ends_at.timestamp()))}


def test_a_ticket_has_what_lists_need_only_while_it_is_listed(dynamo: Stores) -> None:
    ticket = a_ticket(state=TicketState.CLAIMED, holder=GUS, due_at=NOW)
    dynamo.tickets.add(ticket)
    found = stored(dynamo, ticket)
    since = a_mention().posted_at.strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    assert {name: found[name]["S"] for name in LISTS & found.keys()} == {
        "lane": "claimed",
        "order": f"0#{since}#{ticket.id}",
        "held": "gus",
        "owed": "1",
        "owed_place": f"2026-11-21T19:30:00.000000Z#{ticket.id}",
        "due": "1",
        "next_at": "2026-11-21T19:30:00.000000Z",
    }

    reply = a_reply(state=ReplyState.QUEUED, send_at=NOW + MINUTE)
    replying = ticket.changed(replies=(reply,))
    dynamo.tickets.save(replying)
    found = stored(dynamo, ticket)
    assert found["unsettled"] == {"S": "1"}
    assert found["unsettled_from"] == {"S": "2026-11-21T19:31:00.000000Z"}

    ended = replying.changed(state=TicketState.CONTENT, replies=(), ended_at=NOW)
    dynamo.tickets.save(ended)
    assert not LISTS & stored(dynamo, ticket).keys()


def test_a_view_is_one_query_of_so_many_cards(dynamo: Stores) -> None:
    for number in range(12):
        over: dict[str, Any] = {"state": TicketState.CLAIMED, "holder": GUS} if number % 2 else {}
        dynamo.tickets.add(a_ticket(mention_number(number), due_at=NOW, **over))
    later = NOW + MINUTE
    for limit, found in ((100, 6), (5, 5)):
        with calls(dynamo) as asked:
            assert len(dynamo.tickets.lane(Lane.OPEN, limit=limit)) == found
            assert len(dynamo.tickets.held_by(GUS, limit=limit)) == found
            assert len(dynamo.tickets.owed_before(later, limit=limit)) == min(limit, 12)
        assert asked == ["Query"] * 3


def test_what_is_due_is_one_query_of_keys_and_one_reading(dynamo: Stores) -> None:
    for number in range(12):
        reply = a_reply(state=ReplyState.UNKNOWN, tried_at=NOW - MINUTE)
        dynamo.tickets.add(a_ticket(mention_number(number), due_at=NOW, replies=(reply,)))
    with calls(dynamo) as asked:
        assert len(dynamo.tickets.due(now=NOW, limit=100)) == 12
        assert len(dynamo.tickets.unsettled(now=NOW, limit=100)) == 12
    assert asked == ["Query", "BatchGetItem"] * 2
    with calls(dynamo) as asked:
        assert dynamo.tickets.due(now=NOW - MINUTE, limit=100) == ()
    assert asked == ["Query"], "a quiet minute costs one request"


def test_some_tickets_are_one_request(dynamo: Stores) -> None:
    tickets = [a_ticket(mention_number(number)) for number in range(3)]
    for ticket in tickets:
        dynamo.tickets.add(ticket)
    with calls(dynamo) as asked:
        assert len(dynamo.tickets.some([ticket.id for ticket in tickets])) == 3
    assert asked == ["BatchGetItem"]


def test_a_change_is_one_request(dynamo: Stores) -> None:
    ticket = a_ticket()
    with calls(dynamo) as asked:
        dynamo.tickets.add(ticket)
        dynamo.tickets.save(ticket.changed(state=TicketState.CLAIMED, holder=GUS))
    assert asked == ["PutItem", "PutItem"]


def test_what_an_index_still_lists_and_is_not_due_any_more_is_left_out(dynamo: Stores) -> None:
    """The index lags: the item says what is so."""
    ticket = a_ticket(due_at=NOW)
    dynamo.tickets.add(ticket)
    listed = stored(dynamo, ticket)
    breached = ticket.changed(breached_at=NOW)
    dynamo.tickets.save(breached)
    newest = stored(dynamo, ticket)
    lagging = {**newest, "due": listed["due"], "next_at": listed["next_at"]}
    put(dynamo, "conversations", lagging)
    assert dynamo.tickets.due(now=NOW, limit=10) == ()


def test_a_card_or_ticket_that_cannot_be_read_does_not_hide_the_others(dynamo: Stores) -> None:
    broken, whole = (a_ticket(mention_number(number), due_at=NOW) for number in (1, 2))
    for ticket in (broken, whole):
        dynamo.tickets.add(ticket)
    unreadable = {"card": {"S": "{}"}, "ticket": {"S": "{}"}}
    put(dynamo, "conversations", {**stored(dynamo, broken), **unreadable})
    assert dynamo.tickets.lane(Lane.OPEN, limit=10) == (card_of(whole),)
    assert dynamo.tickets.due(now=NOW, limit=10) == (whole,)
    assert dynamo.tickets.some([broken.id, whole.id]) == (whole,)
    dynamo.tickets.erase(whole.id)
    with pytest.raises(BadInput, match="what is stored is no Card"):
        dynamo.tickets.lane(Lane.OPEN, limit=10)


@pytest.mark.parametrize("after", ["x" * 2_000, "0#\0", "\ud800"])
def test_what_never_was_a_place_is_refused_before_dynamodb_is_asked(
    dynamo: Stores, after: str
) -> None:
    with calls(dynamo) as asked:
        with pytest.raises(BadInput, match="after: no place in a list"):
            dynamo.tickets.lane(Lane.OPEN, after=after, limit=1)
        with pytest.raises(BadInput, match="after: no place in a list"):
            dynamo.tickets.owed_before(NOW, after=f"2{after}"[:1_999], limit=1)
    assert asked == []


# --- size and units ----------------------------------------------------------------------


def bytes_of(raw: dict[str, Any]) -> int:
    """What DynamoDB counts of an item: names and values, in UTF-8."""
    return sum(
        len(name.encode()) + len(next(iter(value.values())).encode()) for name, value in raw.items()
    )


def a_typical_ticket() -> Ticket:
    """Two posts, an answer, a note, and what was done."""
    text = "@acme I have been charged twice for order and nobody answers. Please fix this. " * 2
    kinds = (TicketActKind.OPENED, TicketActKind.CLAIMED, TicketActKind.REPLIED)
    return a_ticket(
        a_mention(text=text),
        customer="c-aaaaaaaaaaaaaaaaaaaaaaaa",
        state=TicketState.CLAIMED,
        holder=GUS,
        held_until=NOW + 20 * MINUTE,
        posts=(Post(mention=mention_number(2, text=text)),),
        replies=(a_reply(state=ReplyState.SENT),),
        notes=(Note(by=GUS, at=NOW, text="Asked billing; they refund it tonight."),),
        acts=tuple(TicketAct(kind=kind, at=NOW, by="gus") for kind in kinds),
    )


def test_a_typical_ticket_takes_four_kilobytes_and_its_card_one(dynamo: Stores) -> None:
    """As docs/architecture.md says."""
    ticket = a_typical_ticket()
    dynamo.tickets.add(ticket)
    found = stored(dynamo, ticket)
    card = len(found["card"]["S"].encode())
    assert 700 < card < 1_024
    assert 3_000 < bytes_of(found) < 5_120


def the_longest_post(number: int, character: str) -> Post:
    """As `admitted` lets it through."""
    address = "https://social.example/" + "a" * (MAX_ADDRESS - 30)
    author = Author(handle=character * MAX_NAME, name=character * MAX_NAME, url=address)
    mention = mention_number(
        number,
        text=character * MAX_TEXT,
        author=author,
        url=address,
        in_reply_to="x" * MAX_PLATFORM_ID,
        quotes_id="x" * MAX_PLATFORM_ID,
    )
    return Post(mention=mention)


def the_fullest_ticket(character: str, *, says: str = "") -> Ticket:
    """Everything that can be in one, as long as it can be; posts of this text when it is given."""
    ticket = a_ticket(the_longest_post(0, character).mention)
    number = 0
    while not ticket.is_full:
        number += 1
        post = the_longest_post(number, character)
        if says:
            post = replace(post, mention=replace(post.mention, text=says))
        ticket = ticket.changed(posts=(*ticket.posts, post))
        if not says:
            text = character * MAX_REPLY
            reply = a_reply(id=f"reply-{number}", text=text, state=ReplyState.SENT)
            ticket = ticket.changed(replies=(*ticket.replies, reply))
    for number in range(2 * MOST_ACTS):
        ticket = ticket.changed(
            TicketAct(
                kind=TicketActKind.TAKEN_OVER,
                at=NOW,
                by=f"agent-{number}",
                to=f"agent-{number - 1}",
                text=character * MAX_NOTE,
            )
        )
    return ticket


@pytest.mark.parametrize("says", ["", "ok"])
@pytest.mark.parametrize("character", ["a", "ü", "語", "😡"])
def test_a_full_conversation_stays_within_what_an_item_may_have(
    dynamo: Stores, character: str, says: str
) -> None:
    ticket = the_fullest_ticket(character, says=says)
    with pytest.raises(BadInput, match="more are not taken"):
        noted(ticket, GUS, "once more", now=NOW)
    dynamo.tickets.add(ticket)
    assert bytes_of(stored(dynamo, ticket)) < 400 * 1_024
    assert dynamo.tickets.get(ticket.id) == ticket


def test_a_page_of_a_hundred_cards_is_far_from_what_one_query_may_give(dynamo: Stores) -> None:
    """A query ends at 1 MB, and would need a second one then."""
    ticket = the_fullest_ticket("😡")
    dynamo.tickets.add(ticket)
    keys = sum(len(stored(dynamo, ticket)[name]["S"].encode()) for name in ("order", "pk", "sk"))
    assert 100 * (len(stored(dynamo, ticket)["card"]["S"].encode()) + keys) < 1_024 * 1_024 / 2
