"""The calls of the YouTube Data API that we make, and what each counts.

A project has 10,000 units a day: a listing counts 1, an insert 50. `search.list` has a quota of
its own, 100 calls a day (developers.google.com/youtube/v3/determine_quota_cost, November 2026).
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from chalicelib.domain.errors import SourceUnavailable
from chalicelib.http import Response, TooLarge
from chalicelib.sources.google import Api, Refused
from chalicelib.sources.payload import decoded, each
from chalicelib.sources.youtube.posts import Page

SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"
"""What it takes to write comments (…/docs/comments/insert)."""

SEARCH, INSERT = "search", "insert"
"""Rate limits of their own; listings have the one without a name."""

MOST_IDS = 50
"""Ids in one request (…/docs/videos/list)."""

SIZES = (100, 20, 5, 1)
"""Entries in one answer: fewer where a hundred do not fit, so that long texts blind nobody."""


class _Statistics(msgspec.Struct, frozen=True, rename="camel"):
    subscriber_count: str | int | None = None


class _Channel(msgspec.Struct, frozen=True):
    id: str
    statistics: _Statistics = msgspec.field(default_factory=_Statistics)


class _Few(msgspec.Struct, frozen=True):
    kind: str
    """Never left out: what has none is no answer, so nothing is taken for deleted by it."""
    items: list[msgspec.Raw] = msgspec.field(default_factory=list)
    """Left out where nothing is found."""


class TokenGone(Exception):
    """The token of a page is not taken any more."""


class Calls:
    """Raise as `google.Api.request` does."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def listed(
        self,
        path: str,
        *params: tuple[str, str],
        token: str = "",
        most: int = SIZES[0],
        deadline: datetime,
        bucket: str = "",
    ) -> Page:
        """A page of a listing. Raises TokenGone when `token` is not taken."""
        at = (("pageToken", token),) if token else ()
        for size in (most, *(size for size in SIZES if size < most)):
            asked = (*params, ("maxResults", str(size)), *at)
            try:
                return decoded(self._get(path, asked, deadline, bucket), Page)
            except TooLarge as error:
                too_large = error
            except Refused as error:
                if token and "invalidPageToken" in error.reasons:
                    raise TokenGone from None
                raise
        raise too_large

    def of_ids(
        self, path: str, part: str, ids: Sequence[str], *, deadline: datetime
    ) -> list[msgspec.Raw]:
        """What stands of at most `MOST_IDS`; with an id YouTube takes no `maxResults`."""
        params = (("part", part), ("id", ",".join(ids)), ("textFormat", "plainText"))
        asked = params if path == "comments" else params[:2]
        return decoded(self._get(path, asked, deadline), _Few).items

    def reach(self, channels: Sequence[str], *, deadline: datetime) -> dict[str, int]:
        """Subscribers of at most `MOST_IDS` channels, where they are shown; nothing when that
        cannot be told now: no mention is lost for it."""
        if not channels:
            return {}
        try:
            items = self.of_ids("channels", "statistics", channels[:MOST_IDS], deadline=deadline)
        except (Refused, SourceUnavailable):
            return {}
        found, _ = each(items, _Channel, lambda one, raw: one)
        return {
            one.id: int(count)
            for one in found
            if (count := str(one.statistics.subscriber_count)).isascii() and count.isdigit()
        }

    def few(self, path: str, *params: tuple[str, str], deadline: datetime) -> list[msgspec.Raw]:
        """Entries of a short listing, such as our own channel."""
        return decoded(self._get(path, params, deadline), _Few).items

    def insert(self, path: str, body: object, *, deadline: datetime) -> Response:
        return self._api.request(
            "POST",
            f"/youtube/v3/{path}",
            params=(("part", "snippet"),),
            body=body,
            deadline=deadline,
            bucket=INSERT,
        )

    def _get(
        self, path: str, params: Sequence[tuple[str, str]], deadline: datetime, bucket: str = ""
    ) -> Response:
        try:
            return self._api.request(
                "GET", f"/youtube/v3/{path}", params=params, deadline=deadline, bucket=bucket
            )
        except Refused as error:
            if "processingFailure" in error.reasons:
                # "This can be a transient error", and nothing of what we ask for is of ours.
                raise SourceUnavailable(str(error)) from None
            raise
