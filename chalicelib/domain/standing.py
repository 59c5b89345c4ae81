"""How a source stands: watching, degraded, blind, back; and how one follows another.

| then, found | read     | hindered | behind   | failed   | lost  |
| ---         | ---      | ---      | ---      | ---      | ---   |
| watching     | watching | degraded | watching | degraded | blind |
| degraded     | watching | degraded | degraded | degraded | blind |
| blind        | watching | degraded | back     | blind    | blind |
| back         | watching | degraded | back     | back     | blind |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from chalicelib.domain.read_budget import Limit


class Condition(StrEnum):
    """How a source stands."""

    WATCHING = "watching"
    DEGRADED = "degraded"
    """Heard, and not as it should be: it fails now and then, its budget slows it, or it is quiet
    against its own rhythm."""
    BLIND = "blind"
    """What is written there is not heard."""
    BACK = "back"
    """It answers again; what was missed is not read to its end yet."""


class Finding(StrEnum):
    """What one attempt to read a source has found."""

    READ = "read"
    """It answered, and nothing is left to be read."""
    HINDERED = "hindered"
    """The same, but it is read less than it should be, or is quiet against its rhythm."""
    BEHIND = "behind"
    """It answered, and more is to be read than there was time for."""
    FAILED = "failed"
    """It failed, which may pass."""
    LOST = "lost"
    """It refuses, has failed too often in a row, or its budget forbids to ask."""


_W, _D, _BLIND, _BACK = Condition.WATCHING, Condition.DEGRADED, Condition.BLIND, Condition.BACK

MOVES: Mapping[Condition, Mapping[Finding, Condition]] = {
    before: dict(zip(Finding, row, strict=True))
    for before, row in {
        _W: (_W, _D, _W, _D, _BLIND),
        _D: (_W, _D, _D, _D, _BLIND),
        _BLIND: (_W, _D, _BACK, _BLIND, _BLIND),
        _BACK: (_W, _D, _BACK, _BACK, _BLIND),
    }.items()
}


def moved(before: Condition, finding: Finding) -> Condition:
    """The condition after an attempt to read."""
    return MOVES[before][finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A stretch in which a source was out of our sight: the present one, or the last."""

    since: datetime
    """When it was last read before; when we first knew, where it never was."""
    back_at: datetime | None = None
    """When it answered again; None while it does not."""
    read_at: datetime | None = None
    """When all that was written meanwhile had been read; None before."""
    posts: int = 0
    """Of them, read so far."""
    gap: str = ""
    """What of it could not be read any more."""

    def holds(self, posted_at: datetime) -> bool:
        """Whether a post that is read only now was written while we did not see."""
        if self.read_at is not None:
            return False
        return self.since <= posted_at and (self.back_at is None or posted_at < self.back_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStanding:
    """How one configured source stands, for people."""

    name: str
    kind: str
    brand: str
    """Its id."""
    condition: Condition
    since: datetime | None
    """When that began (of blindness: when it was last read before); None before it was asked."""
    says: str
    """One sentence that a tired person understands, without a time of day."""
    due_at: datetime | None
    """When it is asked next; None: at once, or never where all is pushed."""
    every: timedelta
    """How often it is asked just now."""
    succeeded_at: datetime | None
    """When it was last read."""
    calls: int
    """Requests of this month (UTC)."""
    posts: int
    """Mentions stored this month."""
    spent: Decimal
    """US dollars this month, as far as prices are known."""
    limits: tuple[Limit, ...]
    """Of its budget, with what is used and foretold; empty without a budget."""
    not_read: str
    """What is not read at present, and why; empty when all is."""
    not_read_since: datetime | None
    late: int
    """Posts of the missed window that were read since it is back."""
