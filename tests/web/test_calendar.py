"""The calendar feed: opens in ordinary calendars, to who has its address and to nobody else."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.schedule import Override, OverrideKind
from chalicelib.services.calendars import Calendar, CalendarEvent, calendar_key
from chalicelib.web.calendar import calendar_path
from chalicelib.web.icalendar import icalendar_text
from tests.builders import ANA, BEN, FAY, NOW, a_desk, a_responder, a_schedule
from tests.web.office import KEY, Browser, Office
from tests.web.oncall import OnCall

WEEK = timedelta(weeks=1)
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
"""The one before `NOW`."""

ANAS = calendar_path("person", "ana", KEY, 0)


@pytest.fixture
def known(office: Office) -> Iterator[OnCall]:
    with OnCall(office).is_known() as on_call:
        office.desks.put(a_desk(schedules=(a_schedule(ANA, BEN),)), now=NOW)
        yield on_call


def events(browser: Browser, path: str = ANAS) -> list[Any]:
    """What another reader of calendars makes of it."""
    answer = browser.get(path)
    assert answer.status_code == 200
    return list(icalendar.Calendar.from_ical(answer.body).walk("VEVENT"))


def test_a_person_sees_all_their_own_turns_in_every_schedule(
    known: OnCall, nobody: Browser
) -> None:
    desk = known.office.desks.current()
    second = replace(a_schedule(ANA), name="billing")
    known.office.desks.put(replace(desk, schedules=(*desk.schedules, second)), now=NOW)
    found = events(nobody)
    assert {str(one["SUMMARY"]) for one in found} == {"On call: primary", "On call: billing"}
    weekly = [one for one in found if "primary" in one["SUMMARY"]]
    for one in weekly:
        assert one["DTEND"].dt - one["DTSTART"].dt == WEEK
        assert desk.schedules[0].on_call(one["DTSTART"].dt) == ANA


def test_a_schedule_shows_everybody_and_who_stands_in(known: OnCall, nobody: Browser) -> None:
    gap = tuple(
        Override(
            responder=id, kind=OverrideKind.REMOVE, starts_at=NOW, ends_at=NOW + timedelta(hours=9)
        )
        for id in (ANA, BEN)
    )
    known.office.desks.put(a_desk(schedules=(a_schedule(ANA, BEN, overrides=gap),)), now=NOW)
    found = events(nobody, calendar_path("schedule", "primary", KEY, 0))
    assert {str(one["SUMMARY"]) for one in found} == {
        "Ana is on call",
        "Ben is on call",
        "Fay stands in (nobody is named)",
    }
    fays = events(nobody, calendar_path("person", "fay", KEY, 0))
    assert [str(one["SUMMARY"]) for one in fays] == ["On call: Standing in: primary"]
    assert fays[0]["DTSTART"].dt == NOW


def test_it_reaches_from_a_week_back_to_twelve_weeks_ahead(known: OnCall, nobody: Browser) -> None:
    found = events(nobody, calendar_path("schedule", "primary", KEY, 0))
    assert min(one["DTEND"].dt for one in found) > MONDAY - WEEK
    assert min(one["DTSTART"].dt for one in found) <= MONDAY - WEEK
    assert max(one["DTEND"].dt for one in found) >= NOW + 12 * WEEK


def test_the_file_is_what_calendars_expect(known: OnCall, nobody: Browser) -> None:
    answer = nobody.get(ANAS)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    text = answer.body.decode()
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    whole: Any = icalendar.Calendar.from_ical(text)
    assert str(whole["X-WR-CALNAME"]) == "On call: Ana"
    assert str(whole["VERSION"]) == "2.0"
    assert whole["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    assert whole.errors == []
    for one in whole.walk("VEVENT"):
        assert one.errors == []
        for name in ("DTSTART", "DTEND", "DTSTAMP"):
            assert one[name].dt.utcoffset() == timedelta(0)
        assert str(one["TRANSP"]) == "TRANSPARENT"
    ids = [str(one["UID"]) for one in whole.walk("VEVENT")]
    assert len(ids) == len(set(ids))


def test_who_has_no_shifts_has_a_calendar_without_events_that_is_still_valid(
    known: OnCall, nobody: Browser
) -> None:
    answer = nobody.get(calendar_path("person", "lea", KEY, 0))
    whole: Any = icalendar.Calendar.from_ical(answer.body)
    assert list(whole.walk("VEVENT")) == []
    assert whole.subcomponents, "RFC 5545, 3.6: at least one component"


def test_a_turn_keeps_its_id_from_week_to_week(known: OnCall, nobody: Browser) -> None:
    before = {str(one["UID"]): one for one in events(nobody)}
    known.office.now += 2 * WEEK
    after = {str(one["UID"]): one for one in events(nobody)}
    shared = before.keys() & after.keys()
    assert len(shared) >= 4
    for id in shared:
        assert before[id]["DTSTART"].dt == after[id]["DTSTART"].dt


def test_a_calendar_that_has_not_changed_is_not_sent_again(known: OnCall, nobody: Browser) -> None:
    first = nobody.get(ANAS)
    known.office.pass_time(hours=20)
    again = nobody.get(ANAS, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.body) == (304, b"")
    known.office.desks.put(a_desk(schedules=(a_schedule(ANA, BEN, FAY),)), now=NOW)
    changed = nobody.get(ANAS, headers={"if-none-match": first.headers["ETag"]})
    assert changed.status_code == 200


# --- the address -------------------------------------------------------------------------

GOOD = calendar_key("person", "ana", 0, KEY)


@pytest.mark.parametrize(
    "path",
    [
        f"/calendar/person/ben/{GOOD}",
        f"/calendar/schedule/ana/{GOOD}",
        f"/calendar/person/ana/{'A' * 22}",
        f"/calendar/person/ana/{GOOD[:-1]}",
        f"/calendar/person/ana/{GOOD}A",
        f"/calendar/person/ana/{GOOD[::-1]}",
        calendar_path("person", "ana", b"another key of 32 bytes, as long", 0),
        calendar_path("person", "ana", KEY, 1),
        calendar_path("person", "nobody", KEY, 0),
        calendar_path("schedule", "nobody", KEY, 0),
        calendar_path("team", "ana", KEY, 0),
        f"/calendar/person/%61na/{GOOD}",
        "/calendar/person/ana/%00",
    ],
)
def test_a_wrong_address_is_one_and_the_same_404_whatever_is_wrong(
    known: OnCall, nobody: Browser, gus: Browser, path: str
) -> None:
    for browser in (nobody, gus):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert answer.json_body["detail"] == "there is no such calendar"
        assert answer.body == nobody.get("/calendar/person/nobody/x").body


def test_a_renewed_address_opens_and_the_one_before_leads_nowhere(
    known: OnCall, nobody: Browser
) -> None:
    assert nobody.get(ANAS).status_code == 200
    address = known.calendars.renew("person", "ana")
    assert nobody.get(ANAS).status_code == 404
    assert nobody.get(f"/calendar/person/ana/{address.key}").status_code == 200
    assert nobody.get(calendar_path("person", "ben", KEY, 0)).status_code == 200


def test_the_key_is_never_logged(
    known: OnCall, nobody: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        nobody.get(ANAS)
        nobody.get(f"/calendar/person/ben/{GOOD}")
        known.office.desks.versions.clear()
        nobody.get(ANAS)
    assert GOOD not in caplog.text
    assert all(GOOD not in str(vars(one)) for one in caplog.records)


def test_a_fault_of_ours_says_nothing_about_itself(
    known: OnCall, nobody: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    known.office.desks.versions[-1] = None  # type: ignore[call-overload]
    with caplog.at_level(logging.ERROR):
        answer = nobody.get(ANAS)
    assert answer.status_code == 500
    assert [record.message for record in caplog.records] == ["request_failed"]
    assert GOOD not in str([vars(one) for one in caplog.records])


# --- RFC 5545 ----------------------------------------------------------------------------

NAMES = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=120)


@given(names=st.lists(NAMES, min_size=1, max_size=3))
@example(names=["a" * 200, "é" * 90, "\U0001f319" * 60])
@example(names=["a" * 67 + "é", "a" * 66 + "\U0001f319"])
def test_any_name_comes_back_as_it_was_and_no_line_is_too_long(names: list[str]) -> None:
    calendar = Calendar(
        name=names[0],
        as_of=MONDAY,
        events=tuple(
            CalendarEvent(
                id=f"id{number}", starts_at=NOW, ends_at=NOW + timedelta(hours=1), summary=name
            )
            for number, name in enumerate(names)
        ),
    )
    text = icalendar_text(calendar)
    for line in text.removesuffix("\r\n").split("\r\n"):
        assert len(line.encode()) <= 75
        assert line
    read = list(icalendar.Calendar.from_ical(text).walk("VEVENT"))
    assert [_plain(str(one["SUMMARY"])) for one in read] == [_plain(name) for name in names]


def test_what_separates_in_a_file_is_escaped_in_a_text() -> None:
    event = CalendarEvent(id="1", starts_at=NOW, ends_at=NOW, summary='a;b,c\\d\ne "f": g')
    text = icalendar_text(Calendar(name="x", as_of=MONDAY, events=(event,)))
    assert '\r\nSUMMARY:a\\;b\\,c\\\\d\\ne "f": g\r\n' in text


def _plain(name: str) -> str:
    """Without what has no place in a text of RFC 5545: control characters but line breaks."""
    kept = name.replace("\r\n", "\n")
    return "".join(one for one in kept if one == "\n" or (ord(one) >= 32 and ord(one) != 127))


def test_the_people_of_a_calendar_may_be_called_anything(known: OnCall, nobody: Browser) -> None:
    ana = a_responder(ANA, name="Ana; DROP, \\n BEGIN:VEVENT \U0001f319" + "é" * 60)
    others = known.office.desks.current().responders[1:]
    desk = a_desk(responders=(ana, *others), schedules=(a_schedule(ANA, BEN),))
    known.office.desks.put(desk, now=NOW)
    found = events(nobody, calendar_path("schedule", "primary", KEY, 0))
    assert f"{ana.name} is on call" in {str(one["SUMMARY"]) for one in found}
