"""Each answered call of AWS is turned into what it uses, and no call ever suffers from that."""

import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from chalicelib.adapters.clients import client, forget
from chalicelib.adapters.metering import aws
from chalicelib.adapters.metering.aws import FREE, PAID, heard
from chalicelib.adapters.metering.tally import collecting, within
from chalicelib.domain.cost import Feature
from tests.adapters.stores import Stores
from tests.builders import a_pulled

CHALICE = Path(__file__).parents[3] / ".chalice"
TEMPLATE = Path(__file__).parents[3] / "infra" / "template.yaml"


def taken(service: str, operation: str, answer: dict[str, Any], **asked: Any) -> dict[str, Decimal]:
    """What a call that is answered so uses, by sku."""
    made = heard(boto3.client(service))
    with Stubber(made) as stub, collecting() as tally:
        stub.add_response(operation, answer)
        getattr(made, operation)(**asked)
    return {entry.sku: quantity for entry, quantity in tally.take().items()}


def refused(
    service: str, operation: str, code: str, answer: dict[str, Any] | None = None, **asked: Any
) -> dict[str, Decimal]:
    """What a call uses that is answered by an error."""
    made = heard(boto3.client(service))
    with Stubber(made) as stub, collecting() as tally:
        stub.add_client_error(operation, code, modeled_fields=answer)
        with pytest.raises(ClientError):
            getattr(made, operation)(**asked)
    return {entry.sku: quantity for entry, quantity in tally.take().items()}


KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}


def units(number: float, **more: Any) -> dict[str, Any]:
    return {"ConsumedCapacity": {"TableName": "t", "CapacityUnits": number, **more}}


# --- DynamoDB ------------------------------------------------------------------------------


def test_reads_are_read_units_and_halves_stay_halves() -> None:
    reads = {"dynamodb.read-unit": Decimal("0.5")}
    assert taken("dynamodb", "get_item", units(0.5), TableName="t", Key=KEY) == reads
    query = {"TableName": "t", "KeyConditionExpression": "pk = :a"}
    assert taken("dynamodb", "query", units(12.5), **query) == {
        "dynamodb.read-unit": Decimal("12.5")
    }
    assert taken("dynamodb", "scan", units(3), TableName="t") == {"dynamodb.read-unit": 3}


def test_writes_are_write_units_indexes_included() -> None:
    indexes = {"GlobalSecondaryIndexes": {"due": {"CapacityUnits": 2.0}}}
    put = taken("dynamodb", "put_item", units(3, **indexes), TableName="t", Item=KEY)
    assert put == {"dynamodb.write-unit": 3}
    for operation in ("update_item", "delete_item"):
        assert taken("dynamodb", operation, units(16), TableName="t", Key=KEY) == {
            "dynamodb.write-unit": 16
        }


def test_a_batch_is_the_sum_of_its_tables() -> None:
    both = {
        "ConsumedCapacity": [
            {"TableName": "t", "CapacityUnits": 1.5},
            {"TableName": "u", "CapacityUnits": 20.0},
        ]
    }
    asked = {"t": {"Keys": [KEY]}}
    assert taken("dynamodb", "batch_get_item", both, RequestItems=asked) == {
        "dynamodb.read-unit": Decimal("21.5")
    }
    written = {"t": [{"PutRequest": {"Item": KEY}}]}
    assert taken("dynamodb", "batch_write_item", both, RequestItems=written) == {
        "dynamodb.write-unit": Decimal("21.5")
    }


def test_a_transaction_says_reads_and_writes_apart() -> None:
    answer = {
        "ConsumedCapacity": [
            {"TableName": "t", "CapacityUnits": 6.0, "WriteCapacityUnits": 4.0},
            {"TableName": "u", "CapacityUnits": 2.0, "ReadCapacityUnits": 2.0},
        ]
    }
    items = [{"Put": {"TableName": "t", "Item": KEY}}]
    assert taken("dynamodb", "transact_write_items", answer, TransactItems=items) == {
        "dynamodb.write-unit": 4,
        "dynamodb.read-unit": 2,
    }


