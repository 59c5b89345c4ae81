"""Replay, the reference member."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Media
from chalicelib.ports import DeletionChecker, PrivateReplier, Probing, Replier
from tests.builders import a_mention, a_reply
from tests.sources.contract import NOW, SourceContract, Stage, ids, read_all

MINUTE = timedelta(minutes=1)


class Recording(Stage):
    """A file that grows."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.path = folder / "weekend.jsonl"
        self.path.touch()
        self.options: dict[str, Any] = {"path": str(self.path), "per_fetch": self.page}
        self._count = 0

    def write(self, **line: Any) -> None:
        with self.path.open("a") as file:
            file.write(
                json.dumps(
                    {
                        key: str(value) if isinstance(value, datetime) else value
                        for key, value in line.items()
                    }
                )
                + "\n"
            )

    def post(self, text: str, *, at: datetime, **more: Any) -> str:
        self._count += 1
        id = f"post-{self._count}"
        self.write(at=at, do="post", platform="mastodon", id=id, text=text, **more)
        return id

    def entry(self) -> SourceEntry:
        return SourceEntry(name="weekend", kind="replay", brand="acme", options=self.options)

    def fail(self) -> None:
        self.write(at=self.now, do="down", platform="mastodon")


@pytest.fixture
def stage(tmp_path: Path) -> Recording:
    return Recording(tmp_path)


class TestReplay(SourceContract):
    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Recording)
        return stage.post("acme is us", at=stage.now, author={"handle": "Alice"})


def test_a_post_appears_at_its_instant_and_not_before(stage: Recording) -> None:
    stage.post("tomorrow", at=NOW + timedelta(days=1))
    assert read_all(stage, None)[0] == []
    stage.now = NOW + timedelta(days=1)
    assert len(read_all(stage, None)[0]) == 1


def test_a_post_shows_the_date_that_the_platform_would_show(stage: Recording) -> None:
    stage.post("ahead of time", at=NOW, posted_at=NOW + timedelta(days=1))
    stage.post("as it is", at=NOW)
    dates = [one.mention.posted_at for one in read_all(stage, None)[0]]
    assert dates == [NOW + timedelta(days=1), NOW]


def test_a_post_carries_all_that_the_file_says_of_it(stage: Recording) -> None:
    author = {"handle": "carla", "name": "Carla", "followers": 12, "is_verified": True}
    stage.post(
        "ok",
        at=NOW,
        author=author,
        url="https://x.example/1",
        language="el",
        is_addressed=True,
        in_reply_to="0",
        is_private=True,
        media=[{"url": "https://x.example/1.jpg", "alt": "a queue"}],
    )
    mention = read_all(stage, None)[0][0].mention
    assert mention.author is not None
    assert (mention.author.handle, mention.author.followers) == ("carla", 12)
    assert mention.author.is_verified
    assert (mention.url, mention.language) == ("https://x.example/1", "el")
    assert mention.is_addressed
    assert mention.in_reply_to == "0"
    assert mention.is_private
    assert mention.media == (Media(url="https://x.example/1.jpg", alt="a queue"),)


def test_a_deleted_author_is_none(stage: Recording) -> None:
    stage.post("gone", at=NOW, author=None)
    assert read_all(stage, None)[0][0].mention.author is None


def test_a_line_that_cannot_be_read_is_told_once_and_spoils_nothing(stage: Recording) -> None:
    stage.path.write_text('{"at": "2026-11-21T19:00:00Z", "do": "po\n[]\n{"at": "yesterday"}\n')
    stage.write(at=datetime(2026, 11, 21, 19), do="post", id="1", text="no offset")  # noqa: DTZ001
    id = stage.post("fine", at=NOW)
    batch = stage.source().fetch(None, deadline=stage.soon)
    assert ids(batch.pulled) == {id}
    assert [one.split(" of ")[0] for one in batch.refused] == [f"line {n}" for n in (1, 2, 3, 4)]
    assert stage.source().fetch(batch.cursor, deadline=stage.soon).refused == ()


def test_events_of_others_are_passed_over(stage: Recording) -> None:
    stage.write(at=NOW, do="phone_replies", phone="ana", text="ack")
    assert read_all(stage, None)[0] == []


def test_only_its_platform_is_read_where_one_is_named(stage: Recording) -> None:
    stage.options["platform"] = "hackernews"
    stage.post("elsewhere", at=NOW)
    stage.write(at=NOW, do="down", platform="mastodon")
    stage.write(at=NOW, do="post", platform="hackernews", id="7", text="here")
    assert ids(read_all(stage, None)[0]) == {"7"}


def test_while_the_platform_is_down_nothing_is_fetched_found_or_replied(stage: Recording) -> None:
    stage.post("before", at=NOW)
    stage.fail()
    stage.write(at=NOW + timedelta(minutes=10), do="up", platform="mastodon")
    mention, reply = a_mention(), a_reply()
    replier = a_replier(stage)
    for attempt in (
        lambda: stage.source().fetch(None, deadline=stage.soon),
        lambda: replier.reply(mention, reply),
        lambda: replier.find_reply(mention, reply),
    ):
        with pytest.raises(SourceUnavailable):
            attempt()
    stage.now = NOW + timedelta(minutes=10)
    assert len(read_all(stage, None)[0]) == 1


