"""How much of what Facebook allows is used up, by the headers of its answers.

developers.facebook.com/docs/graph-api/overview/rate-limiting (November 2026):
`X-App-Usage: {"call_count":28,"total_time":25,"total_cputime":25}` and
`X-Business-Use-Case-Usage: {"<id>":[{"type":"pages","call_count":100,"total_cputime":25,
"total_time":25,"estimated_time_to_regain_access":19}]}`: percents, and minutes. From 100 on
requests fail, and asking all the same lengthens the time.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

SHORT_REST = timedelta(minutes=5)
"""Where they say that it is enough, and not until when."""

LONGEST_REST = timedelta(days=1)

_PERCENTS = ("call_count", "total_time", "total_cputime")


def rest_until(
    headers: Mapping[str, str], *, now: datetime, is_refused: bool = False
) -> datetime | None:
    """Until when no more is to be asked; None while there is room.

    What is used up by messages does not keep us from reading, unless a request was refused.
    """
    minutes, is_full = 0.0, False
    for one in _usages(headers):
        if not is_refused and one.get("type", "pages") != "pages":
            continue
        minutes = max(minutes, _number(one.get("estimated_time_to_regain_access")))
        is_full = is_full or any(_number(one.get(name)) >= 100 for name in _PERCENTS)
    if minutes:
        return now + min(timedelta(minutes=min(minutes, 10_000)), LONGEST_REST)
    return now + SHORT_REST if is_full else None


def _usages(headers: Mapping[str, str]) -> Iterator[dict[str, object]]:
    app = _json(headers.get("X-App-Usage", ""))
    if isinstance(app, dict):
        yield app
    business = _json(headers.get("X-Business-Use-Case-Usage", ""))
    for uses in business.values() if isinstance(business, dict) else ():
        yield from (one for one in (uses if isinstance(uses, list) else ()) if type(one) is dict)


def _json(text: str) -> object:
    try:
        return msgspec.json.decode(text) if text else None
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and value > 0 else 0.0
