"""When the crowd must be told: once, in words, whatever was not heard or has changed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.crowd import UnreadableBaseline, read
from chalicelib.domain.mention import MentionId
from chalicelib.domain.surge import (
    GAPS,
    MISSED,
    REST,
    Gap,
    Listening,
    Surge,
    Watched,
    fresh,
    looked_at,
)
from chalicelib.domain.tally import Count, bucket_of
from tests.builders import NOW

HEARD = Listening()


def _counts(*spans: tuple[datetime, timedelta, float]) -> dict[int, Count]:
    """Posts at a rate a bucket, from an instant on, for a time."""
    counts: dict[int, Count] = {}
    for start, length, rate in spans:
        owed = 0.0
        for at in range(bucket_of(start), bucket_of(start + length), 300):
            owed += rate
            if owed >= 1:
                counts[at] = Count(posts=int(owed), loudest=MentionId("x"), reach=1)
                owed -= int(owed)
    return counts


def _look(watched: Watched, counts: Mapping[int, Count], now: datetime, **over: Any) -> Any:
    known = {"sources": "a", "zone": UTC, **over}
    listening = known.pop("listening", HEARD)
    return looked_at(watched, counts, listening, now=now, **known)


@cache
def _lived(days: float, rate: float, *, until: datetime = NOW) -> Watched:
    """A series that has heard so much for so long, looked at each hour."""
    watched, at = Watched(), until - timedelta(days=days)
    counts = _counts((at, timedelta(days=days), rate))
    while at <= until:
        shown = {
            start: count
            for start, count in counts.items()
            if at.timestamp() - 8 * 3600 <= start <= at.timestamp()
        }
        watched, surge = _look(watched, shown, at)
        assert surge is None, f"rang at {at} for {surge}"
        at += timedelta(hours=1)
    return watched


def test_a_mob_is_told_once_in_words() -> None:
    watched = _lived(3, 0.5)
    mob = _counts(
        (NOW - timedelta(hours=1), timedelta(hours=1), 0.5),
        (NOW, timedelta(minutes=10), 21),
    )
    now = NOW + timedelta(minutes=9)
    watched, surge = _look(watched, mob, now)
    assert surge is not None
    assert surge.words.startswith("42 angry posts in 10 min, normally ")
    assert surge.since <= NOW

    for minutes in (10, 30, 90):
        watched, again = _look(watched, mob, now + timedelta(minutes=minutes))
        assert again is None


def test_a_mob_several_times_as_great_is_told_again() -> None:
    watched = Watched(told_at=NOW, rarity=3.0)
    assert not watched.is_news(3.5, now=NOW + timedelta(hours=1))
    assert watched.is_news(4.5, now=NOW + timedelta(hours=1))
    assert watched.is_news(2.7, now=NOW + REST)


def test_nothing_is_written_more_than_once_an_hour_while_nothing_happens() -> None:
    watched = _lived(1, 0.2)
    kept = _counts((NOW - timedelta(hours=2), timedelta(hours=2), 0.2))
    for minutes in range(1, 59):
        after, _ = _look(watched, kept, NOW + timedelta(minutes=minutes))
        assert after is watched
    after, _ = _look(watched, kept, NOW + timedelta(minutes=60))
    assert after.version == watched.version + 1


def test_a_mob_is_found_though_nobody_looked_until_it_had_settled() -> None:
    watched = _lived(3, 0.2)
    mob = _counts((NOW, timedelta(minutes=15), 15))
    _, surge = _look(watched, mob, NOW + timedelta(hours=2))
    assert surge is not None


def test_what_grows_slowly_is_found_too() -> None:
    watched = _lived(5, 0.4)
    counts: dict[int, Count] = {}
    now = NOW
    for hour in range(8):
        counts |= _counts((NOW + timedelta(hours=hour), timedelta(hours=1), 0.4 * 1.6**hour))
        now = NOW + timedelta(hours=hour + 1)
        watched, surge = _look(watched, counts, now)
        if surge is not None:
            break
    assert surge is not None


def test_where_nobody_was_listening_silence_is_not_known() -> None:
    """After a blind day the usual volume is no surge, and the baseline has not gone to zero."""
    watched = _lived(6, 2.0)
    blind = Listening(gaps=(Gap(starts_at=NOW, ends_at=NOW + timedelta(days=1)),))
    for hour in range(1, 25):
        watched, surge = _look(watched, {}, NOW + timedelta(hours=hour), listening=blind)
        assert surge is None
    back = NOW + timedelta(days=1)
    for hour in range(1, 7):
        counts = _counts((back, timedelta(hours=hour), 2.0))
        watched, surge = _look(watched, counts, back + timedelta(hours=hour), listening=blind)
        assert surge is None


def test_another_set_of_sources_does_not_ring_by_itself() -> None:
    watched = _lived(6, 0.5)
    for hour in range(1, 12):
        start = max(NOW, NOW + timedelta(hours=hour - 8))
        counts = _counts((start, NOW + timedelta(hours=hour) - start, 3.0))
        watched, surge = _look(watched, counts, NOW + timedelta(hours=hour), sources="b")
        assert surge is None, hour
    assert watched.sources == "b"


def test_a_new_series_does_not_ring_for_three_posts_and_does_for_a_mob() -> None:
    three = _counts((NOW, timedelta(minutes=10), 1.5))
    _, surge = _look(Watched(), three, NOW + timedelta(minutes=9))
    assert surge is None
    mob = _counts((NOW, timedelta(minutes=20), 15))
    _, surge = _look(Watched(), mob, NOW + timedelta(minutes=19))
    assert isinstance(surge, Surge)


def test_a_series_never_heard_has_nothing_to_show() -> None:
    _, surge = _look(Watched(), {}, NOW)
    assert surge is None


def test_a_memory_of_another_release_is_told_and_can_be_begun_anew() -> None:
    watched = Watched(baseline='{"v": 99}', version=7)
    with pytest.raises(UnreadableBaseline):
        _look(watched, {}, NOW)
    after, _ = _look(fresh(watched), {}, NOW)
    assert after.version == 8


def test_a_gap_begins_with_the_last_success_and_ends_with_the_next() -> None:
    deaf = HEARD.updated(NOW, now=NOW + MISSED + timedelta(seconds=1))
    assert deaf.gaps == (Gap(starts_at=NOW),)
    assert not deaf.heard(NOW + timedelta(hours=5))
    assert deaf.updated(NOW, now=NOW + timedelta(hours=1)) is deaf
    back_at = NOW + timedelta(hours=2)
    back = deaf.updated(back_at, now=back_at)
    assert back.gaps == (Gap(starts_at=NOW, ends_at=back_at),)
    assert back.heard(back_at)
    assert not back.heard(NOW + timedelta(hours=1))


@given(st.lists(st.booleans(), max_size=200))
def test_gaps_are_bounded_and_in_order(hears: list[bool]) -> None:
    listening, heard_at = HEARD, NOW
    for number, hear in enumerate(hears):
        now = NOW + number * timedelta(hours=1)
        heard_at = now if hear else heard_at
        listening = listening.updated(heard_at, now=now)
        assert listening.heard(now) == (now - heard_at <= MISSED)
    assert len(listening.gaps) <= GAPS
    starts = [gap.starts_at for gap in listening.gaps]
    assert starts == sorted(starts)


def _by_chance(start: datetime, length: timedelta, rate: float) -> dict[int, Count]:
    """Posts at that rate a bucket, as they fall when nobody heeds another."""
    chance, counts = Random(5), dict[int, int]()
    at = start + timedelta(minutes=5) * chance.expovariate(rate)
    while at < start + length:
        counts[bucket_of(at)] = counts.get(bucket_of(at), 0) + 1
        at += timedelta(minutes=5) * chance.expovariate(rate)
    return {at: Count(posts=posts, loudest=MentionId("x")) for at, posts in counts.items()}


def _through(
    watched: Watched,
    gap: Gap,
    backlog: Mapping[int, Count],
    *,
    rate: float = 0.0,
    past: timedelta = timedelta(hours=1),
) -> tuple[Watched, list[tuple[datetime, Surge]]]:
    """A gap lived through minute by minute: what is remembered after it, and what rang when.

    The backlog is there from the end of the gap on; then posts go on at a rate a bucket.
    """
    assert gap.ends_at is not None
    back, rang = gap.ends_at, []
    later = _counts((back, past, rate))
    at = gap.starts_at - timedelta(minutes=20)
    listening = HEARD
    while at <= back + past:
        is_back = at >= back
        listening = listening.updated(at if is_back else min(at, gap.starts_at), now=at)
        counts = dict(backlog) | later if is_back else {}
        oldest = at - timedelta(hours=8)
        shown = {
            start: count
            for start, count in counts.items()
            if bucket_of(oldest) <= start <= at.timestamp()
        }
        watched, surge = _look(watched, shown, at, listening=listening)
        if surge is not None:
            rang.append((at, surge))
        at += timedelta(minutes=1)
    return watched, rang


HOURS_DEAF = (0.7, 1.5, 2.25, 3, 5, 7)


@pytest.mark.parametrize("shift", [0, 2, 4])
@pytest.mark.parametrize("hours", HOURS_DEAF)
def test_a_mob_while_nobody_listened_is_told_once_on_return(hours: float, shift: int) -> None:
    starts_at = NOW + timedelta(minutes=shift)
    back = starts_at + timedelta(hours=hours)
    mob = _counts((starts_at, timedelta(minutes=30), 30))
    assert sum(count.posts for count in mob.values()) == 180
    _, rang = _through(_lived(3, 0.2), Gap(starts_at=starts_at, ends_at=back), mob)
    assert [at for at, _ in rang] == [back]
    assert "angry posts" in rang[0][1].words


@pytest.mark.parametrize("hours", [*HOURS_DEAF, 12])
def test_a_quiet_gap_rings_nobody_and_lowers_nothing(hours: float) -> None:
    gap = Gap(starts_at=NOW, ends_at=NOW + timedelta(hours=hours))
    before = _lived(3, 2.0)
    after, rang = _through(before, gap, {}, rate=2.0)
    assert rang == []
    assert read(after.baseline).level == pytest.approx(read(before.baseline).level, rel=0.02)


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.7, 1.0, 3.0])
@pytest.mark.parametrize("hours", [3, 7])
def test_a_backlog_of_the_usual_volume_rings_nobody(hours: float, rate: float) -> None:
    gap = Gap(starts_at=NOW, ends_at=NOW + timedelta(hours=hours))
    before = _lived(6, rate)
    backlog = _by_chance(NOW, timedelta(hours=hours), rate)
    after, rang = _through(before, gap, backlog, rate=rate)
    assert rang == []
    assert read(after.baseline).level == pytest.approx(read(before.baseline).level, rel=0.04)


def test_a_backlog_that_takes_a_while_to_read_is_heard_too() -> None:
    watched = _lived(3, 0.2)
    back = NOW + timedelta(hours=5)
    listening = Listening(gaps=(Gap(starts_at=NOW, ends_at=back),))
    for minutes in range(25):
        watched, surge = _look(watched, {}, back + timedelta(minutes=minutes), listening=listening)
        assert surge is None
    mob = _counts((NOW, timedelta(minutes=30), 30))
    _, surge = _look(watched, mob, back + timedelta(minutes=25), listening=listening)
    assert surge is not None


def test_a_mob_told_just_before_a_long_gap_is_not_told_again_in_it() -> None:
    """Rest is over before the gap is: what is held must not be news by then."""
    watched, rang = _lived(3, 0.2), 0
    gap_at = NOW + timedelta(minutes=2)
    mob = _counts((NOW, timedelta(minutes=5), 60))
    listening = HEARD
    for minutes in range(2, 10 * 60):
        now = NOW + timedelta(minutes=minutes)
        listening = listening.updated(gap_at, now=now)
        watched, surge = _look(watched, mob, now, listening=listening)
        rang += surge is not None
    assert rang == 1


def test_what_is_held_of_a_long_gap_is_bounded() -> None:
    """After two deaf days the memory is of the same size, and what is older than kept is gone."""
    before = _lived(3, 0.2)
    gap = Gap(starts_at=NOW, ends_at=NOW + timedelta(days=2))
    after, rang = _through(before, gap, _counts((NOW, timedelta(minutes=30), 30)))
    assert rang == []
    assert len(after.baseline) < 1.2 * len(before.baseline)
    until = read(after.baseline).until
    assert until is not None
    assert until >= bucket_of(NOW + timedelta(days=2))
