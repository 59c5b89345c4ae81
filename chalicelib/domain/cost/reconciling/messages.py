"""SMS by their message ids: what we sent beside what receipts and usage reports say."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.domain.cost.day import Day
from chalicelib.domain.cost.exact import ZERO, amount_of, minus, plus, total
from chalicelib.domain.cost.price import Price
from chalicelib.domain.cost.reconciling.reasons import Cause
from chalicelib.domain.cost.sms import SMS_PART, SentSms

STRANGERS = "SMS that this desk did not send"


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """The SMS of a day."""

    sent: tuple[SentSms, ...]
    """Those of the desk, with what is known of their charges."""
    strangers: tuple[SentSms, ...] = ()
    """Those of the usage report that the desk knows nothing of."""
    is_reported: bool = False
    """Whether the usage report of the day is there."""

    @property
    def unknown(self) -> int:
        """SMS of which nobody says what was charged."""
        return sum(one.charged is None for one in self.sent)

    @property
    def charged(self) -> Decimal | None:
        """What was charged for those of the desk, exact; None while it is not known of each.

        Once the report is there, what is neither on it nor on a receipt was not charged.
        """
        if self.unknown and not self.is_reported:
            return None
        return total(one.charged for one in self.sent if one.charged is not None)

    @property
    def charged_to_strangers(self) -> Decimal:
        return total(one.charged for one in self.strangers if one.charged is not None)

    @property
    def by(self) -> str:
        """Who says so."""
        return "sms-report" if self.is_reported else "receipt"


def sms_prices(day: Day) -> Mapping[str, Price]:
    """What a part costs by country, as the books of a day have it."""
    return {line.entry.country: line.price for line in day.lines if line.entry.sku == SMS_PART}


def causes(messages: Messages, day: Day, *, metered: Decimal) -> tuple[Cause, ...]:
    """Why `messages.charged` differs from what was metered; they add up to it."""
    prices = sms_prices(day)
    absent: list[Decimal] = []
    parts: list[Decimal] = []
    priced: dict[str, list[Decimal]] = {}
    unpriced: dict[str, list[Decimal]] = {}
    booked = ZERO
    for one in messages.sent:
        price = prices.get(one.country)
        ours = _of(one.parts, price)
        booked = plus(booked, ours)
        if one.charged is None:
            absent.append(minus(ZERO, ours))
        elif price is None:
            unpriced.setdefault(one.country, []).append(one.charged)
        else:
            theirs = _of(one.charged_parts or one.parts, price)
            parts.append(minus(theirs, ours))
            priced.setdefault(one.country, []).append(minus(one.charged, theirs))
    found = [
        _cause(
            absent,
            f"{len(absent)} of {len(messages.sent)} SMS are neither on the report nor "
            "on a receipt, as those to phones that have opted out",
        ),
        _cause(
            parts,
            f"parts were counted differently for {_differ(parts)} of {len(messages.sent)} SMS",
        ),
        *(
            _cause(
                differences,
                f"{_differ(differences)} SMS to {country or 'unknown countries'} "
                "were charged at another price than the books have",
            )
            for country, differences in sorted(priced.items())
        ),
        *(
            _cause(amounts, f"no price is known of SMS to {country or 'unknown countries'}")
            for country, amounts in sorted(unpriced.items())
        ),
        Cause(
            amount=minus(booked, metered),
            words="the books count other SMS than the list of those that were sent",
            is_likely=False,
        ),
    ]
    return tuple(cause for cause in found if cause.amount)


def observed_prices(messages: Messages, day: Day) -> Mapping[str, Decimal]:
    """What a part was really charged at by country, where the books have another price.

    Carriers of one country may charge differently: the price of most SMS counts, and of two
    that are as frequent the greater. One that cannot be told exactly is left out.
    """
    counts: dict[str, dict[Decimal, int]] = {}
    for one in messages.sent:
        number = one.charged_parts or one.parts
        if not one.charged or not one.country or number < 1:
            continue
        each = one.charged / number
        if each * number == one.charged:
            of_country = counts.setdefault(one.country, {})
            of_country[each] = of_country.get(each, 0) + number
    booked = sms_prices(day)
    found: dict[str, Decimal] = {}
    for country, seen in counts.items():
        each = max(seen, key=lambda price: (seen[price], price))
        there = booked.get(country)
        if there is None or amount_of(Decimal(1), there.amount, there.per) != each:
            found[country] = each
    return found


def _of(parts: int, price: Price | None) -> Decimal:
    return price.of(Decimal(parts)) if price is not None else ZERO


def _cause(differences: list[Decimal], words: str) -> Cause:
    return Cause(amount=total(differences), words=words)


def _differ(differences: list[Decimal]) -> int:
    return sum(difference != 0 for difference in differences)
