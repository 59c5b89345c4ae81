"""What accounting needs: where usage is kept, added up and compared."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.cost import Price, Sheet
from chalicelib.domain.cost.record import UsageRecord
from chalicelib.domain.cost.sms import SentSms

if TYPE_CHECKING:  # every function imports the ports, and only accounting needs these
    from chalicelib.domain.cost.bill import Bill, BillSource
    from chalicelib.domain.cost.day import Day
    from chalicelib.domain.cost.letter import FinanceLetter
    from chalicelib.domain.cost.reconciling import Reconciled


class UsageRecords(Protocol):
    """What invocations took, for some days."""

    def put(self, record: UsageRecord) -> bool:
        """Keep a record, with what keeping it takes; False when one of this id was kept in its
        hour, which then stands."""

    def of_hour(self, hour: datetime) -> Iterator[UsageRecord]:
        """Every record of an hour, in any order; read in pieces."""


class Books(Protocol):
    """What was added up."""

    def put_hour(self, hour: datetime, sheet: Sheet) -> None:
        """What an hour took, in the place of what stood there."""

    def hour(self, hour: datetime) -> Sheet | None:
        """What was put for an hour, tickets and incidents told apart; None before that."""

    def hours(self, day: date) -> Mapping[datetime, Sheet]:
        """The hours of a day (UTC) that were added up, tickets and incidents not told apart."""

    def last_hour(self, *, before: datetime) -> datetime | None:
        """The newest hour before an instant that was added up; None when there is none."""

    def put_day(self, day: "Day") -> None:
        """A day, in the place of what stood there; for good. One that is final is replaced by
        another final one only: anything else is left out."""

    def day(self, on: date) -> "Day | None": ...

    def days(self, first: date, last: date) -> "tuple[Day, ...]":
        """Those of `[first, last]` that stand in the books, in order."""

    def put_about(self, about: str, hour: datetime, sheet: Sheet) -> None:
        """What a ticket or incident took in an hour, in the place of what stood there."""

    def put_abouts(self, hour: datetime, sheets: Mapping[str, Sheet]) -> None:
        """Many of one hour, by ticket or incident. What fails between may be done again."""

    def about(self, about: str) -> Mapping[datetime, Sheet]:
        """What a ticket or incident took, by hour."""

    def about_in(self, hour: datetime) -> tuple[str, ...]:
        """The tickets and incidents that took something in an hour, the dearest not first."""


class SmsLedger(Protocol):
    """Every SMS of the last months, and what it was charged at."""

    def put(self, sms: SentSms) -> None:
        """One that was sent; the same twice is one."""

    def get(self, id: str) -> SentSms | None: ...

    def told(self, sms: SentSms) -> None:
        """What was charged for one that is kept; one that is not kept is left out."""

    def of_day(self, day: date) -> tuple[SentSms, ...]:
        """Those sent on a day (UTC)."""


class ObservedPrices(Protocol):
    """Prices that were really charged."""

    def put(self, price: Price) -> None:
        """In the place of one of the same sku, country and day."""

    def all(self) -> tuple[Price, ...]: ...


class Bills(Protocol):
    """Bills as they were read last."""

    def put(self, bill: "Bill") -> None:
        """In the place of the one of its month and source."""

    def of(self, month: str, source: "BillSource") -> "Bill | None": ...


class Reconciliations(Protocol):
    """What was metered beside what was charged, as it was compared last."""

    def put(self, day: date, lines: "Sequence[Reconciled]") -> None:
        """Every line of a day (UTC), in the place of what stood there."""

    def of_month(self, month: str) -> "tuple[Reconciled, ...]":
        """The lines of a month such as `2026-11`, by day and in the order they were put in."""


class BillReader(Protocol):
    """Reads the bill of a month where it stands."""

    source: "BillSource"

    def read(self, month: str, *, now: datetime) -> "Bill":
        """The bill up to now. Raises Unanswered when it cannot be had now, BadInput when it is
        not what it should be (truncated, another account's), saying what."""


class SmsReports(Protocol):
    """Usage reports of SMS."""

    def of_day(self, day: date) -> Sequence[SentSms]:
        """What was charged on a day (UTC), by message; empty before the report is there.

        Each has `charged`, `charged_parts` and `by="report"`. Raises Unanswered, BadInput as
        `BillReader.read`.
        """


class Outside(Protocol):
    """What a function cannot see of itself."""

    def of_day(self, day: date) -> Sheet:
        """Billed time of functions, requests of the API and to queues that a day took, complete:
        it takes the place of what was metered of the same skus. Raises Unanswered."""


class CostMarks(Protocol):
    """What was done once, and small values that are kept.

    A key is a word for its kind, `#`, and which one it is, such as `told#2026-11#letter`.
    """

    def once(self, key: str, *, now: datetime) -> bool:
        """Whether nobody has done it before; remembers for 400 days that it is done now."""

    def begin(self, key: str, *, now: datetime) -> bool:
        """Whether it is ours to do: nobody has done it, nor begun to within ten minutes."""

    def done(self, key: str, *, now: datetime) -> None:
        """What was begun is done; remembered for 400 days."""

    def keep(self, key: str, text: str) -> None:
        """In the place of what was kept there."""

    def kept(self, key: str) -> str | None:
        """One read of one small item; None when nothing is kept."""


class LetterPost(Protocol):
    """Takes letters to whoever is told what it costs."""

    def send_letter(self, to: str, letter: "FinanceLetter") -> str:
        """Hand it to the provider; its message id.

        Raises ChannelRefused when this address cannot be reached, or nobody may send; and
        ChannelUnavailable when the provider fails; neither tells the address.
        """
