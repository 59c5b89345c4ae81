"""A made-up month with everything that a month can hold: every kind of sku, countries, sources,
brands, listed, agreed and charged prices, and quantities with awkward digits."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from random import Random

from chalicelib.adapters.focus import Deployment
from chalicelib.domain.cost import Entry, Feature, Price, PriceBook, PriceKind, Sheet
from chalicelib.domain.cost.day import Day, DayState

DEPLOYMENT = Deployment(stage="prod", region="eu-central-1", account="123456789012")
FIRST, DAYS = date(2026, 10, 1), 31

_MILLION, _GIB = 10**6, 2**30
_LISTED = {
    "lambda.request": ("0.20", _MILLION),
    "lambda.gb-second.arm64": ("0.0000133334", 1_024_000),
    "lambda.gb-second.x86_64": ("0.0000166667", 1_024_000),
    "dynamodb.read-unit": ("0.1525", _MILLION),
    "dynamodb.write-unit": ("0.7625", _MILLION),
    "dynamodb.byte-month": ("0.306", _GIB),
    "dynamodb.pitr-byte-month": ("0.2448", _GIB),
    "sqs.request": ("0.40", _MILLION),
    "sns.publish": ("0.50", _MILLION),
    "sns.sms-part": ("0.05", 1),
    "sns.email": ("2.00", 100_000),
    "ses.message": ("0.10", 1000),
    "api.request": ("3.70", _MILLION),
    "transfer.byte": ("0.09", _GIB),
    "logs.byte": ("0.63", _GIB),
    "logs.byte-month": ("0.0324", _GIB),
    "cloudwatch.alarm-month": ("0.10", 1),
    "cloudwatch.metric-month": ("0.30", 1),
    "cloudwatch.request": ("0.01", 1000),
    "cost-explorer.request": ("0.01", 1),
    "s3.read": ("0.00043", 1000),
    "s3.list": ("0.0054", 1000),
    "kms.request": ("0.03", 10_000),
    "x.post-read": ("0.005", 1),
    "x.own-mention-read": ("0.001", 1),
    "x.user-read": ("0.010", 1),
    "x.post": ("0.015", 1),
    "x.post-with-url": ("0.200", 1),
    "x.post-summoned": ("0.010", 1),
    "x.message": ("0.015", 1),
    "foursquare.premium-request": ("0.01875", 1),
}
_BY_COUNTRY = {"DE": "0.0987", "AT": "0.0834", "US": "0.00645", "ES": "0.0821"}
_AGREED = {
    "x.post-read": ("0.004", 1),
    "yelp.request": ("0.0085", 1),
    "dynamodb.write-unit": ("0.00000061", 1),
    "bedrock.amazon.nova-lite-v1:0.input-token": ("0.06", _MILLION),
    "bedrock.amazon.nova-lite-v1:0.output-token": ("0.24", _MILLION),
    "bedrock.eu.anthropic.claude-haiku-4-5.input-token": ("1.00", _MILLION),
    "bedrock.eu.anthropic.claude-haiku-4-5.output-token": ("5.00", _MILLION),
}
_CHARGED = {"GB": "0.0405", "DE": "0.1012345"}
_COUNTRIES = (*dict.fromkeys((*_BY_COUNTRY, *_CHARGED)), "CH", "")
_LEFT_OUT = "yelp.private-request"
"""What nobody knows a price of."""


def sample_book() -> PriceBook:
    """Some from the middle of the month on, as prices come."""
    later = FIRST + timedelta(days=12)
    return PriceBook(
        [
            *(_price(sku, *of, kind=PriceKind.LIST) for sku, of in _LISTED.items()),
            *(
                _price("sns.sms-part", amount, 1, kind=PriceKind.LIST, country=country)
                for country, amount in _BY_COUNTRY.items()
            ),
            *(
                _price(sku, *of, kind=PriceKind.CONFIGURED, since=later)
                for sku, of in _AGREED.items()
                if sku in _LISTED
            ),
            *(
                _price(sku, *of, kind=PriceKind.CONFIGURED)
                for sku, of in _AGREED.items()
                if sku not in _LISTED
            ),
            *(
                _price(
                    "sns.sms-part",
                    amount,
                    1,
                    kind=PriceKind.OBSERVED,
                    country=country,
                    since=later,
                )
                for country, amount in _CHARGED.items()
            ),
            _price("x.message", "0.0125", 1, kind=PriceKind.OBSERVED, since=later),
        ],
        region=DEPLOYMENT.region,
    )


def sample_days() -> tuple[Day, ...]:
    """The same whenever it is asked for."""
    book, chance = sample_book(), Random(7)  # noqa: S311
    return tuple(
        Day.priced_by(book, on=on, sheet=Sheet(_used(chance)), state=DayState.ESTIMATED)
        for on in (FIRST + timedelta(days=number) for number in range(DAYS))
    )


def _used(chance: Random) -> Iterator[tuple[Entry, Decimal]]:
    skus = sorted({*_LISTED, *_AGREED, _LEFT_OUT})
    for sku, feature in product(skus, Feature):
        if chance.random() < 0.6:
            continue
        is_shared = chance.random() < 0.3
        source = "" if is_shared else chance.choice(("x", "x-support", "mastodon", "feed"))
        brand = "" if is_shared else chance.choice(("acme", "Äcme, “Süd”"))
        for country in _COUNTRIES if sku == "sns.sms-part" else ("",):
            entry = Entry(sku, feature, source, brand, "", country)
            yield entry, _quantity(sku, chance)


def _quantity(sku: str, chance: Random) -> Decimal:
    if sku.endswith(("alarm-month", "metric-month")):
        return Decimal(chance.randint(1, 40_000_000)).scaleb(-6)
    if "byte" in sku:
        return Decimal(chance.randint(1, 10**12))
    if sku.startswith("dynamodb."):
        return Decimal(chance.randint(1, 10**7)) / 2
    return Decimal(chance.randint(1, 10 ** chance.randint(1, 8)))


def _price(
    sku: str,
    amount: str,
    per: int,
    *,
    kind: PriceKind,
    country: str = "",
    since: date = date(2026, 1, 1),
) -> Price:
    return Price(
        sku=sku,
        amount=Decimal(amount),
        currency="USD",
        since=since,
        seen_on=date(2026, 9, 1),
        source="a made-up price list",
        per=per,
        country=country,
        kind=kind,
        region=DEPLOYMENT.region if sku == "lambda.request" else "",
    )
