"""How Bluesky lists: the notifications of our account, and searches.

Notifications are listed newest first by `indexedAt`, and the cursor is that instant of the last
one (`packages/bsky/src/data-plane/server/routes/notifs.ts`): what shares its millisecond stands
on neither page. So a cursor that is an instant is asked for a millisecond later. The instant is
the author's where that is earlier: a back-dated post appears far down, and counts as read.

A search is listed newest first too. Its cursor is a number of posts to skip, or opaque, and ends
after 10,000 posts (github.com/medialab/minet/pull/1018). So we go on by time, with `until`, and
by the cursor only within one second. It was seen to go by `createdAt`, whatever that says: what
is dated in the future is gone on from there, not from when it was seen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec

from chalicelib.http import TooLarge
from chalicelib.sources.bluesky.posts import REASONS, Post, posted_at, written_at
from chalicelib.sources.bluesky.session import Account, Refusal
from chalicelib.sources.payload import decoded, each
from chalicelib.sources.sweep import Sweep

PAGE = 100
"""The most that one request gives."""

SEARCH_BACK = 10
"""Posts by which a cursor that skips a number steps back: one that is deleted moves all up."""


class _Notifications(msgspec.Struct, frozen=True):
    notifications: list[msgspec.Raw]
    cursor: str = ""


class _Found(msgspec.Struct, frozen=True):
    posts: list[msgspec.Raw]
    cursor: str = ""


_Page = TypeVar("_Page", _Notifications, _Found)

Turned = tuple[list[msgspec.Raw], Sweep, str]
"""The entries of a page, the sweep after it, and what could not be read."""


class Listing:
    """Notifications of an account or, where `search` says something, posts with those words."""

    def __init__(self, account: Account, *, search: str, overlap: int) -> None:
        """`overlap` in seconds."""
        self._account = account
        self._search = search
        self._overlap = overlap

    def turn(self, sweep: Sweep, *, now: int, deadline: datetime) -> Turned:
        """The next page; `now` in seconds of the epoch. Raises as `Account.get`."""
        turn = self._searched if self._search else self._notified
        try:
            return turn(sweep, now, deadline)
        except Refusal as refusal:
            if not sweep.token or not refusal.is_bad_request:
                raise
            return [], sweep.given_up(), ""  # it does not know its own mark any more

    def _notified(self, sweep: Sweep, now: int, deadline: datetime) -> Turned:
        page = self._notifications(_a_moment_later(sweep.token), deadline)
        gap = ""
        if sweep.token and page.cursor == sweep.token:
            gap = "more notifications of one millisecond than a page holds"
            page = self._notifications(sweep.token, deadline)
        seconds = [int(post.indexed_at.timestamp()) for post in posts_in(page.notifications)]
        if (end := _instant(page.cursor)) is not None:
            seconds.append(int(end.timestamp()))  # where likes and the like fill what lies before
        token = "" if page.cursor == sweep.token else page.cursor
        moved = sweep.turned(seconds, token, now=now, overlap=self._overlap)
        return page.notifications, moved, gap

    def _notifications(self, cursor: str, deadline: datetime) -> _Notifications:
        params = [("reasons", reason) for reason in REASONS]
        params.append(("priority", "false"))  # else the account's setting may hide strangers
        method = "app.bsky.notification.listNotifications"
        return self._page(method, params, cursor, deadline, _Notifications)[0]

    def _searched(self, sweep: Sweep, now: int, deadline: datetime) -> Turned:
        params = [("q", self._search), ("sort", "latest"), ("since", _iso(sweep.read_to))]
        if sweep.resume:
            params.append(("until", _iso(sweep.resume)))
        try:
            method = "app.bsky.feed.searchPosts"
            page, limit = self._page(method, params, sweep.token, deadline, _Found)
        except Refusal as refusal:
            if not (sweep.token and sweep.resume and refusal.is_bad_request):
                raise
            # Paged within one second, and no further: what is older can still be read.
            beneath = replace(sweep, token="", resume=sweep.resume - 1)
            if beneath.resume <= sweep.read_to:
                beneath = sweep.closed(overlap=self._overlap)
            return [], beneath, "more posts of one second than the search gives"
        posts = posts_in(page.posts)
        seconds = [int(posted_at(post).timestamp()) for post in posts]
        token = page.cursor
        if token.isdecimal():
            token = str(max(0, int(token) - min(SEARCH_BACK, limit // 2)))
        moved = sweep.turned(
            seconds, "" if token == sweep.token else token, now=now, overlap=self._overlap
        )
        if moved.is_under_way and posts:
            until = int(written_at(posts[-1]).timestamp()) + 1
            if not sweep.resume or until < sweep.resume:
                moved = replace(moved, resume=until, token="")
        return page.posts, moved, ""

    def _page(
        self,
        method: str,
        params: Sequence[tuple[str, str]],
        cursor: str,
        deadline: datetime,
        shape: type[_Page],
    ) -> tuple[_Page, int]:
        """A page and how many entries were asked for: fewer where posts are huge, so that nobody
        can blind us with a handful of them. Never one alone: with the one that is read again,
        nobody would get any further."""
        asked: list[tuple[str, str]] = [*params, *([("cursor", cursor)] if cursor else [])]
        for limit in (PAGE, 10, 2):
            try:
                query = [*asked, ("limit", str(limit))]
                return decoded(self._account.get(method, query, deadline=deadline), shape), limit
            except TooLarge as error:
                too_large = error
        raise too_large


def posts_in(entries: Iterable[msgspec.Raw]) -> list[Post]:
    return each(entries, Post, lambda post, raw: post)[0]


def _instant(cursor: str) -> datetime | None:
    """The instant that a cursor is; None when it is something else."""
    try:
        at = datetime.fromisoformat(cursor)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _a_moment_later(cursor: str) -> str:
    at = _instant(cursor)
    try:
        return cursor if at is None else _written(at + timedelta(milliseconds=1))
    except OverflowError:
        return cursor


def _iso(second: int) -> str:
    return _written(datetime.fromtimestamp(second, UTC))


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
