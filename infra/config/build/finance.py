"""What is configured of money."""

from chalicelib.domain.cost import Price, PriceKind
from chalicelib.domain.cost.bill import BillSource
from chalicelib.domain.finance import BillSettings, Budget, Finance
from infra.config.finance import BillSetting, FinanceSetting, PriceSetting


def finance_of(setting: FinanceSetting) -> Finance:
    """Budgets, prices and the bill, in the file's order."""
    reports = setting.sms_reports
    return Finance(
        budgets=tuple(
            Budget(
                name=name,
                usd=one.usd,
                stops=one.stops,
                confirmed_by=one.confirmed_by or "",
            )
            for name, one in setting.budgets.items()
        ),
        tell=tuple(dict.fromkeys(setting.tell)),
        is_monthly=setting.monthly,
        prices=tuple(map(_price, setting.prices)),
        bill=_bill(setting.bill) if setting.bill else None,
        sms_reports_bucket=reports.bucket if reports else "",
        sms_reports_prefix=reports.prefix if reports else "",
    )


def _price(setting: PriceSetting) -> Price:
    return Price(
        sku=setting.sku,
        amount=setting.amount,
        per=setting.per,
        currency=setting.currency,
        since=setting.since,
        seen_on=setting.seen,
        source=setting.source,
        country=setting.country,
        region=setting.region,
        kind=PriceKind.CONFIGURED,
    )


def _bill(setting: BillSetting) -> BillSettings:
    return BillSettings(
        source=BillSource(setting.source),
        account=setting.account,
        bucket=setting.bucket or "",
        prefix=setting.prefix,
        tag=setting.tag,
    )
