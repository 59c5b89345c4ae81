"""Every post is stored, once, whatever platforms and workers do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.ports import Batch, Cursor, Pulled
from chalicelib.services.ingest import EARLY, LONGEST_WAIT, TELL_AT_FAILURE
from tests.builders import NOW, a_desk, a_pulled, a_source_entry, mention_number
from tests.fakes import Crash, FakeReplier, FakeSource
from tests.services.stage import Stage, after, interruptions

NAME = "mastodon-acme"
SECOND = timedelta(seconds=1)


def _posts(count: int) -> list[Pulled]:
    return [a_pulled(mention_number(number)) for number in range(1, count + 1)]


def _pull(stage: Stage, now: datetime = NOW, name: str = NAME) -> int:
    return stage.ingest.pull(name, now=now, deadline=now + timedelta(seconds=50))


def _pull_and_tell(stage: Stage, now: datetime = NOW) -> None:
    """A pull, and the tick after it."""
    _pull(stage, now)
    stage.source_news.tell(now=now)


def _stored(stage: Stage, posts: Sequence[Pulled]) -> list[bool]:
    return [stage.mentions.get(one.mention.id) is not None for one in posts]


# --- who is due --------------------------------------------------------------------------


def test_every_source_that_is_due_is_queued_by_itself_and_then_put_off() -> None:
    slow = a_source_entry("feed-slow", every=timedelta(minutes=5))
    stage = Stage(a_desk(sources=(a_source_entry(), slow)))

    queued = [stage.ingest.enqueue_due(now=after(minute)) for minute in range(7)]

    assert queued[0] == (NAME, "feed-slow")
    assert queued[1:5] == [(NAME,)] * 4
    assert queued[5] == (NAME, "feed-slow")
    assert list(stage.queue.waiting).count("feed-slow") == 2


def test_a_trigger_that_comes_a_little_early_or_late_skips_no_minute() -> None:
    stage = Stage()
    moments = [0, 59, 121, 179, 240.4, 299.6]

    queued = [stage.ingest.enqueue_due(now=NOW + moment * SECOND) for moment in moments]

    assert queued == [(NAME,)] * len(moments)


def test_a_trigger_delivered_twice_in_a_minute_queues_once() -> None:
    stage = Stage()
    stage.ingest.enqueue_due(now=NOW)
    stage.ingest.enqueue_due(now=NOW + 2 * SECOND)

    assert list(stage.queue.waiting) == [NAME]


def test_a_source_that_was_removed_is_neither_queued_nor_pulled() -> None:
    stage = Stage(posts=_posts(1))
    stage.ingest.enqueue_due(now=NOW)
    stage.desks.put(a_desk(sources=()), now=NOW)

    assert stage.ingest.enqueue_due(now=after(5)) == ()
    assert _pull(stage) == 0
    assert len(stage.mentions) == 0


def test_a_crash_at_any_step_of_queueing_costs_no_pull() -> None:
    for interruption in interruptions():
        hourly = a_source_entry(every=timedelta(hours=1))
        stage = Stage(a_desk(sources=(hourly,)), interruption=interruption)
        try:
            stage.ingest.enqueue_due(now=NOW)
        except Crash:
            assert interruption.has_struck
        interruption.end()
        stage.ingest.enqueue_due(now=after(1))

        assert NAME in stage.queue.waiting


# --- reading -----------------------------------------------------------------------------


def test_a_source_is_read_until_it_is_caught_up_and_then_from_there() -> None:
    posts = _posts(7)
    stage = Stage(source=FakeReplier(posts=posts, page_size=3))

    assert _pull(stage) == 7
    assert stage.platform.fetched == [None, "1:3", "1:6"]
    stage.source.posts.append(a_pulled(mention_number(8)))
    assert _pull(stage, after(1)) == 1
    assert stage.platform.fetched[-1] == "1:7"
    assert stage.meter.counts["MentionsPulled"] == 8
    assert stage.meter.counts["PullsSucceeded"] == 2


def test_a_pull_delivered_twice_stores_nothing_twice() -> None:
    stage = Stage(posts=_posts(3))

    assert [_pull(stage), _pull(stage), _pull(stage, after(1))] == [3, 0, 0]
    assert len(stage.mentions.stream) == 3


def test_a_post_that_two_sources_show_is_one_mention() -> None:
    post = a_pulled(mention_number(1))
    other = FakeSource("mastodon-tags", [replace(post, mention=_from(post, "mastodon-tags"))])
    stage = Stage(a_desk(sources=(a_source_entry(), a_source_entry(other.name))), posts=[post])
    stage.sources.by_name[other.name] = other

    assert [_pull(stage), _pull(stage, name=other.name)] == [1, 0]
    assert len(stage.mentions) == 1


def _from(post: Pulled, source: str) -> Mention:
    return replace(post.mention, source=source)


def test_posts_out_of_order_and_repeated_within_a_batch_are_each_stored_once() -> None:
    one, two, three = _posts(3)
    stage = Stage(posts=[three, one, two, one, three])

    assert _pull(stage) == 3


def test_a_post_from_tomorrow_and_one_of_two_megabytes_are_kept_as_we_keep_them() -> None:
    strange = mention_number(1, text="x" * 2_000_000, posted_at=NOW + timedelta(days=1))
    stage = Stage(posts=[a_pulled(strange, raw=b"the whole of it")])
    _pull(stage)

    kept = stage.mentions.get(strange.id)
    assert kept is not None
    assert len(kept.text) == 10_000
    assert kept.posted_at == NOW
    assert stage.mentions.raw(strange.id) == b"the whole of it"


def test_an_empty_platform_is_a_success() -> None:
    stage = Stage()

    assert _pull(stage) == 0
    assert stage.states.get(NAME).succeeded_at == NOW
    assert stage.states.get(NAME).cursor is None


def test_what_could_not_be_read_is_counted_and_told_and_the_rest_is_stored() -> None:
    stage = Stage(posts=_posts(2))
    stage.source.refused = ("post 17 has no date", "post 18 is no JSON")

    assert _pull(stage) == 2
    assert stage.meter.counts["EntriesRefused"] == 2
    (notice,) = stage.notices.told
    assert notice.kind == f"refused:{NAME}"
    assert "2 posts" in notice.text


def test_a_gap_that_cannot_be_closed_is_told() -> None:
    stage = Stage(posts=_posts(1))
    stage.source.gap = "posts before 18:00 UTC are gone"
    _pull(stage)

    assert stage.notices.kinds() == [f"gap:{NAME}"]
    assert "before 18:00" in stage.notices.told[0].text


class _Endless(FakeSource):
    """A platform with more posts than one invocation has time for; its fetch heeds the time."""

    def __init__(self) -> None:
        super().__init__(NAME, _posts(60), page_size=10)
        self.clock = NOW

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        if self.clock >= deadline:
            return Batch(pulled=(), cursor=cursor, is_caught_up=False)
        self.clock += timedelta(seconds=20)
        return super().fetch(cursor, deadline=deadline)


def test_a_pull_that_runs_out_of_time_keeps_what_it_has_and_goes_on_next_time() -> None:
    source = _Endless()
    stage = Stage(source=source)

    assert _pull(stage) == 30
    assert stage.states.get(NAME).cursor == "1:30"
    source.clock = after(1)
    assert _pull(stage, after(1)) == 30
    assert stage.states.get(NAME).failures == 0


def test_a_source_that_says_there_is_more_and_does_not_move_is_left_until_next_time() -> None:
    class Stuck(FakeSource):
        def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
            self.fetched.append(cursor)
            return Batch(pulled=(), cursor=Cursor("1:same"), is_caught_up=False)

    stage = Stage(source=Stuck())

    assert _pull(stage) == 0
    assert len(stage.source.fetched) == 2


def test_a_crash_at_any_step_of_a_pull_loses_and_repeats_nothing() -> None:
    posts = _posts(5)
    for interruption in interruptions():
        stage = Stage(source=FakeReplier(posts=posts, page_size=2), interruption=interruption)
        try:
            _pull(stage)
        except Crash:
            assert interruption.has_struck
        interruption.end()
        cursor = stage.states.get(NAME).cursor
        read = int(cursor.removeprefix("1:")) if cursor else 0
        assert all(_stored(stage, posts[:read])), "the cursor is ahead of what is stored"

        _pull(stage, after(1))

        assert all(_stored(stage, posts))
        assert len(stage.mentions.stream) == len(posts)
        assert stage.states.get(NAME).cursor == "1:5"


def test_a_rival_pull_at_any_step_leaves_every_post_stored_once_and_a_cursor_that_is_true() -> None:
    posts = _posts(5)

    def rival() -> None:
        _pull(stages[-1], NOW + SECOND)

    stages: list[Stage] = []
    for interruption in interruptions(rival):
        stage = Stage(source=FakeReplier(posts=posts, page_size=2), interruption=interruption)
        stages.append(stage)
        _pull(stage)
        interruption.end()

        assert all(_stored(stage, posts))
        assert len(stage.mentions.stream) == len(posts)
        assert stage.states.get(NAME).failures == 0
        _pull(stage, after(1))
        assert stage.states.get(NAME).cursor == "1:5"


# --- failing -----------------------------------------------------------------------------


def _due_after_failures(stage: Stage, count: int) -> list[timedelta]:
    """How long the source is put off by each of `count` failures, pulled whenever it is due."""
    waits: list[timedelta] = []
    now = NOW
    for _ in range(count):
        _pull(stage, now)
        due_at = stage.states.get(NAME).due_at
        assert due_at is not None
        waits.append(due_at + EARLY - now)
        now = due_at + EARLY
    return waits


def test_a_source_that_fails_is_asked_ever_more_rarely_but_at_least_every_quarter_hour() -> None:
    stage = Stage()
    stage.source.trouble = SourceUnavailable("500")

    minutes = [wait / timedelta(minutes=1) for wait in _due_after_failures(stage, 8)]

    assert minutes == [1, 2, 4, 8, 15, 15, 15, 15]
    assert stage.meter.counts["PullsFailed"] == 8
    assert stage.meter.counts["PullsSucceeded"] == 0


def test_a_source_that_is_read_rarely_is_asked_no_more_often_because_it_fails() -> None:
    hourly = a_source_entry(every=timedelta(hours=1))
    stage = Stage(a_desk(sources=(hourly,)))
    stage.source.trouble = SourceUnavailable("500")

    assert _due_after_failures(stage, 3) == [timedelta(hours=1)] * 3


def test_a_platform_that_says_when_to_come_back_is_left_alone_until_then() -> None:
    stage = Stage()
    stage.source.trouble = SourceUnavailable("429", retry_at=after(11))
    _pull(stage)

    for minute in range(1, 11):
        assert stage.ingest.enqueue_due(now=after(minute)) == ()
    assert stage.ingest.enqueue_due(now=after(11)) == (NAME,)


def test_a_platform_that_wants_us_back_at_once_is_still_given_the_usual_wait() -> None:
    stage = Stage()
    stage.source.trouble = SourceUnavailable("429", retry_at=NOW - timedelta(hours=1))
    _pull(stage)

    assert stage.states.get(NAME).due_at == NOW + timedelta(minutes=1) - EARLY


def test_somebody_is_told_once_when_a_source_has_failed_for_minutes_and_since_when() -> None:
    stage = Stage(posts=_posts(1))
    _pull_and_tell(stage)
    stage.source.trouble = SourceUnavailable("502 Bad Gateway")
    for number in range(1, TELL_AT_FAILURE):
        _pull_and_tell(stage, after(number))
    assert stage.notices.told == []

    for number in range(TELL_AT_FAILURE, 200):
        _pull_and_tell(stage, after(number))

    (notice,) = stage.notices.told
    assert notice.kind == f"blind:{NAME}"
    assert "since 19:30 UTC: 502 Bad Gateway" in notice.text


def test_a_source_that_refuses_is_told_at_once() -> None:
    stage = Stage()
    stage.source.trouble = SourceRefused("401: the token was revoked")
    _pull_and_tell(stage)

    assert stage.notices.kinds() == [f"blind:{NAME}"]
    assert "the token was revoked" in stage.notices.told[0].text


def test_a_source_whose_secret_is_missing_is_told_at_once() -> None:
    stage = Stage()
    stage.sources.by_name.clear()
    _pull_and_tell(stage)

    assert stage.notices.kinds() == [f"blind:{NAME}"]


def test_a_platform_that_sends_us_away_for_long_is_told_at_once() -> None:
    stage = Stage()
    stage.source.trouble = SourceUnavailable("429", retry_at=NOW + LONGEST_WAIT + SECOND)
    _pull_and_tell(stage)

    assert stage.notices.kinds() == [f"blind:{NAME}"]


def test_a_platform_that_sends_us_away_for_less_than_the_usual_pace_is_nothing_to_tell() -> None:
    hourly = a_source_entry(every=timedelta(hours=1))
    stage = Stage(a_desk(sources=(hourly,)))
    stage.source.trouble = SourceUnavailable("429", retry_at=after(50))
    _pull_and_tell(stage)

    assert stage.notices.told == []


def test_a_source_that_comes_back_is_read_from_where_it_was_left_at_its_usual_pace() -> None:
    posts = _posts(2)
    stage = Stage(posts=posts[:1])
    _pull(stage)
    stage.source.trouble = SourceUnavailable("down")
    for minute in range(1, 6):
        _pull(stage, after(minute))
    stage.source.trouble = None
    stage.source.posts.append(posts[1])

    assert _pull(stage, after(20)) == 1
    state = stage.states.get(NAME)
    assert (state.failures, state.trouble, state.succeeded_at) == (0, "", after(20))


def test_what_was_read_before_a_failure_is_kept_and_not_read_again() -> None:
    class Breaking(FakeSource):
        def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
            if cursor == "1:2":
                raise SourceUnavailable("half a JSON")
            return super().fetch(cursor, deadline=deadline)

    stage = Stage(source=Breaking(posts=_posts(5), page_size=2))

    assert _pull(stage) == 2
    state = stage.states.get(NAME)
    assert (state.cursor, state.failures) == ("1:2", 1)


def test_one_sources_failure_neither_delays_nor_stops_another() -> None:
    good = FakeSource("feed-blog", _posts(2))
    stage = Stage(a_desk(sources=(a_source_entry(), a_source_entry("feed-blog"))))
    stage.sources.by_name["feed-blog"] = good
    stage.source.trouble = SourceUnavailable("down", retry_at=after(600))
    for name in stage.ingest.enqueue_due(now=NOW):
        _pull(stage, name=name)

    assert len(stage.mentions) == 2
    assert stage.ingest.enqueue_due(now=after(1)) == ("feed-blog",)


def test_an_error_of_our_own_is_raised_and_makes_us_as_blind_as_one_of_theirs() -> None:
    stage = Stage()
    stage.source.trouble = KeyError("a bug")

    for minute in range(4):
        with pytest.raises(KeyError):
            _pull(stage, now=after(minute))
    stage.source_news.tell(now=after(4))
    assert stage.states.get(NAME).failures == 4
    assert stage.states.get(NAME).cursor is None
    assert stage.notices.kinds() == [f"blind:{NAME}"]


def test_a_source_that_is_refused_after_other_failures_is_told_all_the_same() -> None:
    stage = Stage()
    stage.source.trouble = SourceUnavailable("503")
    _pull_and_tell(stage)
    assert stage.notices.kinds() == []
    stage.source.trouble = SourceRefused("401")
    for minute in range(1, 5):
        _pull_and_tell(stage, now=after(minute))

    assert stage.notices.kinds() == [f"blind:{NAME}"]


def test_a_notice_that_could_not_be_told_is_told_by_the_next_failure() -> None:
    stage = Stage()
    stage.source.trouble = SourceRefused("401")
    stage.notices.tell(f"blind:{NAME}", "an earlier one, which holds back others", now=NOW)
    _pull_and_tell(stage, now=after(1))
    assert len(stage.notices.told) == 1
    _pull_and_tell(stage, now=after(61))

    assert stage.notices.kinds() == [f"blind:{NAME}"] * 2


def test_a_pull_that_was_overtaken_neither_fails_nor_succeeds() -> None:
    def rival() -> None:
        state = stage.states.get(NAME)
        stage.states.save(replace(state, cursor=Cursor("1:9"), version=state.version + 1))

    class Slow(FakeSource):
        def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
            rival()
            if self.trouble:
                raise self.trouble
            return super().fetch(cursor, deadline=deadline)

    stage = Stage(source=Slow(posts=_posts(2)))
    assert _pull(stage) == 2
    stage.source.trouble = SourceUnavailable("down")
    assert _pull(stage, after(1)) == 0

    assert stage.states.get(NAME).cursor == "1:9"
    assert stage.states.get(NAME).failures == 0
    assert stage.meter.counts["PullsSucceeded"] == stage.meter.counts["PullsFailed"] == 0
