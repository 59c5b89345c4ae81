"""Small working implementations of every port, in memory.

They pass the same contract suites as the adapters (`tests/adapters`), keep what was asked of
them for a test to look at, fail loudly, and may be raced by threads.
"""

from tests.fakes.background import FakeBackgrounds
from tests.fakes.contacts import FakeContacts, FakeOnce, FakeRates
from tests.fakes.crash import Crash
from tests.fakes.crowds import FakeCrowds
from tests.fakes.desk import FakeDesks, FakeNotices, FakeSourceStates, Notice
from tests.fakes.hindsight import FakeJudgedHistory
from tests.fakes.incidents import FakeIncidents, FakePages, FakeReplies
from tests.fakes.mentions import FakeMentions, FakeTickets
from tests.fakes.platforms import FakeReplier, FakeSource, FakeSources, ReplyFate
from tests.fakes.second_reading import FakeReadings, FakeSecondReader
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
    "FakeBackgrounds",
    "FakeChannel",
    "FakeContacts",
    "FakeCrowds",
    "FakeDesks",
    "FakeEmailAccount",
    "FakeGenerations",
    "FakeIncidents",
    "FakeJudgedHistory",
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
    "FakeReadings",
    "FakeReplier",
    "FakeReplies",
    "FakeReports",
    "FakeScorer",
    "FakeSecondReader",
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
