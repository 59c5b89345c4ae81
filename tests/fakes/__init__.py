"""Small working implementations of every port, in memory.

They pass the same contract suites as the adapters (`tests/adapters`), keep what was asked of
them for a test to look at, fail loudly, and may be raced by threads.
"""

from tests.fakes.contacts import FakeContacts, FakeOnce, FakeRates
from tests.fakes.crash import Crash
from tests.fakes.desk import FakeDesks, FakeNotices, FakeSourceStates, Notice
from tests.fakes.incidents import FakeIncidents, FakePages, FakeReplies
from tests.fakes.mentions import FakeMentions, FakeTickets
from tests.fakes.platforms import FakeReplier, FakeSource, FakeSources, ReplyFate
from tests.fakes.watching import (
    FakeEmailAccount,
    FakeGenerations,
    FakePageTally,
    FakeReports,
    FakeSmsAccount,
)
from tests.fakes.world import (
    FakeChannel,
    FakeMeter,
    FakeParameters,
    FakePullQueue,
    FakeRandomness,
    FakeScorer,
    Fate,
    Sent,
)

__all__ = [
    "Crash",
    "FakeChannel",
    "FakeContacts",
    "FakeDesks",
    "FakeEmailAccount",
    "FakeGenerations",
    "FakeIncidents",
    "FakeMentions",
    "FakeMeter",
    "FakeNotices",
    "FakeOnce",
    "FakePageTally",
    "FakePages",
    "FakeParameters",
    "FakePullQueue",
    "FakeRandomness",
    "FakeRates",
    "FakeReplier",
    "FakeReplies",
    "FakeReports",
    "FakeScorer",
    "FakeSmsAccount",
    "FakeSource",
    "FakeSourceStates",
    "FakeSources",
    "FakeTickets",
    "Fate",
    "Notice",
    "ReplyFate",
    "Sent",
]
