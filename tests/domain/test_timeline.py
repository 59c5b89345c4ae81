"""What was done already is not done again."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.timeline import AGAIN, MOST_ACTS, Act, ActKind, Via, is_repeated, with_act
from tests.builders import ANA, BEN, NOW

MOMENT = timedelta(microseconds=1)


def asked(kind: ActKind = ActKind.ESCALATED, **over: Any) -> Act:
    given = {"kind": kind, "at": NOW, "by": ANA, "via": Via.SMS}
    return Act(**{**given, **over})


def test_what_comes_again_under_its_mark_is_repeated_however_late_and_whatever_came_between() -> (
    None
):
    done = (asked(mark="sms.1"), asked(ActKind.ACKNOWLEDGED, by=BEN))
    assert is_repeated(done, asked(mark="sms.1", at=NOW + timedelta(days=1)))
    assert not is_repeated(done, asked(mark="sms.2", at=NOW + timedelta(days=1)))


def test_another_act_under_the_same_mark_is_none_of_it() -> None:
    done = (asked(ActKind.ACKNOWLEDGED, mark="link.1"),)
    assert not is_repeated(done, asked(ActKind.ESCALATED, mark="link.1"))
    handed = (asked(ActKind.HANDED_OVER, to=BEN, mark="link.1"),)
    assert not is_repeated(handed, asked(ActKind.HANDED_OVER, to="fay", mark="link.1"))


@pytest.mark.parametrize("late", [-AGAIN, timedelta(0), AGAIN])
def test_the_same_of_the_same_person_within_ten_seconds_is_repeated(late: timedelta) -> None:
    assert is_repeated((asked(),), asked(at=NOW + late))
    beyond = late + MOMENT if late >= timedelta(0) else late - MOMENT
    assert is_repeated((asked(),), asked(at=NOW + beyond)) is (late == timedelta(0))


@pytest.mark.parametrize(
    "other", [{"by": BEN}, {"kind": ActKind.SNOOZED}, {"to": BEN}, {"until": NOW + 2 * AGAIN}]
)
def test_anything_else_is_not(other: dict[str, Any]) -> None:
    assert not is_repeated((asked(),), asked(**other))
    assert not is_repeated((), asked())


def test_what_something_else_followed_is_not_repeated() -> None:
    assert not is_repeated((asked(), asked(ActKind.HANDED_OVER, to=BEN)), asked())


def test_a_mark_is_known_as_long_as_its_act_is_remembered() -> None:
    acts: tuple[Act, ...] = (asked(ActKind.OPENED),)
    for number in range(MOST_ACTS - 1):
        acts = with_act(acts, asked(mark=f"sms.{number}"))
    assert all(is_repeated(acts, asked(mark=f"sms.{n}")) for n in range(MOST_ACTS - 1))
