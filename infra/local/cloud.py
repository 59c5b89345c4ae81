"""One process as local cloud: a Chalice app on moto, driven as Lambda drives it.

What wakes a function is read from the app itself, what becomes of failures from the template
that is deployed; there is no second list. Nothing here knows what the app is about.
"""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, Self

from chalice.app import (
    Chalice,
    DynamoDBEventConfig,
    ScheduledEventConfig,
    ScheduleExpression,
    SNSEventConfig,
    SQSEventConfig,
)
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from infra.local import stack
from infra.local.alarms import Alarms
from infra.local.asynchronous import AsyncInvoker, async_settings
from infra.local.clock import Clock, SteppedClock, moto_follows
from infra.local.door import Calls, watched
from infra.local.http import Behind
from infra.local.lambdas import DEFAULT_MEMORY_MB, DEFAULT_TIMEOUT, Failure, Function
from infra.local.observed import Observed
from infra.local.patching import environment
from infra.local.phones import Phones
from infra.local.queues import Queue, queue_mapping
from infra.local.receipts import DeliveryLog
from infra.local.schedules import Schedules, interval
from infra.local.streams import Stream, stream_mapping
from infra.local.topics import Topics

REGION = "eu-central-1"

MOST_ROUNDS = 10_000
"""A cloud that has not come to rest after so many rounds wakes itself for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message nobody could process."""

    queue: str
    body: str


class Driver(Protocol):
    """Something that wakes functions."""

    def deliver(self) -> bool:
        """Deliver what is waiting now; False when nothing is."""


class Timed(Driver, Protocol):
    """Something that happens at an instant."""

    @property
    def next_at(self) -> datetime | None:
        """When it does next."""


