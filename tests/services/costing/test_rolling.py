"""Records become hours, hours become days, whatever comes between."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.cost import Entry, Feature, Price, PriceBook, Sheet, Use
from chalicelib.domain.cost.day import DayState
from chalicelib.domain.cost.exact import total
from chalicelib.domain.cost.record import UsageRecord, hour_of
from chalicelib.domain.cost.standing import as_charged, hours_of_month, share_of
from chalicelib.domain.errors import BadInput
from chalicelib.ports import Books
from chalicelib.services.costing.rolling import Rolling
from tests.fakes import Crash, FakeBooks, FakeUsageRecords
from tests.fakes.costing import OWN_WRITE
from tests.strategies import sheets

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
ON = MIDNIGHT.date()
NOON = MIDNIGHT + 12 * HOUR
TICKET = "tkt_1"

WRITES = "dynamodb.write-unit"
MINE = Entry(WRITES, Feature.ANSWERING, "x", "acme", TICKET)
SHARED = Entry("lambda.request", Feature.JUDGING)


def a_price(amount: str = "0.5", sku: str = WRITES) -> Price:
    return Price(
        sku=sku,
        amount=Decimal(amount),
        per=1_000_000,
        currency="USD",
        since=date(2026, 1, 1),
        seen_on=ON,
        source="a page",
    )


def nothing_stands(_: datetime) -> Sequence[Use]:
    return ()


class Desk:
    """What is kept and added up in one deployment."""

    def __init__(self) -> None:
        self.records = FakeUsageRecords()
        self.books = FakeBooks()
        self.prices: Callable[[], PriceBook] = lambda: PriceBook([a_price()])
        self.standing: Callable[[datetime], Sequence[Use]] = nothing_stands

    def used(self, at: datetime, *pairs: tuple[Entry, int | Decimal], id: str = "") -> UsageRecord:
        """A record of an invocation, kept."""
        record = UsageRecord(id=id or f"tick/{at.isoformat()}", at=at, sheet=Sheet(pairs))
        self.records.put(record)
        return record

    def roll(self, now: datetime, *, books: Books | None = None, steps: int = 10**6) -> bool:
        """Whether there was time for all; `steps` is for how many hours there is."""
        times = iter([True] * steps)
        rolling = Rolling(
            records=self.records,
            books=books or self.books,
            prices=lambda: self.prices(),
            standing=lambda hour: self.standing(hour),
        )
        return rolling.roll(now=now, has_time=lambda: next(times, False)).is_done

    def state(self, on: date = ON) -> DayState | None:
        day = self.books.day(on)
        return day.state if day else None

    def day(self, on: date = ON) -> Sheet:
        day = self.books.day(on)
        assert day is not None
        return day.sheet

    @property
    def whole(self) -> tuple[object, ...]:
        """All that stands in the books."""
        days = self.books.days(date.min, date.max)
        hours = {day.on: self.books.hours(day.on) for day in days}
        full = {hour: self.books.hour(hour) for held in hours.values() for hour in held}
        abouts = {about for sheet in full.values() if sheet for about in sheet.by_about()}
        return days, hours, full, {about: self.books.about(about) for about in abouts}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def own(records: int) -> tuple[Entry, int]:
    """What keeping so many records took."""
    return OWN_WRITE, records


def test_an_hour_is_the_sum_of_its_records(desk: Desk) -> None:
    desk.used(NOON, (MINE, 2), (SHARED, 1))
    desk.used(NOON + 59 * MINUTE, (MINE, Decimal("1.5")))
    desk.used(NOON + HOUR, (MINE, 100))
    desk.used(NOON - MINUTE, (SHARED, 7))

    assert desk.roll(NOON + HOUR + 5 * MINUTE)
    whole = Sheet([(MINE, Decimal("3.5")), (SHARED, 1), own(2)])
    assert desk.books.hour(NOON) == whole
    assert desk.books.hours(ON)[NOON] == whole.without_about()
    assert desk.books.about(TICKET) == {
        NOON: Sheet([(MINE, Decimal("3.5"))]),
        NOON + HOUR: Sheet([(MINE, 100)]),
    }


def test_a_day_is_the_sum_of_its_hours_at_the_prices_of_today(desk: Desk) -> None:
    desk.used(NOON, (MINE, 2_000_000))
    desk.used(NOON + 3 * HOUR, (MINE, 500_000), (SHARED, 1))
    desk.used(MIDNIGHT - MINUTE, (MINE, 8))
    desk.roll(NOON + 3 * HOUR + MINUTE)

    day = desk.books.day(ON)
    assert day is not None
    assert day.sheet == Sheet([(replace(MINE, about=""), 2_500_000), (SHARED, 1), own(2)])
    assert day.amount == Decimal("1.250001")
    assert list(day.unpriced) == [SHARED]
    assert desk.day(ON - DAY).quantity(WRITES) == 9


def test_books_begin_with_the_first_hour_in_which_something_was_used(desk: Desk) -> None:
    assert desk.roll(NOON)
    assert desk.whole == ((), {}, {}, {})
    desk.used(NOON - 30 * HOUR, (SHARED, 1))
    desk.roll(NOON)
    assert [day.on for day in desk.books.days(date.min, date.max)] == [ON - DAY, ON]
    assert min(desk.books.hours(ON - DAY)) == NOON - 30 * HOUR
    assert max(desk.books.hours(ON)) == NOON


def test_a_day_runs_until_its_last_hour_is_complete(desk: Desk) -> None:
    desk.used(NOON, (SHARED, 1))
    night = MIDNIGHT + DAY
    for now, state in (
        (NOON, DayState.RUNNING),
        (night - MINUTE, DayState.RUNNING),
        (night + 14 * MINUTE, DayState.RUNNING),
        (night + 15 * MINUTE, DayState.ESTIMATED),
        (night + HOUR, DayState.ESTIMATED),
    ):
        desk.roll(now)
        assert desk.state() == state, now
    assert desk.state(ON + DAY) == DayState.RUNNING


def test_a_day_whose_last_hours_were_not_reached_goes_on_running(desk: Desk) -> None:
    desk.used(MIDNIGHT + 22 * HOUR, (SHARED, 1))
    desk.roll(MIDNIGHT + 22 * HOUR + MINUTE)
    late = MIDNIGHT + DAY + 5 * HOUR
    assert not desk.roll(late, steps=3)
    assert desk.books.last_hour(before=late) == MIDNIGHT + 22 * HOUR
    assert desk.state() == DayState.RUNNING
    assert desk.roll(late)
    assert desk.state() == DayState.ESTIMATED


def test_what_is_late_is_found_for_two_hours_more(desk: Desk) -> None:
    desk.used(NOON, (SHARED, 1))
    desk.roll(NOON + MINUTE)
    desk.roll(NOON + 2 * HOUR + MINUTE)
    desk.used(NOON + MINUTE, (MINE, 5), id="late/1")
    desk.roll(NOON + 3 * HOUR + MINUTE)

    assert desk.books.hour(NOON) == Sheet([(SHARED, 1), (MINE, 5), own(2)])
    assert desk.books.about(TICKET) == {NOON: Sheet([(MINE, 5)])}
    assert desk.day().quantity(SHARED.sku) == 1
    assert desk.day().quantity(WRITES) == 7


def test_what_is_late_opens_a_day_that_was_complete_and_closes_it_again(desk: Desk) -> None:
    desk.used(MIDNIGHT + 23 * HOUR, (SHARED, 1))
    desk.roll(MIDNIGHT + DAY + 20 * MINUTE)
    assert desk.state() == DayState.ESTIMATED
    desk.used(MIDNIGHT + 23 * HOUR, (SHARED, 4), id="late/1")
    desk.roll(MIDNIGHT + DAY + 80 * MINUTE)
    assert desk.day().quantity(SHARED.sku) == 5
    assert desk.state() == DayState.ESTIMATED


def test_a_day_that_is_complete_is_left_as_somebody_has_corrected_it(desk: Desk) -> None:
    """What a function cannot see takes the place of what was metered, once a day."""
    desk.used(MIDNIGHT + 23 * HOUR, (SHARED, 1))
    desk.roll(MIDNIGHT + DAY + 20 * MINUTE)
    day = desk.books.day(ON)
    assert day is not None
    corrected = replace(day, sheet=Sheet([(SHARED, 2)]))
    desk.books.put_day(corrected)
    desk.prices = lambda: PriceBook([a_price("9")])
    for hours in range(1, 5):
        desk.roll(MIDNIGHT + DAY + hours * HOUR)
    assert desk.books.day(ON) == corrected


def test_a_final_day_stays_whatever_comes_late(desk: Desk) -> None:
    desk.used(MIDNIGHT + 23 * HOUR, (SHARED, 1))
    desk.roll(MIDNIGHT + DAY + 20 * MINUTE)
    day = desk.books.day(ON)
    assert day is not None
    final = replace(day, state=DayState.FINAL)
    desk.books.put_day(final)
    desk.used(MIDNIGHT + 23 * HOUR, (SHARED, 4), id="late/1")
    desk.roll(MIDNIGHT + DAY + 80 * MINUTE)
    assert desk.books.day(ON) == final


def test_a_price_of_today_changes_the_running_day_alone(desk: Desk) -> None:
    desk.used(NOON, (MINE, 1_000_000))
    desk.used(NOON + DAY, (MINE, 1_000_000))
    desk.roll(NOON + DAY)
    desk.prices = lambda: PriceBook([a_price("3")])
    desk.roll(NOON + DAY + HOUR)

    amounts = [day.amount for day in desk.books.days(ON, ON + DAY)]
    assert [round(amount, 3) for amount in amounts] == [Decimal("0.5"), Decimal("3.0")]


def test_prices_that_cannot_be_read_keep_no_hour_from_being_summed(desk: Desk) -> None:
    desk.used(NOON, (MINE, 1_000_000))

    def broken() -> PriceBook:
        raise BadInput("finance.prices: two prices from 2026-01-01 on; keep one")

    desk.prices = broken
    with pytest.raises(BadInput, match="keep one"):
        desk.roll(NOON + MINUTE)
    assert desk.books.hour(NOON) is not None
    desk.prices = lambda: PriceBook([a_price()])
    desk.roll(NOON + HOUR)
    assert desk.day().quantity(WRITES) == 1_000_001


def test_hours_whose_records_are_gone_are_never_summed_again(desk: Desk) -> None:
    desk.used(NOON, (MINE, 5))
    desk.roll(NOON + MINUTE)
    before = desk.books.hour(NOON)
    desk.records = FakeUsageRecords()  # eight days later the table has let them go
    desk.used(NOON + 8 * DAY + HOUR, (SHARED, 1))
    desk.roll(NOON + 8 * DAY + HOUR + MINUTE)

    assert desk.books.hour(NOON) == before
    assert desk.day().quantity(WRITES) == 6
    assert min(desk.records.asked) == NOON + 2 * HOUR


@pytest.mark.parametrize(("past", "is_read"), [(0 * MINUTE, True), (MINUTE, True), (HOUR, False)])
def test_an_hour_is_read_as_long_as_its_records_are_there(
    desk: Desk, past: timedelta, is_read: bool
) -> None:
    desk.used(NOON, (MINE, 5))
    desk.roll(NOON + 8 * DAY - HOUR + past)
    assert (desk.books.hour(NOON) is not None) == is_read


def test_hours_that_nobody_has_summed_in_time_are_said_to_be_lost(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.used(NOON, (MINE, 5))
    desk.roll(NOON + MINUTE)
    assert desk.state() == DayState.RUNNING
    desk.roll(NOON + 10 * DAY)
    (said,) = [record for record in caplog.records if record.message == "hours_lost"]
    assert vars(said)["first"] == "2026-11-21 13:00:00+00:00"
    assert vars(said)["end"] == "2026-11-23 13:00:00+00:00"
    assert desk.state() == DayState.ESTIMATED, "nothing more will come"
    desk.roll(NOON + 10 * DAY + HOUR)
    assert len([record for record in caplog.records if record.message == "hours_lost"]) == 1


def test_after_some_days_without_anybody_everything_is_caught_up(desk: Desk) -> None:
    desk.used(NOON, (SHARED, 1))
    desk.roll(NOON + MINUTE)
    for hours in range(1, 24 * 5):
        desk.used(NOON + hours * HOUR, (SHARED, 1))
    runs = 0
    while not desk.roll(NOON + 5 * DAY, steps=13):
        runs += 1
    assert runs == 11, "two hours of each run look back"
    assert sum(day.sheet.quantity(SHARED.sku) for day in desk.books.days(ON, ON + 5 * DAY)) == 120
    states = [desk.state(ON + number * DAY) for number in range(6)]
    assert states == [DayState.ESTIMATED] * 5 + [DayState.RUNNING]


def test_without_time_nothing_is_begun_and_it_is_said_from_where_on(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.used(NOON, (SHARED, 1))
    assert not desk.roll(NOON + MINUTE, steps=0)
    assert desk.whole == ((), {}, {}, {})
    assert [one.getMessage() for one in caplog.records] == ["hours_left"]
    caplog.clear()
    assert desk.roll(NOON + MINUTE)
    assert not caplog.records


def test_what_has_not_changed_is_not_written_again(desk: Desk) -> None:
    desk.used(NOON, (MINE, 5), (SHARED, 1))
    desk.used(NOON, (replace(MINE, about="tkt_2"), 5), id="other/1")
    desk.roll(NOON + MINUTE)
    desk.used(NOON, (MINE, 1), id="late/1")

    counting = Breaking(desk.books)
    desk.roll(NOON + 2 * MINUTE, books=counting)
    assert counting.written == [("put_abouts", [TICKET]), ("put_hour", None), ("put_day", None)]
    counting = Breaking(desk.books)
    desk.roll(NOON + 3 * MINUTE, books=counting)
    assert counting.written == [("put_day", None)]


def test_what_stands_there_costs_by_the_hour_and_is_the_same_however_often_it_is_summed(
    desk: Desk,
) -> None:
    desk.standing = lambda hour: (
        Use(sku="cloudwatch.alarm-month", quantity=share_of(42, hour)),
        Use(sku="dynamodb.byte-month", quantity=share_of(10**9, hour)),
    )
    desk.used(MIDNIGHT, (SHARED, 1))
    for hours in range(26):
        desk.roll(MIDNIGHT + hours * HOUR + 20 * MINUTE)
    alarms = desk.day().quantity("cloudwatch.alarm-month")
    assert abs(alarms - Decimal(42) / 30) < Decimal("0.00000003")
    entry = Entry("cloudwatch.alarm-month", Feature.STANDING)
    assert desk.day()[entry] == alarms


def test_a_metric_costs_an_hour_however_often_it_was_written(desk: Desk) -> None:
    ticks = Entry("metric.TicksCompleted", Feature.STANDING)
    pulls = Entry("metric.PullsSucceeded", Feature.STANDING)
    for minute in range(60):
        desk.used(NOON + minute * MINUTE, (ticks, 1), (pulls, 3))
    desk.used(NOON + HOUR, (replace(ticks, feature=Feature.WAKING), 1))
    desk.roll(NOON + HOUR + MINUTE)

    metric = Entry("cloudwatch.metric-month", Feature.STANDING)
    assert desk.books.hour(NOON) == Sheet([(metric, share_of(2, NOON)), own(60)])
    assert desk.books.hour(NOON + HOUR) == Sheet([(metric, share_of(1, NOON)), own(1)])


@pytest.mark.parametrize(
    ("month", "hours"), [((2026, 2), 672), ((2028, 2), 696), ((2026, 4), 720), ((2026, 12), 744)]
)
def test_all_hours_of_a_month_make_a_month(month: tuple[int, int], hours: int) -> None:
    first = datetime(*month, 1, tzinfo=UTC)
    assert hours_of_month(first) == hours
    whole = total(share_of(10**12 + 7, first + number * HOUR) for number in range(hours))
    assert abs(whole - (10**12 + 7)) < Decimal("0.000001")


# --- properties --------------------------------------------------------------------------

END = MIDNIGHT + DAY + 3 * HOUR
"""Everything happens before it, from 23 hours before `MIDNIGHT` on."""

records = st.lists(
    st.builds(
        UsageRecord,
        id=st.integers(0, 10**9).map(lambda number: f"tick/{number}"),
        at=st.integers(-23 * 60, 27 * 60 - 1).map(lambda minutes: MIDNIGHT + minutes * MINUTE),
        sheet=sheets(),
    ),
    max_size=12,
    unique_by=lambda record: record.id,
)

rolls = st.lists(st.integers(1, 27), max_size=6)
"""Hours after which somebody sums up."""


def rolled(
    held: Sequence[UsageRecord],
    *,
    at: Sequence[int] = (),
    end: datetime = END,
    desk: Desk | None = None,
) -> Desk:
    """Records are kept as they come, and summed at some hours and in the end."""
    desk = desk or Desk()
    desk.standing = lambda hour: (Use(sku="cloudwatch.alarm-month", quantity=share_of(3, hour)),)
    for hours in sorted(at):
        now = MIDNIGHT + hours * HOUR
        for record in held:
            if record.at < now:
                desk.records.put(record)
        desk.roll(now)
    for record in held:
        desk.records.put(record)
    desk.roll(end)
    return desk


def used(desk: Desk) -> Sheet:
    """Of all days, without what stands there."""
    days = desk.books.days(date.min, date.max)
    pairs = (pair for day in days for pair in day.sheet.items())
    return Sheet(pair for pair in pairs if pair[0].sku != "cloudwatch.alarm-month")


@given(records)
def test_the_books_are_the_plain_sum_of_all_records(held: Sequence[UsageRecord]) -> None:
    desk = rolled(held)
    plain = Sheet.total(record.sheet for record in held)
    assert used(desk) == plain.without_about() + Sheet([own(len(held))])
    for about, sheet in plain.by_about().items():
        assert Sheet.total(desk.books.about(about).values()) == sheet


@given(records, rolls)
def test_disjoint_periods_add_up_to_the_whole(held: Sequence[UsageRecord], at: list[int]) -> None:
    whole = used(rolled(held))
    cuts = [datetime.min.replace(tzinfo=UTC), *(MIDNIGHT + hour * HOUR for hour in sorted(at)), END]
    parts = [
        used(rolled([record for record in held if start <= record.at < end]))
        for start, end in pairwise(cuts)
    ]
    assert Sheet.total(parts) == whole


@given(records, st.randoms())
def test_the_order_of_records_does_not_matter(held: list[UsageRecord], chance: Any) -> None:
    mixed = [*held]
    chance.shuffle(mixed)
    assert rolled(mixed).whole == rolled(held).whole


@given(records, rolls, st.integers(1, 3))
def test_however_often_and_whenever_it_is_summed_and_replayed_the_books_are_the_same(
    held: list[UsageRecord], at: list[int], times: int
) -> None:
    once = rolled(held)
    often = rolled([*held, *held], at=at)
    for _ in range(times):
        rolled(held, desk=often)
    assert often.whole == once.whole


class Breaking:
    """Books that a worker writes into until it dies, before or after its last write."""

    def __init__(self, books: FakeBooks, *, after: int = 10**9, is_lost: bool = False) -> None:
        self._books = books
        self._left = after
        self._is_lost = is_lost
        self.written: list[tuple[str, object]] = []

    def __getattr__(self, name: str) -> Any:
        plain = getattr(self._books, name)
        if not name.startswith("put_"):
            return plain

        def write(*given: Any) -> None:
            self._left -= 1
            if self._left < 0 and self._is_lost:
                raise Crash
            if name == "put_abouts" and self._left < 0:
                for about, sheet in list(given[1].items())[: len(given[1]) // 2]:
                    self._books.put_about(about, given[0], sheet)
                raise Crash
            if name != "put_abouts" or given[1]:
                self.written.append((name, list(given[1]) if name == "put_abouts" else None))
            plain(*given)
            if self._left < 0:
                raise Crash

        return write


@settings(max_examples=200)
@given(records, st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=8), rolls)
def test_wherever_it_is_interrupted_the_next_runs_bring_it_to_the_same_end(
    held: list[UsageRecord], breaks: list[tuple[int, bool]], at: list[int]
) -> None:
    broken = Desk()
    broken.standing = lambda hour: (Use(sku="cloudwatch.alarm-month", quantity=share_of(3, hour)),)
    moments = [*sorted(at), *[27] * len(breaks)]
    for (after, is_lost), hours in zip(breaks, moments, strict=False):
        now = MIDNIGHT + hours * HOUR
        for record in held:
            if record.at < now:
                broken.records.put(record)
        books: Any = Breaking(broken.books, after=after, is_lost=is_lost)
        try:
            broken.roll(now, books=books)
        except Crash:
            continue
    assert rolled(held, desk=broken).whole == rolled(held).whole


@given(records, st.integers(0, 5))
def test_short_runs_come_to_the_same_end_as_one_long_one(
    held: list[UsageRecord], more: int
) -> None:
    short = Desk()
    short.standing = lambda hour: (Use(sku="cloudwatch.alarm-month", quantity=share_of(3, hour)),)
    for record in held:
        short.records.put(record)
    if held:
        short.roll(min(record.at for record in held))  # the books have begun
    for _ in range(60):
        if is_done := short.roll(END, steps=4 + more if held else 10**6):
            break
    assert is_done
    assert short.whole == rolled(held).whole


@given(records)
def test_a_metric_is_charged_once_an_hour_in_whatever_order(held: list[UsageRecord]) -> None:
    hour = hour_of(NOON)
    pairs = [pair for record in held for pair in record.sheet.items()]
    noted = [(replace(entry, sku=f"metric.{entry.sku}"), quantity) for entry, quantity in pairs]
    assert as_charged(noted, hour) == as_charged(reversed(noted), hour)
    names = {entry.sku for entry, _ in noted}
    assert as_charged(noted, hour).quantity("cloudwatch.metric-month") == (
        share_of(len(names), hour) if names else 0
    )


class PoisonedBooks(FakeBooks):
    """One of its hours is of a form that this release cannot read."""

    def __init__(self, poisoned: datetime) -> None:
        super().__init__()
        self.poisoned: datetime | None = poisoned

    def hour(self, hour: datetime) -> Sheet | None:
        if hour == self.poisoned:
            raise BadInput("hour: what is stored is no sheet")
        return super().hour(hour)

    def put_hour(self, hour: datetime, sheet: Sheet) -> None:
        super().put_hour(hour, sheet)
        if hour == self.poisoned:
            self.poisoned = None


def test_an_hour_that_cannot_be_read_is_told_and_summed_anew(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk()
    desk.used(NOON, (MINE, 5))
    desk.roll(NOON + 5 * MINUTE)
    desk.used(NOON + HOUR, (MINE, 7))
    books = PoisonedBooks(NOON)
    assert desk.roll(NOON + HOUR + 5 * MINUTE, books=books)
    assert "books_unreadable" in caplog.text
    (of_noon, after) = (books.hour(NOON), books.hour(NOON + HOUR))
    assert of_noon is not None
    assert of_noon[MINE] == 5
    assert after is not None
    assert after[MINE] == 7
