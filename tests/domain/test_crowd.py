"""The crowd: what is a rise, what is not, and what is said about it."""

import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.crowd import (
    BUCKET,
    NEW,
    RINGING,
    THRESHOLD,
    Baseline,
    Bucket,
    Surprise,
    advance,
    judged,
    settled,
    sources_changed,
)

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
DAY = 288
WEEK = 7 * DAY


def poisson(dice: random.Random, mean: float) -> float:
    if mean > 50:
        return float(max(0, round(dice.gauss(mean, math.sqrt(mean)))))
    limit, count, product = math.exp(-mean), 0, dice.random()
    while product > limit:
        count += 1
        product *= dice.random()
    return float(count)


def steady(rate: float, buckets: int, seed: int = 0) -> Iterator[float]:
    dice = random.Random(seed)
    return (poisson(dice, rate) for _ in range(buckets))


def after(
    baseline: Baseline, counts: Iterable[float | None], start: datetime | None = None
) -> tuple[Baseline, list[Surprise]]:
    """The baseline advanced by one bucket after the other, from where it stands."""
    at = start or (
        MONDAY if baseline.until is None else datetime.fromtimestamp(baseline.until, UTC)
    )
    surprises = []
    for count in counts:
        baseline, surprise = advance(baseline, Bucket(at, count))
        surprises.append(surprise)
        at += BUCKET
    return baseline, surprises


@cache
def used_to(rate: float, buckets: int = 3 * DAY, seed: int = 0) -> Baseline:
    return after(NEW, steady(rate, buckets, seed))[0]


def end_of(baseline: Baseline) -> datetime:
    assert baseline.until is not None
    return datetime.fromtimestamp(baseline.until, UTC)


def normal(baseline: Baseline) -> float:
    """Posts in a bucket of the last six hours."""
    return sum(baseline.normals) / len(baseline.normals)


def rises(surprises: Iterable[Surprise]) -> list[int]:
    return [number for number, one in enumerate(surprises) if one.is_rise]


def test_the_first_three_posts_about_a_new_topic_ring_nobody() -> None:
    for counts in ([3], [1, 1, 1], [2, 0, 0, 1], [0] * 100 + [3]):
        assert not rises(after(NEW, counts)[1])


def test_a_mob_in_the_first_hour_of_a_new_topic_rings() -> None:
    _, surprises = after(NEW, [0, 1, 0, 14, 28])

    assert rises(surprises)[0] == 3


def test_a_rise_says_how_many_in_how_long_and_what_is_normal() -> None:
    _, surprises = after(used_to(0.7), [42])

    assert surprises[-1].is_rise
    assert surprises[-1].strongest is not None
    assert surprises[-1].strongest.words == "42 in 5 min, normally 0.9"


def test_an_hour_and_six_hours_are_named_as_such() -> None:
    _, surprises = after(used_to(2.0), [0.0])

    words = [one.words for one in surprises[-1].sightings]
    assert [said.split(",")[0].split(" ", 1)[1] for said in words] == [
        "in 5 min",
        "in 10 min",
        "in 1 h",
        "in 6 h",
    ]


def test_what_hardly_ever_happens_is_normally_none() -> None:
    _, surprises = after(after(NEW, [0.0] * WEEK)[0], [9])

    assert surprises[-1].strongest is not None
    assert surprises[-1].strongest.words == "9 in 5 min, normally none"


def test_a_handful_is_no_crowd_however_unusual() -> None:
    silent, _ = after(NEW, [0.0] * WEEK)

    assert not rises(after(silent, [4])[1])
    assert rises(after(silent, [5])[1])


def test_a_rise_scores_at_least_the_threshold_and_nothing_else_does() -> None:
    _, surprises = after(used_to(3.0), [3, 4, 60, 80, 75, 10, 3])

    assert any(one.is_rise for one in surprises)
    assert all(one.is_rise == (one.score >= THRESHOLD) for one in surprises)


def test_growth_too_slow_for_ten_minutes_is_found_in_hours() -> None:
    usual = used_to(2.0, WEEK)
    dice = random.Random(1)
    growing = [poisson(dice, 2 * (1 + 3 * step / 72)) for step in range(96)]

    _, surprises = after(usual, growing)

    assert rises(surprises)
    found = surprises[rises(surprises)[0]].strongest
    assert found is not None
    assert found.window >= timedelta(hours=1)


