"""A system that nobody made a source for pushes a post, and a phone rings."""

import json
from pathlib import Path
from typing import Any

import pytest
from moto.dynamodb.responses import DynamoHandler
from standardwebhooks.webhooks import Webhook as Signer

from infra.local.patching import replaced
from infra.package import PROJECT
from tests.builders import a_source_entry
from tests.smoke.people import DOWN
from tests.smoke.world import World, minutes

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Shop:
    """A shop whose reviews are pushed to us."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._pushes = 0
        world.stage.keep_secret("shop-key", KEY)
        entry = a_source_entry("shop", kind="webhook", secret="shop-key", options={})
        world.apply(sources=(*world.desk.sources, entry))

    def pushes(self, body: bytes, *, key: str = KEY) -> int:
        """The status that it hears; then all that follows has happened."""
        self._pushes += 1
        id, now = f"msg_{self._pushes}", self.world.now
        headers = {
            "host": "desk.example",
            "content-type": "application/json",
            "webhook-id": id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Signer(key).sign(id, now, body.decode()),
        }
        answer = self.world.stage.gateway.answer("POST", "/push/shop", headers=headers, body=body)
        self.world.stage.settle()
        return int(answer["statusCode"])

    def review(self, text: str, *, id: str = "1", key: str = KEY) -> int:
        post = {"id": id, "text": text, "author": {"handle": "carla"}, "is_addressed": True}
        return self.pushes(json.dumps({"posts": [post]}).encode(), key=key)


def test_what_is_pushed_is_judged_and_rings_at_once_and_once(world: World) -> None:
    shop = Shop(world)
    world.on_call(first="ana")
    assert shop.review(DOWN) == 200
    world.phone("ana").expects_page("booking site is down")
    assert shop.review(DOWN) == 200
    assert world.agent("mia").queue() == ["shop.1"]


def test_what_anybody_else_pushes_rings_nobody(world: World) -> None:
    shop = Shop(world)
    world.on_call(first="ana")
    assert shop.review(DOWN, key="whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD") == 401
    world.fast_forward(minutes(5))
    world.nobody_rings()


def test_a_push_that_makes_no_sense_is_told(world: World) -> None:
    shop = Shop(world)
    assert shop.pushes(b'{"post": []}') == 400
    world.expects_notice("A push to source shop could not be understood")


def test_a_review_that_cannot_be_read_stops_no_other(world: World) -> None:
    shop = Shop(world)
    world.on_call(first="ana")
    posts = [{"id": "1"}, {"id": "2", "text": DOWN, "is_addressed": True}]
    assert shop.pushes(json.dumps({"posts": posts}).encode()) == 200
    world.phone("ana").expects_page("booking site is down")
    world.expects_notice("1 posts of source shop could not be read")


def test_a_push_needs_no_more_than_the_policy_of_the_api_allows(cloud_world: World) -> None:
    used: set[tuple[str, str]] = set()
    plain = DynamoHandler.call_action
    shop = Shop(cloud_world)
    cloud_world.on_call(first="ana")

    def noted(handler: Any) -> Any:
        table = str(handler.params.get("TableName", "")).rpartition("-")[2]
        used.add((table, f"dynamodb:{handler._get_action()}"))
        return plain(handler)

    cloud_world.stream_is_cut()  # what follows is other functions'
    with replaced(DynamoHandler, "call_action", noted):
        assert shop.review("acme, a word of thanks") == 200
        assert shop.pushes(b'{"posts": [7]}') == 200
        assert shop.review("x", key="whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD") == 401
    cloud_world.expects_notice("1 posts of source shop could not be read")
    about_mentions = {action for table, action in used if table == "mentions"}
    assert about_mentions == {"dynamodb:GetItem", "dynamodb:PutItem"}
    assert about_mentions <= _allowed("MentionsTable")
    assert {action for table, action in used if table == "desk"} <= _allowed("DeskTable")
    assert {action for table, action in used if table == "costs"} == {"dynamodb:PutItem"}
    assert {"dynamodb:PutItem"} <= _allowed("CostsTable")
    assert {table for table, _ in used} == {"mentions", "desk", "costs"}


def _allowed(table: str) -> set[str]:
    policy = json.loads(Path(PROJECT, ".chalice", "policy-api_handler.json").read_text())
    return {
        action
        for statement in policy["Statement"]
        if statement.get("Resource") == {"Fn::GetAtt": [table, "Arn"]}
        for action in statement["Action"]
    }


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_that_nobody_pushes_to_says_nothing_of_the_desk(
    world: World, method: str
) -> None:
    headers = {"host": "desk.example", "content-type": "application/json"}
    answers = [
        world.stage.gateway.answer(method, path, headers=headers, body=b"{}")
        for path in ("/push/mastodon", "/push/nobody", "/push/..")
    ]
    assert {(one["statusCode"], one["body"]) for one in answers} == {(401, answers[0]["body"])}
