"""How long customers wait, and until when a promise holds."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from chalicelib.domain.answering.rules import (
    PROMISES,
    UNPROMISED,
    AnsweringRules,
    Approval,
    Hook,
    HookEvent,
    Promise,
    SavedReply,
)
from chalicelib.domain.answering.waiting import Waited, ends_after, waited
from chalicelib.domain.hours import BusinessHours, Holiday, OpenSpan
from chalicelib.domain.schedule import EVERY_DAY, Weekday
from chalicelib.domain.signal import Topic, Urgency
from tests.strategies import CLOCK_CHANGES, business_hours

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NOTHING = timedelta(0)
WORKDAYS = EVERY_DAY - {Weekday.SATURDAY, Weekday.SUNDAY}
VIENNA = ZoneInfo("Europe/Vienna")


def _hours(
    *spans: tuple[int, int], on: frozenset[Weekday] = WORKDAYS, **over: Any
) -> BusinessHours:
    opened = tuple(OpenSpan(opens=time(a), closes=time(b % 24)) for a, b in spans)
    values = {"name": "office", "zone": "Europe/Vienna", "weekly": dict.fromkeys(on, opened)}
    return BusinessHours(**values | over)


OFFICE = _hours((9, 12), (13, 17))
NEVER_OPEN = BusinessHours(name="never", zone="UTC")
ALWAYS_OPEN = _hours((0, 24), on=EVERY_DAY)


def _vienna(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIENNA)


def test_who_wrote_on_friday_evening_has_waited_all_weekend_and_no_minute_of_the_office() -> None:
    found = waited(_vienna("2026-11-20 17:30"), _vienna("2026-11-23 09:20"), OFFICE)
    assert found == Waited(timedelta(days=2, hours=15, minutes=50), 20 * MINUTE)


def test_a_pause_does_not_count_in_hours() -> None:
    found = waited(_vienna("2026-11-20 11:30"), _vienna("2026-11-20 13:30"), OFFICE)
    assert found == Waited(2 * HOUR, HOUR)


def test_without_business_hours_every_hour_counts() -> None:
    found = waited(_vienna("2026-11-20 17:30"), _vienna("2026-11-21 17:30"), None)
    assert found == Waited(24 * HOUR, 24 * HOUR)


def test_who_writes_ahead_of_our_clock_has_not_waited() -> None:
    found = waited(_vienna("2026-11-20 12:00"), _vienna("2026-11-20 11:00"), OFFICE)
    assert found == Waited(NOTHING, NOTHING)


@pytest.mark.parametrize(
    ("since", "until", "wall"),
    [
        ("2026-03-28 12:00", "2026-03-29 12:00", 23),
        ("2026-10-24 12:00", "2026-10-25 12:00", 25),
    ],
)
def test_a_day_on_which_clocks_are_set_is_as_long_as_it_is(
    since: str, until: str, wall: int
) -> None:
    found = waited(_vienna(since), _vienna(until), ALWAYS_OPEN)
    assert found == Waited(wall * HOUR, wall * HOUR)


def test_a_promise_on_the_wall_clock_does_not_heed_opening() -> None:
    rules = AnsweringRules()
    since = _vienna("2026-11-20 23:00")
    assert rules.due_at(since, Urgency.WAKE, OFFICE) == _vienna("2026-11-20 23:15")
    assert rules.due_at(since, Urgency.SOON, OFFICE) == _vienna("2026-11-21 00:00")
    assert rules.due_at(since, Urgency.ANSWER, OFFICE) == _vienna("2026-11-21 23:00")
    assert rules.due_at(since, Urgency.IGNORE, OFFICE) == since + UNPROMISED.within


def test_a_promise_in_hours_goes_on_when_we_open() -> None:
    rules = AnsweringRules(promises={Urgency.SOON: Promise(4 * HOUR, in_hours=True)})
    due = rules.due_at(_vienna("2026-11-20 16:00"), Urgency.SOON, OFFICE)
    assert due == _vienna("2026-11-23 12:00")
    assert due.tzinfo is UTC
    assert rules.due_at(_vienna("2026-11-20 16:00"), Urgency.SOON, None) == _vienna(
        "2026-11-20 20:00"
    )


def test_what_a_company_does_not_promise_is_promised_as_shipped() -> None:
    rules = AnsweringRules(promises={Urgency.SOON: Promise(HOUR)})
    assert rules.promise(Urgency.WAKE) == PROMISES[Urgency.WAKE]
    assert rules.promise(Urgency.IGNORE) == UNPROMISED


@pytest.mark.parametrize("hours", [NEVER_OPEN, _hours((9, 17), on=frozenset())])
def test_a_promise_of_who_never_opens_is_one_of_the_wall_clock(hours: BusinessHours) -> None:
    since = _vienna("2026-11-20 16:00")
    assert ends_after(since, 4 * HOUR, hours) == since.astimezone(UTC) + 4 * HOUR
    assert waited(since, since + timedelta(days=400), hours).in_hours == NOTHING


def test_closed_for_370_days_is_no_promise_without_end() -> None:
    first = date(2026, 11, 20)
    closed = tuple(Holiday(day=first + timedelta(days=n), name="works") for n in range(371))
    hours = _hours((9, 17), on=EVERY_DAY, closed_on=closed)
    since = _vienna("2026-11-20 10:00")
    assert ends_after(since, HOUR, hours) == since.astimezone(UTC) + HOUR
    assert ends_after(since, HOUR, _hours((9, 17), on=EVERY_DAY, closed_on=closed[:360])) == (
        _vienna("2027-11-15 10:00")
    )


@st.composite
def waits(draw: st.DrawFn) -> tuple[BusinessHours, datetime, datetime, datetime]:
    """Any hours about the setting of clocks, and three instants in order."""
    zone = draw(st.sampled_from(sorted(CLOCK_CHANGES)))
    middle = datetime.fromisoformat(draw(st.sampled_from(CLOCK_CHANGES[zone]))).replace(tzinfo=UTC)
    days = st.integers(-4, 4).map(lambda number: middle.date() + timedelta(days=number))
    hours = draw(business_hours(zone=zone, days=days))
    offsets = draw(st.lists(st.integers(-6000, 6000), min_size=3, max_size=3).map(sorted))
    first, second, third = (middle + number * MINUTE for number in offsets)
    return hours, first, second, third


@given(waits())
def test_the_wait_in_hours_is_never_longer_than_that_on_the_wall(
    case: tuple[BusinessHours, datetime, datetime, datetime],
) -> None:
    hours, first, _, last = case
    found = waited(first, last, hours)
    assert NOTHING <= found.in_hours <= found.wall == last - first


@given(waits())
def test_two_waits_in_a_row_are_one(
    case: tuple[BusinessHours, datetime, datetime, datetime],
) -> None:
    hours, first, second, last = case
    one, other, whole = (
        waited(first, second, hours),
        waited(second, last, hours),
        waited(first, last, hours),
    )
    assert one.wall + other.wall == whole.wall
    assert one.in_hours + other.in_hours == whole.in_hours


@given(waits())
def test_the_wait_in_hours_is_what_a_watcher_at_the_door_counts(
    case: tuple[BusinessHours, datetime, datetime, datetime],
) -> None:
    hours, first, _, _ = case
    minutes = range(180)
    counted = sum(hours.is_open(first + number * MINUTE) for number in minutes)
    found = waited(first, first + len(minutes) * MINUTE, hours).in_hours
    # Spans begin and end on full minutes, but for a zone that was some seconds off.
    assert abs(found - counted * MINUTE) <= MINUTE


@given(waits(), st.integers(1, 3000))
@example(
    (OFFICE, *(datetime(2026, 10, 24, 12, tzinfo=UTC) + n * HOUR for n in range(3))),
    600,
)
def test_a_promise_in_hours_is_over_when_so_much_was_waited_in_hours(
    case: tuple[BusinessHours, datetime, datetime, datetime], minutes: int
) -> None:
    hours, since, _, _ = case
    within = minutes * MINUTE
    assume(waited(since, since + timedelta(days=370), hours).in_hours >= within)
    due = ends_after(since, within, hours)
    assert due >= since + within
    assert waited(since, due, hours).in_hours == within
    assert waited(since, due - timedelta(microseconds=1), hours).in_hours < within


# --- the other rules ---------------------------------------------------------------------


def test_waits_are_told_by_the_hours_that_are_named_or_the_first() -> None:
    shop = _hours((10, 18), name="shop")
    assert AnsweringRules(hours="shop").hours_among((OFFICE, shop)) is shop
    assert AnsweringRules().hours_among((OFFICE, shop)) is OFFICE
    assert AnsweringRules(hours="gone").hours_among((OFFICE, shop)) is OFFICE
    assert AnsweringRules(hours="office").hours_among(()) is None


def test_approval_is_needed_for_an_urgency_or_for_a_topic() -> None:
    approval = Approval(urgencies=frozenset({Urgency.WAKE}), topics=frozenset({Topic.PRESS}))
    assert approval.is_needed(Urgency.WAKE, Topic.OUTAGE)
    assert approval.is_needed(Urgency.ANSWER, Topic.PRESS)
    assert not approval.is_needed(Urgency.SOON, Topic.OUTAGE)
    assert not Approval().is_needed(Urgency.WAKE, Topic.PRESS)


def test_a_reply_is_signed_with_the_first_name_once() -> None:
    rules = AnsweringRules(signatures={"acme": "^{first_name}, {brand}"})
    signed = rules.signed("All is well again. ", "Mia Berg", brand="other", brand_name="Other")
    assert signed == "All is well again. – Mia"
    assert rules.signed(signed, "Mia Berg", brand="other", brand_name="Other") == signed
    assert rules.signed("One\nTwo", "Mia", brand="acme", brand_name="Acme") == (
        "One\nTwo\n\n^Mia, Acme"
    )


@pytest.mark.parametrize(("signature", "name"), [("", "Mia"), ("– {first_name}", "")])
def test_nothing_is_signed_without_a_signature_or_a_name(signature: str, name: str) -> None:
    rules = AnsweringRules(signature=signature)
    assert rules.signed("Thanks", name, brand="acme", brand_name="Acme") == "Thanks"


def test_a_saved_reply_is_known_by_its_name() -> None:
    saved = SavedReply(name="x", text="x")
    assert AnsweringRules(saved=(saved,)).saved_reply("x") is saved
    assert AnsweringRules(saved=(saved,)).saved_reply("y") is None


def test_a_hook_hears_what_it_asked_for_and_everything_when_it_did_not_ask() -> None:
    one = Hook(name="crm", secret="webhook-crm", events=(HookEvent.TICKET_OPENED,))
    assert one.wants(HookEvent.TICKET_OPENED)
    assert not one.wants(HookEvent.INCIDENT_TRIGGERED)
    assert all(Hook(name="all", secret="webhook-all").wants(event) for event in HookEvent)
