"""What cannot be processed is kept and told; what got lost on the way is found again."""

import json
import threading

import boto3

from chalicelib.settings import settings
from infra.local.cloud import Cloud
from tests.smoke.people import DOWN
from tests.smoke.stages import CloudStage
from tests.smoke.world import World, minutes


def cloud_of(world: World) -> Cloud:
    assert isinstance(world.stage, CloudStage)
    return world.stage.local.cloud


def test_a_lost_stream_record_is_found_by_the_tick_which_tells(world: World) -> None:
    world.on_call(first="ana")
    world.stream_is_cut()
    world.post("mastodon", DOWN)
    world.nobody_rings()
    world.fast_forward(minutes(3))
    world.phone("ana").expects_page("booking site is down")
    world.expects_notice("judged more than two minutes late")


def test_a_record_that_cannot_be_parsed_becomes_a_dead_letter_and_the_rest_goes_on(
    cloud_world: World,
) -> None:
    world = cloud_world
    world.expects_failures()
    world.on_call(first="ana")
    cloud = cloud_of(world)
    boto3.client("dynamodb").put_item(
        TableName=settings().mentions_table,
        Item={
            "pk": {"S": "mastodon.broken"},
            "sk": {"S": "mention"},
            "mention": {"S": "{"},
            "unjudged": {"S": "1"},
        },
    )
    world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
    (letter,) = cloud.dead_letters
    assert letter.queue.endswith("triage-dead")
    assert json.loads(letter.body)["requestContext"]["condition"] == "RetryAttemptsExhausted"
    world.expects_notice("dead letters of triage")


def test_a_pull_that_always_crashes_becomes_a_dead_letter_and_rings(cloud_world: World) -> None:
    world = cloud_world
    world.expects_failures()
    cloud = cloud_of(world)
    boto3.client("sqs").send_message(
        QueueUrl=cloud.stack.physical_ids["PullsQueue"], MessageBody="poison"
    )
    pull = cloud.functions["pull_source"]
    handler = pull.handler

    def crashing(event: dict[str, object], context: object) -> object:
        if "poison" in json.dumps(event):
            raise RuntimeError("out of memory")
        return handler(event, context)

    pull.handler = crashing
    world.fast_forward(minutes(30))
    assert [letter.queue for letter in cloud.dead_letters] == ["nightdesk-local-pulls-dead"]
    world.expects_notice("dead letters of pulls")


def test_an_unreadable_reply_becomes_a_dead_letter_and_rings(cloud_world: World) -> None:
    world = cloud_world
    world.expects_failures()
    cloud = cloud_of(world)
    boto3.client("sns").publish(
        TopicArn=cloud.stack.physical_ids["RepliesTopic"], Message="not json"
    )
    world.fast_forward(minutes(5))
    (letter,) = cloud.dead_letters
    assert letter.queue.endswith("replies-dead")
    world.expects_notice("dead letters of replies")


def test_a_quiet_hour_leaves_no_dead_letter_and_no_failed_invocation(cloud_world: World) -> None:
    world = cloud_world
    world.reads_every_minute()
    world.post("mastodon", "@acme where is my invoice?")
    world.fast_forward(minutes(15))
    assert cloud_of(world).dead_letters == ()
    assert cloud_of(world).failures == ()


def test_of_two_agents_who_claim_at_once_one_gets_it(world: World) -> None:
    posts = [world.write("mastodon", f"@acme where is invoice {n}?") for n in range(10)]
    world.fast_forward(minutes(1))
    outcomes: dict[str, list[int]] = {"mia": [], "jonas": []}
    ready = threading.Barrier(2)

    def claim_all(name: str) -> None:
        agent = world.agent(name)
        for post in posts:
            ready.wait(timeout=20)
            outcomes[name].append(agent.claims(post))

    threads = [threading.Thread(target=claim_all, args=(name,)) for name in outcomes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pairs = [sorted(pair) for pair in zip(*outcomes.values(), strict=True)]
    assert all(first == 200 and second in (403, 409) for first, second in pairs), pairs
