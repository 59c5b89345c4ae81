"""How long to wait before the next try, by what the other side said."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(days=1)
"""No platform is left alone for longer than this, whatever it says."""

_LIMITS = ("X-RateLimit", "X-Rate-Limit", "RateLimit")
"""How the headers begin that tell of a limit."""

_EPOCH_FROM = 1_000_000_000
"""A reset given as a number from here on is a time (2001 or later), a smaller one a duration."""


def retry_at(headers: Mapping[str, str], *, now: datetime) -> datetime | None:
    """When the other side wants to be asked again, between `now` and a day later; None if unsaid.

    Reads `Retry-After` (seconds or an HTTP date, RFC 9110 10.2.3), else `X-RateLimit-Reset`,
    which Mastodon writes as ISO 8601 and Reddit as seconds to go, else `X-Rate-Limit-Reset` (X)
    or `RateLimit-Reset` (Bluesky), both epoch seconds.
    """
    found = (headers.get(f"{begin}-Reset", "").strip() for begin in _LIMITS)
    reset = next((one for one in found if one), "")
    at = retry_after(headers, now=now) or _after(reset, now) or _iso(reset)
    return None if at is None else min(max(at, now), now + LONGEST)


def retry_after(headers: Mapping[str, str], *, now: datetime) -> datetime | None:
    """The same by `Retry-After` alone: the end of a rate limit's window, which platforms send with
    every answer, is not the end of an outage."""
    said = headers.get("Retry-After", "").strip()
    at = _after(said, now) or _http_date(said)
    return None if at is None else min(max(at, now), now + LONGEST)


def said_left(
    headers: Mapping[str, str], *, now: datetime, is_refused: bool = False
) -> tuple[int, datetime] | None:
    """Requests that are left, and until when that counts; None where the other side tells not both.

    Reads `X-RateLimit-Remaining` and `-Reset` (Mastodon, Reddit), `X-Rate-Limit-…` (X), and
    `RateLimit-…` (Bluesky, and drafts of the IETF). A refusal (429) means that nothing is left.
    """
    until = retry_at(headers, now=now) if is_refused else None
    if until is not None:
        return 0, until
    for begin in _LIMITS:
        remaining = headers.get(f"{begin}-Remaining", "").strip().partition(".")[0]
        reset = headers.get(f"{begin}-Reset", headers.get(f"{begin}-ResetTime", "")).strip()
        ends_at = _after(reset, now) or _iso(reset)
        if ends_at is not None and ends_at > now and remaining.isascii() and remaining.isdigit():
            return min(int(remaining[:9]), 10**9), min(ends_at, now + LONGEST)
    return None


def _after(text: str, now: datetime) -> datetime | None:
    whole = text.partition(".")[0]
    if not (whole.isascii() and whole.isdigit() and len(whole) < 12):
        return None
    seconds = int(whole)
    if seconds >= _EPOCH_FROM:
        return datetime.fromtimestamp(seconds, UTC)
    return now + timedelta(seconds=min(seconds, LONGEST.total_seconds()))


def _http_date(text: str) -> datetime | None:
    try:
        return _aware(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        return _aware(datetime.fromisoformat(text))
    except ValueError:
        return None


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
