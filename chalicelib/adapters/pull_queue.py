"""Where due sources wait to be pulled: an SQS queue, one message for each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.adapters.clients import client
from chalicelib.domain.errors import NightdeskError

BATCH = 10
"""Messages that SQS takes in one call (SendMessageBatch)."""


class SqsPullQueue:
    """Pulls in an SQS queue; a message's body is the source's name."""

    def __init__(self, url: str, *, region: str | None = None) -> None:
        self._url = url
        self._sqs = client("sqs", region)

    def enqueue(self, names: Sequence[str]) -> None:
        """Raises NightdeskError when SQS did not take all; those it took are queued."""
        refused: list[str] = []
        for start in range(0, len(names), BATCH):
            answer = self._sqs.send_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(number), "MessageBody": name}
                    for number, name in enumerate(names[start : start + BATCH])
                ],
            )
            for failure in answer.get("Failed", ()):
                refused.append(f"{names[start + int(failure['Id'])]} ({failure['Code']})")
        if refused:
            raise NightdeskError(f"SQS did not take the pulls of {', '.join(refused)}")


if TYPE_CHECKING:
    from chalicelib.ports import PullQueue

    _: type[PullQueue] = SqsPullQueue
