"""All the core needs from the world. Adapters, sources and channels implement it; fakes too.

Every instant is aware. Every method may be called twice with the same arguments, since
every stream, queue, topic and schedule delivers at least once.
"""

from chalicelib.ports.answering import Published, Replier, Tickets
from chalicelib.ports.judging import Mentions, Scorer, SecondReader
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
from chalicelib.ports.waking import (
    Answerable,
    Channel,
    Contacts,
    Incidents,
    Message,
    Once,
    Pages,
    Rates,
    Replies,
    Sounding,
)
from chalicelib.ports.watching import (
    EmailAccount,
    Generations,
    PageTally,
    Reports,
    SmsAccount,
)

__all__ = [
    "Answerable",
    "Batch",
    "Channel",
    "Contacts",
    "Cursor",
    "Desks",
    "EmailAccount",
    "Generations",
    "Incidents",
    "Mentions",
    "Message",
    "Meter",
    "Notices",
    "Once",
    "PageTally",
    "Pages",
    "Published",
    "PullQueue",
    "Pulled",
    "Randomness",
    "Rates",
    "Replier",
    "Replies",
    "Reports",
    "Scorer",
    "SecondReader",
    "SmsAccount",
    "Sounding",
    "Source",
    "SourceState",
    "SourceStates",
    "Sources",
    "Tickets",
]