def test_what_a_call_took_is_asked_for_and_what_was_asked_already_stays() -> None:
    made, asked = heard(boto3.client("dynamodb")), []
    made.meta.events.register(
        "before-parameter-build.dynamodb", lambda params, **_: asked.append(dict(params))
    )
    with Stubber(made) as stub, collecting():
        for _ in range(3):
            stub.add_response("put_item", units(1))
        made.put_item(TableName="t", Item=KEY)
        made.put_item(TableName="t", Item=KEY, ReturnConsumedCapacity="INDEXES")
        made.put_item(TableName="t", Item=KEY, ConditionExpression="attribute_not_exists(pk)")
    plain, own, conditional = asked
    assert plain["ReturnConsumedCapacity"] == conditional["ReturnConsumedCapacity"] == "TOTAL"
    assert own["ReturnConsumedCapacity"] == "INDEXES"
    assert "ReturnValuesOnConditionCheckFailure" not in plain
    assert conditional["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"


BROKEN = "ConditionalCheckFailedException"


def test_a_condition_that_fails_is_paid_by_the_greater_of_what_is_there_and_what_came() -> None:
    small, great = {**KEY, "x": {"S": "x" * 900}}, {**KEY, "x": {"S": "x" * 3000}}
    put: Any = {"TableName": "t", "ConditionExpression": "attribute_not_exists(pk)"}
    assert refused("dynamodb", "put_item", BROKEN, {"Item": small}, Item=small, **put) == {
        "dynamodb.write-unit": 1
    }
    for there, came in ((small, great), (great, small)):
        assert refused("dynamodb", "put_item", BROKEN, {"Item": there}, Item=came, **put) == {
            "dynamodb.write-unit": 3
        }
    assert refused("dynamodb", "put_item", BROKEN, Item=small, **put) == {"dynamodb.write-unit": 1}
    assert refused("dynamodb", "update_item", BROKEN, {"Item": great}, Key=KEY, TableName="t") == {
        "dynamodb.write-unit": 3
    }
    assert refused("dynamodb", "update_item", BROKEN, Key=KEY, TableName="t") == {
        "dynamodb.write-unit": 1
    }


@pytest.mark.parametrize("code", ["ThrottlingException", "ValidationException"])
def test_what_is_refused_otherwise_costs_nothing(code: str) -> None:
    assert refused("dynamodb", "put_item", code, TableName="t", Item=KEY) == {}
    assert refused("sqs", "send_message", code, QueueUrl="q", MessageBody="x") == {}
    assert refused("sns", "publish", code, TopicArn="t", Message="x") == {}


# --- the others ----------------------------------------------------------------------------

SENT: dict[str, Any] = {"MessageId": "1", "MD5OfMessageBody": "x"}


@pytest.mark.parametrize(("size", "requests"), [(0, 1), (65_536, 1), (65_537, 2), (200_000, 4)])
def test_a_message_is_a_request_for_each_64_kilobytes(size: int, requests: int) -> None:
    body = "x" * size
    sent = taken("sqs", "send_message", SENT, QueueUrl="https://q", MessageBody=body)
    assert sent == {"sqs.request": requests}
    published = taken("sns", "publish", {"MessageId": "1"}, TopicArn="t", Message=body)
    assert published == {"sns.publish": requests}


def test_bytes_are_counted_not_letters_and_attributes_too() -> None:
    body, more = "é" * 32_000, {"of": {"DataType": "String", "StringValue": "x" * 2_000}}
    asked = {"QueueUrl": "https://q", "MessageBody": body, "MessageAttributes": more}
    assert taken("sqs", "send_message", SENT, **asked) == {"sqs.request": 2}


def test_a_batch_of_messages_is_charged_by_all_its_bytes() -> None:
    entries = [{"Id": str(number), "MessageBody": "x" * 30_000} for number in range(5)]
    answer: dict[str, Any] = {"Successful": [], "Failed": []}
    asked = {"QueueUrl": "https://q", "Entries": entries}
    assert taken("sqs", "send_message_batch", answer, **asked) == {"sqs.request": 3}


def test_what_is_done_to_a_message_is_a_request_and_so_is_looking_in_vain() -> None:
    asked = {"QueueUrl": "https://q", "ReceiptHandle": "h"}
    one = {"sqs.request": Decimal(1)}
    assert taken("sqs", "delete_message", {}, **asked) == one
    assert taken("sqs", "change_message_visibility", {}, VisibilityTimeout=9, **asked) == one
    assert taken("sqs", "receive_message", {}, QueueUrl="https://q") == one
    found = {"Messages": [{"Body": "x" * 70_000}]}
    assert taken("sqs", "receive_message", found, QueueUrl="https://q") == {"sqs.request": 2}


def test_an_sms_is_not_a_publish_since_its_channel_counts_its_parts() -> None:
    asked = {"PhoneNumber": "+15550100", "Message": "x"}
    assert taken("sns", "publish", {"MessageId": "1"}, **asked) == {}


def test_an_email_counts_for_each_of_its_recipients() -> None:
    to = {"ToAddresses": ["a@example.com", "b@example.com"], "CcAddresses": ["c@example.com"]}
    content = {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}}
    asked = {"Destination": to, "Content": content}
    assert taken("sesv2", "send_email", {"MessageId": "1"}, **asked) == {"ses.message": 3}


