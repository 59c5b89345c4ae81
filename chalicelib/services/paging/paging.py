"""The escalation clock: which calls and steps are due, and what follows them."""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.calling import Call, step_of, turn_of, with_step
from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.escalation import EscalationPolicy, Position, advance
from chalicelib.domain.incident import Incident, IncidentState
from chalicelib.domain.page import PageState
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.signal import Urgency
from chalicelib.domain.soon import held_until, is_bundle_time
from chalicelib.ports import Desks, Incidents, Meter, Notices
from chalicelib.services.paging.sending import MOST_IN_A_MESSAGE, Held, Sending, Wanted
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
        each(self._together(new, known, now=now), lambda one: self._escalate_now(one, now=now))
        each(self._together(known, now=now), lambda one: self._escalate_now(one, now=now))
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
            moved = self._moved(incident, desk.policy(incident.policy), desk, now=now)
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
        for incident in self._together(incidents, now=now):
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

    def _together(
        self, incidents: Sequence[Incident], riding: Sequence[Incident] = (), *, now: datetime
    ) -> Sequence[Incident]:
        """Send what several incidents want of one phone as one message; the incidents.

        Those `riding` along are told of only where one of the others is. Nothing is recorded here
        but the pages: escalating each incident then finds them sent. So a failure here costs no
        more than the bundling.
        """
        if not incidents or len(incidents) + len(riding) < 2:
            return incidents
        meant = {one.id for one in incidents}
        try:
            desk = self._desks.current()
            everything = self._wanted([*incidents, *riding], desk, now=now)
            for (id, channel), wanted in everything.items():
                responder = desk.responder(id)
                for number in range(0, len(wanted), MOST_IN_A_MESSAGE):
                    some = wanted[number : number + MOST_IN_A_MESSAGE]
                    is_meant = any(one.incident.id in meant for one in some)
                    if responder is not None and is_meant and len(some) > 1:
                        self._sending.page(some, responder, channel, desk, now=now)
        except Exception:
            log.exception("bundling_failed")
            self._meter.count("BundlingFailed")
        return incidents

    def _wanted(
        self, incidents: Sequence[Incident], desk: Desk, *, now: datetime
    ) -> dict[tuple[ResponderId, str], list[Wanted]]:
        """Which pages are due now, by person and channel."""
        found: defaultdict[tuple[ResponderId, str], list[Wanted]] = defaultdict(list)
        for incident in incidents:
            policy = desk.policy(incident.policy)
            calls = incident.calls
            if incident.position.is_due(now):
                people = self._people(incident, policy, desk, now=now)
                calls = with_step(calls, people, incident.position, now=now)
            for call in calls:
                responder = desk.responder(call.responder)
                is_on = (
                    call.is_due(now)
                    and _is_meant(call, policy, desk, now=now)
                    and _waits_until(incident, call, policy, desk, now=now) is None
                )
                if responder is not None and is_on and call.rule < len(responder.rules):
                    call = call.caught_up(responder.rules, now=now)
                    channel = responder.rules[call.rule].channel
                    found[call.responder, channel].append(Wanted(incident, call))
        return found

    def _people(
        self, incident: Incident, policy: EscalationPolicy, desk: Desk, *, now: datetime
    ) -> tuple[Responder, ...]:
        """Whom the step that is due pages at this instant.

        Not whoever has just passed it on, as long as the step means anybody else.
        """
        step = policy.step(incident.position)
        is_open = desk.is_open(policy, now)
        if _may_wait(incident) and not is_open:
            people = desk.people(step.targets, now) if is_bundle_time(now) else ()
            return tuple(one for one in people if one.wants_soon_hourly)
        people = desk.people(step.targets, now) if step.is_taken(is_open=is_open) else ()
        return tuple(one for one in people if one.id != incident.passed_on_by) or people

    def _moved(
        self, incident: Incident, policy: EscalationPolicy, desk: Desk, *, now: datetime
    ) -> Incident | None:
        """The incident after all that is due of it; None while another worker is at a page."""
        position, calls = incident.position, incident.calls
        is_step = position.is_due(now)
        if is_step:
            people = self._people(incident, policy, desk, now=now)
            calls = with_step(calls, people, position, now=now)
        gone_on = [self._gone_on(incident, call, policy, desk, now=now) for call in calls]
        if None in gone_on:
            return None
        calls = tuple(call for call in gone_on if call is not None)
        if is_step:
            position = self._after_step(incident, calls, policy, desk, now=now)
        elif _is_lost(calls, before=incident.calls):
            self._reached_nobody(incident)
            position = replace(position, due_at=now)
        return incident.moved_to(position, calls=calls)

    def _after_step(
        self,
        incident: Incident,
        calls: Sequence[Call],
        policy: EscalationPolicy,
        desk: Desk,
        *,
        now: datetime,
    ) -> Position:
        position = incident.position
        hours = desk.hours_of(policy)
        if _may_wait(incident) and hours is not None and not hours.is_open(now):
            people = desk.people(policy.step(position).targets, now)
            is_hourly = any(one.wants_soon_hourly for one in people)
            return replace(position, due_at=held_until(hours, now, is_hourly=is_hourly))
        turn = turn_of(position)
        reached = any(call.turn == turn and not call.is_lost for call in calls)
        is_open = desk.is_open(policy, now)
        if not reached and policy.step(position).is_taken(is_open=is_open):
            self._reached_nobody(incident)
        return advance(policy, position, now=now, reached=reached, is_open=is_open)

    def _gone_on(
        self, incident: Incident, call: Call, policy: EscalationPolicy, desk: Desk, *, now: datetime
    ) -> Call | None:
        """The call after every rule of it that is due; None while another worker is at a page."""
        responder = desk.responder(call.responder)
        while call.is_due(now):
            rules = responder.rules if responder is not None else ()
            is_over = call.rule >= len(rules) or not _is_meant(call, policy, desk, now=now)
            if responder is None or is_over:
                return call.ended()
            waits_until = _waits_until(incident, call, policy, desk, now=now)
            if waits_until is not None:
                return call.held_until(waits_until)
            call = call.caught_up(rules, now=now)
            channel = rules[call.rule].channel
            pages = self._sending.page([Wanted(incident, call)], responder, channel, desk, now=now)
            match pages[incident.id]:
                case Held(until):
                    return call.held_until(until)
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


