"""The envelopes in which Lambda delivers: one record at a time, each failure on its own.

each_record   new images of a stream
each_change   old and new images of a stream
each_message  bodies of a queue; what fails is an error of the function
each_trial    messages of a queue that are put off, where failing is to be expected
"""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from chalice.app import DynamoDBEvent, SQSEvent

Image = dict[str, Any]
"""An item as DynamoDB JSON, such as `{"pk": {"S": "..."}}`."""


def each_record(
    event: DynamoDBEvent, handle: Callable[[dict[str, Any]], object], context: Any
) -> dict[str, Any]:
    """Give each stream record's new image (DynamoDB JSON) to `handle`.

    Returns the `batchItemFailures` of those that raised; Lambda replays from the first. When
    all raised, so does this (Powertools' BatchProcessingError), which Lambda counts as an error.
    """

    def handle_record(record: DynamoDBRecord) -> object:
        return handle(record.raw_event["dynamodb"]["NewImage"])

    return _processed(event, handle_record, EventType.DynamoDBStreams, context)


def each_change(
    event: DynamoDBEvent, handle: Callable[[Image | None, Image | None], object], context: Any
) -> dict[str, Any]:
    """Give each stream record's old and new image to `handle`; None where there is none.

    A new item has no old image, a removed one no new. Returns and raises as `each_record`.
    """

    def handle_record(record: DynamoDBRecord) -> object:
        change = record.raw_event["dynamodb"]
        return handle(change.get("OldImage"), change.get("NewImage"))

    return _processed(event, handle_record, EventType.DynamoDBStreams, context)


def each_message(event: SQSEvent, handle: Callable[[str], object], context: Any) -> dict[str, Any]:
    """Give each message's body to `handle`. Returns and raises as `each_record`."""

    def handle_record(record: SQSRecord) -> object:
        return handle(record.body)

    return _processed(event, handle_record, EventType.SQS, context)


def each_trial(event: SQSEvent, handle: Callable[[str, int, str], bool]) -> dict[str, Any]:
    """Give each message's body, the number of this try (from 1) and its handle to `handle`.

    Returns the `batchItemFailures` of those of which it says False: they come again when their
    visibility time-out is over, and are no error of the function. What it raises is one.
    """
    failures = []
    for record in event.to_dict()["Records"]:
        tries = int(record["attributes"]["ApproximateReceiveCount"])
        if not handle(record["body"], tries, record["receiptHandle"]):
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _processed(
    event: DynamoDBEvent | SQSEvent, handle: Callable[..., object], kind: EventType, context: Any
) -> dict[str, Any]:
    response = process_partial_response(
        event=event.to_dict(),
        record_handler=handle,
        processor=BatchProcessor(event_type=kind),
        context=context,
    )
    return dict(response)
