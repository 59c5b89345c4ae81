"""Verdicts of the past, made of what a test is about."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.incident import IncidentId
from chalicelib.domain.signal import Mood, Score, Signal, Topic, total, urgency_of
from chalicelib.ports import PastVerdict
from tests.builders import NOW, a_mention, a_pulled, a_score, mention_number
from tests.fakes import FakeIncidents, FakeJudgedHistory, FakeMentions, FakeTickets

HOUR = timedelta(hours=1)


def a_verdict(points: float = 12.0, topic: Topic = Topic.OUTAGE, **over: Any) -> Score:
    """A score of so many points by the model alone: 12 wakes, 6 is soon."""
    signals = (Signal("model", points, "reads like it"),)
    score = a_score(signals=signals, value=total(signals), urgency=urgency_of(signals), topic=topic)
    return replace(score, **over)


def judged(
    number: int,
    points: float = 12.0,
    topic: Topic = Topic.OUTAGE,
    *,
    text: str = "",
    handle: str = "carla",
    at: datetime = NOW,
    incident_id: IncidentId | None = None,
    mood: Mood = Mood.NEGATIVE,
) -> PastVerdict:
    author = a_mention().author
    assert author is not None
    mention = mention_number(
        number, text=text or f"post {number}", author=replace(author, handle=handle), pulled_at=at
    )
    return PastVerdict(
        mention=mention,
        score=a_verdict(points, topic, mood=mood),
        judged_at=at,
        incident_id=incident_id,
    )


class Past:
    """A history in memory."""

    def __init__(self, *verdicts: PastVerdict) -> None:
        self.mentions = FakeMentions()
        self.incidents = FakeIncidents()
        self.tickets = FakeTickets()
        self.history = FakeJudgedHistory(
            mentions=self.mentions, incidents=self.incidents, tickets=self.tickets
        )
        for one in verdicts:
            self.mentions.add(a_pulled(one.mention))
            self.mentions.record_score(
                one.mention.id, one.score, incident_id=one.incident_id, now=one.judged_at
            )
