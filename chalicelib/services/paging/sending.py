"""Sending: pages to one person by one channel, each once, as one message."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.calling import Call
from chalicelib.domain.cost import Done, Feature, Use
from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.errors import ChannelError
from chalicelib.domain.incident import Incident, IncidentId
from chalicelib.domain.page import (
    KeyKind,
    Page,
    PageState,
    key_to,
    message_digest,
    page_for,
)
from chalicelib.ports import (
    Channel,
    Incidents,
    Message,
    Meter,
    Notices,
    Pages,
    Rates,
    Sounding,
)
from chalicelib.services.answerable import WaysToAnswer
from chalicelib.services.paging.limits import PHONE, Limits
from chalicelib.services.paging.providers import Providers

log = logging.getLogger("nightdesk.paging")

RECEIPTS_WITHIN = timedelta(days=4)
"""Delivery receipts of SMS may take 72 hours (AWS documentation of SNS delivery status)."""

MOST_IN_A_MESSAGE = 100
"""Incidents that one message tells of; more go out in a second one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An incident that a person is to be paged for."""

    incident: Incident
    call: Call

    @property
    def is_first(self) -> bool:
        """Whether the person hears of it for the first time, or was asked for by somebody."""
        return self.call.responder not in self.incident.paged or self.call.turn.startswith("h")


@dataclass(frozen=True, slots=True)
class Held:
    """The phone has rung too often of late for what it has heard before."""

    until: datetime


class Sending:
    """Hands pages to channels."""

    def __init__(
        self,
        *,
        incidents: Incidents,
        pages: Pages,
        rates: Rates,
        channels: Mapping[str, Channel],
        ways: WaysToAnswer,
        meter: Meter,
        notices: Notices,
    ) -> None:
        self._incidents = incidents
        self._pages = pages
        self._limits = Limits(rates=rates, notices=notices)
        self._providers = Providers(channels)
        self._ways = ways
        self._meter = meter

    def page(
        self,
        wanted: Sequence[Wanted],
        responder: Responder,
        channel: str,
        desk: Desk,
        *,
        now: datetime,
    ) -> dict[IncidentId, PageState | Held]:
        """Page one person by one channel for some incidents, in one message; what became of each.

        At most `MOST_IN_A_MESSAGE` of them. A page that went out before is not sent again. One
        that another worker is at stays `sending`. Held back are only pages of incidents that the
        person has heard of; they ride along with the first page of another. Of several, one whose
        page cannot be claimed is left out, and holds up none of the others.
        """
        made = {
            one.incident.id: (one, page_for(one.incident, one.call, channel, now=now))
            for one in wanted
        }
        is_first = any(
            one.is_first and (len(made) == 1 or self._seen(page, now) is None)
            for one, page in made.values()
        )
        free = now if is_first else self._limits.free_at(responder, channel, desk, now=now)
        if free > now:
            return {id: self._seen(page, now) or Held(free) for id, (_, page) in made.items()}
        states: dict[IncidentId, PageState | Held] = {}
        ours: list[tuple[Wanted, Page]] = []
        for id, (one, page) in made.items():
            try:
                claimed = self._claimed(page, now=now)
            except Exception:
                if len(made) == 1:
                    raise
                log.exception("page_not_claimed", extra={"page": page.id})
                continue
            if isinstance(claimed, Page):
                ours.append((one, claimed))
            else:
                states[id] = claimed
        if ours:
            states |= self._send(ours, responder, channel, desk, now=now)
        return states

    def _seen(self, page: Page, now: datetime) -> PageState | None:
        """What became of a page that was claimed before."""
        seen = self._pages.get(page.id)
        return seen.state if seen is not None and not seen.can_be_taken(now) else None

    def _claimed(self, page: Page, *, now: datetime) -> Page | PageState:
        """The page when it is ours to send, else what is known of it."""
        seen = self._pages.claim(page)
        if seen is None:
            return page
        if not seen.can_be_taken(now):
            return seen.state
        taken = seen.taken_again(now)
        return taken if self._pages.take(taken, seen=seen) else PageState.SENDING

    def _send(
        self,
        ours: Sequence[tuple[Wanted, Page]],
        responder: Responder,
        channel: str,
        desk: Desk,
        *,
        now: datetime,
    ) -> dict[IncidentId, PageState | Held]:
        pages = [page for _, page in ours]
        extra = {
            "incidents": [page.incident_id for page in pages],
            "responder": responder.id,
            "channel": channel,
        }
        message = self._message(ours, responder, channel, desk, now=now)
        gravest = message.soundings[0].incident
        # One message about several incidents is paid for by the gravest.
        paid_by = self._meter.within(Feature.WAKING, brand=gravest.brand, about=gravest.id)
        try:
            with paid_by:
                provider_id = self._providers.send_page(message, responder, channel, now=now)
                self._meter.used(Use(sku=Done.PAGE))
        except ChannelError as error:
            log.warning("page_refused", extra={**extra, "refusal": str(error)})
            done = [page.refused(str(error)) for page in pages]
        except Exception as error:
            # Whatever a channel stumbles over, the next rule must not wait for it. Its words
            # stay out of the log: they may hold an address.
            log.error("page_failed", extra={**extra, "trouble": type(error).__name__})
            done = [page.refused(f"the channel failed: {type(error).__name__}") for page in pages]
        else:
            log.info("page_sent", extra={**extra, "pages": [page.id for page in pages]})
            done = [page.sent(provider_id, now=now) for page in pages]
        is_sent = done[0].state is PageState.SENT
        self._meter.count("PagesSent" if is_sent else "PagesRefused")
        for page in done:
            self._record(page)
        if is_sent:
            self._remember(done, responder, channel, now=now)
        return {page.incident_id: page.state for page in done}

    def _record(self, page: Page) -> None:
        """What became of a page, which has happened even when it cannot be recorded.

        Tried twice: a page that is never recorded may ring once more, as after a crash.
        """
        for _ in range(2):
            try:
                self._pages.save(page)
            except Exception:
                log.exception("page_not_recorded", extra={"page": page.id})
            else:
                return

    def _remember(
        self, sent: Sequence[Page], responder: Responder, channel: str, *, now: datetime
    ) -> None:
        """What a later receipt and the next repeat need; their failing must not undo a page."""
        if channel != PHONE:
            return
        try:
            key = key_to(
                sent,
                KeyKind.MESSAGE,
                message_digest(sent[0].provider_id),
                responder=responder.id,
                channel=channel,
                expires_at=now + RECEIPTS_WITHIN,
            )
            self._pages.add_keys([key])
            self._limits.record(responder, channel, now=now)
        except Exception:
            log.exception("page_not_remembered", extra={"page": sent[0].id})

    def _message(
        self,
        ours: Sequence[tuple[Wanted, Page]],
        responder: Responder,
        channel: str,
        desk: Desk,
        *,
        now: datetime,
    ) -> Message:
        gravest_first = sorted(
            (one.incident for one, _ in ours),
            key=lambda incident: (incident.urgency.rank, incident.opened_at, incident.id),
        )
        pages = [page for _, page in ours]
        return Message(
            id=_message_id(pages),
            soundings=tuple(
                Sounding(
                    incident=incident,
                    loudness=self._loudness(incident),
                    brand_name=desk.brand_name(incident.brand),
                )
                for incident in gravest_first
            ),
            answerable=self._ways.to(
                pages,
                responder.id,
                channel,
                has_code=channel == PHONE and desk.sms.is_two_way,
                now=now,
            ),
        )

    def _loudness(self, incident: Incident) -> int:
        """How many mentions have joined; a page need not wait for what it merely tells."""
        try:
            return self._incidents.loudness(incident.id)
        except Exception:
            log.exception("loudness_unknown", extra={"incident": incident.id})
            return 1


def _message_id(pages: Sequence[Page]) -> str:
    """The same for the same pages, whoever sends them."""
    names = "\n".join(sorted(page.id for page in pages))
    return "msg_" + hashlib.sha256(names.encode()).hexdigest()[:32]
