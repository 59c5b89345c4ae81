"""Platforms in memory: they show posts, take replies, fail and lose answers."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum, auto
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.domain.cost import Use
from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import NotFound, OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import Reply
from chalicelib.ports import Batch, Cursor, Preview, Published, Pulled, Source, Traits
from tests.fakes.crash import Crash


class FakeSource:
    """A platform that shows `posts` in their order, `page_size` in a fetch.

    `trouble` is raised by every fetch while it is set.
    """

    def __init__(
        self, name: str = "mastodon-acme", posts: Sequence[Pulled] = (), page_size: int = 100
    ) -> None:
        self.name = name
        self.posts: list[Pulled] = list(posts)
        self.page_size = page_size
        self.trouble: Exception | None = None
        self.gap = ""
        self.refused: tuple[str, ...] = ()
        self.uses: tuple[Use, ...] = ()
        """What each fetch is charged for."""
        self.fetched: list[Cursor | None] = []

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        self.fetched.append(cursor)
        if self.trouble is not None:
            raise self.trouble
        start = int(cursor.removeprefix("1:")) if cursor else 0
        end = min(start + self.page_size, len(self.posts))
        return Batch(
            pulled=tuple(self.posts[start:end]),
            cursor=Cursor(f"1:{end}") if end else cursor,
            is_caught_up=end == len(self.posts),
            refused=self.refused,
            gap=self.gap,
            uses=self.uses,
        )


class ReplyFate(Enum):
    """What becomes of a reply that is handed to a platform."""

    PUBLISHED = auto()
    LOST_ANSWER = auto()
    """It is public, and we are not told."""
    LOST_REPLY = auto()
    """It is not public, and we are not told."""
    UNAVAILABLE = auto()
    REFUSED = auto()
    CRASH_AFTER = auto()
    """It is public, and our worker dies before it can record it."""


class FakeReplier(FakeSource):
    """A platform that also takes replies; `fates` are those of the next ones, then all go well.

    What is public stands in `public`, what only the customer reads in `private`; a reply that was
    published twice stands there twice. While it `is_down` nothing is taken and nothing shown.
    """

    LIMIT = 500

    def __init__(
        self, name: str = "mastodon-acme", posts: Sequence[Pulled] = (), page_size: int = 100
    ) -> None:
        super().__init__(name, posts, page_size)
        self.fates: deque[ReplyFate] = deque()
        self.public: list[tuple[Mention, Reply]] = []
        self.private: list[tuple[Mention, Reply]] = []
        self.calls = 0
        """Replies that it was asked to publish."""
        self.charges: tuple[Use, ...] = ()
        """What it takes money for at each reply."""
        self.lookups = 0
        self.is_down = False
        self.is_hiding = False
        """Whether looking a reply up fails."""
        self._lock = RLock()

    def reply(self, mention: Mention, reply: Reply) -> Published:
        return self._published(mention, reply, self.public)

    def reply_privately(self, mention: Mention, reply: Reply) -> Published:
        return self._published(mention, reply, self.private)

    def preview(self, mention: Mention, text: str, *, is_private: bool) -> Preview:
        return Preview(text=text, length=len(text), limit=self.LIMIT)

    def _published(
        self, mention: Mention, reply: Reply, into: list[tuple[Mention, Reply]]
    ) -> Published:
        with self._lock:
            self.calls += 1
            if self.is_down:
                raise SourceUnavailable("the platform is down")
            fate = self.fates.popleft() if self.fates else ReplyFate.PUBLISHED
            match fate:
                case ReplyFate.UNAVAILABLE:
                    raise SourceUnavailable("the platform is down")
                case ReplyFate.REFUSED:
                    raise SourceRefused("the post is gone")
                case ReplyFate.LOST_REPLY:
                    raise OutcomeUnknown("the connection broke")
            into.append((mention, reply))
            match fate:
                case ReplyFate.LOST_ANSWER:
                    raise OutcomeUnknown("the connection broke")
                case ReplyFate.CRASH_AFTER:
                    raise Crash
            return replace(_published(reply), uses=self.charges)

    def find_reply(self, mention: Mention, reply: Reply) -> Published | None:
        self.lookups += 1
        if self.is_hiding or self.is_down:
            raise SourceUnavailable("the platform is down")
        shown = self.private if reply.is_private else self.public
        is_there = any((one.id, other.id) == (mention.id, reply.id) for one, other in shown)
        return _published(reply) if is_there else None


def _published(reply: Reply) -> Published:
    return Published(platform_id=f"public-{reply.id}", url=f"https://social.example/{reply.id}")


FREE = Traits(
    is_by_keyword=False,
    is_pulled=True,
    can_receive=False,
    can_check_deletions=False,
    charges=(),
)


class FakeSources:
    """The sources by name; one that the desk does not name cannot be opened."""

    def __init__(self, *sources: Source) -> None:
        self.by_name: dict[str, Source] = {source.name: source for source in sources}
        self.traits_of: dict[str, Traits] = {}
        """By name; a source that is not named here reads what is said to us and costs nothing."""

    def open(
        self, desk: Desk, name: str, *, on_request: Callable[[], None] | None = None
    ) -> Source:
        if desk.source(name) is None:
            raise NotFound(f"the desk has no source {name}")
        if name not in self.by_name:
            raise SourceRefused(f"the secret of source {name} is missing")
        if on_request is not None:
            on_request()  # a pull asks once
        return self.by_name[name]

    def traits(self, desk: Desk, name: str) -> Traits:
        if desk.source(name) is None:
            raise NotFound(f"the desk has no source {name}")
        return self.traits_of.get(name, FREE)

    def reaching(self, desk: Desk, mention: Mention) -> tuple[str, ...]:
        own = desk.source(mention.source)
        if own is None:
            raise NotFound(f"the desk has no source {mention.source}")
        of = (own.brand, own.kind, own.options)
        others = (one for one in desk.sources if (one.brand, one.kind, one.options) == of)
        return tuple(dict.fromkeys((own.name, *(one.name for one in others))))


if TYPE_CHECKING:
    from chalicelib import ports

    _source: type[ports.Source] = FakeSource
    _replier: type[ports.Replier] = FakeReplier
    _private_replier: type[ports.PrivateReplier] = FakeReplier
    _sources: type[ports.Sources] = FakeSources