def test_an_hour_that_is_always_busy_is_no_rise() -> None:
    dice = random.Random(2)
    lunch = [poisson(dice, 40 if 12 <= step % DAY // 12 < 13 else 2) for step in range(4 * WEEK)]

    _, surprises = after(NEW, lunch)

    assert not [number for number in rises(surprises) if number > WEEK]


def test_the_hour_of_the_week_is_that_of_the_clock_on_the_wall() -> None:
    madrid = ZoneInfo("Europe/Madrid")

    winter = Bucket(datetime(2026, 3, 23, 9, tzinfo=madrid), 0)
    summer = Bucket(datetime(2026, 3, 30, 9, tzinfo=madrid), 0)

    assert winter.hour_of_week == summer.hour_of_week == 9


def test_an_hour_that_the_clock_repeats_is_learned_twice() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    baseline, _ = after(NEW, [1.0], datetime(2026, 10, 24, 23, 55, tzinfo=UTC))
    first = Bucket(datetime(2026, 10, 25, 2, 0, tzinfo=madrid), 1.0)
    second = Bucket(datetime(2026, 10, 25, 2, 0, fold=1, tzinfo=madrid), 1.0)

    baseline, _ = advance(baseline, first)
    again, _ = advance(baseline, second)

    assert first.hour_of_week == second.hour_of_week
    assert again.age == baseline.age + 1


def test_slow_drift_becomes_normal() -> None:
    dice = random.Random(3)
    drifting = [poisson(dice, 2 * 4 ** (step / (4 * WEEK))) for step in range(4 * WEEK)]

    baseline, surprises = after(NEW, drifting)

    assert not rises(surprises)
    assert normal(baseline) == pytest.approx(8, rel=0.25)


def test_a_bucket_told_twice_counts_once() -> None:
    usual = used_to(1.0)
    at = end_of(usual)

    once, first = advance(usual, Bucket(at, 50))
    twice, second = advance(once, Bucket(at, 50))

    assert first.is_rise
    assert twice == once
    assert not second.is_rise


def test_the_same_mob_in_the_next_hours_is_no_news_but_a_far_greater_one_is() -> None:
    usual = used_to(1.0)

    _, surprises = after(usual, [30, *steady(1, 12), 30, *steady(1, 12), 300])

    assert rises(surprises) == [0, 26]


def test_another_mob_rings_a_day_later() -> None:
    usual = used_to(1.0)

    _, surprises = after(usual, [60, 60, *steady(1, DAY), 60, 60])

    assert rises(surprises)[-1] >= DAY + 2


class TestOpenBuckets:
    """Those that late posts may still change."""

    def test_a_mob_is_seen_before_its_bucket_has_ended(self) -> None:
        usual = used_to(0.7)
        at = end_of(usual)

        surprise = judged(usual, [Bucket(at, 42)], at + timedelta(minutes=2))

        assert surprise.is_rise
        assert surprise.at == at

    def test_late_posts_raise_a_bucket_that_was_quiet_when_it_ended(self) -> None:
        usual = used_to(0.7)
        at = end_of(usual)
        quiet = [Bucket(at + step * BUCKET, 1) for step in range(4)]
        late = [replace(quiet[0], count=40), *quiet[1:]]
        now = at + 4 * BUCKET

        assert not judged(usual, quiet, now).is_rise
        assert judged(usual, late, now).is_rise
        assert judged(usual, late, now).at == at

    def test_looking_settles_nothing_and_settling_says_the_same(self) -> None:
        usual = used_to(0.7)
        bucket = Bucket(end_of(usual), 42)

        looked = judged(usual, [bucket], bucket.start + BUCKET)
        _, told = advance(usual, bucket)

        assert looked == told

    def test_settled_buckets_and_those_to_come_are_passed_over(self) -> None:
        usual = used_to(0.7)
        at = end_of(usual)
        others = [Bucket(at - BUCKET, 500), Bucket(at + BUCKET, 500)]

        assert judged(usual, others, at).score == 0
        assert judged(usual, [], at).score == 0

    def test_only_buckets_that_ended_half_an_hour_ago_are_settled(self) -> None:
        usual = used_to(0.7)
        at = end_of(usual)
        open_ones = [Bucket(at + step * BUCKET, step) for step in reversed(range(8))]

        baseline, surprises = settled(usual, open_ones, at + 8 * BUCKET)
        again, nothing = settled(baseline, open_ones, at + 8 * BUCKET)

        assert [one.at for one in surprises] == [at, at + BUCKET]
        assert end_of(baseline) == at + 2 * BUCKET
        assert (again, nothing) == (baseline, ())

    def test_a_rise_that_was_settled_is_not_told_again_by_the_next_open_bucket(self) -> None:
        usual = used_to(0.7)
        at = end_of(usual)

        baseline, _ = advance(usual, Bucket(at, 42))

        assert not judged(baseline, [Bucket(at + BUCKET, 40)], at + 2 * BUCKET).is_rise


class TestGaps:
    """Nobody was listening."""

    def test_a_gap_is_not_silence(self) -> None:
        usual = used_to(5.0)

        gap, _ = after(usual, [None] * DAY)
        silence, _ = after(usual, [0.0] * DAY)

        assert gap.level == usual.level
        assert silence.level < usual.level

    def test_coming_back_after_a_gap_rings_nobody(self) -> None:
        for gap in (1, 11, 40, 300, 5000):
            usual, _ = after(used_to(5.0), [None] * gap)

            assert not rises(after(usual, steady(5, DAY, seed=gap))[1])

    def test_a_mob_right_after_a_gap_rings(self) -> None:
        usual, _ = after(used_to(1.0), [None] * 40)

        assert rises(after(usual, [40])[1]) == [0]

    def test_only_what_was_heard_is_held_against_what_is_normal(self) -> None:
        usual = used_to(5.0)

        _, surprises = after(usual, [None, None, None, 5.0])

        hour = surprises[-1].sightings[-2]
        assert hour.window == timedelta(hours=1)
        assert hour.normal == pytest.approx(9 * 5, rel=0.2)

    def test_an_unknown_bucket_shows_nothing(self) -> None:
        _, surprises = after(used_to(5.0), [None])

        assert surprises[0].sightings == ()
        assert surprises[0].score == 0


class TestChangedSources:
    """More or less is heard from now on."""

    @pytest.mark.parametrize("times", [0.1, 0.5, 2, 5, 10])
    def test_a_new_normal_rings_nobody_and_is_learned_within_a_day(self, times: float) -> None:
        changed = sources_changed(used_to(5.0, 2 * WEEK))

        baseline, first = after(changed, steady(5 * times, DAY, seed=5))
        _, later = after(baseline, steady(5 * times, WEEK, seed=6))

        assert not rises([*first, *later])
        assert normal(baseline) == pytest.approx(5 * times, rel=0.2)

    @pytest.mark.parametrize("times", [0.1, 1, 10])
    def test_a_mob_the_next_hour_rings(self, times: float) -> None:
        changed = sources_changed(used_to(5.0, 2 * WEEK))
        baseline, _ = after(changed, steady(5 * times, 12, seed=5))

        _, surprises = after(baseline, [5 * times * 10 + 10] * 3)

        assert rises(surprises)

    def test_untold_it_rings_at_most_thrice_and_is_learned_within_weeks(self) -> None:
        baseline, surprises = after(used_to(5.0, 2 * WEEK), steady(20, 3 * WEEK, seed=7))

        assert 1 <= len(rises(surprises)) <= 3
        assert not [number for number in rises(surprises) if number > 3 * DAY]
        assert normal(baseline) == pytest.approx(20, rel=0.2)

    def test_a_series_never_heard_stays_one(self) -> None:
        assert sources_changed(NEW).level == NEW.level


def test_a_mob_does_not_poison_the_days_after_it() -> None:
    usual = used_to(3.0, 2 * WEEK)

    mobbed, first = after(usual, steady(150, 36, seed=8))
    calm, none = after(mobbed, steady(3, 2 * DAY, seed=9))
    _, second = after(calm, [60, 60, 60])

    assert rises(first)
    assert not rises(none)
    assert normal(calm) == pytest.approx(normal(usual), rel=0.25)
    assert rises(second)


def test_a_bucket_needs_an_aware_instant_and_a_count_that_can_be() -> None:
    with pytest.raises(ValueError, match="aware"):
        Bucket(datetime(2026, 1, 5), 1)  # noqa: DTZ001
    for count in (-1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="0 or more"):
            Bucket(MONDAY, count)


def test_ringing_asks_for_more_than_the_threshold_alone() -> None:
    _, surprises = after(used_to(3.0), [12])

    seen = surprises[-1].sightings[0]
    assert seen.rarity > 2.6
    assert seen.deviation < RINGING.deviation
    assert not surprises[-1].is_rise
