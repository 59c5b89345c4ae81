"""A queue delivered to its function as Lambda's poller does it.

moto keeps the queue: visibility time-out, receive counts and the move to the dead letters are
its own and follow the scenario's clock. The driver speaks to moto's backend, not through boto:
what Lambda's poller asks of SQS is not a call of the application's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.clock import Clock
from infra.local.lambdas import Function, Outcome

MOMENT = timedelta(milliseconds=1)
"""moto counts in milliseconds, and shows a message after its time, not at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMapping:
    """What the app and the template say of a queue's delivery."""

    batch_size: int
    reports_failures: bool = False


def queue_mapping(event: Mapping[str, Any], *, batch_size: int) -> QueueMapping:
    """The mapping of a template's event over what the app's decorator says."""
    return QueueMapping(
        batch_size=int(event.get("BatchSize", batch_size)),
        reports_failures="ReportBatchItemFailures" in event.get("FunctionResponseTypes", []),
    )


class Queue:
    """Delivers one queue to one function."""

    def __init__(
        self,
        *,
        function: Function,
        mapping: QueueMapping,
        backend: Any,
        queue_arn: str,
        clock: Clock,
    ) -> None:
        """`backend` is moto's SQS backend of the queue's account and region."""
        self._clock = clock
        self._function = function
        self._mapping = mapping
        self._backend = backend
        self._arn = queue_arn
        self._name = queue_arn.rsplit(":", 1)[-1]

    @property
    def next_at(self) -> datetime | None:
        """When a message that waits for its time becomes visible next."""
        now = self._clock.now()
        instants = (
            datetime.fromtimestamp(max(one.visible_at, one.delayed_until) / 1000, UTC) + MOMENT
            for one in self._backend.get_queue(self._name)._messages
        )
        return min((at for at in instants if at > now), default=None)

    def deliver(self) -> bool:
        """Deliver every message that is visible now; False when there was none."""
        did_anything = False
        queue = self._backend.get_queue(self._name)
        while queue.messages:
            taken = self._backend.receive_message(
                self._name, self._mapping.batch_size, 0, queue.visibility_timeout
            )
            if not taken:
                break
            did_anything = True
            outcome = self._function.invoke({"Records": [self._record(one) for one in taken]})
            failed = self._failed(outcome, {one.id for one in taken})
            for one in taken:
                if one.id not in failed:
                    self._backend.delete_message(self._name, one.receipt_handle)
        return did_anything

    def _failed(self, outcome: Outcome, ids: set[str]) -> set[str]:
        """Ids of the messages that become visible again."""
        if outcome.has_failed:
            return ids
        if not self._mapping.reports_failures:
            return set()
        reported = (outcome.result or {}).get("batchItemFailures") or []
        named = {one.get("itemIdentifier") for one in reported}
        return ids if named - ids else named

    def _record(self, message: Any) -> dict[str, Any]:
        return {
            "messageId": message.id,
            "receiptHandle": message.receipt_handle,
            "body": message.body,
            "attributes": {
                "ApproximateReceiveCount": str(message.approximate_receive_count),
                "SentTimestamp": str(message.sent_timestamp),
                "SenderId": str(message.sender_id),
                "ApproximateFirstReceiveTimestamp": str(
                    message.approximate_first_receive_timestamp
                ),
            },
            "messageAttributes": {},
            "md5OfBody": message.body_md5,
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": self._arn.split(":")[3],
        }
