"""The bill as AWS Cost Explorer has it: by service and usage type, for each day of a month.

`GetCostAndUsage` costs 0.01 USD a request, pages included, and its figures change up to three
times a day (AWS Cost Management guide, "Analyzing your costs and usage with AWS Cost Explorer"):
it is asked once a UTC day and month, and whoever asks again gets what came then. Amounts are
`UnblendedCost`, without credits and refunds, which say nothing of what was used; `Estimated` is
true of a day until the invoice of its month is made. It answers in us-east-1 for every region.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.bill_names import named
from chalicelib.adapters.sms_account import asked
from chalicelib.domain.cost.bill import Bill, BillLine, BillSource
from chalicelib.domain.cost.exact import is_number
from chalicelib.domain.cost.price import CURRENCY
from chalicelib.domain.errors import BadInput, Unanswered

if TYPE_CHECKING:
    from chalicelib.ports import Bills, CostMarks

REGION = "us-east-1"
"""Where Cost Explorer answers."""

MOST_PAGES = 20
"""Each costs; a month of 31 days has some hundred lines a day at most."""


class CostExplorerBills:
    """Bills of the account of the client."""

    source = BillSource.COST_EXPLORER

    def __init__(
        self, *, explorer: Any, bills: "Bills", marks: "CostMarks", account: str = "", tag: str = ""
    ) -> None:
        """`explorer` is a boto3 client of `ce` that tries once, since every try may cost.

        `account` empty: everything that the account of the client pays for. `tag` is a
        cost-allocation tag such as `nightdesk-stage=prod`; empty: whatever runs in the account.
        """
        self._explorer = explorer
        self._bills = bills
        self._marks = marks
        self._account = account
        self._tag = tag

    def read(self, month: str, *, now: datetime) -> Bill:
        """What was read today, or else what is asked now.

        Raises Unanswered also where it was asked today without an answer: it is asked again
        tomorrow. BadInput for amounts that are none, in another currency or of other days.
        """
        there = self._bills.of(month, self.source)
        is_ours = there is not None and (there.account, there.tag) == (self._account, self._tag)
        if there is not None and is_ours and there.read_at.date() == now.astimezone(UTC).date():
            return there
        today = now.astimezone(UTC).date()
        if not self._marks.once(f"fetched#{self.source}#{month}#{today}", now=now):
            raise Unanswered(f"Cost Explorer was asked for {month} today; it is asked once a day")
        days = list(self._days(month, today))
        bill = Bill(
            month=month,
            source=self.source,
            account=self._account,
            currency=CURRENCY,
            read_at=now,
            is_final=bool(days) and not any(day.get("Estimated", True) for day in days),
            lines=tuple(line for day in days for line in _lines(day, month)),
            tag=self._tag,
        )
        self._bills.put(bill)
        return bill

    def _days(self, month: str, today: date) -> Iterator[Mapping[str, Any]]:
        first = date.fromisoformat(f"{month}-01")
        following = (first + timedelta(days=32)).replace(day=1)
        # The end is not included; a month that has begun today has no day yet.
        end = min(following, max(today, first + timedelta(days=1)))
        asking: dict[str, Any] = {
            "TimePeriod": {"Start": first.isoformat(), "End": end.isoformat()},
            "Granularity": "DAILY",
            "Metrics": ["UnblendedCost", "UsageQuantity"],
            "GroupBy": [
                {"Type": "DIMENSION", "Key": "SERVICE"},
                {"Type": "DIMENSION", "Key": "USAGE_TYPE"},
            ],
            "Filter": self._filter(),
        }
        for _ in range(MOST_PAGES):
            answer = asked(lambda: self._explorer.get_cost_and_usage(**asking))
            yield from answer.get("ResultsByTime", [])
            token = answer.get("NextPageToken")
            if not token:
                return
            asking["NextPageToken"] = token
        raise Unanswered(f"Cost Explorer has more than {MOST_PAGES} pages of {month}")

    def _filter(self) -> Mapping[str, Any]:
        wanted: list[Mapping[str, Any]] = [
            {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund"]}}}
        ]
        if self._account:
            wanted.append({"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": [self._account]}})
        if self._tag:
            key, _, value = self._tag.partition("=")
            wanted.append({"Tags": {"Key": key, "Values": [value]}})
        return wanted[0] if len(wanted) == 1 else {"And": wanted}


def _lines(day: Mapping[str, Any], month: str) -> Iterator[BillLine]:
    """Of one day; raises BadInput that names the day and what is wrong with it."""
    text = str(day.get("TimePeriod", {}).get("Start", ""))
    where = f"Cost Explorer, {text or 'a day without a date'}"
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{where}: it is no day; ask again tomorrow") from None
    if f"{on:%Y-%m}" != month:
        raise BadInput(f"{where}: it is not of {month}; ask again tomorrow")
    for group in day.get("Groups", []):
        keys: Sequence[str] = group.get("Keys", [])
        service, usage_type = (*keys, "", "")[:2]
        amount = _number(group, "UnblendedCost", f"{where}, {service}", currency=CURRENCY)
        if amount is None:
            raise BadInput(f"{where}, {service}: it has no UnblendedCost; ask again tomorrow")
        quantity = _number(group, "UsageQuantity", f"{where}, {service}")
        if not amount and not quantity:
            continue
        what = named(service, usage_type)
        yield BillLine(
            day=on,
            group=what.group,
            named=f"{service} {usage_type}".strip() if what.group else service,
            amount=amount,
            quantity=what.quantity(quantity),
            sku=what.sku,
            region=what.region,
        )


def _number(
    group: Mapping[str, Any], metric: str, where: str, *, currency: str = ""
) -> Decimal | None:
    found = group.get("Metrics", {}).get(metric)
    if found is None:
        return None
    unit = str(found.get("Unit", ""))
    if currency and unit != currency:
        raise BadInput(f"{where}: {metric} is in {unit or 'no currency'}; use {currency}")
    try:
        number = Decimal(str(found.get("Amount")))
    except InvalidOperation:
        raise BadInput(f"{where}: {metric} is {found.get('Amount')!r}, no number") from None
    if not is_number(number):
        raise BadInput(f"{where}: {metric} is {number}; no number")
    return number


if TYPE_CHECKING:
    from chalicelib.ports import BillReader

    _: type[BillReader] = CostExplorerBills
