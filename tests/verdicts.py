"""The scorer of tests that are about paging: verdicts by a table of words.

What the shipped models make of a text changes with every training; whom a verdict wakes does not.
Only what says so is judged by the scorer that ships (`smoke/conftest.shipped_world`, and the
sample weekend).
"""

from chalicelib.domain.signal import Mood, Score, Signal, Topic, Urgency, total, urgency_of
from tests.fakes import FakeScorer

POINTS = {Urgency.WAKE: 12.0, Urgency.SOON: 6.0, Urgency.ANSWER: 2.0, Urgency.IGNORE: 0.0}


def verdict(urgency: Urgency, topic: Topic, reason: str, mood: Mood = Mood.NEGATIVE) -> Score:
    """A score of one signal."""
    evidence = (Signal("table", POINTS[urgency], reason),)
    return Score(
        urgency=urgency_of(evidence),
        value=total(evidence),
        mood=mood,
        mood_strength=0.0 if mood is Mood.NEUTRAL else 0.8,
        topic=topic,
        signals=evidence,
        language="en",
        scorer="table-1",
    )


_DOWN = verdict(Urgency.WAKE, Topic.OUTAGE, "says it is down for everybody")
_PRICES = verdict(Urgency.ANSWER, Topic.BILLING, "is angry about a price")

TABLE = {
    "fire alarm": verdict(Urgency.WAKE, Topic.SAFETY, "says there is a fire"),
    "passwords leaked": verdict(Urgency.WAKE, Topic.SECURITY, "says data has leaked"),
    "everybody was charged twice": verdict(Urgency.WAKE, Topic.BILLING, "says many lost money"),
    "nobody can": _DOWN,
    "whole site is down": _DOWN,
    "whole app is down": _DOWN,
    "site still down for everyone": _DOWN,
    "site down, app not working, everyone": _DOWN,
    "website is down": verdict(Urgency.SOON, Topic.OUTAGE, "says it is down"),
    "charged me twice": verdict(Urgency.SOON, Topic.BILLING, "says money is missing"),
    "account was hacked": verdict(Urgency.SOON, Topic.SECURITY, "says an account was hacked"),
    "my lawyer": verdict(Urgency.SOON, Topic.PRESS, "speaks of a lawyer"),
    "price": _PRICES,
    "rude": verdict(Urgency.ANSWER, Topic.SERVICE, "is angry about manners"),
    "lovely": verdict(Urgency.IGNORE, Topic.PRAISE, "is content", Mood.POSITIVE),
    "new chairs": verdict(Urgency.IGNORE, Topic.OTHER, "asks for nothing", Mood.NEUTRAL),
}
"""By words that stand in the text; the first that do count."""

OTHERWISE = verdict(Urgency.ANSWER, Topic.OTHER, "asks for an answer", Mood.NEUTRAL)


def table_scorer() -> FakeScorer:
    """A scorer that knows the texts of these tests, and takes every other for a question."""
    return FakeScorer(TABLE, OTHERWISE)
