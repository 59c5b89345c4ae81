"""A day of the books beside everything that others say of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from chalicelib.domain.cost.bill import Bill, BillLine
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.exact import ZERO, minus, total
from chalicelib.domain.cost.price import CURRENCY
from chalicelib.domain.cost.reconciling import bills, messages
from chalicelib.domain.cost.reconciling.groups import ON_THE_BILL, SMS, Metered, metered
from chalicelib.domain.cost.reconciling.messages import STRANGERS, Messages
from chalicelib.domain.cost.reconciling.reasons import Cause, reason_of
from chalicelib.domain.cost.reconciling.reconciled import UNEXPLAINED, Reconciled


def compared(
    day: Day,
    *,
    bill: Bill | None = None,
    sms: Messages | None = None,
    region: str = "",
    state: DayState = DayState.ESTIMATED,
) -> tuple[Reconciled, ...]:
    """Every group of a day, then what is unexplained; what nobody says anything of is left out.

    What was charged adds up to the bill of the day, exactly; SMS that the bill does not have are
    compared with what receipts and the usage report say. `region` is ours; of a `state` that is
    final the bill is taken as it stands.
    """
    ours = metered(day)
    found: list[Reconciled] = []
    if bill is None:
        if sms is not None:
            found += _of_messages(day, ours.get(SMS, ()), sms, state)
        return tuple(found)
    sides = _Sides(day, replace(bill, is_final=bill.is_final or state is DayState.FINAL), state)
    groups: dict[str, list[BillLine]] = {}
    strange: dict[str, list[BillLine]] = {}
    for line in sides.lines:
        is_away = bool(line.region) and bool(region) and line.region != region
        if is_away:
            strange.setdefault(f"{line.named} in {line.region}", []).append(line)
        elif line.group in ON_THE_BILL or line.group in bills.FREE_OF_METERING:
            groups.setdefault(line.group, []).append(line)
        else:
            strange.setdefault(line.named, []).append(line)
    for group in sorted({*ours, *groups, *([SMS] if sms is not None else [])}):
        its, lines = ours.get(group, ()), groups.get(group, [])
        if group != SMS or sms is None:
            found.append(sides.group(group, its, lines))
        elif lines:
            found += sides.sms(its, lines, sms)
        else:
            found += _of_messages(day, its, sms, state)
    found += [
        sides.strange(named, lines, is_away=not named.endswith(lines[0].named))
        for named, lines in sorted(strange.items())
        if total(line.amount for line in lines)
    ]
    return tuple(sorted(found, key=lambda one: one.group == UNEXPLAINED))


@dataclass(frozen=True, slots=True)
class _Sides:
    """A day of the books, and the bill."""

    day: Day
    bill: Bill
    state: DayState

    @property
    def lines(self) -> list[BillLine]:
        return [line for line in self.bill.lines if line.day == self.day.on]

    def group(self, group: str, ours: Sequence[Metered], lines: Sequence[BillLine]) -> Reconciled:
        booked = total(one.amount for one in ours)
        silence = self._silence(group, lines)
        if silence:
            return _line(self.day, group, booked, None, self.state, silence, self.bill.source)
        charged = total(line.amount for line in lines)
        words = bills.FREE_OF_METERING.get(group) or reason_of(
            bills.causes(lines, ours, bill=self.bill), charged=charged, metered=booked
        )
        return _line(self.day, group, booked, charged, self.state, words, self.bill.source)

    def _silence(self, group: str, lines: Sequence[BillLine]) -> str:
        """Why the bill says nothing of a group; empty when it does, or says that it was nothing."""
        if group not in ON_THE_BILL and group not in bills.FREE_OF_METERING:
            return "not billed by AWS"
        if lines:
            return ""
        if self.bill.tag and not self.bill.lines:
            return (
                f"nothing on the bill carries the tag {self.bill.tag}: switch it on as a cost "
                "allocation tag"
            )
        if not self.lines:
            return "the bill does not have this day yet"
        if self.bill.tag:
            return f"the bill is of what carries the tag {self.bill.tag}, and nothing of this does"
        return "" if self.bill.is_final else "the bill does not have it yet"

    def sms(
        self, ours: Sequence[Metered], lines: Sequence[BillLine], sms: Messages
    ) -> Iterator[Reconciled]:
        """What the bill has of SMS, less what those cost that the desk did not send."""
        booked = total(one.amount for one in ours)
        billed = total(line.amount for line in lines)
        said, strangers = sms.charged, sms.charged_to_strangers
        if said is None or strangers > billed:  # then the bill has not caught up with the report
            yield self.group(SMS, ours, lines)
            return
        charged = minus(billed, strangers)
        words = "the bill has another amount than receipts and reports add up to"
        if not self.bill.is_final:
            words += "; it is not complete"
        rest = Cause(amount=minus(charged, said), words=words, is_likely=not self.bill.is_final)
        causes = (*messages.causes(sms, self.day, metered=booked), rest)
        words = reason_of(causes, charged=charged, metered=booked)
        yield _line(self.day, SMS, booked, charged, self.state, words, self.bill.source)
        yield from _strangers(self.day, sms, self.state, self.bill.source)

    def strange(self, named: str, lines: Sequence[BillLine], *, is_away: bool) -> Reconciled:
        """What is on the bill and metered nowhere, by its name there."""
        words = "this desk runs in another region" if is_away else "nothing of it is metered"
        if not self.bill.tag:
            words += "; the bill is of the whole account"
        charged = total(line.amount for line in lines)
        line = _line(self.day, UNEXPLAINED, ZERO, charged, self.state, words, self.bill.source)
        return replace(line, named=named)


def _of_messages(
    day: Day, ours: Sequence[Metered], sms: Messages, state: DayState
) -> Iterator[Reconciled]:
    """SMS by what receipts and the usage report say alone."""
    booked = total(one.amount for one in ours)
    if sms.charged is None:
        words = f"of {sms.unknown} of {len(sms.sent)} SMS nobody says yet what was charged"
        yield _line(day, SMS, booked, None, state, words, sms.by)
    elif sms.sent or ours:
        causes = messages.causes(sms, day, metered=booked)
        words = reason_of(causes, charged=sms.charged, metered=booked)
        yield _line(day, SMS, booked, sms.charged, state, words, sms.by)
    yield from _strangers(day, sms, state, sms.by)


def _strangers(day: Day, sms: Messages, state: DayState, by: str) -> Iterator[Reconciled]:
    if sms.charged_to_strangers:
        words = (
            f"{len(sms.strangers)} SMS on the usage report are neither pages nor notes of this "
            "desk: its notices and alarms to the fallback and the lead, or something else in the "
            "account"
        )
        line = _line(day, UNEXPLAINED, ZERO, sms.charged_to_strangers, state, words, by)
        yield replace(line, named=STRANGERS)


def _line(
    day: Day,
    group: str,
    booked: Decimal,
    charged: Decimal | None,
    state: DayState,
    reason: str,
    by: str,
) -> Reconciled:
    return Reconciled(
        period=day.on.isoformat(),
        group=group,
        metered=booked,
        charged=charged,
        currency=CURRENCY,
        reason=reason,
        state=state,
        by=by,
    )
