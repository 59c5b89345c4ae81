"""Overrides and temporary schedules: who stands in for whom, who is removed, who is added."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.escalation import Target, TargetKind
from chalicelib.domain.schedule import (
    Gap,
    OnCallSchedule,
    Override,
    OverrideKind,
    ResponderId,
    Rotation,
    TemporarySchedule,
    TemporaryShift,
)
from tests.builders import ANA, BEN, FAY, LEA, NOW, a_desk, a_responder, a_schedule
from tests.strategies import CROWD, crowded_weeks

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
LAYERS = tuple(Rotation(responders=(one,), starts_on=date(2026, 1, 5)) for one in (ANA, BEN))
"""Ana each week; Ben where Ana cannot."""

ADD, REMOVE, REPLACE = OverrideKind.ADD, OverrideKind.REMOVE, OverrideKind.REPLACE


def _override(
    responder: ResponderId,
    kind: OverrideKind = REPLACE,
    instead_of: ResponderId | None = None,
) -> Override:
    """For the hour from NOW on."""
    return Override(
        responder=responder,
        starts_at=NOW,
        ends_at=NOW + HOUR,
        kind=kind,
        instead_of=instead_of,
    )


def _everyone(
    *overrides: Override, rotations: tuple[Rotation, ...] = LAYERS
) -> tuple[ResponderId, ...]:
    schedule = a_schedule(rotations=rotations, overrides=overrides)
    return schedule.everyone_on_call(NOW)


def test_without_exceptions_everyone_is_the_one() -> None:
    assert _everyone() == (ANA,)
    assert _everyone(rotations=()) == ()


def test_a_stand_in_for_whoever_is_on_call_also_fills_a_gap() -> None:
    assert _everyone(_override(FAY)) == (FAY,)
    assert _everyone(_override(FAY), rotations=()) == (FAY,)


def test_a_stand_in_for_one_person_changes_nothing_while_another_is_on_call() -> None:
    assert _everyone(_override(FAY, instead_of=ANA)) == (FAY,)
    assert _everyone(_override(FAY, instead_of=BEN)) == (ANA,)
    assert _everyone(_override(FAY, instead_of=ANA), rotations=()) == ()


def test_a_stand_in_who_is_stood_in_for_is_not_rung() -> None:
    assert _everyone(_override(BEN, instead_of=ANA), _override(FAY, instead_of=BEN)) == (FAY,)


def test_two_who_have_swapped_stand_in_for_each_other() -> None:
    swapped = (_override(BEN, instead_of=ANA), _override(ANA, instead_of=BEN))

    assert _everyone(*swapped) == (BEN,)
    assert _everyone(*swapped, rotations=LAYERS[1:]) == (ANA,)


def test_who_is_removed_gives_way_to_the_next_layer_or_to_a_gap() -> None:
    assert _everyone(_override(ANA, REMOVE)) == (BEN,)
    assert _everyone(_override(BEN, REMOVE)) == (ANA,)
    assert _everyone(_override(ANA, REMOVE), _override(BEN, REMOVE)) == ()


def test_the_next_layer_must_name_somebody_else() -> None:
    again = (LAYERS[0], LAYERS[0], LAYERS[1])

    assert _everyone(_override(ANA, REMOVE), rotations=again) == (BEN,)


def test_a_stand_in_who_is_removed_gives_way_to_the_rotations() -> None:
    assert _everyone(_override(FAY), _override(FAY, REMOVE)) == (ANA,)


def test_who_is_stood_in_for_is_not_rung_although_the_stand_in_is_removed() -> None:
    assert _everyone(_override(FAY, instead_of=ANA), _override(FAY, REMOVE)) == (BEN,)


def test_of_two_stand_ins_for_one_the_second_serves_when_the_first_is_removed() -> None:
    both = (_override(FAY, instead_of=ANA), _override(LEA, instead_of=ANA))

    assert _everyone(*both) == (FAY,)
    assert _everyone(*both, _override(FAY, REMOVE)) == (LEA,)


def test_a_stand_in_serves_for_one_who_is_removed_as_well() -> None:
    assert _everyone(_override(FAY, instead_of=ANA), _override(ANA, REMOVE)) == (FAY,)


def test_who_is_added_comes_after_the_one_in_the_order_listed_and_none_twice() -> None:
    added = (_override(FAY, ADD), _override(ANA, ADD), _override(LEA, ADD), _override(FAY, ADD))

    assert _everyone(*added) == (ANA, FAY, LEA)


def test_who_is_added_is_alone_where_nobody_else_is_on_call() -> None:
    schedule = a_schedule(rotations=(), overrides=(_override(FAY, ADD),))

    assert schedule.on_call(NOW) == FAY
    assert schedule.gaps(NOW - HOUR, NOW + 2 * HOUR) == (
        Gap(starts_at=NOW - HOUR, ends_at=NOW),
        Gap(starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR),
    )


def test_who_is_added_and_removed_is_not_on_call() -> None:
    assert _everyone(_override(FAY, ADD), _override(FAY, REMOVE)) == (ANA,)


def test_who_is_added_can_be_stood_in_for() -> None:
    assert _everyone(_override(FAY, ADD), _override(LEA, instead_of=FAY)) == (ANA, LEA)


def test_a_stand_in_for_whoever_is_on_call_leaves_those_who_are_added() -> None:
    assert _everyone(_override(FAY, ADD), _override(LEA)) == (LEA, FAY)


def test_a_temporary_schedule_alone_counts_and_between_its_shifts_there_is_a_gap() -> None:
    temporary = TemporarySchedule(
        starts_at=NOW,
        ends_at=NOW + 4 * HOUR,
        shifts=(
            TemporaryShift(responder=FAY, starts_at=NOW - HOUR, ends_at=NOW + HOUR),
            TemporaryShift(responder=LEA, starts_at=NOW + 2 * HOUR, ends_at=NOW + 9 * HOUR),
        ),
    )
    schedule = a_schedule(ANA, temporaries=(temporary,))

    found = schedule.shifts(NOW - HOUR, NOW + 5 * HOUR)

    assert [(one.starts_at - NOW, one.responder) for one in found] == [
        (-HOUR, ANA),
        (0 * HOUR, FAY),
        (HOUR, None),
        (2 * HOUR, LEA),
        (4 * HOUR, ANA),
    ]


def test_a_temporary_schedule_without_shifts_is_a_gap_and_overrides_go_before_it() -> None:
    nobody = TemporarySchedule(starts_at=NOW, ends_at=NOW + 2 * HOUR)
    schedule = a_schedule(ANA, temporaries=(nobody,), overrides=(_override(FAY),))

    assert schedule.on_call(NOW) == FAY
    assert schedule.on_call(NOW + HOUR) is None
    assert schedule.on_call(NOW + 2 * HOUR) == ANA


def test_of_temporary_schedules_and_of_their_shifts_the_one_listed_first_counts() -> None:
    def temporary(*people: ResponderId) -> TemporarySchedule:
        hour = {"starts_at": NOW, "ends_at": NOW + HOUR}
        shifts = tuple(TemporaryShift(responder=one, **hour) for one in people)
        return TemporarySchedule(**hour, shifts=shifts)

    schedule = a_schedule(temporaries=(temporary(FAY, LEA), temporary(BEN)))
    removed = replace(schedule, overrides=(_override(FAY, REMOVE),))
    emptied = replace(removed, overrides=(*removed.overrides, _override(LEA, REMOVE)))

    assert schedule.everyone_on_call(NOW) == (FAY,)
    assert removed.on_call(NOW) == LEA
    assert emptied.on_call(NOW) is None


def test_people_are_all_who_may_be_named_and_nobody_who_is_only_removed() -> None:
    temporary = TemporarySchedule(
        starts_at=NOW,
        ends_at=NOW + HOUR,
        shifts=(TemporaryShift(responder=LEA, starts_at=NOW, ends_at=NOW + HOUR),),
    )
    schedule = a_schedule(
        ANA,
        BEN,
        temporaries=(temporary,),
        overrides=(
            _override(ResponderId("gone"), REMOVE),
            _override(FAY, instead_of=ResponderId("elsewhere")),
            _override(ANA, ADD),
        ),
    )

    assert schedule.people() == (ANA, BEN, LEA, FAY)


def _instants(middle: datetime) -> Iterator[datetime]:
    """Every quarter of an hour on three days before and after."""
    for quarter in range(-4 * 72, 4 * 72):
        yield middle + quarter * HOUR / 4


@given(week=crowded_weeks())
def test_who_is_removed_is_never_named(week: tuple[OnCallSchedule, datetime]) -> None:
    schedule, middle = week

    for at in _instants(middle):
        removed = {
            one.responder for one in schedule.overrides if one.covers(at) and one.kind is REMOVE
        }
        assert removed.isdisjoint(schedule.everyone_on_call(at)), at


@given(week=crowded_weeks(), whom=st.sampled_from(CROWD), by=st.sampled_from(CROWD))
def test_who_is_swapped_out_is_never_rung(
    week: tuple[OnCallSchedule, datetime], whom: ResponderId, by: ResponderId
) -> None:
    assume(whom != by)
    schedule, middle = week
    swap = Override(
        responder=by,
        starts_at=middle - 72 * HOUR,
        ends_at=middle + 72 * HOUR,
        instead_of=whom,
    )
    # As long as no other override puts them in somebody's place.
    others = tuple(one for one in schedule.overrides if one.responder != whom or one.kind is REMOVE)

    for overrides in ((swap, *others), (*others, swap)):
        swapped = replace(schedule, overrides=overrides)
        assert all(whom not in swapped.everyone_on_call(at) for at in _instants(middle))


@given(week=crowded_weeks(), who=st.sampled_from(CROWD))
def test_who_is_added_is_on_call_unless_removed_or_swapped_out(
    week: tuple[OnCallSchedule, datetime], who: ResponderId
) -> None:
    schedule, middle = week
    added = Override(
        responder=who, starts_at=middle - 72 * HOUR, ends_at=middle + 72 * HOUR, kind=ADD
    )
    others = tuple(
        one
        for one in schedule.overrides
        if one.instead_of != who and not (one.kind is REMOVE and one.responder == who)
    )
    without = replace(schedule, overrides=others)
    more = replace(schedule, overrides=(*others, added))

    for at in _instants(middle):
        before = without.everyone_on_call(at)
        assert more.everyone_on_call(at) == tuple(dict.fromkeys((*before, who)))


@given(week=crowded_weeks())
def test_a_schedule_names_only_its_people_each_once(
    week: tuple[OnCallSchedule, datetime],
) -> None:
    schedule, middle = week
    people = set(schedule.people())

    for at in _instants(middle):
        everyone = schedule.everyone_on_call(at)
        assert len(everyone) == len(set(everyone))
        assert people.issuperset(everyone)
        assert schedule.on_call(at) == (everyone[0] if everyone else None)


@given(week=crowded_weeks())
def test_the_fallback_person_covers_every_gap_and_nothing_else(
    week: tuple[OnCallSchedule, datetime],
) -> None:
    schedule, middle = week
    desk = a_desk(
        schedules=(schedule,), responders=tuple(a_responder(one) for one in (*CROWD, FAY, LEA))
    )
    gaps = schedule.gaps(middle - 72 * HOUR, middle + 72 * HOUR)
    target = Target(TargetKind.SCHEDULE, schedule.name)

    for at in _instants(middle):
        paged = [one.id for one in desk.targets(target, at)]
        is_gap = any(gap.starts_at <= at < gap.ends_at for gap in gaps)
        assert paged == ([FAY] if is_gap else list(schedule.everyone_on_call(at)))


@given(week=crowded_weeks(), who=st.sampled_from(CROWD), kind=st.sampled_from(OverrideKind))
def test_an_override_changes_nothing_before_it_begins_and_after_it_ends(
    week: tuple[OnCallSchedule, datetime], who: ResponderId, kind: OverrideKind
) -> None:
    schedule, middle = week
    override = Override(responder=who, starts_at=middle - HOUR, ends_at=middle, kind=kind)
    more = replace(schedule, overrides=(override, *schedule.overrides))

    outside = [at for at in _instants(middle) if not override.covers(at)]
    for at in (*outside, middle - HOUR - MOMENT, middle):
        assert more.everyone_on_call(at) == schedule.everyone_on_call(at)


def test_an_override_of_no_length_is_never_in_force() -> None:
    nothing = Override(responder=FAY, starts_at=NOW, ends_at=NOW)
    backwards = Override(responder=FAY, starts_at=NOW, ends_at=NOW - HOUR)
    schedule = a_schedule(ANA, overrides=(nothing, backwards))

    found = schedule.shifts(NOW - 2 * HOUR, NOW + 2 * HOUR)

    assert [one.responder for one in found] == [ANA]


def test_instants_of_an_override_may_be_written_in_any_zone() -> None:
    begin = datetime.fromisoformat("2026-11-21T21:00+01:00")
    override = Override(responder=FAY, starts_at=begin, ends_at=begin + HOUR)
    schedule = a_schedule(ANA, overrides=(override,))

    assert schedule.on_call(datetime(2026, 11, 21, 20, tzinfo=UTC)) == FAY
    assert schedule.on_call(datetime(2026, 11, 21, 21, tzinfo=UTC)) == ANA
