"""What texts are made of: names of incidents, times on a wall, lists that fit."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from chalicelib.domain.incident import Incident
from chalicelib.domain.page import CODE_ALPHABET, CODE_LENGTH
from chalicelib.domain.sms import (
    MOST_SEPTETS,
    gsm7,
    quotable,
    septets,
    shortened,
    without_codes,
)

LOOKS_LIKE_A_CODE = re.compile(rf"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}", re.IGNORECASE)

NEAR = timedelta(hours=20)
"""Within this the time alone says which day is meant."""

Named = tuple[Incident, str]
"""An incident and what its brand is called."""


class Sounding(Protocol):
    """An incident as a page tells of it; `ports.Sounding` is one."""

    @property
    def incident(self) -> Incident: ...

    @property
    def loudness(self) -> int:
        """How many mentions have joined it."""

    @property
    def brand_name(self) -> str: ...


def what_of(incident: Incident, brand_name: str) -> str:
    """What an incident is called, such as `Acme outage`."""
    return f"{gsm7(brand_name)} {incident.topic.value}".strip()


def listed(names: Sequence[str], most: int) -> str:
    """As many names as go into `most` septets, then how many more: `A, B and 3 more`.

    With no room for any, only how many: `5 incidents`.
    """
    for shown in range(len(names), 0, -1):
        rest = len(names) - shown
        text = ", ".join(names[:shown]) + (f" and {rest} more" if rest else "")
        if septets(text) <= most:
            return text
    if len(names) == 1:
        return shortened(names[0], max(0, most))
    return f"{len(names)} incidents"


def clock(at: datetime | None, zone: str) -> str:
    """The time on the wall of `zone`, such as `03:05`; empty for None."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}" if at else ""


def moment(at: datetime | None, zone: str, *, near: datetime | None) -> str:
    """The same with its day, such as `Mon 30 Nov 09:00`, where `near` does not tell it."""
    if at is None:
        return ""
    if near is not None and abs(at - near) < NEAR:
        return clock(at, zone)
    local = at.astimezone(ZoneInfo(zone))
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local:%H:%M}"


def on_day(at: datetime, zone: str, *, now: datetime) -> str:
    """The time on the wall of `zone`, with its day where that is not today's there."""
    is_today = at.astimezone(ZoneInfo(zone)).date() == now.astimezone(ZoneInfo(zone)).date()
    return clock(at, zone) if is_today else moment(at, zone, near=None)


# By hand: `strftime` would follow the locale of the machine.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_MONTHS_IN_FULL = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_TEENS = (11, 12, 13)


def ordinal(day: int) -> str:
    """A day of a month, such as `23rd`."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{'th' if day in _TEENS else ending}"


def month_name(month: str) -> str:
    """A month such as `2026-11` as people say it: `November 2026`."""
    year, _, number = month.partition("-")
    return f"{_MONTHS_IN_FULL[int(number) - 1]} {int(year)}"


def quoted(text: str, most: int) -> str:
    """Foreign words in at most `most` septets; a cut within a word must not leave a code."""
    short = shortened(quotable(text, code=LOOKS_LIKE_A_CODE), most)
    return without_codes(short, code=LOOKS_LIKE_A_CODE)


def whole(text: str) -> str:
    """A text of our own, never more than two parts."""
    return shortened(gsm7(text), MOST_SEPTETS)


def named(text: str, most: int = 40) -> str:
    """What a person, brand or schedule is called, short enough to leave room for the rest."""
    return shortened(" ".join(gsm7(text).split()), most)
