"""What a source usually brings is learned as it is read, and strange silence is seen."""

import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.domain.rhythm import KNOWN_POSTS, NEW, STRANGE, Rhythm, learned
from tests.strategies import instants

VIENNA = ZoneInfo("Europe/Vienna")
MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)

Speaks = Callable[[datetime], float]
"""Posts an hour at an instant."""


def steady(rate: float) -> Speaks:
    return lambda at: rate


def by_day(at: datetime) -> float:
    """Twelve posts an hour in office hours, nearly none at night."""
    return 12.0 if 8 <= at.astimezone(VIENNA).hour < 18 else 0.05


def heard(
    rhythm: Rhythm, speaks: Speaks, days: float, *, seed: int = 1, every: timedelta = QUARTER
) -> tuple[Rhythm, list[datetime]]:
    """The rhythm after some days of listening, and when it was quiet against it."""
    chance = random.Random(seed)
    at = rhythm.until or MONDAY
    quiet = []
    for _ in range(round(days * DAY / every)):
        mean = speaks(at) * (every / HOUR)
        posts = [at + chance.random() * every for _ in range(_poisson(chance, mean))]
        at += every
        rhythm = learned(rhythm, posts, of="acme", zone=VIENNA, now=at)
        if rhythm.is_quiet(now=at):
            quiet.append(at)
    return rhythm, quiet


def _poisson(chance: random.Random, mean: float) -> int:
    count, left = 0, chance.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + chance.expovariate(1.0)
    return count


@cache
def three_weeks() -> tuple[Rhythm, list[datetime]]:
    """Of a source that brings two posts an hour."""
    return heard(NEW, steady(2), 21)


def silent(at: datetime) -> float:
    return 0.0


def test_nothing_is_said_of_a_rhythm_before_two_weeks_and_some_posts() -> None:
    young, quiet = heard(NEW, steady(5), 13.9, every=HOUR)
    assert not young.is_known
    assert not quiet
    assert heard(young, steady(5), 0.2, every=HOUR)[0].is_known
    rare, _ = heard(NEW, steady(0.01), 20, every=HOUR)
    assert sum(rare.posts) < KNOWN_POSTS
    assert not rare.is_known


@pytest.mark.parametrize("rate", [0.1, 1, 20])
def test_it_learns_how_much_a_source_brings(rate: float) -> None:
    rhythm, _ = heard(NEW, steady(rate), 42, every=HOUR)

    week = rhythm.expected(MONDAY, MONDAY + 7 * DAY, VIENNA)
    assert week == pytest.approx(rate * 7 * 24, rel=0.25)


def test_it_learns_at_which_hours_a_source_speaks() -> None:
    rhythm, _ = heard(NEW, by_day, 28, every=HOUR)
    noon, night = MONDAY + 11 * HOUR, MONDAY + 2 * HOUR

    assert rhythm.rate(noon, VIENNA) == pytest.approx(12, rel=0.2)
    assert rhythm.rate(night, VIENNA) < 1


def test_a_source_that_falls_silent_is_quiet_within_the_time_of_some_dozen_posts() -> None:
    rhythm, before = three_weeks()
    _, quiet = heard(rhythm, silent, 3)

    assert not before
    assert STRANGE / 2 * HOUR <= quiet[0] - (rhythm.spoke_at or MONDAY) < 30 * HOUR


def test_a_night_without_posts_is_not_strange_and_a_noon_is() -> None:
    rhythm, before = heard(NEW, by_day, 28, every=HOUR)
    _, quiet = heard(rhythm, silent, 1)

    assert not before
    assert 8 <= quiet[0].astimezone(VIENNA).hour < 18


def test_it_is_quiet_until_it_speaks_again() -> None:
    rhythm, _ = three_weeks()
    rhythm, quiet = heard(rhythm, silent, 4)
    assert len(quiet) > 100
    rhythm, _ = heard(rhythm, steady(30), 0.1)
    assert not rhythm.is_quiet(now=rhythm.until or MONDAY)


def test_a_mob_does_not_teach_that_such_hours_are_usual() -> None:
    rhythm, _ = three_weeks()
    after, _ = heard(rhythm, steady(600), 2 / 24)
    week = (MONDAY, MONDAY + 7 * DAY, VIENNA)

    assert after.expected(*week) < 1.5 * rhythm.expected(*week)
    assert not heard(after, steady(2), 7)[1]


