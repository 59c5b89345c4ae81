import json
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.adapters.meter import PowertoolsMeter
from chalicelib.adapters.metering.tally import collecting, within
from chalicelib.domain.cost import Entry, Feature
from tests.fakes.costing import FakeUsageRecords


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_what_was_counted_goes_out_as_one_line_that_cloudwatch_reads(
    capsys: pytest.CaptureFixture[str],
) -> None:
    meter = PowertoolsMeter(stage="dev")
    for _ in range(250):
        meter.count("MentionsPulled", 2)
    meter.count("PullsSucceeded")
    meter.flush()

    (line,) = lines(capsys)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Nightdesk"
    assert [sorted(dimensions) for dimensions in directive["Dimensions"]] == [["service", "stage"]]
    assert directive["Metrics"] == [
        {"Name": "MentionsPulled", "Unit": "Count"},
        {"Name": "PullsSucceeded", "Unit": "Count"},
    ]
    assert line["service"] == "nightdesk"
    assert line["stage"] == "dev"
    assert line["MentionsPulled"] == [500]
    assert line["PullsSucceeded"] == [1]


def test_metrics_that_were_written_to_are_noted_since_they_cost_an_hour() -> None:
    meter = PowertoolsMeter(stage="dev")
    with collecting() as taken, within(Feature.WAKING):
        meter.count("TicksCompleted", 5)
        meter.count("PagesSent")
        assert not taken.take(), "not before they are written"
        meter.flush()
        meter.flush()
    found = {entry: amount for entry, amount in taken.take().items() if "metric." in entry.sku}
    names = ("metric.PagesSent", "metric.TicksCompleted")
    assert found == {Entry(name, Feature.STANDING): 1 for name in names}


def test_nothing_counted_is_nothing_written(capsys: pytest.CaptureFixture[str]) -> None:
    meter = PowertoolsMeter(stage="dev")
    meter.flush()
    meter.count("TicksCompleted")
    meter.flush()
    meter.flush()
    assert [line["TicksCompleted"] for line in lines(capsys)] == [[1]]


def test_an_invocation_is_flushed_however_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    meter = PowertoolsMeter(stage="dev")

    def handler(event: Any, context: Any) -> str:
        meter.count("PullsFailed")
        if event == "bad":
            raise ValueError("bad")
        return f"{event} {context}"

    with wiring.override(meter=meter, usage_records=FakeUsageRecords()):
        metered = wiring.metered(handler)
        assert metered("good", "context") == "good context"
        with pytest.raises(ValueError, match="bad"):
            metered("bad", None)
    assert [line["PullsFailed"] for line in lines(capsys)] == [[1], [1]]


def test_meters_of_two_stages_do_not_mix(capsys: pytest.CaptureFixture[str]) -> None:
    dev, prod = PowertoolsMeter(stage="dev"), PowertoolsMeter(stage="prod")
    dev.count("PagesSent")
    prod.count("PagesSent", 5)
    dev.flush()
    prod.flush()
    assert [(line["stage"], line["PagesSent"]) for line in lines(capsys)] == [
        ("dev", [1]),
        ("prod", [5]),
    ]
