"""The measure of strange silences finds what it is made for."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.rhythm import WIDTH, Row, listened, main

BEGIN = datetime(2026, 11, 2, tzinfo=UTC)


def steady(days: int) -> list[Row]:
    """One post in each quarter of an hour."""
    count = int(timedelta(days=days) / WIDTH)
    return [(BEGIN + number * WIDTH, int(number % 3 == 0)) for number in range(count)]


def test_a_steady_series_is_never_thought_quiet_and_its_end_is_noticed() -> None:
    assert listened(steady(20)).alarms == 0
    cut = listened(steady(20), cut=0.9)
    assert cut.alarms == 0
    assert cut.noticed is not None
    assert cut.noticed < timedelta(hours=6)


def test_the_table_has_a_line_for_each_share_of_a_series(tmp_path: Path) -> None:
    lines = [f"{at:%Y-%m-%d %H:%M:%S},{posts}.0" for at, posts in steady(3)]
    tmp_path.joinpath("made.csv").write_text("\n".join(["timestamp,value", *lines]))
    table = main(tmp_path).splitlines()

    assert len(table) == 2 + 3
    assert table[2].startswith("| `made` | 96 |")
