"""What a second reader thinks of a verdict, whom it is asked about, and how far its word counts."""

from dataclasses import dataclass, replace

from chalicelib.domain.mention import Mention
from chalicelib.domain.rules import Rules, ruled
from chalicelib.domain.signal import LEAST, Score, Signal, Urgency

MAX_WHY = 160
"""Characters of its reason that are kept."""

RAISERS = frozenset({"danger", "crowd", "rule-page", "rule-vip"})
"""Signals that no second reader lowers: words of danger, the crowd, the company's own rules."""

READ_FROM = 6.0
"""The least value that is read again: nearly waking. Points are log-odds around 10, so 6 is a
chance of 2 in 100; and by one level only what is *soon* (5) already can be raised to waking."""

READ_BELOW = 13.0
"""What reaches it is not read again: by the same scale it is sure enough (19 in 20) not to wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a second reader says of a mention."""

    urgency: Urgency
    why: str
    """One short sentence; not trusted, shown as text."""
    reader: str
    """Name of the model, so that a figure can be traced."""


def is_worth_reading(score: Score, mention: Mention, rules: Rules) -> bool:
    """Whether somebody's sleep hangs on a second reading.

    The value is within the band, and one opinion would wake somebody where another would not:
    neither words of danger nor the company's own rules decide it anyhow.
    """
    if not READ_FROM <= score.value < READ_BELOW:
        return False
    gravest, mildest = (
        ruled(moved(score, Opinion(urgency=one, why="", reader="")), mention, rules).urgency
        for one in (Urgency.WAKE, Urgency.IGNORE)
    )
    return gravest is Urgency.WAKE and mildest is not Urgency.WAKE


def moved(score: Score, opinion: Opinion) -> Score:
    """The verdict after a second reading: moved by one level at most, with the reason.

    It never lowers what a rule, the crowd or words of danger have raised, nor what they stand
    for: such a signal may have nothing to add (0 points) where the text alone reached the line.
    """
    steps = opinion.urgency.rank - score.urgency.rank
    is_lowered = steps > 0
    if is_lowered and any(one.name in RAISERS and one.points >= 0 for one in score.signals):
        return score
    points, verb = 0.0, "agrees"
    if steps:
        target = list(Urgency)[score.urgency.rank + (1 if is_lowered else -1)]
        points = LEAST[target] - score.value
        verb = "lowers it" if is_lowered else "raises it"
    signal = Signal("second-reader", points, f"second reader {verb}: {opinion.why[:MAX_WHY]}")
    return replace(score.with_signal(signal), scorer=f"{score.scorer}+{opinion.reader}")
