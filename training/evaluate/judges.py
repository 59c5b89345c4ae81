"""Who judges in an evaluation: Nightdesk as shipped, its lean stage alone, and others' tools."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.background import NOTHING_KNOWN
from chalicelib.domain.desk import Desk
from chalicelib.domain.mention import Mention, admitted
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.signal import Mood, Urgency
from chalicelib.ports import Scorer
from training.evaluate.urgencies import Verdict
from training.posts import Post

Progress = Callable[[Sequence[Post], str], Iterable[Post]]

AT = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
"""A Saturday night, as the rubric has it; no verdict hangs on it."""

NOBODY = Desk(
    brands=(),
    sources=(),
    responders=(),
    schedules=(),
    policies=(),
    fallback=ResponderId("nobody"),
    lead=ResponderId("nobody"),
)
"""A desk without brands, people and rules: the text alone counts."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judge says of each post, in their order."""

    moods: list[Mood]
    verdicts: list[Verdict]


def by_scorer(scorer: Scorer, posts: Iterable[Post]) -> Judged:
    """What the product's scorer says, as it would of mentions."""
    judged = Judged([], [])
    for number, post in enumerate(posts):
        score = scorer.score(mention_of(post.text, number), NOBODY, NOTHING_KNOWN)
        judged.moods.append(score.mood)
        judged.verdicts.append(
            Verdict(value=score.value, urgency=score.urgency, reasons=score.reasons)
        )
    return judged


def mention_of(text: str, number: int = 0) -> Mention:
    """A mention of which nothing but the text is known."""
    mention = Mention(
        platform="evaluation",
        platform_id=str(number),
        source="evaluation",
        brand="evaluation",
        text=text,
        posted_at=AT,
        pulled_at=AT,
    )
    return admitted(mention, now=AT)


def by_vader(posts: Iterable[Post]) -> Judged:
    """VADER with the thresholds of its README: negative up to -0.05, positive from 0.05 on.

    It knows no urgency; the more negative, the more urgent, and nobody is ever woken.
    """
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    return _by_polarity(posts, lambda text: analyzer.polarity_scores(text)["compound"], 0.05)


def by_textblob(posts: Iterable[Post]) -> Judged:
    """TextBlob's polarity: negative below 0, positive above; else as for VADER."""
    from textblob import TextBlob

    return _by_polarity(posts, lambda text: TextBlob(text).sentiment.polarity, 1e-9)


def _by_polarity(posts: Iterable[Post], polarity: Callable[[str], Any], least: float) -> Judged:
    judged = Judged([], [])
    for post in posts:
        found = float(polarity(post.text))
        mood = (
            Mood.NEGATIVE if found <= -least else Mood.POSITIVE if found >= least else Mood.NEUTRAL
        )
        judged.moods.append(mood)
        urgency = Urgency.ANSWER if mood is Mood.NEGATIVE else Urgency.IGNORE
        judged.verdicts.append(Verdict(value=-found, urgency=urgency))
    return judged
