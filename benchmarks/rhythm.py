"""How often a source that speaks is thought quiet, and how soon one that has fallen silent is.

`python -m benchmarks.rhythm DIR` reads series of counts (`timestamp,value`, a row each five
minutes, as the Numenta Anomaly Benchmark has them) and listens to each as a source is listened
to. Thinned, a series is a smaller brand's: each post is kept with some chance, the same in every
run.
"""

import csv
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib.domain.rhythm import NEW, learned

WIDTH = timedelta(minutes=5)
DAY = timedelta(days=1)
SHARES = (1.0, 0.1, 0.01)
"""Of the posts that are kept."""
CUTS = (0.6, 0.75)
"""Shares of a series after which the source falls silent."""

Row = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Listened:
    """What listening to one series has shown."""

    known: timedelta
    """How long its rhythm was known."""
    alarms: int
    """How often it was thought quiet while it spoke."""
    noticed: timedelta | None
    """How long after it had fallen silent it was thought quiet; None when it did not, or never."""


def rows_of(path: Path) -> list[Row]:
    """The series in a file."""
    with path.open(encoding="utf-8") as file:
        return [
            (datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC), int(float(row["value"])))
            for row in csv.DictReader(file)
        ]


def listened(
    rows: Sequence[Row], *, share: float = 1.0, cut: float | None = None, seed: int = 1
) -> Listened:
    """Listen to a series, of which a share of the posts is kept, until it is cut off."""
    chance = random.Random(seed)
    rhythm, alarms, was_quiet, known = NEW, 0, False, timedelta(0)
    silent_from = rows[int(len(rows) * cut)][0] if cut is not None else None
    noticed: timedelta | None = None
    for at, posts in rows:
        is_cut = silent_from is not None and at >= silent_from
        kept = sum(share >= 1 or chance.random() < share for _ in range(posts))
        written = [at + chance.random() * WIDTH for _ in range(0 if is_cut else kept)]
        now = at + WIDTH
        rhythm = learned(rhythm, written, of="", zone=UTC, now=now)
        is_quiet = rhythm.is_quiet(now=now)
        if is_quiet and silent_from is not None and is_cut:
            noticed = noticed or now - silent_from
        elif is_quiet and not was_quiet:
            alarms += 1
        was_quiet = is_quiet
        known += WIDTH if rhythm.is_known and not is_cut else timedelta(0)
    return Listened(known, alarms, noticed)


def main(folder: Path) -> str:
    """The table of `docs/listening.md`."""
    lines = ["| series | posts a day | days | thought quiet | silence noticed after |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for path in sorted(folder.glob("*.csv")):
        rows = rows_of(path)
        days = (rows[-1][0] - rows[0][0]) / DAY
        for share in SHARES:
            whole = listened(rows, share=share)
            cut = [listened(rows, share=share, cut=one).noticed for one in CUTS]
            hours = ", ".join(
                f"{one / timedelta(hours=1):.0f} h" if one else "never" for one in cut
            )
            a_day = sum(posts for _, posts in rows) * share / days
            lines.append(
                f"| `{path.stem}` | {a_day:,.0f} | {whole.known / DAY:.0f} | {whole.alarms} "
                f"| {hours} |"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    print(main(Path(sys.argv[1])))
