"""A table's stream, delivered to its function as Lambda's event source mapping does it.

One shard, in order: a batch that fails holds up all behind it until it succeeds, is split,
has used up its retries or is too old; what is given up goes to the failure destination as
metadata, and the rest goes on. Retries follow at once, without Lambda's short back-off.

Rules (AWS Lambda developer guide, "Handling errors and partial batches for stream sources",
read 2026-11): a function's report of failures counts only where the mapping says
`ReportBatchItemFailures`, else whatever it returns is success; the lowest reported sequence
number is where the retry begins; an empty or unknown identifier fails the whole batch;
splitting a batch does not count as a retry.
"""

import base64
import json
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.clock import Clock
from infra.local.filters import passes
from infra.local.lambdas import Function, Outcome

logger = logging.getLogger("nightdesk.local")

Record = dict[str, Any]

READ_AT_ONCE = 1000
"""Records that one read of a shard gives at most, as on AWS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamMapping:
    """What the app and the template say of a stream's delivery."""

    batch_size: int
    is_from_horizon: bool
    """Whether it begins with the oldest record kept (`TRIM_HORIZON`), not with the next."""
    reports_failures: bool = False
    splits_failing: bool = False
    max_retries: int = -1
    """-1: until the record is too old."""
    max_age: timedelta | None = None
    destination: str = ""
    """ARN of the queue that is told of what was given up; empty: nobody is."""
    filters: tuple[Mapping[str, Any], ...] = ()


