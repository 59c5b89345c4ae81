"""Everything of AWS that is metered, by the sku that a price book names its price by.

What a platform takes money for stands with the platform (`sources/<kind>`, `charges`).
"""

from dataclasses import dataclass

MILLION = 10**6
KIBI, GIBI = 2**10, 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Sku:
    """Something that is paid for."""

    name: str
    per: int
    """Units that a price buys."""
    priced_in: str
    """What the seller calls so many units."""
    says: str
    """What one of the units is, and where it is counted."""
    is_by_country: bool = False


SKUS = tuple(
    Sku(name=name, per=per, priced_in=priced_in, says=says, is_by_country=name == "sns.sms-part")
    for name, per, priced_in, says in (
        ("lambda.request", MILLION, "a million", "invocation"),
        (
            "lambda.gb-second.x86_64",
            KIBI * 1000,
            "a GB-second",
            "millisecond x MB of memory, initialisation included",
        ),
        ("lambda.gb-second.arm64", KIBI * 1000, "a GB-second", "the same on arm64"),
        ("dynamodb.read-unit", MILLION, "a million", "read unit, as DynamoDB answers"),
        ("dynamodb.write-unit", MILLION, "a million", "write unit, as DynamoDB answers"),
        ("dynamodb.byte-month", GIBI, "a GB a month", "byte stored for 30 days"),
        ("dynamodb.pitr-byte-month", GIBI, "a GB a month", "byte that can be restored, 30 days"),
        ("sqs.request", MILLION, "a million", "request of up to 64 KB, vain ones included"),
        ("sns.publish", MILLION, "a million", "message to a topic"),
        ("sns.sms-part", 1, "one", "part of an SMS, by the country of the phone"),
        ("sns.email", 100_000, "100,000", "e-mail that a topic sends"),
        ("ses.message", 1000, "1,000", "recipient of an e-mail"),
        ("api.request", MILLION, "a million", "request to the REST API"),
        ("transfer.byte", GIBI, "a GB", "byte to the internet"),
        ("logs.byte", GIBI, "a GB", "byte of log written"),
        ("logs.byte-month", GIBI, "a GB a month", "byte of log kept for 30 days"),
        ("cloudwatch.alarm-month", 1, "an alarm a month", "alarm for 30 days"),
        ("cloudwatch.metric-month", 1, "a metric a month", "metric of our own for 30 days"),
        ("cloudwatch.request", 1000, "1,000", "metric asked for"),
        ("cost-explorer.request", 1, "one", "question to the bill"),
        ("s3.read", 1000, "1,000", "object read"),
        ("s3.list", 1000, "1,000", "listing"),
        ("kms.request", 10_000, "10,000", "secret opened"),
    )
)

NO_PRICE: dict[str, str] = {
    "bedrock.": "each model has its own, set `finance.prices`",
    "yelp.request": "Yelp tells it on request, set `finance.prices`",
}
"""Beginnings of skus that nobody has published a price of, and what to do: never guessed."""


def has_no_price(sku: str) -> bool:
    """Whether it is known that no list has its price."""
    return sku.startswith(tuple(NO_PRICE))
