"""What is known around a mention, from what is remembered."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.background import (
    COPIES_WITHIN,
    MOST_ASKED,
    NOTHING_KNOWN,
    REPEATS_WITHIN,
    Background,
    Recalled,
    background_of,
    counts_among_copies,
    to_ask_of,
    trail_of,
)
from chalicelib.domain.copies import Voices, voice_of
from chalicelib.domain.history import A_BREATH, History, Judged
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Mood, Topic, Urgency
from tests.builders import NOW, a_mention, a_score, mention_number

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TEXT = "they have cancelled every flight from Vienna tonight and nobody tells us anything at all"


def by(number: int, minutes_ago: int = 0, *, who: str = "", text: str = TEXT) -> Mention:
    author = a_mention().author
    assert author is not None
    return mention_number(
        number,
        text=text,
        author=replace(author, handle=who or f"person{number}"),
        posted_at=NOW - minutes_ago * MINUTE,
    )


def known(mention: Mention, name: str, *others: Mention) -> Recalled:
    sketch = trail_of(mention).sketch
    hashes = sketch.hashes if sketch and name.startswith("text#") else ()
    voices = Voices(voices=tuple(voice_of(one) for one in others), hashes=hashes, version=1)
    return Recalled(voices={name: voices})


def background(mention: Mention, recalled: Recalled) -> Background:
    return background_of(mention, trail_of(mention), recalled, now=NOW)


def test_where_nothing_is_remembered_nothing_is_known() -> None:
    assert background(a_mention(), Recalled()) == NOTHING_KNOWN
    bare = a_mention(author=None, text="", in_reply_to=None)
    assert trail_of(bare).author is None
    assert trail_of(bare).sketch is None
    assert background(bare, Recalled()) == NOTHING_KNOWN


def test_the_names_hold_neither_handles_nor_words_nor_ids() -> None:
    trail = trail_of(by(1, who="carla"))
    names = (str(trail.author), *trail.voices)
    assert len(set(names)) == 5
    assert not any(part in name for name in names for part in ("carla", "flight", f"{1:018d}"))


def test_brands_and_platforms_have_memories_of_their_own() -> None:
    names = [
        {str(trail_of(one).author), *trail_of(one).voices}
        for one in (by(1, text=""), replace(by(1, text=""), brand="other"))
    ]
    assert not names[0] & names[1]
    assert trail_of(by(1)).author != trail_of(replace(by(1), platform="forum")).author
    assert trail_of(by(1)).texts == trail_of(replace(by(1), platform="forum")).texts


def test_copies_are_others_that_say_nearly_the_same_by_how_many() -> None:
    mention = by(1, who="ana")
    name = next(iter(trail_of(mention).texts.values()))
    others = (by(2, 20, who="ben"), by(3, 10, who="ana"), by(4, 5, who="eva"), mention)
    found = background(mention, known(mention, name, *others))
    assert (found.copies, found.copy_authors) == (3, 3)
    assert found.copied_since == NOW - 20 * MINUTE


def test_what_another_text_has_left_under_the_same_key_is_no_copy() -> None:
    mention, other = by(1), by(2, text="the museum in the old town is closed on Sundays, a pity")
    name = next(iter(trail_of(mention).texts.values()))
    recalled = known(mention, name, other)
    sketch = trail_of(other).sketch
    assert sketch is not None
    taken = replace(recalled.voices[name], hashes=sketch.hashes)
    assert background(mention, Recalled(voices={name: taken})) == NOTHING_KNOWN


def test_a_mention_heard_under_two_keys_counts_once() -> None:
    mention = by(1)
    names = list(trail_of(mention).texts.values())
    recalled = known(mention, names[0], by(2), by(3))
    voices = recalled.voices[names[0]]
    both = Recalled(voices={names[0]: voices, names[1]: voices})
    assert background(mention, both).copies == 2


def test_copies_count_for_a_day() -> None:
    mention = by(1)
    name = next(iter(trail_of(mention).texts.values()))
    minutes = COPIES_WITHIN // MINUTE
    assert background(mention, known(mention, name, by(2, minutes - 1))).copies == 1
    assert background(mention, known(mention, name, by(2, minutes))).copies == 0


@pytest.mark.parametrize("field", ["in_reply_to", "quotes_id"])
def test_answers_to_the_same_post_are_counted_by_other_authors(field: str) -> None:
    values: dict[str, Any] = {field: "root"}
    mention = replace(by(1, who="ana"), **values)
    (name,) = trail_of(mention).posts
    assert trail_of(replace(by(2), in_reply_to="root")).posts == (name,)
    others = (by(2, 9, who="ben"), by(3, who="ben"), by(4, who="ana"), by(5, who="eva"))
    found = background(mention, known(mention, name, *others))
    assert (found.answers, found.answer_authors) == (4, 2)
    assert found.answered_since == NOW - 9 * MINUTE


def test_answers_to_a_mention_itself_count_and_one_to_both_counts_once() -> None:
    root = replace(by(1), platform_id="root")
    (name,) = trail_of(replace(by(2), in_reply_to="root")).posts
    assert trail_of(root).own == name
    assert background(root, known(root, name, by(2))).answers == 1

    mention = replace(by(3), in_reply_to="root", quotes_id="other")
    trail = trail_of(mention)
    voices = known(mention, trail.posts[0], by(2)).voices[trail.posts[0]]
    both = Recalled(voices=dict.fromkeys(trail.posts, voices))
    assert len(trail.posts) == 2
    assert background(mention, both).answers == 1


def a_judged(number: int, ago: timedelta, **over: object) -> Judged:
    one = Judged(mention_number(number).id, NOW - ago, Mood.NEGATIVE, Urgency.ANSWER)
    return replace(one, **over)  # type: ignore[arg-type]


def test_what_was_judged_of_an_author_before_is_counted_by_mood() -> None:
    judged = (a_judged(1, HOUR), a_judged(2, HOUR, mood=Mood.POSITIVE), a_judged(3, HOUR))
    found = background(mention_number(3), Recalled(history=History(judged=judged)))
    assert (found.earlier, found.earlier_negative) == (2, 1)


def test_tickets_are_asked_for_only_where_the_history_says_there_is_something() -> None:
    mention = mention_number(99, posted_at=NOW)
    asked = [a_judged(number, A_BREATH + number * MINUTE) for number in range(8)]
    history = History(
        judged=(
            a_judged(20, A_BREATH - MINUTE),
            a_judged(21, HOUR, urgency=Urgency.IGNORE),
            *asked,
            a_judged(22, REPEATS_WITHIN),
            a_judged(99, HOUR),
        )
    )
    assert to_ask_of(mention, history, now=NOW) == tuple(asked[:MOST_ASKED])
    assert to_ask_of(mention, History(), now=NOW) == ()


def test_attempts_count_and_since_when() -> None:
    posted = [NOW - 120 * MINUTE, NOW - 60 * MINUTE, NOW - 59 * MINUTE]
    mention = by(1)
    found = background_of(mention, trail_of(mention), Recalled(), unanswered=posted, now=NOW)
    assert (found.unanswered, found.unanswered_since) == (2, NOW - 120 * MINUTE)


@pytest.mark.parametrize(
    ("urgency", "mood", "topic", "counts"),
    [
        (Urgency.ANSWER, Mood.POSITIVE, Topic.OTHER, True),
        (Urgency.WAKE, Mood.NEGATIVE, Topic.OUTAGE, True),
        (Urgency.IGNORE, Mood.NEGATIVE, Topic.OTHER, True),
        (Urgency.IGNORE, Mood.NEGATIVE, Topic.SPAM, False),
        (Urgency.IGNORE, Mood.NEUTRAL, Topic.OTHER, False),
        (Urgency.IGNORE, Mood.POSITIVE, Topic.PRAISE, False),
    ],
)
def test_what_asks_nothing_of_us_is_not_kept_among_copies(
    urgency: Urgency, mood: Mood, topic: Topic, counts: bool
) -> None:
    assert counts_among_copies(a_score(urgency, mood=mood, topic=topic)) is counts
