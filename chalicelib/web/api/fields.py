"""What fields of requests may hold: said to clients by the OpenAPI document.

The bounds that the core checks by itself are only told here, so that its own messages, which
name the remedy, are what people read.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeVar

import msgspec

from chalicelib.domain.errors import BadInput
from chalicelib.domain.signal import Mood, Topic, Urgency
from chalicelib.domain.ticket import ENDED, MAX_REPLY
from chalicelib.domain.ticket.ending import MAX_PROMISE
from chalicelib.domain.ticket.holding import MAX_NOTE

E = TypeVar("E", bound=StrEnum)

NOT_BLANK = r"\S"


def told(**schema: object) -> msgspec.Meta:
    """Bounds that are told, and checked by the core."""
    return msgspec.Meta(extra_json_schema=schema)


ReplyText = Annotated[str, told(minLength=1, maxLength=MAX_REPLY, pattern=NOT_BLANK)]
PreviewText = Annotated[str, msgspec.Meta(max_length=4 * MAX_REPLY)]
NoteText = Annotated[str, told(minLength=1, maxLength=MAX_NOTE, pattern=NOT_BLANK)]
OptionalNote = Annotated[str, told(maxLength=MAX_NOTE)]
PromiseText = Annotated[str, told(minLength=1, maxLength=MAX_PROMISE, pattern=NOT_BLANK)]
Draft = Annotated[str, msgspec.Meta(max_length=MAX_REPLY)]
AgentRef = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
SavedName = Annotated[str, msgspec.Meta(max_length=100)]
WebAddress = Annotated[str, msgspec.Meta(max_length=2_000)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
UrgencyName = Annotated[str, told(enum=list(Urgency))]
TopicName = Annotated[str, told(enum=list(Topic))]
MoodName = Annotated[str, told(enum=list(Mood))]
Outcome = Annotated[str, told(enum=sorted(ENDED))]
ReplyId = Annotated[
    str,
    msgspec.Meta(
        description="Random; the same when the same approval is sent again.",
        extra_json_schema={"pattern": "^[A-Za-z0-9-]{8,64}$"},
    ),
]
Filter = Annotated[str, msgspec.Meta(max_length=100)]


def one_of(kind: type[E], found: str, field: str) -> E:
    """The member that is meant. Raises BadInput that names all of them."""
    try:
        return kind(found)
    except ValueError:
        raise BadInput(f"{field}: {found[:40]!r}; use one of {', '.join(kind)}") from None
