"""Search finds what a look at every ticket would find, whatever came twice or late."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import BadInput
from chalicelib.domain.mention import Author
from chalicelib.domain.searching import (
    MOST_ASKED,
    Query,
    matches,
    place_of,
    postings_of,
    read_query,
)
from chalicelib.domain.signal import Topic
from chalicelib.domain.ticket import (
    AgentId,
    Note,
    Post,
    ReplyState,
    Ticket,
    TicketId,
    TicketState,
)
from chalicelib.services.indexing import Indexing
from chalicelib.services.searching import BATCH, BATCHES, Found, Searching
from tests.builders import NOW, a_mention, a_reply, a_ticket
from tests.fakes import FakePostings, FakeTickets

KEPT_FOR = timedelta(days=400)
DAY = timedelta(days=1)


class Desk:
    """Tickets with the index that follows them."""

    def __init__(self) -> None:
        self.tickets, self.postings = FakeTickets(), FakePostings()
        self.indexing = Indexing(postings=self.postings, tickets=self.tickets, kept_for=KEPT_FOR)
        self.searching = Searching(postings=self.postings, tickets=self.tickets, kept_for=KEPT_FOR)
        self.changes: list[tuple[Ticket | None, Ticket | None]] = []

    def opens(self, *tickets: Ticket) -> None:
        for ticket in tickets:
            assert self.tickets.add(ticket)
            self._changed(None, ticket)

    def changes_to(self, old: Ticket, **over: Any) -> Ticket:
        new = replace(old, version=old.version + 1, **over)
        self.tickets.save(new)
        self._changed(old, new)
        return new

    def erases(self, ticket: Ticket) -> None:
        assert self.tickets.erase(ticket.id)
        self._changed(ticket, None)

    def _changed(self, old: Ticket | None, new: Ticket | None) -> None:
        self.changes.append((old, new))
        self.indexing.follow(old, new, now=NOW)

    def page(self, query: Query | str, *, after: str = "", limit: int = 100) -> Found:
        asked = read_query(query) if isinstance(query, str) else query
        return self.searching.find(asked, after, limit, NOW)

    def finds(self, query: Query | str, *, limit: int = 100) -> list[TicketId]:
        """Every page, one after the other."""
        found: list[TicketId] = []
        after = ""
        while True:
            page = self.page(query, after=after, limit=limit)
            assert len(page.cards) <= limit
            assert page.read <= BATCH * BATCHES
            found += [card.id for card in page.cards]
            if not page.next:
                return found
            assert page.next < after or not after, "a page that goes on nowhere"
            after = page.next


def ticket(number: int, text: str = "the site is down", **over: Any) -> Ticket:
    """One of many, each opened a minute before the one before it."""
    author = Author(handle=f"person{number}", name="")
    mention = a_mention(platform_id=str(number), text=text, author=author)
    opened_at = NOW - timedelta(minutes=number)
    return replace(
        a_ticket(mention), **{"id": TicketId(f"t{number:04}"), "opened_at": opened_at, **over}
    )


def test_the_newest_come_first() -> None:
    desk = Desk()
    desk.opens(ticket(3), ticket(1), ticket(2), ticket(4, "all is well"))
    assert desk.finds("site down") == ["t0001", "t0002", "t0003"]


def test_pages_follow_each_other_without_gap_or_double() -> None:
    desk = Desk()
    desk.opens(*(ticket(number) for number in range(25)))
    page = desk.page("down", limit=10)
    assert [card.id for card in page.cards] == [f"t{number:04}" for number in range(10)]
    assert desk.finds("down", limit=10) == [f"t{number:04}" for number in range(25)]


def test_one_word_alone_reads_no_more_tickets_than_it_shows() -> None:
    desk = Desk()
    desk.opens(*(ticket(number) for number in range(150)))
    assert desk.page("down", limit=20).read == 20


def test_a_rare_word_is_read_and_not_the_frequent_one_beside_it() -> None:
    desk = Desk()
    desk.opens(*(ticket(number) for number in range(200)), ticket(900, "site down in Ghent"))
    page = desk.page("down ghent")
    assert [card.id for card in page.cards] == ["t0900"]
    assert (page.read, page.next) == (1, "")


def test_a_word_that_nobody_said_reads_nothing() -> None:
    desk = Desk()
    desk.opens(*(ticket(number) for number in range(5)))
    assert desk.page("down parrot") == Found(cards=(), next="", read=0)


def test_what_is_hard_to_find_is_looked_for_in_bounded_steps() -> None:
    desk = Desk()
    desk.opens(*(ticket(number) for number in range(450)), ticket(800, state=TicketState.CONTENT))
    page = desk.page("down state:content", limit=20)
    assert (page.cards, page.read) == ((), BATCH * BATCHES)
    assert page.next, "it says that there is more to look at"
    assert desk.finds("down state:content", limit=20) == ["t0800"]


def test_a_page_that_takes_several_batches_has_each_ticket_once() -> None:
    desk = Desk()
    states = (TicketState.OPEN, TicketState.OPEN, TicketState.CONTENT)
    desk.opens(*(ticket(number, state=states[number % 3]) for number in range(290)))
    page = desk.page("down state:content", limit=90)
    assert [card.id for card in page.cards] == [f"t{number:04}" for number in range(2, 270, 3)]
    assert page.read == 270


def test_without_a_word_every_ticket_is_looked_at_month_by_month() -> None:
    desk = Desk()
    desk.opens(*(ticket(number, opened_at=NOW - 20 * number * DAY) for number in range(19)))
    assert desk.finds("brand:acme") == [f"t{number:04}" for number in range(19)]
    assert desk.finds("brand:acme", limit=2) == [f"t{number:04}" for number in range(19)]
    assert desk.finds("brand:bolt") == []
    assert desk.finds("since:2026-11-01 until:2026-11-20") == ["t0001"]


def test_a_place_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match=r"^after: "):
        Desk().page("down", after="down")


def test_a_ticket_that_is_gone_from_under_the_index_is_not_found() -> None:
    desk = Desk()
    desk.opens(ticket(1), ticket(2))
    desk.tickets.erase(TicketId("t0001"))
    assert desk.finds("down") == ["t0002"]


def test_an_erased_ticket_leaves_no_word_behind() -> None:
    desk = Desk()
    desk.opens(ticket(1), ticket(2))
    desk.erases(ticket(1))
    desk.erases(ticket(2))
    assert desk.postings.all() == {}


def test_of_a_ticket_that_has_expired_the_postings_are_left_to_expire() -> None:
    desk = Desk()
    old = ticket(1, opened_at=NOW - KEPT_FOR)
    desk.opens(old)
    before = desk.postings.writes
    desk.erases(old)
    assert desk.postings.writes == before


class Counting(FakePostings):
    """Tells which words were counted."""

    def __init__(self) -> None:
        super().__init__()
        self.counted: list[str] = []

    def count(self, word: str, *, since: str, until: str, most: int) -> int:
        self.counted.append(word)
        return super().count(word, since=since, until=until, most=most)


def test_a_phrase_of_a_hundred_words_is_counted_by_ten_of_them() -> None:
    desk = Desk()
    desk.postings = Counting()
    desk.indexing = Indexing(postings=desk.postings, tickets=desk.tickets, kept_for=KEPT_FOR)
    desk.searching = Searching(postings=desk.postings, tickets=desk.tickets, kept_for=KEPT_FOR)
    words = " ".join(f"a{number}" for number in range(70))
    ticket = a_ticket(a_mention(text=words))
    desk.opens(ticket, a_ticket(a_mention(platform_id="2", text=words.replace("a7 ", ""))))
    assert desk.finds(f'"{words}"') == [ticket.id]
    assert len(desk.postings.counted) == MOST_ASKED


def test_words_that_a_ticket_loses_are_taken_away() -> None:
    desk = Desk()
    first = ticket(1)
    desk.opens(first)
    second = desk.changes_to(first, notes=(Note(by=AgentId("mia"), at=NOW, text="ghent"),))
    desk.changes_to(second, notes=())
    assert desk.finds("ghent") == []
    assert "ghent" not in desk.postings.all()


def test_a_change_without_a_new_word_writes_nothing() -> None:
    desk = Desk()
    first = ticket(1)
    desk.opens(first)
    before = desk.postings.writes
    desk.changes_to(first, state=TicketState.CLAIMED, holder=AgentId("mia"))
    assert desk.postings.writes == before


def test_an_index_can_be_made_anew_from_the_tickets() -> None:
    desk = Desk()
    desk.tickets.add(ticket(1))
    assert desk.indexing.index(ticket(1)) == len(postings_of(ticket(1)))
    assert desk.finds("down") == ["t0001"]


# --- against a look at everything ----------------------------------------------------------

WORDS = ("down", "site", "pay", "card", "ghent", "ünïque", "停電")

said = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)


@st.composite
def conversations(draw: st.DrawFn) -> Ticket:
    """One ticket; a few words, so that many meet."""
    number = draw(st.integers(0, 40))
    opened_at = NOW - draw(st.sampled_from([timedelta(0), DAY, 30 * DAY, 100 * DAY]))
    author = st.none() | st.builds(Author, handle=st.sampled_from(["ann@soc", "bea"]), name=said)
    post = a_mention(platform_id=f"9{number}", text=draw(said), author=draw(author))
    return replace(
        a_ticket(a_mention(platform_id=str(number), text=draw(said), author=draw(author))),
        id=TicketId(f"t{number}"),
        opened_at=opened_at,
        state=draw(st.sampled_from(TicketState)),
        topic=draw(st.sampled_from([Topic.OUTAGE, Topic.PRESS])),
        posts=(Post(mention=replace(post, is_private=draw(st.booleans()))),),
        replies=(
            a_reply(
                text=draw(said),
                state=draw(st.sampled_from([ReplyState.SENT, ReplyState.QUEUED])),
                is_private=draw(st.booleans()),
            ),
        ),
        notes=(Note(by=AgentId("mia"), at=NOW, text=draw(said)),),
    )


def many() -> st.SearchStrategy[list[Ticket]]:
    return st.lists(conversations(), max_size=12, unique_by=lambda one: one.id)


@st.composite
def questions(draw: st.DrawFn) -> Query:
    words = draw(st.lists(st.sampled_from([*WORDS, "parrot"]), max_size=2))
    phrase = draw(st.lists(st.sampled_from(WORDS), max_size=3))
    filters = {
        "author": draw(st.sampled_from(["", "", "ann", "bea", "ghent"])),
        "state": draw(st.sampled_from(["", "", "open", "replied"])),
        "topic": draw(st.sampled_from(["", "", "outage"])),
        "since": draw(st.sampled_from(["", "", "2026-10-01"])),
        "until": draw(st.sampled_from(["", "", "2026-11-20"])),
    }
    text = " ".join(words) + (f' "{" ".join(phrase)}"' if phrase else "")
    return read_query(text or "down", **filters)


def looked_through(tickets: Sequence[Ticket], query: Query) -> list[TicketId]:
    found = [one for one in tickets if matches(one, query)]
    return [one.id for one in sorted(found, key=place_of, reverse=True)]


@given(many(), questions(), st.sampled_from([1, 3, 100]))
def test_search_finds_what_a_look_at_every_ticket_finds(
    tickets: list[Ticket], query: Query, limit: int
) -> None:
    desk = Desk()
    desk.opens(*tickets)
    assert desk.finds(query, limit=limit) == looked_through(tickets, query)


@given(many(), st.data())
def test_what_comes_twice_late_or_in_another_order_changes_nothing(
    tickets: list[Ticket], data: st.DataObject
) -> None:
    desk = Desk()
    desk.opens(*tickets)
    for one in tickets:
        for text in data.draw(st.lists(said, max_size=2)):
            current = desk.tickets.get(one.id)
            assert current is not None
            desk.changes_to(current, notes=(Note(by=AgentId("mia"), at=NOW, text=text),))
        if data.draw(st.booleans()):
            current = desk.tickets.get(one.id)
            assert current is not None
            desk.erases(current)
    there = desk.tickets.all()
    right = {
        word: {place_of(one) for one in there if word in postings_of(one)}
        for one in there
        for word in postings_of(one)
    }
    assert desk.postings.all() == right
    for old, new in data.draw(st.lists(st.sampled_from(desk.changes or [(None, None)]))):
        desk.indexing.follow(old, new, now=NOW)
    assert desk.postings.all() == right


@given(many(), st.data())
def test_every_change_in_any_order_once_makes_the_index(
    tickets: list[Ticket], data: st.DataObject
) -> None:
    desk = Desk()
    desk.opens(*tickets)
    for one in tickets:
        desk.changes_to(one, notes=(Note(by=AgentId("mia"), at=NOW, text=data.draw(said)),))
    right, changes = desk.postings.all(), desk.changes
    fresh = Indexing(postings=FakePostings(), tickets=desk.tickets, kept_for=KEPT_FOR)
    for old, new in data.draw(st.permutations(changes)):
        fresh.follow(old, new, now=NOW)
    assert isinstance(fresh._postings, FakePostings)
    assert fresh._postings.all() == right


def test_time_is_an_argument() -> None:
    desk = Desk()
    desk.opens(ticket(1))
    later: datetime = NOW + 500 * DAY
    assert desk.searching.find(read_query("brand:acme"), "", 10, later).cards == ()
