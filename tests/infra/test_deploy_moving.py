"""Tickets of the release before, as it stored them, are in every list after a deployment."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.tables import TABLES, bound, forget
from chalicelib.adapters.tickets import DynamoTickets
from chalicelib.domain.ticket import AgentId, Lane, TicketActKind, TicketId, TicketState
from infra.deploy import move_tickets
from tests.infra.test_deploy import deployed, packaged

OLD, NEW = "nightdesk-dev-tickets", "nightdesk-dev-conversations"
LATER = datetime(2026, 11, 22, 9, tzinfo=UTC)
"""When it is deployed."""

TICKET = (
    '{"id":"mastodon.115600000000000001","mention":{"platform":"mastodon",'
    '"platform_id":"115600000000000001","source":"mastodon-acme","brand":"acme",'
    '"text":"@acme the whole site is down, I am losing money here",'
    '"posted_at":"2026-11-21T19:29:00Z","pulled_at":"2026-11-21T19:30:00Z",'
    '"author":{"handle":"carla@social.example","name":"Carla","followers":1200,'
    '"is_verified":false,"url":""},"url":"https://social.example/@carla/115600000000000001",'
    '"language":"en","is_addressed":true,"in_reply_to":null,"quotes_id":null,"shares":null},'
    '"urgency":"wake","topic":"outage","reasons":["says the whole site is down"],"state":"open",'
    '"opened_at":"2026-11-21T19:30:00Z","waiting_since":"2026-11-21T19:29:00Z",'
    '"due_at":"2026-11-21T19:44:00Z","holder":null,"replies":[],"incident_id":null,'
    '"ended_at":null,"corrections":[],"version":1}'
)
"""As its code wrote it, not made by any code of today."""

REPLY = {
    "id": "reply-0001",
    "by": "gus",
    "text": "Hi Carla, we see it and are on it. I will write again within the hour. Gus",
    "approved_at": "2026-11-21T19:35:00Z",
    "tried_at": "2026-11-21T19:35:00Z",
    "state": "sent",
    "platform_id": "115600000000000777",
    "url": "https://social.example/@acme/115600000000000777",
    "refusal": "",
}


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(name, value)
    forget()
    with mock_aws():
        bound(TABLES["conversations"], NEW, "eu-west-1").create_table(wait=True)
        yield
    forget()


def keys(*names: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": name, "KeyType": kind}
        for name, kind in zip(names, ("HASH", "RANGE"), strict=True)
    ]


@pytest.fixture
def old_table() -> None:
    """As the template of the release before has it."""
    names = ("pk", "sk", "queue", "order", "unsettled", "unsettled_at")
    boto3.client("dynamodb").create_table(
        TableName=OLD,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=keys("pk", "sk"),
        AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in names],
        GlobalSecondaryIndexes=[
            {"IndexName": name, "KeySchema": keys(*schema), "Projection": {"ProjectionType": "ALL"}}
            for name, schema in {
                "queue": ("queue", "order"),
                "unsettled": ("unsettled", "unsettled_at"),
            }.items()
        ],
    )


def stored(number: int, **over: Any) -> TicketId:
    """A ticket in the old table."""
    value = json.loads(TICKET) | over
    value["id"] = f"mastodon.{number}"
    value["mention"]["platform_id"] = str(number)
    item = {
        "pk": {"S": value["id"]},
        "sk": {"S": "ticket"},
        "ticket": {"S": json.dumps(value, separators=(",", ":"))},
        "version": {"N": str(value["version"])},
        "queue": {"S": "1"},
        "order": {"S": f"0#2026-11-21T19:29:00.000000Z#{value['id']}"},
        "write_id": {"S": "0123456789abcdef"},
        "expires_at": {"N": "1829849400"},
    }
    boto3.client("dynamodb").put_item(TableName=OLD, Item=item)
    return TicketId(value["id"])


def tickets() -> DynamoTickets:
    return DynamoTickets(NEW, retention_days=400, region="eu-west-1")


def left() -> int:
    return int(boto3.client("dynamodb").scan(TableName=OLD)["Count"])


def move(told: list[str] | None = None, *, meanwhile: Any = lambda _: None) -> int:
    told = [] if told is None else told
    return move_tickets(
        boto3.session.Session(),
        "dev",
        retention_days=400,
        now=LATER,
        tell=told.append,
        sleep=meanwhile,
    )


def test_where_there_was_no_release_before_nothing_is_done() -> None:
    told: list[str] = []
    assert move(told) == 0
    assert told == []


@pytest.mark.usefixtures("old_table")
def test_every_ticket_is_in_the_lists_of_today() -> None:
    held = {"holder": "gus", "version": 2}
    waiting = stored(1)
    claimed = stored(2, state="claimed", **held)
    replied = stored(3, state="replied", replies=[REPLY], **held)
    ended = stored(4, state="content", ended_at="2026-11-21T20:00:00Z", **held)
    under_way = stored(5, state="claimed", replies=[REPLY | {"state": "sending"}], **held)

    assert move() == 5

    assert left() == 0
    found = {one.id: one for one in tickets().some([waiting, claimed, replied, ended, under_way])}
    assert len(found) == 5
    lanes = {lane: [one.id for one in tickets().lane(lane, limit=9)] for lane in Lane}
    assert lanes[Lane.OPEN] == [waiting]
    assert lanes[Lane.CLAIMED] == [claimed, under_way]
    assert lanes[Lane.REPLIED] == [replied]
    mine = tickets().held_by(AgentId("gus"), limit=9)
    assert [one.id for one in mine] == [claimed, under_way, replied]
    overdue = tickets().owed_before(LATER, limit=9)
    assert [one.id for one in overdue] == [waiting, claimed, under_way], "who has one owes nothing"
    assert [one.id for one in tickets().unsettled(now=LATER, limit=9)] == [under_way]
    assert found[ended].state is TicketState.CONTENT
    assert [act.kind for act in found[waiting].acts] == [TicketActKind.OPENED]
    assert found[waiting].mention.text.startswith("@acme the whole site is down")
    assert found[replied].replies[0].text == REPLY["text"]


@pytest.mark.usefixtures("old_table")
def test_a_claim_of_then_ends_unless_there_is_a_sign_of_its_holder() -> None:
    id = stored(1, state="claimed", holder="gus", due_at="2026-12-21T19:44:00Z")
    move()
    assert tickets().due(now=LATER, limit=9) == ()
    (due,) = tickets().due(now=LATER + timedelta(minutes=20), limit=9)
    assert due.id == id


@pytest.mark.usefixtures("old_table")
def test_who_is_interrupted_goes_on_and_what_was_changed_since_stays() -> None:
    id = stored(1)
    move()
    moved = tickets().get(id)
    assert moved is not None
    changed = moved.changed(state=TicketState.CLAIMED, holder=AgentId("hedi"))
    tickets().save(changed)
    assert stored(1) == id, "written, and not taken away any more"

    assert move() == 1
    assert tickets().get(id) == changed
    assert left() == 0


@pytest.mark.usefixtures("old_table")
def test_what_a_function_of_before_still_writes_is_moved_too() -> None:
    first = stored(1)
    late: list[TicketId] = []

    def meanwhile(seconds: float) -> None:
        assert seconds == 60
        if not late:
            late.append(stored(2))
            stored(1, state="claimed", holder="gus", version=2)

    assert move(meanwhile=meanwhile) == 3
    changed, added = tickets().some([first, *late])
    assert (changed.holder, changed.version) == ("gus", 2)
    assert added.state is TicketState.OPEN
    assert left() == 0


@pytest.mark.usefixtures("old_table")
def test_what_cannot_be_read_stays_and_is_told_of_without_what_it_says() -> None:
    stored(1, urgency="unheard-of")
    good = stored(2)
    told: list[str] = []
    assert move(told) == 1
    assert left() == 1
    assert any("cannot be read" in line and "mastodon.1" in line for line in told)
    assert "losing money" not in " ".join(told)
    assert tickets().get(good) is not None


@pytest.mark.usefixtures("old_table")
def test_a_deployment_moves_them(tmp_path: Path) -> None:
    id = stored(1)
    told: list[str] = []
    deployed(packaged(tmp_path, "one"), tell=told.append)
    assert tickets().get(id) is not None
    assert f"moved 1 tickets; {OLD} is kept and may be deleted (docs/runbook.md)" in told
