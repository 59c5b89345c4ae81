"""When somebody is rung because tonight is not covered: as rarely as it can wait.

Once when it is found, once more by day when the report is due, once when two hours are left. By
night only what begins within two hours or has begun, and that an hour later once more.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.readiness.report import Finding, Report

AWAKE = (time(8), time(21))
"""On the wall of whoever is rung."""

REPORT_DUE = (time(10), time(20))
"""Likewise: from when the report of the day goes out, and when it is too late for one."""

LAST_CALL = timedelta(hours=2)
"""Before a time begins that is not covered."""


def rings(report: Report, zone: str, *, is_new: Callable[[str], bool]) -> tuple[str, ...]:
    """Reasons to ring somebody in this zone now, as keys that `is_new` has not seen before.

    With one of them all are told: the text tells of everything.
    """
    return tuple(
        key
        for finding in report.uncovered
        for key in _new(finding, report.checked_at, zone, is_new)
    )


def _new(
    finding: Finding, now: datetime, zone: str, is_new: Callable[[str], bool]
) -> tuple[str, ...]:
    local = now.astimezone(ZoneInfo(zone))
    is_awake = AWAKE[0] <= local.time() < AWAKE[1]
    found_at = finding.found_at or now
    begins_at = finding.begins_at or now
    is_near = begins_at - now <= LAST_CALL
    found = f"{finding.about}#found#{_stamp(found_at)}"
    begun = f"{finding.about}#begins#{_stamp(begins_at)}"
    keys: list[str] = []
    if is_awake or is_near:
        keys.append(found)
    ten = datetime.combine(local.date(), REPORT_DUE[0], tzinfo=local.tzinfo)
    if found_at < ten <= now and local.time() < REPORT_DUE[1]:
        keys.append(f"{found}#report")
    if is_near:
        keys.append(begun)
    new = tuple(key for key in keys if is_new(key))
    is_just_then = is_near and now - begins_at <= LAST_CALL
    if not new and is_just_then and not is_awake and is_new(again := f"{begun}#again"):
        return (again,)
    return new


def _stamp(at: datetime) -> str:
    return f"{at.timestamp():.0f}"
