"""Listening: which sources are due, and reading one from where it was left."""

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from zlib import crc32

from chalicelib.domain.cost import Feature
from chalicelib.domain.desk import Desk, SourceEntry
from chalicelib.domain.errors import (
    NotFound,
    SourceError,
    SourceRefused,
    SourceUnavailable,
    StaleWrite,
)
from chalicelib.domain.pace import LONGEST_WAIT
from chalicelib.domain.read_budget import Allowed, Scope
from chalicelib.domain.standing import Condition
from chalicelib.ports import (
    Batch,
    Desks,
    Meter,
    PullQueue,
    ReadUsage,
    Sources,
    SourceState,
    SourceStates,
    Traits,
)
from chalicelib.services.ingest.budgeting import allowance
from chalicelib.services.ingest.keeping import Keeping
from chalicelib.services.ingest.noting import answered, failed, noted, stopped, with_late
from chalicelib.services.ingest.pacing import EARLY, Pacing, due_at, interval_of
from chalicelib.services.ingest.spending import Spending, Tab

log = logging.getLogger("nightdesk.ingest")

TELL_AT_FAILURE = 4
"""In a row: by then a source that is read every minute has been silent for seven minutes."""

UNKNOWN = Traits(
    is_by_keyword=False, is_pulled=True, can_receive=False, can_check_deletions=False, charges=()
)
"""Of a kind that nobody knows: its pull fails, which is told."""


