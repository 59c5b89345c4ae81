"""The company's own rules of judging: what always pages, what never does, who is heeded or not.

They are applied last and in this order, each as a signal with its reason: own staff and partners
are ignored, whatever they say; how sure judging must be to wake; words that never page and quiet
topics; VIPs; words that always page. What stands later wins over what stands before.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import (
    LEAST,
    SOON_AT,
    WAKE_AT,
    Mood,
    Score,
    Signal,
    Topic,
    Urgency,
    total,
    urgency_of,
)

SHIPPED = 0.5
"""How sure judging must be to wake, as shipped, on a scale from 0 (always) to 1 (never)."""

BELOW_WAKE = WAKE_AT - 0.01
"""The most that what must not page adds up to."""

_PREFIX = "rule-"

IGNORED = f"{_PREFIX}ignored"
"""Name of the signal that lowers whatever own staff and partners write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a company has decided for itself; a rule that applies is a signal with its reason."""

    page: tuple[str, ...] = ()
    """Words or phrases, in any case, that always wake."""
    never_page: tuple[str, ...] = ()
    """Words or phrases, in any case, with which a mention is *soon* at most."""
    vips: tuple[str, ...] = ()
    """Handles, without `@`, whose posts are at least *soon*, and wake when they are negative."""
    ignored: tuple[str, ...] = ()
    """Handles of own staff and partners: what they write is ignored, whatever it says."""
    wake_at: Mapping[Topic, float] = field(default_factory=dict)
    """How sure judging must be to wake, by topic (see `SHIPPED`)."""
    wake_at_else: float = SHIPPED
    """How sure judging must be to wake for all other topics."""
    quiet_topics: frozenset[Topic] = frozenset()
    """Topics that never page: their mentions wait in the queue."""

    def wakes_at(self, topic: Topic) -> float:
        """How sure judging must be to wake for this topic."""
        return self.wake_at.get(topic, self.wake_at_else)


def sureness(value: float) -> float:
    """How sure a score is that somebody should be woken: 0 to 1, `SHIPPED` at the shipped line.

    The points of a score are log-odds around that line.
    """
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value - WAKE_AT))))


def unruled(score: Score) -> Score:
    """The verdict before any of the company's rules."""
    signals = tuple(one for one in score.signals if not one.name.startswith(_PREFIX))
    return replace(
        score,
        signals=signals,
        value=total(signals),
        urgency=urgency_of(signals),
    )


def ruled(score: Score, mention: Mention, rules: Rules) -> Score:
    """The verdict by the company's rules; those of an earlier application are taken off first."""
    score = unruled(score)
    handle = mention.author.handle.casefold() if mention.author else ""
    if handle and handle in _folded(rules.ignored):
        return _at_most(score, 0.0, "ignored", f"you ignore what {handle} writes")
    score = _by_threshold(score, rules)
    text = _plain(mention.text)
    if words := _first_of(rules.never_page, text):
        score = _at_most(score, BELOW_WAKE, "never", f"you never page for '{words}'")
    if score.topic in rules.quiet_topics:
        score = _at_most(score, BELOW_WAKE, "quiet", f"you never page for {score.topic.value}")
    if handle and handle in _folded(rules.vips):
        is_grave = score.mood is Mood.NEGATIVE
        least = LEAST[Urgency.WAKE if is_grave else Urgency.SOON]
        score = _at_least(score, least, "vip", f"{handle} is on your list of VIPs")
    if words := _first_of(rules.page, text):
        score = _at_least(score, WAKE_AT, "page", f"you always page for '{words}'")
    return score


def _by_threshold(score: Score, rules: Rules) -> Score:
    """Moves the line between waking and not, and no other."""
    least, sure = rules.wakes_at(score.topic), sureness(score.value)
    is_reached = least <= sure and least < 1
    if is_reached == (score.urgency is Urgency.WAKE):
        return score
    told = f"you wake for {score.topic.value} from {least:g} on; this is {sure:.2f}"
    if is_reached:
        return _at_least(score, WAKE_AT, "threshold", told)
    lowered = max(SOON_AT, score.value + _log_odds(least))
    return _at_most(score, min(BELOW_WAKE, lowered), "threshold", told)


def _log_odds(chance: float) -> float:
    """Negative: by how much a stricter line lowers what does not reach it."""
    return -math.log(chance / (1 - chance)) if 0 < chance < 1 else -WAKE_AT


def _at_least(score: Score, value: float, name: str, reason: str) -> Score:
    return score.with_signal(
        Signal(_PREFIX + name, max(0.0, value - score.value), f"by your rules: {reason}")
    )


def _at_most(score: Score, value: float, name: str, reason: str) -> Score:
    return score.with_signal(
        Signal(_PREFIX + name, min(0.0, value - score.value), f"by your rules: {reason}")
    )


def _folded(handles: Iterable[str]) -> frozenset[str]:
    return frozenset(handle.removeprefix("@").casefold() for handle in handles)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def stands_in(words: str, text: str) -> bool:
    """Whether words or a phrase stand in a text, as rules look for them."""
    return bool(_first_of((words,), _plain(text)))


def _first_of(phrases: tuple[str, ...], text: str) -> str:
    """The phrase that stands first in the text, as it is written there; empty when none does."""
    found = _pattern(phrases).search(text) if phrases else None
    return found.group() if found else ""


@lru_cache(maxsize=32)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted({_plain(one) for one in phrases if _plain(one)}, key=len, reverse=True)
    joined = "|".join(re.escape(one) for one in longest_first) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)")
