"""What counts beyond the text: who says it, how often, how many say the same.

Points are on the scale of the verdict (wake from 10, soon from 5, answer from 1). Only what a
head of customer service would accept as a reason has any. No single circumstance has more than
`MOST_OF_ONE`, so that none turns an answer into a wake; all together have no more than
`MOST_OF_ALL` and so never wake for what asks nothing. Where the mood is not negative, all
together have no more than `MOST_UNLESS_NEGATIVE`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.background import Background
from chalicelib.domain.copies import MOST_VOICES
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import ANSWER_AT, SOON_AT, Mood, Signal, Topic

MOST_OF_ONE = 4.5
MOST_OF_ALL = 7.0
MOST_UNLESS_NEGATIVE = 3.0

Steps = tuple[tuple[int, float], ...]
"""From so many on, so many points; the highest step first."""

REACH: Steps = ((1_000_000, 3.0), (100_000, 1.5), (10_000, 0.5))
COPIES: Steps = ((24, 4.0), (12, 3.0), (6, 2.0), (3, 1.0))
"""Authors who say nearly the same."""
ANSWERS: Steps = ((30, 2.5), (10, 1.5), (5, 0.5))
"""Authors who answer or quote the same post."""
SHARES: Steps = ((1_000, 3.0), (200, 2.0), (50, 1.0), (10, 0.5))
REPEATS: Steps = ((3, 4.5), (2, 4.0), (1, 1.5))
"""Earlier attempts that nobody answered: the third post in anger is *soon*."""
VERIFIED = 0.5
ADDRESSED = 0.5

FAST = timedelta(hours=2)
"""What spreads more slowly has half the points."""

SAME_BY_ONE = 5
"""So many times the same text by few is a bot's, or a campaign's: a reason without points."""

A_CRITIC = 5
"""Earlier mentions from which on four negative ones of five make a regular critic."""


def circumstances(
    mention: Mention,
    background: Background,
    mood: Mood,
    *,
    topic: Topic = Topic.OTHER,
    value: float | None = None,
) -> tuple[Signal, ...]:
    """The evidence beyond the text, each piece with its reason; none for most mentions.

    `value` is the sum of what the text says, where it is known. It lets a circumstance do what it
    is for and no more: that a customer waits makes a complaint *soon*, never *wake*; that we are
    addressed makes it worth an answer.
    """
    risk = {Mood.NEGATIVE: 1.0, Mood.NEUTRAL: 1 / 3, Mood.POSITIVE: 0.0}[mood]
    if topic is Topic.SPAM:
        risk = 0.0
    found = (
        *_of_author(mention, mood, risk, topic),
        *_addressed(mention, risk, value),
        *_repeat(mention, background, risk, value),
        *_copies(background, risk, now=mention.posted_at),
        *_answers(background, risk, now=mention.posted_at),
        *_shares(mention, risk),
        *_history(background, mood),
    )
    return _bounded(found, MOST_OF_ALL if mood is Mood.NEGATIVE else MOST_UNLESS_NEGATIVE)


def _of_author(mention: Mention, mood: Mood, risk: float, topic: Topic) -> Iterable[Signal]:
    points = _points(REACH, mention.reach)
    is_verified = mention.author is not None and mention.author.is_verified
    if points and mood is Mood.POSITIVE and topic is not Topic.SPAM:
        yield Signal("reach", 0.0, f"possible ally: followed by {_number(mention.reach)}")
    elif points and risk:
        yield Signal("reach", risk * points, f"author followed by {_number(mention.reach)}")
    if is_verified and mood is Mood.NEGATIVE and risk:
        yield Signal("verified", VERIFIED, "verified author")


def _addressed(mention: Mention, risk: float, value: float | None) -> Iterable[Signal]:
    """It decides between an answer and none, and nothing above that."""
    if mention.is_addressed and risk and (value is None or value < ANSWER_AT):
        yield Signal("addressed", ADDRESSED, "addressed to us")


def _repeat(
    mention: Mention, background: Background, risk: float, value: float | None
) -> Iterable[Signal]:
    asks_nothing = value is not None and value < ANSWER_AT
    if not background.unanswered or not risk or asks_nothing:
        return
    points = risk * _points(REPEATS, background.unanswered)
    if value is not None:
        # Rather a little above the line of *soon* than upon it; above it already: no further.
        points = min(points, max(0.0, SOON_AT + 1.0 - value))
    since = background.unanswered_since or mention.posted_at
    post = f"{_ordinal(background.unanswered + 1)} unanswered post"
    yield Signal("repeat", points, f"{post} in {_span(mention.posted_at - since)}")


def _copies(background: Background, risk: float, *, now: datetime) -> Iterable[Signal]:
    count, authors = background.copies + 1, background.copy_authors
    if not background.copies:
        return
    if count >= SAME_BY_ONE * authors:
        who = "one author" if authors == 1 else f"{authors} authors"
        yield Signal("copies", 0.0, f"same text {_many(count)} times by {who}")
        return
    span = _since(background.copied_since, now)
    points = risk * _points(COPIES, authors) * (1.0 if span <= FAST else 0.5)
    if points:
        reason = f"{_many(authors)} people say nearly the same in {_span(span)}"
        yield Signal("copies", points, reason)


def _answers(background: Background, risk: float, *, now: datetime) -> Iterable[Signal]:
    authors = background.answer_authors
    span = _since(background.answered_since, now)
    points = risk * _points(ANSWERS, authors) * (1.0 if span <= FAST else 0.5)
    if points:
        reason = f"{_many(authors)} people answer or quote the same post in {_span(span)}"
        yield Signal("answers", points, reason)


def _shares(mention: Mention, risk: float) -> Iterable[Signal]:
    points = risk * _points(SHARES, mention.shares or 0)
    if points:
        yield Signal("shares", points, f"shared {_number(mention.shares or 0)} times")


def _history(background: Background, mood: Mood) -> Iterable[Signal]:
    """Without points: a regular critic's emergency is one all the same."""
    count, negative = background.earlier + 1, background.earlier_negative + 1
    is_critic = background.earlier >= A_CRITIC and negative >= 0.8 * count
    if mood is Mood.NEGATIVE and is_critic:
        yield Signal("history", 0.0, f"regular critic: {negative} of {count} posts negative")


