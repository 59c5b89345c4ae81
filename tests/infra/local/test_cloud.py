"""The stage itself: environment, figures, races, and what stands when it is closed."""

import os
import sys
import threading

import boto3
import moto.core.utils
from botocore.exceptions import ClientError
from moto.dynamodb.responses import DynamoHandler

from infra.local.cloud import Cloud
from tests.infra.local.toy import Toy, put, toy_cloud


def test_functions_find_their_environment(cloud: Cloud) -> None:
    assert os.environ["TOY_QUEUE"] == cloud.stack.physical_ids["Orders"]


def test_a_value_that_names_the_api_is_left_to_be_written(cloud: Cloud) -> None:
    parameter = boto3.client("ssm").get_parameter(Name="/toy/address")["Parameter"]
    assert parameter["Value"] == "-"


def test_calls_of_the_application_are_counted_and_lambdas_own_are_not(cloud: Cloud) -> None:
    put("a", "b")
    cloud.settle()
    with cloud.calls.paused():
        put("c")
    assert cloud.calls.by_kind() == {"dynamodb.PutItem": 2}


def test_of_two_threads_that_claim_one_item_exactly_one_wins(cloud: Cloud) -> None:
    put(*(f"thing-{n}" for n in range(40)))
    won: list[str] = []
    ready = threading.Barrier(2)

    def claim_all() -> None:
        table = boto3.client("dynamodb")
        for n in range(40):
            ready.wait()
            try:
                table.update_item(
                    TableName="toy-test-things",
                    Key={"pk": {"S": f"thing-{n}"}},
                    UpdateExpression="SET holder = :me",
                    ConditionExpression="attribute_not_exists(holder)",
                    ExpressionAttributeValues={":me": {"S": threading.current_thread().name}},
                )
            except ClientError:
                continue
            won.append(f"thing-{n}")

    threads = [threading.Thread(target=claim_all) for _ in range(2)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that without a lock both would win now and then
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert sorted(won) == sorted(f"thing-{n}" for n in range(40))


def test_closing_leaves_nothing_behind(toy: Toy) -> None:
    before = (moto.core.utils.utcnow, DynamoHandler.call_action)
    with toy_cloud(toy):
        assert moto.core.utils.utcnow is not before[0]
    assert (moto.core.utils.utcnow, DynamoHandler.call_action) == before
    assert "TOY_QUEUE" not in os.environ
