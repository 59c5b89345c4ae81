"""What functions touch is no more than their policies allow, which the local cloud does not ask."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

import pytest
from moto.dynamodb.responses import DynamoHandler

from chalicelib import wiring
from chalicelib.adapters.clients import client
from chalicelib.domain.cost import Sheet
from chalicelib.domain.read_budget import ReadBudget
from chalicelib.ports import ReadUsage
from infra.local.lambdas import Function
from infra.local.patching import replaced
from infra.package import PROJECT
from tests.smoke.stages import CloudStage
from tests.smoke.world import World, minutes

DOWN = "@acme the whole booking site is down, nobody can pay"

Write = tuple[str, str, str]
"""Function, action and partition."""


@pytest.fixture
def read(cloud_world: World) -> Iterator[set[str]]:
    """The parameters that functions have read so far."""
    names: set[str] = set()
    events = client("ssm").meta.events

    def note(params: dict[str, Any], **_: Any) -> None:
        names.add(params["Name"].removeprefix("/nightdesk/local/"))

    events.register("provide-client-params.ssm.GetParameter", note)
    yield names
    events.unregister("provide-client-params.ssm.GetParameter", note)


@pytest.fixture
def written(cloud_world: World) -> Iterator[set[Write]]:
    """What functions have written into the table of the desk so far."""
    stage = cloud_world.stage
    assert isinstance(stage, CloudStage)
    writes: set[Write] = set()
    running: list[str] = []
    plain = DynamoHandler.call_action

    def noted(self: Any) -> Any:
        action, asked = self._get_action(), self.params
        is_desk = str(asked.get("TableName")).endswith("-desk")
        if running and is_desk and ("Put" in action or "Up" in action):
            partition = asked.get("Item", asked.get("Key"))["pk"]["S"]
            writes.add((running[-1], f"dynamodb:{action}", partition))
        return plain(self)

    with ExitStack() as watching:
        for function in stage.local.cloud.functions.values():
            handler = _telling(function, running)
            watching.enter_context(replaced(function, "handler", handler))
        watching.enter_context(replaced(DynamoHandler, "call_action", noted))
        yield writes


def _telling(function: Function, running: list[str]) -> Any:
    plain = function.handler

    def handler(event: Any, context: Any) -> Any:
        running.append(function.name)
        try:
            return plain(event, context)
        finally:
            running.pop()

    return handler


def allowed() -> set[Write]:
    """What the policies let functions write into the table of the desk."""
    found: set[Write] = set()
    for file in PROJECT.joinpath(".chalice").glob("policy-*.json"):
        for statement in json.loads(file.read_text())["Statement"]:
            if statement.get("Resource") != {"Fn::GetAtt": ["DeskTable", "Arn"]}:
                continue
            asked = statement.get("Condition", {}).get("ForAllValues:StringEquals", {})
            found |= {
                (file.stem.removeprefix("policy-"), action, partition)
                for action in statement["Action"]
                for partition in asked.get("dynamodb:LeadingKeys", ())
            }
    return found


def test_to_page_and_to_take_a_reply_needs_nothing_that_signs_agents_in(
    cloud_world: World, read: set[str]
) -> None:
    cloud_world.post("mastodon", DOWN)
    ana = cloud_world.phone("ana")
    ana.replies(ana.expects_page("booking site is down").code)
    ana.expects_note("You have it")
    assert read == {"code-key", "public-url"}


def test_functions_write_states_and_notices_and_may_write_them(
    cloud_world: World, written: set[Write]
) -> None:
    cloud_world.phone("ben").replies("STOP")
    cloud_world.expects_notice("STOP")
    cloud_world.platform_goes_down("mastodon")
    cloud_world.fast_forward(minutes(25))
    cloud_world.expects_notice("We are blind to source mastodon")
    cloud_world.phone("ana").expects_note("We are blind to mastodon")
    cloud_world.stream_is_cut()
    cloud_world.post("forum", "acme is down, nobody can pay")
    cloud_world.fast_forward(minutes(4))
    cloud_world.phone("ana").expects_page("acme is down")
    cloud_world.expects_notice("judged more than two minutes late")
    assert {(name, partition) for name, _, partition in written} == {
        ("pull_mentions", "source"),
        ("pull_source", "source"),
        ("pull_source", "reading"),
        ("tick", "notice"),
        ("receive_reply", "notice"),
    }
    assert written <= allowed()


Use = tuple[str, str, str]
"""Function, action and what it is done with: a table, or an index of it."""


@pytest.fixture
def used(cloud_world: World) -> Iterator[set[Use]]:
    """What functions have done with the table of incidents so far."""
    with uses_of(cloud_world, "-incidents") as uses:
        yield uses


@pytest.fixture
def used_of_tickets(cloud_world: World) -> Iterator[set[Use]]:
    """What functions have done with the table of conversations so far."""
    with uses_of(cloud_world, "-conversations") as uses:
        yield uses


@contextmanager
def uses_of(world: World, table_ends: str) -> Iterator[set[Use]]:
    stage = world.stage
    assert isinstance(stage, CloudStage)
    uses: set[Use] = set()
    running: list[str] = []
    plain = DynamoHandler.call_action

    def noted(self: Any) -> Any:
        action, asked = self._get_action(), self.params
        tables = (asked.get("TableName"), *asked.get("RequestItems", ()))
        if any(str(table).endswith(table_ends) for table in tables):
            name = running[-1] if running else "api_handler"
            uses.add((name, f"dynamodb:{action}", asked.get("IndexName", "")))
        return plain(self)

    with ExitStack() as watching:
        for function in stage.local.cloud.functions.values():
            watching.enter_context(replaced(function, "handler", _telling(function, running)))
        watching.enter_context(replaced(DynamoHandler, "call_action", noted))
        yield uses


def allowed_with(table: str) -> set[Use]:
    """What the policies let functions do with a table of the template."""
    found: set[Use] = set()
    for file in PROJECT.joinpath(".chalice").glob("policy-*.json"):
        name = file.stem.removeprefix("policy-")
        for statement in json.loads(file.read_text())["Statement"]:
            about = statement.get("Resource", ())
            for resource in about if isinstance(about, list) else [about]:
                text = resource.get("Fn::Sub", "") if isinstance(resource, dict) else ""
                _, is_index, index = text.rpartition(f"${{{table}.Arn}}/index/")
                is_whole = resource == {"Fn::GetAtt": [table, "Arn"]}
                if is_whole or is_index:
                    on = index if is_index else ""
                    found |= {(name, action, on) for action in statement["Action"]}
    return found


def test_whoever_takes_and_passes_on_incidents_may_touch_what_that_takes(
    cloud_world: World, used: set[Use]
) -> None:
    world = cloud_world
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.apply(sms=replace(world.desk.sms, takes_bare_letters=True))
    post = world.post("mastodon", DOWN)
    ana, ben, mia = world.phone("ana"), world.phone("ben"), world.agent("mia")
    page = ana.expects_page("booking site is down")
    ana.replies("what?")
    ana.expects_note("Nothing was acknowledged")
    ana.replies("e")
    ben.expects_page("booking site is down")
    ana.expects_note("handed on")
    ana.replies(page.code)
    ana.expects_note("You have it")
    assert mia.hands_over(post, "ben") == 200
    ben.expects_page("booking site is down")
    assert ben.opens_link(press="acknowledge")[0] == 200
    assert mia.sees(post)["acknowledged_by"] == "ben"
    assert mia.resolves_incident_of(post) == 200
    assert mia.grades(post, is_worth_it=True) == 200
    assert {name for name, _, _ in used} >= {"receive_reply", "api_handler", "triage_mentions"}
    assert used <= allowed_with("IncidentsTable")


def test_to_work_through_the_queue_takes_no_more_than_is_allowed(
    cloud_world: World, used_of_tickets: set[Use]
) -> None:
    world = cloud_world
    post = world.post("mastodon", "@acme how do I change my invoice?")
    mia, joe = world.agent("mia"), world.agent("joe")
    for agent in (mia, joe):
        assert agent.comes_on_duty() == 200
    for view in ("mine", "unclaimed", "team", "waiting", "snoozed", "breached", "thanks", "all"):
        mia.queue(view)
    mia.reads("queue/counts")
    assert mia.claims(post) == 200
    assert mia.looks_at(post) == 200
    assert mia.replies(post, "Hello, I have changed it for you.") == 200
    world.fast_forward(minutes(1))
    assert world.ticket(post).state.value == "replied"
    mia.reads(f"tickets/{post.mention_id}/customer")
    world.customer_writes_again(post, "@acme it still shows the old address")
    assert mia.gives(post, "joe") == 200
    world.fast_forward(minutes(30))
    assert joe.goes_off_duty() == 200

    assert used_of_tickets >= {
        ("api_handler", "dynamodb:Query", index) for index in ("queue", "held", "owed")
    }
    assert used_of_tickets >= {
        ("api_handler", "dynamodb:Query", ""),
        ("triage_mentions", "dynamodb:PutItem", ""),
        ("send_replies", "dynamodb:PutItem", ""),
        ("tick", "dynamodb:Query", "due"),
        ("tick", "dynamodb:Query", "unsettled"),
        ("tick", "dynamodb:BatchGetItem", ""),
    }
    assert used_of_tickets <= allowed_with("TicketsTable")


CROWD = [f"@acme {number} euros more, that price is a joke" for number in range(30)]


def test_to_count_a_crowd_and_to_wake_for_it_takes_no_more_than_is_allowed(
    cloud_world: World, used: set[Use]
) -> None:
    cloud_world.reads_every_minute()
    for text in CROWD:
        cloud_world.write("mastodon", text)
    cloud_world.fast_forward(minutes(3))
    cloud_world.phone("ana").expects_page("30 angry posts in 5 min")
    assert used >= {
        ("triage_mentions", "dynamodb:Query", ""),
        ("triage_mentions", "dynamodb:PutItem", ""),
        ("tick", "dynamodb:Query", ""),
        ("tick", "dynamodb:PutItem", ""),
        ("pull_mentions", "dynamodb:Query", "due"),
    }
    assert used <= allowed_with("IncidentsTable")


@pytest.fixture
def read_of_desk(cloud_world: World) -> Iterator[set[Write]]:
    """What functions have read of the table of the desk so far."""
    stage = cloud_world.stage
    assert isinstance(stage, CloudStage)
    reads: set[Write] = set()
    running: list[str] = []
    plain = DynamoHandler.call_action

    def noted(self: Any) -> Any:
        action, asked = self._get_action(), self.params
        is_desk = str(asked.get("TableName")).endswith("-desk")
        if running and is_desk and action in ("GetItem", "Query"):
            values = asked.get("ExpressionAttributeValues", {})
            pk = asked["Key"]["pk"] if "Key" in asked else values[":0"]
            reads.add((running[-1], f"dynamodb:{action}", pk["S"]))
        return plain(self)

    with ExitStack() as watching:
        for function in stage.local.cloud.functions.values():
            watching.enter_context(replaced(function, "handler", _telling(function, running)))
        watching.enter_context(replaced(DynamoHandler, "call_action", noted))
        yield reads


def readable_of_desk(reads: set[Write]) -> set[Write]:
    """Those of `reads` that policies allow; without a condition every partition is."""
    found: set[Write] = set()
    for name, action, partition in reads:
        policy = json.loads(PROJECT.joinpath(f".chalice/policy-{name}.json").read_text())
        for statement in policy["Statement"]:
            if statement.get("Resource") != {"Fn::GetAtt": ["DeskTable", "Arn"]}:
                continue
            asked = statement.get("Condition", {}).get("ForAllValues:StringEquals", {})
            partitions = asked.get("dynamodb:LeadingKeys", (partition,))
            if action in statement["Action"] and partition in partitions:
                found.add((name, action, partition))
    return found


def test_functions_read_no_more_of_the_desk_than_they_may(
    cloud_world: World, read_of_desk: set[Write]
) -> None:
    cloud_world.reads_every_minute()
    for text in CROWD:
        cloud_world.write("mastodon", text)
    cloud_world.fast_forward(minutes(3))
    cloud_world.phone("ana").expects_page("30 angry posts in 5 min")
    assert {name for name, _, _ in read_of_desk} >= {"pull_mentions", "pull_source", "tick"}
    assert ("tick", "dynamodb:Query", "source") in read_of_desk
    assert read_of_desk == readable_of_desk(read_of_desk)


def test_to_keep_a_read_budget_takes_no_more_than_is_allowed(
    cloud_world: World, read_of_desk: set[Write]
) -> None:
    budget = ReadBudget(calls=10**9, stops=True)
    sources = tuple(replace(one, budget=budget) for one in cloud_world.desk.sources)
    cloud_world.apply(sources=sources)
    cloud_world.reads_every_minute()
    cloud_world.fast_forward(minutes(2))
    for source in sources:
        wiring.parts.read_usages().add(source.name, "2026-11", ReadUsage(calls=10**9))
    cloud_world.fast_forward(minutes(3))
    for _ in sources:
        cloud_world.expects_notice("has used 100 % of its read budget")
    for source in sources:
        cloud_world.expects_notice(f"We are blind to source {source.name}")
        cloud_world.phone("ana").expects_note(f"We are blind to {source.name}")
    assert {
        ("tick", "dynamodb:Query", "reading"),
        ("pull_source", "dynamodb:GetItem", "reading"),
    } <= read_of_desk
    assert read_of_desk == readable_of_desk(read_of_desk)


@pytest.fixture
def of_costs(cloud_world: World) -> Iterator[set[Write]]:
    """What functions have read and written of the table of costs so far."""
    stage = cloud_world.stage
    assert isinstance(stage, CloudStage)
    touched: set[Write] = set()
    running: list[str] = []
    plain = DynamoHandler.call_action

    def noted(self: Any) -> Any:
        action, asked = self._get_action(), self.params
        is_of_items = action != "DescribeTable"
        if running and is_of_items and str(asked.get("TableName")).endswith("-costs"):
            key = asked.get("Item", asked.get("Key", {})).get("pk")
            pk = (key or asked["ExpressionAttributeValues"][":0"])["S"]
            touched.add((running[-1], f"dynamodb:{action}", pk))
        for table, requests in asked.get("RequestItems", {}).items():
            if running and table.endswith("-costs"):
                for one in requests:
                    pk = one["PutRequest"]["Item"]["pk"]["S"]
                    touched.add((running[-1], f"dynamodb:{action}", pk))
        return plain(self)

    with ExitStack() as watching:
        for function in stage.local.cloud.functions.values():
            watching.enter_context(replaced(function, "handler", _telling(function, running)))
        watching.enter_context(replaced(DynamoHandler, "call_action", noted))
        yield touched


def allowed_of_costs(touched: set[Write]) -> set[Write]:
    """Those of `touched` that policies allow; a pattern ends with `*`."""
    found: set[Write] = set()
    for name, action, partition in touched:
        policy = json.loads(PROJECT.joinpath(f".chalice/policy-{name}.json").read_text())
        for statement in policy["Statement"]:
            if statement.get("Resource") != {"Fn::GetAtt": ["CostsTable", "Arn"]}:
                continue
            asked = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
            patterns = asked.get("dynamodb:LeadingKeys", ("*",))
            if action in statement["Action"] and any(
                fnmatchcase(partition, one) for one in patterns
            ):
                found.add((name, action, partition))
    return found


def test_to_keep_what_was_used_takes_no_more_than_is_allowed(
    cloud_world: World, of_costs: set[Write]
) -> None:
    world = cloud_world
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    ana.replies(ana.expects_page("booking site is down").code)
    ana.expects_note("You have it")
    world.fast_forward(minutes(2))
    kept = {name for name, _, partition in of_costs if partition.startswith("use#")}
    assert kept >= {"pull_mentions", "pull_source", "triage_mentions", "tick", "receive_reply"}
    assert of_costs - allowed_of_costs(of_costs) == set()


def test_to_keep_the_books_takes_no_more_than_is_allowed(
    cloud_world: World, of_costs: set[Write]
) -> None:
    world = cloud_world
    post = world.post("mastodon", DOWN)
    ana = world.phone("ana")
    ana.replies(ana.expects_page("booking site is down").code)
    ana.expects_note("You have it")
    world.fast_forward(minutes(61))

    books = wiring.parts.books()
    whole = Sheet.total(day.sheet for day in books.days(date.min, date.max))
    assert whole.quantity("done.page") == 1
    assert whole.quantity("lambda.request") > 50
    assert Sheet.total(books.about(world.incident_of(post).id).values()).quantity("done.page") == 1
    kinds = {partition.partition("#")[0] for name, _, partition in of_costs if name == "reckon"}
    assert kinds >= {"use", "hour", "hour-about", "about", "day"}
    assert of_costs - allowed_of_costs(of_costs) == set()