class Cloud:
    """The app's functions, and everything that wakes them. Only one may be open in a process.

    Use as a context manager: inside, boto3 reaches moto and the environment is the functions'.
    """

    def __init__(
        self,
        app: Chalice,
        *,
        template: stack.Template,
        clock: Clock,
        replies_topic: str = "",
        parameters: Mapping[str, str] | None = None,
        timeouts: Mapping[str, timedelta] | None = None,
        memory_mb: Mapping[str, int] | None = None,
        has_receipts: bool = False,
        has_metric_alarms: bool = False,
    ) -> None:
        """`parameters` are the template's; `replies_topic` is the logical id of the topic that
        two-way SMS reach; `timeouts` and `memory_mb` are of the functions by name. With
        `has_receipts` the carrier tells what became of each SMS, with `has_metric_alarms` what
        functions no longer count rings (see `alarms`)."""
        self.app = app
        self.clock = clock
        self.calls = Calls()
        self.observed = Observed(clock=clock, region=REGION)
        self.functions: dict[str, Function] = {}
        self.triggered: dict[datetime, float] = {}
        """`time.perf_counter()` at each instant at which schedules were looked at."""
        self._template = template
        self._parameters = dict(parameters or {})
        self._replies_topic = replies_topic
        self._timeouts = timeouts or {}
        self._memory_mb = memory_mb or {}
        self._has_receipts = has_receipts
        self._has_metric_alarms = has_metric_alarms
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with self._open as opening:
            opening.enter_context(environment({"AWS_DEFAULT_REGION": REGION, **_MOTO}))
            opening.enter_context(mock_aws())
            opening.enter_context(moto_follows(self.clock))
            opening.enter_context(watched(self.calls))
            opening.enter_context(self.observed.told_when_asked())
            self.stack = stack.create(
                self._template, name="nightdesk-local", parameters=self._parameters
            )
            opening.enter_context(environment(dict(self.stack.environment)))
            self._build()
            self.calls.clear()
            self.calls.tell = self.observed.traffic.called
            self.calls.tell_units = self.observed.traffic.took
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_about: object) -> None:
        self._open.close()

    # --- time passes -----------------------------------------------------------------------

    @property
    def next_at(self) -> datetime | None:
        """When something happens by itself next."""
        instants = (
            self.schedules.next_at,
            self._invoker.next_at,
            self.delivery_log.next_at,
            *(queue.next_at for queue in self.queues.values()),
            *(one.next_at for one in self._carried),
        )
        return min((at for at in instants if at is not None), default=None)

    def settle(self) -> None:
        """Deliver everything that is waiting at this instant, and what comes of it."""
        for _ in range(MOST_ROUNDS):
            did_anything = self._invoker.retry_due()
            for driver in (*self._drivers, *self._carried):
                did_anything = driver.deliver() or did_anything
            did_anything = self.alarms.check() or did_anything
            if not did_anything:
                return
        raise RuntimeError(f"the cloud does not come to rest after {MOST_ROUNDS} rounds")

    def run_due(self) -> None:
        """What a running clock has come to: schedules, then everything they set off."""
        self.triggered[self.clock.now()] = time.perf_counter()
        self.schedules.fire_due()
        self.settle()

    def step_to(self, instant: datetime) -> None:
        """Move a stepped clock to `instant`, stopping wherever something happens by itself."""
        clock = self.clock
        if not isinstance(clock, SteppedClock):
            raise TypeError("only a stepped clock can be moved by hand")
        while (at := self.next_at) is not None and at <= instant:
            clock.move_to(max(at, clock.now()))
            self.run_due()
        clock.move_to(instant)
        self.settle()

    def step(self, length: timedelta) -> None:
        """Move a stepped clock on."""
        self.step_to(self.clock.now() + length)

    def behind_api(self, name: str) -> Behind:
        """The function that answers requests, by its name in the app."""
        physical = self.stack.function(name).get("FunctionName", name)
        memory_mb, api = self._memory_of(name), self.stack.api_name
        return self.observed.behind(physical, memory_mb=memory_mb, api=api)

    def carry(self, driver: "Timed") -> None:
        """Something else that happens by itself, from now on."""
        self._carried.append(driver)

    # --- what came of it -------------------------------------------------------------------

    @property
    def dead_letters(self) -> tuple[DeadLetter, ...]:
        """What lies in the queues that other queues and functions give up to."""
        return tuple(
            DeadLetter(queue=name, body=message.body)
            for name in sorted(self._dead_letter_queues)
            for message in self.sqs.get_queue(name)._messages
        )

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Every invocation that raised, by function."""
        return tuple(one for function in self.functions.values() for one in function.failures)

    # --- building --------------------------------------------------------------------------

    def _build(self) -> None:
        self.sqs: Any = sqs_backends[DEFAULT_ACCOUNT_ID][REGION]
        self.sns: Any = sns_backends[DEFAULT_ACCOUNT_ID][REGION]
        self.observed.queues(self.sqs)
        self._dead_letter_queues: set[str] = set()
        self._invoker = AsyncInvoker(clock=self.clock, give_up=self._give_up)
        self.queues: dict[str, Queue] = {}
        self.streams: dict[str, Stream] = {}
        self.phones = Phones(
            clock=self.clock,
            backend=self.sns,
            replies_topic=self.stack.physical_ids.get(self._replies_topic, ""),
        )
        by_topic: dict[str, Function] = {}
        rules: list[tuple[Function, timedelta]] = []
        for source in self.app.event_sources:
            function = self._function(source.name)
            match source:
                case ScheduledEventConfig():
                    rules.append((function, interval(_expression(source.schedule_expression))))
                case SQSEventConfig():
                    self.queues[source.name] = self._queue(source, function)
                case DynamoDBEventConfig():
                    self.streams[source.name] = self._stream(source, function)
                case SNSEventConfig():
                    topic = self.stack.event(source.name).get("Topic", source.topic)
                    by_topic[topic] = function
                case _:
                    raise ValueError(f"the local cloud cannot play {type(source).__name__}")
        self.delivery_log = DeliveryLog(
            [
                (pattern, self._function(one.name))
                for one in self.app.pure_lambda_functions
                for pattern in self.stack.logs_for(one.name)
            ],
            clock=self.clock,
            invoker=self._invoker,
            region=REGION,
            account=DEFAULT_ACCOUNT_ID,
        )
        if self._has_receipts:
            self.phones.tell_fate = self.delivery_log.write
        self.schedules = Schedules(rules, clock=self.clock, invoker=self._invoker)
        self.topics = Topics(
            backend=self.sns,
            functions=by_topic,
            invoker=self._invoker,
            phones=self.phones,
            clock=self.clock,
        )
        self.alarms = Alarms(
            self.stack.alarms,
            queues=self.sqs,
            topics=self.sns,
            clock=self.clock,
            has_metrics=self._has_metric_alarms,
        )
        for queue in self.sqs.queues.values():
            if queue.dead_letter_queue is not None:
                self._dead_letter_queues.add(queue.dead_letter_queue.name)

        self._carried: list[Timed] = []
        self._drivers: tuple[Driver, ...] = (
            *self.queues.values(),
            *self.streams.values(),
            self.topics,
            self.delivery_log,
        )

    def _function(self, name: str) -> Function:
        properties = self.stack.function(name)
        function = Function(
            name=name,
            handler=self.app.handler_map[name],
            clock=self.clock,
            timeout=self._timeouts.get(name, DEFAULT_TIMEOUT),
            memory_mb=self._memory_of(name),
            physical_name=properties.get("FunctionName", name),
            ended=self.observed.ended,
        )
        self.functions[name] = function
        settings = async_settings(properties)
        self._dead(settings.destination)
        self._dead(settings.dead_letters)
        self._invoker.configure(function, settings)
        return function

    def _memory_of(self, name: str) -> int:
        """The template's word counts, as it does where it is merged."""
        configured = self._memory_mb.get(name, DEFAULT_MEMORY_MB)
        return int(self.stack.function(name).get("MemorySize", configured))

    def _queue(self, source: SQSEventConfig, function: Function) -> Queue:
        event = self.stack.event(source.name)
        arn = event.get("Queue", source.queue_arn)
        self.observed.traffic.polled(arn.rsplit(":", 1)[-1])
        return Queue(
            function=function,
            mapping=queue_mapping(event, batch_size=source.batch_size),
            backend=self.sqs,
            queue_arn=arn,
            clock=self.clock,
        )

    def _stream(self, source: DynamoDBEventConfig, function: Function) -> Stream:
        event = self.stack.event(source.name)
        arn = event.get("Stream", source.stream_arn)
        table_name = arn.split("/")[1]
        mapping = stream_mapping(
            event, batch_size=source.batch_size, position=source.starting_position
        )
        self._dead(mapping.destination)
        return Stream(
            function=function,
            mapping=mapping,
            stream_arn=arn,
            shard=lambda: _table(table_name).stream_shard,
            clock=self.clock,
            give_up=self._give_up,
        )

    def _dead(self, arn: str) -> None:
        if arn:
            self._dead_letter_queues.add(arn.rsplit(":", 1)[-1])

    def _give_up(self, queue_arn: str, body: str) -> None:
        self.sqs.send_message(queue_arn.rsplit(":", 1)[-1], body)


_MOTO = {
    "AWS_REGION": REGION,
    # Streams are asked at the account's own endpoint otherwise, which moto does not know.
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}


def _table(name: str) -> Any:
    """moto's table as it is now: a cancelled transaction puts another object in its place."""
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[name]


def _expression(expression: str | ScheduleExpression) -> str:
    return expression if isinstance(expression, str) else str(expression.to_string())
