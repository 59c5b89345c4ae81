"""Calls of AWS, turned into what they use where they are answered.

`heard` hangs hooks of botocore into a client's events. They never raise into a call, ask for
nothing that costs, and take some 30 µs of a call. What each operation is charged by stands in
`PAID`; what is free, and why, in `FREE`. An operation in neither is not counted.

Not seen here: what a call took whose answer was lost and which was sent again; what Lambda does for
us (reads of streams and queues); requests of DynamoDB to KMS, which it makes once in five minutes
("Managing encrypted tables", Amazon DynamoDB guide); e-mails that a topic sends to its subscribers.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from chalicelib.adapters.metering.item_size import item_size, write_units
from chalicelib.adapters.metering.tally import used
from chalicelib.domain.cost import Use

log = logging.getLogger("nightdesk.metering")

READ_UNIT, WRITE_UNIT = "dynamodb.read-unit", "dynamodb.write-unit"

_CHUNK = 64 * 1024
"""Bytes that a request to SQS or SNS is charged by. Source: their pricing pages."""

_ASKED = "nightdesk.asked"
"""Where the parameters of a call stand in botocore's context of it."""

_CONDITIONAL = frozenset({"PutItem", "UpdateItem", "DeleteItem"})


class Call(NamedTuple):
    """A call that was answered."""

    asked: Mapping[str, Any]
    """Its parameters."""
    answer: Mapping[str, Any]
    is_done: bool
    """False when the answer is an error."""


Uses = Callable[[Call], Iterator[Use]]


def _one(sku: str) -> Uses:
    """One for each call that succeeded."""

    def uses(call: Call) -> Iterator[Use]:
        if call.is_done:
            yield Use(sku=sku)

    return uses


def _each(sku: str, count: Callable[[Call], int]) -> Uses:
    """As many as `count` finds in a call that succeeded."""

    def uses(call: Call) -> Iterator[Use]:
        if call.is_done and (number := count(call)):
            yield Use(sku=sku, quantity=number)

    return uses


def _capacity(sku: str) -> Uses:
    """Units of tables, their indexes included, as DynamoDB says them."""

    def uses(call: Call) -> Iterator[Use]:
        for one in _consumed(call):
            yield Use(sku=sku, quantity=_units(one["CapacityUnits"]))

    return uses


def _written(call: Call) -> Iterator[Use]:
    """Units that were written; a condition that fails is charged as well, by the item that stands
    there or should have ("Condition expressions", Amazon DynamoDB guide). Its answer names no
    units, so that the bytes are counted: those of an update are at least those of what stands.
    """
    if call.is_done:
        yield from _capacity(WRITE_UNIT)(call)
    elif call.answer.get("Error", {}).get("Code") == "ConditionalCheckFailedException":
        sizes = (item_size(one.get("Item", {})) for one in (call.asked, call.answer))
        yield Use(sku=WRITE_UNIT, quantity=write_units(max(sizes)))


def _transacted(call: Call) -> Iterator[Use]:
    for one in _consumed(call):
        for sku, name in ((READ_UNIT, "ReadCapacityUnits"), (WRITE_UNIT, "WriteCapacityUnits")):
            if name in one:
                yield Use(sku=sku, quantity=_units(one[name]))


def _consumed(call: Call) -> list[Mapping[str, Any]]:
    found = call.answer.get("ConsumedCapacity", [])
    return found if isinstance(found, list) else [found]


def _units(number: float) -> Decimal:
    """Halves occur; whatever DynamoDB says is taken as it says it."""
    return Decimal(str(number))