@pytest.mark.parametrize("seed", range(4))
def test_one_that_speaks_in_great_clumps_is_thought_quiet_once_at_most(seed: int) -> None:
    """Sixty posts within an hour, then nothing for days, at no fixed hour: the worst there is."""
    chance = random.Random(seed)
    starts = {chance.randrange(0, 24 * 120) for _ in range(40)}

    def clumps(at: datetime) -> float:
        return 60.0 if (at - MONDAY) // HOUR in starts else 0.0

    quiet = heard(NEW, clumps, 120, seed=seed, every=HOUR)[1]
    assert sum(later - at > HOUR for at, later in pairwise([MONDAY, *quiet])) <= 1


def test_other_words_have_another_rhythm() -> None:
    rhythm, _ = heard(NEW, steady(5), 21, every=HOUR)
    now = rhythm.until or MONDAY
    other = learned(rhythm, [], of="other words", zone=VIENNA, now=now)

    assert other == Rhythm(of="other words", since=now, until=now)


def test_posts_shown_again_and_older_ones_teach_nothing() -> None:
    rhythm, _ = heard(NEW, steady(5), 21, every=HOUR)
    now = rhythm.until or MONDAY
    newest = rhythm.spoke_at or MONDAY
    again = learned(rhythm, [newest, newest - DAY] * 50, of="acme", zone=VIENNA, now=now)

    assert sum(again.posts) == pytest.approx(sum(rhythm.posts))
    assert again.spoke_at == rhythm.spoke_at


def test_what_was_written_before_the_first_reading_teaches_nothing() -> None:
    first = learned(NEW, [MONDAY - HOUR], of="acme", zone=VIENNA, now=MONDAY)
    second = learned(first, [MONDAY - HOUR], of="acme", zone=VIENNA, now=MONDAY + HOUR)

    assert sum(second.posts) == 0


def test_a_window_that_cannot_be_read_any_more_is_no_silence() -> None:
    rhythm, _ = three_weeks()
    now = (rhythm.until or MONDAY) + 3 * DAY
    lost = learned(rhythm, [], of="acme", zone=VIENNA, now=now, is_lost=True)

    assert not lost.is_quiet(now=now)
    assert sum(lost.hours) < sum(rhythm.hours)
    assert learned(rhythm, [], of="acme", zone=VIENNA, now=now).is_quiet(now=now)


def test_an_outage_whose_posts_are_read_afterwards_is_no_silence() -> None:
    rhythm, _ = three_weeks()
    then = rhythm.until or MONDAY
    posts = [then + number * HOUR for number in range(1, 72)]
    back = learned(rhythm, posts, of="acme", zone=VIENNA, now=then + 3 * DAY)

    assert not back.is_quiet(now=then + 3 * DAY)
    silence = learned(rhythm, [], of="acme", zone=VIENNA, now=then + 3 * DAY)
    assert sum(back.posts) == pytest.approx(sum(silence.posts) + len(posts))


def test_what_is_not_read_to_its_end_yet_is_no_silence() -> None:
    rhythm, _ = three_weeks()
    then = rhythm.until or MONDAY
    half = learned(
        rhythm, [then + HOUR], of="acme", zone=VIENNA, now=then + 3 * DAY, is_whole=False
    )

    assert half.until == then + HOUR
    assert not half.is_quiet(now=then + 3 * DAY)


posted = st.lists(instants(), max_size=8)


@settings(max_examples=60)
@given(st.lists(st.tuples(instants(), posted, st.booleans(), st.booleans()), max_size=6))
@example([(MONDAY, [], True, False), (MONDAY - DAY, [MONDAY + DAY], True, False)])
def test_whatever_platforms_tell_numbers_stay_sound_and_time_runs_forward(
    readings: list[tuple[datetime, Iterable[datetime], bool, bool]],
) -> None:
    rhythm = NEW
    for now, posts, is_whole, is_lost in readings:
        before = rhythm
        rhythm = learned(
            rhythm, posts, of="", zone=VIENNA, now=now, is_whole=is_whole, is_lost=is_lost
        )
        assert all(one >= 0 for one in (*rhythm.posts, *rhythm.hours, rhythm.silence))
        assert rhythm.until is not None
        assert before.until is None or rhythm.until >= before.until
        assert rhythm.longest >= 0


@given(
    st.lists(st.integers(0, 9_000_000), min_size=3, max_size=3),
    st.floats(0.01, 100),
)
def test_what_is_to_be_expected_is_additive(seconds: list[int], rate: float) -> None:
    a, b, c = (MONDAY + timedelta(seconds=one) for one in sorted(seconds))
    rhythm = Rhythm(posts=tuple(rate * one for one in range(48)), hours=(7.0,) * 48)

    apart = rhythm.expected(a, b, VIENNA) + rhythm.expected(b, c, VIENNA)
    assert rhythm.expected(a, c, VIENNA) == pytest.approx(apart)
