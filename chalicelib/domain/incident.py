"""An incident: an ongoing situation that pages people, and which mentions join it.

triggered -> acknowledged -> resolved; an acknowledgement that times out goes back to
triggered. A mob of five hundred posts is one incident and one ringing phone.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NewType

from chalicelib.domain.errors import IllegalMove
from chalicelib.domain.escalation import EscalationPolicy, Position, start
from chalicelib.domain.mention import Mention, MentionId
from chalicelib.domain.signal import Score, Topic

IncidentId = NewType("IncidentId", str)

JOIN_WINDOW = timedelta(hours=12)
"""How long after its last sign of life an acknowledged incident takes further mentions."""

REFRESH = timedelta(minutes=5)
"""A storm marks its incident as alive at most this often, to spare writes."""


class IncidentState(StrEnum):
    """How far an incident has come."""

    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An ongoing situation that pages people."""

    id: IncidentId
    brand: str
    topic: Topic
    state: IncidentState
    policy: str
    """Name of the escalation policy it follows."""
    opened_at: datetime
    alive_at: datetime
    """Last known sign of life, at most `REFRESH` behind."""
    mention_id: MentionId
    """The mention that opened it; the fields below show it to whoever is woken."""
    quote: str
    author: str
    platform: str
    url: str
    reasons: tuple[str, ...]
    position: Position
    """The next step; the clock heeds it only while the incident is triggered."""
    acknowledged_by: str | None = None
    """A responder who was paged, or whoever acknowledged on the page."""
    acknowledged_at: datetime | None = None
    ack_expires_at: datetime | None = None
    resolved_by: str | None = None
    resolved_at: datetime | None = None
    version: int = 1

    @property
    def due_at(self) -> datetime | None:
        """When the escalation clock must next look at it; None when never."""
        if self.state is IncidentState.TRIGGERED:
            return self.position.due_at
        return self.ack_expires_at

    @property
    def is_open(self) -> bool:
        return self.state is not IncidentState.RESOLVED

    def can_take(self, now: datetime) -> bool:
        """Whether a further mention of its brand and topic belongs to it."""
        if self.state is IncidentState.TRIGGERED:
            return True
        is_silenced = self.ack_expires_at is not None and now < self.ack_expires_at
        return self.is_open and (is_silenced or now - self.alive_at < JOIN_WINDOW)

    def needs_refresh(self, now: datetime) -> bool:
        return now - self.alive_at >= REFRESH

    def refreshed(self, now: datetime) -> "Incident":
        return replace(self, alive_at=max(self.alive_at, now), version=self.version + 1)

    def moved_to(self, position: Position) -> "Incident":
        """After a step was carried out."""
        return replace(self, position=position, version=self.version + 1)

    def acknowledged(self, by: str, *, now: datetime, policy: EscalationPolicy) -> "Incident":
        """Somebody has it. Raises IllegalMove when it is resolved or somebody had it first."""
        if self.state is not IncidentState.TRIGGERED:
            raise IllegalMove(f"incident {self.id} is {self.state.value}")
        return replace(
            self,
            state=IncidentState.ACKNOWLEDGED,
            acknowledged_by=by,
            acknowledged_at=now,
            ack_expires_at=now + policy.ack_timeout,
            alive_at=max(self.alive_at, now),
            version=self.version + 1,
        )

    def triggered_again(self, *, now: datetime, policy: EscalationPolicy) -> "Incident":
        """The acknowledgement has timed out: it rings anew, in a new round."""
        if self.state is not IncidentState.ACKNOWLEDGED:
            raise IllegalMove(f"incident {self.id} is {self.state.value}")
        return replace(
            self,
            state=IncidentState.TRIGGERED,
            position=start(policy, now, round=self.position.round + 1),
            acknowledged_by=None,
            acknowledged_at=None,
            ack_expires_at=None,
            version=self.version + 1,
        )

    def resolved(self, by: str, *, now: datetime) -> "Incident":
        """It is over. Raises IllegalMove when it was over already."""
        if not self.is_open:
            raise IllegalMove(f"incident {self.id} is already resolved")
        return replace(
            self,
            state=IncidentState.RESOLVED,
            ack_expires_at=None,
            resolved_by=by,
            resolved_at=now,
            version=self.version + 1,
        )


def opened(mention: Mention, score: Score, *, policy: EscalationPolicy, now: datetime) -> Incident:
    """A new incident for a mention that cannot wait."""
    return Incident(
        id=incident_id(mention.brand, score.topic, now),
        brand=mention.brand,
        topic=score.topic,
        state=IncidentState.TRIGGERED,
        policy=policy.name,
        opened_at=now,
        alive_at=now,
        mention_id=mention.id,
        quote=mention.text[:500],
        author=mention.author.handle if mention.author else "",
        platform=mention.platform,
        url=mention.url,
        reasons=score.reasons,
        position=start(policy, now),
    )


def incident_id(brand: str, topic: Topic, opened_at: datetime) -> IncidentId:
    """Readable, URL-safe, and telling its place: `acme.outage.20261121T230512123456`."""
    return IncidentId(f"{brand}.{topic.value}.{opened_at.astimezone(UTC):%Y%m%dT%H%M%S%f}")


def brand_and_topic(id: IncidentId) -> tuple[str, Topic]:
    """Where an incident is kept. Raises ValueError for what is no incident id."""
    brand, topic, _opened = id.rsplit(".", 2)
    return brand, Topic(topic)
