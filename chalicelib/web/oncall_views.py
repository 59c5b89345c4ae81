"""How who is on call, who can be woken and readiness look as JSON: frozen shapes.

Instants are ISO 8601 in UTC. No address of anybody is in any of them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.domain.contact import Contact
from chalicelib.domain.desk import Responder
from chalicelib.domain.readiness import Report
from chalicelib.services.contacting import Tried
from chalicelib.services.upcoming import ScheduleAhead


@dataclass(frozen=True, slots=True, kw_only=True)
class NowView:
    """Who is on call at this instant."""

    responder: str
    name: str
    also: tuple[str, ...]
    until: datetime | None
    is_fallback: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftView:
    """One shift; in a gap the fallback person, who stands in."""

    responder: str
    name: str
    starts_at: datetime
    ends_at: datetime
    also: tuple[str, ...]
    is_gap: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleView:
    """One schedule over the coming weeks, from the beginning of today in its zone."""

    name: str
    zone: str
    owner_name: str
    now: NowView
    shifts: tuple[ShiftView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarView:
    """A calendar and the secret address at which it can be subscribed to."""

    kind: str
    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallView:
    """Who is on call."""

    schedules: tuple[ScheduleView, ...]
    calendars: tuple[CalendarView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """What is known of one way to a person; never its address."""

    channel: str
    is_verified: bool
    verified_at: datetime | None
    tested_at: datetime | None
    opted_out_at: datetime | None
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderView:
    """Somebody who can be paged."""

    id: str
    name: str
    zone: str
    contacts: tuple[ContactView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondersView:
    """Everybody who can be paged, in the order of the configuration."""

    responders: tuple[ResponderView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedView:
    """A test page by one channel."""

    channel: str
    is_sent: bool
    refusal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPageView:
    """What went out."""

    sent: tuple[TriedView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """One thing that is not as it should be."""

    gravity: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessView:
    """The newest readiness report; `checked_at` is null before the first."""

    checked_at: datetime | None
    is_covered_tonight: bool | None
    findings: tuple[FindingView, ...]


def schedule_view(one: ScheduleAhead) -> ScheduleView:
    return ScheduleView(
        name=one.name,
        zone=one.zone,
        owner_name=one.owner_name,
        now=NowView(
            responder=one.now.responder,
            name=one.now.name,
            also=one.now.also,
            until=_utc(one.now.until),
            is_fallback=one.now.is_fallback,
        ),
        shifts=tuple(
            ShiftView(
                responder=shift.responder,
                name=shift.name,
                starts_at=shift.starts_at.astimezone(UTC),
                ends_at=shift.ends_at.astimezone(UTC),
                also=shift.also,
                is_gap=shift.is_gap,
            )
            for shift in one.shifts
        ),
    )


def responder_view(one: Responder, contacts: tuple[Contact, ...]) -> ResponderView:
    return ResponderView(
        id=one.id,
        name=one.name,
        zone=one.zone,
        contacts=tuple(contact_view(contact) for contact in contacts),
    )


def tried_view(one: Tried) -> TriedView:
    return TriedView(channel=one.channel, is_sent=one.is_sent, refusal=one.refusal)


def contact_view(one: Contact) -> ContactView:
    return ContactView(
        channel=one.channel,
        is_verified=one.is_verified,
        verified_at=_utc(one.verified_at),
        tested_at=_utc(one.tested_at),
        opted_out_at=_utc(one.opted_out_at),
        failure=one.failure,
    )


def readiness_view(report: Report | None) -> ReadinessView:
    if report is None:
        return ReadinessView(checked_at=None, is_covered_tonight=None, findings=())
    return ReadinessView(
        checked_at=report.checked_at.astimezone(UTC),
        is_covered_tonight=report.is_covered_tonight,
        findings=tuple(
            FindingView(gravity=one.gravity.value, what=one.what, remedy=one.remedy)
            for one in report.findings
        ),
    )


def _utc(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(UTC)
