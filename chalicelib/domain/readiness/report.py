"""What a readiness check says."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

TONIGHT = timedelta(hours=16)
"""So far ahead somebody must be reachable already."""

STALE = timedelta(hours=3)
"""A report so much older than the next says nothing of what has held since."""

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
    about: str = ""
    """What it is about, the same in each check; told for what leaves tonight uncovered."""
    begins_at: datetime | None = None
    """When the time begins that is not covered."""
    found_at: datetime | None = None
    """The first check of those without a break that found it."""


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


def carried_on(report: Report, before: Report | None) -> Report:
    """The report with what the one before knew already: since when something is found.

    What has begun is found to begin at each check; it keeps the beginning that it had.
    """
    is_near = before is not None and report.checked_at - before.checked_at <= STALE
    known = {one.about: one for one in before.uncovered} if before and is_near else {}
    findings = tuple(
        _carried_on(one, known.get(one.about), report.checked_at) if one.about else one
        for one in report.findings
    )
    return replace(report, findings=findings)


def _carried_on(finding: Finding, before: Finding | None, now: datetime) -> Finding:
    if before is None:
        return replace(finding, found_at=now)
    begins_at, began_at = finding.begins_at, before.begins_at
    if begins_at and began_at and begins_at <= now and began_at <= now:
        begins_at = began_at
    return replace(finding, found_at=before.found_at or now, begins_at=begins_at)
