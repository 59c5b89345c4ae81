"""Listening: which sources are due, and reading one from where it was left."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import (
    NotFound,
    SourceError,
    SourceRefused,
    SourceUnavailable,
    StaleWrite,
)
from chalicelib.ports import (
    Batch,
    Desks,
    Meter,
    Notices,
    PullQueue,
    Sources,
    SourceState,
    SourceStates,
)
from chalicelib.services.ingest.keeping import Keeping

log = logging.getLogger("nightdesk.ingest")

TELL_AT_FAILURE = 4
"""In a row: by then a source that is read every minute has been silent for seven minutes."""

EARLY = timedelta(seconds=30)
"""So that a trigger which comes a second before its minute still finds the source due."""

LONGEST_WAIT = timedelta(minutes=15)
"""However often a source has failed, it is tried again after this, unless the platform itself
has named a later time."""


class Ingest:
    """Pulls mentions from the configured sources."""

    def __init__(
        self,
        *,
        desks: Desks,
        sources: Sources,
        states: SourceStates,
        queue: PullQueue,
        keeping: Keeping,
        meter: Meter,
        notices: Notices,
    ) -> None:
        self._desks = desks
        self._sources = sources
        self._states = states
        self._queue = queue
        self._keeping = keeping
        self._meter = meter
        self._notices = notices

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
        due = [entry for entry in desk.sources if _is_due(states.get(entry.name), now)]
        names = tuple(entry.name for entry in due)
        if names:
            self._queue.enqueue(names)
        for entry in due:
            self._states.put_off(entry.name, now + entry.every - EARLY)
        return names

    def pull(self, name: str, *, now: datetime, deadline: datetime) -> int:
        """Read one source until it is caught up or `deadline` is near; mentions newly stored.

        The cursor moves only after what was read is stored. A platform's failure is kept in
        the source's state and told when it lasts; it is not an error of this invocation.
        """
        desk = self._desks.current()
        entry = desk.source(name)
        if entry is None:
            log.warning("source_not_configured", extra={"source": name})
            return 0
        state = self._states.get(name)
        added = 0
        try:
            source = self._sources.open(desk, name)
            while True:
                batch = source.fetch(state.cursor, deadline=deadline)
                added += self._keeping.keep(name, batch, now=now)
                has_moved = batch.cursor != state.cursor
                state = self._moved(state, batch, now=now)
                if batch.is_caught_up or not has_moved:
                    break
        except StaleWrite:
            log.info("pull_overtaken", extra={"source": name})
        except (SourceError, NotFound) as error:
            self._failed(entry, state, error, now=now)
        except Exception as error:
            # An error of ours makes us as blind as one of theirs; it is retried, then kept.
            self._failed(entry, state, error, now=now)
            raise
        else:
            self._meter.count("PullsSucceeded")
        self._meter.count("MentionsPulled", added)
        log.info("source_pulled", extra={"source": name, "added": added})
        return added

    def _moved(self, state: SourceState, batch: Batch, *, now: datetime) -> SourceState:
        if state.failures:
            log.info("source_back", extra={"source": state.name, "failures": state.failures})
        if batch.cursor == state.cursor and not state.failures and state.succeeded_at == now:
            return state
        moved = replace(
            state,
            cursor=batch.cursor,
            succeeded_at=now,
            failures=0,
            trouble="",
            is_told=False,
            version=state.version + 1,
        )
        self._states.save(moved)
        return moved

    def _failed(
        self,
        entry: SourceEntry,
        state: SourceState,
        error: Exception,
        *,
        now: datetime,
    ) -> None:
        failures = state.failures + 1
        trouble = str(error)[:500]
        wait = min(entry.every * 2 ** min(failures - 1, 10), max(LONGEST_WAIT, entry.every))
        retry_at = error.retry_at if isinstance(error, SourceUnavailable) else None
        is_blind = (
            isinstance(error, SourceRefused)
            or failures >= TELL_AT_FAILURE
            or (retry_at is not None and retry_at - now > max(LONGEST_WAIT, entry.every))
        )
        is_told = state.is_told or (is_blind and self._told(entry, state, trouble, now=now))
        try:
            self._states.save(
                replace(
                    state,
                    failures=failures,
                    trouble=trouble,
                    is_told=is_told,
                    version=state.version + 1,
                )
            )
        except StaleWrite:
            return
        self._states.put_off(entry.name, max(retry_at or now, now + wait - EARLY))
        self._meter.count("PullsFailed")
        log.warning(
            "source_failed",
            extra={"source": entry.name, "failures": failures, "trouble": trouble},
        )

    def _told(self, entry: SourceEntry, state: SourceState, trouble: str, *, now: datetime) -> bool:
        """Whether the people who keep the desk now know; a notice held back is tried again."""
        since = f" since {state.succeeded_at:%H:%M} UTC" if state.succeeded_at else ""
        text = f"We are blind to source {entry.name}{since}: {trouble}"
        return self._notices.tell(f"blind:{entry.name}", text, now=now)


def _is_due(state: SourceState | None, now: datetime) -> bool:
    return state is None or state.due_at is None or state.due_at <= now
