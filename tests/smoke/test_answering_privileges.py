"""A day of answering takes no more than the policies allow, which the local cloud does not ask."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fnmatch import fnmatchcase
from typing import Any

import pytest
from moto.dynamodb.responses import DynamoHandler

from chalicelib.adapters.clients import client
from infra.local.lambdas import Function
from infra.local.patching import replaced
from infra.package import PROJECT
from tests.smoke.stages import CloudStage
from tests.smoke.world import World, hours, minutes

ASKED = "@acme how do I change my invoice?"

Use = tuple[str, str, str, str]
"""Function, action, what it is done with (a table, an index of one, a queue), and partition."""

LOGICAL = {"conversations": "Tickets"}
"""Where a table's own name is not its name in the template."""


@pytest.fixture
def used(cloud_world: World) -> Iterator[set[Use]]:
    """What functions have done with tables and queues so far."""
    stage = cloud_world.stage
    assert isinstance(stage, CloudStage)
    uses: set[Use] = set()
    running: list[str] = []
    plain = DynamoHandler.call_action

    def noted(self: Any) -> Any:
        name = running[-1] if running else "api_handler"
        for table, key in _touched(self.params):
            index = self.params.get("IndexName", "")
            logical = LOGICAL.get(last := table.rpartition("-")[2], last.title()) + "Table"
            action = f"dynamodb:{self._get_action()}"
            uses.add((name, action, f"{logical}/index/{index}" if index else logical, key))
        return plain(self)

    def sent(params: dict[str, Any], **_: Any) -> None:
        queue = str(params["QueueUrl"]).rpartition("-")[2].title() + "Queue"
        uses.add((running[-1] if running else "api_handler", "sqs:SendMessage", queue, ""))

    events = client("sqs").meta.events
    events.register("provide-client-params.sqs.SendMessage", sent)
    with ExitStack() as watching:
        watching.callback(events.unregister, "provide-client-params.sqs.SendMessage", sent)
        for function in stage.local.cloud.functions.values():
            watching.enter_context(replaced(function, "handler", _telling(function, running)))
        watching.enter_context(replaced(DynamoHandler, "call_action", noted))
        yield uses


def _telling(function: Function, running: list[str]) -> Callable[[Any, Any], Any]:
    plain = function.handler

    def handler(event: Any, context: Any) -> Any:
        running.append(function.name)
        try:
            return plain(event, context)
        finally:
            running.pop()

    return handler


def _touched(asked: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Tables and partitions; an empty partition where several are asked for."""
    for table in asked.get("RequestItems", ()):
        yield table, ""
    if "TableName" in asked:
        item = asked.get("Item", asked.get("Key", {}))
        yield asked["TableName"], item.get("pk", {}).get("S", "")


def is_allowed(use: Use) -> bool:
    name, action, resource, key = use
    policy = json.loads(PROJECT.joinpath(f".chalice/policy-{name}.json").read_text())
    for statement in policy["Statement"]:
        condition = statement.get("Condition", {})
        keys = [
            one
            for test in ("ForAllValues:StringEquals", "ForAllValues:StringLike")
            for one in condition.get(test, {}).get("dynamodb:LeadingKeys", ())
        ]
        is_of_key = not keys or not key or any(fnmatchcase(key, one) for one in keys)
        if action in statement["Action"] and is_of_key and resource in _resources(statement):
            return True
    return False


def _resources(statement: dict[str, Any]) -> set[str]:
    """By their logical names: `TicketsTable`, `TicketsTable/index/due`, `OutboxQueue`."""
    given = statement.get("Resource", [])
    found = set()
    for one in given if isinstance(given, list) else [given]:
        if isinstance(one, dict) and "Fn::GetAtt" in one:
            found.add(one["Fn::GetAtt"][0])
        elif isinstance(one, dict) and "Fn::Sub" in one:
            found.add(str(one["Fn::Sub"]).replace("${", "").replace(".Arn}", ""))
    return found


def test_a_day_of_answering_takes_no_more_than_is_allowed(
    cloud_world: World, used: set[Use]
) -> None:
    world = cloud_world
    mia, jonas, lea = (world.agent(name) for name in ("mia", "jonas", "lea"))
    first, second, third = (world.post("mastodon", ASKED) for _ in range(3))
    for agent in (mia, jonas):
        agent.comes_on_duty()
        agent.reads("team")
    for post in (first, second, third):
        mia.claims(post)
    mia.looks_at(first)
    mia.reads(f"tickets/{first.mention_id}")
    mia.reads(f"tickets/{first.mention_id}/customer")
    mia.replies(first, "Hello, I have changed it for you.")
    mia.replies(second, "Hello, please tell me your number.", is_private=True)
    mia.gives(third, "jonas")
    world.fast_forward(minutes(1))
    assert len(world.public_replies()) == 2
    jonas.replies(third, "Hello, that is done by my colleague now.")
    jonas.undoes(third)
    jonas.promises(third, "call back", until=world.now + hours(1))
    mia.resolves(first)
    world.customer_writes_again(first, "@acme how do I change my invoice? it is wrong again")
    for view in ("mine", "unclaimed", "team", "waiting", "snoozed", "breached", "thanks", "all"):
        mia.queue(view)
    mia.reads("queue/counts")
    mia.reads("search?q=invoice")
    mia.claims(first)
    world.platform_goes_down("mastodon")
    mia.replies(first, "Hello, and now it really is.")
    mia.replies(first, "Hello, I wrote you again.", is_private=True, reply_id="in-private")
    world.fast_forward(minutes(5))
    world.platform_comes_back("mastodon")
    world.fast_forward(minutes(65))
    assert len(world.public_replies()) == 3
    mia.goes_off_duty()
    lea.reads(f"tickets/{third.mention_id}")

    names = {name for name, *_ in used}
    assert names >= {"api_handler", "send_replies", "tick", "triage_mentions", "follow_tickets"}
    assert {use for use in used if not is_allowed(use)} == set()