def _bounded(found: Iterable[Signal], most: float) -> tuple[Signal, ...]:
    """The same signals; what goes beyond the most is taken off the least weighty first."""
    left = most
    kept: dict[int, Signal] = {}
    numbered = list(enumerate(found))
    for place, signal in sorted(numbered, key=lambda one: -one[1].points):
        points = min(signal.points, MOST_OF_ONE, left)
        kept[place] = replace(signal, points=points)
        left -= points
    return tuple(kept[place] for place, _ in numbered)


def _points(steps: Steps, count: int) -> float:
    return next((points for least, points in steps if count >= least), 0.0)


def _since(first: datetime | None, now: datetime) -> timedelta:
    return max(timedelta(0), now - first) if first else timedelta(0)


def _span(length: timedelta) -> str:
    """As people say it, never less than it is: `20 min`, `2 h`, `3 days`."""
    minutes = max(1, -(-length // timedelta(minutes=1)))
    if minutes <= 90:
        return f"{minutes} min"
    hours = -(-minutes // 60)
    return f"{hours} h" if hours <= 48 else f"{-(-hours // 24)} days"


def _number(count: int) -> str:
    """Short as people say it: `940`, `1,200`, `12 k`, `2.9 M`; rounded down."""
    if count >= 1_000_000:
        return f"{count // 100_000 / 10:g} M"
    return f"{count // 1_000} k" if count >= 10_000 else f"{count:,}"


def _many(count: int) -> str:
    return f"{MOST_VOICES} or more" if count >= MOST_VOICES else str(count)


def _ordinal(number: int) -> str:
    tens = number % 100
    ending = "th" if 10 < tens < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
