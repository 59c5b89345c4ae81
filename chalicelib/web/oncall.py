"""JSON about who is on call, whether they can be woken, and whether all is ready."""

import logging
from dataclasses import dataclass
from typing import Annotated

import msgspec

from chalicelib import wiring
from chalicelib.domain.errors import ChannelRefused, IllegalMove, NotFound
from chalicelib.domain.schedule import ResponderId
from chalicelib.services.contacting import TOO_SOON
from chalicelib.web.blueprint import current_agent, endpoint
from chalicelib.web.calendar import url_of
from chalicelib.web.oncall_views import (
    CalendarView,
    ContactView,
    OnCallView,
    ReadinessView,
    RespondersView,
    TestPageView,
    contact_view,
    readiness_view,
    responder_view,
    schedule_view,
    tried_view,
)

MOST_WEEKS = 12
DEFAULT_WEEKS = 4

logger = logging.getLogger("nightdesk.web")


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPageBody:
    """By which channel; all of them when none is named."""

    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyBody:
    """The code that a test page carried."""

    channel: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallQuery:
    """How far ahead."""

    weeks: Annotated[int, msgspec.Meta(ge=1, le=MOST_WEEKS)] = DEFAULT_WEEKS


@endpoint("/api/v1/on-call")
def on_call(query: OnCallQuery) -> OnCallView:
    """Who is on call now and for some weeks, and where calendars are."""
    public_url = wiring.public_url()
    return OnCallView(
        schedules=tuple(
            schedule_view(one) for one in wiring.upcoming().weeks(query.weeks, now=wiring.now())
        ),
        calendars=tuple(
            CalendarView(kind=one.kind.value, name=one.name, url=url_of(one, public_url))
            for one in wiring.calendars().addresses()
        ),
    )


@endpoint("/api/v1/responders")
def responders() -> RespondersView:
    """Everybody who can be paged, and whether their contacts are verified."""
    everybody = wiring.contacting().everybody()
    return RespondersView(
        responders=tuple(responder_view(one, contacts) for one, contacts in everybody)
    )


@endpoint("/api/v1/responders/{id}/test-page", method="POST")
def send_test_page(id: str, body: TestPageBody) -> TestPageView:
    """Send a test page; what became of it, channel by channel. An error when nothing went out."""
    tried = wiring.contacting().test(_id(id), body.channel or None, now=wiring.now())
    logger.info("test_page_asked", extra={"responder": id, "agent": current_agent().id})
    if not any(one.is_sent for one in tried):
        if all(one.refusal == TOO_SOON for one in tried):
            raise IllegalMove(TOO_SOON)
        raise ChannelRefused("; ".join(one.refusal for one in tried))
    return TestPageView(sent=tuple(tried_view(one) for one in tried))


@endpoint("/api/v1/responders/{id}/verify", method="POST")
def verify(id: str, body: VerifyBody) -> ContactView:
    """Somebody types the code that their contact was sent."""
    return contact_view(
        wiring.contacting().verify_code(_id(id), body.channel, body.code, now=wiring.now())
    )


@endpoint("/api/v1/readiness")
def readiness() -> ReadinessView:
    """Whether somebody would be woken tonight, as the newest report has it."""
    return readiness_view(wiring.latest_report())


def _id(text: str) -> ResponderId:
    if len(text) > 100:
        raise NotFound("there is no such responder")
    return ResponderId(text)
