"""Series in files: read, judged online, scored, written."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.domain.crowd import THRESHOLD
from training.posts import BadFile
from training.volume import measure
from training.volume.nab import Span
from training.volume.run import Gauge, scored
from training.volume.series import read_rows, read_series, spans_of

START = datetime(2026, 1, 5)  # noqa: DTZ001 - as such files have it
ROWS = 3000


def stamp(row: int, seconds: int = 300) -> str:
    return str(START + timedelta(seconds=seconds * row))


def values(mob_at: int | None, seed: int = 0) -> list[float]:
    dice = random.Random(seed)
    counts = [float(sum(dice.random() < 0.2 for _ in range(20))) for _ in range(ROWS)]
    if mob_at is not None:
        counts[mob_at : mob_at + 10] = [60.0] * 10
    return counts


def write(path: Path, numbers: list[float], seconds: int = 300) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{stamp(row, seconds)},{number:g}" for row, number in enumerate(numbers)]
    path.write_text("\n".join(["timestamp,value", *lines]) + "\n", encoding="utf-8")


@pytest.fixture
def corpus(tmp_path: Path) -> tuple[Path, Path]:
    write(tmp_path / "tweets" / "mob.csv", values(2000))
    write(tmp_path / "tweets" / "calm.csv", values(None, seed=1))
    windows = tmp_path / "windows.json"
    mob = [[stamp(1950) + ".000000", stamp(2050) + ".000000"]]
    windows.write_text(json.dumps({"tweets/mob.csv": mob, "tweets/calm.csv": []}))
    return tmp_path, windows


def test_a_mob_in_its_window_is_found_and_calm_series_cost_nothing(
    corpus: tuple[Path, Path],
) -> None:
    result = measure(*corpus)

    # Found at its first or second row, halfway through the window.
    assert result["scores"]["standard"] == pytest.approx(93, abs=1)
    assert result["scores"]["reward_low_FN_rate"] == pytest.approx(95.3, abs=1)
    assert result["folders"]["tweets"] == result["scores"]
    assert result["series"]["tweets/mob.csv"]["windows_found"] == 1
    assert result["series"]["tweets/mob.csv"]["detections"][0] in (stamp(2000), stamp(2001))
    assert result["series"]["tweets/calm.csv"]["scores"]["standard"] is None
    assert result["series"]["tweets/calm.csv"]["false_rows"] == 0
    assert json.loads(json.dumps(result)) == result


def test_scores_are_written_per_series_with_the_stamps_of_the_file(
    corpus: tuple[Path, Path], tmp_path: Path
) -> None:
    result = measure(*corpus, scores_out=tmp_path / "out")

    lines = (tmp_path / "out" / "tweets" / "mob.csv").read_text().splitlines()
    assert lines[0] == "timestamp,anomaly_score"
    assert [line.split(",")[0] for line in lines[1:]] == [stamp(row) for row in range(ROWS)]
    numbers = [float(line.split(",")[1]) for line in lines[1:]]
    assert all(0 <= number < 1 for number in numbers)
    told = [stamp(row) for row, number in enumerate(numbers) if number >= THRESHOLD and row >= 450]
    assert told == result["series"]["tweets/mob.csv"]["detections"]


def test_no_score_knows_what_comes_later(tmp_path: Path) -> None:
    write(tmp_path / "whole.csv", values(2000))
    write(tmp_path / "half.csv", values(2000)[:2002])

    whole = list(scored(read_rows(tmp_path / "whole.csv")))
    half = list(scored(read_rows(tmp_path / "half.csv")))

    assert whole[:2002] == half


def test_an_hourly_series_is_read_hour_by_hour(tmp_path: Path) -> None:
    write(tmp_path / "hourly.csv", values(2000), seconds=3600)

    scores = list(scored(read_rows(tmp_path / "hourly.csv")))

    assert max(scores[2000:2002], key=lambda row: row.score).score >= THRESHOLD


def test_a_clock_set_back_and_a_missing_number_are_lived_with(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(
        "timestamp,value\n2026-01-05 00:00:00,1\n2026-01-05 00:05:00,\n"
        "2026-01-05 00:10:00,nan\n2026-01-05 00:05:00,9\n2026-01-05 00:15:00,2\n"
    )

    rows = read_rows(path)

    assert [row.value for row in rows] == [1, None, None, 9, 2]
    assert [row.score for row in scored(rows)][1:4] == [0, 0, 0]


def test_series_of_no_or_one_row_have_no_or_one_score(tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text("timestamp,value\n")
    assert list(scored(read_rows(path))) == []
    path.write_text("timestamp,value\n2026-01-05 00:00:00,1\n")
    assert [row.score for row in scored(read_rows(path))] == [0]


def test_a_window_covers_its_first_and_last_row(tmp_path: Path) -> None:
    write(tmp_path / "short.csv", [1.0] * 10)
    rows = read_rows(tmp_path / "short.csv")

    assert spans_of(rows, [(rows[2].at, rows[5].at)]) == (Span(2, 5),)
    assert (
        spans_of(rows, [(rows[9].at + timedelta(hours=1), rows[9].at + timedelta(hours=2))]) == ()
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("time,value\n", "odd.csv:1: the column timestamp is missing"),
        ("timestamp,value\nyesterday,1\n", "odd.csv:2"),
        ("timestamp,value\n2026-01-05 00:00:00,many\n", "odd.csv:2"),
        ("timestamp,value\n2026-01-05 00:00:00\n", "odd.csv:2"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(text)

    with pytest.raises(BadFile, match=says):
        read_rows(path)


@pytest.mark.parametrize("text", ["", "[]", '{"a.csv": [["x", "y"]]}', '{"a.csv": [1]}'])
def test_windows_of_another_form_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "windows.json").write_text(text)

    with pytest.raises(BadFile, match=r"windows\.json"):
        read_series(tmp_path, tmp_path / "windows.json")


def test_a_series_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "windows.json").write_text('{"gone.csv": []}')

    with pytest.raises(BadFile, match=r"gone\.csv"):
        measure(tmp_path, tmp_path / "windows.json")


class TestMeasures:
    """Series that are no counts."""

    def test_counts_stay_what_they_are(self) -> None:
        gauge = Gauge()

        assert [gauge.reading(value) for value in (0.0, 12.0, None, 3.0)] == [0, 12, None, 3]

    def test_a_fall_is_as_far_as_a_rise(self) -> None:
        dice = random.Random(0)
        gauge = Gauge()
        for _ in range(500):
            gauge.reading(20 + dice.gauss(0, 1))
        fall, rise = gauge.reading(10.0), gauge.reading(30.0)

        assert fall is not None
        assert rise is not None
        assert fall == pytest.approx(rise, rel=0.1)
        assert fall > 50

    def test_a_constant_is_no_distance_from_itself(self) -> None:
        gauge = Gauge()

        assert [gauge.reading(0.5) for _ in range(100)][-1] == 0

    def test_the_farthest_is_not_endless(self) -> None:
        gauge = Gauge()
        for step in range(100):
            gauge.reading(0.5 + 0.001 * (step % 2))

        assert gauge.reading(1e300) == 1e4