def test_a_secret_that_is_opened_is_a_request_to_kms() -> None:
    secret = {"Parameter": {"Name": "n", "Type": "SecureString", "Value": "x"}}
    plain = {"Parameter": {"Name": "n", "Type": "String", "Value": "x"}}
    open_it = {"Name": "n", "WithDecryption": True}
    assert taken("ssm", "get_parameter", secret, **open_it) == {"kms.request": 1}
    assert taken("ssm", "get_parameter", plain, **open_it) == {}
    assert taken("ssm", "get_parameter", secret, Name="n") == {}
    both = {"Parameters": [secret["Parameter"], plain["Parameter"], secret["Parameter"]]}
    asked = {"Names": ["n", "m", "o"], "WithDecryption": True}
    assert taken("ssm", "get_parameters", both, **asked) == {"kms.request": 2}


def test_metrics_are_charged_one_by_one() -> None:
    from datetime import UTC, datetime

    at = datetime(2026, 11, 1, tzinfo=UTC)
    stat = {"Metric": {"Namespace": "n", "MetricName": "m"}, "Period": 60, "Stat": "Sum"}
    queries = [
        {"Id": "a", "MetricStat": stat},
        {"Id": "b", "MetricStat": stat},
        {"Id": "c", "Expression": "a / b"},
    ]
    asked = {"MetricDataQueries": queries, "StartTime": at, "EndTime": at}
    assert taken("cloudwatch", "get_metric_data", {}, **asked) == {"cloudwatch.request": 2}
    one = {"Namespace": "n", "MetricName": "m", "StartTime": at, "EndTime": at, "Period": 60}
    assert taken("cloudwatch", "get_metric_statistics", {}, **one) == {"cloudwatch.request": 1}


def test_each_page_of_cost_explorer_is_a_request() -> None:
    asked = {
        "TimePeriod": {"Start": "2026-11-01", "End": "2026-11-02"},
        "Granularity": "DAILY",
        "Metrics": ["UnblendedCost"],
    }
    assert taken("ce", "get_cost_and_usage", {}, **asked) == {"cost-explorer.request": 1}


def test_buckets_are_read_and_listed() -> None:
    body = StreamingBody(io.BytesIO(b"x"), 1)
    assert taken("s3", "get_object", {"Body": body}, Bucket="bucket", Key="k") == {"s3.read": 1}
    assert taken("s3", "list_objects_v2", {}, Bucket="bucket") == {"s3.list": 1}


def test_a_model_is_charged_by_tokens_under_its_own_name() -> None:
    usage = {"inputTokens": 812, "outputTokens": 41, "totalTokens": 853}
    answer = {
        "output": {"message": {"role": "assistant", "content": [{"text": "x"}]}},
        "stopReason": "end_turn",
        "usage": usage,
        "metrics": {"latencyMs": 1},
    }
    messages = [{"role": "user", "content": [{"text": "x"}]}]
    for model in ("acme.mini-v1:0", "arn:aws:bedrock:eu-west-1:1:inference-profile/acme.mini-v1:0"):
        assert taken("bedrock-runtime", "converse", answer, modelId=model, messages=messages) == {
            "bedrock.acme.mini-v1:0.input-token": 812,
            "bedrock.acme.mini-v1:0.output-token": 41,
        }


# --- for what, and no harm done ------------------------------------------------------------


def test_what_a_call_uses_is_put_to_the_purpose_around_it() -> None:
    made = heard(boto3.client("sqs"))
    with Stubber(made) as stub, collecting() as tally:
        stub.add_response("send_message", SENT)
        with within(Feature.LISTENING, source="forum-acme", brand="acme"):
            made.send_message(QueueUrl="https://q", MessageBody="x")
    ((entry, _),) = tally.take().items()
    assert (entry.feature, entry.source, entry.brand) == (Feature.LISTENING, "forum-acme", "acme")


