"""What a readiness check says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TONIGHT = timedelta(hours=16)
"""So far ahead somebody must be reachable already."""

AHEAD = timedelta(days=14)
"""How far schedules and policies are gone through."""


class Gravity(StrEnum):
    """How soon a finding must be dealt with."""

    TONIGHT = "tonight"
    """An incident within 16 hours would reach nobody of its policy."""
    SOON = "soon"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return tuple(Gravity).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it should be."""

    gravity: Gravity
    what: str
    """A sentence without its full stop; holds no address and no phone number."""
    remedy: str
    """What to do about it, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All findings of one check, gravest first; none when all is well."""

    checked_at: datetime
    is_covered_tonight: bool
    findings: tuple[Finding, ...] = ()

    @property
    def uncovered(self) -> tuple[Finding, ...]:
        """Why tonight is not covered; empty when it is."""
        return tuple(one for one in self.findings if one.gravity is Gravity.TONIGHT)


def report_of(findings: Iterable[Finding], *, now: datetime) -> Report:
    """The findings as a report; of the same gravity they stay in their order."""
    found = tuple(sorted(findings, key=lambda one: one.gravity.rank))
    is_covered = not any(one.gravity is Gravity.TONIGHT for one in found)
    return Report(checked_at=now, is_covered_tonight=is_covered, findings=found)
