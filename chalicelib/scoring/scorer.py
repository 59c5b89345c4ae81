"""The scorer: what the models read, what the words warn of, what the circumstances add."""

import re

from chalicelib.domain.background import NOTHING_KNOWN, Background
from chalicelib.domain.circumstances import circumstances
from chalicelib.domain.desk import Brand, Desk
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import (
    ANSWER_AT,
    SOON_AT,
    Mood,
    Score,
    Signal,
    Urgency,
    level_of,
    total,
)
from chalicelib.scoring.blend import Blend, mood_of, points_of, raised, sureness_of, topic_of
from chalicelib.scoring.danger import Found, found
from chalicelib.scoring.draft import Draft
from chalicelib.scoring.language import Recognised, recognised
from chalicelib.scoring.measured import measured_blend
from chalicelib.scoring.parts import PART
from chalicelib.scoring.readers import Read, Readers
from chalicelib.scoring.reading import Model
from chalicelib.scoring.reasons import reads_like, speaks_of
from chalicelib.scoring.small_talk import is_small_talk
from chalicelib.scoring.tampering import without_tampering
from chalicelib.scoring.text import prepared
from chalicelib.scoring.unread import GLANCED, guessed, unread, with_hunch, wordless

QUOTES = "quotes somebody"
TAMPERED = "speaks to the scorer, which does not heed it"
DEEP_MISSING = "the deep model is missing, so the lean one judges alone"
LEAN_MISSING = "the lean model is missing"

_QUOTING = ('"', ">", "RT @", "“", "„", "«")
"""A quotation has one of them."""
SHORT = 120
"""Characters; what is no longer has no room for padding."""

MOST_SEARCHED = 10_000

_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
_QUOTED = re.compile(
    r"(?:^|\n)\s{0,9}>|\bRT @\w|[“„«][^“”„«»]{12,400}[”“»]|(?<!\w)\"[^\"]{12,400}\"(?!\w)"
)


