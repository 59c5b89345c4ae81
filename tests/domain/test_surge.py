"""When the crowd must be told: once, in words, whatever was not heard or has changed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.crowd import UnreadableBaseline
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
