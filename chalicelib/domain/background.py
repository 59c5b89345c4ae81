"""What is known around a mention, beyond its own text: evidence that the stores hold."""

from dataclasses import dataclass
from datetime import datetime, timedelta

REPEATS_WITHIN = timedelta(hours=48)
"""An earlier post of the same author counts as unanswered for so long."""

COPIES_WITHIN = timedelta(hours=24)
"""Another mention with nearly the same text counts for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What is known around a mention when it is judged; nothing is known of most."""

    unanswered: int = 0
    """Earlier posts of this author to the brand, within `REPEATS_WITHIN`, that nobody answered."""
    unanswered_since: datetime | None = None
    """When the first of them was posted."""
    copies: int = 0
    """Other mentions of the brand, within `COPIES_WITHIN`, that say nearly the same."""
    copy_authors: int = 0
    """How many different authors they and this one have."""
    copied_since: datetime | None = None
    answers: int = 0
    """Other mentions, within `COPIES_WITHIN`, that answer or quote the same post, or this one."""
    earlier: int = 0
    """Mentions of this author that were judged before, as far as they are remembered."""
    earlier_negative: int = 0
    """How many of those were negative."""


NOTHING_KNOWN = Background()