def stream_mapping(event: Mapping[str, Any], *, batch_size: int, position: str) -> StreamMapping:
    """The mapping of a template's event over what the app's decorator says."""
    age = int(event.get("MaximumRecordAgeInSeconds", -1))
    on_failure = event.get("DestinationConfig", {}).get("OnFailure", {})
    filters = event.get("FilterCriteria", {}).get("Filters", [])
    return StreamMapping(
        batch_size=int(event.get("BatchSize", batch_size)),
        is_from_horizon=event.get("StartingPosition", position) == "TRIM_HORIZON",
        reports_failures="ReportBatchItemFailures" in event.get("FunctionResponseTypes", []),
        splits_failing=str(event.get("BisectBatchOnFunctionError", False)).lower() == "true",
        max_retries=int(event.get("MaximumRetryAttempts", -1)),
        max_age=timedelta(seconds=age) if age >= 0 else None,
        destination=str(on_failure.get("Destination", "")),
        filters=tuple(json.loads(one["Pattern"]) for one in filters),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    records: tuple[Record, ...]
    attempts: int = 0


class Stream:
    """Delivers one table's stream to one function."""

    def __init__(
        self,
        *,
        function: Function,
        mapping: StreamMapping,
        stream_arn: str,
        shard: Callable[[], Any],
        clock: Clock,
        give_up: Callable[[str, str], None],
    ) -> None:
        """`shard` gives moto's shard *now*: a cancelled transaction swaps moto's table object.

        `give_up` is told (ARN of the destination, JSON metadata).
        """
        self._function = function
        self._mapping = mapping
        self._arn = stream_arn
        self._shard = shard
        self._clock = clock
        self._give_up = give_up
        first = shard()
        self._next: int = first.starting_sequence_number
        if not mapping.is_from_horizon:
            self._next += len(first.items)
        self._waiting: deque[_Batch] = deque()
        self._failed_at: datetime | None = None
        self.lost = 0
        """Records dropped although the function reported them as failed."""
        self.is_cut = False
        """A fault to play: while set, records are lost on their way and nobody is told."""

    @property
    def backlog(self) -> int:
        """Records read and not delivered yet."""
        return sum(len(batch.records) for batch in self._waiting)

    def deliver(self) -> bool:
        """Deliver what is waiting; False when there was nothing to do at this instant."""
        self._read()
        if self.is_cut:
            self._waiting.clear()
        did_anything = False
        while self._waiting:
            if self._failed_at == self._clock.now():
                break  # retried without bound: again when time has passed
            self._failed_at = None
            did_anything = True
            self._waiting.extendleft(reversed(self._attempt(self._waiting.popleft())))
        return did_anything

    def _read(self) -> None:
        shard = self._shard()
        while found := shard.get(self._next, READ_AT_ONCE):
            self._next = int(found[-1]["dynamodb"]["SequenceNumber"]) + 1
            wanted = [as_delivered(record, self._arn) for record in found]
            wanted = [record for record in wanted if passes(self._mapping.filters, record)]
            size = self._mapping.batch_size
            for begin in range(0, len(wanted), size):
                self._waiting.append(_Batch(records=tuple(wanted[begin : begin + size])))

    def _attempt(self, batch: _Batch) -> tuple[_Batch, ...]:
        """Invoke once; what is still to be delivered of it, in order."""
        if too_old := self._too_old(batch):
            self._tell(batch.records[:too_old], batch.attempts, "RecordAgeExceeded")
            rest = batch.records[too_old:]
            return (_Batch(records=rest),) if rest else ()
        outcome = self._function.invoke({"Records": list(batch.records)})
        failed_from = self._failed_from(batch.records, outcome)
        if failed_from is None:
            return ()
        if failed_from > 0:  # what came before is done; the rest has had its first attempt
            batch = _Batch(records=batch.records[failed_from:], attempts=0)
        elif self._mapping.splits_failing and len(batch.records) > 1:
            half = len(batch.records) // 2
            return (
                _Batch(records=batch.records[:half], attempts=batch.attempts),
                _Batch(records=batch.records[half:], attempts=batch.attempts),
            )
        failed = _Batch(records=batch.records, attempts=batch.attempts + 1)
        if self._mapping.max_retries < 0:
            self._failed_at = self._clock.now()
        elif failed.attempts > self._mapping.max_retries:
            self._tell(failed.records, failed.attempts, "RetryAttemptsExhausted")
            return ()
        return (failed,)

    def _failed_from(self, records: Sequence[Record], outcome: Outcome) -> int | None:
        """Index of the first record to deliver again; None when all is done."""
        if outcome.has_failed:
            return 0
        reported = (outcome.result or {}).get("batchItemFailures") or []
        if not self._mapping.reports_failures:
            self.lost += len(reported)
            return None
        if not reported:
            return None
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        try:
            return min(numbers.index(one["itemIdentifier"]) for one in reported)
        except (KeyError, ValueError):
            return 0

    def _too_old(self, batch: _Batch) -> int:
        """How many records at the head of the batch are past the mapping's age."""
        if self._mapping.max_age is None:
            return 0
        oldest = (self._clock.now() - self._mapping.max_age).timestamp()
        return sum(
            record["dynamodb"]["ApproximateCreationDateTime"] < oldest for record in batch.records
        )

    def _tell(self, records: Sequence[Record], attempts: int, condition: str) -> None:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        logger.error(
            "records_given_up",
            extra={"function": self._function.name, "records": len(records), "why": condition},
        )
        if not self._mapping.destination:
            return
        made_at = [record["dynamodb"]["ApproximateCreationDateTime"] for record in records]
        metadata = {
            "requestContext": {
                "requestId": "",
                "functionArn": self._function.name,
                "condition": condition,
                "approximateInvokeCount": attempts,
            },
            "version": "1.0",
            "timestamp": self._clock.now().isoformat(),
            "DDBStreamBatchInfo": {
                "shardId": self._shard().id,
                "startSequenceNumber": numbers[0],
                "endSequenceNumber": numbers[-1],
                "approximateArrivalOfFirstRecord": _iso(made_at[0]),
                "approximateArrivalOfLastRecord": _iso(made_at[-1]),
                "batchSize": len(records),
                "streamArn": self._arn,
            },
        }
        self._give_up(self._mapping.destination, json.dumps(metadata))


def as_delivered(record: Record, stream_arn: str) -> Record:
    """moto's record in the shape in which Lambda delivers it (JSON, with its stream's ARN)."""
    delivered: Record = _as_json(record)
    delivered["eventSourceARN"] = stream_arn
    return delivered


def _as_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_as_json(inner) for inner in value]
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _iso(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat()
