"""Shift notices: who comes on call and who goes off is told some time before."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.duty import (
    LONGEST_NIGHT,
    SHORTEST,
    Duty,
    duties,
    told_at,
    worth_telling,
)
from chalicelib.domain.errors import NotFound
from chalicelib.domain.escalation import TargetKind
from chalicelib.domain.incident import Incident
from chalicelib.domain.schedule import OnCallSchedule
from chalicelib.domain.wording import shift_begins_text, shift_ends_text
from chalicelib.ports import Desks, Incidents, Meter, Once
from chalicelib.services.telling import Telling

log = logging.getLogger("nightdesk.shifts")

LATE = timedelta(minutes=10)
"""How long after the change itself a notice is made up for."""

FORESEEN = timedelta(days=31)
"""A duty that is longer is told of without its end."""

_A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class _Change:
    """Somebody comes on call, or goes off, in one schedule."""

    schedule: OnCallSchedule
    duty: Duty
    is_coming: bool

    @property
    def at(self) -> datetime:
        return self.duty.starts_at if self.is_coming else self.duty.ends_at

    @property
    def key(self) -> str:
        what = ("gap" if self.duty.is_gap else "on") if self.is_coming else "off"
        return f"shift#{self.schedule.name}#{self.at:%Y-%m-%dT%H:%M}#{self.duty.responder}#{what}"


class ShiftNotices:
    """Tells people that their duty is about to begin or to end."""

    def __init__(
        self, *, desks: Desks, incidents: Incidents, once: Once, telling: Telling, meter: Meter
    ) -> None:
        self._desks = desks
        self._incidents = incidents
        self._once = once
        self._telling = telling
        self._meter = meter
        self._told: set[str] = set()

    def tell(self, *, now: datetime, has_time: Callable[[], bool] = lambda: True) -> int:
        """Tell of every change whose `told_at` has come; how many notes went out.

        Each once, whoever ticks: a note whose sender vanished, or that no channel took, is sent
        by a later tick, up to `LATE` after the change. Where no change is near nothing but the
        desk is read.
        """
        try:
            desk = self._desks.current()
        except NotFound:
            return 0  # before the first configuration nobody has a shift
        ours: list[_Change] = []
        for schedule in desk.schedules:
            for change in self._near(schedule, desk, now=now):
                if change.key in self._told or not self._once.begin(change.key, now=now):
                    continue
                ours.append(change)
        if not ours:
            return 0
        incidents, sent = self._incidents.open_ones(), 0
        for together in _together(ours, desk):
            if not has_time():
                log.error("shift_notices_out_of_time")
                break
            responder = desk.responder(together[0].duty.responder)
            if responder is None:
                continue
            text = _text(together, responder, desk, incidents, now=now)
            if self._telling.tell(responder, text, id=together[0].key):
                sent += 1
                for change in together:
                    self._once.done(change.key, now=now)
                    self._told.add(change.key)
        self._meter.count("ShiftNoticesSent", sent)
        return sent

    def _near(self, schedule: OnCallSchedule, desk: Desk, *, now: datetime) -> Iterator[_Change]:
        """Changes that are to be told now, whether they were told before or not."""
        earliest, latest = now - LATE, now + schedule.announce + LONGEST_NIGHT
        if not schedule.announce or not any(schedule.changes(earliest, latest + _A_MOMENT)):
            return
        around = worth_telling(
            duties(schedule, desk.fallback, earliest - SHORTEST, latest + SHORTEST + _A_MOMENT)
        )
        for change in _changes(schedule, desk, around):
            responder = desk.responder(change.duty.responder)
            if responder is None or change.at <= earliest:
                continue
            due_at = told_at(change.at, schedule.announce, responder.zone)
            # Whoever came on since was told the end with the beginning.
            is_news = change.is_coming or due_at > change.duty.starts_at
            if due_at <= now and is_news:
                yield change


def _changes(schedule: OnCallSchedule, desk: Desk, found: Sequence[Duty]) -> Iterator[_Change]:
    for duty in found:
        yield _Change(schedule, duty, is_coming=True)
        falls_back = duty.responder == desk.fallback and not schedule.on_call(duty.ends_at)
        if not duty.is_gap and not falls_back:
            yield _Change(schedule, duty, is_coming=False)


def _together(changes: Sequence[_Change], desk: Desk) -> Iterator[list[_Change]]:
    """Changes of one person of which the same is to be said, as one note."""
    groups: dict[object, list[_Change]] = {}
    for change in changes:
        then = _end(change, desk) if change.is_coming else change.schedule.on_call(change.at)
        what = (change.duty.responder, change.at, change.is_coming, change.duty.is_gap, then)
        groups.setdefault(what, []).append(change)
    yield from groups.values()


def _text(
    changes: Sequence[_Change],
    responder: Responder,
    desk: Desk,
    incidents: Sequence[Incident],
    *,
    now: datetime,
) -> str:
    first = changes[0]
    names = ", ".join(change.schedule.name for change in changes)
    schedules = {change.schedule.name for change in changes}
    open_now = [
        (incident, desk.brand_name(incident.brand))
        for incident in incidents
        if any(
            target.kind is TargetKind.SCHEDULE and target.name in schedules
            for step in desk.policy(incident.policy).steps
            for target in step.targets
        )
    ]
    if first.is_coming:
        return shift_begins_text(
            names,
            starts_at=first.at,
            ends_at=_end(first, desk),
            zone=responder.zone,
            incidents=open_now,
            is_gap=first.duty.is_gap,
            now=now,
        )
    then = first.schedule.on_call(first.at)
    next_one = desk.responder(then) if then else None
    return shift_ends_text(
        names,
        ends_at=first.at,
        zone=responder.zone,
        next_name=next_one.name if next_one else "",
        incidents=open_now,
        now=now,
    )


def _end(change: _Change, desk: Desk) -> datetime | None:
    """When the duty that begins ends; None when that is not foreseen."""
    until = change.at + FORESEEN
    whole = worth_telling(duties(change.schedule, desk.fallback, change.at, until))
    ends = [
        one.ends_at
        for one in whole
        if (one.responder, one.starts_at, one.is_gap)
        == (change.duty.responder, change.at, change.duty.is_gap)
    ]
    return ends[0] if ends and ends[0] < until else None
