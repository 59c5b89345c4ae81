"""From evidence to a verdict: signals, the score they add up to, and its urgency."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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
    """Health, life, violence, self-harm, an unsafe product."""
    SECURITY = "security"
    """A breach, fraud, phishing, an account taken over."""
    OUTAGE = "outage"
    DISCRIMINATION = "discrimination"
    """Also assault and harassment by staff."""
    PRESS = "press"
    """A journalist, regulator, legal step or boycott."""
    BILLING = "billing"
    DELIVERY = "delivery"
    """Late, cancelled, lost, stranded: parcels and travel."""
    ACCOUNT = "account"
    PRODUCT = "product"
    SERVICE = "service"
    """Manners of staff, waiting, being ignored."""
    PRAISE = "praise"
    SPAM = "spam"
    OTHER = "other"


CROWD = "crowd"
"""Name of the signal by which the crowd wakes somebody; its reason says how many and since when."""


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

    def with_signal(self, signal: Signal) -> "Score":
        """The score with one more piece of evidence, and the verdict that follows."""
        signals = (*self.signals, signal)
        return replace(
            self,
            signals=signals,
            value=total(signals),
            urgency=urgency_of(signals),
        )

    @property
    def reasons(self) -> tuple[str, ...]:
        """Readable reasons, weightiest first."""
        weightiest = sorted(self.signals, key=lambda signal: -abs(signal.points))
        return tuple(signal.reason for signal in weightiest)


WAKE_AT = 10.0
SOON_AT = 5.0
ANSWER_AT = 1.0

LEAST: Mapping[Urgency, float] = {
    Urgency.WAKE: WAKE_AT,
    Urgency.SOON: SOON_AT,
    Urgency.ANSWER: ANSWER_AT,
    Urgency.IGNORE: 0.0,
}
"""The least value of each verdict; what is below all is ignored."""


def total(signals: Iterable[Signal]) -> float:
    """What the evidence adds up to; rounded, so that what is raised to a line stands on it."""
    return round(math.fsum(signal.points for signal in signals), 9)


def urgency_of(signals: Iterable[Signal]) -> Urgency:
    """The verdict that the evidence adds up to."""
    return level_of(total(signals))


def level_of(value: float) -> Urgency:
    """The verdict of a score of so many points."""
    for level, least in _LINES:
        if value >= least:
            return level
    return Urgency.IGNORE


_LINES = tuple(LEAST.items())
