"""The envelopes in which Lambda delivers: one record at a time, each failure on its own."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from chalice.app import DynamoDBEvent


def each_record(
    event: DynamoDBEvent, handle: Callable[[dict[str, Any]], object], context: Any
) -> dict[str, Any]:
    """Give each stream record's new image (DynamoDB JSON) to `handle`.

    Returns the `batchItemFailures` of those that raised; Lambda replays from the first. When
    all raised, so does this (Powertools' BatchProcessingError), which Lambda counts as an error.
    """

    def handle_record(record: DynamoDBRecord) -> object:
        return handle(record.raw_event["dynamodb"]["NewImage"])

    response = process_partial_response(
        event=event.to_dict(),
        record_handler=handle_record,
        processor=BatchProcessor(event_type=EventType.DynamoDBStreams),
        context=context,
    )
    return dict(response)
