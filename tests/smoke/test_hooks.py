"""Other desks hear of what changes, from the stream to a signed post; search follows likewise."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto.dynamodb.responses import DynamoHandler
from standardwebhooks.webhooks import Webhook as Verifier

from chalicelib.domain.answering.rules import AnsweringRules, Hook, HookEvent
from chalicelib.domain.ticket import TicketId
from chalicelib.services.telling_hooks import PAUSES
from infra.local.lambdas import Function
from infra.local.patching import replaced
from infra.package import PROJECT
from tests.http.loopback import Answer, Asked, serving
from tests.smoke.people import SLOW
from tests.smoke.stages import CloudStage
from tests.smoke.world import World, hours, minutes

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class OtherDesk:
    """Another desk, on a server of its own: what it has taken, and how it answers next."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.status = 204
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.tried = 0

    def hears(self, *events: HookEvent) -> None:
        """Of these alone, or of everything."""
        hook = Hook(name="crm", secret="webhook-crm", events=events)
        self.world.apply(answering=AnsweringRules(hooks=(hook,)))

    def answer(self, asked: Asked) -> Answer:
        self.tried += 1
        if self.status < 300:
            id = asked.headers["webhook-id"]
            signed = Verifier(KEY).sign(id, self.world.now, asked.body.decode())
            assert asked.headers["webhook-signature"] == signed
            self.taken.append((id, json.loads(asked.body)))
        return Answer(status=self.status)

    def heard(self) -> list[str]:
        """What it has heard since it was asked the last time."""
        found = [body["type"] for _, body in self.taken]
        self.taken.clear()
        return found


@pytest.fixture
def crm(cloud_world: World) -> Iterator[OtherDesk]:
    desk = OtherDesk(cloud_world)
    with serving(desk.answer) as server:
        cloud_world.stage.keep_secret("webhook-crm", f"{server.url}/hook\n{KEY}")
        desk.hears()
        yield desk


def test_every_move_of_a_ticket_is_told_to_the_other_desk(
    cloud_world: World, crm: OtherDesk
) -> None:
    post, mia = cloud_world.post("forum", SLOW), cloud_world.agent("mia")
    assert crm.heard() == ["ticket.opened"]
    assert mia.claims(post) == 200
    (_, told), *_ = crm.taken
    assert (told["type"], told["data"]["by"]) == ("ticket.claimed", "mia")
    assert (told["data"]["id"], told["data"]["state"]) == (post.mention_id, "claimed")
    crm.heard()
    assert mia.resolves(post) == 200
    assert crm.heard() == ["ticket.resolved"]


def test_an_incident_is_told_from_its_first_ring_to_its_end(
    cloud_world: World, crm: OtherDesk
) -> None:
    world = cloud_world
    world.on_call(first="ana", second="ben", after=minutes(15))
    crm.hears()
    post = world.post("mastodon", "@acme the whole booking site is down, nobody can pay")
    ana = world.phone("ana").expects_page("booking site is down")
    world.fast_forward(minutes(15))
    world.phone("ben").expects_page("booking site is down")
    world.phone("ana").replies(ana.code)
    world.phone("ana").expects_note("You have it")
    assert world.agent("mia").resolves_incident_of(post) == 200
    incident = [one for one in crm.heard() if one.startswith("incident")]
    assert incident == [
        "incident.triggered",
        "incident.escalated",
        "incident.acknowledged",
        "incident.resolved",
    ]


def test_a_desk_that_is_down_hears_of_it_when_it_is_back_under_one_id(
    cloud_world: World, crm: OtherDesk
) -> None:
    crm.hears(HookEvent.TICKET_OPENED)
    crm.status = 503
    cloud_world.post("forum", SLOW)
    assert crm.tried == 1
    cloud_world.fast_forward(PAUSES[0] + timedelta(seconds=1))
    assert crm.tried == 2
    crm.status = 204
    cloud_world.fast_forward(PAUSES[1] + timedelta(seconds=1))
    assert crm.heard() == ["ticket.opened"]
    cloud_world.fast_forward(minutes(30))
    assert crm.tried == 3


def test_a_desk_that_refuses_is_asked_once_and_somebody_is_told(
    cloud_world: World, crm: OtherDesk
) -> None:
    crm.hears(HookEvent.TICKET_OPENED)
    crm.status = 410
    cloud_world.post("forum", SLOW)
    cloud_world.fast_forward(hours(1))
    assert crm.tried == 1
    cloud_world.expects_notice("dead letters of deliveries")


def test_a_desk_that_stays_down_is_given_up_and_somebody_is_told(
    cloud_world: World, crm: OtherDesk
) -> None:
    crm.hears(HookEvent.TICKET_OPENED)
    crm.status = 503
    cloud_world.post("forum", SLOW)
    for tries, pause in enumerate(PAUSES, start=1):
        assert crm.tried == tries
        cloud_world.skip_to(cloud_world.now + pause + timedelta(seconds=1))
    assert crm.tried == len(PAUSES) + 1
    cloud_world.skip_to(cloud_world.now + hours(13))
    assert crm.tried == len(PAUSES) + 1
    cloud_world.expects_notice("dead letters of deliveries")


