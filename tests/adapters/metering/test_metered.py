"""Every invocation is metered and kept, whatever becomes of it, and none suffers from that."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from chalice.app import Response

import app as product
from chalicelib import wiring
from chalicelib.adapters.metering.lambda_time import LambdaTime
from chalicelib.adapters.metering.tally import tally, used
from chalicelib.domain.cost import Entry, Feature, Sheet, Use
from chalicelib.domain.errors import Unanswered
from chalicelib.wiring.metering import FEATURES
from tests.adapters.metering.test_lambda_time import Timer
from tests.builders import NOW
from tests.fakes import FakeMeter
from tests.fakes.costing import FakeUsageRecords

ACT = Use(sku="sqs.request")


class Context:
    """As Lambda's: the memory is a text there."""

    memory_limit_in_mb = "512"

    def __init__(self, name: str, request_id: str = "request-1", left: int = 30_000) -> None:
        self.function_name = name
        self.aws_request_id = request_id
        self._left = left

    def get_remaining_time_in_millis(self) -> int:
        return self._left


class Metrics(FakeMeter):
    """Goes nowhere."""

    def flush(self) -> None:
        """Nothing to do."""


class Process:
    """What a warm Lambda is made of, on a timer that tests move."""

    def __init__(self) -> None:
        self.records, self.meter, self.timer = FakeUsageRecords(), Metrics(), Timer()
        self.now = NOW
        self.parts: dict[str, Any] = {
            "usage_records": self.records,
            "meter": self.meter,
            "lambda_time": LambdaTime(
                seconds=self.timer, since_start=lambda: 0.0, machine="x86_64"
            ),
        }

    @contextmanager
    def is_warm(self) -> Iterator[None]:
        wiring.reset()
        tally.take()
        with wiring.override(now=lambda: self.now, **self.parts):
            yield
        tally.take()

    @property
    def total(self) -> Sheet:
        return Sheet.total(record.sheet for record in self.records.all)

    @property
    def ids(self) -> list[str]:
        return [record.id for record in self.records.all]


@pytest.fixture
def process() -> Iterator[Process]:
    process = Process()
    with process.is_warm():
        yield process


def acting(event: Any, context: Any) -> str:
    used(ACT)
    return "done"


def stream_of(*numbers: int, at: datetime = NOW) -> dict[str, Any]:
    created = at.timestamp()
    return {
        "Records": [
            {"dynamodb": {"SequenceNumber": str(one), "ApproximateCreationDateTime": created}}
            for one in numbers
        ]
    }


# --- what stands in a record ---------------------------------------------------------------


def test_an_invocation_is_a_request_its_time_and_its_lines(process: Process) -> None:
    def handler(event: Any, context: Any) -> None:
        process.timer.seconds += 0.1234
        used(ACT)

    wiring.metered(handler)({}, Context("nightdesk-dev-pull-mentions"))
    (record,) = process.records.all
    assert record.id == "pull_mentions#request-1"
    found = {
        entry.sku: quantity
        for entry, quantity in record.sheet.items()
        if entry.feature == Feature.LISTENING
    }
    assert found == {
        "sqs.request": 1,
        "lambda.request": 1,
        "lambda.gb-second.x86_64": 124 * 512,
        "logs.byte": 300,
    }


def test_what_it_takes_to_keep_records_is_accounting(process: Process) -> None:
    plain = process.records.put

    def slow(record: Any) -> bool:
        process.timer.seconds += 0.008
        return plain(record)

    process.records.put = slow  # type: ignore[method-assign]
    for number in (1, 2):
        wiring.metered(acting)({}, Context("tick", f"request-{number}"))
    _, second = process.records.all
    own = Entry("lambda.gb-second.x86_64", Feature.ACCOUNTING)
    assert second.sheet[own] == 8 * 512, "of the first, which it came too late for"


@pytest.mark.parametrize("name", [one.name for one in product.app.event_sources])
def test_every_function_is_for_something_on_lambda_and_here(name: str, process: Process) -> None:
    for number, called in enumerate((name, f"nightdesk-prod-{name.replace('_', '-')}")):
        event = {"Records": [{"body": "forum-acme"}]}
        wiring.metered(acting)(event, Context(called, str(number)))
    assert process.ids == [f"{name}#0", f"{name}#1"]
    features = {one.feature for one in process.total if one.sku == "sqs.request"}
    assert features == {FEATURES[name]}


def test_every_function_of_the_app_is_in_the_table() -> None:
    names = {one.name for one in product.app.event_sources}
    names |= {one.name for one in product.app.pure_lambda_functions}
    assert names | {"api_handler"} >= FEATURES.keys() - {"reckon"}
    assert names <= FEATURES.keys()


