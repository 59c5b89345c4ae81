"""Business hours: open or closed, until when, and for which holiday."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.hours import BusinessHours, Holiday, OpenSpan, SpecialDay
from chalicelib.domain.schedule import EVERY_DAY, Weekday
from tests.strategies import CLOCK_CHANGES, business_hours

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)

WORKDAYS = EVERY_DAY - {Weekday.SATURDAY, Weekday.SUNDAY}
NINE_TO_FIVE = OpenSpan(opens=time(9), closes=time(17))
WHOLE_DAY = OpenSpan(opens=time(0), closes=time(0))
BAR = OpenSpan(opens=time(18), closes=time(2))
CHRISTMAS = Holiday(day=date(2026, 12, 25), name="Christmas Day")  # a Friday


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _hours(
    *spans: OpenSpan, on: frozenset[Weekday] = WORKDAYS, zone: str = "UTC", **over: Any
) -> BusinessHours:
    hours = BusinessHours(name="office", zone=zone, weekly=dict.fromkeys(on, spans))
    return replace(hours, **over)


def _open_times(hours: BusinessHours, begin: str, end: str) -> list[tuple[str, str]]:
    """From when until when it is open, asked minute by minute."""
    found: list[tuple[datetime, datetime]] = []
    at, last = _utc(begin), _utc(end)
    while at < last:
        if hours.is_open(at):
            if found and found[-1][1] == at:
                found[-1] = (found[-1][0], at + MINUTE)
            else:
                found.append((at, at + MINUTE))
        at += MINUTE
    return [(f"{one:%d %H:%M}", f"{other:%d %H:%M}") for one, other in found]


def test_it_is_open_from_opening_until_before_closing() -> None:
    hours = _hours(NINE_TO_FIVE)
    nine, five = _utc("2026-11-20 09:00"), _utc("2026-11-20 17:00")

    told = [hours.is_open(at) for at in (nine - MOMENT, nine, five - MOMENT, five)]

    assert told == [False, True, True, False]


def test_a_day_with_a_pause_is_open_twice() -> None:
    hours = _hours(
        OpenSpan(opens=time(14), closes=time(18)), OpenSpan(opens=time(8), closes=time(12))
    )

    assert _open_times(hours, "2026-11-20 00:00", "2026-11-22 00:00") == [
        ("20 08:00", "20 12:00"),
        ("20 14:00", "20 18:00"),
    ]
    assert hours.next_opening(_utc("2026-11-20 05:00")) == _utc("2026-11-20 08:00")
    assert hours.next_opening(_utc("2026-11-20 12:00")) == _utc("2026-11-20 14:00")


def test_a_span_over_midnight_belongs_to_the_day_on_which_it_opens() -> None:
    hours = _hours(BAR, on=frozenset({Weekday.FRIDAY}))

    assert _open_times(hours, "2026-11-19 00:00", "2026-11-23 00:00") == [("20 18:00", "21 02:00")]


def test_over_the_weekend_it_opens_next_on_monday() -> None:
    hours = _hours(NINE_TO_FIVE, zone="Europe/Vienna")
    saturday = _utc("2026-11-21 19:30")

    assert hours.next_opening(saturday) == _utc("2026-11-23 08:00")
    assert hours.next_closing(saturday) == saturday
    assert hours.next_closing(_utc("2026-11-23 08:00")) == _utc("2026-11-23 16:00")


def test_spans_that_meet_are_one_time_without_a_closing_between() -> None:
    hours = _hours(WHOLE_DAY)

    assert hours.next_closing(_utc("2026-11-17 12:00")) == _utc("2026-11-21 00:00")


def test_who_never_closes_has_no_next_closing_and_who_never_opens_no_next_opening() -> None:
    always, never = _hours(WHOLE_DAY, on=EVERY_DAY), _hours()
    at = _utc("2026-11-21 19:30")

    assert (always.next_opening(at), always.next_closing(at)) == (at, None)
    assert (never.next_opening(at), never.next_closing(at)) == (None, at)


def test_an_opening_is_told_up_to_370_days_ahead() -> None:
    opening = _utc("2027-11-25 09:00")
    hours = _hours(open_on=(SpecialDay(day=opening.date(), spans=(NINE_TO_FIVE,)),))

    assert hours.next_opening(opening - 370 * DAY) == opening
    assert hours.next_opening(opening - 370 * DAY - MOMENT) is None


def test_a_closing_is_told_up_to_370_days_ahead() -> None:
    holiday = Holiday(day=date(2027, 11, 25), name="a day of rest")
    hours = _hours(WHOLE_DAY, on=EVERY_DAY, closed_on=(holiday,))
    closing = _utc("2027-11-25 00:00")

    assert hours.next_closing(closing - 370 * DAY) == closing
    assert hours.next_closing(closing - 370 * DAY - MOMENT) is None


def test_on_a_holiday_it_does_not_open_and_says_why() -> None:
    hours = _hours(NINE_TO_FIVE, closed_on=(CHRISTMAS,))

    assert not hours.is_open(_utc("2026-12-25 12:00"))
    assert hours.closed_because(_utc("2026-12-25 12:00")) == "Christmas Day"
    assert hours.closed_because(_utc("2026-12-24 12:00")) == ""
    assert hours.closed_because(_utc("2026-12-26 12:00")) == ""
    assert hours.next_opening(_utc("2026-12-25 12:00")) == _utc("2026-12-28 09:00")


def test_a_holiday_cancels_what_opens_on_it_and_not_what_opened_the_day_before() -> None:
    hours = _hours(BAR, on=EVERY_DAY, closed_on=(CHRISTMAS,))

    assert _open_times(hours, "2026-12-24 12:00", "2026-12-27 12:00") == [
        ("24 18:00", "25 02:00"),
        ("26 18:00", "27 02:00"),
    ]
    assert hours.closed_because(_utc("2026-12-25 01:00")) == ""
    assert hours.closed_because(_utc("2026-12-25 20:00")) == "Christmas Day"
    assert hours.closed_because(_utc("2026-12-26 01:00")) == "Christmas Day"
    assert hours.closed_because(_utc("2026-12-26 03:00")) == ""


def test_the_day_of_a_holiday_is_that_of_the_zone() -> None:
    hours = _hours(WHOLE_DAY, on=EVERY_DAY, zone="Pacific/Auckland", closed_on=(CHRISTMAS,))

    assert _open_times(hours, "2026-12-24 00:00", "2026-12-26 00:00") == [
        ("24 00:00", "24 11:00"),
        ("25 11:00", "26 00:00"),
    ]


def test_a_special_day_has_hours_of_its_own_even_on_a_holiday() -> None:
    short = OpenSpan(opens=time(10), closes=time(12))
    hours = _hours(
        NINE_TO_FIVE,
        closed_on=(CHRISTMAS,),
        open_on=(
            SpecialDay(day=date(2026, 12, 24)),
            SpecialDay(day=CHRISTMAS.day, spans=(short,)),
            SpecialDay(day=date(2026, 12, 26), spans=(short,)),
        ),
    )

    assert _open_times(hours, "2026-12-24 00:00", "2026-12-28 00:00") == [
        ("25 10:00", "25 12:00"),
        ("26 10:00", "26 12:00"),
    ]
    assert hours.closed_because(_utc("2026-12-24 12:00")) == ""
    assert hours.closed_because(_utc("2026-12-25 13:00")) == ""


def test_a_special_day_without_hours_leaves_a_holiday_its_name() -> None:
    hours = _hours(NINE_TO_FIVE, closed_on=(CHRISTMAS,), open_on=(SpecialDay(day=CHRISTMAS.day),))

    assert hours.closed_because(_utc("2026-12-25 12:00")) == "Christmas Day"


@pytest.mark.parametrize(
    ("zone", "opens", "closes", "walked", "expected"),
    [
        pytest.param(
            "America/New_York",
            time(1),
            time(1, 45),
            ("2020-11-01 04:00", "2020-11-01 12:00"),
            [("01 05:00", "01 05:45")],
            id="New York, within the hour that comes twice: once",
        ),
        pytest.param(
            "America/New_York",
            time(1, 30),
            time(3),
            ("2020-11-01 04:00", "2020-11-01 12:00"),
            [("01 05:30", "01 08:00")],
            id="New York, across the hour that comes twice: without a break",
        ),
        pytest.param(
            "America/New_York",
            time(2, 15),
            time(2, 45),
            ("2026-03-08 04:00", "2026-03-08 12:00"),
            [("08 07:15", "08 07:45")],
            id="New York, within the hour that is missing: as before the jump",
        ),
        pytest.param(
            "America/New_York",
            time(2, 30),
            time(3, 15),
            ("2026-03-08 04:00", "2026-03-08 12:00"),
            [],
            id="New York, from the hour that is missing to before its end: not at all",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            time(1, 45),
            time(9),
            ("2026-04-04 12:00", "2026-04-05 12:00"),
            [("04 14:45", "04 22:30")],
            id="Lord Howe, from the half hour that comes twice",
        ),
        pytest.param(
            "Pacific/Chatham",
            time(22),
            time(3),
            ("2026-09-26 08:00", "2026-09-27 08:00"),
            [("26 09:15", "26 14:15")],
            id="Chatham, overnight into the hour that is missing",
        ),
        pytest.param(
            "America/Santiago",
            time(0),
            time(6),
            ("2026-09-06 00:00", "2026-09-06 20:00"),
            [("06 04:00", "06 09:00")],
            id="Santiago, from the midnight that is missing",
        ),
        pytest.param(
            "America/Santiago",
            time(20),
            time(0),
            ("2026-04-04 20:00", "2026-04-05 20:00"),
            [("04 23:00", "05 04:00")],
            id="Santiago, until the midnight after the hour that comes twice",
        ),
        pytest.param(
            "Africa/Casablanca",
            time(2, 30),
            time(4),
            ("2026-02-15 00:00", "2026-02-15 12:00"),
            [("15 01:30", "15 04:00")],
            id="Casablanca, from the hour that comes twice for Ramadan",
        ),
        pytest.param(
            "America/St_Johns",
            time(0),
            time(6),
            ("2010-11-06 12:00", "2010-11-07 12:00"),
            [("07 02:30", "07 09:30")],
            id="St John's, from the midnight after which yesterday comes again",
        ),
        pytest.param(
            "America/Nuuk",
            time(23, 30),
            time(23, 30),
            ("2026-03-28 12:00", "2026-03-29 12:00"),
            [("28 12:00", "29 12:00")],
            id="Nuuk, whole days that meet in the hour that is missing",
        ),
    ],
)
def test_when_clocks_are_set_it_opens_and_closes_as_listed(
    zone: str,
    opens: time,
    closes: time,
    walked: tuple[str, str],
    expected: list[tuple[str, str]],
) -> None:
    hours = _hours(OpenSpan(opens=opens, closes=closes), on=EVERY_DAY, zone=zone)

    assert _open_times(hours, *walked) == expected


def test_a_span_that_clocks_skip_is_no_opening() -> None:
    hours = _hours(
        OpenSpan(opens=time(2, 30), closes=time(3, 15)), on=EVERY_DAY, zone="America/New_York"
    )

    assert hours.next_opening(_utc("2026-03-08 06:00")) == _utc("2026-03-09 06:30")


def test_an_opening_that_clocks_skip_does_not_hide_the_earlier_one_of_the_next_day() -> None:
    # Nuuk goes from Saturday 23:00 to Sunday midnight: 23:30 is read as Sunday's 00:30.
    weekly = {
        Weekday.SATURDAY: (OpenSpan(opens=time(23, 30), closes=time(23, 45)),),
        Weekday.SUNDAY: (OpenSpan(opens=time(0), closes=time(0, 15)),),
    }
    hours = BusinessHours(name="odd", zone="America/Nuuk", weekly=weekly)

    assert hours.next_opening(_utc("2026-03-28 20:00")) == _utc("2026-03-29 01:00")
    assert hours.next_opening(_utc("2026-03-29 01:15")) == _utc("2026-03-29 01:30")


@st.composite
def _busy_days(draw: st.DrawFn) -> tuple[BusinessHours, datetime]:
    """Business hours about a change of the clocks, with holidays and special days on it."""
    zone = draw(st.sampled_from(sorted(CLOCK_CHANGES)))
    middle = _utc(draw(st.sampled_from(CLOCK_CHANGES[zone])))
    days = st.integers(-3, 3).map(lambda number: middle.date() + number * DAY)
    return draw(business_hours(days, zone=zone)), middle


def _asked(middle: datetime) -> Iterator[datetime]:
    for quarter in range(-4 * 50, 4 * 50):
        yield middle + quarter * HOUR / 4


@given(case=_busy_days(), minutes=st.lists(st.integers(-3000, 3000), min_size=1, max_size=4))
@example(case=(_hours(WHOLE_DAY, on=EVERY_DAY), _utc("2026-11-21 19:30")), minutes=[0])
def test_next_opening_and_next_closing_say_what_is_open(
    case: tuple[BusinessHours, datetime], minutes: list[int]
) -> None:
    hours, middle = case
    grid = list(_asked(middle))

    for at in (middle + minute * MINUTE for minute in minutes):
        is_open = hours.is_open(at)
        opening, closing = hours.next_opening(at), hours.next_closing(at)
        assert (opening == at) is is_open
        assert (closing == at) is not is_open
        change = closing if is_open else opening
        assert all(
            hours.is_open(one) is is_open
            for one in grid
            if at <= one and (change is None or one < change)
        )
        if change is not None:
            assert hours.is_open(change) is not is_open
            assert hours.is_open(change - MOMENT) is is_open


@given(case=_busy_days())
def test_only_when_closed_there_is_a_reason_and_it_is_a_holiday(
    case: tuple[BusinessHours, datetime],
) -> None:
    hours, middle = case
    names = {"", *(one.name for one in hours.closed_on)}

    for at in _asked(middle):
        reason = hours.closed_because(at)
        assert reason in names
        assert not (reason and hours.is_open(at))


@given(hours=business_hours(zone="UTC"), minutes=st.integers(0, 7 * 24 * 60))
def test_where_clocks_are_never_set_the_wall_alone_decides(
    hours: BusinessHours, minutes: int
) -> None:
    plain = replace(hours, closed_on=(), open_on=())
    at = _utc("2026-11-16 00:00") + minutes * MINUTE
    today = plain.weekly.get(Weekday(at.weekday()), ())
    yesterday = plain.weekly.get(Weekday((at.weekday() - 1) % 7), ())

    is_open = any(
        span.opens <= at.time() and (at.time() < span.closes or span.closes <= span.opens)
        for span in today
    ) or any(span.closes <= span.opens and at.time() < span.closes for span in yesterday)

    assert plain.is_open(at) is is_open


@given(case=_busy_days(), minutes=st.integers(-3000, 3000))
def test_without_holidays_it_is_never_open_less(
    case: tuple[BusinessHours, datetime], minutes: int
) -> None:
    hours, middle = case
    at = middle + minutes * MINUTE

    assert replace(hours, closed_on=()).is_open(at) or not hours.is_open(at)
