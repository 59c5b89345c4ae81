"""Limits: how long a phone must be spared what it has heard before."""

from datetime import UTC, datetime, timedelta

from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.rate import PER_PHONE, free_at
from chalicelib.ports import Notices, Rates

PHONE = "sms"
"""The channel that rings, costs, and brings receipts."""


class Limits:
    """Counts what goes out, and says when there may be more of what is not new."""

    def __init__(self, *, rates: Rates, notices: Notices) -> None:
        self._rates = rates
        self._notices = notices

    def free_at(self, responder: Responder, channel: str, desk: Desk, *, now: datetime) -> datetime:
        """When this person may be paged again with what is not new; `now` when at once."""
        if channel != PHONE:
            return now
        if self._rates.sent_by_all(channel, now=now) >= desk.sms.most_per_hour:
            next_hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            next_hour += timedelta(hours=1)
            self._notices.tell(
                "sms-of-this-hour",
                f"{desk.sms.most_per_hour} SMS have gone out in this hour: repeats wait until "
                f"{next_hour:%H:%M} UTC; new incidents still ring.",
                now=now,
            )
            return next_hour
        sent = self._rates.sent(responder.id, channel, now=now)
        return free_at(sent, PER_PHONE, now=now)

    def record(self, responder: Responder, channel: str, *, now: datetime) -> None:
        """One more has gone out."""
        self._rates.record(responder.id, channel, now=now)
