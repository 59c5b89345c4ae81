"""The words of notes: answers to answers, and what is said without being asked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import wording
from chalicelib.domain.incident import Incident, incident_id
from chalicelib.domain.signal import Topic
from chalicelib.domain.sms import parts, septets
from chalicelib.domain.wording import acknowledged_text, useless_reply_text
from tests.builders import ANA, NOW, a_policy, an_incident
from tests.domain.hostile import codes_in

ZONE = "Europe/Vienna"
LINK = "https://abcdef1234.execute-api.eu-west-1.amazonaws.com/api/a/AbCdEfGhIjKlMnOpQrStUv"
CODE = "BCDFG"

POLICY = a_policy()


def acknowledged(topic: Topic = Topic.OUTAGE, by: str = ANA) -> Incident:
    return an_incident(topic=topic).acknowledged(by, now=NOW, policy=POLICY)


ACKNOWLEDGED = acknowledged()
RESOLVED = ACKNOWLEDGED.resolved("gus", now=NOW + timedelta(hours=1))
ONE = [(ACKNOWLEDGED, "Acme")]
BILLING = acknowledged(Topic.BILLING)
TWO = [*ONE, (BILLING, "Beta")]
SAFETY = acknowledged(Topic.SAFETY).resolved("gus", now=NOW)


# --- acknowledged ------------------------------------------------------------------------


def test_who_has_acknowledged_is_told_until_when() -> None:
    assert acknowledged_text(ONE, zone=ZONE) == (
        "You have it: Acme outage. Resolve it by its link, or it rings again at 00:30."
    )


def test_who_comes_second_is_told_who_has_it() -> None:
    assert acknowledged_text(ONE, name="Ben", zone="UTC", code=CODE) == (
        "Acme outage: Ben has it since 19:30. Nothing to do."
    )


@pytest.mark.parametrize(("name", "who"), [("", "gus"), ("Gus Orth", "Gus Orth")])
def test_who_comes_after_the_end_is_told_by_whom_it_was_ended(name: str, who: str) -> None:
    assert acknowledged_text([(RESOLVED, "Acme")], name=name, zone=ZONE, code=CODE) == (
        f"Acme outage: already resolved by {who} at 21:30. Nothing to do."
    )


def test_what_was_asked_for_again_meanwhile_is_not_said_to_be_theirs() -> None:
    assert acknowledged_text([(an_incident(), "Acme")], zone=ZONE, code=CODE) == (
        "Acme outage is still ringing."
    )


def test_a_snooze_until_another_day_names_the_day() -> None:
    snoozed = an_incident().snoozed(ANA, NOW + timedelta(hours=35, minutes=30), now=NOW)

    assert "or it rings again at Mon 23 Nov 08:00." in acknowledged_text(
        [(snoozed, "Acme")], zone=ZONE
    )


def test_where_replies_reach_us_the_answer_says_how_to_grade_in_the_same_part() -> None:
    text = acknowledged_text(ONE, zone=ZONE, code=CODE)

    assert text.endswith(" When it is over reply BCDFG Y or BCDFG N: worth waking you?")
    assert parts(text) == 1


def test_how_to_grade_is_left_out_where_it_would_cost_a_second_part() -> None:
    text = acknowledged_text([(ACKNOWLEDGED, "A" * 60)], zone=ZONE, code=CODE)

    assert parts(text) == 1
    assert CODE not in text


def test_one_code_for_several_is_confirmed_once() -> None:
    assert acknowledged_text(TWO, zone=ZONE).startswith(
        "You have all 2: Acme outage, Beta billing. Rings again from 00:30 unless resolved."
    )


def test_what_somebody_else_has_is_never_said_to_be_theirs() -> None:
    mixed = [(SAFETY, "Acme"), (BILLING, "Beta"), *ONE]

    assert acknowledged_text(mixed, name={BILLING.id: "Ben"}, zone=ZONE) == (
        "You have: Acme outage. Already over: Acme safety. Ben has: Beta billing. "
        "Rings again from 00:30 unless resolved."
    )


def test_when_others_have_all_of_them_there_is_nothing_to_do() -> None:
    assert acknowledged_text(TWO, name="Ben", zone=ZONE, code=CODE) == (
        "Ben has: Acme outage, Beta billing. Nothing to do."
    )


@given(brand=st.text(max_size=400), name=st.text(max_size=400), by=st.text(max_size=400))
def test_whatever_people_are_called_an_answer_is_short_and_plain(
    brand: str, name: str, by: str
) -> None:
    resolved = ACKNOWLEDGED.resolved(by, now=NOW)
    for incident in (ACKNOWLEDGED, resolved, replace(resolved, resolved_by=None)):
        for several in (1, 2, 20):
            text = acknowledged_text([(incident, brand)] * several, name=name, zone=ZONE, code=CODE)
            assert septets(text) > 0
            assert parts(text) <= 2


@given(
    topics=st.lists(st.sampled_from(Topic), min_size=2, max_size=20),
    brand=st.text(max_size=60),
    names=st.lists(st.text(max_size=30), min_size=20, max_size=20),
)
def test_when_several_are_theirs_the_answer_says_so_first(
    topics: list[Topic], brand: str, names: list[str]
) -> None:
    numbered = enumerate(topics)
    each = [
        replace(acknowledged(topic), id=incident_id("acme", topic, NOW + timedelta(seconds=one)))
        for one, topic in numbered
    ]
    by_id = {one.id: name for one, name in zip(each[1:], names, strict=False)}
    text = acknowledged_text([(one, brand) for one in each], name=by_id, zone=ZONE)

    assert text.startswith("You have")
    assert parts(text) <= 2


def test_until_when_is_said_even_where_not_every_name_has_room() -> None:
    theirs = [(acknowledged(topic), "Acme Holidays International") for topic in Topic]
    others = [(acknowledged(topic), "Beta Holidays International") for topic in Topic]
    names = {one.id: "Ben" for one, _ in others}
    ours = [(replace(one, id=incident_id("acme", Topic.PRESS, NOW)), name) for one, name in theirs]
    names.pop(ours[0][0].id)

    text = acknowledged_text([*ours, *others], name=names, zone=ZONE)

    assert text.startswith("You have: Acme Holidays International safety")
    assert "Ben has: " in text
    assert text.endswith(" Rings again from 00:30 unless resolved.")
    assert parts(text) == 2


# --- useless, unclear ----------------------------------------------------------------------


@pytest.mark.parametrize("is_last", [True, False])
def test_the_answer_to_a_useless_reply_says_what_to_do_and_holds_no_code(is_last: bool) -> None:
    text = useless_reply_text(is_last=is_last)

    assert parts(text) == 1
    assert codes_in(text) == []
    assert "newest SMS" in text
    assert ("not answer further" in text) is is_last


def test_where_our_sms_carry_no_letters_none_are_asked_for() -> None:
    text = useless_reply_text(is_last=True, is_two_way=False)

    assert "letters" not in text
    assert "open the link in our newest SMS" in text


def test_a_bare_letter_for_more_than_one_incident_asks_which() -> None:
    assert wording.which_one_text(3).startswith("3 incidents are open for you")
    assert wording.which_one_text(0).startswith("Nothing is open")


# --- what an answer did --------------------------------------------------------------------


def test_who_escalates_hears_who_rings_now_and_can_still_take_it() -> None:
    assert wording.escalated_text(ONE, names=["Ben", "Fay"], code=CODE) == (
        "Acme outage handed on: we ring Ben, Fay now. Changed your mind? Reply BCDFG = I have it."
    )
    assert wording.escalated_text(TWO, code=CODE) == (
        "Acme outage, Beta billing handed on: we ring the next person now. "
        "Changed your mind? Reply BCDFG = I have all 2."
    )


def test_who_hands_over_hears_to_whom() -> None:
    assert wording.handed_over_text(ONE, name="Ben").startswith(
        "Acme outage handed to Ben, who is rung now."
    )


def test_a_grade_is_thanked_for_and_repeated() -> None:
    assert wording.graded_text(ONE, is_worth_it=True) == (
        "Thank you, noted as worth waking you: Acme outage."
    )
    assert wording.graded_text(TWO, is_worth_it=False) == (
        "Thank you, noted as not worth waking you: Acme outage, Beta billing."
    )


def test_a_grade_before_the_end_is_asked_for_later() -> None:
    assert wording.grade_later_text(ONE).startswith("Acme outage is still open: ")
    assert wording.grade_later_text(TWO).startswith("Acme outage, Beta billing are still open: ")


# --- not asked for -------------------------------------------------------------------------


def test_who_follows_an_incident_hears_who_took_and_who_ended_it() -> None:
    assert wording.taken_text(ACKNOWLEDGED, brand_name="Acme", name="Ana", zone=ZONE) == (
        "Acme outage: Ana has it since 20:30. Nothing to do."
    )
    assert wording.ended_text(RESOLVED, brand_name="Acme", name="Gus", zone=ZONE) == (
        "Acme outage is over: resolved by Gus at 21:30. Nothing to do."
    )


def test_who_comes_on_call_hears_until_when_on_their_wall_and_what_is_open() -> None:
    week = NOW + timedelta(days=7)
    text = wording.shift_begins_text(
        "primary", starts_at=NOW, ends_at=week, zone="Asia/Kathmandu", incidents=TWO
    )
    assert text == (
        "You are on call (primary) from 01:15 to Sun 29 Nov 01:15. "
        "Open now: Acme outage, Beta billing."
    )


def test_a_shift_of_a_night_needs_no_day_and_one_without_end_none_at_all() -> None:
    night = NOW + timedelta(hours=12)
    assert wording.shift_begins_text("primary", starts_at=NOW, ends_at=night, zone=ZONE) == (
        "You are on call (primary) from 20:30 to 08:30."
    )
    assert wording.shift_begins_text("primary", starts_at=NOW, ends_at=None, zone=ZONE) == (
        "You are on call (primary) from 20:30."
    )


def test_the_fallback_hears_that_a_gap_falls_to_them() -> None:
    text = wording.shift_begins_text(
        "primary", starts_at=NOW, ends_at=NOW + timedelta(hours=12), zone=ZONE, is_gap=True
    )
    assert text == (
        "Nobody is on call (primary) from 20:30 to 08:30: it falls to you as the fallback."
    )


def test_who_goes_off_call_hears_who_has_it_then() -> None:
    assert wording.shift_ends_text("primary", ends_at=NOW, zone=ZONE, next_name="Ben") == (
        "Your turn on call (primary) ends at 20:30, then Ben has it."
    )
    assert wording.shift_ends_text("primary", ends_at=NOW, zone=ZONE, incidents=ONE) == (
        "Your turn on call (primary) ends at 20:30, then the fallback has it. "
        "Open now: Acme outage."
    )


def test_a_test_page_asks_for_an_answer_and_says_that_nothing_has_happened() -> None:
    assert wording.test_page_text(CODE, LINK, "Ana") == (
        "Ana, this is a test of Nightdesk, nothing has happened. "
        f"Reply BCDFG so that we know that you can be woken. Or {LINK}"
    )


def test_a_test_page_asks_only_for_what_can_be_done() -> None:
    assert "Reply" not in wording.test_page_text(CODE, LINK, "Ana", can_reply=False)
    assert "Type BCDFG at the desk" in wording.test_page_text(CODE, LINK, "Ana", can_reply=False)
    assert wording.test_page_text("", LINK, "Ana").endswith(f"can be woken: {LINK}")
    assert "Tell the desk" in wording.test_page_text("", "", "Ana")


def test_a_test_page_leaves_a_name_out_rather_than_cut_its_link() -> None:
    link = f"https://{'desk.' * 30}example/api/a/AbCdEfGhIjKlMnOpQrStUv"
    text = wording.test_page_text(CODE, link, "Ana Maria")

    assert text.startswith("This is a test")
    assert text.endswith(link)
    assert parts(text) == 2


def test_who_has_opted_out_hears_how_to_come_back_and_no_number() -> None:
    text = wording.opted_out_text("Ana", lead="Lea")

    assert "START" in text
    assert text.endswith("Lea knows.")
    assert "+" not in text


NOTES: dict[str, Callable[[str], str]] = {
    "escalated": lambda any: wording.escalated_text(
        [(ACKNOWLEDGED, any)] * 20, names=[any] * 9, code=CODE
    ),
    "handed over": lambda any: wording.handed_over_text([(ACKNOWLEDGED, any)] * 20, name=any),
    "graded": lambda any: wording.graded_text([(ACKNOWLEDGED, any)] * 20, is_worth_it=False),
    "grade later": lambda any: wording.grade_later_text([(ACKNOWLEDGED, any)] * 20),
    "taken": lambda any: wording.taken_text(ACKNOWLEDGED, brand_name=any, name=any, zone=ZONE),
    "ended": lambda any: wording.ended_text(RESOLVED, brand_name=any, name=any, zone=ZONE),
    "begins": lambda any: wording.shift_begins_text(
        any, starts_at=NOW, ends_at=NOW, zone=ZONE, incidents=[(ACKNOWLEDGED, any)] * 20
    ),
    "ends": lambda any: wording.shift_ends_text(
        any, ends_at=NOW, zone=ZONE, next_name=any, incidents=[(ACKNOWLEDGED, any)] * 20
    ),
    "opted out": lambda any: wording.opted_out_text(any, lead=any),
    "test": lambda any: wording.test_page_text(CODE, LINK, any),
}


@pytest.mark.parametrize("note", NOTES)
@given(anything=st.text(max_size=400) | st.just("€" * 400))
def test_whatever_things_are_called_a_note_takes_two_parts_at_most(
    note: str, anything: str
) -> None:
    text = NOTES[note](anything)

    assert 0 < parts(text) <= 2
    if note == "test":
        assert f"Reply {CODE}" in text
        assert text.endswith(LINK)
    if note == "escalated":
        assert f"Reply {CODE} = I have all 20." in text
