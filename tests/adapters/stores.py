"""Every store of one deployment, in memory or on DynamoDB, and ways to look beneath."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Any, TypeVar

import boto3

from chalicelib.adapters.allowances import DynamoAllowances
from chalicelib.adapters.attendances import DynamoAttendances
from chalicelib.adapters.backgrounds import DynamoBackgrounds
from chalicelib.adapters.bills import DynamoBills
from chalicelib.adapters.books import DynamoBooks
from chalicelib.adapters.contacts import DynamoContacts
from chalicelib.adapters.cost_marks import DynamoCostMarks
from chalicelib.adapters.crowds import DynamoCrowds
from chalicelib.adapters.customers import DynamoCustomers
from chalicelib.adapters.desks import DynamoDesks
from chalicelib.adapters.erasures import DynamoErasures
from chalicelib.adapters.generations import DynamoGenerations
from chalicelib.adapters.incidents import DynamoIncidents
from chalicelib.adapters.judged_history import DynamoJudgedHistory
from chalicelib.adapters.limits import DynamoLimits
from chalicelib.adapters.mentions import DynamoMentions
from chalicelib.adapters.observed_prices import DynamoObservedPrices
from chalicelib.adapters.once import DynamoOnce
from chalicelib.adapters.pages import DynamoPages
from chalicelib.adapters.paid_reads import DynamoPaidReads
from chalicelib.adapters.postings import DynamoPostings
from chalicelib.adapters.presences import DynamoPresences
from chalicelib.adapters.rates import DynamoRates
from chalicelib.adapters.read_usages import DynamoReadUsages
from chalicelib.adapters.readings import DynamoReadings
from chalicelib.adapters.reconciliations import DynamoReconciliations
from chalicelib.adapters.replies import DynamoReplies
from chalicelib.adapters.reports import DynamoReports
from chalicelib.adapters.said import DynamoSaid
from chalicelib.adapters.sms_ledger import DynamoSmsLedger
from chalicelib.adapters.source_states import DynamoSourceStates
from chalicelib.adapters.tables import TABLES, bound
from chalicelib.adapters.tallies import DynamoTallies
from chalicelib.adapters.tickets import DynamoTickets
from chalicelib.adapters.unread_pushes import DynamoUnreadPushes
from chalicelib.adapters.usage_records import DynamoUsageRecords
from chalicelib.ports import (
    Allowances,
    Attendances,
    Backgrounds,
    Bills,
    Books,
    Contacts,
    CostMarks,
    Crowds,
    Customers,
    Desks,
    Erasures,
    Generations,
    Incidents,
    JudgedHistory,
    Limits,
    Mentions,
    ObservedPrices,
    Once,
    Pages,
    PaidReads,
    Postings,
    Presences,
    Rates,
    Readings,
    ReadUsages,
    Reconciliations,
    Replies,
    Reports,
    Said,
    SmsLedger,
    SourceStates,
    Tallies,
    Tickets,
    UnreadPushes,
    UsageRecords,
)
from tests.builders import NOW
from tests.fakes import (
    FakeAttendances,
    FakeBackgrounds,
    FakeBills,
    FakeBooks,
    FakeContacts,
    FakeCrowds,
    FakeCustomers,
    FakeDesks,
    FakeErasures,
    FakeGenerations,
    FakeIncidents,
    FakeJudgedHistory,
    FakeLimits,
    FakeMentions,
    FakeObservedPrices,
    FakeOnce,
    FakePages,
    FakePaidReads,
    FakePostings,
    FakePresences,
    FakeRates,
    FakeReadings,
    FakeReadUsages,
    FakeReplies,
    FakeReports,
    FakeSaid,
    FakeSmsLedger,
    FakeSourceStates,
    FakeTallies,
    FakeTickets,
    FakeUnreadPushes,
    FakeUsageRecords,
)
from tests.fakes.allowances import FakeAllowances
from tests.fakes.cost_marks import FakeCostMarks
from tests.fakes.reconciliations import FakeReconciliations

RETENTION_DAYS = 400

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Stores:
    stage: str
    """Empty in memory."""
    mentions: Mentions
    unread: UnreadPushes
    incidents: Incidents
    pages: Pages
    replies: Replies
    rates: Rates
    once: Once
    contacts: Contacts
    backgrounds: Backgrounds
    tickets: Tickets
    customers: Customers
    postings: Postings
    presences: Presences
    said: Said
    attendances: Attendances
    tallies: Tallies
    desks: Desks
    states: SourceStates
    reports: Reports
    generations: Generations
    erasures: Erasures
    readings: Readings
    usages: ReadUsages
    paid: PaidReads
    limits: Limits
    allowances: Allowances
    crowds: Crowds
    judged: JudgedHistory
    cost_marks: CostMarks
    reconciliations: Reconciliations
    records: UsageRecords
    books: Books
    sms_ledger: SmsLedger
    observed_prices: ObservedPrices
    bills: Bills


def memory_stores() -> Stores:
    mentions, incidents, presences = FakeMentions(), FakeIncidents(), FakePresences()
    tickets = FakeTickets(presences)
    return Stores(
        stage="",
        mentions=mentions,
        unread=FakeUnreadPushes(),
        incidents=incidents,
        pages=FakePages(),
        replies=FakeReplies(),
        rates=FakeRates(),
        once=FakeOnce(),
        contacts=FakeContacts(),
        backgrounds=FakeBackgrounds(),
        tickets=tickets,
        customers=FakeCustomers(),
        postings=FakePostings(),
        presences=presences,
        said=FakeSaid(),
        attendances=FakeAttendances(),
        tallies=FakeTallies(),
        desks=FakeDesks(),
        states=FakeSourceStates(),
        reports=FakeReports(),
        generations=FakeGenerations(),
        erasures=FakeErasures(),
        readings=FakeReadings(),
        usages=FakeReadUsages(),
        paid=FakePaidReads(),
        limits=FakeLimits(),
        allowances=FakeAllowances(),
        crowds=FakeCrowds(),
        judged=FakeJudgedHistory(mentions=mentions, incidents=incidents, tickets=tickets),
        cost_marks=FakeCostMarks(),
        reconciliations=FakeReconciliations(),
        records=FakeUsageRecords(),
        books=FakeBooks(),
        sms_ledger=FakeSmsLedger(),
        observed_prices=FakeObservedPrices(),
        bills=FakeBills(),
    )


def table_name(stage: str, table: str) -> str:
    return f"nightdesk-{stage}-{table}"


def create_tables(stage: str) -> None:
    for name, model in TABLES.items():
        bound(model, table_name(stage, name)).create_table(wait=True)


def dynamo_stores(stage: str) -> Stores:
    create_tables(stage)
    kept: dict[str, Any] = {"retention_days": RETENTION_DAYS}
    incidents, desk = table_name(stage, "incidents"), table_name(stage, "desk")
    conversations = table_name(stage, "conversations")
    return Stores(
        stage=stage,
        mentions=DynamoMentions(table_name(stage, "mentions"), **kept),
        unread=DynamoUnreadPushes(table_name(stage, "mentions")),
        incidents=DynamoIncidents(incidents, **kept),
        pages=DynamoPages(incidents, **kept),
        replies=DynamoReplies(incidents),
        rates=DynamoRates(incidents),
        once=DynamoOnce(incidents),
        contacts=DynamoContacts(incidents, **kept),
        backgrounds=DynamoBackgrounds(incidents),
        tickets=DynamoTickets(conversations, **kept),
        customers=DynamoCustomers(conversations, now=lambda: NOW, **kept),
        postings=DynamoPostings(table_name(stage, "search")),
        presences=DynamoPresences(conversations),
        said=DynamoSaid(conversations),
        attendances=DynamoAttendances(desk),
        tallies=DynamoTallies(desk),
        desks=DynamoDesks(desk),
        states=DynamoSourceStates(desk),
        reports=DynamoReports(desk),
        generations=DynamoGenerations(desk),
        erasures=DynamoErasures(desk),
        readings=DynamoReadings(desk),
        usages=DynamoReadUsages(desk),
        paid=DynamoPaidReads(desk),
        limits=DynamoLimits(desk),
        allowances=DynamoAllowances(desk),
        crowds=DynamoCrowds(incidents, **kept),
        judged=DynamoJudgedHistory(
            mentions=table_name(stage, "mentions"),
            incidents=incidents,
            tickets=conversations,
        ),
        cost_marks=DynamoCostMarks(table_name(stage, "costs")),
        reconciliations=DynamoReconciliations(table_name(stage, "costs")),
        records=DynamoUsageRecords(table_name(stage, "costs")),
        books=DynamoBooks(table_name(stage, "costs"), **kept),
        sms_ledger=DynamoSmsLedger(table_name(stage, "costs")),
        observed_prices=DynamoObservedPrices(table_name(stage, "costs")),
        bills=DynamoBills(table_name(stage, "costs")),
    )


def items(stores: Stores, table: str) -> list[dict[str, Any]]:
    """All items of a table, as they stand in DynamoDB (DynamoDB JSON)."""
    client = boto3.client("dynamodb")
    found: list[dict[str, Any]] = []
    for answer in client.get_paginator("scan").paginate(TableName=table_name(stores.stage, table)):
        found += answer["Items"]
    return found


def item(stores: Stores, table: str, pk: str, sk: str) -> dict[str, Any]:
    """One item as it stands in DynamoDB; fails when there is none."""
    (found,) = [one for one in items(stores, table) if (one["pk"]["S"], one["sk"]["S"]) == (pk, sk)]
    return found


def put(stores: Stores, table: str, raw: dict[str, Any]) -> None:
    """Write an item beneath the stores."""
    boto3.client("dynamodb").put_item(TableName=table_name(stores.stage, table), Item=raw)


def delete(stores: Stores, table: str, pk: str, sk: str) -> None:
    """Take an item away beneath the stores, as a crash before its write would have."""
    boto3.client("dynamodb").delete_item(
        TableName=table_name(stores.stage, table), Key={"pk": {"S": pk}, "sk": {"S": sk}}
    )


@contextmanager
def calls(stores: Stores) -> Iterator[list[str]]:
    """What DynamoDB is asked to do meanwhile, in order."""
    table = table_name(stores.stage, "mentions")
    both = [bound(TABLES["mentions"], table, is_brief=brief) for brief in (False, True)]
    all_events: list[Any] = [
        model._get_connection().connection.client.meta.events for model in both
    ]
    asked: list[str] = []

    def note(model: Any, **_: Any) -> None:
        asked.append(model.name)

    for events in all_events:
        events.register("before-call.dynamodb", note)
    try:
        yield asked
    finally:
        for events in all_events:
            events.unregister("before-call.dynamodb", note)


@contextmanager
def before_call(
    stores: Stores, action: str, number: int, do: Callable[[], object]
) -> Iterator[None]:
    """`do` happens just before the `number`th call of an action, such as `PutItem`, goes out."""
    model = bound(TABLES["mentions"], table_name(stores.stage, "mentions"))
    events: Any = model._get_connection().connection.client.meta.events
    seen = 0

    def strike(model: Any, **_: Any) -> None:
        nonlocal seen
        seen += model.name == action
        if model.name == action and seen == number:
            seen += 1  # what it does itself is not counted
            do()

    events.register("before-call.dynamodb", strike)
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb", strike)


def race(*calls: Callable[[], T]) -> list[T | Exception]:
    """What each call gave or raised, all begun at once in threads of their own."""
    barrier = Barrier(len(calls))
    results: list[T | Exception | None] = [None] * len(calls)

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = calls[number]()
        except Exception as error:
            results[number] = error

    threads = [Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results  # type: ignore[return-value]