class Ingest:
    """Pulls mentions from the configured sources."""

    def __init__(
        self,
        *,
        desks: Desks,
        sources: Sources,
        states: SourceStates,
        queue: PullQueue,
        pacing: Pacing,
        spending: Spending,
        keeping: Keeping,
        meter: Meter,
    ) -> None:
        self._desks = desks
        self._sources = sources
        self._states = states
        self._queue = queue
        self._pacing = pacing
        self._spending = spending
        self._keeping = keeping
        self._meter = meter

    def enqueue_due(self, *, now: datetime) -> tuple[str, ...]:
        """Queue a pull for each source that is due; their names.

        The message goes out before the next due time is kept: a crash between queues a pull
        twice, which stores nothing twice. Before the first configuration nothing is due.
        """
        try:
            desk = self._desks.current()
        except NotFound as error:
            log.warning("nothing_to_pull", extra={"why": str(error)})
            return ()
        states = self._states.all()
        hurry = self._pacing.hurry(desk, states, now=now)
        every = {
            entry.name: interval_of(entry, states.get(entry.name), hurry, desk, now=now)
            for entry in desk.sources
            if self._traits(desk, entry).is_pulled
        }
        names = tuple(name for name in every if _is_due(name, states, every, now))
        if names:
            self._queue.enqueue(names)
        for name in names:
            self._states.put_off(name, now + every[name] - EARLY, asked_at=now)
        return names

    def pull(self, name: str, *, now: datetime, deadline: datetime) -> int:
        """Read one source until it is caught up or `deadline` is near; mentions newly stored.

        The cursor moves only after what was read is stored. A platform's failure is kept in
        the source's state, and told when it lasts (`SourceNews`); it is not an error of this
        invocation. One whose budget is used up is not asked, which is kept and told alike.
        """
        desk = self._desks.current()
        entry = desk.source(name)
        if entry is None:
            log.warning("source_not_configured", extra={"source": name})
            return 0
        with self._meter.within(Feature.LISTENING, source=name, brand=entry.brand):
            return self._pull(desk, entry, now=now, deadline=deadline)

    def _pull(self, desk: Desk, entry: SourceEntry, *, now: datetime, deadline: datetime) -> int:
        name, traits = entry.name, self._traits(desk, entry)
        if not traits.is_pulled:
            return 0
        reading = _Reading(desk, entry, traits, Tab(entry, traits), self._states.get(name))
        try:
            if self._is_forbidden(reading, now=now):
                self._meter.count("PullsSucceeded")  # nothing is broken, which is what alarms ask
                return 0
            self._read(reading, now=now, deadline=deadline)
        except StaleWrite:
            log.info("pull_overtaken", extra={"source": name})
        except (SourceError, NotFound) as error:
            self._failed(reading, error, now=now)
        except Exception as error:
            # An error of ours makes us as blind as one of theirs; it is retried, then kept.
            self._failed(reading, error, now=now)
            raise
        else:
            self._meter.count("PullsSucceeded")
        finally:
            if reading.tab.calls:
                self._spending.count(reading.tab, now=now)
        self._meter.count("MentionsPulled", reading.added)
        log.info("source_pulled", extra={"source": name, "added": reading.added})
        return reading.added

    def _read(self, reading: "_Reading", *, now: datetime, deadline: datetime) -> None:
        name, tab = reading.entry.name, reading.tab
        source = self._sources.open(reading.desk, name, on_request=tab.asked)
        while True:
            batch = source.fetch(reading.state.cursor, deadline=deadline)
            reading.state = answered(reading.state, now=now)
            batch = with_late(reading.state, batch)
            added = self._keeping.keep(name, batch, now=now)
            reading.added += added
            usage = self._spending.count(tab, posts=added, uses=batch.uses, now=now)
            has_moved = batch.cursor != reading.state.cursor
            self._keep_state(reading, batch, usage, now=now)
            if batch.is_caught_up or not has_moved:
                return

    def _keep_state(
        self, reading: "_Reading", batch: Batch, usage: ReadUsage | None, *, now: datetime
    ) -> None:
        """What this batch means for the source; written unless nothing has changed."""
        before, tab = reading.state, reading.tab
        if before.failures:
            log.info("source_back", extra={"source": before.name, "failures": before.failures})
        is_same = batch.cursor == before.cursor and not before.failures
        if is_same and before.succeeded_at == now and not batch.is_caught_up:
            return
        reading.state = noted(
            before,
            batch,
            reading.allowed(usage, now=now),
            tuple(sorted({*before.unpriced, *tab.unpriced} - tab.priced)),
            of=_asked_for(reading.desk, reading.entry),
            zone=reading.desk.zone,
            now=now,
        )
        self._states.save(reading.state)

    def _is_forbidden(self, reading: "_Reading", *, now: datetime) -> bool:
        """Whether its budget was used up and still is; a new month, or a greater one, frees it."""
        state = reading.state
        if state.scope is not Scope.STOPPED:
            return False
        usage = self._spending.so_far(reading.entry.name, now=now)
        allowed = reading.allowed(usage, now=now)
        if allowed.scope is not Scope.STOPPED:
            return False
        if state.condition is not Condition.BLIND or state.not_read != allowed.why:
            self._states.save(stopped(state, allowed, now=now))
        log.info("source_not_read", extra={"source": state.name, "why": allowed.why})
        return True

    def _failed(self, reading: "_Reading", error: Exception, *, now: datetime) -> None:
        entry, before = reading.entry, reading.state
        failures = before.failures + 1
        retry_at = error.retry_at if isinstance(error, SourceUnavailable) else None
        is_lost = (
            isinstance(error, SourceRefused)
            or failures >= TELL_AT_FAILURE
            or (retry_at is not None and retry_at - now > max(LONGEST_WAIT, entry.every))
        )
        # Asked in vain counts as well, so that a budget may be used up by it.
        allowed = reading.allowed(self._spending.count(reading.tab, now=now), now=now)
        after = failed(before, str(error), allowed, is_lost=is_lost, retry_at=retry_at, now=now)
        try:
            self._states.save(after)
        except StaleWrite:
            return
        wait = entry.pace.wait(failures)
        self._states.put_off(entry.name, max(retry_at or now, now + wait - EARLY))
        self._meter.count("PullsFailed")
        log.warning(
            "source_failed",
            extra={"source": entry.name, "failures": failures, "trouble": after.trouble},
        )

    def _traits(self, desk: Desk, entry: SourceEntry) -> Traits:
        try:
            return self._sources.traits(desk, entry.name)
        except NotFound:
            return UNKNOWN


class _Reading:
    """One pull under way."""

    def __init__(
        self, desk: Desk, entry: SourceEntry, traits: Traits, tab: Tab, state: SourceState
    ) -> None:
        self.desk = desk
        self.entry = entry
        self.traits = traits
        self.tab = tab
        self.state = state
        """As it is stored."""
        self.added = 0

    def allowed(self, usage: ReadUsage | None, *, now: datetime) -> Allowed:
        """How much of it is read; as before when nobody can say what was used."""
        if usage is None:
            return Allowed(scope=self.state.scope, why=self.state.not_read)
        return allowance(self.desk, self.entry, self.traits, self.state, usage, now=now)


def _is_due(
    name: str, states: Mapping[str, SourceState], every: Mapping[str, timedelta], now: datetime
) -> bool:
    due = due_at(states.get(name), every[name])
    return due is None or due <= now


def _asked_for(desk: Desk, entry: SourceEntry) -> str:
    """A digest of what is asked for: with other words, a rhythm begins anew."""
    brand = desk.brand(entry.brand)
    parts = [
        entry.kind,
        sorted(entry.options.items(), key=lambda one: one[0]),
        *((sorted(brand.terms), sorted(brand.handles)) if brand else ()),
    ]
    return f"{crc32(json.dumps(parts, default=str).encode()):08x}"
