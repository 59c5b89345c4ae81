"""Two models as one reader: the lean one reads all, the deep one what may be urgent."""

import logging
from dataclasses import dataclass
from typing import Protocol, runtime_checkable
from unicodedata import category

from chalicelib.domain.signal import Mood, Topic, Urgency
from chalicelib.scoring.blend import Blend, Cuts, blended, mood_of, sureness_of, wants_deep
from chalicelib.scoring.parts import LONG, parts_of
from chalicelib.scoring.reading import Model, Reading

log = logging.getLogger("nightdesk.scoring")

SURE_OF_MOOD = 0.6
"""From which probability on the mood of a post's emoji counts where none of its words is read."""

MOST_TOLD = 8
"""Words that a model is asked for; a reason shows the first that mean something."""


@runtime_checkable
class Naming(Protocol):
    """A model that can say which words spoke most."""

    def telling_words(
        self, text: str, verdict: Mood | Urgency | Topic, most: int = 3
    ) -> tuple[str, ...]:
        """The words of a prepared text that spoke most for a verdict; may be none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the models make of a text."""

    reading: Reading
    cuts: Cuts
    by: str
    """Names of the models that have read it."""
    part: str
    """The part of the text that weighs most; of a short text all."""
    is_deep_missing: bool
    """Whether the deep model should have read it and could not."""


class Readers:
    """The models of a scorer; either may be None. Texts are prepared ones. Never raises."""

    def __init__(
        self, *, lean: Model | None, deep: Model | None, blend: Blend, is_deep_wanting: bool
    ) -> None:
        self._lean = lean
        self._deep = deep
        self._blend = blend
        self._is_deep_wanting = is_deep_wanting
        spoken = [one.languages for one in (lean, deep) if one is not None]
        self.languages: frozenset[str] = frozenset().union(*spoken)
        """ISO 639-1 codes of what at least one of them speaks."""

    def read(self, text: str, language: str, *, warning: str) -> Read | None:
        """What the models that speak a language make of a text; None when none can.

        `warning` is its sentences with words of danger, empty where there are none: the deep
        model then reads it, too. Of a long text the gravest part counts, and of any the warning
        alone where that is graver, so that padding hides nothing.
        """
        lean = self._lean if self._lean and language in self._lean.languages else None
        deep = self._deep if self._deep and language in self._deep.languages else None
        part, first = gravest(lean, text) if lean else (text, None)
        if lean and first and warning not in ("", text):
            alone = attempt(lean, warning)
            if alone and alone.urgency[0] > first.urgency[0]:
                part, first = warning, alone
        is_wanted = first is None or bool(warning) or wants_deep(first, self._blend)
        second = attempt(deep, part) if deep and is_wanted else None
        if lean and deep and first and second:
            reading, cuts = blended(first, second, self._blend), self._blend.both
            by = f"{lean.name}+{deep.name}"
        elif lean and first:
            reading, cuts, by = first, self._blend.lean, lean.name
        elif deep and second:
            reading, cuts, by = second, self._blend.both, deep.name
        else:
            return None
        is_missing = deep is not None or self._is_deep_wanting
        return Read(
            reading=reading,
            cuts=cuts,
            by=by,
            part=part,
            is_deep_missing=is_wanted and second is None and is_missing,
        )

    def glances_at_danger(self, text: str) -> bool:
        """Whether the lean model takes a text for one that wakes, though it hardly speaks it."""
        reading = attempt(self._lean, text) if self._lean else None
        return reading is not None and sureness_of(reading.urgency, self._blend.lean)[0] is (
            Urgency.WAKE
        )

    def felt(self, text: str) -> tuple[Mood, float]:
        """The mood of a text in a language that none speaks, as far as its emoji tell."""
        emoji = " ".join(one for one in text if category(one) == "So")
        reading = attempt(self._lean, emoji) if self._lean and emoji else None
        if reading is None or max(reading.mood) < SURE_OF_MOOD:
            return Mood.NEUTRAL, 0.0
        return mood_of(reading.mood, self._blend.lean)

    def telling_words(self, text: str, level: Urgency) -> tuple[str, ...]:
        """The words that spoke most for a level; none where no model can name them."""
        if not isinstance(self._lean, Naming):
            return ()
        try:
            return self._lean.telling_words(text, level, most=MOST_TOLD)
        except Exception:  # a reason less is better than a post less
            log.exception("words_not_named")
            return ()


def attempt(model: Model, text: str) -> Reading | None:
    """What a model makes of a text; None where it fails, which it must not."""
    try:
        return model.read(text)
    except Exception:  # whatever a runtime raises, the post is judged without it
        log.exception("model_failed", extra={"model": model.name, "length": len(text)})
        return None


def gravest(lean: Model, text: str) -> tuple[str, Reading | None]:
    """The part of a text that is likeliest to wake, and its reading; None where there is none."""
    if len(text) <= LONG:
        return text, attempt(lean, text)
    read = [(part, reading) for part in parts_of(text) if (reading := attempt(lean, part))]
    return max(read, key=lambda one: one[1].urgency[0], default=(text, None))