class ModelScorer:
    """Implements `ports.Scorer`; gives every text a verdict with at least one reason.

    `deep` is None where it is not installed; `blend` is None for what was measured for the models
    that are shipped (raises BlendBroken when that cannot be read). `faults` says what was meant to
    be there and is not; it is told in the reasons of what it touches.
    """

    def __init__(
        self,
        *,
        lean: Model | None,
        deep: Model | None,
        blend: Blend | None = None,
        faults: tuple[str, ...] = (),
    ) -> None:
        self.faults = faults
        """What is missing of what was configured, in words; empty when all is well."""
        is_deep_wanting = deep is None and any("deep" in one for one in faults)
        self._blend = blend = blend or measured_blend()
        self._readers = Readers(lean=lean, deep=deep, blend=blend, is_deep_wanting=is_deep_wanting)
        self._is_lean_missing = lean is None

    def score(self, mention: Mention, desk: Desk, background: Background = NOTHING_KNOWN) -> Score:
        """The verdict with its reasons. Never raises for any text."""
        text, is_tampered = heard(mention.text)
        draft = self._draft(text, mention, desk)
        value = total(draft.signals)
        signals = [
            *draft.signals,
            *circumstances(mention, background, draft.mood, topic=draft.topic, value=value),
        ]
        if is_tampered:
            signals.append(Signal("tampering", 0.0, TAMPERED))
        if any(map(mention.text.__contains__, _QUOTING)) and _QUOTED.search(mention.text):
            signals.append(Signal("quotes", 0.0, QUOTES))
        if self._is_lean_missing:
            signals.append(Signal("model-missing", 0.0, LEAN_MISSING))
        if len(signals) > len(draft.signals):
            value = total(signals)
        return Score(
            urgency=level_of(value),
            value=value,
            mood=draft.mood,
            mood_strength=draft.strength,
            topic=draft.topic,
            signals=tuple(signals),
            language=draft.language,
            scorer=draft.by,
        )

    def _draft(self, text: str, mention: Mention, desk: Desk) -> Draft:
        known = recognised(text, mention.language, self._readers.languages)
        if known.language is None:
            return wordless(text, mention, self._readers.felt(text))
        if known.language in self._readers.languages:
            warnings = found(text, (known.language,))
            warning = _warning_of(text, known.language) if warnings else ""
            read = self._readers.read(text, known.language, warning=warning)
            if read is not None:
                return self._read(text, read, warnings, known, mention, desk)
        draft = unread(text, known, self._readers.felt(text))
        glanced = known.language in GLANCED and self._readers.glances_at_danger(text)
        return with_hunch(draft) if glanced else draft

    def _read(
        self,
        text: str,
        read: Read,
        warnings: tuple[Found, ...],
        known: Recognised,
        mention: Mention,
        desk: Desk,
    ) -> Draft:
        reading, cuts = read.reading, read.cuts
        level, sureness = sureness_of(reading.urgency, cuts)
        topic = topic_of(
            reading.topics, level, [one.kind.topic for one in warnings if not one.is_denied]
        )
        mood, strength = mood_of(reading.mood, cuts)
        words: tuple[str, ...] = ()
        if level is not Urgency.IGNORE:
            words = self._readers.telling_words(read.part, level)
        value = points_of(reading.urgency, cuts)
        signals = [Signal("model", value, reads_like(topic, level, sureness, words))]
        if warnings:
            least = _least_of(mention, mood)
            signals.append(self._warning(warnings, read, value, least))
            value += signals[-1].points
        if not known.is_sure:
            bare = text.casefold().replace("@user", " ")
            if not is_small_talk(bare, _names(desk.brand(mention.brand))):
                signals += guessed(text, known, value)
        if read.is_deep_missing:
            signals.append(Signal("model-missing", 0.0, DEEP_MISSING))
        return Draft(
            signals=tuple(signals),
            mood=mood,
            strength=strength,
            topic=topic,
            language=known.language,
            by=read.by,
        )

    def _warning(
        self, warnings: tuple[Found, ...], read: Read, value: float, least: float
    ) -> Signal:
        """What words of danger add to a reading of `value` points, which may be nothing.

        With them a post has at least `least` points, unless it denies them. They are `danger`,
        which no second reader lowers, where the post is *soon* or *wake* with them, whoever took
        it there, and where they raised its level; else they are only told as `words`.
        """
        if all(one.is_denied for one in warnings):
            return Signal("words", 0.0, speaks_of(warnings))
        urgency = raised(read.reading.urgency, self._blend.danger_odds)
        graver = max(value, points_of(urgency, read.cuts), least)
        level = level_of(graver)
        is_danger = level in (Urgency.WAKE, Urgency.SOON) or level is not level_of(value)
        return Signal("danger" if is_danger else "words", graver - value, speaks_of(warnings))


def _warning_of(text: str, language: str) -> str:
    """The sentences of a text in which words of danger stand; all of a short one."""
    if len(text) <= SHORT:
        return text
    grave = [one for one in _SENTENCE.findall(text[:MOST_SEARCHED]) if found(one, (language,))]
    return " ".join(one.strip() for one in grave)[:PART] or text[:PART]


def _least_of(mention: Mention, mood: Mood) -> float:
    """The least points of a post with words of danger: a person looks at it in any case.

    Soon, where it speaks to us and is not content.
    """
    is_ours = mention.is_addressed and mood is not Mood.POSITIVE
    return SOON_AT if is_ours else ANSWER_AT


def heard(text: str) -> tuple[str, bool]:
    """A text as the models read it, and whether something was taken out that spoke to them."""
    lines = "\n".join(map(prepared, text.split("\n"))) if "\n" in text else prepared(text)
    heeded, is_tampered = without_tampering(lines)
    return " ".join(heeded.split()), is_tampered


def _names(brand: Brand | None) -> tuple[str, ...]:
    """By what customers call the brand, as it stands in a text that is compared."""
    if brand is None:
        return ()
    names = (brand.name, *brand.terms, *brand.handles)
    return tuple(dict.fromkeys(prepared(one).casefold() for one in names))
