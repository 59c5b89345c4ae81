"""What a verdict may say of a post that was written to us alone, or was taken back.

Reasons stand on cards, phones, letters and in logs, and quote what they go by. Each quotes at
its end, behind a colon or in parentheses (`scoring/reasons.py`, `domain/opinion.py`).
"""

import re
from dataclasses import replace

from chalicelib.domain.signal import Score

_QUOTED_FROM = re.compile(r"\s*[:(]")


def discreet(score: Score) -> Score:
    """The same verdict, by reasons that quote nothing of the post."""
    signals = (replace(one, reason=unquoted(one.reason)) for one in score.signals)
    return replace(score, signals=tuple(signals))


def unquoted(reason: str) -> str:
    """A reason without what it quotes."""
    return _QUOTED_FROM.split(reason, maxsplit=1)[0]
