"""Listening on Bluesky: what is listed, made into mentions with their reach; what still stands."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from chalicelib.domain.errors import SourceError
from chalicelib.domain.mention import Mention
from chalicelib.http import Response
from chalicelib.ports import Batch, Checked, Cursor, Probed, Pulled
from chalicelib.sources import cursors
from chalicelib.sources.bluesky.listing import Listing, posts_in
from chalicelib.sources.bluesky.posts import POST, Post, Profile, Reader, did_of, key_of
from chalicelib.sources.bluesky.session import Account, Refusal
from chalicelib.sources.family import Opening
from chalicelib.sources.payload import decoded, each
from chalicelib.sources.sweep import Sweep

AT_ONCE = 25
"""The most accounts, or posts, that one request asks for by name."""

Entry = TypeVar("Entry")


class _Shown(msgspec.Struct, frozen=True):
    posts: list[msgspec.Raw]
    cursor: str = ""


class _Profiles(msgspec.Struct, frozen=True):
    profiles: list[msgspec.Raw]


class _Own(msgspec.Struct, frozen=True):
    handle: str = ""
    active: bool = True
    status: str = ""


class Listening:
    """What is written to our account, or with some words."""

    checks_at_once = AT_ONCE

    def __init__(self, opening: Opening) -> None:
        self.name = opening.entry.name
        self._now = opening.now
        self._search = opening.text("search")
        self._lookback = timedelta(hours=opening.number("lookback_hours"))
        self._base_url = opening.text("base_url").rstrip("/")
        handle = opening.text("handle").strip().removeprefix("@")
        self._account = Account(
            http=opening.http, base_url=self._base_url, handle=handle, password=opening.secret
        )
        self._listing = Listing(
            self._account, search=self._search, overlap=60 * opening.number("overlap_minutes")
        )
        self._of = f"{self._base_url} {handle} {self._search}"
        self._reader = Reader(
            source=self.name, brand=opening.brand.id, handles=(handle, *opening.brand.handles)
        )

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        now = self._now()
        if now >= deadline:
            return Batch(pulled=(), cursor=cursor, is_caught_up=False)
        known, gap = cursors.read(cursor, Sweep, of=self._of)
        sweep = known or Sweep(read_to=int((now - self._lookback).timestamp()))
        entries, moved, missed = self._listing.turn(
            sweep, now=int(now.timestamp()), deadline=deadline
        )
        pulled, refused = self._read(entries, now, deadline)
        return Batch(
            pulled=tuple(sorted(pulled, key=lambda one: one.mention.posted_at)),
            cursor=cursors.written(moved, of=self._of),
            is_caught_up=not moved.is_under_way,
            refused=tuple(refused),
            gap="; ".join(part for part in (gap, missed) if part),
        )

    def delete_check(self, mentions: Sequence[Mention], *, deadline: datetime) -> Checked:
        """What `getPosts` does not show is looked up by itself: it hides those who block us too."""
        uris = [mention.platform_id for mention in mentions[:AT_ONCE]]
        standing = {post.uri for post in self._posts(uris, deadline)} if uris else set()
        missing = [uri for uri in uris if uri not in standing]
        return Checked(gone=frozenset(uri for uri in missing if self._is_gone(uri, deadline)))

    def probe(self, *, deadline: datetime) -> Probed:
        session = self._account.session(deadline)
        response = self._account.get("com.atproto.server.getSession", (), deadline=deadline)
        own = decoded(response, _Own)
        missing = [] if own.active else [f"the account is {own.status or 'not active'}"]
        if not session.may_send_messages:
            missing.append(
                "cannot reply privately: make an app password that allows direct messages"
            )
        reads = "searches posts" if self._search else "reads who writes to the account"
        works = (reads, "replies") if own.active else ()
        return Probed(account=f"@{own.handle}", works=works, missing=tuple(missing))

    def _read(
        self, entries: list[msgspec.Raw], now: datetime, deadline: datetime
    ) -> tuple[list[Pulled], list[str]]:
        if not entries:
            return [], []
        own = self._account.session(deadline).did
        authors = {post.author.did for post in posts_in(entries)} - {own}
        followers = self._followers(sorted(authors), deadline)

        def made(post: Post, raw: bytes) -> Pulled | None:
            return self._reader.pulled(post, raw, now=now, own=own, followers=followers)

        return each(entries, Post, made)

    def _followers(self, dids: Sequence[str], deadline: datetime) -> dict[str, int]:
        """How many followers accounts have; a mention without its reach is better than none."""
        found: dict[str, int] = {}
        method = "app.bsky.actor.getProfiles"
        for start in range(0, len(dids), AT_ONCE):
            asked = [("actors", did) for did in dids[start : start + AT_ONCE]]
            try:
                response = self._account.get(method, asked, deadline=deadline)
                profiles, _ = each(decoded(response, _Profiles).profiles, Profile, _itself)
            except SourceError:
                break
            for profile in profiles:
                if type(profile.followers_count) is int and profile.followers_count >= 0:
                    found[profile.did] = profile.followers_count
        return found

    def _posts(self, uris: Sequence[str], deadline: datetime) -> list[Post]:
        """Those of at most `AT_ONCE` posts that can be seen."""
        asked = [("uris", uri) for uri in uris]
        response = self._account.get("app.bsky.feed.getPosts", asked, deadline=deadline)
        return posts_in(decoded(response, _Shown).posts)

    def _is_gone(self, uri: str, deadline: datetime) -> bool:
        try:
            self._record(did_of(uri), key_of(uri), deadline)
        except Refusal as refusal:
            return refusal.is_of_what_is_gone
        return False

    def _record(self, did: str, key: str, deadline: datetime) -> Response:
        """A post as it stands in its author's repository. Raises Refusal when it does not."""
        asked = [("repo", did), ("collection", POST), ("rkey", key)]
        return self._account.get("com.atproto.repo.getRecord", asked, deadline=deadline)


def _itself(one: Entry, raw: bytes) -> Entry:
    return one
