"""A YouTube entry: what it listens to, whether posts still stand, and how it stands itself."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from chalicelib.domain.errors import SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.ports import Batch, Checked, Cursor, Probed
from chalicelib.sources.family import Opening
from chalicelib.sources.google import Access, Api, Refused
from chalicelib.sources.payload import each
from chalicelib.sources.youtube.calls import MOST_IDS, SCOPE, Calls
from chalicelib.sources.youtube.comments import ChannelComments
from chalicelib.sources.youtube.posts import Identified, Reader
from chalicelib.sources.youtube.videos import VideoSearch

VIDEO_ID = 11
"""Characters of a video's id; those of comments are longer."""


class _ChannelSnippet(msgspec.Struct, frozen=True, rename="camel"):
    title: str = ""
    custom_url: str = ""


class Channel(msgspec.Struct, frozen=True):
    """A channel, as far as it says who it is."""

    id: str
    snippet: _ChannelSnippet = msgspec.field(default_factory=_ChannelSnippet)

    @property
    def name(self) -> str:
        return self.snippet.custom_url or self.snippet.title or self.id


class YouTube:
    """Comments on our channel, or videos of others that name us."""

    checks_at_once = MOST_IDS

    def __init__(self, opening: Opening, access: Access) -> None:
        self.name = opening.entry.name
        brand = opening.brand
        self._now = opening.now
        self._access = access
        self._channel = opening.text("channel_id")
        self._calls = Calls(
            Api(
                http=opening.http,
                access=access,
                now=opening.now,
                base_url=opening.text("base_url").rstrip("/"),
                scope=SCOPE,
            )
        )
        search = opening.words("search")
        reader = Reader(
            source=self.name,
            brand=brand.id,
            handles=brand.handles,
            channel=self._channel,
            terms=search,
        )
        self._listening: ChannelComments | VideoSearch = (
            VideoSearch(opening, self._calls, reader, search)
            if search
            else ChannelComments(opening, self._calls, reader)
        )

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        if self._now() >= deadline:
            return Batch(pulled=(), cursor=cursor, is_caught_up=False)
        return self._listening.fetch(cursor, deadline=deadline)

    def delete_check(self, mentions: Sequence[Mention], *, deadline: datetime) -> Checked:
        """By id: YouTube leaves out what was deleted, rejected or made private. Where nothing at
        all is left, the channel has to stand, else it is our access that is gone."""
        ids = [mention.platform_id for mention in mentions]
        videos = [id for id in ids if is_video(id)]
        comments = [id for id in ids if not is_video(id)]
        standing = self._standing("videos", videos, deadline)
        standing |= self._standing("comments", comments, deadline)
        if comments and standing.isdisjoint(comments) and self._channel:
            found = self._calls.of_ids("channels", "id", [self._channel], deadline=deadline)
            if not found:
                raise SourceUnavailable(
                    f"YouTube shows neither comments nor the channel {self._channel}: nothing"
                    " can be told"
                )
        return Checked(gone=frozenset(ids) - standing)

    def _standing(self, path: str, ids: Sequence[str], deadline: datetime) -> frozenset[str]:
        """Those of some ids that stand. One that does not may spoil the whole answer
        (`commentNotFound`), then each half is asked for."""
        if not ids:
            return frozenset()
        try:
            items = self._calls.of_ids(path, "id", ids, deadline=deadline)
        except Refused as error:
            if error.status != 404:
                raise
            if len(ids) == 1:
                return frozenset()
            half = len(ids) // 2
            return self._standing(path, ids[:half], deadline) | self._standing(
                path, ids[half:], deadline
            )
        found, _ = each(items, Identified, lambda one, raw: one.id)
        standing = frozenset(found) & frozenset(ids)
        # How many an answer holds YouTube does not say, and what is erased does not come back.
        missing = [id for id in ids if id not in standing] if standing else []
        return standing | self._standing(path, missing, deadline)

    def probe(self, *, deadline: datetime) -> Probed:
        """One unit: our own channel, or the one whose comments are read."""
        if self._access.is_account:
            return self._probed_account(deadline)
        missing = [f"cannot reply: sign in by a refresh token with the scope {SCOPE}"]
        if not self._channel:
            self._calls.few("i18nLanguages", ("part", "snippet"), deadline=deadline)
            return Probed(works=("the API key is taken",), missing=tuple(missing))
        channels = self._channels(deadline, ("id", self._channel))
        if not channels:
            missing.insert(0, f"cannot read comments: there is no channel {self._channel}")
            return Probed(missing=tuple(missing))
        return Probed(works=(f"finds the channel {channels[0].name}",), missing=tuple(missing))

    def _probed_account(self, deadline: datetime) -> Probed:
        channels = self._channels(deadline, ("mine", "true"))
        missing: list[str] = []
        if self._access.scopes and SCOPE not in self._access.scopes:
            missing.append(f"cannot reply: grant the scope {SCOPE}")
        if not channels:
            missing.append("cannot reply: the account has no channel; make one on YouTube")
            return Probed(missing=tuple(missing))
        if self._channel and self._channel not in [channel.id for channel in channels]:
            missing.append(
                f"replies as {channels[0].name}, which is not {self._channel}: sign in as the"
                " owner of that channel"
            )
        return Probed(account=channels[0].name, works=("is signed in",), missing=tuple(missing))

    def _channels(self, deadline: datetime, which: tuple[str, str]) -> list[Channel]:
        items = self._calls.few("channels", ("part", "snippet"), which, deadline=deadline)
        found, _ = each(items, Channel, lambda one, raw: one)
        return found


def is_video(id: str) -> bool:
    """Whether an id of a mention is that of a video; else it is that of a comment."""
    return len(id) == VIDEO_ID
