"""Answers of platforms: from bytes to checked values, one bad entry never spoiling the others."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from chalicelib.domain.errors import SourceUnavailable
from chalicelib.http import Response

Shape = TypeVar("Shape")
Entry = TypeVar("Entry")
Made = TypeVar("Made")


class NotReadable(Exception):
    """An entry that is understood but cannot become a mention; says why."""


_UNREADABLE = (
    msgspec.MsgspecError,
    NotReadable,
    RecursionError,
    ValueError,
    ArithmeticError,
    OSError,  # what datetime says to an instant of 10^17 seconds
)

LONGEST_ID = 100
"""Characters of an entry's id that are told."""


class _Named(msgspec.Struct, frozen=True):
    id: str | int | None = None
    object_id: str | int | None = msgspec.field(name="objectID", default=None)
    review_id: str | None = msgspec.field(name="reviewId", default=None)
    fsq_tip_id: str | None = None
    uri: str | None = None


def decoded(response: Response, shape: type[Shape]) -> Shape:
    """The JSON of an answer as `shape`.

    Raises SourceUnavailable when it is something else: the page of a proxy, an outage page,
    half an answer. Such things pass.
    """
    try:
        return msgspec.json.decode(response.body, type=shape)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        start = response.body[:200].lstrip().lower()
        if not start:
            found = "nothing"
        elif start.startswith(b"<"):
            found = "a web page"
        else:
            found = str(error)[:200]
        raise SourceUnavailable(f"{response.host} answered with no usable JSON: {found}") from None


def each(
    entries: Iterable[msgspec.Raw], shape: type[Entry], made: Callable[[Entry, bytes], Made | None]
) -> tuple[list[Made], list[str]]:
    """What `made` makes of each entry (None: nothing for us), and those that cannot be read.

    Of the latter only id (or place, from 1) and trouble are told: they go to the log, and what
    a person wrote does not.
    """
    good: list[Made] = []
    refused: list[str] = []
    for number, entry in enumerate(entries, start=1):
        raw = bytes(entry)
        try:
            one = made(msgspec.json.decode(raw, type=shape), raw)
        except _UNREADABLE as error:
            refused.append(f"entry {_id(raw) or f'number {number}'}: {_trouble(error)}")
        else:
            if one is not None:
                good.append(one)
    return good, refused


def _id(raw: bytes) -> str:
    try:
        named = msgspec.json.decode(raw, type=_Named)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return ""
    found = named.id or named.object_id or named.review_id or named.fsq_tip_id or named.uri
    return str(found or "")[:LONGEST_ID]


def _trouble(error: Exception) -> str:
    """Our words or msgspec's; those of other errors repeat the value."""
    if isinstance(error, msgspec.MsgspecError | NotReadable):
        return str(error)[:200]
    return type(error).__name__
