"""Copies: which texts say nearly the same, and who all says it."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.copies import (
    ALIKE,
    KEPT_UNDER,
    LEAST_SKETCHED,
    MOST_VOICES,
    READ_UNDER,
    SKETCH_SIZE,
    Sketch,
    Voice,
    Voices,
    is_alike,
    likeness,
    places,
    sketched,
    voice_of,
)
from tests.builders import NOW, a_mention

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

LONG = (
    "my flight was cancelled an hour ago and nobody at the desk of this airline can tell me "
    "when the next one leaves or where we are to sleep tonight"
)

UNRELATED = (
    LONG,
    "the new album is out and I have listened to it three times before breakfast this morning",
    "they charged my card twice for one order and the hotline hangs up after forty minutes",
    "does anybody know whether the museum in the old town opens on Sunday during the holidays",
    "thank you to the lady at gate seven who found my daughters bear before we had to board",
    "their parcel van blocks the bicycle lane in front of our school every single morning",
)


def of(text: str) -> Sketch:
    sketch = sketched(text)
    assert sketch is not None
    return sketch


def alike(one: str, other: str) -> float:
    return likeness(of(one).hashes, of(other).hashes)


# --- texts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "copy",
    [
        f"RT @carla: {LONG}",
        f"RT @ben: RT @carla@social.example: {LONG}",
        f"@acme @other {LONG} https://short.example/abc",
        f"{LONG.upper()}!!!",
        LONG.replace(" ", "  \n"),
        LONG.replace("o", "ö"),
        f"12 {LONG} 2026",
        LONG.replace("a", "a\u0301"),
    ],
)
def test_what_reposting_changes_does_not_count(copy: str) -> None:
    assert of(copy) == of(LONG)


@pytest.mark.parametrize(("one", "other"), list(combinations(UNRELATED, 2)))
def test_unrelated_texts_are_not_alike_and_do_not_meet(one: str, other: str) -> None:
    assert alike(one, other) < 0.1
    assert not set(of(one).keys) & set(of(other).keys)


def edited(words: list[str], chance: random.Random) -> list[str]:
    """One word put in, left out, put in another's place, or two in each other's."""
    words = list(words)
    at = chance.randrange(len(words))
    match chance.randrange(4):
        case 0:
            words.insert(at, "really")
        case 1:
            del words[at]
        case 2:
            words[at] = "something"
        case _:
            words[at - 1], words[at] = words[at], words[at - 1]
    return words


@given(text=st.sampled_from(UNRELATED), seed=st.integers(0, 10**6))
def test_a_small_edit_leaves_a_text_alike(text: str, seed: int) -> None:
    changed = " ".join(edited(text.split(), random.Random(seed)))
    assert alike(text, changed) >= 0.6
    assert is_alike(Voices(hashes=of(text).hashes), of(changed))


def test_near_copies_meet_under_a_key_of_theirs() -> None:
    chance = random.Random(4)
    met = {1: 0, 2: 0}
    for edits in met:
        for _ in range(500):
            text = chance.choice(UNRELATED)
            words = text.split()
            for _ in range(edits):
                words = edited(words, chance)
            copy = of(" ".join(words))
            met[edits] += bool(set(of(text).keys[:KEPT_UNDER]) & set(copy.keys))
    assert met[1] >= 480
    assert met[2] >= 440


def test_a_comment_before_it_or_hashtags_after_it_leave_it_a_copy() -> None:
    commented = of(f"this is unbelievable, share it: RT @carla: {LONG} #acme #shame #neveragain")
    assert likeness(of(LONG).hashes, commented.hashes) >= ALIKE
    assert set(of(LONG).keys[:KEPT_UNDER]) & set(commented.keys)


def test_a_short_text_has_copies_that_say_the_very_same_and_a_shorter_one_has_none() -> None:
    short = "the booking site is down again"
    assert len(short.split()) < LEAST_SKETCHED
    assert of(short) == of("RT @a: THE booking site is down, again!")
    assert alike(short, "the booking site is slow again") == 0
    assert not set(of(short).keys) & set(of("the booking site is slow again").keys)
    for text in (
        "",
        "worst airline ever",
        "@a @b @c @d https://x.example",
        "1 2 3 4 5",
        "😡😡😡😡😡",
    ):
        assert sketched(text) is None


def test_scripts_without_spaces_are_compared_letter_by_letter() -> None:
    text = "ウェブサイトが朝からずっと落ちていて予約ができません"
    assert of(f"RT @carla: {text}").hashes == of(text).hashes
    assert alike(text, text.replace("朝", "昨日")) >= ALIKE
    assert alike(text, "今日は天気が良いので公園を散歩してから友達と昼ご飯を食べました") < 0.1


@given(text=st.text(st.characters() | st.sampled_from("\ud800\udfff\x00\u202e@"), max_size=300))
@example(text="@" * 10_000)
@example(text="RT " * 3_000)
@example(text="www." * 2_500)
@example(text="Z" + "\u0351\u0309" * 4_000)
@example(text="\ufdfa" * 10_000)
def test_no_text_is_too_hostile(text: str) -> None:
    sketch = sketched(text)
    if sketch is not None:
        assert 0 < len(sketch.hashes) <= SKETCH_SIZE
        assert 0 < len(sketch.keys) <= READ_UNDER
        assert likeness(sketch.hashes, sketch.hashes) == 1


@given(one=st.text(max_size=200), other=st.text(max_size=200))
def test_likeness_is_the_same_both_ways_and_between_none_and_all(one: str, other: str) -> None:
    first, second = sketched(one), sketched(other)
    if first and second:
        share = likeness(first.hashes, second.hashes)
        assert share == likeness(second.hashes, first.hashes)
        assert 0 <= share <= 1
        assert likeness(first.hashes, first.hashes) == 1
    assert likeness((), ()) == 0


def test_a_long_text_is_estimated_and_a_text_without_end_is_read_in_part() -> None:
    chance = random.Random(7)
    words = [f"word{''.join(chance.choices('abcdefgh', k=6))}" for _ in range(300)]
    half = [*words[:150], "else", *words[151:]]
    assert alike(" ".join(words), " ".join(half)) > 0.9
    assert alike(" ".join(words), " ".join(reversed(words))) < 0.1
    assert of(" ".join(words * 20)).hashes


# --- voices ------------------------------------------------------------------------------


def a_voice(number: int, author: str = "", at: datetime = NOW) -> Voice:
    return Voice(f"m{number:03d}", author or f"a{number:03d}", at)


voices = st.lists(
    st.builds(
        lambda number, author, minutes: a_voice(number, f"a{author}", NOW - minutes * MINUTE),
        st.integers(0, 60),
        st.integers(0, 6),
        st.integers(0, 2000),
    ),
    max_size=90,
    unique_by=lambda voice: voice.mention,
)


def together(heard: list[Voice]) -> Voices:
    all_of_them = Voices()
    for voice in heard:
        all_of_them = all_of_them.with_voice(voice, within=DAY, now=NOW)
    return all_of_them


@given(heard=voices, chance=st.randoms(use_true_random=False))
@example(heard=[a_voice(number, "bot") for number in range(60)], chance=random.Random(1))
def test_the_order_of_voices_and_their_replays_do_not_matter(
    heard: list[Voice], chance: random.Random
) -> None:
    shuffled = heard + chance.choices(heard, k=10) if heard else []
    chance.shuffle(shuffled)
    assert together(heard).voices == together(shuffled).voices


@given(heard=voices)
def test_no_voice_counts_twice_and_none_is_kept_without_bound(heard: list[Voice]) -> None:
    kept = together(heard).voices
    recent = [voice for voice in heard if voice.at > NOW - DAY]
    assert len({voice.mention for voice in kept}) == len(kept) == min(len(recent), MOST_VOICES)
    assert {voice.author for voice in kept} == {voice.author for voice in recent}


def test_a_bot_does_not_hide_a_mob() -> None:
    bot = [a_voice(number, "bot", NOW - DAY / 2) for number in range(200)]
    mob = [a_voice(number) for number in range(300, 314)]
    assert len({voice.author for voice in together(bot + mob).voices}) == 15


def test_many_enough_are_written_down_no_more() -> None:
    crowd = together([a_voice(number) for number in range(MOST_VOICES)])
    assert crowd.with_voice(a_voice(99, at=NOW + MINUTE), within=DAY, now=NOW + MINUTE) is crowd
    assert crowd.with_voice(a_voice(3), within=DAY, now=NOW) is crowd


def test_a_voice_counts_for_its_time_only() -> None:
    early = together([a_voice(1)])
    assert early.with_voice(a_voice(2, at=NOW + DAY), within=DAY, now=NOW + DAY).voices == (
        a_voice(2, at=NOW + DAY),
    )
    assert early.heard(since=NOW) == ()
    assert early.heard(since=NOW - MINUTE) == early.voices


def test_a_voice_is_known_by_digests_and_one_author_by_one_whatever_the_case() -> None:
    mention = a_mention()
    assert mention.author is not None
    voice = voice_of(mention)
    assert "carla" not in repr(voice)
    assert mention.platform_id not in repr(voice)
    shouted = replace(mention, author=replace(mention.author, handle="Carla@Social.Example"))
    assert voice_of(shouted).author == voice.author
    elsewhere = replace(mention, platform="forum")
    assert voice_of(elsewhere).author != voice.author
    assert voice_of(replace(mention, author=None)).author != voice.author


# --- where they are kept -----------------------------------------------------------------

SKETCH = of(LONG)
FIRST, SECOND, THIRD = SKETCH.keys
COPIES = Voices(hashes=SKETCH.hashes, voices=(a_voice(1),), version=1)


def another(*heard: Voice) -> Voices:
    return Voices(hashes=of(UNRELATED[1]).hashes, voices=heard, version=1)


def test_a_text_is_kept_under_its_first_keys_when_it_is_new() -> None:
    assert places(SKETCH, {}, since=NOW - DAY) == (FIRST, SECOND)


def test_a_text_is_kept_where_its_copies_are() -> None:
    found = {THIRD: COPIES, FIRST: another(a_voice(2))}
    assert places(SKETCH, found, since=NOW - DAY) == (THIRD,)


def test_another_text_makes_room_only_where_no_key_is_free() -> None:
    assert places(SKETCH, {FIRST: another(a_voice(2))}, since=NOW - DAY) == (SECOND, THIRD)
    crowd, lately = another(a_voice(1), a_voice(2)), another(a_voice(3))
    long_ago = another(a_voice(4, at=NOW - DAY / 2))
    found = {FIRST: crowd, SECOND: lately, THIRD: long_ago}
    assert places(SKETCH, found, since=NOW - DAY) == (THIRD, SECOND)
    forgotten = another(*(a_voice(number, at=NOW - DAY) for number in range(9)))
    assert places(SKETCH, found | {FIRST: forgotten}, since=NOW - DAY)[0] == FIRST
