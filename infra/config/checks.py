"""What no single setting shows: gaps, shared phones, people who cannot be reached.

Each check looks at the entries that can be read, so that one fault does not hide another.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from chalicelib.domain.schedule import Gap, OnCallSchedule
from infra.config import phone as phones
from infra.config.build import options_of, schedule_of
from infra.config.oncall import PolicySetting, ScheduleSetting
from infra.config.problem import Path
from infra.config.shape import BrandSetting, ResponderSetting, SmsSetting, SourceSetting

AHEAD = timedelta(days=14)
"""How far ahead every schedule must name somebody."""

Finding = tuple[Path, str]


class CheckOptions(Protocol):
    """What is wrong with the options of a source of some kind: `<option>: ...` each."""

    def __call__(
        self, kind: str, options: Mapping[str, object], *, has_secret: bool
    ) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The entries of a file that are right in themselves, and the file as it stands."""

    raw: Mapping[str, object]
    kinds: tuple[str, ...]
    brands: Mapping[str, BrandSetting] = field(default_factory=dict)
    sources: Mapping[str, SourceSetting] = field(default_factory=dict)
    responders: Mapping[str, ResponderSetting] = field(default_factory=dict)
    schedules: Mapping[str, ScheduleSetting] = field(default_factory=dict)
    policies: Mapping[str, PolicySetting] = field(default_factory=dict)
    sms: SmsSetting = field(default_factory=SmsSetting)

    def section(self, name: str) -> Mapping[str, object]:
        """A section as it stands in the file, right or wrong."""
        found = self.raw.get(name)
        return found if isinstance(found, dict) else {}


def faults(parts: Parts, *, now: datetime, check_options: CheckOptions) -> Iterator[Finding]:
    """What must be put right before the file can be in force."""
    yield from _steps_without_delay(parts)
    yield from _phones_in_doubt_of_their_owner(parts)
    yield from _nobody_behind(parts)
    for name in sorted({*parts.section("schedules")} & {*parts.section("responders")}):
        yield (
            ("schedules", name),
            "is the name of a responder too; steps could mean either: rename one",
        )
    for name, schedule in parts.schedules.items():
        yield from _gaps(name, schedule_of(name, schedule), now)
    for name, raw in parts.section("sources").items():
        if isinstance(raw, dict):
            yield from _options(name, raw, parts, check_options)


def doubts(parts: Parts) -> Iterator[Finding]:
    """What is allowed and yet hardly meant."""
    for name, policy in parts.policies.items():
        if wait := policy.steps[0].after_minutes:
            where = ("policies", name, "steps", 0, "after_minutes")
            yield where, f"nobody is paged in the first {wait} minutes of an incident"
    for name, person in parts.responders.items():
        if person.phone is None:
            if name in _paged(parts):
                yield ("responders", name), "is on call without a phone, so is passed over"
        elif odd := phones.doubt(person.phone):
            yield ("responders", name, "phone"), odd
    fallback = parts.raw.get("fallback")
    if fallback is not None and fallback == parts.raw.get("lead"):
        yield ("lead",), "is the fallback too: when that phone is silent, nobody is told"
    targets = {name for one in parts.policies.values() for step in one.steps for name in step.page}
    for name in parts.schedules:
        if name not in targets:
            yield ("schedules", name), "is in no step of a policy, so nobody is paged by it"
    if not parts.section("sources"):
        yield ("sources",), "is empty, so nothing is listened to"
        return
    listened_for = {source.brand for source in parts.sources.values()}
    for name in parts.brands:
        if name not in listened_for:
            yield ("brands", name), "has no source, so nothing is heard of it"


def _options(
    name: str, raw: Mapping[str, object], parts: Parts, check_options: CheckOptions
) -> Iterator[Finding]:
    kind = raw.get("kind")
    if kind not in parts.kinds or not isinstance(kind, str):
        return  # told already
    options = options_of(raw)
    for wrong in check_options(kind, options, has_secret=bool(raw.get("secret"))):
        option, _, message = wrong.partition(": ")
        if option not in options and not option.isidentifier():
            yield ("sources", name), wrong
            continue
        near = difflib.get_close_matches(option, SourceSetting.model_fields, n=1)
        meant = f" (did you mean {near[0]}?)" if near and option in options else ""
        yield ("sources", name, option), message + meant


def _steps_without_delay(parts: Parts) -> Iterator[Finding]:
    for name, raw in parts.section("policies").items():
        steps = raw.get("steps") if isinstance(raw, dict) else None
        for number, step in enumerate(steps if isinstance(steps, list) else ()):
            if number and isinstance(step, dict) and "after_minutes" not in step:
                where = ("policies", name, "steps", number)
                yield where, "has no after_minutes; say how long the step before may take: 10"


def _phones_in_doubt_of_their_owner(parts: Parts) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for name, person in parts.responders.items():
        if person.phone is None:
            continue
        if person.phone == parts.sms.origination_number:
            yield ("responders", name, "phone"), "is the origination_number too; give a mobile's"
        if (owner := owners.setdefault(person.phone, name)) != name:
            yield (
                ("responders", name, "phone"),
                f"is the phone of {owner} too, so a reply could be either's; give another",
            )


def _nobody_behind(parts: Parts) -> Iterator[Finding]:
    for role in ("fallback", "lead"):
        name = parts.raw.get(role)
        person = parts.responders.get(name) if isinstance(name, str) else None
        if person is not None and person.phone is None:
            yield (role,), f"{name} has no phone; add responders.{name}.phone or name another"


def _paged(parts: Parts) -> set[str]:
    by_step = {name for one in parts.policies.values() for step in one.steps for name in step.page}
    by_turn = {
        name
        for one in parts.schedules.values()
        for turn in one.rotations
        for name in turn.responders
    }
    return by_step | by_turn


def _gaps(name: str, schedule: OnCallSchedule, now: datetime) -> Iterator[Finding]:
    gaps = schedule.gaps(now, now + AHEAD)
    if not gaps:
        return
    first = gaps[0]
    more = f" (and {len(gaps) - 1} more in the next 14 days)" if len(gaps) > 1 else ""
    yield (
        ("schedules", name, "rotations"),
        f"nobody is on call from {_wall(first.starts_at, schedule)} to "
        f"{_wall(first.ends_at, schedule)} {schedule.zone}{more}; {_remedy(schedule, first, now)}",
    )


def _remedy(schedule: OnCallSchedule, gap: Gap, now: datetime) -> str:
    earlier = gap.starts_at.astimezone(ZoneInfo(schedule.zone)).date() - timedelta(days=1)
    ended = [turn for turn in schedule.rotations if turn.ends_on and turn.ends_on <= earlier]
    if not schedule.rotations:
        return f"add a rotation with starts_on: {earlier}"
    if gap.starts_at <= now and any(turn.starts_on > earlier for turn in schedule.rotations):
        return f"set starts_on to {earlier} or earlier, or add a rotation"
    if ended or any(turn.ends_on for turn in schedule.rotations):
        return "move ends_on, or add a rotation that follows"
    return "add a rotation or an override"


def _wall(moment: datetime, schedule: OnCallSchedule) -> str:
    return moment.astimezone(ZoneInfo(schedule.zone)).strftime("%a %Y-%m-%d %H:%M")
