"""Where approved replies wait for their time: an SQS queue, one message for each.

A message's body is `{"ticket": <id>, "reply": <id>}`; what the reply says stands in the ticket.
"""

import json
import math
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.clients import client
from chalicelib.domain.ticket import TicketId

LONGEST = timedelta(minutes=15)
"""SQS delays no message for longer; whoever gets it too early leaves the reply to the tick."""


class SqsOutbox:
    """Replies on their way, in an SQS queue."""

    def __init__(self, url: str, *, region: str | None = None) -> None:
        self._url = url
        self._sqs = client("sqs", region)

    def enqueue(self, id: TicketId, reply_id: str, *, after: timedelta) -> None:
        """Whole seconds, never early; at most a quarter of an hour."""
        seconds = math.ceil(min(max(after, timedelta(0)), LONGEST).total_seconds())
        self._sqs.send_message(
            QueueUrl=self._url,
            MessageBody=json.dumps({"ticket": id, "reply": reply_id}),
            DelaySeconds=seconds,
        )


if TYPE_CHECKING:
    from chalicelib.ports import Outbox

    _: type[Outbox] = SqsOutbox
