"""Measures in small: what they say of a run must be what happened in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks import __main__ as bench
from benchmarks import openings, shifts, storm, ticks
from benchmarks.__main__ import tables

NIGHT = datetime(2026, 11, 21, 22, 10, tzinfo=UTC)


def test_a_storm_tells_who_was_rung_in_each_step() -> None:
    found = storm.measure(30)

    assert (found["lost"], found["unjudged"], found["dead_letters"]) == (0, 0, 0)
    steps = list(found["sms_by_step"].values())
    assert steps[:3] == [{"ana": 1}, {"ben": 1}, {"clara": 1}]
    assert len(steps) > 3  # further rounds
    assert found["most_sms_to_one_responder_in_a_step"] == 1
    rows = dict(tables({"storm": found})["A storm of 30 mentions in five minutes"])
    assert rows["most SMS that one responder got in one step"] == "1"


def test_a_second_sms_of_one_step_is_seen() -> None:
    minute = timedelta(minutes=1)

    steps = storm.steps_of(
        [
            (NIGHT + at * minute, who)
            for at, who in ((2, "ana"), (0, "ana"), (10, "ben"), (0, "eva"))
        ]
    )
    assert steps == {NIGHT: {"ana": 2, "eva": 1}, NIGHT + 10 * minute: {"ben": 1}}


def test_each_opening_is_one_sms_and_one_figure() -> None:
    found = openings.measure(3)

    assert found["sms"] == 3
    seconds = found["seconds"]
    assert 0 < seconds["p50"] <= seconds["p99"] == seconds["max"]
    (rows,) = tables({"openings": found}).values()
    assert ("SMS sent", "3") in rows


def test_shifts_are_counted_for_every_kind_of_schedule() -> None:
    found = shifts.measure(timedelta(days=2), instants=10)

    (one_zone, with_exceptions, hourly, four_zones) = found.values()
    assert {one["people"] for one in found.values()} == {50}
    assert (one_zone["layers"], hourly["layers"], four_zones["layers"]) == (10, 10, 40)
    assert with_exceptions["shifts"] != one_zone["shifts"]
    assert all(one["seconds"] >= 0 for one in found.values())
    rows = dict(tables({"shifts": found})["A year of shifts"])
    assert rows["ten layers, one zone"].startswith("50 people, 10 layers, ")


def test_a_tick_reads_the_incidents_that_are_due_and_no_others() -> None:
    found = ticks.measure(open=30, due=(0, 1, 4))

    none, one, four = found["ticks"]
    assert [tick["sms"] for tick in found["ticks"]] == [0, 1, 1]
    assert set(none["requests"]) == {"dynamodb.Query"}
    assert one["requests"]["dynamodb.GetItem"] < four["requests"]["dynamodb.GetItem"] < 30
    (rows,) = tables({"ticks": found}).values()
    assert [name for name, _ in rows] == ["0 of them due", "1 of them due", "4 of them due"]


def test_a_measure_is_kept_beside_those_that_were_taken_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "MEASURED", tmp_path / "figures.json")
    monkeypatch.setattr(bench, "FIGURES", tmp_path / "figures.md")

    bench.keep({"search": {"writes a ticket": 49.5}})
    bench.keep({"lighthouse": {"skipped": ["one"], "forms": {"mobile": {"scores": {"seo": 1}}}}})

    page = (tmp_path / "figures.md").read_text("utf-8")
    assert "| writes a ticket | 49.5 |" in page
    assert "| mobile, seo | 1 |" in page
    bench.keep({"search": {"writes a ticket": 12}})
    page = (tmp_path / "figures.md").read_text("utf-8")
    assert "| writes a ticket | 12 |" in page
    assert "49.5" not in page
    assert "| mobile, seo | 1 |" in page
