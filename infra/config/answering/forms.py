"""The forms that settings of answering can take: urgencies, variables, events, languages.

Each raises ValueError with what was found and the remedy; pydantic collects them all.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from chalicelib.domain.answering.rules import HookEvent
from chalicelib.domain.answering.saved import SIGNATURE_VARIABLES, VARIABLES, faults_of
from chalicelib.domain.signal import Urgency
from infra.config import fields as form
from infra.config.problem import suggest

NEVER = "never"
PROMISED = (Urgency.WAKE, Urgency.SOON, Urgency.ANSWER)
"""What can be promised for; what is ignored has no promise."""
KINDS = ("ticket", "incident")

_LANGUAGE_LETTERS = (2, 3)
_MOST_SAVED = 1_000
"""Characters of a saved reply, so that a hundred of them fit into the desk."""
_MOST_SIGNED = 60


def whole(found: object, example: str) -> int:
    if found is None:
        raise ValueError(f"is empty; write {example}")
    if type(found) is not int:
        told = "what stands there" if isinstance(found, dict | list) else repr(found)[:60]
        raise ValueError(f"{told} is not a whole number; write {example}")
    return found


def _urgency(found: str) -> str:
    if found not in PROMISED:
        raise ValueError(f"{found!r} is not an urgency; {suggest(found, PROMISED)}")
    return found


def _hours_or_never(found: object) -> int | None:
    if found == NEVER:
        return None
    hours = whole(found, "hours, such as 48, or never")
    if not 1 <= hours <= 24 * 90:
        raise ValueError(f"{hours} is out of range; use 1 to {24 * 90} hours, or never")
    return hours


def _language(found: str) -> str:
    if not (found.isascii() and found.isalpha() and len(found) in _LANGUAGE_LETTERS):
        raise ValueError(f"{found[:40]!r} is not a language; write its ISO 639-1 code, such as de")
    return found.lower()


def _with_variables(found: str, known: tuple[str, ...], most: int) -> str:
    if wrong := next(faults_of(found, known), None):
        name = wrong[1 : wrong.index("}")] if wrong.startswith("{") else ""
        remedy = suggest(name, known) if name else "write variables as {name}"
        raise ValueError(f"{wrong}; {remedy}")
    if len(found) > most:
        raise ValueError(f"has {len(found)} characters; use {most} or less")
    return found.strip()


def _saved_text(found: str) -> str:
    if not found.strip():
        raise ValueError("is empty; write what agents begin with, or take the entry out")
    return _with_variables(found, VARIABLES, _MOST_SAVED)


def _signature(found: str) -> str:
    return _with_variables(found, SIGNATURE_VARIABLES, _MOST_SIGNED)


def _event(found: str) -> str:
    known = (*HookEvent, *KINDS)
    if found not in known:
        raise ValueError(f"{found!r} is not an event; {suggest(found, known)}")
    return found


def each_once(found: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


UrgencyName = Annotated[str, AfterValidator(_urgency)]
Topics = Annotated[tuple[form.TopicName, ...], AfterValidator(each_once)]
Brands = Annotated[tuple[form.BrandName, ...], AfterValidator(each_once)]
Signature = Annotated[str, AfterValidator(_signature)]
Hours = Annotated[Any, BeforeValidator(_hours_or_never)]
Language = Annotated[str, AfterValidator(_language)]
SavedText = Annotated[str, AfterValidator(_saved_text)]
Events = Annotated[tuple[Annotated[str, AfterValidator(_event)], ...], AfterValidator(each_once)]
Urgencies = Annotated[tuple[UrgencyName, ...], AfterValidator(each_once)]
