"""The escalation clock: which calls and steps are due, and what follows them."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.calling import Call
from chalicelib.domain.desk import Desk
from chalicelib.domain.due import after_step, calls_due, is_lost, is_meant, waits_until
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.incident import Incident, IncidentState
from chalicelib.domain.page import PageState
from chalicelib.ports import Desks, Incidents, Meter, Notices
from chalicelib.services.paging.bundling import Bundling
from chalicelib.services.paging.sending import Held, Sending, Wanted
from chalicelib.services.paging.updates import Updates

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
        sending: Sending,
        updates: Updates,
        meter: Meter,
        notices: Notices,
    ) -> None:
        self._desks = desks
        self._incidents = incidents
        self._sending = sending
        self._bundling = Bundling(desks=desks, sending=sending, meter=meter)
        self._updates = updates
        self._meter = meter
        self._notices = notices

    def tick(self, *, now: datetime, has_time: Callable[[], bool] = lambda: True) -> int:
        """Carry out every call and step that is due; how many incidents were listed as due.

        What is due for the same person at once goes out as one message; incidents that nobody
        has heard of before repeats, and updates on what somebody has taken last of all. Stops
        when `has_time` says no; what is left is due at the next tick, longest due first.
        """
        due = self._incidents.due(now, limit=DUE_AT_ONCE)
        failed = 0

        def each(
            incidents: Sequence[Incident], act: Callable[[Incident], Incident]
        ) -> list[Incident]:
            """What became of each; one that fails must not keep the others from ringing."""
            nonlocal failed
            done = []
            for number, incident in enumerate(incidents):
                if not has_time():
                    log.error("tick_out_of_time", extra={"left": len(incidents) - number})
                    break
                try:
                    done.append(act(incident))
                except StaleWrite:
                    log.info("incident_changed_meanwhile", extra={"incident": incident.id})
                except Exception:
                    log.exception("escalation_failed", extra={"incident": incident.id})
                    failed += 1
            return done

        # The index lags behind the record: who has just acknowledged must not be rung.
        fresh = each(due, lambda listed: self._as_it_is(listed, now=now))
        ringing = [one for one in fresh if one.state is IncidentState.TRIGGERED]
        new = [one for one in ringing if not one.paged]
        known = [one for one in ringing if one.paged]
        self._bundling.send(new, known, now=now)
        each(new, lambda one: self._escalate_now(one, now=now))
        self._bundling.send(known, now=now)
        each(known, lambda one: self._escalate_now(one, now=now))
        each([one for one in fresh if one.to_tell], lambda one: self._updates.tell(one, now=now))
        if failed:
            self._meter.count("EscalationsFailed", failed)
            self._notices.tell(
                "escalation-failed", f"{failed} incidents could not be escalated.", now=now
            )
        return len(due)

    def escalate(self, incident: Incident, *, now: datetime) -> Incident:
        """Carry out what is due of an incident at `now`; the incident as it is then.

        A step is recorded after its pages went out: a crash in between repeats it, and its
        pages know that they were sent. A step that reached nobody is followed by the next one
        at once.
        """
        while incident.state is IncidentState.TRIGGERED and incident.due_at <= now:  # type: ignore[operator]
            desk = self._desks.current()
            moved = self._moved(incident, desk, now=now)
            if moved is None:
                return incident
            try:
                self._incidents.save(moved)
            except StaleWrite:
                return self._incidents.get(incident.id) or incident
            incident = moved
        return incident

    def escalate_all(self, incidents: Sequence[Incident], *, now: datetime) -> None:
        """Several at once: what they want of the same phone goes out as one message."""
        self._bundling.send(incidents, now=now)
        for incident in incidents:
            self.escalate(incident, now=now)

    def _escalate_now(self, incident: Incident, *, now: datetime) -> Incident:
        """Escalate it as it is by now: others before it may have taken their time."""
        return self.escalate(self._incidents.get(incident.id) or incident, now=now)

    def _as_it_is(self, listed: Incident, *, now: datetime) -> Incident:
        """The record itself, triggered again when its acknowledgement has timed out."""
        incident = self._incidents.get(listed.id) or listed
        expires_at = incident.ack_expires_at
        if incident.state is not IncidentState.ACKNOWLEDGED or not expires_at or expires_at > now:
            return incident
        desk = self._desks.current()
        policy = desk.policy(incident.policy)
        is_open = desk.is_open(policy, now)
        again = incident.triggered_again(now=now, policy=policy, is_open=is_open)
        self._incidents.save(again)
        log.info(
            "acknowledgement_timed_out",
            extra={"incident": incident.id, "responder": incident.acknowledged_by},
        )
        return again

    def _moved(self, incident: Incident, desk: Desk, *, now: datetime) -> Incident | None:
        """The incident after all that is due of it; None while another worker is at a page."""
        calls = calls_due(incident, desk, now=now)
        gone_on = [self._gone_on(incident, call, desk, now=now) for call in calls]
        if None in gone_on:
            return None
        calls = tuple(call for call in gone_on if call is not None)
        if incident.position.is_due(now):
            position, is_in_vain = after_step(incident, calls, desk, now=now)
        elif is_in_vain := is_lost(calls, before=incident.calls):
            position = replace(incident.position, due_at=now)
        else:
            position = incident.position
        if is_in_vain:
            self._reached_nobody(incident)
        return incident.moved_to(position, calls=calls)

    def _gone_on(self, incident: Incident, call: Call, desk: Desk, *, now: datetime) -> Call | None:
        """The call after every rule of it that is due; None while another worker is at a page."""
        responder, policy = desk.responder(call.responder), desk.policy(incident.policy)
        while call.is_due(now):
            rules = responder.rules if responder is not None else ()
            is_over = call.rule >= len(rules) or not is_meant(call, policy, desk, now=now)
            if responder is None or is_over:
                return call.ended()
            until = waits_until(incident, call, desk, now=now)
            if until is not None:
                return call.held_until(until)
            call = call.caught_up(rules, now=now)
            channel = rules[call.rule].channel
            pages = self._sending.page([Wanted(incident, call)], responder, channel, desk, now=now)
            match pages[incident.id]:
                case Held(free):
                    return call.held_until(free)
                case PageState.SENDING:
                    return None
                case state:
                    call = call.after_page(rules, now=now, reached=state.has_reached)
        return call

    def _reached_nobody(self, incident: Incident) -> None:
        log.error(
            "step_reached_nobody",
            extra={"incident": incident.id, "step": incident.position.step},
        )
        self._meter.count("StepsReachingNobody")
