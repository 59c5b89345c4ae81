"""The forms of times: zones, days, times of day, instants, days of the week, opening spans.

Each raises ValueError with what was found and the remedy; pydantic collects them all.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo

from chalicelib.domain.hours import OpenSpan
from chalicelib.domain.schedule import Weekday
from infra.config.problem import suggest

_WALL_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_SPAN = re.compile(r"([0-9:]+)\s*[-–]\s*([0-9:]+)")
_DAY_NAMES = {day.name[:3].lower(): day for day in Weekday}

Days = tuple[Weekday, ...]
_Date = TypeVar("_Date", bound=date)


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC"))


def zone(found: str) -> str:
    """An IANA name. Raises ValueError with the one that was probably meant."""
    if found in available_timezones() - {"localtime", "posixrules", "Factory"}:
        return found
    towns = {zone.rsplit("/", 1)[-1].casefold(): zone for zone in _zones()}
    town = towns.get(found.strip().replace(" ", "_").casefold())
    remedy = f"did you mean {town}?" if town else suggest(found, _zones())
    if remedy.startswith("known:"):
        remedy = "write an IANA name such as Europe/Vienna"
    raise ValueError(f"{found!r} is not a known time zone; {remedy}")


def _day(found: object) -> date:
    if isinstance(found, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", found):
        try:
            return _in_our_time(date.fromisoformat(found))
        except ValueError as error:
            raise ValueError(f"{found!r} is not in the calendar ({error})") from error
    raise ValueError(f"{found!r} is not a day; write year-month-day, such as 2026-11-02")


def _in_our_time(found: _Date) -> _Date:
    """Far from the ends of Python's calendar, where a zone's offset leads out of it."""
    if not 1900 <= found.year < 3000:
        raise ValueError(f"year {found.year} is out of range")
    return found


def _wall_time(found: object) -> time:
    match = _WALL_TIME.fullmatch(found) if isinstance(found, str) else None
    if match is None:
        raise ValueError(f"{found!r} is not a time of day; write HH:MM, such as 09:00")
    return time(int(match[1]), int(match[2]))


def instant(found: object) -> datetime:
    """An instant, naive where it has no offset: see `at`. Raises ValueError."""
    if isinstance(found, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:", found):
        try:
            return _in_our_time(datetime.fromisoformat(found))
        except ValueError:
            pass
    raise ValueError(
        f"{found!r} is not an instant; write the time on the schedule's wall, "
        "such as 2026-12-24 18:00, or add an offset, such as 2026-12-24 18:00+01:00"
    )


def at(moment: datetime, zone: str) -> datetime:
    """An instant of the file in UTC: its own offset, or the wall of `zone`, where the first of a
    repeated time is meant.

    In UTC, since an ambiguous time of a zone never equals the same instant read back (PEP 495).
    """
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _after_its_start(ends_at: datetime, info: ValidationInfo) -> datetime:
    starts_at = info.data.get("starts_at")
    if not isinstance(starts_at, datetime):
        return ends_at
    if (starts_at.tzinfo is None) != (ends_at.tzinfo is None):
        raise ValueError("one instant has an offset and the other none; write both alike")
    if ends_at <= starts_at:
        raise ValueError(f"{ends_at} is not after starts_at ({starts_at}); choose a later one")
    return ends_at


def _days(found: object) -> Days:
    first, dash, last = str(found).lower().partition("-")
    begin = _weekday(first, str(found))
    if not dash:
        return (begin,)
    length = (_weekday(last, str(found)) - begin) % 7 + 1
    return tuple(Weekday((begin + number) % 7) for number in range(length))


def _weekday(word: str, found: str) -> Weekday:
    for short, day in _DAY_NAMES.items():
        if word.strip() in (short, day.name.lower()):
            return day
    near = next((name for name in _DAY_NAMES if word.strip()[:2] == name[:2]), "")
    meant = f"did you mean {near}?" if near else f"known: {', '.join(_DAY_NAMES)}"
    what = repr(found) if word == found.lower() else f"{word.strip()!r} of {found!r}"
    raise ValueError(f"{what} is not a day of the week; {meant} A range is written mon-fri")


def _span(found: object) -> OpenSpan:
    match = _SPAN.fullmatch(found.strip()) if isinstance(found, str) else None
    if match is None or not _WALL_TIME.fullmatch(match[1]):
        raise ValueError(f"{found!r} is not a time from and to; write such as 09:00-17:00")
    ends_at_midnight = match[2] == "24:00"
    span = OpenSpan(
        opens=_wall_time(match[1]), closes=time(0) if ends_at_midnight else _wall_time(match[2])
    )
    if span.opens == span.closes and not ends_at_midnight:
        raise ValueError(f"{found!r} ends when it begins; write 00:00-24:00 for a whole day")
    return span


def _listed(found: object) -> object:
    if isinstance(found, str):
        raise ValueError(f"{found!r} is not a list; write [{found}]")
    return found


def _each_day_once(week: Mapping[Days, tuple[OpenSpan, ...]]) -> Mapping[Days, object]:
    seen: set[Weekday] = set()
    for days in week:
        if twice := next((day for day in days if day in seen), None):
            short = twice.name[:3].lower()
            raise ValueError(f"names {short} twice; give each day once, with all its times")
        seen |= {*days}
    return week


def by_day(
    week: Mapping[Days, tuple[OpenSpan, ...]],
) -> Iterator[tuple[Weekday, tuple[OpenSpan, ...]]]:
    """Each day of a week as the file has it, with its spans, from Monday on."""
    yield from sorted((day, spans) for days, spans in week.items() for day in days)


Zone = Annotated[str, AfterValidator(zone)]
Day = Annotated[date, BeforeValidator(_day)]
WallTime = Annotated[time, BeforeValidator(_wall_time)]
Instant = Annotated[datetime, BeforeValidator(instant)]
End = Annotated[datetime, BeforeValidator(instant), AfterValidator(_after_its_start)]
"""An instant after the field `starts_at`, which comes before it."""
DayRange = Annotated[Days, PlainValidator(_days)]
"""`mon`, or `mon-fri`."""
Spans = Annotated[
    tuple[Annotated[OpenSpan, PlainValidator(_span)], ...],
    BeforeValidator(_listed),
    Field(min_length=1),
]
"""`[09:00-12:00, 13:00-17:00]`; a span that does not end later on the clock ends the next day."""
Week = Annotated[dict[DayRange, Spans], Field(min_length=1), AfterValidator(_each_day_once)]
"""`{mon-fri: [09:00-17:00], sat: [10:00-12:00]}`"""
