"""Asking a second reader about what may be urgent, as long as it costs little time and money."""

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import Unanswered, Unusable
from chalicelib.domain.mention import Mention
from chalicelib.domain.opinion import Opinion, is_worth_reading, moved
from chalicelib.domain.patience import Patience
from chalicelib.domain.signal import Score
from chalicelib.ports import Meter, Notices, Once, Readings, SecondReader

log = logging.getLogger("nightdesk.judging")

BY_DAY = (time(10), time(20))
"""On the lead's wall, when they are told what can wait; the hours of the readiness report."""


class Rereading:
    """The verdict after a second reading, where one is wanted; without it in any trouble."""

    def __init__(
        self,
        *,
        reader: Callable[[], SecondReader],
        readings: Readings,
        once: Once,
        notices: Notices,
        meter: Meter,
        seconds: Callable[[], float],
    ) -> None:
        """`reader` makes one at the first question; `seconds` only ever grows, for durations."""
        self._reader = reader
        self._readings = readings
        self._once = once
        self._notices = notices
        self._meter = meter
        self._seconds = seconds
        self._patience: defaultdict[str, Patience] = defaultdict(Patience)

    def reread(self, score: Score, mention: Mention, desk: Desk, *, now: datetime) -> Score:
        """Never raises: a verdict without a second opinion is a verdict."""
        wanted = desk.second_reading
        if not wanted.model or not is_worth_reading(score, mention, desk.rules):
            return score
        if not self._patience[wanted.model].allows(now):
            self._meter.count("SecondReadingsSkipped")
            return score
        try:
            opinion = self._opinion(score, mention, desk, now=now)
        except Exception as error:
            # Its words may hold the post.
            log.error("second_reading_failed", extra={"trouble": type(error).__name__})
            return score
        return score if opinion is None else moved(score, opinion)

    def _opinion(
        self, score: Score, mention: Mention, desk: Desk, *, now: datetime
    ) -> Opinion | None:
        """None when there is none. The reading is counted before it is asked for."""
        model, began = desk.second_reading.model, self._seconds()
        patience = self._patience[model]
        try:
            if not self._readings.take(most=desk.second_reading.most_per_day, now=now):
                self._tell_spent(desk, now=now)
                return None
            self._meter.count("SecondReadings")
            opinion = self._reader().opinion(mention, desk, score)
        except Unusable as error:
            self._patience[model] = patience.refused(self._seconds() - began, now=now)
            self._failed(mention, error)
            self._tell_unusable(desk, error, now=now)
            return None
        except Exception as error:
            self._patience[model] = patience.failed(self._seconds() - began, now=now)
            self._failed(mention, error)
            return None
        self._patience[model] = patience.answered(self._seconds() - began, now=now)
        log.info(
            "second_reading",
            extra={
                "mention": mention.id,
                "urgency": score.urgency.value,
                "opinion": opinion.urgency.value,
                "reader": opinion.reader,
            },
        )
        return opinion

    def _failed(self, mention: Mention, error: Exception) -> None:
        self._meter.count("SecondReadingsFailed")
        said = str(error) if isinstance(error, Unanswered) else type(error).__name__
        log.warning("second_reading_failed", extra={"mention": mention.id, "trouble": said})

    def _tell_spent(self, desk: Desk, *, now: datetime) -> None:
        self._meter.count("SecondReadingsSkipped")
        most = desk.second_reading.most_per_day
        self._tell_once_a_day(
            "second-reader-spent",
            f"The second reader has read {most} posts today, which is the most it may. Until "
            "midnight UTC posts are judged without it. See second_reader in the configuration.",
            day=now.astimezone(UTC).date().isoformat(),
            now=now,
        )

    def _tell_unusable(self, desk: Desk, error: Unusable, *, now: datetime) -> None:
        """By day where the lead is: nobody is less safe than without a second reader."""
        lead = desk.responder(desk.lead)
        local = now.astimezone(ZoneInfo(lead.zone if lead else "UTC"))
        if not BY_DAY[0] <= local.time() < BY_DAY[1]:
            return
        self._tell_once_a_day(
            "second-reader-unusable",
            f"The second reader cannot be used ({error}): posts are judged without it. Check its "
            "model, your account's access to it, and that the deployment may ask it.",
            day=local.date().isoformat(),
            now=now,
        )

    def _tell_once_a_day(self, kind: str, text: str, *, day: str, now: datetime) -> None:
        key = f"{kind}#{day}"
        if self._once.begin(key, now=now) and self._notices.tell(kind, text, now=now):
            self._once.done(key, now=now)
