"""Noting: what an attempt to read a source has found, in the source's state."""

from dataclasses import replace
from datetime import datetime, tzinfo

from chalicelib.domain.read_budget import Allowed, Scope
from chalicelib.domain.rhythm import learned
from chalicelib.domain.standing import Condition, Finding, Missed, moved
from chalicelib.ports import Batch, SourceState

MOST_TROUBLE = 500
"""Characters of what a failure said that are kept."""


def answered(state: SourceState, *, now: datetime) -> SourceState:
    """As soon as it gives something again: from here on what it has missed is known."""
    missed = state.missed
    if missed is None or missed.back_at is not None:
        return state
    return replace(state, missed=replace(missed, back_at=now))


def with_late(state: SourceState, batch: Batch) -> Batch:
    """The batch with each mention marked that was written while the source was out of sight."""
    missed = state.missed
    if missed is None or missed.read_at is not None:
        return batch
    return replace(
        batch,
        pulled=tuple(
            replace(one, mention=replace(one.mention, is_late=True))
            if missed.holds(one.mention.posted_at)
            else one
            for one in batch.pulled
        ),
    )


def noted(
    state: SourceState,
    batch: Batch,
    allowed: Allowed,
    unpriced: tuple[str, ...],
    *,
    of: str,
    zone: tzinfo,
    now: datetime,
) -> SourceState:
    """After a batch that was stored. `of` is a digest of what was asked for."""
    rhythm = learned(
        state.rhythm,
        (one.mention.posted_at for one in batch.pulled),
        of=of,
        zone=zone,
        now=now,
        is_whole=batch.is_caught_up,
        is_lost=bool(batch.gap),
    )
    is_quiet = batch.is_caught_up and rhythm.is_quiet(now=now)
    read = replace(state, succeeded_at=now, missed=_caught_up(state.missed, batch, now=now))
    after = _moved(read, _finding(batch, allowed, is_quiet=is_quiet), now=now)
    return replace(
        _limited(after, allowed, now=now),
        cursor=batch.cursor,
        retry_at=None,
        failures=0,
        trouble="",
        rhythm=rhythm,
        is_quiet=is_quiet,
        unpriced=unpriced,
        version=state.version + 1,
    )


def failed(
    state: SourceState,
    trouble: str,
    allowed: Allowed,
    *,
    is_lost: bool,
    retry_at: datetime | None,
    now: datetime,
) -> SourceState:
    """After a failure. `is_lost`: it will not pass by itself, or has lasted."""
    is_lost = is_lost or allowed.scope is Scope.STOPPED
    after = _moved(state, Finding.LOST if is_lost else Finding.FAILED, now=now)
    return replace(
        _limited(after, allowed, now=now),
        failures=state.failures + 1,
        trouble=trouble[:MOST_TROUBLE],
        retry_at=retry_at,
        version=state.version + 1,
    )


def stopped(state: SourceState, allowed: Allowed, *, now: datetime) -> SourceState:
    """While its budget forbids to ask."""
    after = _limited(_moved(state, Finding.LOST, now=now), allowed, now=now)
    return replace(after, version=state.version + 1)


def _finding(batch: Batch, allowed: Allowed, *, is_quiet: bool) -> Finding:
    if allowed.scope is Scope.STOPPED:
        return Finding.LOST
    if not batch.is_caught_up:
        return Finding.BEHIND
    is_hindered = is_quiet or allowed.scope is not Scope.FULL
    return Finding.HINDERED if is_hindered else Finding.READ


def _moved(state: SourceState, finding: Finding, *, now: datetime) -> SourceState:
    condition = moved(state.condition, finding)
    if condition is not Condition.BLIND:
        is_same = condition is state.condition and state.since is not None
        return replace(state, condition=condition, since=state.since if is_same else now)
    missed = state.missed
    if missed is None or missed.read_at is not None:
        missed = Missed(since=state.succeeded_at or now)
    elif missed.back_at is not None:
        missed = replace(missed, back_at=None)  # gone again before all was read
    return replace(state, condition=condition, since=missed.since, missed=missed)


def _limited(state: SourceState, allowed: Allowed, *, now: datetime) -> SourceState:
    goes_on = state.not_read and state.scope is allowed.scope
    since = (state.not_read_since if goes_on else None) or now
    return replace(
        state,
        scope=allowed.scope,
        not_read=allowed.why,
        not_read_since=since if allowed.why else None,
    )


def _caught_up(missed: Missed | None, batch: Batch, *, now: datetime) -> Missed | None:
    """What was missed, with what this batch has brought of it."""
    if missed is None or missed.read_at is not None:
        return missed
    late = sum(one.mention.is_late for one in batch.pulled)
    return replace(
        missed,
        posts=missed.posts + late,
        gap=missed.gap or batch.gap,
        read_at=now if batch.is_caught_up else None,
    )
