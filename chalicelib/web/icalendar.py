"""Calendars as iCalendar (RFC 5545), which ordinary calendars subscribe to.

Written here, since a library for it would weigh three megabytes in every Lambda.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from chalicelib.services.calendars import Calendar, CalendarEvent

CONTENT_TYPE = "text/calendar; charset=utf-8"

REFRESH = timedelta(hours=1)
"""How often a calendar may look again."""

_NO_EVENTS = (
    "BEGIN:VTIMEZONE",
    "TZID:Etc/UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)
"""A calendar has at least one component (RFC 5545, 3.6), also of somebody without shifts."""

_LONGEST_LINE = 75
"""Octets, the line break left out (RFC 5545, 3.1)."""

_ESCAPED = str.maketrans(
    {"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"}
    | {chr(code): "" for code in (*range(10), *range(11, 32), 127)}
)
"""RFC 5545, 3.3.11: TEXT; control characters have no place in it."""


def icalendar_text(calendar: Calendar) -> str:
    """The calendar as a file."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Nightdesk//On call//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{_text(calendar.name)}",
        f"X-WR-CALNAME:{_text(calendar.name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{REFRESH // timedelta(hours=1)}H",
        f"X-PUBLISHED-TTL:PT{REFRESH // timedelta(hours=1)}H",
    ]
    for event in calendar.events:
        lines += _event(event, calendar.as_of)
    if not calendar.events:
        lines += _NO_EVENTS
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(event: CalendarEvent, as_of: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.id}@nightdesk"
    yield f"DTSTAMP:{_instant(as_of)}"
    yield f"DTSTART:{_instant(event.starts_at)}"
    yield f"DTEND:{_instant(event.ends_at)}"
    yield f"SUMMARY:{_text(event.summary)}"
    # Being on call is no appointment: the time stays free for one.
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").translate(_ESCAPED)


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, no character torn; a space begins each further."""
    pieces, piece, used = [], "", 0
    for character in line:
        size = len(character.encode())
        if used + size > _LONGEST_LINE:
            pieces.append(piece)
            piece, used = " ", 1
        piece += character
        used += size
    return "\r\n".join([*pieces, piece])
