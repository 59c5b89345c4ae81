"""Listening on X: posts that name our account, or that a search finds.

Both listings are newest first and in the order of ids, which tell the time
(docs.x.com/x-api/posts/search/integrate/paginate, August 2026). A round asks for what is newer
than the watermark (`since_id`, made from an instant), page by page by token; where X does not
know its token any more, the round goes on below the oldest post it has seen (`until_id`).
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.cost import Use
from chalicelib.domain.errors import SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.ports import Batch, Checked, Cursor, Probed, Pulled
from chalicelib.sources import cursors
from chalicelib.sources.family import Opening
from chalicelib.sources.payload import decoded, each
from chalicelib.sources.sweep import Sweep
from chalicelib.sources.x.calling import (
    GRANT,
    LOOKUP,
    ME,
    USAGE,
    Caller,
    Credentials,
    problems,
    who,
)
from chalicelib.sources.x.listings import (
    OWN_MENTION_READ,
    POST_READ,
    USER_READ,
    Bill,
    Listing,
    Page,
    Progress,
)
from chalicelib.sources.x.posts import Reader
from chalicelib.sources.x.shapes import Beside, Post
from chalicelib.sources.x.wording import query_of

PAGES = 5
"""Of one fetch: up to 500 posts."""

CHECKS_AT_ONCE = 100

_GONE = frozenset({"resource-not-found", "not-authorized-for-resource"})


class X:
    """What names our account, or what some words find."""

    checks_at_once = CHECKS_AT_ONCE

    def __init__(self, opening: Opening, credentials: Credentials) -> None:
        self.name = opening.entry.name
        self._now = opening.now
        self._account = opening.text("account") or credentials.account
        self._caller = Caller(opening, credentials)
        self._is_signed = credentials.signer is not None
        self._terms = opening.words("terms")
        self._query = query_of(self._terms, self._account)
        is_own = opening.options["is_own_app"] is True and self._is_signed and not self._terms
        self._sku = OWN_MENTION_READ if is_own else POST_READ
        self._lookback = timedelta(hours=opening.number("lookback_hours"))
        with_references = opening.options["references"] is True
        self._listing = Listing(
            self._caller,
            query=self._query,
            with_references=with_references,
            overlap=60 * opening.number("overlap_minutes"),
        )
        self._reader = Reader(
            source=self.name,
            brand=opening.brand.id,
            handles=opening.brand.handles,
            account=self._account,
            with_references=with_references,
        )

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        now = self._now()
        if now >= deadline:
            return Batch(pulled=(), cursor=cursor, is_caught_up=False)
        path = self._path(deadline)
        of = f"{path} {self._query}"
        known, gap = cursors.read(cursor, Progress, of=of)
        progress = known or Progress(Sweep(read_to=int((now - self._lookback).timestamp())))
        gaps = [gap] if gap else []
        pulled: dict[str, Pulled] = {}
        refused: list[str] = []
        bill = Bill(self._sku)
        for number in range(PAGES):
            try:
                page, progress, missed = self._listing.turned(
                    path, progress, now=now, deadline=deadline
                )
            except SourceUnavailable:
                if number == 0:
                    raise
                break  # what was read is given; the next fetch meets the trouble again
            beside = Beside.of(page.includes)
            bill.add(page.data or [], beside)
            good, bad = each(page.data or [], Post, self._reading(beside, now))
            for one in good:
                # A later page may hold an older version of what is edited meanwhile.
                pulled.setdefault(one.mention.platform_id, one)
            refused += [one for one in bad if one not in refused]
            gaps += missed
            if not progress.sweep.is_under_way or self._now() >= deadline:
                break
        return Batch(
            pulled=tuple(sorted(pulled.values(), key=_age)),
            cursor=cursors.written(progress, of=of),
            is_caught_up=not progress.sweep.is_under_way,
            refused=tuple(refused),
            gap="; ".join(dict.fromkeys(gaps)),
            uses=bill.uses(),
        )

    def delete_check(self, mentions: Sequence[Mention], *, deadline: datetime) -> Checked:
        ids = {one.platform_id for one in mentions if _is_number(one.platform_id)}
        if not ids:
            return Checked(gone=frozenset())
        asked = (("ids", ",".join(sorted(ids))),)
        response = self._caller.get("/2/tweets", asked, bucket=LOOKUP, deadline=deadline)
        page = decoded(response, Page)
        standing, _ = each(page.data or [], Post, lambda post, raw: post)
        told = {one.subject: one.kind for one in problems(page.errors) if one.kind in _GONE}
        gone = {id: told[id] for id in ids & told.keys()}
        if gone.keys() == ids and "resource-not-found" not in gone.values():
            # That every one of them is private may also be our own loss of access.
            self.probe(deadline=deadline)
        bill = Bill(POST_READ)
        bill.add(page.data or [], Beside())
        here = {id for post in standing for id in (post.id, post.first_id)}
        return Checked(gone=frozenset(gone.keys() - here), uses=bill.uses())

    def probe(self, *, deadline: datetime) -> Probed:
        """With an account who that is, which costs a user read a day; else whether X knows the
        token, which costs nothing."""
        if not self._is_signed:
            self._caller.get("/2/usage/tweets", (), bucket=USAGE, deadline=deadline)
            return Probed(works=("X knows the app-only token",))
        response = self._caller.get("/2/users/me", (), bucket=ME, deadline=deadline)
        found = who(response)
        cannot = {"read": "cannot reply", "read-write": "cannot reply in private"}
        lacks = cannot.get(response.headers.get("x-access-level", ""))
        return Probed(
            account=f"@{found.username}" if found.username else found.id,
            works=("signs in as the account",),
            missing=(f"{lacks}: {GRANT}",) if lacks else (),
            uses=(Use(sku=USER_READ, of=(found.id,)),),
        )

    def _path(self, deadline: datetime) -> str:
        if self._terms:
            return "/2/tweets/search/recent"
        return f"/2/users/{self._own_number(deadline)}/mentions"

    def _own_number(self, deadline: datetime) -> str:
        """The number of our account; asked for only where neither options nor token tell it."""
        if not self._account:
            response = self._caller.get("/2/users/me", (), bucket=ME, deadline=deadline)
            self._account = self._reader.account = who(response).id
        return self._account

    def _reading(self, beside: Beside, now: datetime) -> Callable[[Post, bytes], Pulled | None]:
        return lambda post, raw: self._reader.pulled(
            post, raw, beside, now=now, is_addressed=not self._terms
        )


def _is_number(id: str) -> bool:
    return id.isascii() and id.isdigit() and len(id) <= 19


def _age(pulled: Pulled) -> tuple[datetime, int, str]:
    id = pulled.mention.platform_id
    return pulled.mention.posted_at, len(id), id
