"""Reading a listing that shows its newest few entries and nothing behind them: the glimpse.

There is no page to turn and no mark to go on from, and such platforms let an entry appear late,
or in an order of their own. So it is by ids that one knows what is new: whatever is shown and was
not shown before is given, whatever its date says, back to `since`. More than is shown may have
been written between two looks; then that is told. Nothing here knows a platform.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.ports import Pulled

MOST_KNOWN = 100
"""Ids that are remembered, the last seen ones; no such listing shows as many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """What was seen of a listing."""

    since: int
    """Seconds of the epoch: what was written before is of no interest."""
    known: Mapping[str, str] = field(default_factory=dict)
    """A digest of its words by the id of an entry, empty for one that was too old to be given;
    the last seen one last."""
    total: int | None = None
    """How many entries the platform said it holds, shown or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at a listing has brought."""

    glimpse: Glimpse
    pulled: tuple[Pulled, ...]
    """New ones, and those whose words have changed since; oldest first."""
    refused: tuple[str, ...]
    """Those not told before."""
    gap: str


def look(
    glimpse: Glimpse,
    shown: Sequence[Pulled],
    refused: Sequence[str],
    *,
    now: datetime,
    is_all: bool,
    total: int | None = None,
) -> Look:
    """What is new among `shown`.

    `is_all` says that the platform holds nothing beyond what it shows; `total` how many it holds,
    where it tells. When the words of an entry were changed is told by nobody, so that counts as
    of `now`.
    """
    recent = [one for one in shown if one.mention.posted_at.timestamp() >= glimpse.since]
    digests = {one.mention.platform_id: "" for one in shown} | {
        one.mention.platform_id: _digest(one.mention.text) for one in recent
    }
    told = {f"!{_digest(one)}": "" for one in refused}
    new = [one for one in recent if not glimpse.known.get(one.mention.platform_id)]
    changed = [
        replace(one, edited_at=now)
        for one in recent
        if glimpse.known.get(one.mention.platform_id, "")
        not in ("", digests[one.mention.platform_id])
    ]
    appeared = sum(id not in glimpse.known for id in digests | told)
    gap = ""
    if not is_all:
        gap = _gap(glimpse, appeared, total, are_all_new=bool(new) and len(new) == len(shown))
    kept = {id: known for id, known in glimpse.known.items() if id not in digests | told}
    return Look(
        glimpse=Glimpse(
            since=glimpse.since,
            known=dict([*kept.items(), *told.items(), *digests.items()][-MOST_KNOWN:]),
            total=total,
        ),
        pulled=tuple(sorted([*new, *changed], key=lambda one: one.mention.posted_at)),
        refused=tuple(one for one in refused if f"!{_digest(one)}" not in glimpse.known),
        gap=gap,
    )


def _gap(glimpse: Glimpse, appeared: int, total: int | None, *, are_all_new: bool) -> str:
    if glimpse.total is not None and total is not None:
        unseen = total - glimpse.total - appeared
        if unseen > 0:
            return f"{unseen} more came in than are shown"
        if unseen == 0:
            return ""
    return "all that is shown is new, so more may have come in than that" if are_all_new else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
