"""Where ports meet adapters. The only room that owns a clock.

Each part is made when it is first asked for and kept while the Lambda stays warm, so that a
function pays only for what it uses.

clock     the only clock
parts     adapters and channels
services  the services made of them
triggers  what each trigger of `app.py` sets going
metering  what every invocation took
warm      what a warm Lambda keeps
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.settings import settings
from chalicelib.wiring import parts
from chalicelib.wiring.clock import now, set_clock
from chalicelib.wiring.metering import RouteUse, metered, routes_are_for
from chalicelib.wiring.services import (
    accounts,
    acknowledging,
    calendars,
    code_key,
    contacting,
    crowd_watch,
    ending,
    forgetting,
    holding,
    indexing,
    ingest,
    knowing,
    known_contacts,
    latest_report,
    listing,
    opt_outs,
    paging,
    public_url,
    pushes,
    queue_clock,
    readiness,
    receiving,
    rechecking,
    reconciling,
    rolling,
    searching,
    sending,
    shift_notices,
    source_news,
    spending,
    stage,
    standing,
    talking,
    telling,
    token_key,
    triage,
    troubles,
    upcoming,
    user_pool,
    withdrawing,
)
from chalicelib.wiring.triggers import (
    deadline,
    deliver,
    follow_incident,
    follow_ticket,
    judge_batch,
    read_receipts,
    receive_reply,
    recheck_posts,
    reckon,
    send_replies,
    tick,
    watch,
)
from chalicelib.wiring.warm import made

__all__ = [
    "RouteUse",
    "accounts",
    "acknowledging",
    "calendars",
    "code_key",
    "contacting",
    "crowd_watch",
    "deadline",
    "deliver",
    "ending",
    "follow_incident",
    "follow_ticket",
    "forgetting",
    "holding",
    "indexing",
    "ingest",
    "judge_batch",
    "knowing",
    "known_contacts",
    "latest_report",
    "listing",
    "metered",
    "now",
    "opt_outs",
    "override",
    "paging",
    "parts",
    "public_url",
    "pushes",
    "queue_clock",
    "read_receipts",
    "readiness",
    "receive_reply",
    "receiving",
    "recheck_posts",
    "rechecking",
    "reckon",
    "reconciling",
    "reset",
    "rolling",
    "routes_are_for",
    "searching",
    "send_replies",
    "sending",
    "set_clock",
    "shift_notices",
    "source_news",
    "spending",
    "stage",
    "standing",
    "talking",
    "telling",
    "tick",
    "token_key",
    "triage",
    "troubles",
    "upcoming",
    "user_pool",
    "watch",
    "withdrawing",
]


def reset() -> None:
    """Forget every part and connection, as a cold start does; another region may be meant then."""
    from chalicelib.adapters import clients, tables

    made.clear()
    settings.cache_clear()
    clients.forget()
    tables.forget()


@contextmanager
def override(**given: Any) -> Iterator[None]:
    """Put `given` in the place of those of the same name, for a test.

    `now` is the clock itself (a function), and stays what it is when it is not given; every other
    is what its function here gives.
    """
    before = dict(made)
    clock_before = set_clock(None)
    set_clock(given.pop("now", clock_before))
    made.update(given)
    try:
        yield
    finally:
        set_clock(clock_before)
        made.clear()
        made.update(before)
