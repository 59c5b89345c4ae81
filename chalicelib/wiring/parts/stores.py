"""What is kept: the stores, each in one of the tables."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.settings import settings
from chalicelib.wiring.clock import now
from chalicelib.wiring.warm import once

if TYPE_CHECKING:
    from chalicelib import ports
    from chalicelib.adapters.standing import StandingCharges
    from chalicelib.domain.cost import PriceBook


@once
def desks() -> "ports.Desks":
    from chalicelib.adapters.desks import DynamoDesks

    return DynamoDesks(settings().desk_table, seconds=time.monotonic)


@once
def source_states() -> "ports.SourceStates":
    from chalicelib.adapters.source_states import DynamoSourceStates

    return DynamoSourceStates(settings().desk_table)


@once
def read_usages() -> "ports.ReadUsages":
    from chalicelib.adapters.read_usages import DynamoReadUsages

    return DynamoReadUsages(settings().desk_table)


@once
def paid_reads() -> "ports.PaidReads":
    from chalicelib.adapters.paid_reads import DynamoPaidReads

    return DynamoPaidReads(settings().desk_table)


@once
def mentions() -> "ports.Mentions":
    from chalicelib.adapters.mentions import DynamoMentions

    return DynamoMentions(settings().mentions_table, retention_days=settings().retention_days)


@once
def unread_pushes() -> "ports.UnreadPushes":
    from chalicelib.adapters.unread_pushes import DynamoUnreadPushes

    return DynamoUnreadPushes(settings().mentions_table)


@once
def incidents() -> "ports.Incidents":
    from chalicelib.adapters.incidents import DynamoIncidents

    return DynamoIncidents(settings().incidents_table, retention_days=settings().retention_days)


@once
def pages() -> "ports.Pages":
    from chalicelib.adapters.pages import DynamoPages

    return DynamoPages(settings().incidents_table, retention_days=settings().retention_days)


@once
def crowds() -> "ports.Crowds":
    from chalicelib.adapters.crowds import DynamoCrowds

    return DynamoCrowds(settings().incidents_table, retention_days=settings().retention_days)


@once
def replies() -> "ports.Replies":
    from chalicelib.adapters.replies import DynamoReplies

    return DynamoReplies(settings().incidents_table)


@once
def rates() -> "ports.Rates":
    from chalicelib.adapters.rates import DynamoRates

    return DynamoRates(settings().incidents_table)


@once
def once_told() -> "ports.Once":
    from chalicelib.adapters.once import DynamoOnce

    return DynamoOnce(settings().incidents_table)


@once
def contacts() -> "ports.Contacts":
    from chalicelib.adapters.contacts import DynamoContacts

    return DynamoContacts(settings().incidents_table, retention_days=settings().retention_days)


@once
def backgrounds() -> "ports.Backgrounds":
    from chalicelib.adapters.backgrounds import DynamoBackgrounds

    return DynamoBackgrounds(settings().incidents_table)


@once
def allowances() -> "ports.Allowances":
    from chalicelib.adapters.allowances import DynamoAllowances

    return DynamoAllowances(settings().desk_table)


@once
def limits() -> "ports.Limits":
    from chalicelib.adapters.limits import DynamoLimits

    return DynamoLimits(settings().desk_table)


@once
def tickets() -> "ports.Tickets":
    from chalicelib.adapters.tickets import DynamoTickets

    return DynamoTickets(settings().tickets_table, retention_days=settings().retention_days)


@once
def customers() -> "ports.Customers":
    from chalicelib.adapters.customers import DynamoCustomers

    kept = settings().retention_days
    return DynamoCustomers(settings().tickets_table, retention_days=kept, now=now)


@once
def presences() -> "ports.Presences":
    from chalicelib.adapters.presences import DynamoPresences

    return DynamoPresences(settings().tickets_table)


@once
def said() -> "ports.Said":
    from chalicelib.adapters.said import DynamoSaid

    return DynamoSaid(settings().tickets_table)


@once
def attendances() -> "ports.Attendances":
    from chalicelib.adapters.attendances import DynamoAttendances

    return DynamoAttendances(settings().desk_table)


@once
def tallies() -> "ports.Tallies":
    from chalicelib.adapters.tallies import DynamoTallies

    return DynamoTallies(settings().desk_table)


@once
def reports() -> "ports.Reports":
    from chalicelib.adapters.reports import DynamoReports

    return DynamoReports(settings().desk_table)


@once
def readings() -> "ports.Readings":
    from chalicelib.adapters.readings import DynamoReadings

    return DynamoReadings(settings().desk_table)


@once
def erasures() -> "ports.Erasures":
    from chalicelib.adapters.erasures import DynamoErasures

    return DynamoErasures(settings().desk_table)


@once
def generations() -> "ports.Generations":
    from chalicelib.adapters.generations import DynamoGenerations

    return DynamoGenerations(settings().desk_table)


@once
def postings() -> "ports.Postings":
    from chalicelib.adapters.postings import DynamoPostings

    return DynamoPostings(settings().search_table)


@once
def usage_records() -> "ports.UsageRecords":
    from chalicelib.adapters.usage_records import DynamoUsageRecords

    return DynamoUsageRecords(settings().costs_table)


@once
def cost_marks() -> "ports.CostMarks":
    from chalicelib.adapters.cost_marks import DynamoCostMarks

    return DynamoCostMarks(settings().costs_table)


@once
def books() -> "ports.Books":
    from chalicelib.adapters.books import DynamoBooks

    return DynamoBooks(settings().costs_table, retention_days=settings().retention_days)


@once
def sms_ledger() -> "ports.SmsLedger":
    from chalicelib.adapters.sms_ledger import DynamoSmsLedger

    return DynamoSmsLedger(settings().costs_table)


@once
def observed_prices() -> "ports.ObservedPrices":
    from chalicelib.adapters.observed_prices import DynamoObservedPrices

    return DynamoObservedPrices(settings().costs_table)


@once
def bills() -> "ports.Bills":
    from chalicelib.adapters.bills import DynamoBills

    return DynamoBills(settings().costs_table)


@once
def reconciliations() -> "ports.Reconciliations":
    from chalicelib.adapters.reconciliations import DynamoReconciliations

    return DynamoReconciliations(settings().costs_table)


@once
def price_book() -> "Callable[[], PriceBook]":
    """Gives the prices known at this instant: listed, set by the company, and really charged."""
    from chalicelib.adapters.price_book import price_book as merged
    from chalicelib.domain.errors import NotFound

    def known() -> "PriceBook":
        try:
            configured = desks().current().finance.prices
        except NotFound:  # before the first `apply`
            configured = ()
        region = settings().notices_topic_arn.split(":")[3]
        return merged(region=region, configured=configured, observed=observed_prices().all())

    return known


@once
def standing_charges() -> "StandingCharges":
    from chalicelib.adapters.clients import client
    from chalicelib.adapters.standing import StandingCharges

    known = settings()
    return StandingCharges(
        tables=(
            known.mentions_table,
            known.incidents_table,
            known.tickets_table,
            known.desk_table,
            known.search_table,
            known.costs_table,
        ),
        log_groups=f"/aws/lambda/nightdesk-{known.stage}-",
        dynamodb=client("dynamodb"),
        logs=client("logs"),
        marks=cost_marks(),
    )
