"""How two models' readings become one, and one reading points.

Every constant of it stands in a Blend, whose figures `python -m training.calibrate` measures on
posts that neither model was trained on (docs/judging.md).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.domain.signal import ANSWER_AT, SOON_AT, WAKE_AT, Mood, Topic, Urgency
from chalicelib.scoring.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """From which probability on a reading counts as what; of one stage."""

    wake: float
    """Of *wake*."""
    soon: float
    """Of *soon* or graver."""
    answer: float
    """Of *answer* or graver."""
    moods: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """What the probabilities of negative, neutral, positive are multiplied by, so that the
    commonest of them is not preferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend:
    """Who reads what, and how much each counts."""

    lean: Cuts
    """Where the lean model alone has read."""
    both: Cuts
    """Where the deep one has, too."""
    deep_urgency: float
    """Weight of the deep model's probabilities of urgency and topic, 0 to 1."""
    deep_mood: float
    deep_from: float
    """The deep model reads what the lean one gives at least this probability of *wake*..."""
    deep_below: float
    """...and what has a likeliest mood less probable than this."""
    danger_odds: float = 0.0
    """By so much log-odds words of danger make *wake* likelier: little, they stand in many
    harmless posts, and models have read them as well."""


UNMEASURED = Blend(
    lean=Cuts(wake=0.4, soon=0.13, answer=0.26),
    both=Cuts(wake=0.44, soon=0.22, answer=0.21),
    deep_urgency=0.6,
    deep_mood=0.6,
    deep_from=0.005,
    deep_below=0.8,
)
"""What holds where nothing was measured for the models at hand."""

MOST_OF_SOON = 6.5
"""However sure it is that a post is *soon*: what wakes is its likeness to what should wake."""
MOST_OF_ANSWER = 3.5
_SLOPE = 0.5
"""Of sureness within *soon* and *answer*, where it matters less than circumstances do."""
_SUREST = 1e-6
_MOODS, _TOPICS, _URGENCIES = tuple(Mood), tuple(Topic), tuple(Urgency)
_LEAST_STEP = 1e-6
"""So far below a line is what does not reach it; a sum of points is rounded more finely."""


def wants_deep(lean: Reading, blend: Blend) -> bool:
    """Whether the deep model should read what the lean one has read so."""
    return lean.urgency[0] >= blend.deep_from or max(lean.mood) < blend.deep_below


def blended(lean: Reading, deep: Reading, blend: Blend) -> Reading:
    """Both readings as one: the weighted mean of their probabilities."""
    mood = _mean(lean.mood, deep.mood, blend.deep_mood)
    urgency = _mean(lean.urgency, deep.urgency, blend.deep_urgency)
    return Reading(
        mood=(mood[0], mood[1], mood[2]),
        urgency=(urgency[0], urgency[1], urgency[2], urgency[3]),
        topics=tuple(_mean(lean.topics, deep.topics, blend.deep_urgency)),
    )


def points_of(urgency: tuple[float, float, float, float], cuts: Cuts) -> float:
    """The points of a reading: exactly 10, 5 and 1 at the cuts, never fewer for a graver one.

    From the cut of *wake* on, and below it for whatever is *soon*, they are 10 plus the log-odds
    against that cut, so that they tell how sure it is. What is ignored has 0 to 1.
    """
    wake = _odds(urgency[0], cuts.wake)
    soon = _odds(urgency[0] + urgency[1], cuts.soon)
    answer = _odds(urgency[0] + urgency[1] + urgency[2], cuts.answer)
    if wake >= 0:
        return WAKE_AT + wake
    if soon >= 0:
        likeness = max(WAKE_AT + wake, min(MOST_OF_SOON, SOON_AT + _SLOPE * soon))
        return min(likeness, WAKE_AT - _LEAST_STEP)
    if answer >= 0:
        return min(MOST_OF_ANSWER, ANSWER_AT + _SLOPE * answer)
    return max(0.0, min(ANSWER_AT + answer, ANSWER_AT - _LEAST_STEP))


def raised(
    urgency: tuple[float, float, float, float], odds: float
) -> tuple[float, float, float, float]:
    """The same reading with *wake* likelier by so much log-odds, the others in proportion."""
    wake = urgency[0] * math.exp(odds)
    rest = 1 - urgency[0]
    whole = wake + rest
    return (wake / whole, urgency[1] / whole, urgency[2] / whole, urgency[3] / whole)


def sureness_of(urgency: tuple[float, float, float, float], cuts: Cuts) -> tuple[Urgency, float]:
    """The level that a reading alone would have, and how sure that is: 0.5 at its cut."""
    shares = (urgency[0], urgency[0] + urgency[1], urgency[0] + urgency[1] + urgency[2])
    for level, share, cut in zip(
        _URGENCIES, shares, (cuts.wake, cuts.soon, cuts.answer), strict=False
    ):
        if (odds := _odds(share, cut)) >= 0:
            return level, _sigmoid(odds)
    return Urgency.IGNORE, _sigmoid(-_odds(shares[2], cuts.answer))


def mood_of(mood: tuple[float, float, float], cuts: Cuts) -> tuple[Mood, float]:
    """The likeliest mood, and how strong it is: by how much it outweighs its opposite."""
    weighed = [share * factor for share, factor in zip(mood, cuts.moods, strict=True)]
    likeliest = _MOODS[weighed.index(max(weighed))]
    if likeliest is Mood.NEUTRAL:
        return likeliest, 0.0
    return likeliest, min(1.0, abs(mood[0] - mood[2]))


def topic_of(topics: Sequence[float], level: Urgency, warned: Iterable[Topic] = ()) -> Topic:
    """The likeliest topic; of what cannot wait, the likeliest that is something to act on.

    There the topics that words of danger warn of are so much the likelier.
    """
    if level is Urgency.WAKE or level is Urgency.SOON:
        weighed = [share * idle for share, idle in zip(topics, _TO_ACT_ON, strict=True)]
        for topic in set(warned):
            weighed[_TOPICS.index(topic)] *= WARNED
        topics = weighed
    return _TOPICS[topics.index(max(topics))]


WARNED = 12.0
"""By so much words of danger make their topic likelier. Measured on 63 written posts that cannot
wait and have some, held out of a lean model's training: right are 39 of their topics with 1, 44
with 4, 47 with 12 and above."""
_TO_ACT_ON = [0.0 if one in (Topic.PRAISE, Topic.SPAM, Topic.OTHER) else 1.0 for one in Topic]


def _mean(lean: Sequence[float], deep: Sequence[float], share: float) -> list[float]:
    return [(1 - share) * one + share * other for one, other in zip(lean, deep, strict=True)]


def _odds(probability: float, cut: float) -> float:
    """Log-odds of a probability, relative to those of its cut: exactly 0 at the cut."""
    own = min(max(probability, _SUREST), 1 - _SUREST)
    line = min(max(cut, _SUREST), 1 - _SUREST)
    return math.log(own * (1 - line) / ((1 - own) * line))


def _sigmoid(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))
