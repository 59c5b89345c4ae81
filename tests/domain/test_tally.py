"""Counting the angry: each post once, each voice once of late, in constant memory."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.mention import Author, Mention
from chalicelib.domain.rules import Rules, ruled
from chalicelib.domain.signal import Mood, Score, Signal, Topic, Urgency
from chalicelib.domain.tally import (
    KEPT,
    KNOWN,
    VOICES,
    Tally,
    bucket_of,
    instant_of,
    is_angry,
    loudest,
    together,
)
from chalicelib.scoring import ModelScorer
from tests.builders import NOW, a_desk, a_mention, a_score
from tests.fakes.models import FakeModel, a_reading

AUTHOR = Author(handle="carla")


def _post(
    number: int, *, author: str = "", at: datetime = NOW, followers: int | None = None
) -> Mention:
    by = replace(AUTHOR, handle=author or f"author{number}", followers=followers)
    return a_mention(platform_id=str(number), author=by, posted_at=at)


def _posts_in(tally: Tally) -> int:
    return sum(count.posts for count in together([tally]).values())


def test_a_batch_that_comes_again_counts_once() -> None:
    batch = [_post(number) for number in range(10)]
    once = Tally().counted(batch, known=(), now=NOW)
    assert _posts_in(once) == 10
    assert once.counted(batch, known=(), now=NOW) == once
    assert once.counted([*batch[5:], _post(99)], known=(), now=NOW).version == 2


def test_what_another_lane_has_counted_is_not_counted_again() -> None:
    batch = [_post(number) for number in range(3)]
    one = Tally().counted(batch, known=(), now=NOW)
    other = Tally().counted([*batch, _post(3)], known=one.known, now=NOW)
    assert sum(count.posts for count in together([one, other]).values()) == 4


def test_one_angry_person_is_one_voice() -> None:
    tally = Tally().counted([_post(n, author="troll") for n in range(40)], known=(), now=NOW)
    assert _posts_in(tally) == 1


def test_one_person_is_one_voice_in_many_buckets_and_lanes_until_they_are_forgotten() -> None:
    first = Tally().counted([_post(1, author="troll")], known=(), now=NOW)
    later = NOW + timedelta(minutes=20)
    again = first.counted([_post(2, author="troll", at=later)], known=(), now=later)
    assert _posts_in(again) == 1
    other = Tally().counted(
        [_post(3, author="troll", at=later), _post(4, at=later)],
        known=(),
        heard=first.voices(now=later),
        now=later,
    )
    assert _posts_in(other) == 1
    much_later = NOW + KEPT + timedelta(minutes=6)
    assert not first.voices(now=much_later)
    back = first.counted([_post(5, author="troll", at=much_later)], known=(), now=much_later)
    assert _posts_in(back) == 1


def test_one_who_was_heard_already_may_still_be_the_loudest() -> None:
    first = Tally().counted([_post(1, author="star", followers=9)], known=(), now=NOW)
    later = NOW + timedelta(minutes=20)
    tally = first.counted([_post(2, author="star", followers=9, at=later)], known=(), now=later)
    assert loudest(together([tally]), since=later) == (_post(2).id,)


def test_those_nobody_can_name_are_voices_of_their_own() -> None:
    posts = [replace(_post(number), author=None) for number in range(4)]
    assert _posts_in(Tally().counted(posts, known=(), now=NOW)) == 4


def test_a_post_counts_in_the_bucket_in_which_it_was_posted() -> None:
    late = NOW - timedelta(hours=2)
    tally = Tally().counted([_post(1), _post(2, at=late)], known=(), now=NOW)
    assert {start: count.posts for start, count in together([tally]).items()} == {
        bucket_of(late): 1,
        bucket_of(NOW): 1,
    }
    assert instant_of(bucket_of(NOW)) <= NOW


def test_what_is_too_old_is_neither_counted_nor_kept() -> None:
    tally = Tally().counted([_post(1, at=NOW - KEPT - timedelta(minutes=6))], known=(), now=NOW)
    assert tally == Tally()
    kept = Tally().counted([_post(1)], known=(), now=NOW)
    later = NOW + KEPT + timedelta(minutes=6)
    assert list(kept.counted([_post(2, at=later)], known=(), now=later).counts) == [
        bucket_of(later)
    ]


def test_the_loudest_is_the_one_most_follow_in_any_lane_of_late() -> None:
    one = Tally().counted([_post(1, followers=10), _post(2, followers=None)], known=(), now=NOW)
    other = Tally().counted(
        [_post(3, followers=2_900_000), _post(4, followers=9, at=NOW - timedelta(hours=1))],
        known=(),
        now=NOW,
    )
    counts = together([one, other])
    assert loudest(counts, since=NOW - timedelta(minutes=10)) == (_post(3).id,)
    assert loudest(counts, since=NOW - timedelta(hours=2)) == (_post(3).id, _post(4).id)
    assert loudest({}, since=NOW) == ()


def test_only_what_is_negative_counts_and_neither_spam_nor_those_whom_rules_ignore() -> None:
    assert is_angry(a_score(Urgency.ANSWER))
    assert is_angry(a_score(Urgency.IGNORE)), "who only vents asks for no answer"
    assert not is_angry(a_score(mood=Mood.NEUTRAL))
    assert not is_angry(a_score(topic=Topic.SPAM))
    staff = Rules(ignored=("carla@social.example",))
    assert not is_angry(ruled(a_score(), a_mention(), staff))
    assert is_angry(ruled(a_score(), a_mention(), Rules()))


def _unread(**over: Any) -> Score:
    """A verdict on a text in a language that no model reads."""
    signals = (Signal("unread", 1.0, "not read: Japanese"),)
    neutral = a_score(Urgency.ANSWER, mood=Mood.NEUTRAL, topic=Topic.OTHER, language=None)
    return replace(neutral, **{"signals": signals, "value": 1.0, **over})


def test_what_nobody_can_read_counts_unless_it_is_content_spam_or_by_one_whom_rules_ignore() -> (
    None
):
    assert is_angry(_unread())
    assert is_angry(_unread(mood=Mood.NEGATIVE))
    assert not is_angry(_unread(mood=Mood.POSITIVE))
    assert not is_angry(_unread(topic=Topic.SPAM))
    staff = Rules(ignored=("carla@social.example",))
    assert not is_angry(ruled(_unread(), a_mention(), staff))


def test_what_was_read_or_has_no_words_counts_by_its_mood_alone() -> None:
    unsure = Signal("unread", 1.0, "its language cannot be told for sure")
    assert not is_angry(_unread(signals=(unsure,), language="en"))
    link = Signal("unread", 0.0, "has no words to read")
    assert not is_angry(_unread(signals=(link,), value=0.0, urgency=Urgency.IGNORE))


@pytest.mark.parametrize(
    ("text", "is_counted"),
    [
        ("网站打不开了，什么时候能修好", True),
        ("الموقع لا يعمل منذ الصباح", True),
        ("they opened a new office in the city", False),
        ("https://acme.example/x", False),
    ],
)
def test_the_crowd_hears_every_language(text: str, is_counted: bool) -> None:
    scorer = ModelScorer(lean=FakeModel(otherwise=a_reading()), deep=None)
    mention = a_mention(text=text, author=None, is_addressed=False, language=None)
    assert is_angry(scorer.score(mention, a_desk())) == is_counted


@given(st.lists(st.integers(0, 2_000), max_size=900), st.integers(1, 50))
def test_memory_is_constant_whatever_comes(numbers: list[int], size: int) -> None:
    tally = Tally()
    for start in range(0, len(numbers), size):
        now = NOW + timedelta(minutes=start)
        batch = [_post(number, at=now) for number in numbers[start : start + size]]
        tally = tally.counted(batch, known=(), now=now)
    assert len(tally.known) <= KNOWN
    assert len(tally.counts) <= KEPT // timedelta(minutes=5) + 1
    assert all(len(count.authors) <= VOICES for count in tally.counts.values())


@given(st.data())
def test_order_and_repeats_do_not_matter(data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(0, 50), max_size=80))
    posts = [_post(number, followers=number) for number in numbers]
    shuffled = data.draw(st.permutations(posts))
    one = Tally().counted(posts, known=(), now=NOW)
    two = Tally()
    for post in shuffled:
        two = two.counted([post], known=(), now=NOW)
    a, b = together([one]), together([two])
    assert {k: (v.posts, v.reach) for k, v in a.items()} == {
        k: (v.posts, v.reach) for k, v in b.items()
    }
