"""What the errors of Google's APIs mean.

They come in two shapes: with `errors[].reason` (developers.google.com/youtube/v3/docs/errors) and
with `status` and `details` (google.rpc.ErrorInfo, cloud.google.com/apis/design/errors).
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.http import Response
from chalicelib.http.waiting import retry_at
from chalicelib.sources.text import plain_text

PACIFIC = ZoneInfo("America/Los_Angeles")
"""Where Google's day ends: daily quotas begin anew at midnight there."""

WAIT = timedelta(minutes=1)
"""Limits that are not of a day are of a minute (or of 100 seconds, in older projects)."""

_DAILY = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_RATE = frozenset(
    {
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "concurrentLimitExceeded",
        "RATE_LIMIT_EXCEEDED",
        "RESOURCE_EXHAUSTED",
    }
)
_PERMISSION = frozenset(
    {
        "forbidden",
        "insufficientPermissions",
        "insufficientPermission",
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    }
)
_REMEDIES = {
    "accessNotConfigured": "enable the API in the project",
    "SERVICE_DISABLED": "enable the API in the project",
    "keyInvalid": "give a valid API key",
    "API_KEY_INVALID": "give a valid API key",
    "keyExpired": "give an API key that has not expired",
    "API_KEY_SERVICE_BLOCKED": "let the API key use this API",
    "ipRefererBlocked": "let the API key be used from anywhere",
}


class Refused(SourceRefused):
    """A request that is refused, with the reason as Google names it, such as `videoNotFound`."""

    def __init__(self, message: str, *, status: int, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.reasons = frozenset(reasons)


class _Error(msgspec.Struct, frozen=True):
    message: str = ""
    status: str = ""
    errors: object = None
    details: object = None


class _Answer(msgspec.Struct, frozen=True):
    error: _Error = msgspec.field(default_factory=_Error)


def see(response: Response, *, now: datetime, scope: str = "", key: str = "") -> None:
    """Raises what an answer means that is none: SourceUnavailable for a quota that is used up
    (until it begins anew) and for too many requests at once, else `Refused`. Google repeats the
    `key` of a project that it has suspended."""
    if response.status < 300:
        return
    error, reasons = _read(response)
    said = short(error.message.replace(key, "…") if key else error.message)
    text = f"{response.host} answered {response.status}" + (f": {said}" if said else "")
    if response.status in (403, 429):
        if reasons & _DAILY or _is_of_a_day(error):
            raise SourceUnavailable(text, retry_at=midnight(now))
        if reasons & _RATE or response.status == 429:
            asked_for = retry_at(response.headers, now=now) or now + WAIT
            raise SourceUnavailable(text, retry_at=asked_for)
    remedy = next((_REMEDIES[one] for one in sorted(reasons) if one in _REMEDIES), "")
    if not remedy and response.status in (401, 403) and scope and reasons & _PERMISSION:
        remedy = f"grant the scope {scope}"
    raise Refused(
        text + (f"; {remedy}" if remedy else ""), status=response.status, reasons=sorted(reasons)
    )


def midnight(now: datetime) -> datetime:
    """When the daily quotas begin anew (UTC)."""
    tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), PACIFIC).astimezone(UTC)


def _read(response: Response) -> tuple[_Error, frozenset[str]]:
    try:
        error = msgspec.json.decode(response.body, type=_Answer).error
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _Error(), frozenset()
    told = [one.get("reason") for one in (*_each(error.errors), *_each(error.details))]
    return error, frozenset(one for one in (*told, error.status) if one and isinstance(one, str))


def _is_of_a_day(error: _Error) -> bool:
    """Whether the quota is of a day, as `google.rpc.ErrorInfo` has it: `quota_unit` `1/d/{project}`
    beside a message such as "… and limit 'Search Queries per day' …"."""
    facts = [one.get("metadata") for one in _each(error.details)]
    units = [str(one.get("quota_unit", "")) for one in facts if isinstance(one, dict)]
    return any(unit.startswith("1/d") for unit in units) or "per day" in error.message.casefold()


def _each(found: object) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def short(text: str) -> str:
    """What they say, printable and short: Google writes links into its messages."""
    words = " ".join(plain_text(text[:1_000]).split())
    return "".join(one for one in words if one.isprintable())[:200]