def test_a_ticket_is_found_by_its_words_as_soon_as_it_is_there_and_not_when_it_is_gone(
    world: World,
) -> None:
    post, mia = world.post("forum", SLOW), world.agent("mia")
    world.post("mastodon", "@acme my bag is late, the website is down too")
    found = mia.reads("search?q=bag+website")
    assert [card["id"] for card in found["cards"]] == ["mastodon.115600000002"]
    assert len(mia.reads("search?q=%22website+is+down%22")["cards"]) == 2
    assert (
        mia.ask("POST", f"tickets/{post.mention_id}/note", {"text": "engineer in Ghent"})[0] == 200
    )
    (card,) = mia.reads("search?q=ghent")["cards"]
    assert card["id"] == post.mention_id
    assert world.stage.tickets.erase(TicketId(post.mention_id))
    world.stage.settle()
    assert mia.reads("search?q=ghent")["cards"] == []
    assert len(mia.reads("search?brand=acme")["cards"]) == 1


# --- what these functions may touch --------------------------------------------------------

TABLES = {
    "search": "SearchTable",
    "costs": "CostsTable",
    "conversations": "TicketsTable",
    "desk": "DeskTable",
    "incidents": "IncidentsTable",
    "mentions": "MentionsTable",
}
FOLLOWING = ("follow_tickets", "follow_incidents", "send_replies", "deliver")

Use = tuple[str, str, str]
"""Function, action and the table's logical id."""


@pytest.fixture
def used(cloud_world: World) -> Iterator[set[Use]]:
    """What the functions that follow changes have done with tables and queues so far."""
    stage = cloud_world.stage
    assert isinstance(stage, CloudStage)
    uses: set[Use] = set()
    running: list[str] = []
    plain = DynamoHandler.call_action

    def noted(self: Any) -> Any:
        action, asked = self._get_action(), self.params
        for table in (asked.get("TableName"), *asked.get("RequestItems", ())):
            if table and running:
                name = TABLES[str(table).rsplit("-", 1)[-1]]
                uses.add((running[-1], f"dynamodb:{action}", name))
        return plain(self)

    def telling(function: Function) -> Any:
        handle = function.handler

        def handler(event: Any, context: Any) -> Any:
            running.append(function.name)
            try:
                return handle(event, context)
            finally:
                running.pop()

        return handler

    with ExitStack() as watching:
        for name in FOLLOWING:
            function = stage.local.cloud.functions[name]
            watching.enter_context(replaced(function, "handler", telling(function)))
        watching.enter_context(replaced(DynamoHandler, "call_action", noted))
        yield uses


def allowed() -> set[Use]:
    found: set[Use] = set()
    for name in FOLLOWING:
        policy = json.loads(PROJECT.joinpath(f".chalice/policy-{name}.json").read_text())
        for statement in policy["Statement"]:
            resource = statement.get("Resource")
            if isinstance(resource, dict) and "Fn::GetAtt" in resource:
                table = resource["Fn::GetAtt"][0]
                found |= {(name, action, table) for action in statement["Action"]}
    return found


def test_what_follows_a_change_touches_no_more_than_it_may(
    cloud_world: World, crm: OtherDesk, used: set[Use]
) -> None:
    post, mia = cloud_world.post("forum", SLOW), cloud_world.agent("mia")
    assert mia.claims(post) == 200
    assert mia.replies(post, "Hello author1, we see it and are on it. Mia") == 200
    cloud_world.fast_forward(minutes(1))
    cloud_world.stage.tickets.erase(TicketId(post.mention_id))
    cloud_world.stage.settle()
    assert "ticket.replied" in crm.heard()
    assert used >= {
        ("follow_tickets", "dynamodb:BatchWriteItem", "SearchTable"),
        ("follow_tickets", "dynamodb:GetItem", "TicketsTable"),
        ("send_replies", "dynamodb:PutItem", "TicketsTable"),
    }, "`deliver` reads the desk alone, and that only when nobody has of late"
    assert used <= allowed()


def test_a_change_that_cannot_be_followed_is_kept_and_told_and_holds_up_no_other(
    cloud_world: World, crm: OtherDesk
) -> None:
    crm.hears(HookEvent.TICKET_OPENED)
    stage = cloud_world.stage
    assert isinstance(stage, CloudStage)
    broken = {"pk": "forum.1", "sk": "ticket", "ticket": '{"id":'}
    boto3.client("dynamodb").put_item(
        TableName=stage.local.cloud.stack.physical_ids["TicketsTable"],
        Item={name: {"S": value} for name, value in broken.items()},
    )
    cloud_world.post("forum", SLOW)
    assert len({id for id, _ in crm.taken}) == 1, "told again, since its batch was, under one id"
    assert set(crm.heard()) == {"ticket.opened"}
    assert [one.queue for one in stage.local.cloud.dead_letters] == ["nightdesk-local-follow-dead"]
    cloud_world.expects_notice("dead letters of follow")
    cloud_world.expects_failures()
