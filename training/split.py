"""Which given posts are locked away: no design decision looks at them, only the last measurement.

The choice hangs on the text alone, so that it is the same on every machine and for every file in
which a post appears. Locked posts are never trained on.
"""

import hashlib


def is_locked_mood(text: str) -> bool:
    """Whether a post with a mood is kept for the last measurement: one in twenty."""
    return _share(text) < 0.05


def is_locked_urgency(text: str) -> bool:
    """Whether a post with an urgency is kept for the last measurement: two in five."""
    return _share(text) < 0.40


def _share(text: str) -> float:
    """A number in [0, 1) that looks random and is the same for equal texts."""
    digest = hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") / 2**32