def test_a_pull_is_put_to_its_source(process: Process) -> None:
    wiring.metered(acting)({"Records": [{"body": "forum-acme"}]}, Context("pull_source"))
    assert process.total[Entry("sqs.request", Feature.LISTENING, "forum-acme")] == 1


def test_an_event_of_another_form_is_still_metered(process: Process) -> None:
    assert wiring.metered(acting)({"strange": 1}, Context("pull_source")) == "done"
    assert wiring.metered(acting)(None, None) == "done"
    assert process.total.quantity("sqs.request") == 2


# --- what is done again --------------------------------------------------------------------


def test_a_batch_of_a_stream_that_is_replayed_adds_nothing_twice(process: Process) -> None:
    event = stream_of(100, 101, 109)
    for number in range(3):
        process.now = NOW + number * timedelta(minutes=50)
        wiring.metered(acting)(event, Context("triage_mentions", f"request-{number}"))
    assert process.ids == ["triage_mentions#100..109"]
    assert process.total.quantity("sqs.request") == 1


def test_a_batch_belongs_to_the_hour_in_which_it_was_written(process: Process) -> None:
    written = datetime(2026, 11, 21, 9, 59, 58, tzinfo=UTC)
    process.now = written + timedelta(minutes=5)
    wiring.metered(acting)(stream_of(1, at=written), Context("triage_mentions"))
    (record,) = process.records.of_hour(datetime(2026, 11, 21, 9, tzinfo=UTC))
    assert record.id == "triage_mentions#1..1"


@pytest.mark.parametrize("how", ["reports", "raises"])
def test_an_attempt_that_failed_is_kept_beside_the_good_one(process: Process, how: str) -> None:
    def failing(event: Any, context: Any) -> Any:
        used(ACT)
        if how == "raises":
            raise ValueError("bad")
        return {"batchItemFailures": [{"itemIdentifier": "101"}]}

    event = stream_of(100, 109)
    for request in ("a", "b"):
        try:
            wiring.metered(failing)(event, Context("triage_mentions", request))
        except ValueError:
            assert how == "raises"
    wiring.metered(acting)(event, Context("triage_mentions", "c"))
    wiring.metered(acting)(event, Context("triage_mentions", "d"))
    assert process.total.quantity("sqs.request") == 3
    assert process.total.quantity("lambda.request") == 3


def test_a_batch_of_which_nothing_failed_is_a_good_one(process: Process) -> None:
    wiring.metered(lambda event, context: {"batchItemFailures": []})(
        stream_of(7, 8), Context("follow_tickets")
    )
    assert process.ids == ["follow_tickets#7..8"]


@pytest.mark.parametrize(
    "error", [ValueError("bad"), ExceptionGroup("parts", [ValueError("a")]), KeyboardInterrupt()]
)
def test_whatever_is_raised_passes_and_what_it_took_is_kept(
    process: Process, error: BaseException
) -> None:
    def handler(event: Any, context: Any) -> None:
        used(ACT)
        raise error

    with pytest.raises(type(error)) as caught:
        wiring.metered(handler)({}, Context("tick"))
    assert caught.value is error
    assert process.total.quantity("sqs.request") == 1
    assert process.ids[0].startswith("tick#request-1!request-1.")


# --- what fails here -----------------------------------------------------------------------


def test_a_record_that_cannot_be_kept_fails_nothing_and_is_kept_with_the_next(
    process: Process, caplog: pytest.LogCaptureFixture
) -> None:
    process.records.trouble = Unanswered("the table does not answer")
    assert wiring.metered(acting)({}, Context("tick", "a")) == "done"
    assert process.meter.counts["UsageNotKept"] == 1
    assert "usage_not_kept" in [one.message for one in caplog.records]
    process.records.trouble = None
    assert wiring.metered(acting)({}, Context("tick", "b")) == "done"
    assert process.total.quantity("sqs.request") == 2
    assert process.total.quantity("lambda.request") == 2


def test_a_function_whose_time_is_nearly_over_keeps_nothing_now(process: Process) -> None:
    wiring.metered(acting)({}, Context("tick", "a", left=900))
    assert process.ids == []
    wiring.metered(acting)({}, Context("tick", "b"))
    assert process.total.quantity("sqs.request") == 2


def test_a_deployment_without_its_settings_still_runs(caplog: pytest.LogCaptureFixture) -> None:
    wiring.reset()
    assert wiring.metered(acting)({}, Context("tick")) == "done"
    assert "usage_not_kept" in [one.message for one in caplog.records]
    wiring.reset()
    tally.take()


# --- several at once -----------------------------------------------------------------------


