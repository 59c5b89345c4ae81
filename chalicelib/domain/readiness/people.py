"""Findings about people and whom policies and schedules name."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.readiness.coverage import Coverage, Stretch, stand_in
from chalicelib.domain.readiness.facts import Facts
from chalicelib.domain.readiness.reach import (
    NO_ADDRESS,
    channel_name,
    is_reachable,
    own_trouble,
    why_not,
)
from chalicelib.domain.readiness.report import TONIGHT, Finding, Gravity
from chalicelib.domain.schedule import Gap, OnCallSchedule
from chalicelib.domain.wording import moment

HOLIDAYS_NOTED = timedelta(days=60)
HOLIDAYS_SOON = timedelta(days=14)
"""Before the last day for which public holidays are known."""

MOST_NAMES = 5
"""Named in one finding; of more only the number is told."""


def policies(facts: Facts, coverage: Coverage) -> Iterator[Finding]:
    """Policies and single steps that reach nobody at some time."""
    for policy in coverage.policies:
        if stretches := coverage.unreached(policy):
            first = stretches[0]
            is_tonight = first.starts_at < facts.now + TONIGHT
            yield Finding(
                gravity=Gravity.TONIGHT if is_tonight else Gravity.SOON,
                what=f"Policy {policy.name} reaches nobody {_when(first, facts)}: "
                f"{_why(first, facts)}",
                remedy="Give somebody of the policy a contact that works, or put somebody else on "
                "call; meanwhile incidents fall to the fallback people",
                about=f"policy {policy.name}" if is_tonight else "",
                begins_at=first.starts_at if is_tonight else None,
            )
            continue
        for number, step in enumerate(policy.steps, 1):
            if stretches := coverage.unreached_by(policy, step):
                first = stretches[0]
                yield Finding(
                    gravity=Gravity.SOON,
                    what=f"Step {number} of policy {policy.name} reaches nobody "
                    f"{_when(first, facts)}: {_why(first, facts)}",
                    remedy="Mend their contacts or name others; the step after it pages at once",
                )


def fallbacks(facts: Facts) -> Iterator[Finding]:
    """The people everything falls to in the end."""
    desk = facts.desk
    for id, role in {desk.lead: "lead", desk.fallback: "fallback person"}.items():
        person = desk.responder(id)
        if person is not None and not is_reachable(facts, person):
            yield Finding(
                gravity=Gravity.SOON,
                what=f"The {role} cannot be reached: {why_not(facts, person)}",
                remedy="Whatever nobody takes ends with them: mend their contacts first",
            )


def contacts(facts: Facts, coverage: Coverage) -> Iterator[Finding]:
    """What is wrong with the contacts of each person."""
    for person in facts.desk.responders:
        is_meant = person.id in coverage.meant
        gravity = Gravity.SOON if is_meant else Gravity.NOTE
        if not person.channels:
            yield Finding(
                gravity=gravity,
                what=f"{person.name} cannot be reached: {NO_ADDRESS}",
                remedy="Add a phone number and apply the configuration",
            )
        for channel in person.channels:
            if said := own_trouble(facts, person, channel):
                yield Finding(
                    gravity=gravity,
                    what=f"{person.name} cannot be reached by {channel_name(channel)}: {said}",
                    remedy=_remedy(facts, person, channel),
                )
                continue
            contact = facts.contacts.get((person.id, channel))
            if contact is not None and contact.failure:
                at = moment(contact.failed_at, _zone(facts), near=facts.now)
                yield Finding(
                    gravity=gravity,
                    what=f"The newest page to {person.name} by {channel_name(channel)} did not "
                    f"arrive ({at}): {contact.failure[:80]}",
                    remedy=_test(person),
                )


def unverified(facts: Facts, coverage: Coverage) -> Iterator[Finding]:
    """Contacts that nobody has ever proven to work, those of the coming night first."""
    near: list[str] = []
    far: list[str] = []
    for person in facts.desk.responders:
        for channel in person.channels:
            contact = facts.contacts.get((person.id, channel))
            if person.id in facts.unread:
                continue
            if contact is None or not contact.is_verified:
                group = near if person.id in coverage.meant_tonight else far
                group.append(f"{person.name} ({channel_name(channel)})")
    for group, gravity, whose in (
        (near, Gravity.SOON, "of people who may be paged tonight"),
        (far, Gravity.NOTE, "of others"),
    ):
        if group:
            yield Finding(
                gravity=gravity,
                what=f"Contacts {whose} that were never proven to work: {listed(group)}",
                remedy="Send each a test page, on the page under 'Test my phone' or by "
                "`nightdesk test-page`, and let it be answered",
            )


def unread(facts: Facts) -> Iterator[Finding]:
    """People of whose contacts nothing could be read."""
    names = [one.name for one in facts.desk.responders if one.id in facts.unread]
    if names:
        why = next(iter(facts.unread.values())).why
        yield Finding(
            gravity=Gravity.SOON,
            what=f"Could not read what is known of {listed(names)}: {why}",
            remedy="Runbook, unreadable records; they are paged all the same",
        )


def gaps(facts: Facts, coverage: Coverage) -> Iterator[tuple[OnCallSchedule, Finding]]:
    """Gaps of each schedule in the coming 14 days, and what to say of them."""
    for schedule in facts.desk.schedules:
        if found := coverage.gaps(schedule):
            yield (
                schedule,
                Finding(
                    gravity=Gravity.SOON,
                    what=f"Nobody is on call in {schedule.name} "
                    f"{_of_gaps(found, schedule, facts)}: {stand_in(facts.desk)} stands in",
                    remedy="Add an override or a rotation that covers it",
                ),
            )


def holidays(facts: Facts) -> Iterator[Finding]:
    """Business hours whose public holidays are soon unknown."""
    for hours in facts.desk.hours:
        if hours.known_until is None:
            continue
        left = hours.known_until - _today(facts, hours.zone)
        if left <= HOLIDAYS_NOTED:
            until = hours.known_until
            yield Finding(
                gravity=Gravity.SOON if left <= HOLIDAYS_SOON else Gravity.NOTE,
                what=f"Public holidays of business hours {hours.name} are known until {until} only",
                remedy="Run `nightdesk apply` again: it fills in the years to come",
            )


def _remedy(facts: Facts, person: Responder, channel: str) -> str:
    if channel == "webhook":
        return "Store its address by `nightdesk secret set`, with the name in the configuration"
    if channel == "email" and isinstance(facts.in_email_sandbox, frozenset):
        if person.id not in facts.in_email_sandbox:
            return "Verify the address in Amazon SES, or leave the sandbox"
        return _test(person)
    if facts.opted_out.get(person.id) is True:
        return f"{person.name} texts START to the number our SMS come from"
    if isinstance(facts.in_sandbox, frozenset) and person.id not in facts.in_sandbox:
        return "Verify the number in the SNS console, or leave the sandbox"
    return _test(person)


def _test(person: Responder) -> str:
    return f"Check the address and send a test page: `nightdesk test-page {person.id}`"


def _why(stretch: Stretch, facts: Facts) -> str:
    if not stretch.people:
        return "whom it names is not on the desk"
    return listed([why_not(facts, one) for one in stretch.people])


def _when(stretch: Stretch, facts: Facts) -> str:
    """`now and until 08:00`, `from 22:00 to 06:00`, in the zone of the lead."""
    ends = moment(stretch.ends_at, _zone(facts), near=facts.now)
    if stretch.starts_at <= facts.now:
        return f"now and until {ends}"
    return f"from {moment(stretch.starts_at, _zone(facts), near=facts.now)} to {ends}"


def _of_gaps(found: Sequence[Gap], schedule: OnCallSchedule, facts: Facts) -> str:
    first = found[0]
    starts, ends = (_dated(at, schedule.zone) for at in (first.starts_at, first.ends_at))
    starts = "now" if first.starts_at <= facts.now else starts
    more = f" and {len(found) - 1} more times within 14 days" if len(found) > 1 else ""
    return f"from {starts} to {ends}{more}"


def _dated(at: datetime, zone: str) -> str:
    return moment(at, zone, near=None)


def listed(names: Sequence[str]) -> str:
    """Up to `MOST_NAMES` of them, and how many more."""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def _zone(facts: Facts) -> str:
    return zone_of_lead(facts.desk)


def zone_of_lead(desk: Desk) -> str:
    lead = desk.responder(desk.lead)
    return lead.zone if lead else "UTC"


def _today(facts: Facts, zone: str) -> date:
    return facts.now.astimezone(ZoneInfo(zone)).date()
