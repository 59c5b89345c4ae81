"""A scorer that counts words: simple, quick, and honest about what it cannot read."""

import re
import unicodedata

from chalicelib.domain.background import NOTHING_KNOWN, Background
from chalicelib.domain.desk import Brand, Desk
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import ANSWER_AT, Mood, Score, Signal, Topic, Urgency, urgency_of
from chalicelib.scoring.language import recognised
from chalicelib.scoring.small_talk import is_small_talk
from chalicelib.scoring.terms import TERMS, outage_of

VERSION = "lexicon-1"

UNSURE = "its language cannot be told for sure"

_ADDRESSES = re.compile(r"https?://\S+|www\.\S+")
_HANDLES = re.compile(r"@[\w.@-]+")
_GRAVE = {
    Topic.SAFETY: 0,
    Topic.SECURITY: 1,
    Topic.DISCRIMINATION: 2,
    Topic.OUTAGE: 3,
    Topic.PRESS: 4,
}
"""Where two topics weigh the same, the graver one names the incident."""


class LexiconScorer:
    """Implements `ports.Scorer`."""

    def score(self, mention: Mention, desk: Desk, background: Background = NOTHING_KNOWN) -> Score:
        """The verdict with its reasons. Never raises for any text."""
        text = unicodedata.normalize("NFKC", mention.text)
        language, is_sure = recognised(text, mention.language, frozenset(TERMS))
        if language is None:
            return _unread("has no words to read")
        if language not in TERMS:
            return _unread(f"not read: language {language}")
        names = _names(desk.brand(mention.brand))
        plain = _without_addresses(text.casefold(), names)
        signals: list[Signal] = []
        weights: dict[Topic, float] = {}
        found: set[str] = set()
        for term in (*TERMS[language], *outage_of(names, language)):
            if term.name not in found and (match := term.pattern.search(plain)):
                reason = f"{term.reason} ('{match.group()[:40]}')"
                signals.append(Signal(term.name, term.points, reason))
                found.add(term.name)
                if term.topic is not None:
                    weights[term.topic] = weights.get(term.topic, 0) + abs(term.points)
        if "many" in found and not found & {"outage", "breach", "money", "hacked"}:
            signals = [signal for signal in signals if signal.name != "many"]
        mood, strength = _mood(signals)
        signals += _circumstances(mention, mood, desk)
        if not is_sure and not is_small_talk(plain, names):
            if not signals:
                return _unread(UNSURE)
            # What pleases or jokes in one language may stand beside a fire in another.
            lacking = ANSWER_AT - sum(signal.points for signal in signals)
            if lacking > 0:
                signals.append(Signal("unsure", lacking, UNSURE))
        if not signals and "?" in plain:
            # Only where nothing else was found: a question mark is no reason to wake anybody.
            signals = [Signal("question", ANSWER_AT, "asks something ('?')")]
        if not signals:
            signals = [Signal("quiet", 0.0, "nothing in it asks for an answer")]
        topic = min(
            weights, key=lambda one: (-weights[one], _GRAVE.get(one, 9)), default=Topic.OTHER
        )
        return Score(
            urgency=urgency_of(signals),
            value=sum(signal.points for signal in signals),
            mood=mood,
            mood_strength=strength,
            topic=topic,
            signals=tuple(signals),
            language=language,
            scorer=VERSION,
        )


def _names(brand: Brand | None) -> tuple[str, ...]:
    """By what customers call the brand, as it stands in a text that is compared."""
    if brand is None:
        return ()
    names = (brand.name, *brand.terms, *brand.handles)
    return tuple(dict.fromkeys(unicodedata.normalize("NFKC", one).casefold() for one in names))


def _without_addresses(text: str, names: tuple[str, ...]) -> str:
    """On one line, without addresses and handles; our own handle stays, as the name it is."""

    def name_or_nothing(handle: re.Match[str]) -> str:
        own = handle.group()[1:].split("@")[0].rstrip(".")
        return own if own in names else " "

    plain = _HANDLES.sub(name_or_nothing, _ADDRESSES.sub(" ", text)).replace("’", "'")
    return " ".join(plain.split())


def _unread(why: str) -> Score:
    """What cannot be read is answered by a person, never ignored."""
    return Score(
        urgency=Urgency.ANSWER,
        value=1.0,
        mood=Mood.NEUTRAL,
        mood_strength=0.0,
        topic=Topic.OTHER,
        signals=(Signal("unread", 1.0, why),),
        language=None,
        scorer=VERSION,
    )


def _mood(signals: list[Signal]) -> tuple[Mood, float]:
    negative = sum(
        signal.points for signal in signals if signal.points > 1.5 and signal.name != "many"
    )
    positive = -sum(signal.points for signal in signals if signal.name == "pleased")
    if negative > positive:
        return Mood.NEGATIVE, min(1.0, negative / 10)
    if positive > 0:
        return Mood.POSITIVE, min(1.0, positive / 6)
    return Mood.NEUTRAL, 0.0


def _circumstances(mention: Mention, mood: Mood, desk: Desk) -> list[Signal]:
    """Evidence beyond the words: who speaks, and to whom."""
    signals: list[Signal] = []
    if mention.is_addressed and mood is not Mood.POSITIVE:
        signals.append(Signal("addressed", 1.5, "speaks to us"))
    if mood is Mood.NEGATIVE:
        for least, points in ((1_000_000, 4.0), (100_000, 3.0), (10_000, 2.0)):
            if mention.reach >= least:
                reason = f"author followed by {mention.reach:,}"
                signals.append(Signal("reach", points, reason))
                break
        if mention.author is not None and mention.author.is_verified:
            signals.append(Signal("verified", 0.5, "author is verified"))
    return signals
