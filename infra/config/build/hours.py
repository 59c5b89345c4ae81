"""From the settings of business hours to the hours, public holidays filled in."""

from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.hours import BusinessHours, Holiday, SpecialDay
from infra.config.opening import HoursSetting
from infra.config.public_holidays import known_until, public_holidays
from infra.config.times import by_day


def hours_of(name: str, setting: HoursSetting, *, now: datetime) -> BusinessHours:
    """The business hours of one entry; a name of the file's own goes before the holiday's."""
    today = now.astimezone(ZoneInfo(setting.zone)).date()
    closed = {one.day: Holiday(day=one.day, name=one.name) for one in setting.closed_on}
    until = None
    if public := setting.holidays:
        until = known_until(public.country, today=today)
        for holiday in public_holidays(public.country, public.region, today=today):
            closed.setdefault(holiday.day, holiday)
    return BusinessHours(
        name=name,
        zone=setting.zone,
        weekly=dict(by_day(setting.open)),
        closed_on=tuple(closed[day] for day in sorted(closed)),
        open_on=tuple(SpecialDay(day=one.day, spans=one.open) for one in setting.open_on),
        known_until=until,
    )
