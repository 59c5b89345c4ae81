"""The crowd measured: the product's detector on series of the Numenta Anomaly Benchmark's form."""

from pathlib import Path
from typing import Any

from chalicelib.domain.crowd import THRESHOLD, Alertness
from training.volume.nab import NOTHING, PROFILES, Points, probation, score
from training.volume.run import LISTENING, Scored, scored
from training.volume.series import Series, read_series

__all__ = ["measure"]


def measure(
    directory: Path,
    windows: Path,
    scores_out: Path | None = None,
    alertness: Alertness = LISTENING,
) -> dict[str, Any]:
    """Runs the detector over every series that `windows` names and scores it, ready for JSON.

    `scores` has the benchmark's score per profile over all series (null where no window counts),
    `folders` the same per folder, `series` per file the scores, windows, those found, rows
    detected in windows and outside (the probation left out) and the first few detections. With
    `scores_out`, `timestamp,anomaly_score` is written per series under the same relative path.
    Raises BadFile.
    """
    total = {profile.name: NOTHING for profile in PROFILES}
    folders: dict[str, dict[str, Points]] = {}
    found: dict[str, Any] = {}
    for series in read_series(directory, windows):
        rows = list(scored(series.rows, alertness))
        if scores_out is not None:
            _write(scores_out / series.name, rows)
        detected = [number for number, row in enumerate(rows) if row.score >= THRESHOLD]
        folder = folders.setdefault(str(Path(series.name).parent), {})
        points = {}
        for profile in PROFILES:
            earned = score(len(rows), series.spans, detected, profile)
            points[profile.name] = earned
            total[profile.name] += earned
            folder[profile.name] = folder.get(profile.name, NOTHING) + earned
        found[series.name] = {"scores": _normalised(points), **_detections(series, detected)}
    return {
        "threshold": THRESHOLD,
        "scores": _normalised(total),
        "folders": {name: _normalised(points) for name, points in sorted(folders.items())},
        "series": found,
    }


def _detections(series: Series, detected: list[int]) -> dict[str, Any]:
    start = probation(len(series.rows))
    counted = [row for row in detected if row >= start]
    spans = [span for span in series.spans if span.last >= start]
    inside = [row for row in counted if any(s.first <= row <= s.last for s in spans)]
    return {
        "rows": len(series.rows),
        "windows": len(spans),
        "windows_found": sum(any(s.first <= row <= s.last for row in inside) for s in spans),
        "rows_in_windows": len(inside),
        "false_rows": len(counted) - len(inside),
        "detections": [series.rows[row].stamp for row in counted[:MOST_TOLD]],
    }


MOST_TOLD = 50


def _normalised(points: dict[str, Points]) -> dict[str, float | None]:
    return {
        name: None if one.normalised is None else round(one.normalised, 2)
        for name, one in points.items()
    }


def _write(path: Path, rows: list[Scored]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["timestamp,anomaly_score", *(f"{row.stamp},{row.score:.6f}" for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
