"""Feeds against bad answers; `test_feed.py` has the static server and all else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import format_datetime

import pytest

from chalicelib.domain.desk import SourceEntry
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.sources.contract import Stage
from tests.sources.hostile import PlatformContract
from tests.sources.test_feed import item, rss


class Paper(Stage):
    """A feed whose server says what a test wants."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[str] = []
        self.is_failing = False
        self.server: Loopback

    def answer(self, asked: Asked) -> Answer:
        body = b"<!doctype html><p>We are down" if self.is_failing else rss(*self.items)
        return Answer(body=body, headers={"Content-Type": "application/rss+xml"})

    def post(self, text: str, *, at: datetime, **more: str) -> str:
        id = f"https://paper.example/{len(self.items) + 1}"
        fields = {"guid": id, "title": "News", "description": f"<![CDATA[<p>{text}</p>]]>"}
        self.items.insert(0, item(**fields, pubDate=format_datetime(at), **more))
        return id

    def entry(self) -> SourceEntry:
        url = f"{self.server.url}/feed.xml"
        options: dict[str, str | int | bool | list[str]] = {"url": url, "per_fetch": self.page}
        return SourceEntry(name="paper", kind="feed", brand="acme", options=options)

    def fail(self) -> None:
        self.is_failing = True


@contextmanager
def staged() -> Iterator[Paper]:
    paper = Paper()
    with serving(paper.answer) as server:
        paper.server = server
        yield paper


@pytest.fixture
def stage() -> Iterator[Paper]:
    with staged() as paper:
        yield paper


class TestFeedAndItsServer(PlatformContract):
    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Paper)
        return stage.post("acme by us", at=stage.now, author="Alice")
