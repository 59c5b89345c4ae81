"""From evidence to a verdict: signals, the score they add up to, and its urgency."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Urgency(StrEnum):
    """What a mention asks of us, gravest first."""

    WAKE = "wake"
    SOON = "soon"
    ANSWER = "answer"
    IGNORE = "ignore"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Urgency).index(self)


class Mood(StrEnum):
    """How the writer feels."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Topic(StrEnum):
    """What a mention is about: it chooses the escalation policy and the incident."""

    SAFETY = "safety"
    SECURITY = "security"
    OUTAGE = "outage"
    DISCRIMINATION = "discrimination"
    PRESS = "press"
    BILLING = "billing"
    DELIVERY = "delivery"
    PRAISE = "praise"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Signal:
    """One piece of evidence."""

    name: str
    """Stable machine name, such as `danger` or `reach`."""
    points: float
    """What it adds to the score; negative evidence lowers it."""
    reason: str
    """What a tired person reads: "says the whole site is down"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The number, the verdict and the evidence for both."""

    urgency: Urgency
    value: float
    """Sum of the signals' points."""
    mood: Mood
    mood_strength: float
    """0 (none) to 1 (strongest)."""
    topic: Topic
    signals: tuple[Signal, ...]
    language: str | None
    """ISO 639-1 code of the language it was read in; None when it could not be read."""
    scorer: str
    """Name and version of what judged, so that a figure can be traced."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Readable reasons, weightiest first."""
        weightiest = sorted(self.signals, key=lambda signal: -abs(signal.points))
        return tuple(signal.reason for signal in weightiest)


WAKE_AT = 10.0
SOON_AT = 5.0
ANSWER_AT = 1.0


def urgency_of(signals: Iterable[Signal]) -> Urgency:
    """The verdict that the evidence adds up to."""
    value = sum(signal.points for signal in signals)
    if value >= WAKE_AT:
        return Urgency.WAKE
    if value >= SOON_AT:
        return Urgency.SOON
    if value >= ANSWER_AT:
        return Urgency.ANSWER
    return Urgency.IGNORE
