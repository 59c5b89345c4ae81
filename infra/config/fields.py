"""The forms a single setting can take: names, instants, numbers, and who they point to.

Each raises ValueError with what was found and the remedy; pydantic collects them all.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from anyascii import anyascii
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationInfo,
)

from chalicelib.domain.signal import Topic
from infra.config import phone as phones
from infra.config.problem import suggest

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_WALL_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_SENDER_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,11}")


def about(meaning: str, example: str = "", **limits: int) -> Any:
    """What a setting means, an example as it stands in YAML, and its limits for pydantic."""
    return Field(description=meaning, examples=[example] if example else None, **limits)  # type: ignore[call-overload]


class Setting(BaseModel):
    """Base of all: what is not known is refused, a number may stand for text."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


@dataclass(frozen=True, slots=True)
class Names:
    """What a setting may point to: every name in the file, and what the product brings along."""

    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names by section, such as `responders`."""
    kinds: tuple[str, ...] = ()
    """Kinds of sources."""
    zones: tuple[str, ...] = ()
    """Time zones that the schedules name; the countries of phones are guessed from them."""

    def of(self, section: str) -> tuple[str, ...]:
        return self.sections.get(section, ())


def _slug(found: str) -> str:
    if _SLUG.fullmatch(found):
        return found
    plain = re.sub(r"[^a-z0-9_]+", "-", anyascii(found).lower()).strip("-_")[:40] or "nights"
    raise ValueError(
        f"{found!r} cannot be a name: use at most 40 lower-case letters, digits, - and _, "
        f"such as {plain}"
    )


def _secret_name(found: str) -> str:
    if not _SLUG.fullmatch(found):
        raise ValueError(
            "is not the name of a secret; store the secret by `nightdesk secret set NAME` and "
            "write that name, in lower-case letters, digits, - and _"
        )
    return found


def _points_to(section: str, what: str) -> Callable[[str, ValidationInfo], str]:
    def check(found: str, info: ValidationInfo) -> str:
        known = _names(info).of(section)
        if found not in known:
            raise ValueError(f"{found!r} is not {what} in this file; {suggest(found, known)}")
        return found

    return check


def _target(found: str, info: ValidationInfo) -> str:
    names = _names(info)
    schedules, responders = names.of("schedules"), names.of("responders")
    if found not in schedules and found not in responders:
        known = (*schedules, *responders)
        raise ValueError(f"{found!r} is no schedule and no responder; {suggest(found, known)}")
    return found


def _names(info: ValidationInfo) -> Names:
    if not isinstance(info.context, Names):
        raise TypeError("settings are validated with the names of their file as context")
    return info.context


def _kind(found: str, info: ValidationInfo) -> str:
    known = _names(info).kinds
    if found not in known:
        raise ValueError(f"{found!r} is not a kind of source; {suggest(found, known)}")
    return found


def _topic(found: str) -> Topic:
    if found not in set(Topic):
        raise ValueError(f"{found!r} is not a topic; {suggest(found, [*Topic])}")
    return Topic(found)


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC"))


def _zone(found: str) -> str:
    if found in available_timezones() - {"localtime", "posixrules", "Factory"}:
        return found
    towns = {zone.rsplit("/", 1)[-1].casefold(): zone for zone in _zones()}
    town = towns.get(found.strip().replace(" ", "_").casefold())
    remedy = f"did you mean {town}?" if town else suggest(found, _zones())
    if remedy.startswith("known:"):
        remedy = "write an IANA name such as Europe/Vienna"
    raise ValueError(f"{found!r} is not a known time zone; {remedy}")


def _day(found: object) -> date:
    if isinstance(found, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", found):
        try:
            return date.fromisoformat(found)
        except ValueError as error:
            raise ValueError(f"{found!r} is not in the calendar ({error})") from error
    raise ValueError(f"{found!r} is not a day; write year-month-day, such as 2026-11-02")


def _wall_time(found: object) -> time:
    match = _WALL_TIME.fullmatch(found) if isinstance(found, str) else None
    if match is None:
        raise ValueError(f"{found!r} is not a time of day; write HH:MM, such as 09:00")
    return time(int(match[1]), int(match[2]))


def _instant(found: object) -> datetime:
    if isinstance(found, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:", found):
        try:
            return datetime.fromisoformat(found)
        except ValueError:
            pass
    raise ValueError(
        f"{found!r} is not an instant; write the time on the schedule's wall, "
        "such as 2026-12-24 18:00, or add an offset, such as 2026-12-24 18:00+01:00"
    )


def _sender_id(found: str) -> str:
    if found and not _SENDER_ID.fullmatch(found):
        raise ValueError(
            f"{found!r} ({len(found)} characters) cannot be a sender id; "
            "use 1 to 11 letters and digits without spaces, at least one letter"
        )
    return found


def _number(found: str) -> str:
    if found and (wrong := phones.fault(found)):
        raise ValueError(wrong)
    return found


def _handle(found: str) -> str:
    return _word(found).removeprefix("@")


def _word(found: str) -> str:
    if not found.strip():
        raise ValueError("is empty text; write a word or take it out")
    return found.strip()


def at(moment: datetime, zone: str) -> datetime:
    """An instant of the file: its own offset, or the wall of `zone` (the first of a repeated)."""
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


Whole = Annotated[int, Strict()]
"""A whole number, never text or a yes."""
Minutes = Annotated[Whole, Field(ge=1, le=10_080)]
Slug = Annotated[str, AfterValidator(_slug)]
SecretName = Annotated[str, AfterValidator(_secret_name)]
Word = Annotated[str, AfterValidator(_word)]
Term = Annotated[str, AfterValidator(_word), AfterValidator(str.lower)]
Handle = Annotated[str, AfterValidator(_handle)]
Zone = Annotated[str, AfterValidator(_zone)]
Day = Annotated[date, BeforeValidator(_day)]
WallTime = Annotated[time, BeforeValidator(_wall_time)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
SenderId = Annotated[str, AfterValidator(_sender_id)]
Number = Annotated[str, AfterValidator(_number)]
TopicName = Annotated[str, AfterValidator(_topic)]
Kind = Annotated[str, AfterValidator(_kind)]
ResponderName = Annotated[str, AfterValidator(_points_to("responders", "a responder"))]
PolicyName = Annotated[str, AfterValidator(_points_to("policies", "an escalation policy"))]
BrandName = Annotated[str, AfterValidator(_points_to("brands", "a brand"))]
TargetName = Annotated[str, AfterValidator(_target)]
