"""What a readiness check goes by: all that was asked, and what nobody could say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from chalicelib.domain.contact import Contact
from chalicelib.domain.desk import Desk
from chalicelib.domain.schedule import ResponderId

TOO_EARLY = timedelta(days=2)
"""So long after the first of a month its rate says little, unless half is spent already."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that could not be had; never guessed."""

    why: str


@dataclass(frozen=True, slots=True)
class SmsSpend:
    """What SMS have cost since the first of this month (UTC), and what they may cost, in USD."""

    spent: Decimal
    limit: Decimal
    """Past it the provider stops sending, without a word."""

    @property
    def is_spent(self) -> bool:
        return self.spent >= self.limit

    def stops_at(self, now: datetime) -> datetime | None:
        """When it is spent, going on as in this month so far; None when not within the month."""
        if self.is_spent:
            return now
        first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        is_early = now - first < TOO_EARLY and 2 * self.spent < self.limit
        if self.spent <= 0 or is_early:
            return None
        stops_at = first + (now - first) * float(self.limit / self.spent)
        return stops_at if (stops_at.year, stops_at.month) == (first.year, first.month) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCounts:
    """What became of pages."""

    sent: int
    """Taken by a provider."""
    refused: int
    """What a receipt says later is kept on the contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that was asked; what nobody needs (no phone, no e-mail) is None and not asked."""

    now: datetime
    desk: Desk
    contacts: Mapping[tuple[ResponderId, str], Contact] = field(default_factory=dict)
    """By responder and channel, of the addresses that are configured now."""
    unread: Mapping[ResponderId, Unknown] = field(default_factory=dict)
    """Whose contacts could not be read."""
    opted_out: Mapping[ResponderId, bool | Unknown] = field(default_factory=dict)
    """What the carrier says of each phone."""
    spend: SmsSpend | Unknown | None = None
    is_in_sandbox: bool | Unknown | None = None
    in_sandbox: frozenset[ResponderId] | Unknown | None = None
    """Whose phone is verified in the sandbox; None outside of it."""
    default_sms_type: str | Unknown | None = None
    can_send_email: bool | Unknown | None = None
    is_in_email_sandbox: bool | Unknown | None = None
    in_email_sandbox: frozenset[ResponderId] | Unknown | None = None
    """Whose e-mail is verified in the sandbox of e-mail; None outside of it."""
    pages: PageCounts | Unknown | None = None
    """Of the last day."""
    missing: tuple[str, ...] | Unknown = ()
    """What the deployment lacks, in words."""
    is_sms_stopped: bool | Unknown | None = None
    """Whether a budget that is used up stops SMS until the month (UTC) is over."""
    books_until: datetime | Unknown | None = None
    """The newest hour that was added up; None before the first."""
    missing_webhooks: frozenset[ResponderId] = frozenset()
    """Whose webhook has no stored address."""
