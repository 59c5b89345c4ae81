"""The user's file: schedules, from rotations to gaps."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.schedule import (
    OnCallSchedule,
    Override,
    OverrideKind,
    ResponderId,
    Restriction,
    Rotation,
    TemporarySchedule,
    TemporaryShift,
    Weekday,
)
from tests.infra.desk_file import (
    FULL,
    VALID,
    desk,
    line_of,
    problems,
    the_problem,
    warnings,
    with_line,
)

ANA, BEN, EVA = ResponderId("ana"), ResponderId("ben"), ResponderId("eva")
MON, TUE, WED, THU, FRI, SAT, SUN = Weekday

ROTATION = "        starts_on: 2026-11-02\n        handoff: 18:00\n        shift_days: 1\n"


def turning(*settings: str) -> str:
    """The valid file with a rotation of these settings."""
    return with_line(ROTATION, "".join(f"        {one}\n" for one in settings))


def overriding(override: str) -> str:
    return with_line("policies:\n", f"    overrides: [{{{override}}}]\npolicies:\n")


def rotation(text: str) -> Rotation:
    return desk(text).schedules[0].rotations[0]


# --- what comes of it -------------------------------------------------------------------------


def test_every_setting_of_a_schedule_reaches_the_desk() -> None:
    def at(day: int, hour: int) -> datetime:
        return datetime(2026, 12, day, hour - 1, tzinfo=UTC)  # Vienna in winter

    assert desk(FULL).schedules == (
        OnCallSchedule(
            name="nights",
            zone="Europe/Vienna",
            rotations=(
                Rotation(
                    responders=(ANA, BEN),
                    starts_on=date(2026, 11, 2),
                    shift_days=5,
                    weekdays=frozenset({MON, TUE, WED, THU, FRI}),
                    restrictions=(
                        Restriction(
                            weekdays=frozenset({MON, TUE, WED, THU}), starts=time(18), ends=time(8)
                        ),
                        Restriction(weekdays=frozenset({FRI}), starts=time(18), ends=time(0)),
                    ),
                ),
                Rotation(
                    responders=(BEN, ANA),
                    starts_on=date(2026, 11, 2),
                    handoff=time(8),
                    shift_hours=12,
                ),
            ),
            overrides=(
                Override(responder=EVA, instead_of=ANA, starts_at=at(1, 18), ends_at=at(2, 8)),
                Override(
                    responder=BEN, kind=OverrideKind.REMOVE, starts_at=at(3, 18), ends_at=at(4, 8)
                ),
                Override(
                    responder=EVA, kind=OverrideKind.ADD, starts_at=at(5, 18), ends_at=at(6, 8)
                ),
            ),
            temporaries=(
                TemporarySchedule(
                    starts_at=at(24, 18),
                    ends_at=at(26, 9),
                    shifts=(
                        TemporaryShift(responder=EVA, starts_at=at(24, 18), ends_at=at(25, 9)),
                        TemporaryShift(responder=BEN, starts_at=at(25, 9), ends_at=at(26, 9)),
                    ),
                ),
            ),
            owner=EVA,
            announce=timedelta(minutes=90),
        ),
    )


def test_a_schedule_belongs_to_the_lead_and_is_announced_an_hour_before() -> None:
    (schedule,) = desk(VALID).schedules

    assert (schedule.owner, schedule.announce) == (None, timedelta(hours=1))


@pytest.mark.parametrize(
    ("weekdays", "days"),
    [
        ("[mon-fri]", {MON, TUE, WED, THU, FRI}),
        ("[mon, wed, fri]", {MON, WED, FRI}),
        ("[sat-mon]", {SAT, SUN, MON}),
        ("[Saturday, SUNDAY]", {SAT, SUN}),
        ("[tuesday-thu, sun]", {TUE, WED, THU, SUN}),
        ("[sun-sun]", {SUN}),
    ],
)
def test_days_of_the_week_are_read_as_people_write_them(weekdays: str, days: set[Weekday]) -> None:
    text = turning("starts_on: 2026-11-02", f"weekdays: {weekdays}")

    assert rotation(text).weekdays == frozenset(days)


@given(st.sampled_from(Weekday), st.sampled_from(Weekday))
def test_a_range_of_days_begins_and_ends_as_it_says(first: Weekday, last: Weekday) -> None:
    text = turning("starts_on: 2026-11-02", f"weekdays: [{first.name}-{last.name[:3]}]")

    days = rotation(text).weekdays
    assert {first, last} <= days
    assert len(days) == (last - first) % 7 + 1


@pytest.mark.parametrize(
    ("settings", "days"),
    [
        (("weekdays: [mon-fri]",), 5),
        (("weekdays: [sat, sun]",), 2),
        (("weekdays: [mon-fri]", "shift_days: 1"), 1),
        (("weekdays: [mon-fri]", "shift_days: 10"), 10),
        ((), 7),
    ],
)
def test_a_turn_is_a_week_where_the_file_does_not_say(settings: tuple[str, ...], days: int) -> None:
    text = turning("starts_on: 2026-11-02", *settings)

    assert rotation(text).shift_days == days
    assert not any("wander" in warning for warning in warnings(text))


def test_a_whole_day_and_a_night_are_told_apart() -> None:
    text = turning("starts_on: 2026-11-02", 'only: {sat-sun: [00:00-24:00], mon: ["6:00 – 9:30"]}')

    assert rotation(text).restrictions == (
        Restriction(weekdays=frozenset({SAT, SUN}), starts=time(0), ends=time(0)),
        Restriction(weekdays=frozenset({MON}), starts=time(6), ends=time(9, 30)),
    )


def test_an_hour_that_comes_twice_is_the_first() -> None:
    text = overriding("responder: ben, starts_at: 2026-10-25 02:30, ends_at: 2026-10-25 03:00")

    assert desk(text).schedules[0].overrides[0].starts_at == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (("shift_hours: 0",), "shift_hours: 0 is too small; use 1 or more"),
        (("shift_hours: 9000",), "shift_hours: 9000 is too large; use 8784 or less"),
        (("shift_hours: 12h",), "'12h' is not a whole number; write shift_hours: 12"),
        (("shift_hours: 12", "shift_days: 1"), "has both shift_days and shift_hours; keep one"),
        (("weekdays: mon-fri",), "weekdays: 'mon-fri' is not a list; write weekdays: [mon-fri]"),
        (("weekdays: [mo]",), "weekdays[0]: 'mo' is not a day of the week; did you mean mon?"),
        (("weekdays: [mon-frx]",), "'frx' of 'mon-frx' is not a day of the week; did you mean fri"),
        (("weekdays: [x]",), "'x' is not a day of the week; known: mon, tue, wed"),
        (("weekdays: [1]",), "'1' is not a day of the week"),
        (("only: [mon]",), "only: a list is not names, each with its settings beneath; write only"),
        (("only: {mon: 18:00-08:00}",), "'18:00-08:00' is not a list; write [18:00-08:00]"),
        (("only: {mon: []}",), "only.mon: is empty"),
        (("only: {mon: [18-8]}",), "only.mon[0]: '18-8' is not a time from and to; write such as"),
        (("only: {mon: [18:00]}",), "'18:00' is not a time from and to"),
        (("only: {mon: [24:00-08:00]}",), "is not a time from and to"),
        (("only: {mon: [18:00-25:00]}",), "'25:00' is not a time of day"),
        (("only: {mon: [18:00-18:00]}",), "ends when it begins; write 00:00-24:00 for a whole day"),
        (("only: {monn: [18:00-08:00]}",), "only.monn: 'monn' is not a day of the week; did you"),
        (("only: {mon-fri: [18:00-08:00], fri: [00:00-24:00]}",), "only: names fri twice"),
        (("only: {}",), "only: is empty"),
        (("week_days: [mon]",), "week_days: is not a setting; did you mean weekdays?"),
    ],
)
def test_a_rotation_that_cannot_be_is_refused_on_its_line(
    settings: tuple[str, ...], told: str
) -> None:
    text = turning("starts_on: 2026-11-02", *settings)

    found = the_problem(text)
    assert told in found
    assert "schedules.nights.rotations[0]" in found


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_ends_of_the_calendar_are_refused(day: str) -> None:
    assert "is out of range" in the_problem(turning(f"starts_on: {day}"))
    late = overriding(f"responder: ben, starts_at: {day} 00:00, ends_at: {day} 23:59")
    assert any("is not an instant" in one for one in problems(late))


TIMES = "starts_at: 2026-12-24 18:00, ends_at: 2026-12-25 09:00"


@pytest.mark.parametrize(
    ("override", "told"),
    [
        (TIMES, "names nobody; write one of responder (who stands in), remove"),
        (f"responder: ben, add: ana, {TIMES}", "has both responder and add; write one of"),
        (f"remove: ben, instead_of: ana, {TIMES}", "has instead_of beside remove; it goes with"),
        (f"responder: ben, instead_of: ben, {TIMES}", "puts ben in the place of ben; name two"),
        (f"remove: bne, {TIMES}", "remove: 'bne' is not a responder in this file; did you mean"),
        (f"add: bne, {TIMES}", "overrides[0].add: 'bne' is not a responder"),
        (f"responder: ben, insted_of: ana, {TIMES}", "did you mean instead_of?"),
    ],
)
def test_an_override_says_one_thing(override: str, told: str) -> None:
    assert told in the_problem(overriding(override))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("ends_at: 2026-12-26 09:00\n        shifts", "ends_at: 2026-12-24 09:00\n        shifts",
         "temporary[0].ends_at: 2026-12-24 09:00:00 is not after starts_at"),
        ("            ends_at: 2026-12-25 09:00", "            ends_at: 2026-12-25 09:00Z",
         "temporary[0].shifts[0].ends_at: one instant has an offset and the other none"),
        ("          - responder: eva\n", "          - responder: zoe\n", "is not a responder"),
        ("owner: eva", "owner: zoe", "schedules.nights.owner: 'zoe' is not a responder"),
        ("announce_minutes: 90", "announce_minutes: -1", "-1 is too small; use 0 or more"),
        ("announce_minutes: 90", "announce_minutes: 2000", "2000 is too large; use 1440 or less"),
    ],
)  # fmt: skip
def test_a_setting_of_a_schedule_is_refused_with_its_remedy(old: str, new: str, told: str) -> None:
    assert told in the_problem(with_line(old, new, FULL))


def test_a_temporary_schedule_has_shifts() -> None:
    text = with_line(
        "policies:\n",
        "    temporary: [{starts_at: 2026-12-24 18:00, ends_at: 2026-12-25 18:00}]\npolicies:\n",
    )

    assert "temporary[0].shifts: is missing; add it, such as shifts: [{responder" in the_problem(
        text
    )


# --- gaps -------------------------------------------------------------------------------------


def test_a_gap_ahead_is_told_with_who_is_paged_and_lets_the_file_pass() -> None:
    text = turning("starts_on: 2026-11-24", "handoff: 18:00")

    assert warnings(text) == [
        "schedules.nights.rotations: nobody is on call from Sat 2026-11-21 20:30 to Tue "
        "2026-11-24 18:00 Europe/Vienna, so ben is paged then; set starts_on to 2026-11-20 or "
        "earlier, or add a rotation"
    ]


def test_setting_starts_on_as_the_gap_advises_closes_it() -> None:
    assert warnings(turning("starts_on: 2026-11-20", "handoff: 18:00")) == []


def test_a_rotation_that_ends_within_two_weeks_leaves_a_gap() -> None:
    (found,) = warnings(turning("starts_on: 2026-11-02", "ends_on: 2026-12-01", "handoff: 18:00"))

    assert "nobody is on call from Tue 2026-12-01 18:00 to Sat 2026-12-05 20:30" in found
    assert found.endswith("move ends_on, or add a rotation that follows")


def test_a_rotation_that_ends_after_two_weeks_is_no_gap() -> None:
    assert warnings(turning("starts_on: 2026-11-02", "ends_on: 2026-12-06", "handoff: 18:00")) == []


def test_an_override_can_cover_a_gap() -> None:
    text = turning("starts_on: 2026-11-24", "handoff: 18:00").replace(
        "policies:\n",
        "    overrides:\n"
        "      - {responder: ben, starts_at: 2026-11-21 00:00, ends_at: 2026-11-24 18:00}\n"
        "policies:\n",
        1,
    )

    assert warnings(text) == []


def test_a_removal_can_make_a_gap() -> None:
    text = overriding("remove: ben, starts_at: 2026-11-21 00:00, ends_at: 2026-12-24 18:00")

    assert any("nobody is on call from" in warning for warning in warnings(text))


def test_further_gaps_are_counted() -> None:
    (found,) = warnings(turning("starts_on: 2026-11-02", "only: {mon-fri: [18:00-08:00]}"))

    assert "(and 10 more in the next 14 days)" in found
    assert found.endswith("add a rotation or an override")


@pytest.mark.parametrize("settings", ["starts_on: 2026-12-24", "starts_on: 2026-01-05\n"
                                      "        ends_on: 2026-02-02"])  # fmt: skip
def test_a_schedule_that_names_nobody_for_two_weeks_is_refused(settings: str) -> None:
    text = turning(settings)

    found = the_problem(text)
    assert (
        f"nightdesk.yaml:{line_of(text, '    rotations:')}: schedules.nights.rotations: " in found
    )
    assert "nobody is on call in the next 14 days; " in found


def test_a_schedule_without_rotations_is_refused() -> None:
    rotations = VALID[VALID.index("    rotations:") : VALID.index("policies:")]

    assert "nobody is on call in the next 14 days; add a rotation with starts_on: 2026-11-20" in (
        the_problem(VALID.replace(rotations, ""))
    )


# --- doubts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("override", "told"),
    [
        (f"remove: ana, {TIMES}", "overrides[0].remove: is ana, whom this schedule never names"),
        (f"responder: ben, instead_of: ana, {TIMES}", "overrides[0].instead_of: is ana, whom this"),
    ],
)
def test_an_override_of_somebody_who_is_never_on_call_is_told(override: str, told: str) -> None:
    text = overriding(override).replace("[ana, ben]", "[ben]")

    assert any(told in warning for warning in warnings(text))


def test_whoever_comes_only_by_an_override_can_be_taken_off_again() -> None:
    text = VALID.replace("[ana, ben]", "[ben]").replace(
        "policies:\n",
        f"    overrides: [{{add: ana, {TIMES}}}, {{remove: ana, {TIMES}}}]\npolicies:\n",
        1,
    )

    assert warnings(text) == []


def test_a_shift_that_leaves_its_temporary_schedule_is_told() -> None:
    text = with_line(
        "            ends_at: 2026-12-26 09:00", "            ends_at: 2026-12-26 12:00", FULL
    )

    assert any(
        "schedules.nights.temporary[0].shifts[1]: is not wholly within" in warning
        for warning in warnings(text)
    )


def test_turns_that_wander_through_the_week_are_told() -> None:
    text = turning("starts_on: 2026-11-02", "weekdays: [mon-fri]", "shift_days: 7")

    assert any(
        "shift_days: is 7, and 5 days of a week count, so handoffs wander through the week; 5 is a "
        "week" in warning
        for warning in warnings(text)
    )
