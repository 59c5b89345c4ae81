"""One look at each configured source: does it answer, as whom, what is missing, what will it cost.

One cheap call a source (its `probe`); nothing is stored and nothing is written anywhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from chalicelib.domain.cost import Charge, Per, Price, PriceBook
from chalicelib.domain.desk import Brand, Desk, SourceEntry
from chalicelib.domain.errors import (
    BadInput,
    NotFound,
    SourceError,
    SourceRefused,
    SourceUnavailable,
)
from chalicelib.domain.read_budget import ReadBudget
from chalicelib.http import HttpClient
from chalicelib.ports import Probed, Probing
from chalicelib.sources import member_of, open_source
from chalicelib.sources.family import Member

MONTH = timedelta(days=30)
PATIENCE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a month of reading takes, at the configured pace."""

    calls: int
    """Requests, when each pull finds little."""
    usd: Decimal
    """What the platform takes at most for them and for the posts read, by the prices that are
    known."""
    unpriced: tuple[str, ...] = ()
    """What the platform charges for and nobody knows the price of."""
    prices: tuple[str, ...] = ()
    """Each price that was used, with its date and where it stands."""
    over: tuple[str, ...] = ()
    """Each limit of its budget that such a month would exceed, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How one source stands."""

    name: str
    kind: str
    works: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    account: str = ""
    trouble: str = ""
    """Why it does not work at all; empty when it does."""
    passes: bool = False
    """Whether the trouble may pass by itself."""
    forecast: Forecast

    @property
    def is_well(self) -> bool:
        return not self.trouble and not self.missing


def examine(
    desk: Desk,
    *,
    secret: Callable[[str], str],
    http: HttpClient,
    now: Callable[[], datetime],
    prices: PriceBook,
    posts_a_day: int,
) -> Iterator[Finding]:
    """One finding for each source of the desk, in its order.

    `secret` gives credentials by name and raises NotFound when there are none; `posts_a_day` is
    how many posts each source is taken to bring, which the money depends on.
    """
    for entry in desk.sources:
        member = member_of(entry.kind)
        brand = desk.brand(entry.brand)
        if member is None or brand is None:
            raise BadInput(f"{entry.name}: its kind or brand is not known; run `nightdesk check`")
        expected = forecast(entry, member, prices, on=now().date(), posts_a_day=posts_a_day)
        trouble, passes, probed = "", False, Probed()
        try:
            credentials = secret(entry.secret) if entry.secret else ""
            probed = _probed(entry, brand, credentials, http, now)
        except (SourceError, NotFound, BadInput) as error:
            trouble, passes = str(error), isinstance(error, SourceUnavailable)
        yield Finding(
            name=entry.name,
            kind=entry.kind,
            works=probed.works,
            missing=probed.missing,
            account=probed.account,
            trouble=trouble,
            passes=passes,
            forecast=expected,
        )


def _probed(
    entry: SourceEntry,
    brand: Brand,
    credentials: str,
    http: HttpClient,
    now: Callable[[], datetime],
) -> Probed:
    try:
        source = open_source(entry, brand, credentials, http, now)
        assert isinstance(source, Probing), entry.kind  # noqa: S101 - a test sees to it
        return source.probe(deadline=now() + PATIENCE)
    except (SourceError, NotFound, BadInput):
        raise
    except Exception as error:  # its words may repeat the credentials
        trouble = f"a fault of ours: {type(error).__name__}; please report it"
        raise SourceRefused(trouble) from error


def forecast(
    entry: SourceEntry, member: Member, prices: PriceBook, *, on: date, posts_a_day: int
) -> Forecast:
    """What 30 days take when each source is read as often as configured, day and night."""
    pulls = MONTH / entry.every if member.is_pulled else 0
    options = member.complete(entry.options)
    calls = round(pulls * member.calls_per_pull(options))
    amounts = {Per.REQUEST: calls, Per.MENTION: posts_a_day * MONTH.days}
    usd, unpriced, used = Decimal(0), list[str](), list[str]()
    for charge in (*member.charges, *member.per_mention(options)):
        quantity = amounts.get(charge.per)
        if quantity is None:
            continue  # a reply is not reading
        price = prices.price(charge.sku, on=on)
        if price is None:
            unpriced.append(charge.sku)
            continue
        usd += price.of(Decimal(charge.quantity * quantity))
        stale = ", older than 90 days" if price.is_stale(on=on) else ""
        used.append(
            f"{charge.sku}: ${price.amount} {_each(price, charge)}, seen {price.seen_on}{stale}, "
            f"{price.source}"
        )
    return Forecast(
        calls=calls,
        usd=usd,
        unpriced=tuple(unpriced),
        prices=tuple(used),
        over=tuple(_over(entry.budget, calls, usd)),
    )


def _each(price: Price, charge: Charge) -> str:
    """For how many the price is."""
    return f"a {charge.per}" if price.per == 1 else f"for {price.per:,}, by the {charge.per}"


def _over(budget: ReadBudget | None, calls: int, usd: Decimal) -> Iterator[str]:
    if budget is None:
        return
    if budget.calls is not None and calls > budget.calls:
        yield f"its budget of {budget.calls:,} calls will not last"
    if budget.usd is not None and usd > budget.usd:
        yield f"its budget of ${budget.usd} will not last"
