"""The gate before a platform: what its rate limits allow, whoever else is reading it."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from chalicelib.domain.errors import SourceUnavailable
from chalicelib.http.waiting import said_left
from chalicelib.ports import Allowances, Taken
from chalicelib.sources.family import RateLimit

log = logging.getLogger("nightdesk.sources")


class RateGate:
    """Implements `http.Gate` for one source; all that share `key` share the limits.

    Where the counter itself fails, reading goes on: the platform's own refusal is still heeded.
    """

    def __init__(
        self,
        key: str,
        limits: tuple[RateLimit, ...],
        *,
        allowances: Allowances,
        now: Callable[[], datetime],
        on_request: Callable[[], None] | None = None,
    ) -> None:
        self._key = key
        self._limits = {limit.bucket: limit for limit in limits}
        self._allowances = allowances
        self._now = now
        self._on_request = on_request
        self._taken: dict[str, Taken] = {}

    def before(self, bucket: str) -> None:
        """Raises SourceUnavailable, with the end of the window, when nothing is left."""
        limit = self._of(bucket)
        if limit is not None:
            self._take(limit)
        if self._on_request is not None:
            self._on_request()

    def after(self, bucket: str, status: int, headers: Mapping[str, str]) -> None:
        """Take over what the platform says is left, where that is less or another window."""
        limit = self._of(bucket)
        said = said_left(headers, now=self._now(), is_refused=status == 429)
        if limit is None or said is None:
            return
        left, until = said
        taken = self._taken.get(limit.bucket)
        if taken and left >= taken.left and abs(until - taken.until) < limit.per / 10:
            return
        try:
            self._allowances.heard(
                self._name(limit), left=left, until=until, most=limit.most, now=self._now()
            )
        except Exception as error:
            log.warning("allowance_not_kept", extra={"why": type(error).__name__})

    def _take(self, limit: RateLimit) -> None:
        try:
            taken = self._allowances.take(
                self._name(limit), most=limit.most, window=limit.per, now=self._now()
            )
        except Exception as error:
            log.warning("allowance_not_counted", extra={"why": type(error).__name__})
            return
        self._taken[limit.bucket] = taken
        if not taken.is_allowed:
            minutes = limit.per.total_seconds() / 60
            raise SourceUnavailable(
                f"the {limit.most} requests in {minutes:g} minutes that the platform allows "
                f"{limit.bucket and f'for {limit.bucket} '}are used up",
                retry_at=taken.until,
            )

    def _of(self, bucket: str) -> RateLimit | None:
        return self._limits.get(bucket) or self._limits.get("")

    def _name(self, limit: RateLimit) -> str:
        return f"{self._key}#{limit.bucket}"