def test_functions_that_run_at_once_do_not_mix_what_they_use(process: Process) -> None:
    both = Barrier(2)

    def run(name: str, times: int) -> None:
        def handler(event: Any, context: Any) -> None:
            both.wait()
            for _ in range(times):
                used(ACT)
            both.wait()

        wiring.metered(handler)({}, Context(name))

    threads = [Thread(target=run, args=("tick", 500)), Thread(target=run, args=("watch", 700))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    by_id = {record.id: record.sheet for record in process.records.all}
    assert by_id["tick#request-1"][Entry("sqs.request", Feature.WAKING)] == 500
    assert by_id["watch#request-1"][Entry("sqs.request", Feature.WATCHING)] == 700


# --- the API -------------------------------------------------------------------------------


def request_of(path: str, **places: str) -> dict[str, Any]:
    return {
        "requestContext": {"resourcePath": path, "httpMethod": "POST"},
        "pathParameters": places or None,
        "headers": {"Accept-Encoding": "gzip"},
    }


def answering(event: Any, context: Any) -> Response:
    used(ACT)
    return Response("x" * 100, headers={"ETag": "1"})


def test_a_request_is_a_request_of_the_gateway_too_and_its_answer_leaves(process: Process) -> None:
    wiring.metered(answering)(request_of("/api/v1/queue"), Context("nightdesk-dev-api-handler"))
    (record,) = process.records.all
    assert record.id == "api_handler#request-1"
    assert record.sheet[Entry("api.request", Feature.VIEWING)] == 1
    assert record.sheet[Entry("transfer.byte", Feature.VIEWING)] == 100 + 400 + len("ETag: 1\r\n")


def test_a_request_about_a_ticket_is_put_to_it(process: Process) -> None:
    event = request_of("/api/v1/tickets/{id}/claim", id="forum.118")
    wiring.metered(answering)(event, Context("api_handler"))
    assert process.total[Entry("sqs.request", Feature.ANSWERING, about="forum.118")] == 1
    assert process.total[Entry("lambda.request", Feature.ANSWERING, about="forum.118")] == 1


def test_a_request_that_is_refused_is_put_to_no_ticket(process: Process) -> None:
    event = request_of("/api/v1/tickets/{id}/claim", id="there-is-none")
    wiring.metered(lambda event, context: Response("no", status_code=404))(
        event, Context("api_handler")
    )
    assert {entry.about for entry in process.total} == {""}
    assert process.total.quantity("api.request") == 1


def test_polls_are_kept_once_a_minute(process: Process) -> None:
    for number in range(13):
        process.now = NOW + number * timedelta(seconds=5)
        event = request_of("/api/v1/queue")
        wiring.metered(answering)(event, Context("api_handler", str(number)))
    assert process.ids == ["api_handler#0", "api_handler#12"]
    assert process.total.quantity("api.request") == 13


# --- the parts of the tick -----------------------------------------------------------------


class Part:
    """A service of which a part of the tick asks one thing."""

    def __init__(self) -> None:
        def done(**_given: Any) -> int:
            used(ACT)
            return 0

        self.tick = self.watch = self.tell = self.sweep = self.settle = done


def test_each_part_of_the_tick_is_put_to_what_it_does(process: Process) -> None:
    names = ("paging", "crowd_watch", "source_news", "shift_notices", "triage", "queue_clock")
    services = {name: Part() for name in (*names, "sending")}
    from chalicelib.adapters.meter import PowertoolsMeter

    with wiring.override(now=lambda: NOW, **services, meter=PowertoolsMeter(stage="dev")):
        wiring.metered(lambda event, context: wiring.tick(context))({}, Context("tick"))
    found = {
        entry.feature: quantity
        for entry, quantity in process.total.items()
        if entry.sku == "sqs.request"
    }
    assert found == {
        Feature.WAKING: 2,
        Feature.JUDGING: 2,
        Feature.WATCHING: 1,
        Feature.ANSWERING: 2,
    }


class BrokenMetrics(Metrics):
    """Cannot be written out."""

    def flush(self) -> None:
        raise OSError("the log is gone")


def test_metrics_that_cannot_be_written_fail_nothing_and_lose_no_record() -> None:
    process = Process()
    process.meter = process.parts["meter"] = BrokenMetrics()
    with process.is_warm():
        wiring.parts.meter()
        assert wiring.metered(acting)({}, Context("nightdesk-dev-tick")) == "done"
        process.records.trouble = Unanswered("the table does not answer")
        assert wiring.metered(acting)({}, Context("nightdesk-dev-tick", "r2")) == "done"
    assert process.ids == ["tick#request-1"]
