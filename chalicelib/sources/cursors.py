"""Cursors: how far a source has been read, as versioned text that nobody else reads."""

import hashlib
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from chalicelib.ports import Cursor

VERSION = "1:"

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[State]):
    of: str
    state: State


def written(state: object, *, of: str) -> Cursor:
    """The cursor that holds `state` (a frozen dataclass of plain values).

    `of` says what was read, such as an address: the mark of one listing is none in another.
    """
    return Cursor(VERSION + msgspec.json.encode(_Kept(_digest(of), state)).decode())


def read(cursor: Cursor | None, shape: type[State], *, of: str) -> tuple[State | None, str]:
    """The state in a cursor and, where there was one that cannot be read, the gap that leaves.

    A cursor of something else (the configuration was changed) counts as none.
    """
    if cursor is None:
        return None, ""
    if cursor.startswith(VERSION):
        text = cursor[len(VERSION) :]
        try:
            if msgspec.json.decode(text, type=_Kept[object]).of != _digest(of):
                return None, ""
            return msgspec.json.decode(text, type=_Kept[shape]).state, ""  # type: ignore[valid-type]
        except (msgspec.MsgspecError, RecursionError, ValueError):
            pass
    return None, "the mark of how far it was read cannot be understood; began with the recent past"


def _digest(of: str) -> str:
    return hashlib.sha256(of.encode()).hexdigest()[:12]
