"""What differs from the turns for a time: overrides and temporary schedules."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.schedule.names import ResponderId


class OverrideKind(StrEnum):
    """What an override does with its responder."""

    REPLACE = "replace"
    """Stands in for whoever is on call, or for one person only."""
    REMOVE = "remove"
    """Is not on call, however the schedule would name them."""
    ADD = "add"
    """Is on call too, beside the one; alone where nobody else is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lasting:
    """What holds for `[starts_at, ends_at)`."""

    starts_at: datetime
    ends_at: datetime

    def covers(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at

    def touches(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether it holds at some instant of `[starts_at, ends_at)`."""
        return self.starts_at < ends_at and starts_at < self.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(_Lasting):
    """A person in another's place, off call or on call too, for `[starts_at, ends_at)`."""

    responder: ResponderId
    kind: OverrideKind = OverrideKind.REPLACE
    instead_of: ResponderId | None = None
    """For REPLACE: whose place it is, so that nothing changes while another is on call; None
    for whoever is on call, and for nobody as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporaryShift(_Lasting):
    """One person on call for `[starts_at, ends_at)` in a temporary schedule."""

    responder: ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporarySchedule(_Lasting):
    """Shifts that alone count for `[starts_at, ends_at)`, instead of all rotations.

    Between them nobody is on call. What stands outside of that time counts for nothing; of
    shifts at the same time the one listed first counts.
    """

    shifts: tuple[TemporaryShift, ...] = ()
