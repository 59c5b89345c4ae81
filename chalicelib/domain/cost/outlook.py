"""How long the provider goes on sending SMS: its quota, its sandbox, and the rate of late."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from chalicelib.domain.cost.account import SmsOutlook
from chalicelib.domain.cost.exact import shown
from chalicelib.domain.cost.forecast import days_left, month_bounds
from chalicelib.domain.cost.run_rate import RunRate, Spent
from chalicelib.domain.readiness import SmsSpend, Unknown
from chalicelib.domain.wording import ordinal


def sms_outlook(
    spend: SmsSpend | Unknown,
    *,
    is_in_sandbox: bool | Unknown,
    spent: Iterable[Spent],
    now: datetime,
) -> SmsOutlook:
    """How it looks now.

    `spent` is what SMS cost by day, by our books; before two full days stand there the rate is
    that of the provider's own sum.
    """
    at = now.astimezone(UTC)
    sandbox = None if isinstance(is_in_sandbox, Unknown) else is_in_sandbox
    if isinstance(spend, Unknown):
        says = f"what SMS have cost and may cost could not be asked: {spend.why}"
        return SmsOutlook(is_in_sandbox=sandbox, says=_with_sandbox(says, sandbox))
    rate = RunRate.of(spent, before=at.date())
    stops = stops_at(spend, rate, at) if rate else spend.stops_at(at)
    return SmsOutlook(
        spent=spend.spent,
        quota=spend.limit,
        is_in_sandbox=sandbox,
        per_day=rate.overall if rate else None,
        runs_out_at=stops,
        says=_with_sandbox(_says(spend, stops), sandbox),
    )


def stops_at(spend: SmsSpend, rate: RunRate, at: datetime) -> datetime | None:
    """When the quota is used up, going on as on each day of the week of late."""
    left = spend.limit - spend.spent
    if left <= 0:
        return at
    first, end = month_bounds(f"{at:%Y-%m}")
    for on, part in days_left(first, end, at):
        expected = rate.expected(on)
        if expected * part >= left:
            start = datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(
                days=float(1 - part)
            )
            return start + timedelta(days=float(left / expected))
        left -= expected * part
    return None


def _says(spend: SmsSpend, stops: datetime | None) -> str:
    said = f"{shown(spend.spent)} of {shown(spend.limit)} USD that SMS may cost are spent"
    if spend.is_spent:
        return f"no SMS leaves until the month is over: {said}"
    if stops is not None:
        return f"at this rate SMS stop on the {ordinal(stops.day)}: {said}"
    return f"at this rate SMS last through the month: {said}"


def _with_sandbox(says: str, is_in_sandbox: bool | None) -> str:
    if is_in_sandbox:
        return f"{says}; the account is in the SMS sandbox: SMS go only to verified numbers"
    return says
