"""Waking: pages go out step by step until somebody acknowledges."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.errors import ChannelError, StaleWrite
from chalicelib.domain.escalation import EscalationPolicy, advance
from chalicelib.domain.incident import Incident, IncidentState
from chalicelib.domain.page import (
    ANSWERABLE_FOR,
    KeyKind,
    Page,
    PageKey,
    PageState,
    code_digest,
    link_digest,
    page_for,
)
from chalicelib.ports import (
    Answerable,
    Channel,
    Desks,
    Incidents,
    Meter,
    Notices,
    Pages,
    Randomness,
)

log = logging.getLogger("nightdesk.paging")

DUE_AT_ONCE = 500
"""Incidents that one tick handles at most, longest due first."""


class Paging:
    """Wakes people."""

    def __init__(
        self,
        *,
        desks: Desks,
        incidents: Incidents,
        pages: Pages,
        channels: Sequence[Channel],
        randomness: Randomness,
        meter: Meter,
        notices: Notices,
        public_url: Callable[[], str],
        pepper: Callable[[], bytes],
    ) -> None:
        """`pepper` keys the digests of reply codes; `public_url` is where links lead."""
        self._desks = desks
        self._incidents = incidents
        self._pages = pages
        self._channels = channels
        self._randomness = randomness
        self._meter = meter
        self._notices = notices
        self._public_url = public_url
        self._pepper = pepper

    def tick(self, *, now: datetime, has_time: Callable[[], bool] = lambda: True) -> int:
        """Carry out every step that is due; how many incidents were listed as due.

        Stops when `has_time` says no; what is left is due at the next tick, longest due first.
        """
        due = self._incidents.due(now, limit=DUE_AT_ONCE)
        failed = 0
        for listed in due:
            if not has_time():
                log.error("tick_out_of_time", extra={"due": len(due)})
                break
            try:
                # The index lags behind the record: who has just acknowledged must not be rung.
                incident = self._incidents.get(listed.id)
                if incident is not None:
                    self.escalate(self._ringing_again(incident, now=now), now=now)
            except StaleWrite:
                log.info("incident_changed_meanwhile", extra={"incident": listed.id})
            except Exception:
                # One incident that fails must not keep the others from ringing.
                log.exception("escalation_failed", extra={"incident": listed.id})
                failed += 1
        if failed:
            self._meter.count("EscalationsFailed", failed)
            self._notices.tell(
                "escalation-failed", f"{failed} incidents could not be escalated.", now=now
            )
        return len(due)

    def escalate(self, incident: Incident, *, now: datetime) -> Incident:
        """Carry out the steps of an incident that are due at `now`; the incident as it is then.

        A step is recorded after its pages went out: a crash in between repeats the step, whose
        pages know that they were sent. A step that reached nobody is followed by the next one
        at once.
        """
        if incident.state is not IncidentState.TRIGGERED or not incident.position.is_due(now):
            return incident
        desk = self._desks.current()
        policy = desk.policy(incident.policy)
        while incident.state is IncidentState.TRIGGERED and incident.position.is_due(now):
            reached = self._carry_out_step(incident, policy, desk, now=now)
            if reached is None:
                return incident
            moved = incident.moved_to(advance(policy, incident.position, now=now, reached=reached))
            try:
                self._incidents.save(moved)
            except StaleWrite:
                return self._incidents.get(incident.id) or incident
            incident = moved
        return incident

    def _ringing_again(self, incident: Incident, *, now: datetime) -> Incident:
        """The incident, triggered again when its acknowledgement has timed out."""
        expires_at = incident.ack_expires_at
        if incident.state is not IncidentState.ACKNOWLEDGED or not expires_at or expires_at > now:
            return incident
        policy = self._desks.current().policy(incident.policy)
        again = incident.triggered_again(now=now, policy=policy)
        self._incidents.save(again)
        log.info(
            "acknowledgement_timed_out",
            extra={"incident": incident.id, "responder": incident.acknowledged_by},
        )
        return again

    def _carry_out_step(
        self, incident: Incident, policy: EscalationPolicy, desk: Desk, *, now: datetime
    ) -> bool | None:
        """Page the targets of the step that is due; whether a provider took one of the pages.

        None while another worker is at it: that one records the step.
        """
        step = policy.step(incident.position)
        responders = dict.fromkeys(
            responder.id for target in step.targets for responder in desk.targets(target, now)
        )
        states: list[PageState] = []
        for id in responders:
            responder = desk.responder(id)
            if responder is not None:
                states += [
                    self._page(incident, responder, channel, desk, now=now)
                    for channel in self._channels
                ]
        if PageState.SENDING in states:
            return None
        if PageState.SENT in states:
            return True
        log.error(
            "step_reached_nobody",
            extra={"incident": incident.id, "step": incident.position.step},
        )
        self._meter.count("StepsReachingNobody")
        return False

    def _page(
        self,
        incident: Incident,
        responder: Responder,
        channel: Channel,
        desk: Desk,
        *,
        now: datetime,
    ) -> PageState:
        """Send one page unless it was sent; what is known of it then."""
        page = page_for(incident, incident.position, responder.id, channel.name, now=now)
        seen = self._pages.claim(page)
        if seen is not None:
            if not seen.can_be_taken(now):
                return seen.state
            page = seen.taken_again(now)
            if not self._pages.take(page, seen=seen):
                return PageState.SENDING
        done = self._send(page, incident, responder, channel, desk, now=now)
        self._pages.save(done)
        return done.state

    def _send(
        self,
        page: Page,
        incident: Incident,
        responder: Responder,
        channel: Channel,
        desk: Desk,
        *,
        now: datetime,
    ) -> Page:
        extra = {"incident": incident.id, "responder": responder.id, "channel": channel.name}
        answerable = self._answerable(page, desk, now=now)
        loudness = self._incidents.loudness(incident.id)
        try:
            provider_id = channel.send_page(
                incident,
                responder,
                answerable,
                loudness=loudness,
                brand_name=desk.brand_name(incident.brand),
            )
        except ChannelError as error:
            self._meter.count("PagesRefused")
            log.warning("page_refused", extra={**extra, "refusal": str(error)})
            return page.refused(str(error))
        except Exception as error:
            # Whatever a channel stumbles over, the next step must not wait for it. Its words
            # stay out of the log: they may hold the number.
            self._meter.count("PagesRefused")
            log.error("page_failed", extra={**extra, "trouble": type(error).__name__})
            return page.refused(f"the channel failed: {type(error).__name__}")
        self._meter.count("PagesSent")
        log.info("page_sent", extra={**extra, "step": incident.position.step, "page": page.id})
        return page.sent(provider_id, now=now)

    def _answerable(self, page: Page, desk: Desk, *, now: datetime) -> Answerable:
        """Fresh ways to answer a page, kept only as digests."""
        code = self._randomness.code() if desk.sms.is_two_way else ""
        secret = self._randomness.key()
        digests = [(KeyKind.LINK, link_digest(secret))]
        if code:
            digests.append((KeyKind.CODE, code_digest(code, page.responder, self._pepper())))
        self._pages.add_keys(
            [
                PageKey(
                    kind=kind,
                    digest=digest,
                    page_id=page.id,
                    incident_id=page.incident_id,
                    responder=page.responder,
                    expires_at=now + ANSWERABLE_FOR,
                )
                for kind, digest in digests
            ]
        )
        return Answerable(code=code, link=self._link(secret))

    def _link(self, secret: str) -> str:
        """Where the page is acknowledged; empty when the address cannot be had just now.

        An SMS without its link wakes as well as one with it; a page held back wakes nobody.
        """
        try:
            return f"{self._public_url().rstrip('/')}/a/{secret}"
        except Exception as error:
            log.error("public_url_unknown", extra={"trouble": type(error).__name__})
            return ""
