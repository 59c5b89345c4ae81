"""What a company configures of its finances: budgets, who is told, where bills stand."""

from dataclasses import dataclass
from decimal import Decimal

from chalicelib.domain.cost.bill import BillSource
from chalicelib.domain.cost.price import Price

WHOLE, SMS = "whole", "sms"
"""Budgets of everything, and of SMS; every other is of the source of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What something may cost in a month (UTC)."""

    name: str
    """`whole`, `sms`, or the name of a source."""
    usd: Decimal
    stops: bool = False
    """Of SMS alone: whether SMS stop when it is used up. This can silence pages."""
    confirmed_by: str = ""
    """Who has confirmed that; a budget that stops SMS without a name is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillSettings:
    """Where the bill stands."""

    source: BillSource
    account: str = ""
    """Twelve digits; a bill of another account is refused. Empty: whichever comes."""
    bucket: str = ""
    """Of a FOCUS export in S3."""
    prefix: str = ""
    tag: str = ""
    """Cost-allocation tag to look for, such as `nightdesk=prod`; empty: of the whole account,
    whatever else runs there included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finance:
    """Everything configured of money."""

    budgets: tuple[Budget, ...] = ()
    tell: tuple[str, ...] = ()
    """E-mail addresses of whoever is told of budgets and gets the letter of the month."""
    is_monthly: bool = True
    """Whether a letter goes out on the first of the month."""
    prices: tuple[Price, ...] = ()
    """Prices that the company has set, such as by a contract."""
    bill: BillSettings | None = None
    sms_reports_bucket: str = ""
    """Bucket into which SNS writes usage reports of SMS; empty: none."""
    sms_reports_prefix: str = ""

    def budget(self, name: str) -> Budget | None:
        return next((one for one in self.budgets if one.name == name), None)
