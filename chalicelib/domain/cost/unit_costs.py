"""What one of something costs: direct and shared apart, each with its rule in words.

Direct is what was used for it alone. Shared is its part of what is used for more than it, by a
rule that says by what: direct amounts, mentions read. Parts are exact (see `sharing`), so that
what all brands cost, direct and shared, is what everything costs, and so for all sources and
all features. Units of different kinds look at the same money from different sides: a page, an
acknowledged incident and a content customer are not to be added up.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from chalicelib.domain.cost.account import UnitCost
from chalicelib.domain.cost.among import Among
from chalicelib.domain.cost.exact import ZERO, minus, plus, total
from chalicelib.domain.cost.line import CostLine
from chalicelib.domain.cost.sharing import first_known, parts_of
from chalicelib.domain.cost.sheet import Sheet
from chalicelib.domain.cost.sms import SMS_PART
from chalicelib.domain.cost.use import Done, Feature

OVERHEAD = (Feature.STANDING, Feature.WATCHING, Feature.ACCOUNTING)
"""What the desk costs whatever happens; the other features share it."""

WORKING = tuple(one for one in Feature if one not in OVERHEAD)

MESSAGES = (SMS_PART, "ses.message")
"""What is paid for a page itself."""

POLLS_AN_HOUR = Decimal(720)
"""Of a page that asks every 5 seconds."""

_STANDING = (
    "standing costs, the hourly watch and accounting are shared by the direct amounts of the "
    "other features"
)


def unit_costs(
    lines: Iterable[CostLine], sheet: Sheet, *, brand_of: Mapping[str, str]
) -> tuple[UnitCost, ...]:
    """Every unit cost of a time.

    `sheet` has what was achieved in it (`Done`); `brand_of` the brand of each configured source,
    for what names its source alone.
    """
    held = tuple(lines)
    return (
        *_of_acts(held, sheet),
        *_of_sources(held, sheet),
        *_of_brands(held, sheet, brand_of=brand_of),
    )


def by_feature_shared(lines: Iterable[CostLine]) -> Mapping[Feature, tuple[Decimal, Decimal]]:
    """Direct amount and share of the overhead of each working feature; together all there is."""
    held = tuple(lines)
    direct = {one: _of(held, one) for one in WORKING}
    shares = parts_of(_of(held, *OVERHEAD), {one.value: direct[one] for one in WORKING})
    return {one: (direct[one], shares[one.value]) for one in WORKING}


def _of_acts(lines: tuple[CostLine, ...], sheet: Sheet) -> Iterator[UnitCost]:
    features = by_feature_shared(lines)

    def unit(name: str, done: Done, feature: Feature, direct: str, none: str) -> UnitCost:
        return _unit(
            name,
            sheet.quantity(done),
            *features[feature],
            rule=f"Direct: {direct}. Shared: {_STANDING}.",
            none=none,
        )

    yield unit(
        "mention read",
        Done.MENTION_READ,
        Feature.LISTENING,
        "reading sources and storing what they say",
        "no mention was read",
    )
    yield unit(
        "mention judged",
        Done.MENTION_JUDGED,
        Feature.JUDGING,
        "judging mentions and watching the crowd",
        "no mention was judged",
    )
    yield _page(lines, sheet, features[Feature.WAKING])
    yield unit(
        "acknowledged incident",
        Done.ACKNOWLEDGED,
        Feature.WAKING,
        "pages, escalation and acknowledgements of all incidents",
        "no incident was acknowledged",
    )
    yield unit(
        "reply",
        Done.REPLY,
        Feature.ANSWERING,
        "tickets, claims, replies and search",
        "no reply was sent",
    )
    yield _content(lines, sheet)
    polls = sheet.quantity(Done.POLL)
    yield _unit(
        "agent-hour of polling",
        polls / POLLS_AN_HOUR,
        *features[Feature.VIEWING],
        counted="hours of 720 polls (one every 5 s)",
        rule=f"Direct: what pages of agents ask for. Shared: {_STANDING}.",
        none="no page of an agent asked for the queue",
    )


def _page(lines: tuple[CostLine, ...], sheet: Sheet, waking: tuple[Decimal, Decimal]) -> UnitCost:
    messages = total(
        one.amount
        for one in lines
        if one.entry.feature is Feature.WAKING and one.entry.sku in MESSAGES
    )
    return _unit(
        "page",
        sheet.quantity(Done.PAGE),
        messages,
        minus(plus(*waking), messages),
        rule=(
            "Direct: SMS and e-mail of pages. Shared: the rest of waking (the clock of escalation "
            f"runs when nobody is paged too) by pages; {_STANDING}."
        ),
        none="nobody was paged",
    )


def _content(lines: tuple[CostLine, ...], sheet: Sheet) -> UnitCost:
    direct = _of(lines, Feature.ANSWERING, Feature.VIEWING)
    return _unit(
        "content customer",
        sheet.quantity(Done.CONTENT),
        direct,
        minus(_of(lines, *Feature), direct),
        rule=(
            "Direct: answering, and pages of agents. Shared: everything else the desk took, by "
            "customers who were content."
        ),
        none="no ticket was resolved with a customer who is content",
    )


def _of_sources(lines: tuple[CostLine, ...], sheet: Sheet) -> Iterator[UnitCost]:
    found = Among.of(lines, sheet, lambda source, _: source)
    if not found.direct:
        yield from _of_nobody("source", plus(found.pulls, found.rest))
        return
    shares = parts_of(plus(found.pulls, found.rest), first_known(found.read, found.direct))
    for name, direct in found.direct.items():
        yield _unit(
            "source",
            found.read[name],
            direct,
            shares[name],
            of=name,
            counted="mentions read",
            rule=(
                "Direct: what reading it and writing to it took. Shared: what pulls of all sources "
                "take together, and everything else that is for no source alone, by mentions "
                f"read{found.instead}."
            ),
            none="it brought no mention",
        )


def _of_brands(
    lines: tuple[CostLine, ...], sheet: Sheet, *, brand_of: Mapping[str, str]
) -> Iterator[UnitCost]:
    found = Among.of(lines, sheet, lambda source, brand: brand or brand_of.get(source, ""))
    if not found.direct:
        yield from _of_nobody("brand", plus(found.pulls, found.rest))
        return
    pulls = parts_of(found.pulls, first_known(found.read, found.direct))
    rest = parts_of(found.rest, {name: plus(found.direct[name], pulls[name]) for name in pulls})
    for name, direct in found.direct.items():
        yield _unit(
            "brand",
            found.read[name],
            direct,
            plus(pulls[name], rest[name]),
            of=name,
            counted="mentions read",
            rule=(
                "Direct: what names it or a source of it. Shared: what pulls of all sources take "
                f"together by mentions read{found.instead}, and everything else by what each "
                "brand takes with that."
            ),
            none="no mention of it was read",
        )


def _of_nobody(unit: str, amount: Decimal) -> Iterator[UnitCost]:
    """What costs though there is no source or brand to share it."""
    if amount:
        yield _unit(
            unit,
            ZERO,
            ZERO,
            amount,
            counted="mentions read",
            rule=f"There is no {unit} that took anything or read anything to share this.",
            none=f"no {unit} took anything",
        )


def _unit(
    name: str,
    count: Decimal,
    direct: Decimal,
    shared: Decimal,
    *,
    rule: str,
    none: str,
    of: str = "",
    counted: str = "",
) -> UnitCost:
    return UnitCost(
        unit=name,
        of=of,
        counted=counted,
        count=count,
        direct=direct,
        shared=shared,
        rule=rule,
        reason="" if count > 0 else none,
    )


def _of(lines: tuple[CostLine, ...], *features: Feature) -> Decimal:
    return total(one.amount for one in lines if one.entry.feature in features)
