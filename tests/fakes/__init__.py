"""Small working implementations of every port, in memory.

They pass the same contract suites as the adapters (`tests/adapters`), keep what was asked of
them for a test to look at, fail loudly, and may be raced by threads.
"""

from tests.fakes.answering import FakeAttendances, FakeOutbox, FakeSaid, FakeTallies
from tests.fakes.background import FakeBackgrounds
from tests.fakes.contacts import FakeContacts, FakeOnce, FakeRates
from tests.fakes.costing import (
    FakeBillReader,
    FakeBills,
    FakeBooks,
    FakeObservedPrices,
    FakeOutside,
    FakeSmsLedger,
    FakeSmsReports,
    FakeUsageRecords,
)
from tests.fakes.crash import Crash
from tests.fakes.crowds import FakeCrowds
from tests.fakes.customers import FakeCustomers, FakeErasures
from tests.fakes.desk import FakeDesks, FakeNotices, FakeSourceStates, Notice
from tests.fakes.hindsight import FakeJudgedHistory
from tests.fakes.hooks import FakeDeliveries, FakeHookPosts
from tests.fakes.identity import A_POOL, FakeKeySets, FakeLimits, FakeSessions
from tests.fakes.incidents import FakeIncidents, FakePages, FakeReplies
from tests.fakes.mentions import FakeMentions
from tests.fakes.platforms import FakeReplier, FakeSource, FakeSources, ReplyFate
from tests.fakes.pushes import FakeUnreadPushes
from tests.fakes.reading import FakePaidReads, FakeReadUsages
from tests.fakes.searching import FakePostings
from tests.fakes.second_reading import FakeReadings, FakeSecondReader
from tests.fakes.tickets import FakePresences, FakeTickets
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
    "A_POOL",
    "Crash",
    "FakeAttendances",
    "FakeBackgrounds",
    "FakeBillReader",
    "FakeBills",
    "FakeBooks",
    "FakeChannel",
    "FakeContacts",
    "FakeCrowds",
    "FakeCustomers",
    "FakeDeliveries",
    "FakeDesks",
    "FakeEmailAccount",
    "FakeErasures",
    "FakeGenerations",
    "FakeHookPosts",
    "FakeIncidents",
    "FakeJudgedHistory",
    "FakeKeySets",
    "FakeLimits",
    "FakeMentions",
    "FakeMeter",
    "FakeNotices",
    "FakeObservedPrices",
    "FakeOnce",
    "FakeOutbox",
    "FakeOutside",
    "FakePageTally",
    "FakePages",
    "FakePaidReads",
    "FakeParameters",
    "FakePostings",
    "FakePresences",
    "FakePullQueue",
    "FakeRandomness",
    "FakeRates",
    "FakeReadUsages",
    "FakeReadings",
    "FakeReplier",
    "FakeReplies",
    "FakeReports",
    "FakeSaid",
    "FakeScorer",
    "FakeSecondReader",
    "FakeSessions",
    "FakeSmsAccount",
    "FakeSmsLedger",
    "FakeSmsReports",
    "FakeSource",
    "FakeSourceStates",
    "FakeSources",
    "FakeTallies",
    "FakeTickets",
    "FakeUnreadPushes",
    "FakeUsageRecords",
    "Fate",
    "Notice",
    "ReplyFate",
    "Sent",
]
