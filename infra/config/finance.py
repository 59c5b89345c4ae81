"""The settings of money: budgets, who is told, prices of your own, the bill; see `shape.py`."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from chalicelib.domain.cost.bill import BillSource
from chalicelib.domain.cost.price import CURRENCY
from chalicelib.domain.finance import SMS, WHOLE
from infra.config import fields as form
from infra.config import times
from infra.config.fields import Setting, about
from infra.config.problem import suggest

_SKU = re.compile(r"[a-z][a-z0-9.-]*\.[a-z0-9_.:-]+")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
_COUNTRY = re.compile(r"[A-Z]{2}")
_ACCOUNT = re.compile(r"[0-9]{12}")
_BUCKET = re.compile(r"(?=.{3,63}$)[a-z0-9][a-z0-9.-]*[a-z0-9]")
"""Source: Amazon S3 guide, "General purpose bucket naming rules"."""
_TAG = re.compile(r"[^=\s][^=]{0,127}=[^=]{1,256}")

MOST_UNITS = 10**12


def _budget_name(found: str, info: ValidationInfo) -> str:
    sources = info.context.of("sources") if isinstance(info.context, form.Names) else ()
    known = (WHOLE, SMS, *sources)
    if found not in known:
        raise ValueError(
            f"{found!r} is neither whole nor sms nor a source in this file; {suggest(found, known)}"
        )
    return found


def _amount(found: object) -> Decimal:
    wrong = f"{found!r} is no amount; write one such as 0.004"
    if isinstance(found, bool) or not isinstance(found, int | float | str | Decimal):
        raise ValueError(wrong)
    try:
        amount = Decimal(str(found))
    except InvalidOperation:
        raise ValueError(wrong) from None
    if not amount.is_finite():
        raise ValueError(wrong)
    if amount < 0:
        raise ValueError(f"{found} is negative; a price is 0 or more")
    if amount > form.MOST_DOLLARS:
        raise ValueError(f"{found} cannot be a price; use at most {form.MOST_DOLLARS:,}")
    return amount


def _currency(found: str) -> str:
    if found != CURRENCY:
        raise ValueError(
            f"{found[:20]!r} is another currency, and amounts of two cannot be added up; "
            f"write the price in {CURRENCY}"
        )
    return found


def _per(found: int) -> int:
    left = max(found, 1)  # what is less is told of by its limit
    for prime in (2, 5):
        while left % prime == 0:
            left //= prime
    if left != 1:
        raise ValueError(
            f"{found} units cannot be reckoned with exactly; write the price of 1, 1000 or "
            "1000000 units"
        )
    return found


def _formed(
    pattern: re.Pattern[str], what: str, example: str, *, may_be_empty: bool = False
) -> AfterValidator:
    def check(found: str) -> str:
        if not pattern.fullmatch(found) and (found or not may_be_empty):
            raise ValueError(f"{found[:60]!r} is not {what}; write one such as {example}")
        return found

    return AfterValidator(check)


def _bill_source(found: str) -> str:
    known = [*BillSource]
    if found not in known:
        raise ValueError(f"{found!r} is not where a bill stands; {suggest(found, known)}")
    return found


Bucket = Annotated[str, _formed(_BUCKET, "the name of an S3 bucket", "acme-billing")]


class FinanceBudgetSetting(Setting):
    """What may be spent in a month (UTC); told at 50, 80 and 100 %, and when it will not last."""

    usd: Annotated[form.Dollars, about("US dollars.", "300")]
    stops: Annotated[
        bool,
        about(
            "Of `sms` alone: whether SMS stop once it is used up. **This can silence pages**: "
            "they then go by the next way of each person at once. Only with `confirmed_by`.",
            "true",
        ),
    ] = False
    confirmed_by: Annotated[
        form.Word | None,
        about(
            "Who has confirmed that SMS may stop; the name stands in every refusal.", "Fiona Berg"
        ),
    ] = None

    @model_validator(mode="after")
    def _is_confirmed(self) -> Self:
        if self.stops and self.confirmed_by is None:
            raise ValueError(
                "stops SMS once it is used up, which would silence pages, and nobody has "
                "confirmed that; add confirmed_by: and the name of who has, or take stops out"
            )
        return self


class PriceSetting(Setting):
    """A price of your own: believed before those of the release, after what was really charged."""

    sku: Annotated[
        str,
        _formed(_SKU, "the name of something that is charged", "x.post-read"),
        about("What it is a price of; `nightdesk cost prices` lists them all.", "x.post-read"),
    ]
    amount: Annotated[Decimal, BeforeValidator(_amount), about("Of `per` units.", "0.004")]
    per: Annotated[
        form.Whole,
        AfterValidator(_per),
        about("Units that the amount buys.", "1000", ge=1, le=MOST_UNITS),
    ] = 1
    currency: Annotated[
        str, AfterValidator(_currency), about("US dollars; no other is reckoned with.", "USD")
    ] = CURRENCY
    since: Annotated[
        times.Day, about("The first day (UTC) on which it holds, until a later one.", "2026-11-01")
    ]
    seen_on: Annotated[
        times.Day | None,
        about(
            "When somebody last looked whether it still holds; after 90 days it is shown as "
            "doubtful. By default the day of `since`.",
            "2026-11-20",
        ),
    ] = None
    country: Annotated[
        str,
        _formed(_COUNTRY, "a country (ISO 3166)", "AT", may_be_empty=True),
        about("ISO 3166, where the price depends on the country of the number.", "AT"),
    ] = ""
    region: Annotated[
        str,
        _formed(_REGION, "an AWS region", "eu-central-1", may_be_empty=True),
        about("AWS region, where it holds in one only.", "eu-central-1"),
    ] = ""
    source: Annotated[form.Word, about("Where it stands.", "our contract of May 2026")] = (
        "the configuration of this desk"
    )

    @property
    def seen(self) -> date:
        """When somebody looked at it last."""
        return self.seen_on or self.since


class BillSetting(Setting):
    """Where the bill stands that costs are compared with each day."""

    source: Annotated[
        str,
        AfterValidator(_bill_source),
        about(
            "`cost-explorer`: asked once a day, for 0.01 USD; `focus-export`: a FOCUS data export "
            "of AWS in S3.",
            "cost-explorer",
        ),
        Field(alias="from"),
    ]
    account: Annotated[
        str,
        _formed(_ACCOUNT, "an AWS account (12 digits)", '"123456789012"', may_be_empty=True),
        about(
            "Twelve digits; a bill of another account is refused. By default whichever comes.",
            '"123456789012"',
        ),
    ] = ""
    bucket: Annotated[Bucket | None, about("Of the export.", "acme-billing")] = None
    prefix: Annotated[str, about("Where in the bucket the export begins.", "exports/focus")] = ""
    tag: Annotated[
        str,
        _formed(_TAG, "a tag and its value", "stage=prod", may_be_empty=True),
        about(
            "Cost-allocation tag to look for; activate it in the billing console first. By "
            "default the whole account, with whatever else runs there.",
            "stage=prod",
        ),
    ] = ""

    @model_validator(mode="after")
    def _is_found(self) -> Self:
        is_export = self.source == BillSource.FOCUS_EXPORT
        if is_export and self.bucket is None:
            raise ValueError("reads an export and names no bucket; add bucket: acme-billing")
        if not is_export and (self.bucket is not None or self.prefix):
            raise ValueError(
                "names a bucket, which Cost Explorer has none of; take bucket and prefix out, or "
                "write from: focus-export"
            )
        return self


class SmsReportsSetting(Setting):
    """Where SNS writes its daily usage reports of SMS, with the price of each message."""

    bucket: Annotated[Bucket, about("As in the SNS console, Text messaging.", "acme-sms-reports")]
    prefix: Annotated[str, about("Before `SMSUsageReports/` in the bucket.", "nightdesk/")] = ""


class FinanceSetting(Setting):
    """What it may cost, who is told, what you really pay: see [finance](finance.md)."""

    budgets: Annotated[
        dict[Annotated[str, AfterValidator(_budget_name)], FinanceBudgetSetting],
        about(
            "What it may cost in a month: `whole`, `sms`, and sources by their names.",
            "{whole: {usd: 300}, sms: {usd: 50}}",
        ),
    ] = Field(default_factory=dict)
    tell: Annotated[
        tuple[form.Email, ...],
        about(
            "Who is told of budgets and gets the letter of the month, by e-mail. Without anybody "
            "the fallback and the lead are told of budgets, by day.",
            "[finance@acme.example]",
        ),
    ] = ()
    monthly: Annotated[
        bool, about("Whether a letter goes out on the first of the month, after 8:00.", "false")
    ] = True
    prices: Annotated[
        tuple[PriceSetting, ...],
        about(
            "Prices of your own.",
            "[{sku: x.post-read, amount: 0.004, since: 2026-11-01, source: our contract}]",
        ),
    ] = ()
    bill: Annotated[
        BillSetting | None, about("Where the bill stands.", "{from: cost-explorer}")
    ] = None
    sms_reports: Annotated[
        SmsReportsSetting | None,
        about("Usage reports of SMS.", "{bucket: acme-sms-reports}"),
    ] = None
