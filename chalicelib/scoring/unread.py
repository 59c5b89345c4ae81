"""What no model reads: languages that none speaks, emoji, links, nothing at all.

Words of danger count in full here: one kind is *soon*; two kinds, or one that is cried out, wake.
A language that is no more than guessed is searched by every table.
"""

from dataclasses import replace

from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import ANSWER_AT, SOON_AT, WAKE_AT, Mood, Signal, Topic, total
from chalicelib.scoring.danger import LANGUAGES, Found, alarms, found
from chalicelib.scoring.draft import Draft
from chalicelib.scoring.language import Recognised, name_of
from chalicelib.scoring.reasons import speaks_of

WORDS_ALONE = "words-1"
"""What a score names as its scorer where no model has read."""

UNSURE = "its language cannot be told for sure"

ALARMED = 2.0
"""Points of crying emoji and punctuation beside no word of danger."""

GLANCED = frozenset({"de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "no", "cs"})
"""Languages of which the lean model has seen some dozens of posts: too few to be read, enough to
be heeded where they look like danger. Of 60 German posts held out it took 15 of the 19 that should
wake for such, and 12 of the 41 that should not, so that alone it makes them *soon* at most."""

FeltMood = tuple[Mood, float]
"""A mood and its strength."""


def unread(text: str, known: Recognised, felt: FeltMood) -> Draft:
    """A language that no model speaks: at least *answer*, since only a person can tell."""
    language = known.language or ""
    warnings = found(text, (language, "en"))
    # Recognisers err, and a sentence with a foreign name in it is short for them.
    if not warnings or not known.is_sure or language not in LANGUAGES:
        seen = {one.kind for one in warnings}
        others = sorted(LANGUAGES - {language, "en"})
        nearby = found(text, others)
        warnings += tuple(one for one in nearby if one.kind not in seen)
    signal = Signal("unread", ANSWER_AT, f"not read: {name_of(language)}")
    return _warned(text, warnings, signal, felt)


def with_hunch(draft: Draft) -> Draft:
    """What looks like danger in a language hardly known: *soon*, or *wake* with its words."""
    value = total(draft.signals)
    warned = any(one.name == "danger" for one in draft.signals)
    points = max(0.0, (WAKE_AT if warned else SOON_AT) - value)
    signal = Signal("hunch", points, "looks like danger, as far as its words are known")
    mood, strength = (draft.mood, draft.strength)
    if mood is Mood.NEUTRAL:
        mood, strength = Mood.NEGATIVE, 0.5
    return replace(draft, signals=(*draft.signals, signal), mood=mood, strength=strength)


def wordless(text: str, mention: Mention, felt: FeltMood) -> Draft:
    """Nothing to read: an answer where it speaks to us or cries for help, nothing else."""
    warnings = tuple(one for one in found(text, sorted(LANGUAGES)) if not one.is_denied)
    is_heard = mention.is_addressed or bool(alarms(text)) or bool(warnings)
    reason = "has no words to read" if text.strip() else "is empty"
    return _warned(text, warnings, Signal("unread", ANSWER_AT * is_heard, reason), felt)


def guessed(text: str, known: Recognised, value: float) -> tuple[Signal, ...]:
    """What is added to a reading of `value` points whose language is no more than guessed.

    It is never ignored, and *soon* where it warns in another language.
    """
    others = sorted(LANGUAGES - {known.language})
    warnings = [one for one in found(text, others, is_guessed=True) if not one.is_denied]
    if warnings and value < SOON_AT:
        return (
            Signal("danger", SOON_AT - value, speaks_of(warnings[:2])),
            Signal("unread", 0.0, UNSURE),
        )
    return (Signal("unread", max(0.0, ANSWER_AT - value), UNSURE),)


def _warned(text: str, warnings: tuple[Found, ...], first: Signal, felt: FeltMood) -> Draft:
    signals = [first]
    earnest = [one for one in warnings if not one.is_denied]
    crying = alarms(text)
    if earnest:
        is_grave = len(earnest) > 1 or bool(crying)
        points = (WAKE_AT if is_grave else SOON_AT) - first.points
        signals.append(Signal("danger", points, speaks_of(earnest[:3])))
    elif warnings:
        signals.append(Signal("words", 0.0, speaks_of(warnings[:1])))
    if crying:
        points = 0.0 if earnest else ALARMED
        signals.append(Signal("alarm", points, f"cries out ({' '.join(crying)})"))
    mood, strength = (Mood.NEGATIVE, 0.5) if earnest else felt
    return Draft(
        signals=tuple(signals),
        mood=mood,
        strength=strength,
        topic=earnest[0].kind.topic if earnest else Topic.OTHER,
        language=None,
        by=WORDS_ALONE,
    )
