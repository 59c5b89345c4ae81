"""Shift notices: who is told that they come on call, or go off."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from chalicelib.domain.desk import Desk
from chalicelib.domain.schedule import Override, OverrideKind, ResponderId, Rotation
from tests.builders import ANA, BEN, FAY, a_desk, a_schedule, an_incident
from tests.fakes import Crash, Fate
from tests.services.watchers import Watchers

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

HANDOFF = datetime(2026, 11, 23, 8, tzinfo=UTC)
"""A Monday, 9 o'clock in Vienna: Ana's week ends, Ben's begins (or the other way)."""


def a_week_each(**over: Any) -> Desk:
    schedule = a_schedule(ANA, BEN, announce=HOUR, **over)
    return a_desk(schedules=(schedule,))


def watched(desk: Desk | None = None) -> Watchers:
    return Watchers(desk or a_week_each())


def tick(watch: Watchers, starts_at: datetime, ends_at: datetime) -> None:
    """A tick in each minute from the first to the second, both included."""
    at = starts_at
    while at <= ends_at:
        watch.shift_notices.tell(now=at)
        at += MINUTE


def who(desk: Desk, at: datetime) -> ResponderId:
    found = desk.schedules[0].on_call(at)
    assert found is not None
    return found


def test_who_comes_on_and_who_goes_off_are_told_once_each_an_hour_before() -> None:
    desk = a_week_each()
    watch = watched(desk)
    off, on = who(desk, HANDOFF - MINUTE), who(desk, HANDOFF)
    tick(watch, HANDOFF - 2 * HOUR, HANDOFF - HOUR - MINUTE)
    assert watch.phones.sent == []
    tick(watch, HANDOFF - HOUR, HANDOFF + HOUR)
    (comes,) = watch.phones.notes(on)
    (goes,) = watch.phones.notes(off)
    assert comes == "You are on call (primary) from 09:00 to Mon 30 Nov 09:00."
    assert goes == (f"Your turn on call (primary) ends at 09:00, then {on.title()} has it.")
    assert len(watch.phones.sent) == 2


def test_a_schedule_that_announces_nothing_says_nothing() -> None:
    watch = watched(a_desk(schedules=(a_schedule(ANA, BEN),)))
    tick(watch, HANDOFF - 2 * HOUR, HANDOFF + HOUR)
    assert watch.phones.sent == []


def test_times_are_on_the_wall_of_whoever_is_told() -> None:
    desk = a_week_each()
    people = tuple(replace(one, zone="America/New_York") for one in desk.responders)
    watch = watched(replace(desk, responders=people))
    watch.shift_notices.tell(now=HANDOFF - HOUR)
    assert "from 03:00 to Mon 30 Nov 03:00" in watch.phones.notes(who(desk, HANDOFF))[0]


def test_open_incidents_of_the_schedule_are_named() -> None:
    watch = watched()
    watch.incidents.open(an_incident(), instead_of=None)
    watch.shift_notices.tell(now=HANDOFF - HOUR)
    assert all("Open now: Acme outage." in one.text for one in watch.phones.sent)


def test_ticks_that_were_lost_are_made_up_for_until_ten_minutes_after_the_change() -> None:
    for late, count in ((0, 2), (9, 2), (10, 0)):
        watch = watched()
        watch.shift_notices.tell(now=HANDOFF + late * MINUTE)
        assert len(watch.phones.sent) == count, late


def test_another_process_tells_nothing_twice() -> None:
    watch = watched()
    for minutes in range(80):
        watch.new_shift_notices().tell(now=HANDOFF - HOUR + minutes * MINUTE)
    assert len(watch.phones.sent) == 2


def test_a_crash_before_it_was_sent_is_made_up_for() -> None:
    watch = watched()
    watch.phones.fates.append(Fate.CRASH_BEFORE)
    with pytest.raises(Crash):
        watch.shift_notices.tell(now=HANDOFF - HOUR)
    tick(watch, HANDOFF - HOUR + MINUTE, HANDOFF)
    assert len(watch.phones.sent) == 2


def test_a_note_that_no_channel_took_is_tried_again() -> None:
    watch = watched()
    watch.phones.is_down = True
    tick(watch, HANDOFF - HOUR, HANDOFF - 30 * MINUTE)
    watch.phones.is_down = False
    tick(watch, HANDOFF - 29 * MINUTE, HANDOFF)
    assert len(watch.phones.sent) == 2


def test_nobody_is_told_while_the_person_stays() -> None:
    daily = Rotation(
        responders=(ANA,),
        starts_on=HANDOFF.date() - timedelta(days=9),
        handoff=time(9),
        shift_days=1,
    )
    watch = watched(a_desk(schedules=(a_schedule(rotations=(daily,), announce=HOUR),)))
    tick(watch, HANDOFF - 2 * HOUR, HANDOFF + HOUR)
    assert watch.phones.sent == []


