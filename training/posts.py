"""Labelled posts in files: how they are read, and what is wrong with one that cannot be."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from chalicelib.domain.signal import Mood, Topic, Urgency

P_LEVELS = {
    "P1": Urgency.WAKE,
    "P2": Urgency.SOON,
    "P3": Urgency.ANSWER,
    "P4": Urgency.IGNORE,
}
"""How the evaluation files name the urgencies."""


T = TypeVar("T", Mood, Topic)


class BadFile(ValueError):
    """A labelled file that cannot be read; the message names the line and what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One labelled post; what its file does not tell is None."""

    text: str
    id: str = ""
    mood: Mood | None = None
    urgency: Urgency | None = None
    topic: Topic | None = None
    language: str | None = None


def read_moods(path: Path) -> list[Post]:
    """Posts of a file with the columns `label` (negative, neutral, positive) and `text`.

    Raises BadFile.
    """
    return [
        Post(text=row["text"], mood=_value(Mood, row["label"], f"{path.name}:{line}: label"))
        for line, row in _rows(path, ("label", "text"))
    ]


def read_urgencies(path: Path) -> list[Post]:
    """Posts of a file with the columns `id`, `label` (P1 to P4) and `text`.

    The columns `mood`, `topic` and `language` are read where a file has them. Raises BadFile.
    """
    return [
        Post(
            text=row["text"],
            id=row["id"],
            urgency=P_LEVELS[_level(row["label"], f"{path.name}:{line}: label")],
            mood=_value(Mood, row["mood"], f"{path.name}:{line}: mood") if "mood" in row else None,
            topic=_value(Topic, row["topic"], f"{path.name}:{line}: topic")
            if "topic" in row
            else None,
            language=row.get("language"),
        )
        for line, row in _rows(path, ("id", "label", "text"))
    ]


def texts_of(path: Path) -> list[str]:
    """The column `text` of a file. Raises BadFile."""
    return [row["text"] for _, row in _rows(path, ("text",))]


def _rows(path: Path, needed: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Rows with their line numbers; a field never holds a tab or a line break."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise BadFile(f"{path.name}: is not UTF-8 at byte {error.start}") from None
    header = lines[0].removeprefix("\ufeff").rstrip("\r").split("\t")
    missing = [name for name in needed if name not in header]
    if missing:
        raise BadFile(
            f"{path.name}:1: has the columns {', '.join(header)}; {', '.join(missing)} is missing"
        )
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        fields = line.rstrip("\r").split("\t")
        if len(fields) != len(header):
            raise BadFile(f"{path.name}:{number}: has {len(fields)} fields, not {len(header)}")
        rows.append((number, dict(zip(header, fields, strict=True))))
    if not rows:
        raise BadFile(f"{path.name}: has a header and no rows")
    return rows


def _value(kind: type[T], found: str, where: str) -> T:
    try:
        return kind(found)
    except ValueError:
        known = ", ".join(kind)
        raise BadFile(f"{where} is {found!r}; it must be one of {known}") from None


def _level(found: str, where: str) -> str:
    if found not in P_LEVELS:
        raise BadFile(f"{where} is {found!r}; it must be one of P1, P2, P3, P4")
    return found
