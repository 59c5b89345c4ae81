"""The forms a single setting can take: names, numbers, addresses, and who they point to.

Times have forms of their own, in `times.py`.

Each raises ValueError with what was found and the remedy; pydantic collects them all.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

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
from pydantic.fields import FieldInfo

from chalicelib.domain.escalation import During
from chalicelib.domain.responder import WebhookForm
from chalicelib.domain.signal import Topic
from infra.config import phone as phones
from infra.config.problem import suggest
from infra.credentials import WEBHOOK

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SENDER_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,11}")
_EMAIL = re.compile(
    r"(?=.{3,254}$)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]+\.)+[a-z]{2,}"
)
"""An address as people have them; RFC 5321 allows more that nobody has."""
_SENDER = re.compile(r"(?P<name>[A-Za-z0-9 .!#$%&'*+/=?^_{|}~-]*)<(?P<address>[^<>]*)>")
"""A name in front of an address, of characters that need no quotes there (RFC 5322, 3.2.3)."""

EVERYONE = "everyone"
"""What a step calls every responder of the desk."""
CHANNELS = ("sms", "email", "webhook")

MOST_DOLLARS = Decimal(1_000_000)


def about(meaning: str, example: str = "", **limits: int) -> Any:
    """What a setting means, an example as it stands in YAML, and its limits for pydantic."""
    return Field(description=meaning, examples=[example] if example else None, **limits)  # type: ignore[call-overload]


class Setting(BaseModel):
    """Base of all: what is not known is refused, a number may stand for text."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


def settings_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """What a model asks for, by the names that stand in the file."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


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
    known = (*names.of("schedules"), *names.of("responders"), EVERYONE)
    if found not in known:
        raise ValueError(f"{found!r} is no schedule and no responder; {suggest(found, known)}")
    return found


def _names(info: ValidationInfo) -> Names:
    if not isinstance(info.context, Names):
        raise TypeError("settings are validated with the names of their file as context")
    return info.context


def _one_of(known: Iterable[str], what: str) -> Callable[[str], str]:
    def check(found: str) -> str:
        if found not in known:
            raise ValueError(f"{found!r} is not {what}; {suggest(found, known)}")
        return found

    return check


def _kind(found: str, info: ValidationInfo) -> str:
    known = _names(info).kinds
    if found not in known:
        raise ValueError(f"{found!r} is not a kind of source; {suggest(found, known)}")
    return found


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


def _webhook_secret(found: str) -> str:
    if not _SLUG.fullmatch(found) or not found.startswith(WEBHOOK):
        raise ValueError(
            "is not the name of a webhook's secret; store its address by "
            f"`nightdesk secret set {WEBHOOK}NAME` and write that name, which begins with {WEBHOOK}"
        )
    return found


def _email(found: str) -> str:
    # Not repeated: it is somebody's, and the line says which.
    if not _EMAIL.fullmatch(found):
        raise ValueError("is not an e-mail address; write one such as ana@acme.example")
    return found


def _sender(found: str) -> str:
    match = _SENDER.fullmatch(found.strip())
    name, address = (match["name"].strip(), match["address"]) if match else ("", found.strip())
    if not _EMAIL.fullmatch(address):
        raise ValueError(
            f"{found!r} is not a sender; write an address, or a name in plain letters and an "
            "address in <>, such as Nightdesk <night@acme.example>"
        )
    return f"{name} <{address}>" if name else address


def _handle(found: str) -> str:
    return _word(found).removeprefix("@")


def _word(found: str) -> str:
    if not found.strip():
        raise ValueError("is empty text; write a word or take it out")
    return found.strip()


def _dollars(found: object) -> Decimal:
    wrong = f"{found!r} is no amount of US dollars; write one such as 50 or 49.90"
    if isinstance(found, bool) or not isinstance(found, int | float | str | Decimal):
        raise ValueError(wrong)
    try:
        amount = Decimal(str(found))
    except InvalidOperation:
        raise ValueError(wrong) from None
    if not amount.is_finite():
        raise ValueError(wrong)
    if not Decimal("0.01") <= amount <= MOST_DOLLARS:
        raise ValueError(f"{found} cannot be a budget; use 0.01 to {MOST_DOLLARS:,} US dollars")
    return amount


Whole = Annotated[int, Strict()]
"""A whole number, never text or a yes."""
Dollars = Annotated[Decimal, BeforeValidator(_dollars)]
Minutes = Annotated[Whole, Field(ge=1, le=10_080)]
Slug = Annotated[str, AfterValidator(_slug)]
SecretName = Annotated[str, AfterValidator(_secret_name)]
Word = Annotated[str, AfterValidator(_word)]
Term = Annotated[str, AfterValidator(_word), AfterValidator(str.lower)]
Handle = Annotated[str, AfterValidator(_handle)]
SenderId = Annotated[str, AfterValidator(_sender_id)]
Number = Annotated[str, AfterValidator(_number)]
WebhookSecret = Annotated[str, AfterValidator(_webhook_secret)]
Email = Annotated[str, AfterValidator(_email)]
Sender = Annotated[str, AfterValidator(_sender)]
ChannelName = Annotated[str, AfterValidator(_one_of(CHANNELS, "a way to reach somebody"))]
Form = Annotated[str, AfterValidator(_one_of([*WebhookForm], "a form"))]
Soon = Annotated[str, AfterValidator(_one_of(("hold", "hourly"), "what soon may do"))]
DuringName = Annotated[str, AfterValidator(_one_of([*During], "a time"))]
TopicName = Annotated[str, AfterValidator(_one_of([*Topic], "a topic"))]
Kind = Annotated[str, AfterValidator(_kind)]
ResponderName = Annotated[str, AfterValidator(_points_to("responders", "a responder"))]
PolicyName = Annotated[str, AfterValidator(_points_to("policies", "an escalation policy"))]
BrandName = Annotated[str, AfterValidator(_points_to("brands", "a brand"))]
HoursName = Annotated[str, AfterValidator(_points_to("hours", "the name of business hours"))]
TargetName = Annotated[str, AfterValidator(_target)]
