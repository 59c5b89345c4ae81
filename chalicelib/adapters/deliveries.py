"""Where webhooks to other desks wait: an SQS queue, one message for each, and its dead letters."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.clients import client
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.errors import NightdeskError
from chalicelib.domain.hook_events import Delivery

BATCH = 10
"""Messages that SQS takes in one call (SendMessageBatch)."""

LONGEST = timedelta(hours=12)
"""SQS hides no message for longer (ChangeMessageVisibility)."""

SPARE = timedelta(minutes=2)
"""Of those twelve hours, since they count from when the message was handed out."""


class SqsDeliveries:
    """Deliveries in SQS; a message's body is the delivery as JSON."""

    def __init__(self, url: str, dead_url: str, *, region: str | None = None) -> None:
        self._url = url
        self._dead_url = dead_url
        self._sqs = client("sqs", region)

    def enqueue(self, deliveries: Sequence[Delivery]) -> None:
        refused: list[str] = []
        for start in range(0, len(deliveries), BATCH):
            some = deliveries[start : start + BATCH]
            answer = self._sqs.send_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(number), "MessageBody": to_text(one)}
                    for number, one in enumerate(some)
                ],
            )
            refused += [
                f"{some[int(one['Id'])].message.id} ({one['Code']})"
                for one in answer.get("Failed", ())
            ]
        if refused:
            raise NightdeskError(f"SQS did not take the deliveries of {', '.join(refused)}")

    def put_off(self, handle: str, delay: timedelta) -> None:
        seconds = int(min(max(delay, timedelta(0)), LONGEST - SPARE).total_seconds())
        self._sqs.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=seconds
        )

    def give_up(self, delivery: Delivery, why: str) -> None:
        """The body is as it was, so that the message can be redriven when the cause is mended."""
        self._sqs.send_message(
            QueueUrl=self._dead_url,
            MessageBody=to_text(delivery),
            MessageAttributes={"why": {"DataType": "String", "StringValue": why[:200] or "-"}},
        )


def delivery_from(body: str) -> Delivery:
    """What `enqueue` wrote. Raises BadInput for anything else."""
    return from_text(Delivery, body, "a message of the queue of deliveries")


if TYPE_CHECKING:
    from chalicelib.ports import Deliveries

    _: type[Deliveries] = SqsDeliveries
