"""A day of the books beside a day of the bill: by group, and by sku where the bill says it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.domain.cost.bill import Bill, BillLine
from chalicelib.domain.cost.exact import ZERO, minus, plus, total
from chalicelib.domain.cost.price import CURRENCY
from chalicelib.domain.cost.reconciling.groups import CREDIT, TAX, Metered
from chalicelib.domain.cost.reconciling.reasons import Cause, near, percent, without_zeros
from chalicelib.domain.errors import BadInput

A_FEW = Decimal("0.05")
"""Share of more that calls which were repeated after a lost answer may make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """What a bill has of one sku, on one day."""

    quantity: Decimal | None
    """None where it does not say."""
    amount: Decimal


FREE_OF_METERING = {TAX: "tax", CREDIT: "a credit or discount of the whole bill"}
"""Groups of a bill that nobody meters, and what they are."""


def checked(bill: Bill, *, month: str, account: str, currency: str = CURRENCY) -> Bill:
    """The bill, when it is the one that was asked for.

    `account` empty: whichever comes. Raises BadInput that says what is wrong; nothing of such a
    bill is used.
    """
    name = f"the bill of {month} ({bill.source})"
    if bill.month != month:
        raise BadInput(f"{name}: it is of {bill.month}; look where the bill of {month} stands")
    if account and bill.account and bill.account != account:
        raise BadInput(
            f"{name}: it is of account {bill.account}; use that of {account}, or change "
            "finance.bill.account"
        )
    if bill.currency != currency:
        raise BadInput(f"{name}: it is in {bill.currency}; use one in {currency}")
    other = next((line for line in bill.lines if f"{line.day:%Y-%m}" != month), None)
    if other is not None:
        raise BadInput(f"{name}: {other.named} is of {other.day}; use the bill of one month")
    return bill


def by_sku(lines: Sequence[BillLine]) -> Mapping[str, Charged]:
    """Lines of one day by sku; what is not told apart stands under the empty name."""
    found: dict[str, Charged] = {}
    for line in lines:
        there = found.get(line.sku)
        quantity = line.quantity
        if there is not None:
            both = quantity is not None and there.quantity is not None
            quantity = plus(there.quantity or ZERO, quantity or ZERO) if both else None
        amount = plus(there.amount if there else ZERO, line.amount)
        found[line.sku] = Charged(quantity=quantity, amount=amount)
    return found


def causes(
    lines: Sequence[BillLine], metered: Sequence[Metered], *, bill: Bill
) -> tuple[Cause, ...]:
    """Why the lines of one group on one day differ from what was metered; they add up to it."""
    found = [
        Cause(amount=one.amount, words=f"a credit or discount: {one.named}")
        for one in lines
        if one.amount < 0
    ]
    charged = by_sku([one for one in lines if one.amount >= 0])
    ours = {one.sku: one for one in metered}
    if not any(sku for sku in charged) or not ours:
        return (*found, *_as_a_whole(charged, ours, lines, bill))
    for sku in sorted(charged.keys() | ours.keys()):
        if not sku:
            found += [
                Cause(amount=one.amount, words=f"{one.named} is not metered")
                for one in lines
                if not one.sku and one.amount > 0
            ]
        else:
            found.append(_of_sku(sku, charged.get(sku), ours.get(sku), bill))
    return tuple(found)


def _of_sku(sku: str, charged: Charged | None, ours: Metered | None, bill: Bill) -> Cause:
    amount = minus(charged.amount if charged else ZERO, ours.amount if ours else ZERO)

    def cause(words: str, *, is_likely: bool = True) -> Cause:
        return Cause(amount=amount, words=words, is_likely=is_likely)

    if charged is None:
        if not bill.is_final:
            return cause(f"{sku} is not on the bill yet")
        return cause(f"{sku} is not on the bill", is_likely=False)
    if ours is None:
        return _more(f"nothing of {sku} was metered", amount, bill, is_few=False)
    if not ours.is_priced:
        return cause(f"no price is known of {sku}")
    if not charged.amount and ours.amount:
        return cause(f"{sku} is on the bill at no charge, as within a free tier")
    if charged.quantity is None:
        return _by_amount(sku, amount, ours.amount, bill)
    if near(charged.quantity, ours.quantity):
        return cause(_price_words(sku, charged, ours))
    difference = minus(charged.quantity, ours.quantity)
    share = percent(difference, ours.quantity)
    if difference < 0:
        words = f"the bill counts {share} less {sku}"
        if bill.is_final:
            return cause(words, is_likely=False)
        return cause(f"{words} so far; it is not complete")
    is_few = abs(difference) <= A_FEW * ours.quantity
    return _more(f"the bill counts {share} more {sku}", amount, bill, is_few=is_few)


def _as_a_whole(
    charged: Mapping[str, Charged],
    ours: Mapping[str, Metered],
    lines: Sequence[BillLine],
    bill: Bill,
) -> tuple[Cause, ...]:
    """Where the bill does not tell skus apart, or none of them was metered."""
    whole, metered = (
        total(one.amount for one in charged.values()),
        total(one.amount for one in ours.values()),
    )
    difference = minus(whole, metered)
    if not difference:
        return ()
    if not ours:
        named = ", ".join(dict.fromkeys(one.named for one in lines if one.amount > 0))
        return (_more(f"nothing of {named} was metered", difference, bill, is_few=False),)
    unpriced = [one.sku for one in ours.values() if not one.is_priced]
    if unpriced and difference > 0:
        return (Cause(amount=difference, words=f"no price is known of {', '.join(unpriced)}"),)
    if not charged:
        if all(one.amount < 0 for one in lines) and lines:
            words = "nothing but credits is on the bill"
        else:
            words = "nothing of it is on the bill"
        return (
            Cause(
                amount=difference,
                words=words if bill.is_final else f"{words} yet",
                is_likely=not bill.is_final,
            ),
        )
    if not whole:
        words = "it is on the bill at no charge, as within a free tier"
        return (Cause(amount=difference, words=words),)
    return (_by_amount("it", difference, metered, bill),)


def _by_amount(what: str, difference: Decimal, metered: Decimal, bill: Bill) -> Cause:
    share = percent(difference, metered)
    if difference > 0:
        is_few = difference <= A_FEW * metered
        return _more(f"{share} more was charged for {what}", difference, bill, is_few=is_few)
    words = f"{share} less was charged for {what}"
    if bill.is_final:
        return Cause(amount=difference, words=words, is_likely=False)
    return Cause(amount=difference, words=f"{words} so far; the bill is not complete")


def _more(words: str, amount: Decimal, bill: Bill, *, is_few: bool) -> Cause:
    """More than we have: of others in the account, or of calls that were repeated."""
    if not bill.tag:
        words += "; the bill is of the whole account, with whatever else runs there"
        return Cause(amount=amount, words=words)
    if is_few:
        words += ", as calls that were repeated after a lost answer make"
        return Cause(amount=amount, words=words)
    return Cause(amount=amount, words=words, is_likely=False)


def _price_words(sku: str, charged: Charged, ours: Metered) -> str:
    if not charged.quantity or ours.price is None:
        return f"{sku} is charged at another price"
    there = charged.amount * ours.price.per / charged.quantity
    per = f" per {ours.price.per:,}" if ours.price.per > 1 else ""
    booked, paid = without_zeros(ours.price.amount), without_zeros(rounded(there))
    return f"{sku} is charged at {paid}{per}, and the books have {booked}"


def rounded(price: Decimal) -> Decimal:
    """A price that was worked out, to six digits that count."""
    return price.quantize(Decimal(1).scaleb(price.adjusted() - 5)) if price else price