def test_who_is_added_beside_another_is_told_and_the_other_is_not() -> None:
    beside = Override(
        responder=FAY,
        kind=OverrideKind.ADD,
        starts_at=HANDOFF + 30 * HOUR,
        ends_at=HANDOFF + 40 * HOUR,
    )
    watch = watched(a_week_each(overrides=(beside,)))
    tick(watch, HANDOFF + 28 * HOUR, HANDOFF + 42 * HOUR)
    assert [(one.to, one.text[:9]) for one in watch.phones.sent] == [
        (FAY, "You are o"),
        (FAY, "Your turn"),
    ]


def test_a_gap_is_told_to_the_fallback_person_and_its_end_to_who_comes_on() -> None:
    gap = [
        Override(
            responder=id,
            kind=OverrideKind.REMOVE,
            starts_at=HANDOFF + 24 * HOUR,
            ends_at=HANDOFF + 30 * HOUR,
        )
        for id in (ANA, BEN)
    ]
    desk = a_week_each(overrides=tuple(gap))
    watch = watched(desk)
    person = who(desk, HANDOFF)
    tick(watch, HANDOFF + 22 * HOUR, HANDOFF + 32 * HOUR)
    texts = {(one.to, one.text) for one in watch.phones.sent}
    assert len(watch.phones.sent) == 3
    assert texts == {
        (
            FAY,
            "Nobody is on call (primary) from 09:00 to 15:00: it falls to you as the fallback.",
        ),
        (person, "Your turn on call (primary) ends at 09:00, then the fallback has it."),
        (person, "You are on call (primary) from 15:00 to Mon 30 Nov 09:00."),
    }


def test_a_fallback_person_to_whom_the_gap_after_their_own_turn_falls_gets_one_note() -> None:
    removed = Override(
        responder=FAY,
        kind=OverrideKind.REMOVE,
        starts_at=HANDOFF + 24 * HOUR,
        ends_at=HANDOFF + 30 * HOUR,
    )
    watch = watched(a_desk(schedules=(a_schedule(FAY, announce=HOUR, overrides=(removed,)),)))
    watch.shift_notices.tell(now=HANDOFF + 23 * HOUR)
    (text,) = watch.phones.notes(FAY)
    assert text.startswith("Nobody is on call (primary) from 09:00 to 15:00: it falls to you")


def test_a_stand_in_for_less_than_two_hours_is_no_word_worth() -> None:
    brief = Override(responder=FAY, starts_at=HANDOFF + 24 * HOUR, ends_at=HANDOFF + 25.9 * HOUR)
    watch = watched(a_week_each(overrides=(brief,)))
    tick(watch, HANDOFF + 22 * HOUR, HANDOFF + 27 * HOUR)
    assert watch.phones.sent == []


def test_several_schedules_that_change_alike_are_one_note() -> None:
    one = a_schedule(ANA, BEN, announce=HOUR)
    watch = watched(a_desk(schedules=(one, replace(one, name="billing"))))
    tick(watch, HANDOFF - HOUR, HANDOFF)
    assert len(watch.phones.sent) == 2
    assert all("(primary, billing)" in sent.text for sent in watch.phones.sent)


def test_a_change_that_is_configured_late_is_still_told() -> None:
    watch = watched(a_desk(schedules=(a_schedule(ANA, announce=HOUR),)))
    now = HANDOFF + 24 * HOUR
    tick(watch, now - 30 * MINUTE, now)
    stands_in = Override(responder=BEN, starts_at=now + 20 * MINUTE, ends_at=now + 8 * HOUR)
    watch.put_in_force(a_desk(schedules=(a_schedule(ANA, announce=HOUR, overrides=(stands_in,)),)))
    tick(watch, now, now + HOUR)
    assert sorted(one.to for one in watch.phones.sent) == [ANA, BEN]


def test_where_no_change_is_near_nothing_is_read_but_the_desk() -> None:
    class Unread:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"{name} was asked")

    watch = watched()
    watch.incidents = watch.once = watch.telling = Unread()  # type: ignore[assignment]
    assert watch.new_shift_notices().tell(now=HANDOFF - 3 * HOUR) == 0


def test_a_tick_that_is_out_of_time_leaves_the_rest_to_the_next() -> None:
    watch = watched()
    assert watch.shift_notices.tell(now=HANDOFF - HOUR, has_time=lambda: False) == 0
    assert watch.phones.sent == []
    tick(watch, HANDOFF - HOUR + MINUTE, HANDOFF)
    assert len(watch.phones.sent) == 2


def test_before_the_first_configuration_nobody_has_a_shift() -> None:
    watch = watched()
    watch.desks.versions.clear()
    assert watch.shift_notices.tell(now=HANDOFF - HOUR) == 0


def test_a_shift_that_begins_at_night_is_told_of_the_evening_before() -> None:
    week = a_schedule(ANA, BEN, announce=HOUR)
    early = replace(week, rotations=(replace(week.rotations[0], handoff=time(4)),))
    desk = a_desk(schedules=(early,))
    watch = watched(desk)
    handoff = HANDOFF - 5 * HOUR  # Monday, 04:00 in Vienna
    evening = handoff - 8 * HOUR
    tick(watch, evening - HOUR, evening - MINUTE)
    assert watch.phones.sent == []

    tick(watch, evening, handoff + HOUR)

    assert sorted(one.to for one in watch.phones.sent) == [ANA, BEN]
