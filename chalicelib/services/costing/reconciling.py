"""Compares what was metered with what others say: CloudWatch, receipts and reports of SMS, bills.

Once a day, for each day that is over and not final. Whoever does not answer, or says what cannot
be used, is named in the result and stops nobody else: the day is looked at again tomorrow. Done
twice, or interrupted and begun again, it leaves what once would have left.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.cost import PriceBook, Sheet
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.reconciling import Reconciled
from chalicelib.domain.cost.reconciling.comparing import compared
from chalicelib.domain.cost.reconciling.observing import observed
from chalicelib.domain.cost.replacing import replaced
from chalicelib.domain.errors import NotFound
from chalicelib.domain.finance import Finance
from chalicelib.ports import Books, CostMarks, Desks, ObservedPrices, Reconciliations
from chalicelib.services.costing.asking import Answers, Asking
from chalicelib.services.costing.differences import Differences

NOT_BEFORE = 3
"""Hour (UTC) from which yesterday is looked at: logs and metrics of its last minutes are there, and
nobody puts its hours into the books any more."""

WAITS = 5
"""Days until a bill is taken as it stands, whether the seller calls it final or not."""

LOOKS_BACK = 27
"""Days after which one that nobody has said anything of is let go; less than any month has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was done."""

    days: int = 0
    """That were compared."""
    final: int = 0
    """That are settled now."""
    lines: tuple[Reconciled, ...] = ()
    failures: tuple[str, ...] = ()
    """Who did not answer, or said what cannot be used, in words."""
    is_done: bool = True
    """Whether there was time for all; otherwise a later run goes on."""


class Reconciling:
    """Settles days."""

    def __init__(
        self,
        *,
        desks: Desks,
        books: Books,
        prices: Callable[[], PriceBook],
        observed: ObservedPrices,
        reconciliations: Reconciliations,
        marks: CostMarks,
        asking: Asking,
        differences: Differences,
        region: str,
    ) -> None:
        """`region` is ours: what a bill has of another is nothing that we use."""
        self._desks = desks
        self._books = books
        self._prices = prices
        self._observed = observed
        self._reconciliations = reconciliations
        self._marks = marks
        self._asking = asking
        self._differences = differences
        self._region = region

    def reconcile(
        self, *, now: datetime, has_time: Callable[[], bool] = lambda: True
    ) -> Compared | None:
        """Compare every day that is complete and not final; None when it is done for today.

        Differences over 5 % are told to finance, each once.
        """
        today = now.astimezone(UTC).date()
        mark = f"fetched#compared-{today}"
        if now.astimezone(UTC).hour < NOT_BEFORE or not self._marks.begin(mark, now=now):
            return None
        try:
            desk = self._desks.current()
        except NotFound:
            return None
        answers = self._asking.begin(desk.finance, now=now)
        lines: list[Reconciled] = []
        days, final, is_done = 0, 0, True
        for day in self._due(desk.finance, today):
            if not has_time():
                is_done = False
                break
            is_final, found = self._settle(day, answers, today=today, now=now)
            lines += found
            days += 1
            final += is_final
        self._differences.flagged(desk, self._kept(today), now=now)
        if is_done:
            self._marks.done(mark, now=now)
        return Compared(
            days=days,
            final=final,
            lines=tuple(lines),
            failures=tuple(answers.failures),
            is_done=is_done,
        )

    def _kept(self, today: date) -> Iterator[Reconciled]:
        """Of every day that may be news: a run that ended before it could tell is made good."""
        first = today - timedelta(days=LOOKS_BACK)
        for month in dict.fromkeys(f"{day:%Y-%m}" for day in (first, today)):
            for line in self._reconciliations.of_month(month):
                if line.day >= first:
                    yield line

    def _due(self, finance: Finance, today: date) -> Iterator[Day]:
        """Days that are complete and not final, the oldest first."""
        first, last = today - timedelta(days=LOOKS_BACK), today - timedelta(days=1)
        for day in self._books.days(first, last):
            is_young = today - day.on <= timedelta(days=WAITS)
            if day.state is DayState.ESTIMATED and (is_young or finance.bill is not None):
                yield day

    def _settle(
        self, day: Day, answers: Answers, *, today: date, now: datetime
    ) -> tuple[bool, tuple[Reconciled, ...]]:
        """Whether the day is final, and its lines."""
        is_waiting = today - day.on < timedelta(days=WAITS)
        if today - day.on <= timedelta(days=WAITS):
            day = self._seen_from_outside(day, answers, now=now)
        sms, bill = answers.messages(day.on), answers.bill(day.on)
        is_billed = bill is not None and any(line.day == day.on for line in bill.lines)
        is_final = bill is not None and (bill.is_final or (is_billed and not is_waiting))
        # Without a bill SMS are settled by age alone; the day as a whole never is.
        is_closed = is_final or (answers.finance.bill is None and not is_waiting)
        state = DayState.FINAL if is_closed else DayState.ESTIMATED
        lines = compared(day, bill=bill, sms=sms, region=self._region, state=state)
        for price in observed(day, bill=bill, sms=sms):
            self._observed.put(price)
        if lines:
            self._reconciliations.put(day.on, lines)
        if is_final:
            self._books.put_day(replace(day, state=DayState.FINAL))
        return is_final, lines

    def _seen_from_outside(self, day: Day, answers: Answers, *, now: datetime) -> Day:
        """The day with what functions cannot see of themselves; asked until somebody says it."""
        mark = f"fetched#outside-{day.on}"
        if not self._marks.begin(mark, now=now):
            return day
        outside = answers.outside(day.on)
        if outside is None:
            return day
        sheet = replaced(day.sheet, outside)
        if sheet != day.sheet:
            day = self._priced(day, sheet)
            self._books.put_day(day)
        self._marks.done(mark, now=now)
        return day

    def _priced(self, day: Day, sheet: Sheet) -> Day:
        """By the prices that the day was priced by; others only for what it did not have."""
        book, held = self._prices(), {(price.sku, price.country) for price in day.prices}
        missing = {one.sku for one in replace(day, sheet=sheet).unpriced}
        more = [
            one for one in book.prices if one.sku in missing and (one.sku, one.country) not in held
        ]
        region = next((one.region for one in (*day.prices, *more) if one.region), "")
        merged = PriceBook((*day.prices, *more), currency=book.currency, region=region)
        return Day.priced_by(merged, on=day.on, sheet=sheet, state=day.state)
