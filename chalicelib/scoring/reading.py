"""What a model makes of one text, before anything beyond the text counts."""

from dataclasses import dataclass
from typing import Protocol

MOODS = 3
URGENCIES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Probabilities, each group adding up to 1."""

    mood: tuple[float, float, float]
    """Negative, neutral, positive."""
    urgency: tuple[float, float, float, float]
    """Wake, soon, answer, ignore."""
    topics: tuple[float, ...]
    """In the order of `Topic`."""


class Model(Protocol):
    """What reads texts: the lean one each, the deep one those that may be urgent."""

    name: str
    """Name and version, such as `lean-2026-11-22`."""
    languages: frozenset[str]
    """ISO 639-1 codes of the languages it was trained on."""

    def read(self, text: str) -> Reading:
        """What it makes of any text; never raises."""
