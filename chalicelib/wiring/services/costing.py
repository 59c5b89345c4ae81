"""Money: what was used is added up, compared with the bill, held against budgets."""

import logging
from typing import TYPE_CHECKING

from chalicelib.wiring import parts
from chalicelib.wiring.services.keys import public_url
from chalicelib.wiring.warm import once

if TYPE_CHECKING:
    from chalicelib.services.costing.accounts import Accounts
    from chalicelib.services.costing.budgets import Budgets
    from chalicelib.services.costing.letters import Letters
    from chalicelib.services.costing.quota import SmsQuota
    from chalicelib.services.costing.reconciling import Reconciling
    from chalicelib.services.costing.rolling import Rolling
    from chalicelib.services.costing.telling import TellingFinance

log = logging.getLogger("nightdesk.wiring")


@once
def rolling() -> "Rolling":
    from chalicelib.services.costing.rolling import Rolling

    return Rolling(
        records=parts.usage_records(),
        books=parts.books(),
        prices=parts.price_book(),
        standing=parts.standing_charges().of_hour,
    )


@once
def reconciling() -> "Reconciling":
    from chalicelib.services.costing.asking import Asking
    from chalicelib.services.costing.differences import Differences
    from chalicelib.services.costing.reconciling import Reconciling
    from chalicelib.wiring.metering import FEATURES

    return Reconciling(
        desks=parts.desks(),
        books=parts.books(),
        prices=parts.price_book(),
        observed=parts.observed_prices(),
        reconciliations=parts.reconciliations(),
        marks=parts.cost_marks(),
        asking=Asking(
            ledger=parts.sms_ledger(),
            bills=parts.bills(),
            outside=parts.seen_from_outside(tuple(FEATURES)),
            reports=parts.sms_reports,
            reader=parts.bill_reader,
        ),
        differences=Differences(
            marks=parts.cost_marks(), telling=telling_finance(), link=costs_link
        ),
        region=parts.region(),
    )


@once
def accounts() -> "Accounts":
    from chalicelib.services.costing.accounts import Accounts

    return Accounts(
        desks=parts.desks(),
        books=parts.books(),
        reconciliations=parts.reconciliations(),
        quota=sms_quota(),
        prices=parts.price_book(),
    )


@once
def budgets() -> "Budgets":
    from chalicelib.services.costing.budgets import Budgets

    return Budgets(
        desks=parts.desks(),
        accounts=accounts(),
        quota=sms_quota(),
        cap=parts.sms_cap(),
        marks=parts.cost_marks(),
        telling=telling_finance(),
        notices=parts.notices(),
        link=costs_link,
    )


@once
def letters() -> "Letters":
    from chalicelib.services.costing.letters import Letters

    return Letters(
        desks=parts.desks(), accounts=accounts(), telling=telling_finance(), link=costs_link
    )


@once
def telling_finance() -> "TellingFinance":
    from chalicelib.services.costing.telling import TellingFinance

    return TellingFinance(marks=parts.cost_marks(), post=parts.letter_post(), meter=parts.meter())


@once
def sms_quota() -> "SmsQuota":
    from chalicelib.services.costing.quota import SmsQuota

    return SmsQuota(account=parts.sms_account(), marks=parts.cost_marks())


def costs_link() -> str:
    """Where a letter leads; empty while nobody can say, since a letter needs no link."""
    try:
        return f"{public_url()}/#/costs"
    except Exception as error:
        log.error("public_url_unknown", extra={"trouble": type(error).__name__})
        return ""
