"""What a list shows, in what order, and how much waits."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.queue_view import Filters, QueueView
from chalicelib.domain.signal import Mood, Topic, Urgency
from chalicelib.domain.ticket import Card, TicketId, TicketState
from chalicelib.services.answering.listing import COUNTING_LASTS, FRESH_FOR, MOST_READ, Listing
from tests.builders import NOW, a_score, a_ticket, mention_number
from tests.fakes import FakeTallies, FakeTickets
from tests.services.answering.scenes import GUS, HAL, approve, deliver
from tests.services.stage import Stage, after

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


def all_of(stage: Stage, view: QueueView, *, limit: int = 100, **filters: str) -> list[str]:
    """Numbers of the posts a view shows, over all its pieces."""
    numbers: list[str] = []
    place = ""
    while True:
        piece = stage.listing.view(
            view, me=GUS, filters=Filters(**filters), after=place, limit=limit, now=after(30)
        )
        numbers += [one.id.rpartition(".")[2].lstrip("0") for one in piece.cards]
        place = piece.next
        if not place:
            return numbers


def a_busy_desk() -> Stage:
    """One ticket of each kind: 1 open, 2 mine, 3 Hal's, 4 replied, 5 promised, 6 snoozed,
    7 late, 8 praise, 9 over."""
    stage = Stage()
    praised = a_score(Urgency.IGNORE, topic=Topic.PRAISE, mood=Mood.POSITIVE)
    stage.scorer.table |= {"thank you": praised}
    for number in range(1, 10):
        late = number == 7
        praise = number == 8
        stage.judged(
            "it is slow" if late else "thank you all" if praise else "where is it",
            number,
            now=NOW - timedelta(hours=2) if late else NOW,
        )
    ids = {int(one.id.rpartition(".")[2]): one.id for one in stage.tickets.all()}
    for number, by in ((2, GUS), (3, HAL), (4, GUS), (5, GUS), (6, HAL), (9, HAL)):
        stage.holding.claim(ids[number], by, now=NOW)
    approve(stage, ids[4])
    deliver(stage)
    stage.ending.wait(ids[5], GUS, NOW + DAY, "call", now=NOW)
    stage.ending.snooze(ids[6], HAL, NOW + DAY, now=NOW)
    stage.ending.resolve(ids[9], HAL, TicketState.NO_ANSWER, now=NOW)
    return stage


VIEWS = {
    QueueView.MINE: ["2", "5", "4"],
    QueueView.UNCLAIMED: ["7", "1"],
    QueueView.TEAM: ["2", "3"],
    QueueView.WAITING: ["5", "4"],
    QueueView.SNOOZED: ["6"],
    QueueView.BREACHED: ["7"],
    QueueView.THANKS: ["8"],
    QueueView.ALL: ["7", "1", "2", "3", "5", "6", "4"],
}


@pytest.mark.parametrize("view", QueueView)
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_each_view_shows_its_own_gravest_first_however_it_is_cut(
    view: QueueView, limit: int
) -> None:
    assert all_of(a_busy_desk(), view, limit=limit) == VIEWS[view]


def test_the_counts_say_what_the_views_show() -> None:
    stage = a_busy_desk()
    counts = stage.listing.counts(me=GUS, now=after(30))

    assert counts.views == {view: len(shown) for view, shown in VIEWS.items()}
    assert counts.brands == {"acme": 7}
    assert counts.topics == {"outage": 1, "other": 6}
    assert counts.sources == {"mastodon-acme": 7}
    assert counts.languages == {"en": 7}


def test_filters_let_pass_what_has_all_that_is_asked_for() -> None:
    stage = a_busy_desk()
    assert all_of(stage, QueueView.ALL, topic="outage") == ["7"]
    assert all_of(stage, QueueView.ALL, topic="outage", brand="other") == []
    assert (
        all_of(stage, QueueView.ALL, source="mastodon-acme", language="en") == VIEWS[QueueView.ALL]
    )
    assert all_of(stage, QueueView.UNCLAIMED, topic="other", limit=1) == ["1"]


class _Counting(FakeTickets):
    """Counts the cards that it gave."""

    read = 0

    def lane(self, *args: object, **named: object) -> tuple[Card, ...]:
        cards = super().lane(*args, **named)  # type: ignore[arg-type]
        self.read += len(cards)
        return cards


def test_one_request_reads_a_bounded_number_of_cards_and_says_that_there_are_more() -> None:
    tickets = _Counting()
    for number in range(MOST_READ + 50):
        topic = Topic.PRESS if number == MOST_READ + 49 else Topic.OTHER
        mention = mention_number(number, posted_at=after(number))
        tickets.add(a_ticket(mention, topic=topic))
    listing = Listing(tickets=tickets, tallies=FakeTallies())
    press = Filters(topic="press")

    first = listing.view(QueueView.UNCLAIMED, me=GUS, filters=press, limit=48, now=NOW)
    assert (first.cards, tickets.read) == ((), MOST_READ)
    assert first.next
    rest = listing.view(
        QueueView.UNCLAIMED, me=GUS, filters=press, after=first.next, limit=50, now=NOW
    )
    assert (len(rest.cards), rest.next) == (1, "")


def test_a_ticket_that_moves_while_its_lanes_are_read_is_shown_once() -> None:
    class _Moving(FakeTickets):
        def lane(self, lane, *, after="", limit):  # type: ignore[no-untyped-def]
            cards = super().lane(lane, after=after, limit=limit)
            for card in cards:
                there = self.get(card.id)
                if there and there.state is TicketState.OPEN:
                    self.save(replace(there, state=TicketState.CLAIMED, holder=HAL, version=2))
            return cards

    tickets = _Moving()
    tickets.add(a_ticket())
    listing = Listing(tickets=tickets, tallies=FakeTallies())
    shown = listing.view(QueueView.ALL, me=GUS, filters=Filters(), limit=10, now=NOW)
    assert len(shown.cards) == 1


# --- counting ----------------------------------------------------------------------------


def test_a_count_is_good_for_a_few_seconds_and_then_made_anew() -> None:
    stage = Stage()
    stage.judged("where is it", 1)
    assert stage.listing.counts(me=GUS, now=NOW).views[QueueView.ALL] == 1
    stage.judged("where is it", 2)

    old = stage.listing.counts(me=GUS, now=NOW + FRESH_FOR - MOMENT)
    assert (old.views[QueueView.ALL], old.counted_at) == (1, NOW)
    late = NOW + COUNTING_LASTS
    assert stage.listing.counts(me=GUS, now=late).views[QueueView.ALL] == 2


def test_of_many_who_find_it_old_one_counts() -> None:
    stage = Stage()
    stage.listing.counts(me=GUS, now=NOW)
    stage.judged("where is it", 1)
    late = NOW + 2 * COUNTING_LASTS
    assert stage.tallies.begin(now=late - MOMENT, lease=COUNTING_LASTS)

    assert stage.listing.counts(me=GUS, now=late).views[QueueView.ALL] == 0


def test_the_more_there_is_to_count_the_longer_a_count_is_good() -> None:
    stage = Stage()
    for number in range(3_000):
        stage.tickets.add(a_ticket(mention_number(number)))
    stage.listing.counts(me=GUS, now=NOW)
    assert stage.listing.counts(me=GUS, now=NOW + timedelta(seconds=29)).counted_at == NOW
    fresh = NOW + timedelta(seconds=30)
    assert stage.listing.counts(me=GUS, now=fresh).counted_at == fresh


@given(
    limit=st.integers(1, 9),
    waits=st.lists(st.tuples(st.sampled_from(Urgency), st.integers(0, 3)), max_size=25),
)
def test_a_list_in_pieces_is_the_list(limit: int, waits: list[tuple[Urgency, int]]) -> None:
    tickets = FakeTickets()
    for number, (urgency, minute) in enumerate(waits):
        mention = mention_number(number)
        state = [TicketState.OPEN, TicketState.CLAIMED, TicketState.SNOOZED][number % 3]
        tickets.add(
            a_ticket(
                mention,
                id=TicketId(mention.id),
                urgency=urgency,
                waiting_since=after(minute),
                state=state,
                holder=None if state is TicketState.OPEN else GUS,
            )
        )
    listing = Listing(tickets=tickets, tallies=FakeTallies())
    shown: list[Card] = []
    place = ""
    while True:
        piece = listing.view(
            QueueView.ALL, me=GUS, filters=Filters(), after=place, limit=limit, now=NOW
        )
        shown += piece.cards
        place = piece.next
        if not place:
            break
    assert [one.id for one in shown] == [
        one.id for one in sorted(tickets.cards(), key=lambda one: one.order)
    ]
