"""All the core needs from the world. Adapters, sources and channels implement it; fakes too.

Every instant is aware. Every method may be called twice with the same arguments, since
every stream, queue, topic and schedule delivers at least once.
"""

from chalicelib.ports.answering import Published, Replier, Tickets
from chalicelib.ports.background import Backgrounds
from chalicelib.ports.crowds import LANES, Crowd, Crowds
from chalicelib.ports.hindsight import JudgedHistory, PastVerdict
from chalicelib.ports.judging import Mentions, Readings, Scorer, SecondReader
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
    "LANES",
    "Answerable",
    "Backgrounds",
    "Batch",
    "Channel",
    "Contacts",
    "Crowd",
    "Crowds",
    "Cursor",
    "Desks",
    "EmailAccount",
    "Generations",
    "Incidents",
    "JudgedHistory",
    "Mentions",
    "Message",
    "Meter",
    "Notices",
    "Once",
    "PageTally",
    "Pages",
    "PastVerdict",
    "Published",
    "PullQueue",
    "Pulled",
    "Randomness",
    "Rates",
    "Readings",
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
