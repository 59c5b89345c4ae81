"""What is said of the sources themselves: what we are blind to, and when we see again.

What a platform says of its trouble is foreign: it is quoted short, and never with a code.
"""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.wording.phrases import listed, named, on_day, quoted, whole

TROUBLE = 60
OTHERS = 60
"""Septets for what the platform says, and for the names of other sources."""


def blind_text(
    source: str,
    *,
    brand_name: str,
    since: datetime,
    trouble: str,
    others: Sequence[str],
    has_replies: bool,
    zone: str,
    now: datetime,
) -> str:
    """To whoever is on duty: what is not heard, why, what is, and what waits."""
    what = f"{named(source)} ({named(brand_name, 30)})"
    why = f": {quoted(trouble, TROUBLE)}" if trouble else ""
    instead = (
        f"Read meanwhile: {listed([named(one) for one in others], OTHERS)}."
        if others
        else "No other source is read."
    )
    waits = f" Replies to {named(source)} wait." if has_replies else ""
    return whole(
        f"We are blind to {what} since {on_day(since, zone, now=now)}{why}. {instead}{waits}"
    )


def back_text(
    source: str,
    *,
    since: datetime,
    back_at: datetime,
    posts: int,
    gap: str,
    zone: str,
    now: datetime,
) -> str:
    """To whoever was told, or would have been: it is heard again, and what was missed is read."""
    missed = f"{_span(since, back_at)} we missed"
    read = {0: f"Nothing was written in the {missed}", 1: f"1 post of the {missed} was read"}
    text = f"{named(source)} is back since {on_day(back_at, zone, now=now)}. "
    text += f"{read.get(posts, f'{posts} posts of the {missed} were read')}."
    return whole(text + (f" Lost: {quoted(gap, TROUBLE)}." if gap else ""))


def _span(begins: datetime, ends: datetime) -> str:
    """How long, roughly: `25 minutes`, `hour`, `5 hours`, `3 days`."""
    minutes = round((ends - begins).total_seconds() / 60)
    if minutes < 50:
        return f"{max(1, minutes)} minutes"
    if minutes < 90:
        return "hour"
    hours = round(minutes / 60)
    return f"{hours} hours" if hours < 48 else f"{round(hours / 24)} days"
