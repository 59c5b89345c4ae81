"""The tables of `docs/cost.md`: what a month costs at some sizes, seats of other tools, prices.

`python -m infra.prices.table` writes them anew between the marks in that file. Everything is told
as of the day on which usage was measured, so that the page changes when its grounds do.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec

from chalicelib.adapters.price_book import list_prices, price_book
from chalicelib.adapters.usage_profile import usage_profile
from chalicelib.domain.cost import Feature, Price, PriceBook
from chalicelib.domain.cost.exact import ZERO, shown
from chalicelib.domain.cost.skus import NO_PRICE, SKUS, Sku
from chalicelib.domain.cost.sms import SMS_PART
from infra.prices.samples import REGION, SAMPLES, Sample, found

DOCUMENT = Path(__file__).parents[2] / "docs" / "cost.md"
SEATS = Path(__file__).with_name("seats.json")

BEGIN = "<!-- {}: written by `python -m infra.prices.table` -->\n"
END = "<!-- end of {} -->\n"


class Seat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a seat of another tool costs."""

    tool: str
    plan: str
    usd: Decimal
    """A month."""
    who: str
    """Who needs one: `agents` or `responders`."""
    billed: str
    seen_on: date
    source: str

    def of(self, sample: Sample) -> Decimal:
        """What the company would pay a month."""
        seats = sample.size.agents if self.who == "agents" else Decimal(sample.responders)
        return self.usd * seats


def seats() -> list[Seat]:
    return msgspec.json.decode(SEATS.read_bytes(), type=list[Seat])


def _sizes() -> str:
    told = [found(sample) for sample in SAMPLES]
    features = [one for one in Feature if any(one in each.by_feature for each in told)]

    def each(unit: str) -> list[str]:
        named = [next(one for one in it.unit_costs if one.unit == unit) for it in told]
        return [shown(one.each, 5) if one.each is not None else "" for one in named]

    rows = [
        ["**together**", *(f"**{shown(one.amount)}**" for one in told)],
        *(
            [f"for {feature}", *(shown(one.by_feature.get(feature, ZERO)) for one in told)]
            for feature in features
        ),
        ["when nobody says or does anything", *(shown(one.at_rest) for one in told)],
        *(
            [f"each {unit}", *each(unit)]
            for unit in ("mention read", "page", "reply", "agent-hour of polling")
        ),
    ]
    asked = [f"* {one.name}: `nightdesk cost whatif {one.asked}`" for one in SAMPLES]
    profile = usage_profile()
    ground = [
        f"Prices of {REGION} that were known on {profile.measured_on}; usage by "
        f"`{profile.command}`, {profile.measured_on}. Taken for granted:",
        "",
        *(f"* {line}" for line in profile.assumed),
    ]
    return "\n".join(
        [
            *_table(["USD a month", *(one.name for one in SAMPLES)], rows),
            "",
            *asked,
            "",
            *ground,
            "",
        ]
    )


def _of_seats() -> str:
    columns = ["tool, plan", "a seat", "read", *(one.name for one in SAMPLES)]
    rows = [
        [
            f"[{one.tool}]({one.source}) {one.plan}",
            f"{one.usd} ({one.who[:-1]}, {one.billed})",
            str(one.seen_on),
            *(shown(one.of(sample), 0) for sample in SAMPLES),
        ]
        for one in seats()
    ]
    ours = ["**Nightdesk**", "none", "", *(f"**{shown(found(one).amount, 0)}**" for one in SAMPLES)]
    return "\n".join([*_table(columns, [ours, *rows]), ""])


def _prices() -> str:
    regions = list(dict.fromkeys(one.region for one in list_prices() if one.region))
    books = {region: price_book(region=region) for region in regions}
    on = usage_profile().measured_on
    rows = [
        [f"`{sku.name}`", sku.says, sku.priced_in, *(_cell(books[one], sku, on) for one in regions)]
        for sku in SKUS
        if not sku.is_by_country
    ]
    missing = {
        region: [f"`{sku.name}`" for sku in SKUS if _is_missing(book, sku, on)]
        for region, book in books.items()
    }
    return "\n".join(
        [
            *_table(["sku", "one of it", "price for", *regions], rows),
            "",
            "Not found, so that it has no price there until `finance.prices` names one:",
            "",
            *(f"* {region}: {', '.join(skus)}" for region, skus in missing.items() if skus),
            *(f"* everywhere: `{sku}`: {says}" for sku, says in NO_PRICE.items()),
            "",
        ]
    )


def _is_missing(book: PriceBook, sku: Sku, on: date) -> bool:
    return not sku.is_by_country and book.price(sku.name, on=on) is None


def _cell(book: PriceBook, sku: Sku, on: date) -> str:
    price = book.price(sku.name, on=on)
    return "" if price is None else f"{price.amount} ({price.seen_on:%y-%m-%d})"


def _platforms() -> str:
    known = {sku.name for sku in SKUS}
    rows = [
        [f"`{one.sku}`", one.unit, _amount(one), str(one.since), str(one.seen_on), one.source]
        for one in list_prices()
        if one.sku not in known
    ]
    return "\n".join([*_table(["sku", "one of it", "USD", "since", "read", "where"], rows), ""])


def _amount(price: Price) -> str:
    return f"{price.amount}" if price.per == 1 else f"{price.amount} for {price.per:,}"


def _sms() -> str:
    prices = [one for one in list_prices() if one.sku == SMS_PART]
    told = ", ".join(f"{one.country} {one.amount}" for one in prices)
    days = sorted({one.seen_on for one in prices})
    return f"{len(prices)} countries, read {', '.join(map(str, days))}: {told}.\n"


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    heads = list(columns)
    return [_line(heads), "| --- " * len(heads) + "|", *(_line(row) for row in rows)]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


PARTS = {
    "sizes": _sizes,
    "seats": _of_seats,
    "prices": _prices,
    "platforms": _platforms,
    "sms": _sms,
}


def document(text: str) -> str:
    """`text` with the tables of today between the marks."""
    for name, part in PARTS.items():
        begin, end = BEGIN.format(name), END.format(name)
        if begin not in text or end not in text:
            raise ValueError(f"{DOCUMENT.name} has no marks of {name}")
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{part()}\n{end}{after}"
    return text


if __name__ == "__main__":
    DOCUMENT.write_text(document(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
