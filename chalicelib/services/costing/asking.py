"""Asking others what was used and charged; whoever does not answer is named and stops nobody."""

import logging
from collections.abc import Callable
from datetime import date, datetime

from chalicelib.domain.cost import Sheet
from chalicelib.domain.cost.bill import Bill
from chalicelib.domain.cost.reconciling.bills import checked
from chalicelib.domain.cost.reconciling.messages import Messages
from chalicelib.domain.cost.sms import SentSms
from chalicelib.domain.errors import BadInput, Unanswered
from chalicelib.domain.finance import BillSettings, Finance
from chalicelib.ports import BillReader, Bills, Outside, SmsLedger, SmsReports

log = logging.getLogger("nightdesk.costing")

Readers = Callable[[BillSettings], BillReader]
Reports = Callable[[Finance], SmsReports | None]


class Asking:
    """Everybody who can be asked."""

    def __init__(
        self,
        *,
        ledger: SmsLedger,
        bills: Bills,
        outside: Outside,
        reports: Reports,
        reader: Readers,
    ) -> None:
        """`reports` and `reader` make what the configuration in force names."""
        self.ledger = ledger
        self.bills = bills
        self.seen = outside
        self.reports = reports
        self.reader = reader

    def begin(self, finance: Finance, *, now: datetime) -> "Answers":
        return Answers(self, finance, now)


class Answers:
    """What they say in one run; a bill is asked for once."""

    def __init__(self, asking: Asking, finance: Finance, now: datetime) -> None:
        self.failures: list[str] = []
        """Who did not answer, or said what cannot be used, in words."""
        self.finance = finance
        self._asking = asking
        self._now = now
        self._bills: dict[str, Bill | None] = {}

    def outside(self, on: date) -> Sheet | None:
        """What a day took as it is seen from outside; None when nobody says."""
        try:
            return self._asking.seen.of_day(on)
        except Unanswered as error:
            self._failed(f"what {on} took, seen from outside", error)
            return None

    def messages(self, on: date) -> Messages | None:
        """The SMS of a day, with what receipts and the report say of them; None without any."""
        ledger = self._asking.ledger
        reported = self._reported(on)
        known = {one.id: one for one in ledger.of_day(on)}
        strangers = []
        for one in reported:
            there = known.get(one.id) or ledger.get(one.id)
            if there is None:
                strangers.append(one)
            elif _charge(there) != _charge(one):
                ledger.told(one)
        sent = ledger.of_day(on) if reported else tuple(known.values())
        if not sent and not strangers:
            return None
        return Messages(sent=sent, strangers=tuple(strangers), is_reported=bool(reported))

    def bill(self, on: date) -> Bill | None:
        """The bill of the month of a day: as it is read now, else as it was read last."""
        settings = self.finance.bill
        if settings is None:
            return None
        month = f"{on:%Y-%m}"
        if month not in self._bills:
            self._bills[month] = self._read(month, settings)
        return self._bills[month]

    def _reported(self, on: date) -> tuple[SentSms, ...]:
        reports = self._asking.reports(self.finance)
        if reports is None:
            return ()
        try:
            return tuple(reports.of_day(on))
        except (Unanswered, BadInput) as error:
            self._failed(f"the usage report of SMS of {on}", error)
            return ()

    def _read(self, month: str, settings: BillSettings) -> Bill | None:
        try:
            bill = self._asking.reader(settings).read(month, now=self._now)
            bill = checked(bill, month=month, account=settings.account)
        except (Unanswered, BadInput) as error:
            self._failed(f"the bill of {month}", error)
        else:
            self._asking.bills.put(bill)
            return bill
        kept = self._asking.bills.of(month, settings.source)
        if kept is None or kept.tag != settings.tag:
            return None
        return kept if settings.account in ("", kept.account) else None

    def _failed(self, what: str, error: Exception) -> None:
        words = f"{what}: {error}"
        log.warning("costs_not_compared", extra={"trouble": words})
        self.failures.append(words)


def _charge(sms: SentSms) -> tuple[object, ...]:
    return sms.charged, sms.charged_parts, sms.by
