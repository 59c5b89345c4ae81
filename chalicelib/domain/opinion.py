"""What a second reader thinks of a verdict, and how far its word counts."""

from dataclasses import dataclass, replace

from chalicelib.domain.signal import LEAST, Score, Signal, Urgency

MAX_WHY = 160
"""Characters of its reason that are kept."""

RAISERS = frozenset({"danger", "crowd", "rule-page", "rule-vip"})
"""Signals that no second reader lowers: words of danger, the crowd, the company's own rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a second reader says of a mention."""

    urgency: Urgency
    why: str
    """One short sentence; not trusted, shown as text."""
    reader: str
    """Name of the model, so that a figure can be traced."""


def moved(score: Score, opinion: Opinion) -> Score:
    """The verdict after a second reading: moved by one level at most, with the reason.

    It never lowers what a rule, the crowd or words of danger have raised.
    """
    steps = opinion.urgency.rank - score.urgency.rank
    if steps == 0:
        signal = Signal("second-reader", 0.0, f"second reader agrees: {opinion.why[:MAX_WHY]}")
        return score.with_signal(signal)
    is_lowered = steps > 0
    if is_lowered and any(one.name in RAISERS and one.points > 0 for one in score.signals):
        return score
    target = list(Urgency)[score.urgency.rank + (1 if is_lowered else -1)]
    points = LEAST[target] - score.value
    verb = "lowers" if is_lowered else "raises"
    signal = Signal("second-reader", points, f"second reader {verb} it: {opinion.why[:MAX_WHY]}")
    return replace(score.with_signal(signal), scorer=f"{score.scorer}+{opinion.reader}")
