"""Checks of policies: steps that page nobody, or not when they are meant to."""

from collections.abc import Iterator

from infra.config.build import schedule_of
from infra.config.checks.coverage import AHEAD
from infra.config.checks.parts import Finding, Parts
from infra.config.checks.people import can_be_reached
from infra.config.fields import EVERYONE
from infra.config.policies import PolicySetting


def faults(parts: Parts) -> Iterator[Finding]:
    """What must be put right."""
    yield from _steps_without_delay(parts)
    for section in ("schedules", "responders"):
        if EVERYONE in parts.section(section):
            yield (section, EVERYONE), "is what steps call every responder; rename it"
    for name, policy in parts.policies.items():
        if policy.hours:
            continue
        hint = f"add hours: {next(iter(parts.section('hours')), 'office')}"
        if policy.pages_soon:
            yield (
                ("policies", name, "pages_soon"),
                f"is true without hours, and soon rings in business hours only; {hint}",
            )
        for number, step in enumerate(policy.steps):
            if step.during != "always":
                where = ("policies", name, "steps", number, "during")
                yield where, f"is {step.during}, and the policy has no hours; {hint}"


def doubts(parts: Parts) -> Iterator[Finding]:
    """What is allowed and yet hardly meant."""
    by_schedule = {name: _named(name, parts) for name in parts.schedules}
    for name, policy in parts.policies.items():
        if wait := policy.steps[0].after_minutes:
            where = ("policies", name, "steps", 0, "after_minutes")
            yield where, f"nobody is paged in the first {wait} minutes of an incident"
        yield from _passed_over(name, policy)
        for number, step in enumerate(policy.steps):
            people = {
                person for target in step.page for person in _meant(target, by_schedule, parts)
            }
            if people and not any(can_be_reached(person, parts) for person in people):
                yield (
                    ("policies", name, "steps", number, "page"),
                    f"reaches nobody, since {', '.join(sorted(people))} cannot be reached",
                )
    targets = {name for one in parts.policies.values() for step in one.steps for name in step.page}
    for name in parts.schedules:
        if name not in targets:
            yield ("schedules", name), "is in no step of a policy, so nobody is paged by it"


def paged(parts: Parts) -> set[str]:
    """Whom a step or a schedule names."""
    by_step = {name for one in parts.policies.values() for step in one.steps for name in step.page}
    by_turn = {
        str(person)
        for name, one in parts.schedules.items()
        for person in schedule_of(name, one).people()
    }
    return by_step | by_turn | ({*parts.responders} if EVERYONE in by_step else set())


def _named(schedule: str, parts: Parts) -> set[str]:
    """Whom a schedule means in the next 14 days; the fallback in a gap."""
    shifts = schedule_of(schedule, parts.schedules[schedule]).shifts(parts.now, parts.now + AHEAD)
    people = {one for shift in shifts for one in (shift.responder, *shift.also)}
    return {str(one) if one else parts.role("fallback") for one in people}


def _meant(target: str, by_schedule: dict[str, set[str]], parts: Parts) -> set[str]:
    if target == EVERYONE:
        return {*parts.section("responders")}
    if target in parts.section("schedules"):
        return by_schedule.get(target, set())
    return {target}


def _passed_over(name: str, policy: PolicySetting) -> Iterator[Finding]:
    taken = {step.during for step in policy.steps}
    for during, when in (("open", "in"), ("closed", "out of")):
        if not taken & {during, "always"}:
            yield (
                ("policies", name, "steps"),
                f"are all passed over {when} business hours, so that the fallback and the lead "
                "are paged at once",
            )


def _steps_without_delay(parts: Parts) -> Iterator[Finding]:
    for name, raw in parts.section("policies").items():
        steps = raw.get("steps") if isinstance(raw, dict) else None
        for number, step in enumerate(steps if isinstance(steps, list) else ()):
            if number and isinstance(step, dict) and "after_minutes" not in step:
                where = ("policies", name, "steps", number)
                yield where, "has no after_minutes; say how long the step before may take: 10"
