"""What a teacher thinks of each text, in a file: so that a smaller network can learn it.

A file holds no text, only the text's digest and 20 logits, so that it can be passed on.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from training.deep.examples import GROUPS, Example, Target
from training.deep.measure import shares
from training.posts import BadFile

NAMES = tuple(f"{group}:{value}" for group, values in GROUPS.items() for value in values)
Soft = dict[str, tuple[float, ...]]
"""Logits in the order of `NAMES`, by the digest of the text."""


def digest(text: str) -> str:
    """SHA-256 of the text without white space around it, in hex digits."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()


def write_soft(path: Path, texts: Iterable[str], logits: Iterable[Sequence[float]]) -> None:
    """A TSV with the columns `sha256` and `NAMES`."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("\t".join(("sha256", *NAMES)) + "\n")
        for text, row in zip(texts, logits, strict=True):
            file.write("\t".join((digest(text), *(f"{value:.3f}" for value in row))) + "\n")


def read_soft(path: Path) -> Soft:
    """The logits of a file of `write_soft`. Raises BadFile."""
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    if tuple(header.split("\t")) != ("sha256", *NAMES):
        raise BadFile(f"{path.name}:1: must have the columns sha256, {', '.join(NAMES)}")
    found: Soft = {}
    for number, line in enumerate(lines, start=2):
        key, *fields = line.split("\t")
        try:
            row = tuple(float(field) for field in fields)
        except ValueError:
            raise BadFile(f"{path.name}:{number}: holds something that is no number") from None
        if len(row) != len(NAMES):
            raise BadFile(f"{path.name}:{number}: has {len(row)} numbers, not {len(NAMES)}")
        found[key] = row
    return found


def taught(
    learned: Iterable[Example], soft: Sequence[Soft], *, share: float, temperature: float = 1.0
) -> list[Example]:
    """The same examples, with what the teachers think of them.

    Where a label is known it keeps `1 - share` of the say; where none is, the teachers have it
    all. Several teachers are averaged. A text they have not read stays as it was.
    """
    result = []
    for one in learned:
        rows = [teacher[key] for teacher in soft if (key := digest(one.text)) in teacher]
        if not rows:
            result.append(one)
            continue
        result.append(
            replace(
                one,
                mood=_blend("mood", one.mood, rows, share, temperature),
                urgency=_blend("urgency", one.urgency, rows, share, temperature),
                topic=_blend("topic", one.topic, rows, share, temperature),
                is_hardly_wake=False,
            )
        )
    return result


def _blend(
    group: str,
    label: Target | None,
    rows: Sequence[Sequence[float]],
    share: float,
    temperature: float,
) -> Target:
    places = [place for place, name in enumerate(NAMES) if name.startswith(f"{group}:")]
    thought = [shares([row[place] for place in places], temperature) for row in rows]
    mean = [sum(column) / len(rows) for column in zip(*thought, strict=True)]
    if label is None:
        return tuple(mean)
    return tuple(share * own + (1 - share) * given for own, given in zip(mean, label, strict=True))