def test_two_threads_do_not_mix_purposes() -> None:
    made, begin = heard(boto3.client("sqs")), Barrier(2)
    found: dict[str, Any] = {}

    def run(feature: Feature, source: str, times: int) -> None:
        with within(feature, source=source), collecting() as tally:
            begin.wait()
            for _ in range(times):
                made.delete_message(QueueUrl="https://q", ReceiptHandle="h")
            found[source] = tally.take()

    made.meta.events.register("before-call.sqs", lambda **_: (_Answered(), {}))
    threads = [
        Thread(target=run, args=(Feature.LISTENING, "forum", 50)),
        Thread(target=run, args=(Feature.WAKING, "mastodon", 70)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: list(sheet.values()) for name, sheet in found.items()} == {
        "forum": [50],
        "mastodon": [70],
    }
    for name, sheet in found.items():
        assert {entry.source for entry in sheet} == {name}


class _Answered:
    status_code = 200


def test_an_answer_that_cannot_be_understood_does_not_reach_the_caller_as_an_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    made = heard(boto3.client("dynamodb"))
    answer = {"ConsumedCapacity": {"TableName": "t"}}
    with Stubber(made) as stub, collecting() as tally:
        stub.add_response("get_item", answer)
        assert made.get_item(TableName="t", Key=KEY)["ConsumedCapacity"] == {"TableName": "t"}
    assert not tally.take()
    assert [one.message for one in caplog.records] == ["usage_not_metered"]


def test_clients_and_tables_are_metered(dynamo: Stores) -> None:
    forget()
    with collecting() as tally:
        dynamo.mentions.add(a_pulled())
    assert tally.take().quantity("dynamodb.write-unit") >= 1
    with collecting() as tally:
        client("sqs").create_queue(QueueName="metered")
        url = client("sqs").get_queue_url(QueueName="metered")["QueueUrl"]
        client("sqs").send_message(QueueUrl=url, MessageBody="x")
    assert tally.take().quantity("sqs.request") == 2
    forget()


def test_a_client_that_is_heard_twice_counts_once() -> None:
    made = heard(heard(boto3.client("sqs")))
    with Stubber(made) as stub, collecting() as tally:
        stub.add_response("send_message", SENT)
        made.send_message(QueueUrl="https://q", MessageBody="x")
    assert tally.take().quantity("sqs.request") == 1


# --- no call is forgotten ------------------------------------------------------------------

SERVICES = {
    "ce": "cost-explorer",
    "logs": "cloudwatch-logs",
    "ses": "sesv2",
}
"""Of the names that policies use, those that botocore has otherwise."""

OPERATIONS = {
    "dynamodb:DescribeStream": ("dynamodb-streams", "DescribeStream"),
    "dynamodb:GetRecords": ("dynamodb-streams", "GetRecords"),
    "dynamodb:GetShardIterator": ("dynamodb-streams", "GetShardIterator"),
    "dynamodb:ListStreams": ("dynamodb-streams", "ListStreams"),
    "bedrock:InvokeModel": ("bedrock-runtime", "Converse"),
    "s3:ListBucket": ("s3", "ListObjectsV2"),
}
"""Permissions that are called otherwise than what they permit."""


def permitted() -> Iterator[str]:
    for file in CHALICE.glob("policy-*.json"):
        for statement in json.loads(file.read_text())["Statement"]:
            yield from statement["Action"]
    assert "Action: [bedrock:InvokeModel]" in TEMPLATE.read_text(), "for the second reader"
    yield "bedrock:InvokeModel"


def test_whatever_functions_may_call_is_paid_or_known_to_be_free() -> None:
    unknown = set()
    for action in permitted():
        service, _, operation = action.partition(":")
        call = OPERATIONS.get(action, (SERVICES.get(service, service), operation))
        if call not in PAID and call not in FREE:
            unknown.add(action)
    assert not unknown
    assert not PAID.keys() & FREE.keys()


def test_every_operation_of_the_tables_exists() -> None:
    import botocore.session

    session = botocore.session.get_session()
    names = {"dynamodb-streams": "dynamodbstreams", "cost-explorer": "ce"}
    names |= {"cloudwatch-logs": "logs"}
    for service, operation in (*PAID, *FREE):
        model = session.get_service_model(names.get(service, service))
        assert operation in model.operation_names, (service, operation)
        assert model.service_id.hyphenize() == service


def test_to_be_metered_imports_nothing_heavy() -> None:
    import subprocess
    import sys

    told = "import sys; import chalicelib.adapters.metering.aws as it; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", told], check=True, capture_output=True, text=True, timeout=60
    )
    heavy = {"boto3", "botocore", "pynamodb", "chalice", "aws_lambda_powertools", "msgspec"}
    assert not heavy & set(run.stdout.split())
    assert aws.__name__ in run.stdout
