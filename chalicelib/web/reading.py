"""What a request says, as values: its body, its query, what the asker saw, and from where on.

Bodies and queries are frozen dataclasses. What does not fit one is BadInput that names the
field, says what was found and what to give.
"""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, TypeVar

import msgspec
from chalice.app import Request

from chalicelib.domain.errors import BadInput
from chalicelib.web.problems import TooLarge, WrongMediaType

T = TypeVar("T")

MAX_BODY = 64 * 1024
"""Bytes; the longest reply is a quarter of it in any script."""

MAX_CURSOR = 600
"""Characters; a place is an instant and an id."""

_VERSION = re.compile(r'(?:W/)?"([0-9]{1,9})(?:-[0-9A-Za-z]{1,64})?"')
_EXPECTED = re.compile(r"Expected `(.+?)`(?:, got `(.+)`)?(?: (.+))?$", re.DOTALL)
_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
    "datetime": "an instant such as 2026-11-22T09:00:00Z",
}


Cursor = Annotated[
    str,
    msgspec.Meta(
        description="`next` of the answer before; leave it out to begin.",
        extra_json_schema={"pattern": "^[A-Za-z0-9_-]*$", "maxLength": MAX_CURSOR},
    ),
]

Limit = Annotated[int, msgspec.Meta(ge=1, le=100, description="How many at most.")]


def check_media_type(request: Request) -> None:
    """Raises WrongMediaType for a body that is not said to be JSON; no body needs no type."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and (kind or request.raw_body):
        raise WrongMediaType("send JSON, with content-type: application/json")


def body_of(request: Request, kind: type[T]) -> T:
    """The request's JSON as a dataclass. Raises BadInput that names the field, or TooLarge."""
    raw = request.raw_body
    if len(raw) > MAX_BODY:
        raise TooLarge(f"{len(raw)} bytes; at most {MAX_BODY} are taken")
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise BadInput(_named(str(error))) from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BadInput(f"body: not JSON ({error}); send an object") from error


def query_of(request: Request, kind: type[T]) -> T:
    """What stands behind the `?` as a dataclass. Raises BadInput, for an unknown name too."""
    given = asked(request)
    known = [one.name for one in fields(kind)]  # type: ignore[arg-type]
    for name in given:
        if name not in known:
            raise BadInput(f"{_short(name)}: not known here; use one of {', '.join(known)}")
    try:
        return msgspec.convert(given, type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(_named(str(error))) from error


def asked(request: Request) -> Mapping[str, str]:
    """What stands behind the `?`. Raises BadInput for what is said twice."""
    given = request.query_params
    if given is None:
        return {}
    for name in given:
        if len(given.getlist(name)) > 1:
            raise BadInput(f"{_short(name)}: given more than once; give it once")
    return dict(given.items())


def version_seen(request: Request) -> int | None:
    """The version of what the asker saw, by `If-Match`; None when they do not say.

    It is the number at the beginning of an ETag. Raises BadInput when it is none.
    """
    said = request.headers.get("if-match", "*").strip()
    if said == "*":
        return None
    found = _VERSION.fullmatch(said)
    if found is None:
        raise BadInput('if-match: not an ETag of a ticket; send one as you got it, such as "7"')
    return int(found[1])


def cursor_of(place: str) -> str | None:
    """What a client sends back to go on from `place`; None when there is no more."""
    return urlsafe_b64encode(place.encode()).decode().rstrip("=") if place else None


def place_of(cursor: str) -> str:
    """Where a cursor of ours leads, empty for the beginning. Raises BadInput for any other."""
    if not cursor:
        return ""
    try:
        if len(cursor) > MAX_CURSOR or not re.fullmatch(r"[A-Za-z0-9_-]+", cursor):
            raise ValueError
        place = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        if not place.isprintable() or cursor_of(place) != cursor:
            raise ValueError
    except (ValueError, binascii.Error):
        raise BadInput(
            "after: no cursor of ours; send `next` of an answer as it is, or leave it out"
        ) from None
    return place


def _named(message: str) -> str:
    """msgspec's message as ours: field, finding, remedy."""
    finding, _, place = message.partition(" - at `$")
    field = place.rstrip("`").lstrip(".") or "body"
    if "required field `" in finding:
        missing = finding.split("`")[1]
        inside = "" if field == "body" else f"{field}."
        return f"{inside}{missing}: missing; give it"
    if finding.startswith("Invalid RFC3339"):
        return f"{field}: no instant; give one such as 2026-11-22T09:00:00Z"
    if "timezone" in finding:
        return f"{field}: has no time zone; end it with Z or an offset"
    expected = _EXPECTED.match(finding)
    if expected is None:
        return f"{field}: {finding[:1].lower()}{finding[1:]}; give another"
    wanted, got, bounds = expected.groups()
    what = " or ".join(_KINDS.get(one, one) for one in wanted.split(" | "))
    if got:
        return f"{field}: is {_KINDS.get(got, got)}; give {what}"
    return f"{field}: out of bounds; give {what} {bounds or ''}".rstrip()


def _short(name: str) -> str:
    """A name that somebody else made up, as far as it is harmless in a message."""
    return re.sub(r"[^\w.-]", "?", name[:40], flags=re.ASCII) or "query"