def _may_wait(incident: Incident) -> bool:
    """Whether business hours count for it: it is only *soon*, and nobody asks for anybody now."""
    return incident.urgency is Urgency.SOON and not incident.is_asked_for


def _waits_until(
    incident: Incident, call: Call, policy: EscalationPolicy, desk: Desk, *, now: datetime
) -> datetime | None:
    """Until when a rule must wait that falls due after closing; None when it need not.

    A call that began out of hours was wanted then: in the hour's bundle, or by whoever asked.
    """
    hours = desk.hours_of(policy)
    if incident.urgency is not Urgency.SOON or hours is None or hours.is_open(now):
        return None
    responder = desk.responder(call.responder)
    is_hourly = responder is not None and responder.wants_soon_hourly
    if step_of(call.turn) is None or not hours.is_open(call.began_at):
        return None
    return (
        None if is_hourly and is_bundle_time(now) else held_until(hours, now, is_hourly=is_hourly)
    )


def _is_meant(call: Call, policy: EscalationPolicy, desk: Desk, *, now: datetime) -> bool:
    """Whether the step still means this person: who was swapped out since is not rung."""
    step = step_of(call.turn)
    if step is None:
        return True
    targets = policy.step(Position(due_at=now, step=step)).targets
    return any(one.id == call.responder for one in desk.people(targets, now))


def _is_lost(calls: Sequence[Call], *, before: Sequence[Call]) -> bool:
    """Whether the newest turn has now ended without reaching anybody.

    What follows an older one has been carried out already.
    """
    newest = [call for call in calls if call.turn == calls[-1].turn]
    was_going = any(not call.is_lost for call in before if call.turn == calls[-1].turn)
    return was_going and all(call.is_lost for call in newest)
