"""Budgeting: how the budget of a source stands, and how much of it is read."""

from datetime import datetime

from chalicelib.domain.cost import Per
from chalicelib.domain.desk import Desk, SourceEntry
from chalicelib.domain.read_budget import (
    HOUR,
    Allowed,
    Limit,
    Scope,
    allowed,
    limits_of,
    month_around,
)
from chalicelib.ports import ReadUsage, SourceState, Traits

BY_DAY = (8, 20)
"""Hours on the company's wall that are day where no business hours are configured."""


def is_day(desk: Desk, at: datetime) -> bool:
    """Whether somebody is at work who may see by themselves what is written."""
    if desk.hours:
        return any(hours.is_open(at) for hours in desk.hours)
    begins, ends = BY_DAY
    return begins <= at.astimezone(desk.zone).hour < ends


def limits(
    desk: Desk,
    entry: SourceEntry,
    traits: Traits,
    state: SourceState,
    usage: ReadUsage,
    *,
    now: datetime,
) -> tuple[Limit, ...]:
    """Each limit of its budget with what is used and foretold; empty without a budget.

    Money is foretold by the rhythm of the source where posts cost it, else by the clock.
    """
    if entry.budget is None:
        return ()
    rhythm = state.rhythm
    first, end = month_around(now)
    since = max(first, rhythm.since or now)
    by_posts = rhythm.is_known and all(one.per is not Per.REQUEST for one in traits.charges)
    if by_posts:
        behind = rhythm.expected(since, now, desk.zone)
        ahead = rhythm.expected(now, end, desk.zone)
    else:
        behind, ahead = (now - since) / HOUR, (end - now) / HOUR
    return limits_of(
        entry.budget,
        calls=usage.calls,
        spent=usage.spent,
        planned=entry.every,
        behind=behind,
        ahead=ahead,
        read_since=since,
        now=now,
    )


def allowance(
    desk: Desk,
    entry: SourceEntry,
    traits: Traits,
    state: SourceState,
    usage: ReadUsage,
    *,
    now: datetime,
) -> Allowed:
    """How much of a source is read just now."""
    if entry.budget is None:
        return Allowed(scope=Scope.FULL)
    return allowed(
        limits(desk, entry, traits, state, usage, now=now),
        is_by_keyword=traits.is_by_keyword,
        stops=entry.budget.stops,
        is_day=is_day(desk, now),
    )
