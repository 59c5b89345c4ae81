"""What watching the pager itself needs: what providers say of our account, and the last report."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from chalicelib.domain.readiness import PageCounts, Report, SmsSpend


class SmsAccount(Protocol):
    """What the provider of SMS says of our account. Everything raises Unanswered."""

    def has_opted_out(self, phone: str) -> bool:
        """Whether the carrier delivers nothing to this number (E.164)."""

    def spend(self, *, now: datetime) -> SmsSpend:
        """What SMS have cost in this month, and what they may cost."""

    def is_in_sandbox(self) -> bool:
        """Whether SMS go only to numbers that were verified with the provider."""

    def sandbox_numbers(self) -> frozenset[str]:
        """The numbers (E.164) that were."""

    def default_type(self) -> str:
        """How SMS that do not say it are delivered; empty when it was never set."""


class EmailAccount(Protocol):
    """What the provider of e-mail says of our account."""

    def can_send_as(self, sender: str) -> bool:
        """Whether the sender of `EmailSettings`, or its domain, is verified. Raises Unanswered."""

    def only_to_verified(self) -> bool:
        """Whether letters go only to verified addresses (a sandbox). Raises Unanswered."""

    def verified_of(self, addresses: Collection[str]) -> frozenset[str]:
        """Those that are verified, by themselves or by their domain. Raises Unanswered."""


class PageTally(Protocol):
    """How pages fare, as our own metrics say."""

    def since(self, starts_at: datetime, *, now: datetime) -> PageCounts:
        """All pages of this deployment since then. Raises Unanswered."""


class Reports(Protocol):
    """The newest readiness report."""

    def latest(self) -> Report | None: ...

    def keep(self, report: Report) -> None:
        """In the place of the one before, unless that is newer."""


class Generations(Protocol):
    """How often the secret address of a calendar was renewed."""

    def of(self, kind: str, name: str) -> int:
        """0 until it is renewed for the first time."""

    def all(self) -> Mapping[tuple[str, str], int]:
        """Those of calendars that were ever renewed, by kind and name; one query."""

    def renew(self, kind: str, name: str) -> int:
        """The next generation: the addresses before it lead nowhere from now on."""
