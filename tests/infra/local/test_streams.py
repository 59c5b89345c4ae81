"""A stream reaches its function as Lambda would deliver it."""

import json
from datetime import timedelta

import boto3

from infra.local.cloud import Cloud
from tests.infra.local.toy import MINUTE, Toy, put, toy_cloud


def batches(toy: Toy) -> list[tuple[str, ...]]:
    return [tuple(names) for names in toy.handled("batch")]


def test_records_arrive_in_order_and_in_batches(cloud: Cloud, toy: Toy) -> None:
    put("a", "b", "c", "d", "e")
    cloud.settle()
    assert batches(toy) == [("a", "b", "c", "d"), ("e",)]


def test_a_record_arrives_once(cloud: Cloud, toy: Toy) -> None:
    put("a")
    cloud.settle()
    cloud.settle()
    assert batches(toy) == [("a",)]


def test_records_before_a_reported_failure_are_not_delivered_again(cloud: Cloud, toy: Toy) -> None:
    toy.reports = {"c"}
    put("a", "b", "c", "d")
    cloud.settle()
    assert toy.handled("follow").count("a") == 1
    assert batches(toy)[:2] == [("a", "b", "c", "d"), ("c", "d")]


def test_a_record_that_always_fails_is_given_up_and_the_rest_goes_on(toy: Toy) -> None:
    toy.reports = {"bad"}
    with toy_cloud(toy, BisectBatchOnFunctionError=True) as cloud:
        put("a", "bad", "c", "d")
        cloud.settle()
        assert {"a", "c", "d"} <= set(toy.handled("follow"))
        (letter,) = cloud.dead_letters
        metadata = json.loads(letter.body)
        assert metadata["requestContext"]["condition"] == "RetryAttemptsExhausted"
        assert metadata["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_function_that_raises_is_given_smaller_batches(toy: Toy) -> None:
    toy.fails_on = {"bad"}
    with toy_cloud(toy, BisectBatchOnFunctionError=True) as cloud:
        put("a", "b", "bad", "d")
        cloud.settle()
        assert set(toy.handled("follow")) >= {"a", "b", "d"}
        assert batches(toy)[:3] == [("a", "b", "bad", "d"), ("a", "b"), ("bad", "d")]
        assert len(cloud.dead_letters) == 1


def test_without_splitting_a_whole_batch_is_given_up(cloud: Cloud, toy: Toy) -> None:
    toy.fails_on = {"bad"}
    put("bad", "b")
    cloud.settle()
    assert batches(toy) == [("bad", "b")] * 3
    (letter,) = cloud.dead_letters
    assert json.loads(letter.body)["DDBStreamBatchInfo"]["batchSize"] == 2


def test_a_reported_failure_is_lost_when_the_template_does_not_ask_for_reports(
    toy: Toy,
) -> None:
    toy.reports = {"bad"}
    with toy_cloud(toy, FunctionResponseTypes=None) as cloud:
        put("bad")
        cloud.settle()
        assert batches(toy) == [("bad",)]
        assert cloud.dead_letters == ()
        assert cloud.streams["follow"].lost == 1


def test_retries_without_bound_wait_for_time_to_pass(toy: Toy) -> None:
    toy.fails_on = {"bad"}
    with toy_cloud(toy, MaximumRetryAttempts=-1) as cloud:
        put("bad")
        cloud.settle()
        assert len(batches(toy)) == 1
        toy.fails_on = set()
        cloud.step(MINUTE)
        assert len(batches(toy)) == 2
        assert cloud.streams["follow"].backlog == 0


def test_a_record_that_is_too_old_is_given_up(toy: Toy) -> None:
    toy.fails_on = {"bad"}
    with toy_cloud(toy, MaximumRetryAttempts=-1, MaximumRecordAgeInSeconds=120) as cloud:
        put("bad")
        cloud.step(timedelta(minutes=4))
        (letter,) = cloud.dead_letters
        assert json.loads(letter.body)["requestContext"]["condition"] == "RecordAgeExceeded"


def test_the_filter_keeps_changes_away(toy: Toy) -> None:
    pattern = '{"eventName":["INSERT"],"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"m"}]}}}}'
    with toy_cloud(toy, FilterCriteria={"Filters": [{"Pattern": pattern}]}) as cloud:
        put("m1", "other")
        boto3.client("dynamodb").put_item(
            TableName="toy-test-things", Item={"pk": {"S": "m1"}, "n": {"N": "2"}}
        )
        cloud.settle()
        assert batches(toy) == [("m1",)]


def test_latest_does_not_see_what_was_written_before(toy: Toy) -> None:
    with toy_cloud(toy, StartingPosition="LATEST") as cloud:
        put("later")
        cloud.settle()
        assert batches(toy) == [("later",)]


def test_a_cancelled_transaction_does_not_hide_later_records(cloud: Cloud, toy: Toy) -> None:
    put("a")
    cloud.settle()
    table = boto3.client("dynamodb")
    item = {
        "Put": {
            "TableName": "toy-test-things",
            "Item": {"pk": {"S": "a"}},
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }
    cancelled = False
    try:
        table.transact_write_items(TransactItems=[item])
    except table.exceptions.TransactionCanceledException:
        cancelled = True
    put("b")
    cloud.settle()
    assert cancelled
    assert batches(toy) == [("a",), ("b",)]


def test_the_time_of_a_record_is_the_scenarios(cloud: Cloud) -> None:
    put("a")
    shard = cloud.streams["follow"]._shard()
    made_at = shard.items[0].record["dynamodb"]["ApproximateCreationDateTime"]
    assert made_at == cloud.clock.now().replace(tzinfo=None)
