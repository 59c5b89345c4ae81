"""Who is on call, told to whoever asks, to whoever comes and goes, and to calendars."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from chalicelib import wiring
from chalicelib.domain.schedule import OverrideKind, ResponderId
from tests.smoke.conftest import Begin
from tests.smoke.desks import a_schedule, an_override, turns, wall
from tests.smoke.driving import RIGHT
from tests.smoke.people import DOWN
from tests.smoke.world import World, days, hours, minutes

HANDOFF = wall("2026-11-23 09:00")  # a Monday
ANNOUNCED = hours(1)


def weekly(name: str = "primary", **more: Any) -> Any:
    """Ana until Monday morning, then Ben, each told an hour ahead."""
    weeks = turns("ana", "ben", starts_on=date(2026, 11, 16), handoff=time(9))
    return replace(a_schedule(weeks, name=name, **more), announce=ANNOUNCED)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


# --- asked -----------------------------------------------------------------------------------


def test_an_agent_sees_who_is_on_call_now_and_who_comes_next(begin: Begin) -> None:
    world = begin(HANDOFF - hours(3))
    world.schedules(weekly())
    schedule = world.agent("mia").schedule("primary", weeks=2)
    now, shifts = schedule["now"], schedule["shifts"]
    assert (now["name"], instant(now["until"]), now["is_fallback"]) == ("Ana", HANDOFF, False)
    following = next(one for one in shifts if instant(one["starts_at"]) == HANDOFF)
    assert following["name"] == "Ben"
    world.skip_to(HANDOFF - minutes(1))
    for name in ("ana", "ben"):
        world.phone(name).expects_note("on call")
    world.skip_to(HANDOFF)
    assert world.agent("mia").schedule("primary")["now"]["name"] == "Ben"


def test_overrides_are_seen_where_one_asks_who_is_on_call(begin: Begin) -> None:
    """Each kind, before, while and after it holds."""
    seven, eight, nine, ten = (wall(f"2026-11-21 {hour}:00") for hour in (19, 20, 21, 22))
    world = begin(seven)
    world.schedule(
        turns("ana"),
        overrides=(
            an_override("ben", seven, eight),
            an_override("ben", eight, nine, kind=OverrideKind.ADD),
            an_override("ana", nine, ten, kind=OverrideKind.REMOVE),
        ),
    )
    seen = []
    for at in (seven, eight, nine, ten):
        world.skip_to(at)
        now = world.agent("mia").schedule()["now"]
        seen.append((now["name"], now["also"], now["is_fallback"]))
    assert seen == [
        ("Ben", [], False),
        ("Ana", ["Ben"], False),
        ("Fay", [], True),
        ("Ana", [], False),
    ]


def test_the_coming_weeks_can_be_read_as_data(begin: Begin) -> None:
    """Four weeks without a hole or an overlap, though clocks change and the rotation ends."""
    world = begin(wall("2026-10-20 12:00"))
    world.schedule(
        turns("ana", "ben", starts_on=date(2026, 10, 19), ends_on=date(2026, 11, 9)),
        zone="Europe/Vienna",
    )
    shifts = world.agent("mia").schedule(weeks=4)["shifts"]
    edges = [(instant(one["starts_at"]), instant(one["ends_at"])) for one in shifts]
    assert edges[0][0] == wall("2026-10-20 00:00")
    assert edges[-1][1] == wall("2026-11-17 00:00")
    assert all(before[1] == after[0] for before, after in pairwise(edges))
    assert [(one["name"], one["is_gap"]) for one in shifts] == [
        ("Ana", False),
        ("Ben", False),
        ("Ana", False),
        ("Fay", True),
    ]
    status, answer = world.agent("mia").ask("GET", "on-call?weeks=53")
    assert (status, answer["detail"]) == (400, "weeks: out of bounds; give a whole number <= 12")


# --- told before a handoff -------------------------------------------------------------------


def test_who_comes_on_and_who_goes_off_is_told_before_the_handoff(begin: Begin) -> None:
    """Each once, by the clock on their own wall, with what is open."""
    world = begin(HANDOFF - hours(1) - minutes(3))
    world.person("ben", zone="Asia/Kolkata")
    world.schedules(weekly())
    post = world.post("mastodon", DOWN)
    ana, ben = world.phone("ana"), world.phone("ben")
    ana.expects_page("Acme outage")
    ana.replies()
    ana.expects_note("You have it")
    world.fast_forward(minutes(2))
    off = ana.expects_note("Your turn on call (primary) ends at 09:00, then Ben has it")
    on = ben.expects_note("You are on call (primary) from 13:30")
    for text in (off, on):
        assert "Open now: Acme outage" in text.body
    world.fast_forward(minutes(61))
    world.nobody_rings()
    assert world.agent("mia").resolves_incident_of(post) == 200


def test_a_shift_that_begins_at_night_is_told_of_the_evening_before(begin: Begin) -> None:
    world = begin(wall("2026-11-22 19:58"))
    weeks = turns("ana", "ben", starts_on=date(2026, 11, 16), handoff=time(4))
    world.schedules(replace(a_schedule(weeks), announce=ANNOUNCED))
    world.fast_forward(minutes(1))
    world.nobody_rings()
    world.fast_forward(minutes(2))
    world.phone("ana").expects_note("ends at Mon 23 Nov 04:00, then Ben has it")
    world.phone("ben").expects_note("You are on call (primary) from Mon 23 Nov 04:00")
    world.skip_to(wall("2026-11-23 04:05"))
    world.nobody_rings()


def test_whoever_an_override_puts_on_call_at_once_is_told(world: World) -> None:
    schedule = replace(a_schedule(turns("ana")), announce=ANNOUNCED)
    world.schedules(schedule)
    world.fast_forward(minutes(2))
    world.nobody_rings()
    added = an_override("ben", world.now, world.now + hours(4), kind=OverrideKind.ADD)
    world.schedules(replace(schedule, overrides=(added,)))
    world.fast_forward(minutes(15))
    world.phone("ben").expects_note("You are on call (primary) from 20:32")
    world.phone("ana").is_silent()


def test_a_handoff_is_told_once_though_the_tick_runs_twice(begin: Begin) -> None:
    world = begin(HANDOFF - ANNOUNCED - minutes(2))
    world.schedules(weekly())
    with world.ticks(RIGHT, RIGHT):
        world.fast_forward(minutes(2))
    with world.ticks(RIGHT, RIGHT, at_once=True):
        world.fast_forward(minutes(2))
    world.workers_restart()
    world.fast_forward(minutes(2))
    for name in ("ana", "ben"):
        world.phone(name).expects_note("on call (primary)")


def test_ticks_that_were_lost_at_the_handoff_are_made_up_for(begin: Begin) -> None:
    """Up to ten minutes after it; a note that comes later than so is of no use."""
    world = begin(HANDOFF - ANNOUNCED - minutes(1))
    world.schedules(weekly())
    with world.ticks():
        world.skip_to(HANDOFF + minutes(5))
    world.fast_forward(minutes(1))
    for name in ("ana", "ben"):
        world.phone(name).expects_note("on call (primary)")
    world = begin(HANDOFF - ANNOUNCED - minutes(1))
    world.schedules(weekly())
    with world.ticks():
        world.skip_to(HANDOFF + minutes(10))
    world.fast_forward(minutes(1))
    world.nobody_rings()


def test_who_is_on_call_in_two_schedules_is_told_of_both_in_one_text(begin: Begin) -> None:
    world = begin(HANDOFF - ANNOUNCED - minutes(1))
    world.schedules(weekly(), weekly("second"))
    world.fast_forward(minutes(2))
    world.phone("ben").expects_note("You are on call (primary, second) from 09:00")
    world.phone("ana").expects_note("(primary, second) ends at 09:00")


def test_a_turn_is_told_by_whatever_way_a_person_has(begin: Begin) -> None:
    """Ana by her mailbox, a room that is on call by its webhook."""
    world = begin(HANDOFF - ANNOUNCED - minutes(1))
    world.without_phone("ana")
    mailbox = world.mailbox("ana")
    room = world.room("ops", phone=None, name="Operations")
    weeks = turns("ana", "ops", starts_on=date(2026, 11, 16), handoff=time(9))
    world.schedules(replace(a_schedule(weeks), announce=ANNOUNCED))
    world.fast_forward(minutes(2))
    mailbox.expects_note("ends at 09:00, then Operations has it")
    note = room.expects_note("You are on call (primary)")
    assert note.said["type"] == "note"


def test_a_gap_within_two_weeks_is_told_to_the_owner_by_day(begin: Begin) -> None:
    """Once a day and never at night; the lead reads of it in the report of the day."""
    world = begin(wall("2026-11-23 08:30"))
    world.pager_is_watched()
    weeks = turns("ana", starts_on=date(2026, 11, 16), ends_on=date(2026, 12, 3), handoff=time(9))
    world.schedules(replace(a_schedule(weeks), owner=ResponderId("ben")))
    world.skip_to(wall("2026-11-23 09:59"))
    world.nobody_rings()
    world.skip_to(wall("2026-11-23 10:30"))
    gap = "Nobody is on call in primary from Thu 3 Dec 09:00"
    world.phone("ben").expects_note(gap)
    world.phone("lea").expects_note("Nightdesk readiness")
    world.skip_to(wall("2026-11-23 12:30"))
    world.skip_to(wall("2026-11-24 03:30"))
    world.nobody_rings()
    assert any(gap in one["what"] for one in world.agent("mia").readiness()["findings"])
    world.skip_to(wall("2026-11-24 10:30"))
    world.phone("ben").expects_note(gap)
    world.phone("lea").expects_note("Nightdesk readiness")


# --- calendars -------------------------------------------------------------------------------


def calendar_address(world: World, kind: str, name: str) -> str:
    found = world.agent("mia").on_call()["calendars"]
    return next(str(one["url"]) for one in found if (one["kind"], one["name"]) == (kind, name))


def shifts_in(text: str) -> list[tuple[str, datetime, datetime]]:
    """Summary, begin and end of each event of a calendar (RFC 5545)."""
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"), text[:60]
    assert text.endswith("END:VCALENDAR\r\n"), text[-60:]
    lines = text.replace("\r\n ", "").split("\r\n")
    events: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events:
            events[-1].setdefault(name, value)
    return [(one["SUMMARY"], _at(one["DTSTART"]), _at(one["DTEND"])) for one in events]


def _at(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def test_a_secret_address_shows_a_persons_shifts_in_any_calendar(begin: Begin) -> None:
    """In all schedules, and without a token; an invented address shows nothing."""
    world = begin(HANDOFF - hours(3))
    second = a_schedule(
        turns("lea", starts_on=date(2026, 11, 16)),
        name="second",
        overrides=(an_override("ana", HANDOFF, HANDOFF + hours(2)),),
    )
    world.schedules(weekly(), second)
    address = calendar_address(world, "person", "ana")
    status, text = world.opens(address)
    assert status == 200
    shown = shifts_in(text)
    week = timedelta(days=7)
    assert ("On call: primary", HANDOFF - week, HANDOFF) in shown
    assert ("On call: primary", HANDOFF + week, HANDOFF + 2 * week) in shown
    assert ("On call: second", HANDOFF, HANDOFF + hours(2)) in shown
    assert max(begin for _, begin, _ in shown) > world.now + 10 * week
    status, text = world.opens(calendar_address(world, "schedule", "primary"))
    assert {summary for summary, *_ in shifts_in(text)} == {
        "Ana is on call",
        "Ben is on call",
        "Fay stands in (nobody is named)",  # the week before it began
    }
    forged = address[:-22] + "A" * 22
    assert world.opens(forged)[0] == 404
    assert world.opens(address.replace("/ana/", "/ben/"))[0] == 404


def test_a_calendar_address_that_was_withdrawn_shows_nothing(world: World) -> None:
    """By renewing it, or by leaving the desk."""
    old = calendar_address(world, "person", "ana")
    assert world.opens(old)[0] == 200
    wiring.calendars().renew("person", "ana")  # what `nightdesk calendar --renew` does
    new = calendar_address(world, "person", "ana")
    assert world.opens(old)[0] == 404
    status, text = world.opens(new)
    assert (status, len(shifts_in(text)) > 0) == (200, True)
    bens = calendar_address(world, "person", "ben")
    world.without("ben")
    assert world.opens(bens)[0] == 404


def test_a_calendar_without_shifts_is_an_empty_calendar(world: World) -> None:
    status, text = world.opens(calendar_address(world, "person", "ben"))
    assert status == 200
    assert shifts_in(text) == []


def test_a_calendar_that_has_not_changed_is_not_sent_again(world: World) -> None:
    """Calendars ask every hour for years."""
    world.schedule(turns("ana", "ben"))
    address = calendar_address(world, "schedule", "primary")
    first = world.opens(address)[1]
    world.skip_to(world.now + hours(5))
    assert world.opens(address)[1] == first
    world.skip_to(world.now + days(3))
    world.schedule(turns("ben"))
    assert world.opens(address)[1] != first
