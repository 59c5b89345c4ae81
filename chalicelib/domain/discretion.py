"""What a verdict may say of a post that was written to us alone.

Reasons stand on cards, phones, letters and in logs, and quote what they go by. Each quotes at
its end, behind a colon or in parentheses (`scoring/reasons.py`, `domain/opinion.py`).
"""

import re
from dataclasses import replace

from chalicelib.domain.signal import Score

_QUOTED_FROM = re.compile(r"\s*[:(]")


def discreet(score: Score) -> Score:
    """The same verdict, by reasons that quote nothing of the post."""
    signals = (replace(one, reason=_unquoted(one.reason)) for one in score.signals)
    return replace(score, signals=tuple(signals))


def _unquoted(reason: str) -> str:
    return _QUOTED_FROM.split(reason, maxsplit=1)[0]
