"""Whom an incident calls at an instant, and what waits for opening."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.calling import Call, step_of, turn_of, with_step
from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.escalation import EscalationPolicy, Position, advance
from chalicelib.domain.incident import Incident
from chalicelib.domain.signal import Urgency
from chalicelib.domain.soon import held_until, is_bundle_time


def calls_due(incident: Incident, desk: Desk, *, now: datetime) -> tuple[Call, ...]:
    """The calls of an incident, those that its step begins included when it is due."""
    if not incident.position.is_due(now):
        return incident.calls
    people = people_of_step(incident, desk, now=now)
    return with_step(incident.calls, people, incident.position, now=now)


def people_of_step(incident: Incident, desk: Desk, *, now: datetime) -> tuple[Responder, ...]:
    """Whom the step that is due pages at this instant.

    Not whoever has just passed it on, as long as the step means anybody else.
    """
    policy = desk.policy(incident.policy)
    step = policy.step(incident.position)
    is_open = desk.is_open(policy, now)
    if _may_wait(incident) and not is_open:
        people = desk.people(step.targets, now) if is_bundle_time(now) else ()
        return tuple(one for one in people if one.wants_soon_hourly)
    people = desk.people(step.targets, now) if step.is_taken(is_open=is_open) else ()
    return tuple(one for one in people if one.id != incident.passed_on_by) or people


def after_step(
    incident: Incident, calls: Sequence[Call], desk: Desk, *, now: datetime
) -> tuple[Position, bool]:
    """What follows the step that was carried out, and whether it reached nobody it should have."""
    policy, position = desk.policy(incident.policy), incident.position
    hours = desk.hours_of(policy)
    is_open = desk.is_open(policy, now)
    if _may_wait(incident) and hours is not None and not is_open:
        people = desk.people(policy.step(position).targets, now)
        is_hourly = any(one.wants_soon_hourly for one in people)
        return replace(position, due_at=held_until(hours, now, is_hourly=is_hourly)), False
    turn = turn_of(position)
    reached = any(call.turn == turn and not call.is_lost for call in calls)
    is_taken = policy.step(position).is_taken(is_open=is_open)
    following = advance(policy, position, now=now, reached=reached, is_open=is_open)
    return following, is_taken and not reached


def waits_until(incident: Incident, call: Call, desk: Desk, *, now: datetime) -> datetime | None:
    """Until when a rule must wait that falls due after closing; None when it need not.

    A call that began out of hours was wanted then: in the hour's bundle, or by whoever asked.
    """
    hours = desk.hours_of(desk.policy(incident.policy))
    if incident.urgency is not Urgency.SOON or hours is None or hours.is_open(now):
        return None
    if step_of(call.turn) is None or not hours.is_open(call.began_at):
        return None
    responder = desk.responder(call.responder)
    is_hourly = responder is not None and responder.wants_soon_hourly
    if is_hourly and is_bundle_time(now):
        return None
    return held_until(hours, now, is_hourly=is_hourly)


def is_meant(call: Call, policy: EscalationPolicy, desk: Desk, *, now: datetime) -> bool:
    """Whether the step still means this person: who was swapped out since is not rung."""
    step = step_of(call.turn)
    if step is None:
        return True
    targets = policy.step(Position(due_at=now, step=step)).targets
    return any(one.id == call.responder for one in desk.people(targets, now))


def is_lost(calls: Sequence[Call], *, before: Sequence[Call]) -> bool:
    """Whether the newest turn has now ended without reaching anybody.

    What follows an older one has been carried out already.
    """
    newest = [call for call in calls if call.turn == calls[-1].turn]
    was_going = any(not call.is_lost for call in before if call.turn == calls[-1].turn)
    return was_going and all(call.is_lost for call in newest)


def _may_wait(incident: Incident) -> bool:
    """Whether business hours count for it: it is only *soon*, and nobody asks for anybody now."""
    return incident.urgency is Urgency.SOON and not incident.is_asked_for
