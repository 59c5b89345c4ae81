"""Who would be paged over the coming days, and when that is nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.escalation import FALLBACK_STEP, EscalationPolicy, Step, Target, TargetKind
from chalicelib.domain.readiness.facts import Facts
from chalicelib.domain.readiness.reach import is_reachable
from chalicelib.domain.readiness.report import AHEAD, TONIGHT
from chalicelib.domain.schedule import Gap, OnCallSchedule, ResponderId


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time `[starts_at, ends_at)` in which the same people are meant."""

    starts_at: datetime
    ends_at: datetime
    people: tuple[Responder, ...]


class Coverage:
    """The coming fortnight of one desk, gone through once."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._desk = facts.desk
        self._ends_at = facts.now + AHEAD

    @cached_property
    def policies(self) -> tuple[EscalationPolicy, ...]:
        """Those that brands follow."""
        names = {
            name: None for one in self._desk.brands for name in (one.policy, *one.policies.values())
        }
        if not self._desk.policies:
            return ()
        found = (self._desk.policy(name) for name in names)
        return tuple({one.name: one for one in found}.values())

    @cached_property
    def meant_tonight(self) -> frozenset[ResponderId]:
        """Everybody whom some policy pages within 16 hours, the fallback people included."""
        return self._meant(self._facts.now + TONIGHT)

    @cached_property
    def meant(self) -> frozenset[ResponderId]:
        """Everybody whom some policy pages within 14 days, the fallback people included."""
        return self._meant(self._ends_at)

    def unreached(self, policy: EscalationPolicy) -> tuple[Stretch, ...]:
        """When an incident of the policy reaches nobody whom its steps mean, first to last."""
        return self._nobody(policy, policy.steps)

    def unreached_by(self, policy: EscalationPolicy, step: Step) -> tuple[Stretch, ...]:
        """When one step of it is taken and reaches nobody."""
        return self._nobody(policy, (step,))

    def gaps(self, schedule: OnCallSchedule) -> tuple[Gap, ...]:
        """When nobody is on call in a schedule though a policy asks it then, first to last."""
        asking = [
            (policy, step)
            for policy in self.policies
            for step in policy.steps
            if any(_names(target, schedule) for target in step.targets)
        ]
        found: list[Gap] = []
        for gap in schedule.gaps(self._facts.now, self._ends_at):
            cuts = {gap.starts_at, gap.ends_at}
            for policy, _ in asking:
                cuts |= set(self._openings(policy, gap.starts_at, gap.ends_at))
            for begin, end in pairwise(sorted(cuts)):
                if any(self._is_taken(policy, step, begin) for policy, step in asking):
                    if found and found[-1].ends_at == begin:
                        begin = found.pop().starts_at
                    found.append(Gap(starts_at=begin, ends_at=end))
        return tuple(found)

    def _nobody(self, policy: EscalationPolicy, steps: Sequence[Step]) -> tuple[Stretch, ...]:
        found: list[Stretch] = []
        for begin, end in pairwise(self._edges(policy, self._ends_at)):
            people = self._people(policy, steps, begin)
            if people is None or any(is_reachable(self._facts, one) for one in people):
                continue
            if found and (found[-1].ends_at, found[-1].people) == (begin, people):
                begin = found.pop().starts_at
            found.append(Stretch(begin, end, people))
        return tuple(found)

    def _people(
        self, policy: EscalationPolicy, steps: Sequence[Step], at: datetime
    ) -> tuple[Responder, ...] | None:
        """Whom the steps mean at an instant; None when none of them is taken then."""
        taken = [step for step in steps if self._is_taken(policy, step, at)]
        if not taken:
            return None
        return self._desk.people((target for step in taken for target in step.targets), at)

    def _meant(self, until: datetime) -> frozenset[ResponderId]:
        ids = {self._desk.fallback, self._desk.lead}
        for policy in self.policies:
            for begin, _ in pairwise(self._edges(policy, until)):
                people = self._people(policy, policy.steps, begin)
                if people is None:
                    people = self._desk.people(FALLBACK_STEP.targets, begin)
                ids |= {one.id for one in people}
        return frozenset(ids)

    def _is_taken(self, policy: EscalationPolicy, step: Step, at: datetime) -> bool:
        return step.is_taken(is_open=self._desk.is_open(policy, at))

    def _edges(self, policy: EscalationPolicy, until: datetime) -> list[datetime]:
        """Instants at which whom the policy means may change, the ends of the time included."""
        now = self._facts.now
        cuts = {now, until, *self._openings(policy, now, until)}
        for schedule in self._desk.schedules:
            targets = (target for step in policy.steps for target in step.targets)
            if any(_names(target, schedule) for target in targets):
                cuts |= set(schedule.changes(now, until))
        return sorted(cuts)

    def _openings(
        self, policy: EscalationPolicy, starts_at: datetime, ends_at: datetime
    ) -> Iterator[datetime]:
        """Instants within a time at which the policy's business hours open or close."""
        hours = self._desk.hours_of(policy)
        at: datetime | None = starts_at
        while hours is not None and at is not None:
            at = hours.next_closing(at) if hours.is_open(at) else hours.next_opening(at)
            if at is None or at >= ends_at:
                return
            yield at


def stand_in(desk: Desk) -> str:
    """Who covers every gap."""
    fallback = desk.responder(desk.fallback)
    return fallback.name if fallback else desk.fallback


def _names(target: Target, schedule: OnCallSchedule) -> bool:
    return target.kind is TargetKind.SCHEDULE and target.name == schedule.name
