"""The desk: who is meant by a target, and which policy is in force."""

from datetime import timedelta

import pytest

from chalicelib.domain.desk import Desk
from chalicelib.domain.escalation import Target, TargetKind
from chalicelib.domain.schedule import Override, ResponderId
from chalicelib.domain.signal import Topic
from tests.builders import (
    ANA,
    BEN,
    FAY,
    LEA,
    NOW,
    PHONES,
    a_brand,
    a_desk,
    a_policy,
    a_responder,
    a_schedule,
)

ON_CALL = Target(TargetKind.SCHEDULE, "primary")


def _names(desk: Desk, target: Target) -> list[str]:
    return [one.id for one in desk.targets(target, NOW)]


def test_a_schedule_means_whoever_is_on_call_at_that_instant() -> None:
    begin = NOW + timedelta(hours=1)
    override = Override(responder=BEN, starts_at=begin, ends_at=begin + timedelta(hours=1))
    desk = a_desk(schedules=(a_schedule(overrides=(override,)),))

    assert [one.id for one in desk.targets(ON_CALL, NOW)] == [ANA]
    assert [one.id for one in desk.targets(ON_CALL, begin)] == [BEN]


def test_in_a_gap_the_fallback_person_stands_in() -> None:
    assert _names(a_desk(schedules=(a_schedule(rotations=()),)), ON_CALL) == [FAY]


def test_a_schedule_that_was_removed_is_a_gap() -> None:
    assert _names(a_desk(schedules=()), ON_CALL) == [FAY]


def test_the_fallback_means_the_fallback_person_and_the_lead() -> None:
    fallback = Target(TargetKind.FALLBACK)

    assert _names(a_desk(), fallback) == [FAY, LEA]
    assert _names(a_desk(lead=FAY), fallback) == [FAY]


def test_a_responder_who_was_removed_is_nobody() -> None:
    assert _names(a_desk(), Target(TargetKind.RESPONDER, "gone")) == []
    assert _names(a_desk(schedules=(a_schedule(ResponderId("gone")),)), ON_CALL) == []


@pytest.mark.parametrize(
    ("brand", "topic", "policy"),
    [
        ("acme", Topic.OUTAGE, "standard"),
        ("acme", Topic.PRESS, "press"),
        ("acme", Topic.BILLING, "first"),  # its own was removed: the first one serves
        ("other", Topic.PRESS, "first"),
    ],
)
def test_brand_and_topic_choose_the_policy_and_there_always_is_one(
    brand: str, topic: Topic, policy: str
) -> None:
    desk = a_desk(
        policies=(a_policy("first"), a_policy("standard"), a_policy("press")),
        brands=(a_brand(policies={Topic.PRESS: "press", Topic.BILLING: "removed"}),),
    )

    assert desk.policy_for(brand, topic).name == policy


def test_a_brand_without_a_policy_follows_the_first() -> None:
    desk = a_desk(policies=(a_policy("first"), a_policy()), brands=(a_brand(policy=""),))

    assert desk.policy_for("acme", Topic.OUTAGE).name == "first"


def test_a_brand_is_called_by_its_name_and_one_that_was_removed_by_its_id() -> None:
    desk = a_desk()

    assert desk.brand_name("acme") == "Acme"
    assert desk.brand_name("forgotten") == "forgotten"


def test_a_phone_tells_its_responder_and_no_phone_nobody() -> None:
    desk = a_desk(responders=(a_responder(ANA), a_responder(BEN, phone=None)))

    found = desk.responder_of_phone(PHONES[ANA])
    assert found is not None
    assert found.id == ANA
    assert desk.responder_of_phone("") is None
    assert desk.responder_of_phone(PHONES[BEN]) is None


def test_a_phone_number_is_never_shown() -> None:
    desk = a_desk()

    for number in PHONES.values():
        assert number not in repr(desk)
        assert number not in str(desk.responder_of_phone(number))
