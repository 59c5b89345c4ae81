"""The verbs that look at the calendar: oncall, holidays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from infra.cli.terminal import (
    File,
    Json,
    now,
    out,
    print_json,
    print_table,
    stage_name,
)

if TYPE_CHECKING:
    from chalicelib.domain.desk import Desk
    from chalicelib.domain.schedule import OnCallSchedule
    from chalicelib.services.upcoming import NamedShift
    from infra.oncall import Duty


def _instant(found: str | None) -> str | None:
    from infra.config.times import instant

    return found and _parsed(instant, found) and found


def checked_zone(found: str | None) -> str | None:
    from infra.config.times import zone

    return found and _parsed(zone, found)


def oncall(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="A configuration. [default: what is in force]"),
    ] = None,
    stage: Annotated[
        str | None,
        typer.Option(help="What is in force in this deployment.", callback=stage_name),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="INSTANT",
            help="Such as '2026-12-24 18:00', on the schedule's wall or that of --zone, or with "
            "an offset. [default: now]",
            callback=_instant,
        ),
    ] = None,
    weeks: Annotated[int, typer.Option(help="Shifts of so many weeks ahead.", min=0, max=53)] = 0,
    schedule: Annotated[str | None, typer.Option(help="This schedule alone.")] = None,
    zone: Annotated[
        str | None,
        typer.Option(
            help="Tell times in this zone. [default: the schedule's]", callback=checked_zone
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell who is on call: now, at an instant, for the next weeks; gaps with who stands in.

    Example: `nightdesk oncall nightdesk.yaml --weeks 4`
    """
    from infra.oncall import duty_of

    if file is not None and stage is not None:
        raise typer.BadParameter("name a file or a --stage, not both")
    asked_at = now()
    desk = _desk(file, stage or "dev", asked_at)
    duties = [
        duty_of(desk, one, at=_moment(at, zone or one.zone, asked_at), ahead=timedelta(weeks=weeks))
        for one in _schedules(desk, schedule)
    ]
    if as_json:
        print_json({"schedules": [_as_data(one) for one in duties]})
        return
    if not duties:
        out.print("There is no schedule; policies page people by name.")
    elif weeks:
        for one in duties:
            _print_shifts(one, zone or one.zone)
    else:
        _print_now(duties, zone)


def holidays(file: File, as_json: Json = False) -> None:
    """Tell on which days to come a configuration takes its business hours as closed, and why.

    Example: `nightdesk holidays nightdesk.yaml`
    """
    from infra.config import load

    today = now()
    desk = load(file, now=today).desk
    days = [one for hours in desk.hours for one in _special_days(hours, today)]
    if as_json:
        print_json({"days": days})
        return
    if not desk.hours:
        out.print("There are no business hours.")
        return
    shown = [
        [one["hours"], f"{one['day']:%a %Y-%m-%d}", ", ".join(one["open"]) or "closed", one["name"]]
        for one in days
    ]
    print_table("", ["hours", "day", "is", "because of"], shown)
    for hours in desk.hours:
        known = f"known until {hours.known_until}" if hours.known_until else "not asked for"
        out.print(f"{hours.name}: public holidays are {known}.")


def _special_days(hours: Any, today: datetime) -> list[dict[str, Any]]:
    first = today.astimezone(ZoneInfo(hours.zone)).date()
    names = {one.day: one.name for one in hours.closed_on}
    spans = {one.day: one.spans for one in hours.open_on}
    return [
        {
            "hours": hours.name,
            "day": day,
            "name": names.get(day, ""),
            "open": [f"{one.opens:%H:%M}-{one.closes:%H:%M}" for one in spans.get(day, ())],
        }
        for day in sorted({*names, *spans})
        if day >= first
    ]


def _desk(file: Path | None, stage: str, at: datetime) -> "Desk":
    if file is not None:
        from infra.config import load

        return load(file, now=at).desk
    from infra.apply import stage_of

    return stage_of(stage).desks.current()


def _schedules(desk: "Desk", name: str | None) -> "tuple[OnCallSchedule, ...]":
    if name is None:
        return desk.schedules
    if found := desk.schedule(name):
        return (found,)
    from infra.config.problem import suggest

    known = [one.name for one in desk.schedules]
    raise typer.BadParameter(f"--schedule {name!r} is none of this desk; {suggest(name, known)}")


def _moment(at: str | None, zone: str, asked_at: datetime) -> datetime:
    if at is None:
        return asked_at
    from infra.config import times

    return times.at(times.instant(at), zone)


def _print_now(duties: "list[Duty]", zone: str | None) -> None:
    rows = []
    for one in duties:
        wall = zone or one.zone
        until = _wall(one.until, wall) if one.until else "further notice"
        rows.append([one.schedule, _who(one.now), until, _who(one.then) if one.then else "", wall])
    print_table("", ["schedule", "on call", "until", "then", "zone"], rows)


def _print_shifts(duty: "Duty", zone: str) -> None:
    rows = [
        [_wall(one.starts_at, zone), _wall(one.ends_at, zone), _who(one)] for one in duty.shifts
    ]
    print_table(f"{duty.schedule}, on the wall of {zone}", ["from", "until", "on call"], rows)


def _who(shift: "NamedShift") -> str:
    people = ", ".join((shift.name, *shift.also))
    return f"nobody: {people} (fallback) stands in" if shift.is_gap else people


def _wall(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M %Z")


def _as_data(duty: "Duty") -> dict[str, object]:
    return {
        "name": duty.schedule,
        "zone": duty.zone,
        "owner_name": duty.owner_name,
        "at": _utc(duty.at),
        "now": {
            "responder": duty.now.responder,
            "name": duty.now.name,
            "also": duty.now.also,
            "until": _utc(duty.until) if duty.until else None,
            "is_fallback": duty.now.is_gap,
        },
        "shifts": [
            {
                "responder": one.responder,
                "name": one.name,
                "starts_at": _utc(one.starts_at),
                "ends_at": _utc(one.ends_at),
                "also": one.also,
                "is_gap": one.is_gap,
            }
            for one in duty.shifts
        ],
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _parsed(parse: Any, found: str) -> Any:
    try:
        return parse(found)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
