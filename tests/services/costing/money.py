"""A desk with books: what its services of money need, over fakes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from chalicelib.domain.cost import Entry, Feature, Price, PriceBook, Sheet
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.letter import FinanceLetter
from chalicelib.domain.cost.reconciling import Reconciled
from chalicelib.domain.desk import EmailSettings
from chalicelib.domain.errors import ChannelError
from chalicelib.domain.finance import Budget, Finance
from chalicelib.services.costing.accounts import Accounts
from chalicelib.services.costing.budgets import Budgets
from chalicelib.services.costing.caps import SmsCap
from chalicelib.services.costing.letters import Letters
from chalicelib.services.costing.quota import SmsQuota
from chalicelib.services.costing.telling import TellingFinance
from tests.builders import a_desk, a_source_entry
from tests.fakes import FakeDesks, FakeMeter, FakeNotices, FakeSmsAccount
from tests.fakes.cost_marks import FakeCostMarks
from tests.fakes.costing import FakeBooks

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
"""A Monday, 13:00 in Vienna, where the desk is."""
FIN, FAE = "fin@acme.example", "fae@acme.example"
LINK = "https://desk.example/#/costs"

SMS_PART, WRITE, READ = "sns.sms-part", "dynamodb.write-unit", "x.post-read"


def price(sku: str, amount: str = "1", **over: object) -> Price:
    made = Price(
        sku=sku,
        amount=Decimal(amount),
        currency="USD",
        since=date(2026, 1, 1),
        seen_on=date(2026, 11, 1),
        source="a page",
    )
    return replace(made, **over)  # type: ignore[arg-type]


BOOK = PriceBook(price(sku) for sku in (SMS_PART, WRITE, READ))
"""Everything costs one dollar."""


class FakePost:
    """Keeps letters in `sent`, with their addresses; raises what is in `trouble` of one."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, FinanceLetter]] = []
        self.trouble: dict[str, ChannelError] = {}

    def send_letter(self, to: str, letter: FinanceLetter) -> str:
        if to in self.trouble:
            raise self.trouble[to]
        self.sent.append((to, letter))
        return f"ses-{len(self.sent)}"

    @property
    def subjects(self) -> list[str]:
        return [letter.subject for _, letter in self.sent]


class KnownReconciliations:
    """Gives what a test has laid into `lines`."""

    def __init__(self) -> None:
        self.lines: tuple[Reconciled, ...] = ()

    def put(self, day: date, lines: object) -> None:
        raise AssertionError("accounts and letters change nothing")

    def of_month(self, month: str) -> tuple[Reconciled, ...]:
        return tuple(one for one in self.lines if one.month == month)


class Money:
    """The services of money of one desk."""

    def __init__(self, finance: Finance | None = None, **desk: object) -> None:
        told = Finance(tell=(FIN, FAE)) if finance is None else finance
        fields = {"email": EmailSettings(sender="night@acme.example")} | desk
        self.desks = FakeDesks(a_desk(finance=told, **fields))
        self.books, self.marks, self.post = FakeBooks(), FakeCostMarks(), FakePost()
        self.notices, self.meter = FakeNotices(), FakeMeter()
        self.sms_account = FakeSmsAccount()
        self.reconciliations = KnownReconciliations()
        self.seconds = 0.0
        self.now = NOON
        self.quota = SmsQuota(account=self.sms_account, marks=self.marks)
        self.accounts = Accounts(
            desks=self.desks,
            books=self.books,
            reconciliations=self.reconciliations,
            quota=self.quota,
            prices=lambda: BOOK,
        )
        self.cap = self.new_cap()
        telling = TellingFinance(marks=self.marks, post=self.post, meter=self.meter)
        self.budgets = Budgets(
            desks=self.desks,
            accounts=self.accounts,
            quota=self.quota,
            cap=self.cap,
            marks=self.marks,
            telling=telling,
            notices=self.notices,
            link=lambda: LINK,
        )
        self.letters = Letters(
            desks=self.desks, accounts=self.accounts, telling=telling, link=lambda: LINK
        )

    def new_cap(self) -> SmsCap:
        """As another function holds it."""
        return SmsCap(
            desks=self.desks,
            marks=self.marks,
            now=lambda: self.now,
            seconds=lambda: self.seconds,
        )

    def budget(self, *budgets: Budget) -> None:
        """Other budgets are put in force."""
        desk = self.desks.current()
        finance = replace(desk.finance, budgets=budgets)
        self.desks.put(replace(desk, finance=finance), now=self.now)

    def book(
        self,
        on: date,
        *uses: tuple[Entry, int | Decimal],
        state: DayState = DayState.ESTIMATED,
        book: PriceBook = BOOK,
    ) -> None:
        """A day into the books."""
        self.books.put_day(Day.priced_by(book, on=on, sheet=Sheet(uses), state=state))

    def book_days(
        self, first: date, end: date, uses: Callable[[date], list[tuple[Entry, int]]]
    ) -> None:
        """Each day of `[first, end)`."""
        for number in range((end - first).days):
            on = first + timedelta(days=number)
            self.book(on, *uses(on))

    def watch(self, now: datetime | None = None) -> int:
        self.now = now or self.now
        return self.budgets.watch(now=self.now)


def sms(parts: int = 1) -> tuple[Entry, int]:
    return Entry(SMS_PART, Feature.WAKING, country="AT"), parts


def writes(units: int = 1, feature: Feature = Feature.LISTENING, **of: str) -> tuple[Entry, int]:
    return Entry(WRITE, feature, **of), units


X = a_source_entry("x-acme", kind="x", brand="acme")

if TYPE_CHECKING:
    from chalicelib import ports

    _post: type[ports.LetterPost] = FakePost
    _reconciliations: type[ports.Reconciliations] = KnownReconciliations
