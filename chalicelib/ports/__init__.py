"""All the core needs from the world. Adapters, sources and channels implement it; fakes too.

Every instant is aware. Every method may be called twice with the same arguments, since
every stream, queue, topic and schedule delivers at least once.
"""

from chalicelib.ports.answering import Published, Replier, Tickets
from chalicelib.ports.judging import Mentions, Scorer
from chalicelib.ports.listening import (
    Batch,
    Cursor,
    Pulled,
    PullQueue,
    Source,
    Sources,
    SourceState,
    SourceStates,
)
from chalicelib.ports.running import Desks, Meter, Notices, Randomness
from chalicelib.ports.waking import Answerable, Channel, Incidents, Pages, Replies

__all__ = [
    "Answerable",
    "Batch",
    "Channel",
    "Cursor",
    "Desks",
    "Incidents",
    "Mentions",
    "Meter",
    "Notices",
    "Pages",
    "Published",
    "PullQueue",
    "Pulled",
    "Randomness",
    "Replier",
    "Replies",
    "Scorer",
    "Source",
    "SourceState",
    "SourceStates",
    "Sources",
    "Tickets",
]
