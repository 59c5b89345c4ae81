"""The labels as files that `training/` reads, so that its models learn from the company's history.

A page that was *not* worth it is written as P2: that is the gravest which it can have been.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from chalicelib.domain.signal import Urgency
from infra.judging.labels import LabelledPost

P_LEVELS = {Urgency.WAKE: "P1", Urgency.SOON: "P2", Urgency.ANSWER: "P3", Urgency.IGNORE: "P4"}
"""As the files of the evaluation name them."""

WARNING = (
    "These files hold your customers' words. Keep them where only those may read who may read the "
    "queue, delete them when the training is done, and do not publish what is trained on them "
    "without thinking of who wrote it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written."""

    urgency: Path
    urgencies: int
    moods_file: Path
    moods: int


def export(posts: Iterable[LabelledPost], folder: Path) -> Exported:
    """Write `urgency.tsv` (id, label, text) and `moods.tsv` (label, text) into a folder.

    They hold label and text alone, readable by the owner only; the id is a running number.
    """
    known = list(posts)
    folder.mkdir(parents=True, exist_ok=True)
    urgencies = [(P_LEVELS[one.urgency], one.text) for one in known if one.urgency is not None]
    moods = [(one.mood.value, one.text) for one in known if one.mood is not None]
    rows = [
        f"{number}\t{label}\t{_line(text)}" for number, (label, text) in enumerate(urgencies, 1)
    ]
    written = Exported(
        urgency=folder / "urgency.tsv",
        urgencies=len(rows),
        moods_file=folder / "moods.tsv",
        moods=len(moods),
    )
    _write(written.urgency, ["id\tlabel\ttext", *rows])
    _write(written.moods_file, ["label\ttext", *(f"{one}\t{_line(text)}" for one, text in moods)])
    return written


def _line(text: str) -> str:
    """A field holds no tab and no line break."""
    return " ".join(text.split()).encode("utf-8", "ignore").decode()


def _write(path: Path, lines: list[str]) -> None:
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(lines) + "\n")
