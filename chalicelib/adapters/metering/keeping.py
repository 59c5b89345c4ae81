"""Keeps what invocations took: a record each, that of the API gathered for a minute.

An attempt that failed is a record of its own, since it cost; the one that succeeds counts too.
A record that could not be written waits as it is. What fits no invocation (what was used outside of
any, a record that has waited for too long) waits on the tally of the process. Both go out with the
next invocation.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from chalicelib.adapters.metering.tally import tally
from chalicelib.domain.cost import Done, Sheet
from chalicelib.domain.cost.record import UsageRecord, hour_of
from chalicelib.domain.cost.use import is_done
from chalicelib.ports import UsageRecords

log = logging.getLogger("nightdesk.metering")

Seconds = Callable[[], float]

GATHERED_FOR = timedelta(minutes=1)
"""A page that polls wakes the API every few seconds: a record of each would cost as much again."""

MOST_ENTRIES = 60
"""Gathered; a record stays under 1 KB, which is one write unit."""

MOST_WAITING = 2_000
"""Entries that wait for a table that cannot be written; with more, tickets are not told apart."""

LATEST = timedelta(hours=1)
"""An hour is summed again until two hours later; what comes after that is in no sum."""

AT_ONCE = 0.25
"""Seconds within which a table answers that is well; a write takes some 10 ms."""


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

    def __init__(self, records: UsageRecords, *, seconds: Seconds = time.monotonic) -> None:
        """`seconds` counts up, from anywhere."""
        self._records = records
        self._seconds = seconds
        self._waiting: deque[UsageRecord] = deque()
        self._gathered_at: datetime | None = None
        self._lock = Lock()

    def keep(self, attempt: Attempt, sheet: Sheet) -> None:
        """Raises what keeps it from being written; what was used then waits.

        Whoever is behind the invocation waits for one write, and for what else is to go out only
        while the table answers at once.
        """
        name, began = f"{attempt.function}#", self._seconds()
        if attempt.is_gathered:
            tally.put_back(sheet)
            if not self._is_due(sheet, attempt.now):
                return
            identity = attempt.request_id
        elif attempt.has_failed:
            # Lambda tries some events again under the same request id.
            instant = attempt.now.strftime("%H%M%S%f")
            identity = f"{attempt.identity}!{attempt.request_id}.{instant}"
            self._put(UsageRecord(id=name + identity, at=attempt.now, sheet=sheet))
            identity = f"{identity}+"
        else:
            self._put(UsageRecord(id=name + attempt.identity, at=attempt.at, sheet=sheet))
            identity = f"{attempt.request_id}+"
        self._give_up_late(attempt.now)
        if self._seconds() - began <= AT_ONCE and (rest := tally.take()):
            self._put(UsageRecord(id=name + identity, at=attempt.now, sheet=rest))
        for _ in range(len(self._waiting)):
            if self._seconds() - began > AT_ONCE:
                return
            self._put(self._waiting.popleft())

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

    def _put(self, record: UsageRecord) -> None:
        """What could not be written waits as it is: where only the answer was lost, it is there
        already, and put again under its id it counts once."""
        try:
            is_new = self._records.put(record)
        except Exception:
            self._waiting.append(record)
            while sum(len(one.sheet) for one in self._waiting) > MOST_WAITING:
                tally.put_back(self._waiting.popleft().sheet.without_about())
            raise
        if not is_new:
            log.info("usage_kept_before", extra={"record": record.id})

    def _give_up_late(self, now: datetime) -> None:
        """What waited past its hour goes with the hour that is now, which is not summed yet."""
        for _ in range(len(self._waiting)):
            record = self._waiting.popleft()
            if hour_of(now) - hour_of(record.at) > LATEST:
                tally.put_back(record.sheet)
            else:
                self._waiting.append(record)
