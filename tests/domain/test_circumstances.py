"""What counts beyond the text, for how much, and with which reason."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.background import NOTHING_KNOWN, Background
from chalicelib.domain.circumstances import (
    MOST_OF_ALL,
    MOST_OF_ONE,
    MOST_UNLESS_NEGATIVE,
    circumstances,
)
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import ANSWER_AT, SOON_AT, WAKE_AT, Mood, Signal, Topic
from tests.builders import NOW, a_mention

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
QUIET = a_mention(is_addressed=False, posted_at=NOW)


def of(followers: int | None = None, **over: Any) -> Mention:
    assert QUIET.author is not None
    is_verified = over.pop("is_verified", False)
    author = replace(QUIET.author, followers=followers, is_verified=is_verified)
    return replace(QUIET, author=author, **over)


def found(
    mention: Mention = QUIET,
    mood: Mood = Mood.NEGATIVE,
    *,
    value: float | None = None,
    **known: Any,
) -> dict[str, Signal]:
    signals = circumstances(mention, Background(**known), mood, value=value)
    by_name = {signal.name: signal for signal in signals}
    assert len(by_name) == len(signals)
    return by_name


def test_of_most_mentions_there_is_nothing_to_say() -> None:
    for mood in Mood:
        assert found(mood=mood) == {}
    assert circumstances(replace(QUIET, author=None), NOTHING_KNOWN, Mood.NEGATIVE) == ()


@pytest.mark.parametrize(
    ("followers", "points", "said"),
    [
        (9_999, None, ""),
        (10_000, 0.5, "10 k"),
        (123_456, 1.5, "123 k"),
        (999_999, 1.5, "999 k"),
        (1_000_000, 3.0, "1 M"),
        (2_940_000, 3.0, "2.9 M"),
    ],
)
def test_reach_is_a_risk_when_negative_and_an_ally_when_positive(
    followers: int, points: float | None, said: str
) -> None:
    negative, positive = found(of(followers)), found(of(followers), Mood.POSITIVE)
    if points is None:
        assert negative == positive == {}
        return
    assert negative == {"reach": Signal("reach", points, f"author followed by {said}")}
    assert positive == {"reach": Signal("reach", 0.0, f"possible ally: followed by {said}")}


def test_a_spammer_with_a_million_followers_is_neither_risk_nor_ally() -> None:
    for mood in Mood:
        signals = circumstances(
            of(2_000_000, is_verified=True, shares=5_000),
            Background(unanswered=3, copies=30, copy_authors=20),
            mood,
            topic=Topic.SPAM,
        )
        assert sum(signal.points for signal in signals) == 0
        assert not [signal for signal in signals if "ally" in signal.reason]


def test_verified_and_addressed_count_a_little() -> None:
    assert found(of(is_verified=True)) == {"verified": Signal("verified", 0.5, "verified author")}
    assert found(of(is_verified=True), Mood.POSITIVE) == {}
    assert found(of(is_addressed=True)) == {
        "addressed": Signal("addressed", 0.5, "addressed to us")
    }
    assert found(of(is_addressed=True), Mood.POSITIVE) == {}


def test_that_we_are_addressed_decides_between_an_answer_and_none_only() -> None:
    assert "addressed" in found(of(is_addressed=True), value=ANSWER_AT - 0.1)
    assert "addressed" not in found(of(is_addressed=True), value=ANSWER_AT)


def test_an_angry_third_post_becomes_soon_and_says_why() -> None:
    known: dict[str, Any] = {"unanswered": 2, "unanswered_since": NOW - 115 * MINUTE}
    signal = found(**known)["repeat"]
    assert signal.reason == "3rd unanswered post in 2 h"
    assert ANSWER_AT + signal.points >= SOON_AT
    for value in (ANSWER_AT, 3.0, SOON_AT - 0.1):
        assert SOON_AT <= value + found(value=value, **known)["repeat"].points < WAKE_AT


def test_points_grow_with_every_attempt() -> None:
    def points(unanswered: int) -> float:
        return found(unanswered=unanswered, unanswered_since=NOW - HOUR)["repeat"].points

    assert 0 < points(1) < points(2) < points(3) == points(9)
    assert ANSWER_AT + points(1) < SOON_AT


@given(value=st.floats(ANSWER_AT, WAKE_AT, exclude_max=True), unanswered=st.integers(1, 20))
def test_nobody_is_woken_because_a_customer_waits(value: float, unanswered: int) -> None:
    known: dict[str, Any] = {"unanswered": unanswered, "unanswered_since": NOW - HOUR}
    assert value + found(value=value, **known)["repeat"].points < WAKE_AT


@pytest.mark.parametrize(
    ("number", "ordinal"), [(1, "2nd"), (3, "4th"), (10, "11th"), (12, "13th"), (20, "21st")]
)
def test_ordinals_read_as_people_say_them(number: int, ordinal: str) -> None:
    known: dict[str, Any] = {"unanswered": number, "unanswered_since": NOW - 50 * HOUR}
    assert found(**known)["repeat"].reason == f"{ordinal} unanswered post in 3 days"


@pytest.mark.parametrize(
    ("authors", "points"), [(2, None), (3, 1.0), (6, 2.0), (12, 3.0), (24, 4.0), (40, 4.0)]
)
def test_many_who_say_the_same_are_a_mob(authors: int, points: float | None) -> None:
    known: dict[str, Any] = {
        "copies": authors - 1,
        "copy_authors": authors,
        "copied_since": NOW - 20 * MINUTE,
    }
    signals = found(**known)
    if points is None:
        assert signals == {}
        return
    said = str(authors) if authors < 40 else "40 or more"
    reason = f"{said} people say nearly the same in 20 min"
    assert signals == {"copies": Signal("copies", points, reason)}
    slowly = found(**known | {"copied_since": NOW - 9 * HOUR})["copies"]
    assert (slowly.points, slowly.reason[-6:]) == (points / 2, "in 9 h")
    assert found(mood=Mood.POSITIVE, **known) == {}


def test_a_bot_neither_wakes_nor_hides() -> None:
    alone: dict[str, Any] = {"copies": 29, "copy_authors": 1, "copied_since": NOW - HOUR}
    assert found(**alone) == {"copies": Signal("copies", 0.0, "same text 30 times by one author")}
    assert found(mood=Mood.NEUTRAL, **alone)["copies"].points == 0
    few: dict[str, Any] = {"copies": 29, "copy_authors": 5, "copied_since": NOW - HOUR}
    assert found(**few) == {"copies": Signal("copies", 0.0, "same text 30 times by 5 authors")}
    others = found(of(2_000_000), **alone)
    assert others["reach"].points == 3.0, "what else is known still counts"
    mob = found(copies=39, copy_authors=15, copied_since=NOW - HOUR)
    assert mob["copies"].points == 3.0, "a bot among them hides no mob"


@pytest.mark.parametrize(
    ("authors", "points"), [(4, None), (5, 0.5), (10, 1.5), (30, 2.5), (40, 2.5)]
)
def test_a_post_that_many_answer_grows(authors: int, points: float | None) -> None:
    known: dict[str, Any] = {
        "answers": 99,
        "answer_authors": authors,
        "answered_since": NOW - 30 * MINUTE,
    }
    signals = found(**known)
    assert [one.points for one in signals.values()] == ([points] if points else [])
    if points:
        assert "people answer or quote the same post in 30 min" in signals["answers"].reason
        assert found(**known | {"answered_since": NOW - 3 * HOUR})["answers"].points == points / 2


@pytest.mark.parametrize(
    ("shares", "points", "said"),
    [
        (None, None, ""),
        (9, None, ""),
        (10, 0.5, "10"),
        (50, 1.0, "50"),
        (250, 2.0, "250"),
        (1_200, 3.0, "1,200"),
        (25_000, 3.0, "25 k"),
    ],
)
def test_what_is_passed_on_grows(shares: int | None, points: float | None, said: str) -> None:
    signals = found(of(shares=shares))
    reason = f"shared {said} times"
    assert signals == ({"shares": Signal("shares", points, reason)} if points else {})
    assert found(of(shares=shares), Mood.POSITIVE) == {}


def test_a_regular_critic_is_named_and_heeded_as_much_as_anybody() -> None:
    critic = found(earlier=9, earlier_negative=8)
    assert critic == {"history": Signal("history", 0.0, "regular critic: 9 of 10 posts negative")}
    assert found(earlier=9, earlier_negative=6) == {}
    assert found(earlier=4, earlier_negative=4) == {}, "too few to say so"
    assert found(mood=Mood.NEUTRAL, earlier=9, earlier_negative=9) == {}


def test_one_who_complains_for_the_first_time_is_nobody_special() -> None:
    assert found(earlier=0, earlier_negative=0) == {}


counts = st.integers(0, 50)
backgrounds = st.builds(
    Background,
    unanswered=counts,
    unanswered_since=st.none() | st.just(NOW - HOUR),
    copies=counts,
    copy_authors=counts,
    copied_since=st.none() | st.just(NOW - HOUR),
    answers=counts,
    answer_authors=counts,
    answered_since=st.none() | st.just(NOW + HOUR),
    earlier=counts,
    earlier_negative=counts,
)
somebodys = st.builds(
    of,
    st.none() | st.integers(0, 2**40),
    is_verified=st.booleans(),
    is_addressed=st.booleans(),
    shares=st.none() | st.integers(0, 2**40),
)
values = st.none() | st.floats(-20, 20)


@given(mention=somebodys, background=backgrounds, mood=st.sampled_from(Mood), value=values)
def test_no_circumstance_alone_nor_all_where_nobody_is_angry_turn_an_answer_into_a_wake(
    mention: Mention, background: Background, mood: Mood, value: float | None
) -> None:
    signals = circumstances(mention, background, mood, value=value)
    points = [signal.points for signal in signals]
    assert all(0 <= one <= MOST_OF_ONE for one in points), "nothing is ever taken off"
    assert SOON_AT + MOST_OF_ONE < WAKE_AT
    assert SOON_AT + MOST_UNLESS_NEGATIVE < WAKE_AT
    assert ANSWER_AT + MOST_OF_ALL < WAKE_AT, "what asks nothing never wakes"
    if mood is Mood.NEGATIVE:
        assert sum(points) <= MOST_OF_ALL + 1e-9
    else:
        assert sum(points) <= MOST_UNLESS_NEGATIVE + 1e-9
    if mood is Mood.POSITIVE:
        assert sum(points) == 0
    assert all(signal.reason for signal in signals)


def test_several_that_add_up_wake_for_an_angry_post_only() -> None:
    mention = of(3_000_000, is_verified=True, shares=2_000)
    known: dict[str, Any] = {"copies": 30, "copy_authors": 25, "copied_since": NOW - HOUR}
    for mood, wakes in ((Mood.NEGATIVE, True), (Mood.NEUTRAL, False), (Mood.POSITIVE, False)):
        points = sum(one.points for one in found(mention, mood, value=4.0, **known).values())
        assert (4.0 + points >= WAKE_AT) is wakes, mood


def test_where_all_together_are_too_many_points_the_weightiest_keep_theirs() -> None:
    mention = of(3_000_000, is_verified=True, shares=2_000)
    signals = found(mention, copies=30, copy_authors=25, copied_since=NOW)
    points = {name: signal.points for name, signal in signals.items()}
    assert points == {"copies": 4.0, "reach": 3.0, "shares": 0.0, "verified": 0.0}
    assert list(signals) == ["reach", "verified", "copies", "shares"]