def test_a_line_put_in_behind_what_was_shown_is_not_lost(stage: Recording) -> None:
    stage.post("first", at=NOW)
    _, cursor = read_all(stage, None)
    late = stage.post("late", at=NOW - timedelta(hours=1))
    assert late in ids(read_all(stage, cursor)[0])


def test_a_file_that_is_not_there_is_refused(stage: Recording) -> None:
    stage.path.unlink()
    with pytest.raises(SourceRefused, match=r"weekend\.jsonl"):
        stage.source().fetch(None, deadline=stage.soon)


def test_a_reply_is_written_once_however_often_it_is_sent(stage: Recording) -> None:
    mention, replier = a_mention(url="https://x.example/1"), a_replier(stage)
    reply = a_reply(text='We are on it, "Carla"')
    assert replier.find_reply(mention, reply) is None
    first = replier.reply(mention, reply)
    assert replier.reply(mention, reply) == first
    assert a_replier(stage).find_reply(mention, reply) == first
    written = Path(f"{stage.path}.replies.jsonl").read_text().splitlines()
    assert [json.loads(line)["text"] for line in written] == ['We are on it, "Carla"']


def test_a_private_reply_is_marked_so_and_found_again(stage: Recording) -> None:
    replier, reply = a_replier(stage), a_reply(is_private=True)
    assert isinstance(replier, PrivateReplier)
    published = replier.reply_privately(a_mention(), reply)
    assert replier.reply_privately(a_mention(), reply) == published
    assert replier.find_reply(a_mention(), reply) == published
    (line,) = Path(f"{stage.path}.replies.jsonl").read_text().splitlines()
    assert json.loads(line)["is_private"] is True


def test_a_preview_is_the_text_and_its_length(stage: Recording) -> None:
    stage.options["max_characters"] = 300
    preview = a_replier(stage).preview(a_mention(), "We are on it", is_private=False)
    assert (preview.text, preview.length, preview.limit) == ("We are on it", 12, 300)


def test_a_probe_says_how_much_is_recorded(stage: Recording) -> None:
    stage.post("acme one", at=NOW)
    stage.post("acme two", at=NOW)
    source = stage.source()
    assert isinstance(source, Probing)
    assert source.probe(deadline=stage.soon).works == ("reads 2 posts of weekend.jsonl",)
    stage.path.unlink()
    with pytest.raises(SourceRefused):
        stage.source().probe(deadline=stage.soon)  # type: ignore[attr-defined]


def a_replier(stage: Recording) -> Replier:
    source = stage.source()
    assert isinstance(source, Replier)
    return source


def test_an_edited_post_is_listed_once_more_with_its_new_words(stage: Recording) -> None:
    id = stage.post("before", at=NOW, author={"handle": "carla"})
    edited_at = NOW + timedelta(minutes=5)
    stage.write(at=edited_at, do="edit", platform="mastodon", id=id, text="after")
    stage.write(at=edited_at, do="edit", platform="mastodon", id="of another", text="?")
    first, cursor = read_all(stage, None)
    assert [(one.mention.text, one.edited_at) for one in first] == [("before", None)]
    stage.now = edited_at
    (second,) = read_all(stage, cursor)[0]
    assert (second.mention.text, second.edited_at) == ("after", edited_at)
    assert (second.mention.id, second.mention.posted_at) == (first[0].mention.id, NOW)
    assert second.mention.author == first[0].mention.author


def test_a_deleted_post_is_shown_no_more_and_told_where_the_file_says_so(stage: Recording) -> None:
    told, untold = stage.post("one", at=NOW), stage.post("two", at=NOW)
    stage.write(at=NOW + MINUTE, do="delete", platform="mastodon", id=told, is_told=True)
    stage.write(at=NOW + MINUTE, do="delete", platform="mastodon", id=untold)
    shown, cursor = read_all(stage, None)
    assert len(shown) == 2
    stage.now = NOW + MINUTE
    batch = stage.source().fetch(cursor, deadline=stage.soon)
    assert (batch.pulled, batch.gone) == ((), (told,))
    assert [
        one for one in read_all(stage, None)[0] if one.mention.platform_id in (told, untold)
    ] == []


def test_who_asks_hears_which_posts_are_gone_by_now(stage: Recording) -> None:
    ids = [stage.post(text, at=NOW) for text in ("one", "two")]
    stage.write(at=NOW + MINUTE, do="delete", platform="mastodon", id=ids[0])
    mentions = [one.mention for one in read_all(stage, None)[0]]
    source = stage.source()
    assert isinstance(source, DeletionChecker)
    assert source.delete_check(mentions, deadline=stage.soon).gone == frozenset()
    stage.now = NOW + MINUTE
    assert source.delete_check(mentions, deadline=stage.soon).gone == {ids[0]}
    stage.fail()
    with pytest.raises(SourceUnavailable):
        stage.source().delete_check(mentions, deadline=stage.soon)  # type: ignore[attr-defined]
