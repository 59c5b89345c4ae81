"""Times and names as HTML."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo


def name(text: str) -> str:
    return f"<bdi>{escape(text)}</bdi>"


def since(at: datetime | None, zone: str, *, now: datetime) -> str:
    return f", since {when(at, zone, now=now)}" if at else ""


def when(at: datetime | None, zone: str, *, now: datetime) -> str:
    """`03:05` in the responder's zone; with the day when that is not today there."""
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(zone))
    return f'<time datetime="{local.isoformat()}">{clock(at, zone, now=now)}</time>'


def clock(at: datetime, zone: str, *, now: datetime) -> str:
    """The same as plain text, for a button."""
    local = at.astimezone(ZoneInfo(zone))
    is_today = local.date() == now.astimezone(ZoneInfo(zone)).date()
    return f"{local:%H:%M}" if is_today else f"{local:%H:%M on %a} {local.day} {local:%b}"
