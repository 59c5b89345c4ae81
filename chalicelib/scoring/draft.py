"""A verdict before circumstances count."""

from dataclasses import dataclass

from chalicelib.domain.signal import Mood, Signal, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the text alone says, whoever has read it."""

    signals: tuple[Signal, ...]
    """At least one."""
    mood: Mood
    strength: float
    """Of the mood, 0 to 1."""
    topic: Topic
    language: str | None
    """ISO 639-1 code; None when no model has read it."""
    by: str
    """Name and version of what has."""
