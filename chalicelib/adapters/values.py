"""Domain values as text in DynamoDB: JSON for whole values (packed by zlib where they are long),
ISO 8601 for instants.

Reading is strict: text of another shape is an error that says where and what, never a guess.
Fields may be added with a default, since older text is then still read.
"""

import zlib
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import msgspec

from chalicelib.domain.errors import BadInput

V = TypeVar("V")


def to_text(value: object) -> str:
    """A frozen dataclass of the domain as JSON."""
    return msgspec.json.encode(value).decode()


def from_text(shape: type[V], text: str | None, where: str) -> V:
    """The value that `to_text` wrote. Raises BadInput, naming `where`, for anything else."""
    any_shape: Any = shape
    try:
        value: V = _decoder(any_shape).decode(text or "")
    except (msgspec.DecodeError, ValueError) as error:
        raise BadInput(f"{where}: what is stored is no {shape.__name__}: {error}") from None
    return value


def to_packed(value: object) -> bytes:
    """As `to_text`, packed."""
    return zlib.compress(msgspec.json.encode(value), 9)


def from_packed(shape: type[V], packed: bytes | None, where: str) -> V:
    """The value that `to_packed` wrote. Raises as `from_text`."""
    try:
        text = zlib.decompress(packed or b"").decode()
    except (zlib.error, ValueError) as error:
        raise BadInput(f"{where}: what is stored is no {shape.__name__}: {error}") from None
    return from_text(shape, text, where)


@cache
def _decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape)


def instant_to_text(instant: datetime) -> str:
    """UTC with microseconds, such as `2026-11-21T23:05:12.000000Z`. Raises for naive ones."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def instant_from_text(text: str) -> datetime:
    """The instant that `instant_to_text` wrote."""
    return datetime.fromisoformat(text)
