"""What providers say of the account, the newest report and generations of calendars, in memory."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

from chalicelib.domain.errors import Unanswered
from chalicelib.domain.readiness import PageCounts, Report, SmsSpend

T = TypeVar("T")


class FakeSmsAccount:
    """An account in which all is well until a test says else; `silent` is what it does not say."""

    def __init__(self) -> None:
        self.opted_out: set[str] = set()
        self.money = SmsSpend(spent=Decimal("1.00"), limit=Decimal(100))
        self.sandboxed = False
        self.verified: set[str] = set()
        self.type = "Transactional"
        self.silent: set[str] = set()
        self.asked: Counter[str] = Counter()

    def has_opted_out(self, phone: str) -> bool:
        return self._said("opted_out", phone in self.opted_out)

    def spend(self, *, now: datetime) -> SmsSpend:
        return self._said("spend", self.money)

    def is_in_sandbox(self) -> bool:
        return self._said("sandbox", self.sandboxed)

    def sandbox_numbers(self) -> frozenset[str]:
        return self._said("numbers", frozenset(self.verified))

    def default_type(self) -> str:
        return self._said("type", self.type)

    def _said(self, what: str, answer: T) -> T:
        self.asked[what] += 1
        if what in self.silent:
            raise Unanswered("AccessDenied")
        return answer


class FakeEmailAccount:
    """Has verified every sender and address in `verified`; what is `sandboxed` needs that."""

    def __init__(self, *verified: str) -> None:
        self.verified = set(verified)
        self.sandboxed = False
        self.is_silent = False

    def can_send_as(self, sender: str) -> bool:
        if self.is_silent:
            raise Unanswered("AccessDenied")
        return sender in self.verified

    def only_to_verified(self) -> bool:
        if self.is_silent:
            raise Unanswered("AccessDenied")
        return self.sandboxed

    def verified_of(self, addresses: Collection[str]) -> frozenset[str]:
        if self.is_silent:
            raise Unanswered("AccessDenied")
        return frozenset(addresses) & self.verified


class FakePageTally:
    """Gives the counts it was given."""

    def __init__(self) -> None:
        self.counts = PageCounts(sent=0, refused=0)
        self.is_silent = False

    def since(self, starts_at: datetime, *, now: datetime) -> PageCounts:
        if self.is_silent:
            raise Unanswered("AccessDenied")
        return self.counts


class FakeReports:
    """Keeps the newest report."""

    def __init__(self) -> None:
        self._latest: Report | None = None
        self._lock = RLock()

    def latest(self) -> Report | None:
        return self._latest

    def keep(self, report: Report) -> None:
        with self._lock:
            if self._latest is None or self._latest.checked_at <= report.checked_at:
                self._latest = report


class FakeGenerations:
    """Keeps a number for each calendar that was renewed."""

    def __init__(self) -> None:
        self._generations: dict[tuple[str, str], int] = {}
        self._lock = RLock()

    def of(self, kind: str, name: str) -> int:
        return self._generations.get((kind, name), 0)

    def all(self) -> Mapping[tuple[str, str], int]:
        return dict(self._generations)

    def renew(self, kind: str, name: str) -> int:
        with self._lock:
            self._generations[kind, name] = self.of(kind, name) + 1
            return self._generations[kind, name]


if TYPE_CHECKING:
    from chalicelib import ports

    _sms_account: type[ports.SmsAccount] = FakeSmsAccount
    _email_account: type[ports.EmailAccount] = FakeEmailAccount
    _page_tally: type[ports.PageTally] = FakePageTally
    _reports: type[ports.Reports] = FakeReports
    _generations: type[ports.Generations] = FakeGenerations
