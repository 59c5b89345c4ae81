"""Prices that were really charged."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal

from chalicelib.domain.cost.bill import Bill, BillLine
from chalicelib.domain.cost.day import Day
from chalicelib.domain.cost.price import CURRENCY, Price, PriceKind
from chalicelib.domain.cost.reconciling import bills, messages
from chalicelib.domain.cost.reconciling.groups import metered
from chalicelib.domain.cost.reconciling.messages import Messages
from chalicelib.domain.cost.reconciling.reasons import near
from chalicelib.domain.cost.sms import SMS_PART

_PRICE = Context(prec=12, rounding=ROUND_HALF_EVEN)


def observed(
    day: Day, *, bill: Bill | None = None, sms: Messages | None = None
) -> tuple[Price, ...]:
    """Prices that were really charged and differ from those in the books by over 1 %.

    Of the bill only where quantities agree and another day of the bill has the same price: what
    a free tier took off one day is no price. They hold from this day on.
    """
    found = list(_observed_on(bill, day)) if bill is not None else []
    if sms is not None:
        source = "usage report of SMS" if sms.is_reported else "delivery receipts of SMS"
        found += [
            Price(
                sku=SMS_PART,
                amount=each,
                currency=CURRENCY,
                since=day.on,
                seen_on=day.on,
                source=f"{source}, {day.on}",
                unit="part",
                country=country,
                kind=PriceKind.OBSERVED,
            )
            for country, each in sorted(messages.observed_prices(sms, day).items())
        ]
    return tuple(found)


def _observed_on(bill: Bill, day: Day) -> Iterable[Price]:
    of_day: dict[date, list[BillLine]] = {}
    for line in bill.lines:
        of_day.setdefault(line.day, []).append(line)
    charged = {on: bills.by_sku(lines) for on, lines in of_day.items()}
    for group in metered(day).values():
        for ours in group:
            here = _unit(charged.get(day.on, {}).get(ours.sku))
            quantity = charged.get(day.on, {}).get(ours.sku)
            if here is None or ours.price is None or quantity is None or ours.sku == SMS_PART:
                continue
            booked = ours.price.amount / ours.price.per
            if not near(quantity.quantity or Decimal(0), ours.quantity) or near(here, booked):
                continue
            others = [_unit(lines.get(ours.sku)) for on, lines in charged.items() if on != day.on]
            if not any(other is not None and near(other, here) for other in others):
                continue
            yield Price(
                sku=ours.sku,
                amount=_PRICE.plus(here * ours.price.per),
                currency=bill.currency,
                since=day.on,
                seen_on=bill.read_at.date(),
                source=f"{bill.source} of {bill.month}",
                per=ours.price.per,
                unit=ours.price.unit,
                region=ours.price.region,
                kind=PriceKind.OBSERVED,
            )


def _unit(charged: bills.Charged | None) -> Decimal | None:
    if charged is None or not charged.quantity or charged.amount <= 0:
        return None
    return charged.amount / charged.quantity
