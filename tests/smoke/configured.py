"""The part of a `World` that its owner writes down: people, schedules, policies, rooms."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.domain.desk import Desk
from chalicelib.domain.escalation import EscalationPolicy, Step
from chalicelib.domain.responder import Responder
from chalicelib.domain.schedule import OnCallSchedule, ResponderId, Rotation
from tests.builders import a_responder
from tests.smoke.desks import a_policy, a_schedule, always, step
from tests.smoke.stages import Stage

QUARTER = timedelta(minutes=15)


class Configured:
    """The desk in force on a stage; every change puts another one in force at once."""

    def __init__(self, stage: Stage, desk: Desk) -> None:
        self.stage = stage
        self.desk = desk
        self._expected: set[str] = set()
        """Ids of messages that a test has looked at."""

    def apply(self, desk: Desk | None = None, **changes: Any) -> None:
        """Put another desk in force, or this one with `changes` to its fields."""
        self.desk = replace(desk or self.desk, **changes)
        self.stage.put_in_force(self.desk)

    def on_call(self, *, first: str, second: str = "", after: timedelta = QUARTER) -> None:
        """One schedule that always names `first`; then `second`, when given."""
        steps = [step("@primary"), *([step(second, after=after)] if second else [])]
        self.apply(schedules=(always(first),), policies=(a_policy(*steps),))

    def schedule(self, *layers: Rotation, **more: Any) -> None:
        """The schedule `primary`, made of these layers; see `desks.a_schedule`."""
        self.schedules(a_schedule(*layers, **more))

    def schedules(self, *schedules: OnCallSchedule) -> None:
        self.apply(schedules=schedules)

    def policy(self, *steps: Step, **more: Any) -> None:
        """The policy that every incident follows; see `desks.step` and `desks.a_policy`."""
        self.policies(a_policy(*steps, **more))

    def policies(self, *policies: EscalationPolicy) -> None:
        self.apply(policies=policies)

    def nobody_on_call(self) -> None:
        """The schedule has a gap, now and for ever."""
        self.apply(schedules=(OnCallSchedule(name="primary", zone="UTC"),))

    def person(self, id: str, **changes: Any) -> Responder:
        """A responder with other fields than so far; a new one when the desk has none of that id.

        A new one has neither phone nor anything else but what is given.
        """
        known = self.desk.responder(ResponderId(id))
        person = replace(known, **changes) if known else a_responder(ResponderId(id), **changes)
        others = [one for one in self.desk.responders if one.id != person.id]
        order = {one.id: place for place, one in enumerate(self.desk.responders)}
        people = sorted([*others, person], key=lambda one: order.get(one.id, len(order)))
        self.apply(responders=tuple(people))
        return person

    def without(self, id: str) -> None:
        """Somebody has left the desk."""
        self.apply(responders=tuple(one for one in self.desk.responders if one.id != id))

    def without_phone(self, id: str) -> None:
        """A responder whose number nobody has entered."""
        self.person(id, phone=None)
