"""Moves the tickets of the release before into the table of conversations.

That release kept them in `nightdesk-<stage>-tickets`, with other indexes. DynamoDB makes or
removes one index with each change of a table ("Managing Global Secondary Indexes", DynamoDB
developer guide), CloudFormation therefore one with each update of a stack; a new table may have
all at once. So the table was replaced, and the old one kept (`UpdateReplacePolicy`).

A ticket is written anew first and taken away then, each on a condition: who is interrupted goes on
at the next deployment, nothing is lost, and nothing that was changed since is written over.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.domain.ticket import Ticket, TicketAct, TicketActKind, TicketState
from chalicelib.ports import Tickets
from infra.package import Tell

CLAIMS_LAST = timedelta(minutes=20)
"""Claims of that release had no end; from now on there is to be a sign of their holders."""

LAST_OF_BEFORE = 60.0
"""Seconds after which no function of the release before runs any more (.chalice/config.json)."""


def move_tickets(
    session: Any,
    stage: str,
    *,
    retention_days: int,
    now: datetime,
    tell: Tell,
    sleep: Callable[[float], None],
) -> int:
    """How many were moved; 0 where there is no table of the release before, or nothing in it.

    What cannot be read stays where it is and is told of. A function of the release before that
    still runs may write once more: it is looked again after a minute.
    """
    from chalicelib.adapters.tickets import DynamoTickets

    before = f"nightdesk-{stage}-tickets"
    dynamo = session.client("dynamodb")
    if not _is_there(dynamo, before):
        return 0
    tickets = DynamoTickets(
        f"nightdesk-{stage}-conversations",
        retention_days=retention_days,
        region=session.region_name,
    )
    unreadable: set[str] = set()
    moved = 0
    while found := _move_all(dynamo, before, tickets, unreadable, now=now):
        moved += found
        tell(f"moved {moved} tickets of the release before; looking once more in a minute")
        sleep(LAST_OF_BEFORE)
    for pk in sorted(unreadable):
        tell(f"a ticket of the release before cannot be read and stays in {before}: {pk}")
    if moved:
        tell(f"moved {moved} tickets; {before} is kept and may be deleted (docs/runbook.md)")
    return moved


def _is_there(dynamo: Any, table: str) -> bool:
    try:
        dynamo.describe_table(TableName=table)
    except dynamo.exceptions.ResourceNotFoundException:
        return False
    return True


def _move_all(
    dynamo: Any, table: str, tickets: Tickets, unreadable: set[str], *, now: datetime
) -> int:
    from chalicelib.adapters.values import from_text
    from chalicelib.domain.errors import BadInput

    moved = 0
    for item in _items(dynamo, table):
        pk = item["pk"]["S"]
        try:
            ticket = from_text(Ticket, item["ticket"]["S"], f"ticket {pk}")
        except (BadInput, KeyError):
            unreadable.add(pk)
            continue
        _write(tickets, as_of_today(ticket, now=now))
        _take_away(dynamo, table, item)
        moved += 1
    return moved


def _write(tickets: Tickets, ticket: Ticket) -> None:
    """Over an older state of it only, which a function that still ran has changed once more."""
    if tickets.add(ticket):
        return
    there = tickets.get(ticket.id)
    if there is not None and there.version < ticket.version:
        tickets.save(replace(ticket, version=there.version + 1))


def _items(dynamo: Any, table: str) -> Iterator[dict[str, Any]]:
    pages = dynamo.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    for page in pages:
        yield from page["Items"]


def _take_away(dynamo: Any, table: str, item: dict[str, Any]) -> None:
    """If it is still what was moved; what was changed meanwhile is moved the next time."""
    try:
        dynamo.delete_item(
            TableName=table,
            Key={"pk": item["pk"], "sk": item["sk"]},
            ConditionExpression="ticket = :moved",
            ExpressionAttributeValues={":moved": item["ticket"]},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise


def as_of_today(ticket: Ticket, *, now: datetime) -> Ticket:
    """What the release before knew, in the words of this one."""
    opened = TicketAct(kind=TicketActKind.OPENED, at=ticket.opened_at)
    is_claimed = ticket.state is TicketState.CLAIMED
    return replace(
        ticket,
        is_waiting=ticket.state in (TicketState.OPEN, TicketState.CLAIMED),
        held_until=now + CLAIMS_LAST if is_claimed else None,
        acts=ticket.acts or (opened,),
    )
