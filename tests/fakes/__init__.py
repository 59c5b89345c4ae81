"""Small working implementations of every port, in memory.

They pass the same contract suites as the adapters (`tests/adapters`), keep what was asked of
them for a test to look at, fail loudly, and may be raced by threads.
"""

from tests.fakes.crash import Crash
from tests.fakes.desk import FakeDesks, FakeNotices, FakeSourceStates, Notice
from tests.fakes.incidents import FakeIncidents, FakePages, FakeReplies
from tests.fakes.mentions import FakeMentions, FakeTickets
from tests.fakes.platforms import FakeReplier, FakeSource, FakeSources, ReplyFate
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
    "FakeDesks",
    "FakeIncidents",
    "FakeMentions",
    "FakeMeter",
    "FakeNotices",
    "FakePages",
    "FakeParameters",
    "FakePullQueue",
    "FakeRandomness",
    "FakeReplier",
    "FakeReplies",
    "FakeScorer",
    "FakeSource",
    "FakeSourceStates",
    "FakeSources",
    "FakeTickets",
    "Fate",
    "Notice",
    "ReplyFate",
    "Sent",
]
