"""Keeps what invocations took: a record each, that of the API gathered for a minute.

An attempt that failed is a record of its own, since it cost; the one that succeeds counts too.
What does not fit an invocation (a record that could not be written, what was used outside of any)
waits on the tally of the process, and goes out as a record of its own with the next.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from chalicelib.adapters.metering.tally import tally
from chalicelib.domain.cost import Done, Sheet
from chalicelib.domain.cost.record import UsageRecord
from chalicelib.domain.cost.use import is_done
from chalicelib.ports import UsageRecords

log = logging.getLogger("nightdesk.metering")

GATHERED_FOR = timedelta(minutes=1)
"""A page that polls wakes the API every few seconds: a record of each would cost as much again."""

MOST_ENTRIES = 60
"""Gathered; a record stays under 1 KB, which is one write unit."""

MOST_WAITING = 2_000
"""Entries that wait for a table that cannot be written; with more, tickets are not told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One invocation that has ended."""

    function: str
    """Such as `pull_source`."""
    request_id: str
    """Lambda's; the same when it tries an event again."""
    identity: str
    """What it did: the request's id, or the batch of a stream."""
    at: datetime
    """When that came up: the same when it is done again."""
    now: datetime
    has_failed: bool = False
    is_gathered: bool = False


class Keeping:
    """Of one process."""

    def __init__(self, records: UsageRecords) -> None:
        self._records = records
        self._gathered_at: datetime | None = None
        self._lock = Lock()

    def keep(self, attempt: Attempt, sheet: Sheet) -> None:
        """Raises what keeps it from being written; what was used then waits on the tally."""
        name = f"{attempt.function}#"
        if attempt.is_gathered:
            tally.put_back(sheet)
            if not self._is_due(sheet, attempt.now):
                return
            identity = attempt.request_id
        elif attempt.has_failed:
            # Lambda tries some events again under the same request id.
            instant = attempt.now.strftime("%H%M%S%f")
            identity = f"{attempt.identity}!{attempt.request_id}.{instant}"
            self._put(name + identity, attempt.now, sheet)
            identity = f"{identity}+"
        else:
            self._put(name + attempt.identity, attempt.at, sheet)
            identity = f"{attempt.request_id}+"
        if rest := tally.take():
            self._put(name + identity, attempt.now, rest)

    def _is_due(self, sheet: Sheet, now: datetime) -> bool:
        """At once for what a person has achieved, else once in a minute: the last minute of a
        process is lost, which of polls is nothing to cry over."""
        with self._lock:
            is_due = (
                self._gathered_at is None
                or not timedelta() <= now - self._gathered_at < GATHERED_FOR
                or any(is_done(one.sku) and one.sku != Done.POLL for one in sheet)
                or len(tally) > MOST_ENTRIES
            )
            if is_due:
                self._gathered_at = now
            return is_due

    def _put(self, id: str, at: datetime, sheet: Sheet) -> None:
        try:
            is_new = self._records.put(UsageRecord(id=id, at=at, sheet=sheet))
        except Exception:
            has_room = len(tally) + len(sheet) <= MOST_WAITING
            tally.put_back(sheet if has_room else sheet.without_about())
            raise
        if not is_new:
            log.info("usage_kept_before", extra={"record": id})