def _chunks(size: int) -> int:
    return max(1, -(-size // _CHUNK))


def _sent(call: Call) -> int:
    """Requests by what was sent, together for a batch."""
    entries = call.asked.get("Entries", [call.asked])
    return _chunks(sum(_message_size(one) for one in entries))


def _received(call: Call) -> int:
    return _chunks(sum(len(one["Body"].encode()) for one in call.answer.get("Messages", ())))


def _published(call: Call) -> int:
    """None for an SMS, which its channel counts by parts."""
    return 0 if "PhoneNumber" in call.asked else _sent(call)


def _message_size(message: Mapping[str, Any]) -> int:
    texts = [message.get(name, "") for name in ("MessageBody", "Message", "Subject")]
    for name, one in message.get("MessageAttributes", {}).items():
        texts += [name, one.get("DataType", ""), one.get("StringValue", "")]
    return sum(len(text.encode()) for text in texts)


def _recipients(call: Call) -> int:
    """Each is charged as a message of its own. Source: pricing page of Amazon SES."""
    return sum(len(addresses) for addresses in call.asked.get("Destination", {}).values())


def _decrypted(call: Call) -> int:
    """SecureStrings that were opened: KMS is asked for each."""
    if not call.asked.get("WithDecryption"):
        return 0
    found = [call.answer["Parameter"]] if "Parameter" in call.answer else []
    found += call.answer.get("Parameters", [])
    return sum(one.get("Type") == "SecureString" for one in found)


def _metrics_asked(call: Call) -> int:
    """Charged by metric, not by request. Source: pricing page of Amazon CloudWatch."""
    return sum("MetricStat" in one for one in call.asked.get("MetricDataQueries", ()))


def _tokens(call: Call) -> Iterator[Use]:
    """Of a model, by its id without the path of an inference profile."""
    if call.is_done:
        model = str(call.asked.get("modelId", "")).rpartition("/")[2]
        usage = call.answer.get("usage", {})
        for kind, name in (("input", "inputTokens"), ("output", "outputTokens")):
            if usage.get(name):
                yield Use(sku=f"bedrock.{model}.{kind}-token", quantity=usage[name])


PAID: Mapping[tuple[str, str], Uses] = {
    **{
        ("dynamodb", name): _capacity(READ_UNIT)
        for name in ("GetItem", "BatchGetItem", "Query", "Scan")
    },
    **dict.fromkeys([("dynamodb", name) for name in _CONDITIONAL], _written),
    ("dynamodb", "BatchWriteItem"): _capacity(WRITE_UNIT),
    ("dynamodb", "TransactGetItems"): _transacted,
    ("dynamodb", "TransactWriteItems"): _transacted,
    ("sqs", "SendMessage"): _each("sqs.request", _sent),
    ("sqs", "SendMessageBatch"): _each("sqs.request", _sent),
    ("sqs", "ReceiveMessage"): _each("sqs.request", _received),
    **{
        ("sqs", name): _one("sqs.request")
        for name in (
            "ChangeMessageVisibility",
            "DeleteMessage",
            "DeleteMessageBatch",
            "GetQueueAttributes",
            "GetQueueUrl",
        )
    },
    ("sns", "Publish"): _each("sns.publish", _published),
    ("sesv2", "SendEmail"): _each("ses.message", _recipients),
    ("ssm", "GetParameter"): _each("kms.request", _decrypted),
    ("ssm", "GetParameters"): _each("kms.request", _decrypted),
    ("ssm", "GetParametersByPath"): _each("kms.request", _decrypted),
    ("cloudwatch", "GetMetricData"): _each("cloudwatch.request", _metrics_asked),
    ("cloudwatch", "GetMetricStatistics"): _one("cloudwatch.request"),
    ("cloudwatch", "ListMetrics"): _one("cloudwatch.request"),
    ("cost-explorer", "GetCostAndUsage"): _one("cost-explorer.request"),
    ("s3", "GetObject"): _one("s3.read"),
    ("s3", "HeadObject"): _one("s3.read"),
    ("s3", "ListObjectsV2"): _one("s3.list"),
    ("bedrock-runtime", "Converse"): _tokens,
}
"""What each operation uses, by botocore's name of its service and its own."""

_ASKING_SNS = "SNS charges for what is published"
_ASKING_SES = "SES charges for what is sent"
_STREAM = "Lambda reads it for the function, which is free"

FREE: Mapping[tuple[str, str], str] = {
    ("dynamodb", "DescribeTable"): "not charged",
    ("dynamodb-streams", "DescribeStream"): _STREAM,
    ("dynamodb-streams", "GetRecords"): _STREAM,
    ("dynamodb-streams", "GetShardIterator"): _STREAM,
    ("dynamodb-streams", "ListStreams"): _STREAM,
    ("cloudwatch-logs", "CreateLogStream"): "not charged",
    ("cloudwatch-logs", "DescribeLogGroups"): "not charged",
    ("cloudwatch-logs", "FilterLogEvents"): "not charged: queries of Logs Insights are",
    ("cloudwatch-logs", "PutLogEvents"): "charged by bytes, which are counted as lines are written",
    ("sesv2", "GetAccount"): _ASKING_SES,
    ("sesv2", "GetEmailIdentity"): _ASKING_SES,
    ("sesv2", "GetSuppressedDestination"): _ASKING_SES,
    ("sns", "CheckIfPhoneNumberIsOptedOut"): _ASKING_SNS,
    ("sns", "GetSMSAttributes"): _ASKING_SNS,
    ("sns", "GetSMSSandboxAccountStatus"): _ASKING_SNS,
    ("sns", "ListSMSSandboxPhoneNumbers"): _ASKING_SNS,
}
"""What costs nothing, and why. Source: the pricing page of each service, 2026-11."""


def heard(client: Any) -> Any:
    """The client, its calls counted from now on."""
    events = client.meta.events
    events.register("provide-client-params", _before, unique_id="nightdesk-before")
    events.register("after-call", _after, unique_id="nightdesk-after")
    return client


def _before(
    *, params: dict[str, Any], context: dict[str, Any], event_name: str, **_about: Any
) -> None:
    """Has DynamoDB say what it took, and what stood in the way of a write; keeps what was asked."""
    try:
        _, service, operation = event_name.split(".", 2)
        if (service, operation) not in PAID:
            return
        context[_ASKED] = params
        if service == "dynamodb":
            params.setdefault("ReturnConsumedCapacity", "TOTAL")
            if operation in _CONDITIONAL and "ConditionExpression" in params:
                params.setdefault("ReturnValuesOnConditionCheckFailure", "ALL_OLD")
    except Exception:
        log.exception("usage_not_asked_for", extra={"call": event_name})


def _after(
    *,
    http_response: Any,
    parsed: dict[str, Any],
    context: dict[str, Any],
    event_name: str,
    **_about: Any,
) -> None:
    try:
        _, service, operation = event_name.split(".", 2)
        uses = PAID.get((service, operation))
        if uses is not None:
            is_done = http_response.status_code < 300
            used(*uses(Call(context.get(_ASKED, {}), parsed, is_done)))
    except Exception:
        log.exception("usage_not_metered", extra={"call": event_name})
