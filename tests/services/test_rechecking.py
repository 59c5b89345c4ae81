"""Posts that were read before are looked at again, and those that are gone are marked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.cost import Charge, Per, Price, PriceBook, Use
from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import NotFound, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention, MentionId
from chalicelib.domain.read_budget import ReadBudget, Scope
from chalicelib.domain.recheck import AGAIN_AFTER
from chalicelib.domain.signal import Urgency
from chalicelib.domain.ticket import TicketId
from chalicelib.ports import Batch, Checked, Cursor, ReadUsage, SourceState, Traits
from chalicelib.services.ingest.spending import Spending
from chalicelib.services.rechecking import MOST_CALLS, Rechecking
from tests.builders import (
    NOW,
    a_desk,
    a_mention,
    a_pulled,
    a_score,
    a_source_entry,
    a_ticket,
    an_incident,
    mention_number,
)
from tests.fakes import (
    FakeDesks,
    FakeIncidents,
    FakeMentions,
    FakeMeter,
    FakeNotices,
    FakePaidReads,
    FakeReadUsages,
    FakeSources,
    FakeSourceStates,
    FakeTickets,
)
from tests.fakes.platforms import FREE

NAME, OTHER = "mastodon-acme", "forum-acme"
CAN_TELL = replace(FREE, can_check_deletions=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Checker:
    """A platform that knows which of its posts are `gone`; each question is one request."""

    def __init__(self, name: str = NAME) -> None:
        self.name = name
        self.checks_at_once = 100
        self.gone: set[str] = set()
        self.trouble: Exception | None = None
        self.asked: list[list[MentionId]] = []
        self.uses: tuple[Use, ...] = ()

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        return Batch(pulled=(), cursor=cursor, is_caught_up=True)

    def delete_check(self, mentions: Sequence[Mention], *, deadline: datetime) -> Checked:
        assert 0 < len(mentions) <= self.checks_at_once
        self.asked.append([one.id for one in mentions])
        if self.trouble is not None:
            raise self.trouble
        there = {one.platform_id for one in mentions}
        return Checked(gone=frozenset(self.gone & there), uses=self.uses)


class CountingSources(FakeSources):
    """Tells of each question that a platform is asked."""

    unknown = ""

    def traits(self, desk: Desk, name: str) -> Traits:
        if name == self.unknown:
            raise NotFound(f"no source is configured as {name}")
        return super().traits(desk, name)

    def open(self, desk, name, *, on_request=None):  # type: ignore[no-untyped-def]
        source = super().open(desk, name)
        plain = source.delete_check  # type: ignore[attr-defined]

        def counted(mentions: Sequence[Mention], *, deadline: datetime) -> Checked:
            if on_request is not None:
                on_request()
            found: Checked = plain(mentions, deadline=deadline)
            return found

        return _Counted(source, counted)


class _Counted:
    def __init__(self, source, delete_check) -> None:  # type: ignore[no-untyped-def]
        self.name, self.fetch = source.name, source.fetch
        self.checks_at_once = source.checks_at_once
        self.delete_check = delete_check


class Round:
    """The service over fakes."""

    def __init__(self) -> None:
        self.platform, self.forum = Checker(), Checker(OTHER)
        entries = (a_source_entry(NAME), a_source_entry(OTHER))
        self.desks = FakeDesks(a_desk(sources=entries))
        self.sources = CountingSources(self.platform, self.forum)
        self.sources.traits_of = {NAME: CAN_TELL, OTHER: CAN_TELL}
        self.states, self.usages = FakeSourceStates(), FakeReadUsages()
        self.mentions, self.tickets = FakeMentions(), FakeTickets()
        self.incidents, self.meter = FakeIncidents(), FakeMeter()
        self.notices = FakeNotices()
        self.prices = PriceBook(())
        self.has_time = True
        self.rechecking = Rechecking(
            desks=self.desks,
            sources=self.sources,
            states=self.states,
            mentions=self.mentions,
            tickets=self.tickets,
            incidents=self.incidents,
            spending=Spending(
                usages=self.usages,
                paid=FakePaidReads(),
                prices=lambda: self.prices,
                meter=self.meter,
            ),
            meter=self.meter,
            notices=self.notices,
        )

    def has(self, *numbers: int, source: str = NAME, look_at: datetime = NOW) -> None:
        """Mentions that were read an hour ago, judged, and are due."""
        for number in numbers:
            mention = mention_number(number, source=source, pulled_at=NOW - HOUR)
            self.mentions.add(a_pulled(mention), look_at=look_at)
            self.mentions.record_score(
                mention.id, a_score(Urgency.IGNORE), incident_id=None, now=NOW - HOUR
            )
        self.mentions.stream.clear()

    def goes(self, *numbers: int) -> None:
        self.platform.gone |= {mention_number(number).platform_id for number in numbers}

    def runs(self, now: datetime = NOW) -> int:
        until = now + timedelta(minutes=4)
        return self.rechecking.recheck(now=now, deadline=lambda: until if self.has_time else None)

    def next_look(self, number: int) -> datetime | None:
        return self.mentions.looked_at.get(mention_number(number).id)

    def is_there(self, number: int) -> bool:
        return self.mentions.get(mention_number(number).id) is not None


@pytest.fixture
def round() -> Round:
    return Round()


def test_what_is_gone_is_marked_and_what_stands_is_looked_at_again_later(round: Round) -> None:
    round.has(1, 2, 3)
    round.goes(2)
    assert round.runs() == 1
    assert [round.is_there(number) for number in (1, 2, 3)] == [True, False, True]
    (marked,) = round.mentions.stream
    assert (marked.id, marked.withdrawn_at) == (mention_number(2).id, NOW)
    assert round.next_look(1) == NOW - HOUR + DAY
    assert round.next_look(2) is None
    assert round.runs() == 0
    assert len(round.platform.asked) == 1, "nothing is due"


def test_what_is_not_due_is_not_asked_for(round: Round) -> None:
    round.has(1, look_at=NOW + timedelta(seconds=1))
    round.runs()
    assert round.platform.asked == []


def test_many_are_asked_for_in_parts_that_the_platform_takes(round: Round) -> None:
    round.platform.checks_at_once = 4
    round.has(*range(10))
    round.runs()
    assert [len(one) for one in round.platform.asked] == [4, 4, 2]


def test_requests_and_money_are_counted_with_those_of_reading(round: Round) -> None:
    price = Price(
        sku="x.post-read",
        amount=Decimal("0.005"),
        currency="USD",
        since=NOW.date(),
        seen_on=NOW.date(),
        source="their page",
    )
    round.prices = PriceBook([price])
    round.platform.uses = (Use(sku="x.post-read", quantity=3),)
    round.has(1, 2, 3)
    round.runs()
    usage = round.usages.of("2026-11")[NAME]
    assert (usage.calls, usage.posts, str(usage.spent)) == (1, 0, "0.015")


def test_a_source_that_fails_is_left_for_the_next_hour_and_stops_no_other(round: Round) -> None:
    round.has(1)
    round.has(2, source=OTHER)
    round.platform.trouble = SourceUnavailable("down")
    round.forum.gone = {mention_number(2).platform_id}
    assert round.runs() == 1
    assert round.is_there(1)
    assert round.next_look(1) == NOW, "due as before"
    assert round.meter.counts["RechecksFailed"] == 1
    assert round.usages.of("2026-11")[NAME].calls == 1, "asked in vain"
    assert round.notices.told == []
    round.platform.trouble = None
    round.runs(NOW + HOUR)
    assert len(round.platform.asked) == 2


def test_a_source_that_could_not_be_asked_for_a_day_is_told(round: Round) -> None:
    round.has(1)
    round.platform.trouble = SourceUnavailable("half an answer")
    round.runs(NOW + 23 * HOUR)
    assert round.notices.told == []
    round.runs(NOW + 25 * HOUR)
    (notice,) = round.notices.told
    assert "does not tell whether posts still stand: half an answer" in notice.text


def test_a_platform_that_refuses_to_tell_is_told(round: Round) -> None:
    round.has(1)
    round.platform.trouble = SourceRefused("the scope read is missing")
    round.runs()
    (notice,) = round.notices.told
    assert notice.text == (
        "Source mastodon-acme does not tell whether posts still stand: the scope read is missing"
    )


def test_an_error_of_ours_is_raised_after_the_others_had_their_turn(round: Round) -> None:
    round.has(1)
    round.has(2, source=OTHER)
    round.platform.trouble = ValueError("a bug")
    with pytest.raises(ExceptionGroup):
        round.runs()
    assert round.forum.asked


def test_a_source_that_cannot_tell_is_not_asked(round: Round) -> None:
    round.sources.traits_of[NAME] = FREE
    round.has(1)
    assert round.runs() == 0
    assert round.platform.asked == []


def test_a_source_whose_budget_runs_short_is_heard_rather_than_looked_at_again(
    round: Round,
) -> None:
    round.has(1)
    round.states.save(SourceState(name=NAME, scope=Scope.SLOWED, version=1))
    round.runs()
    assert round.platform.asked == []
    round.states.save(SourceState(name=NAME, scope=Scope.FULL, version=2))
    round.runs()
    assert len(round.platform.asked) == 1


def test_what_is_said_to_us_is_read_from_the_last_fifth_of_a_budget_and_not_looked_at_again(
    round: Round,
) -> None:
    """It is read in full until its budget is gone, which looking again must not use up."""
    entry = replace(a_source_entry(NAME), budget=ReadBudget(calls=1_000_000))
    round.desks.put(a_desk(sources=(entry,)), now=NOW)
    round.has(1)
    round.usages.add(NAME, "2026-11", ReadUsage(calls=800_000))
    round.runs()
    assert round.platform.asked == []
    greater = replace(entry, budget=ReadBudget(calls=10_000_000))
    round.desks.put(a_desk(sources=(greater,)), now=NOW)
    round.runs()
    assert len(round.platform.asked) == 1


def test_a_source_of_a_kind_that_this_release_does_not_know_stops_no_other(round: Round) -> None:
    round.sources.unknown = NAME
    round.has(1, source=OTHER)
    round.runs()
    assert len(round.forum.asked) == 1


def test_no_more_requests_go_out_in_an_hour_than_are_stated(round: Round) -> None:
    round.platform.checks_at_once = 1
    round.has(*range(MOST_CALLS + 20))
    round.runs()
    assert len(round.platform.asked) == MOST_CALLS
    round.runs(NOW + HOUR)
    assert len(round.platform.asked) == MOST_CALLS + 20


def test_when_time_is_over_the_rest_is_left_for_the_next_hour(round: Round) -> None:
    round.has(1)
    round.has_time = False
    assert round.runs() == 0
    assert round.platform.asked == []


def test_when_nearly_all_are_gone_at_once_a_second_look_decides(round: Round) -> None:
    """Our own account may have lost its sight of them; erasing cannot be undone."""
    round.has(*range(12))
    round.goes(*range(12))
    assert round.runs() == 0
    assert all(round.is_there(number) for number in range(12))
    assert round.next_look(0) == NOW + AGAIN_AFTER
    round.platform.gone.discard(mention_number(0).platform_id)
    assert round.runs(NOW + HOUR) == 11
    assert round.is_there(0)
    round.goes(0)
    assert round.runs(NOW + 2 * DAY) == 1, "it stood meanwhile, and is one of few now"


def test_the_last_few_of_many_that_are_gone_are_believed_no_more_than_the_others(
    round: Round,
) -> None:
    round.platform.checks_at_once = 10
    round.has(*range(12))
    round.goes(*range(12))
    assert round.runs() == 0


def test_that_nearly_all_are_gone_is_told_before_they_are_erased(round: Round) -> None:
    round.has(*range(12))
    round.goes(*range(12))
    round.runs()
    (notice,) = round.notices.told
    assert notice.text == (
        "Source mastodon-acme: 12 of 12 posts are gone at once. Those that are gone in an hour too "
        "will be erased here. Can our account still see them?"
    )


def test_what_people_are_at_is_looked_at_each_day(round: Round) -> None:
    first, second, third = (mention_number(number, pulled_at=NOW - DAY) for number in (1, 2, 3))
    incident = an_incident()
    round.incidents.open(incident, instead_of=None)
    round.tickets.add(a_ticket(first))
    for mention, ticket, incident_id in (
        (first, TicketId(first.id), None),
        (second, None, incident.id),
        (third, None, None),
    ):
        round.mentions.add(a_pulled(mention), look_at=NOW)
        round.mentions.record_score(
            mention.id, a_score(), incident_id=incident_id, ticket_id=ticket, now=NOW
        )
    round.runs()
    assert round.next_look(1) == NOW + DAY
    assert round.next_look(2) == NOW + DAY
    assert round.next_look(3) == NOW + 6 * DAY


def test_what_is_charged_for_is_looked_at_seldom(round: Round) -> None:
    charges = (Charge(sku="x.post-read", per=Per.MENTION),)
    round.sources.traits_of[NAME] = replace(CAN_TELL, charges=charges)
    round.has(1)
    round.runs()
    assert round.next_look(1) == NOW - HOUR + DAY
    round.runs(NOW + DAY)
    assert round.next_look(1) == NOW - HOUR + 30 * DAY


def test_a_mention_that_was_forgotten_meanwhile_is_not_asked_for(round: Round) -> None:
    round.has(1)
    round.mentions.erase(mention_number(1).id)
    assert round.runs() == 0
    assert round.platform.asked == []
    assert round.mentions.get(a_mention().id) is None
