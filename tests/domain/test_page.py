"""A page, its identity, its lease, and the keys that answer it."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.calling import begun, turn_of
from chalicelib.domain.escalation import Position
from chalicelib.domain.page import (
    CODE_ALPHABET,
    CODE_LENGTH,
    LEASE,
    code_digest,
    link_digest,
    page_for,
)
from chalicelib.domain.schedule import ResponderId
from tests.builders import ANA, BEN, NOW, a_page, a_page_key, an_incident
from tests.strategies import names

MOMENT = timedelta(microseconds=1)
PEPPER = b"pepper"
FIRST = begun(ANA, "r1.s0", now=NOW)
codes = st.text(CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)


def test_one_turn_pages_one_responder_once_by_each_rule() -> None:
    incident = an_incident()
    same = [page_for(incident, FIRST, "sms", now=NOW + n * LEASE) for n in (0, 1)]

    assert same[0].id == same[1].id


def test_another_turn_rule_responder_channel_or_incident_is_another_page() -> None:
    incident = an_incident()
    other = an_incident(opened_at=NOW + MOMENT)
    ids = {
        page_for(of, call, channel, now=NOW).id
        for of, call, channel in (
            (incident, FIRST, "sms"),
            (incident, replace(FIRST, turn="r2.s0"), "sms"),
            (incident, replace(FIRST, turn="h2"), "sms"),
            (incident, replace(FIRST, rule=1), "sms"),
            (incident, replace(FIRST, responder=BEN), "sms"),
            (incident, FIRST, "voice"),
            (other, FIRST, "sms"),
        )
    }

    assert len(ids) == 7


@given(
    rounds=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    steps=st.tuples(st.integers(0, 30), st.integers(0, 30)),
    people=st.tuples(names, names),
)
def test_two_pages_share_an_id_only_when_all_that_makes_it_is_equal(
    rounds: tuple[int, int], steps: tuple[int, int], people: tuple[str, str]
) -> None:
    one, other = (
        page_for(
            an_incident(),
            begun(
                ResponderId(people[number]),
                turn_of(Position(due_at=NOW, round=rounds[number], step=steps[number])),
                now=NOW,
            ),
            "sms",
            now=NOW,
        )
        for number in (0, 1)
    )
    is_same = rounds[0] == rounds[1] and steps[0] == steps[1] and people[0] == people[1]

    assert (one.id == other.id) is is_same


def test_a_page_left_by_a_crash_is_taken_over_when_its_lease_is_over() -> None:
    page = a_page()

    assert not page.can_be_taken(NOW + LEASE - MOMENT)
    assert page.can_be_taken(NOW + LEASE)


def test_whoever_takes_a_page_over_has_a_full_lease_again() -> None:
    page = a_page().taken_again(NOW + LEASE)

    assert page.attempts == 2
    assert not page.can_be_taken(NOW + 2 * LEASE - MOMENT)
    assert page.can_be_taken(NOW + 2 * LEASE)


@given(later=st.timedeltas(timedelta(0), timedelta(days=365)))
def test_a_page_whose_fate_is_known_is_never_sent_again(later: timedelta) -> None:
    for done in (a_page().sent("id-1", now=NOW), a_page().refused("no phone")):
        assert not done.can_be_taken(NOW + later)


@given(code=codes, people=st.tuples(names, names))
def test_the_digest_of_a_code_is_bound_to_its_responder(code: str, people: tuple[str, str]) -> None:
    one, other = (code_digest(code, ResponderId(who), PEPPER) for who in people)

    assert (one == other) is (people[0] == people[1])


@given(one=codes, other=codes)
def test_another_code_has_another_digest(one: str, other: str) -> None:
    digests = (code_digest(one, ANA, PEPPER), code_digest(other, ANA, PEPPER))

    assert (digests[0] == digests[1]) is (one == other)


def test_a_digest_tells_nothing_to_who_lacks_the_pepper() -> None:
    assert code_digest("BCDFG", ANA, PEPPER) != code_digest("BCDFG", ANA, b"another")
    assert "BCDFG" not in code_digest("BCDFG", ANA, PEPPER)


def test_a_link_can_never_pass_for_a_code() -> None:
    assert link_digest("ana:BCDFG") != code_digest("BCDFG", ANA, b"")


@given(secret=st.text())
@example(secret="\ud800")
def test_any_text_at_all_can_be_tried_as_a_link(secret: str) -> None:
    assert len(link_digest(secret)) == 64


def test_a_key_is_good_for_a_day() -> None:
    key = a_page_key()

    assert key.is_valid(NOW + timedelta(hours=24) - MOMENT)
    assert not key.is_valid(NOW + timedelta(hours=24))
