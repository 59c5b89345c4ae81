"""Calendars of people and schedules, each at an address that only who was told it can open.

The address carries a key made of the calendar's kind, name and generation: a new generation
makes all addresses before it lead nowhere. Keys are never stored.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from chalicelib.domain.desk import Desk
from chalicelib.domain.duty import Duty, duties
from chalicelib.domain.errors import NotFound
from chalicelib.domain.schedule import OnCallSchedule, ResponderId
from chalicelib.ports import Desks, Generations

BACK = timedelta(weeks=1)
AHEAD = timedelta(weeks=12)
"""What a calendar shows: from the Monday (UTC) a week ago for so long after now."""

FURTHER_BACK = timedelta(weeks=5)
"""How far before that the beginning of a duty is looked for."""

_KEY_BYTES = 16
"""128 bits: as unguessable as an acknowledgement link."""


class CalendarKind(StrEnum):
    """Whose duties a calendar shows."""

    PERSON = "person"
    """Every duty of one person, in all schedules."""
    SCHEDULE = "schedule"
    """Every duty in one schedule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """One duty."""

    id: str
    """The same for the same duty, whenever it is asked for."""
    starts_at: datetime
    ends_at: datetime
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The duties of one person or schedule, in the order in which they begin."""

    name: str
    as_of: datetime
    """Changes once a week while the desk stays the same, so that the calendar does too."""
    events: tuple[CalendarEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarAddress:
    """Where a calendar is subscribed to."""

    kind: CalendarKind
    name: str
    key: str


class Calendars:
    """Opens calendars to who has their key."""

    def __init__(
        self, *, desks: Desks, generations: Generations, secret: Callable[[], bytes]
    ) -> None:
        """`secret` makes the keys; whoever knows it can open every calendar."""
        self._desks = desks
        self._generations = generations
        self._secret = secret

    def addresses(self) -> tuple[CalendarAddress, ...]:
        """Of every person and schedule of the desk."""
        desk, generations = self._desks.current(), self._generations.all()
        named = [
            *((CalendarKind.PERSON, str(one.id)) for one in desk.responders),
            *((CalendarKind.SCHEDULE, one.name) for one in desk.schedules),
        ]
        return tuple(
            CalendarAddress(
                kind=kind,
                name=name,
                key=calendar_key(kind, name, generations.get((kind, name), 0), self._secret()),
            )
            for kind, name in named
        )

    def renew(self, kind: str, name: str) -> CalendarAddress:
        """A new address in the place of the one before. Raises NotFound."""
        desk = self._desks.current()
        if not _is_there(desk, kind, name):
            raise NotFound("there is no such calendar")
        key = calendar_key(kind, name, self._generations.renew(kind, name), self._secret())
        return CalendarAddress(kind=CalendarKind(kind), name=name, key=key)

    def open(self, kind: str, name: str, key: str, *, now: datetime) -> Calendar:
        """The calendar. Raises NotFound for a wrong key just as for a name that is not there."""
        good = calendar_key(kind, name, self._generations.of(kind, name), self._secret())
        is_good = hmac.compare_digest(key.encode("utf-8", "surrogatepass"), good.encode())
        desk = self._desks.current()
        if not is_good or not _is_there(desk, kind, name):
            raise NotFound("there is no such calendar")
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        as_of = today - timedelta(days=today.weekday())
        within = (as_of - BACK, as_of + AHEAD + timedelta(weeks=1))
        if kind == CalendarKind.PERSON:
            responder = desk.responder(ResponderId(name))
            title = f"On call: {responder.name if responder else name}"
            events = tuple(_of_person(ResponderId(name), desk, *within))
        else:
            title = f"On call: {name}"
            events = tuple(_of_schedule(name, desk, *within))
        in_order = sorted(events, key=lambda event: (event.starts_at, event.id))
        return Calendar(name=title, as_of=as_of, events=tuple(in_order))


def calendar_key(kind: str, name: str, generation: int, secret: bytes) -> str:
    """22 characters that are safe in an address."""
    said = f"calendar:{kind}:{name}:{generation}".encode("utf-8", "surrogatepass")
    digest = hmac.new(secret, said, hashlib.sha256).digest()[:_KEY_BYTES]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _is_there(desk: Desk, kind: str, name: str) -> bool:
    match kind:
        case CalendarKind.PERSON:
            return desk.responder(ResponderId(name)) is not None
        case CalendarKind.SCHEDULE:
            return desk.schedule(name) is not None
    return False


def _of_person(
    id: ResponderId, desk: Desk, starts_at: datetime, ends_at: datetime
) -> Iterator[CalendarEvent]:
    for schedule in desk.schedules:
        for duty in _duties(schedule, desk, starts_at, ends_at):
            if duty.responder == id:
                what = f"Standing in: {schedule.name}" if duty.is_gap else schedule.name
                yield _event(duty, schedule, f"On call: {what}", starts_at)


def _of_schedule(
    name: str, desk: Desk, starts_at: datetime, ends_at: datetime
) -> Iterator[CalendarEvent]:
    schedule = desk.schedule(name)
    for duty in _duties(schedule, desk, starts_at, ends_at) if schedule else ():
        responder = desk.responder(duty.responder)
        who = responder.name if responder else duty.responder
        summary = f"{who} stands in (nobody is named)" if duty.is_gap else f"{who} is on call"
        yield _event(duty, schedule, summary, starts_at)


def _duties(
    schedule: OnCallSchedule, desk: Desk, starts_at: datetime, ends_at: datetime
) -> Iterator[Duty]:
    """Duties that touch a time, from their true beginning where that is not too long ago."""
    for duty in duties(schedule, desk.fallback, starts_at - FURTHER_BACK, ends_at):
        if duty.ends_at > starts_at:
            yield duty


def _event(
    duty: Duty, schedule: OnCallSchedule | None, summary: str, starts_at: datetime
) -> CalendarEvent:
    # A duty that began before anybody looked keeps its id while its beginning moves on.
    is_endless = duty.starts_at <= starts_at - FURTHER_BACK
    begin = "before" if is_endless else duty.starts_at.astimezone(UTC).isoformat()
    of = (schedule.name if schedule else "", duty.responder, duty.is_gap, begin)
    return CalendarEvent(
        id=hashlib.sha256("\0".join(map(str, of)).encode()).hexdigest()[:32],
        starts_at=duty.starts_at,
        ends_at=duty.ends_at,
        summary=summary,
    )
