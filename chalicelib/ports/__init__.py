"""All the core needs from the world. Adapters, sources and channels implement it; fakes too.

Every instant is aware. Every method may be called twice with the same arguments, since
every stream, queue, topic and schedule delivers at least once.
"""

from chalicelib.ports.answering import (
    Attendances,
    Customers,
    Erasures,
    Outbox,
    Presences,
    Preview,
    PrivateReplier,
    Published,
    Replier,
    Said,
    Tallies,
    Tally,
    Tickets,
)
from chalicelib.ports.background import Backgrounds
from chalicelib.ports.crowds import LANES, Crowd, Crowds
from chalicelib.ports.hindsight import JudgedHistory, PastVerdict
from chalicelib.ports.hooks import Deliveries, HookAnswer, HookFate, HookPosts
from chalicelib.ports.identity import Issued, Jwk, KeySets, Limits, Sessions, UserPool
from chalicelib.ports.judging import Mentions, Readings, Scorer, SecondReader, Written
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
from chalicelib.ports.searching import Postings
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
    "Attendances",
    "Backgrounds",
    "Batch",
    "Channel",
    "Contacts",
    "Crowd",
    "Crowds",
    "Cursor",
    "Customers",
    "Deliveries",
    "Desks",
    "EmailAccount",
    "Erasures",
    "Generations",
    "HookAnswer",
    "HookFate",
    "HookPosts",
    "Incidents",
    "Issued",
    "JudgedHistory",
    "Jwk",
    "KeySets",
    "Limits",
    "Mentions",
    "Message",
    "Meter",
    "Notices",
    "Once",
    "Outbox",
    "PageTally",
    "Pages",
    "PastVerdict",
    "Postings",
    "Presences",
    "Preview",
    "PrivateReplier",
    "Published",
    "PullQueue",
    "Pulled",
    "Randomness",
    "Rates",
    "Readings",
    "Replier",
    "Replies",
    "Reports",
    "Said",
    "Scorer",
    "SecondReader",
    "Sessions",
    "SmsAccount",
    "Sounding",
    "Source",
    "SourceState",
    "SourceStates",
    "Sources",
    "Tallies",
    "Tally",
    "Tickets",
    "UserPool",
    "Written",
]
