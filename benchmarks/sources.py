"""What reading each source takes: mentions a second, requests and money for 1,000 mentions.

From canned answers of a server on this machine, with the platform's own page sizes and rules:
the same stages as the tests use. Money by the price book, for what the platform itself takes.
"""

import importlib
import time
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal
from typing import Any

from chalicelib.adapters.price_book import price_book
from chalicelib.domain.cost import Per
from chalicelib.ports import Cursor
from chalicelib.sources import members
from chalicelib.sources.family import Member
from tests.sources.contract import Stage

POSTS = 1_000

ROUNDS = 400
"""Fetches at most: a listing that shows its newest three takes one for each three."""

STAGES = {"youtube": "tests.sources.tube", "feed": "tests.sources.test_feed_hostile"}
"""Where the stage of a member stands, if not in its test module."""

AT_ONCE = {"x": 500, "yelp": 3, "foursquare": 50, "feed": 20}
"""Posts between two pulls, where a listing shows no more; of all others it is the whole."""

PAGES = {
    "x": 100,
    "mastodon": 40,
    "bluesky": 100,
    "facebook": 100,
    "youtube": 100,
    "googlebusiness": 50,
    "flickr": 500,
    "blogger": 500,
    "hackernews": 100,
    "feed": 20,
}
"""Entries of a page, as the platform gives them; the tests' own are small."""


def measure() -> dict[str, Any]:
    """For each member that is pulled: what 1,000 mentions take."""
    found: dict[str, Any] = {}
    for member in members():
        if member.is_pulled and member.kind != "replay":
            with staged(member) as stage:
                found[member.kind] = read(member, stage)
    return {"posts": POSTS, "members": found}


def staged(member: Member) -> AbstractContextManager[Stage]:
    """The platform of a member, on this machine."""
    module = importlib.import_module(
        STAGES.get(member.kind, f"tests.sources.test_{member.kind}"),
    )
    platform: AbstractContextManager[Stage] = module.staged()
    return platform


def read(member: Member, stage: Stage, *, posts: int = POSTS) -> dict[str, Any]:
    """Read posts as they come in, some at a time, until they are all there."""
    for name in ("page", "per_page"):
        if hasattr(stage, name):
            setattr(stage, name, PAGES.get(member.kind, stage.page))
    options = getattr(stage, "options", {})
    if "per_fetch" in options:
        options["per_fetch"] = stage.page
    cursor = _caught_up(stage, None)[1]
    given, calls, seconds, posted = 0, 0, 0.0, 0
    step = AT_ONCE.get(member.kind, posts)
    while posted < posts:
        for _ in range(min(step, posts - posted)):
            posted += 1
            stage.now += timedelta(seconds=2)
            stage.post(f"acme, post number {posted}, is anybody there tonight?", at=stage.now)
        asked, began = _asked(stage), time.perf_counter()
        ids, cursor = _caught_up(stage, cursor)
        seconds += time.perf_counter() - began
        calls += _asked(stage) - asked
        given += len(ids)
    usd, unpriced = _money(member, stage, calls, posts)
    return {
        "mentions": given,
        "per_second": round(given / seconds),
        "calls": calls,
        "usd": None if unpriced else str(usd),
        "unpriced": unpriced,
    }


def _caught_up(stage: Stage, cursor: Cursor | None) -> tuple[set[str], Cursor | None]:
    ids = set[str]()
    for _ in range(ROUNDS):
        batch = stage.source().fetch(cursor, deadline=stage.soon)
        cursor = batch.cursor
        ids |= {one.mention.platform_id for one in batch.pulled}
        if batch.is_caught_up:
            return ids, cursor
    raise RuntimeError("it never says that it is caught up")


def _asked(stage: Stage) -> int:
    return len(stage.server.asked) if hasattr(stage, "server") else 0


def _money(member: Member, stage: Stage, calls: int, posts: int) -> tuple[Decimal, list[str]]:
    """US dollars at most, as when each mention has an author of its own, and what has no price."""
    options = member.complete(stage.entry().options)
    usd, unpriced = Decimal(0), []
    for charge in (*member.charges, *member.per_mention(options)):
        times = {Per.REQUEST: calls, Per.MENTION: posts}.get(charge.per, 0)
        price = price_book().price(charge.sku, on=stage.now.date())
        if times and price is None:
            unpriced.append(charge.sku)
        elif times and price is not None:
            usd += price.of(Decimal(charge.quantity * times))
    return usd, unpriced
