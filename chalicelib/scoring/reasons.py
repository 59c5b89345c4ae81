"""What a person reads about a reading, half asleep: what it is like, how sure, by which words."""

import re
from collections.abc import Iterable

from chalicelib.domain.signal import Topic, Urgency
from chalicelib.scoring.danger import Found

LIKE: dict[Topic, str] = {
    Topic.SAFETY: "danger to people",
    Topic.SECURITY: "a breach or fraud",
    Topic.OUTAGE: "a failure",
    Topic.DISCRIMINATION: "discrimination or assault",
    Topic.PRESS: "the press, the law or a boycott",
    Topic.BILLING: "trouble with money",
    Topic.DELIVERY: "trouble with a journey or delivery",
    Topic.ACCOUNT: "trouble with an account",
    Topic.PRODUCT: "trouble with a product",
    Topic.SERVICE: "trouble with service",
    Topic.PRAISE: "praise",
    Topic.SPAM: "promotion",
    Topic.OTHER: "something to answer",
}
"""What a post of each topic reads like."""

MOST_WORDS = 3
MOST_OF_A_WORD = 24
"""Characters."""

_EMPTY = """
a about after again all also am an and another any are as at be because been before being but by can
could did do does doing don't for from get got had has have he her here him his how i i'm if in into
is isn't it it's its just know like me more most my no not now of off on once one only or other our
out over own really said same saw say says she should so some still such than that that's the their
them then there these they this those through to too up us very was wasn't we were what when where
which while who whom why will with won't would you you're your yours
"""
_EMPTY_WORDS = frozenset(_EMPTY.split())
"""They may speak for a verdict, and tell a reader nothing."""

_ODD = re.compile(r"[^\w\s.'’%&+#!?-]+")


def reads_like(topic: Topic, level: Urgency, sureness: float, words: Iterable[str]) -> str:
    """`reads like danger to people, 93 % sure: 'trapped', 'wheelchair'`."""
    percent = f"{min(99, max(50, round(100 * sureness)))} % sure"
    if level is Urgency.IGNORE:
        what = f" ({LIKE[topic]})" if topic in (Topic.PRAISE, Topic.SPAM) else ""
        return f"nothing in it asks for an answer{what}, {percent}"
    shown = quoted(word for word in words if word.casefold() not in _EMPTY_WORDS)
    return f"reads like {LIKE[topic]}, {percent}" + (f": {shown}" if shown else "")


def speaks_of(warnings: Iterable[Found]) -> str:
    """`speaks of danger to people ('w pożarze')`; what it denies is shown as that."""
    parts = []
    for one in warnings:
        verb = "denies" if one.is_denied else "speaks of"
        parts.append(f"{verb} {one.kind} ({quoted([one.words])})")
    return ", ".join(parts)


def quoted(words: Iterable[str]) -> str:
    """A few words of a text, each in quotes and cut to a length that fits; not trusted."""
    kept = []
    for word in words:
        plain = " ".join(_ODD.sub(" ", word).split())[:MOST_OF_A_WORD].strip()
        if plain and f"'{plain}'" not in kept:
            kept.append(f"'{plain}'")
    return ", ".join(kept[:MOST_WORDS])
