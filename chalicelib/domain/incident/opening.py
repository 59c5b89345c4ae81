"""How an incident begins, and the id that tells its place."""

from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.domain.escalation import EscalationPolicy, start
from chalicelib.domain.incident.incident import Incident, IncidentId, IncidentState
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import CROWD, Score, Topic
from chalicelib.domain.timeline import Act, ActKind

LONGEST_QUOTE = 500
"""Characters of a mention that an incident keeps."""


def opened(
    mention: Mention,
    score: Score,
    *,
    policy: EscalationPolicy,
    now: datetime,
    rings_at: datetime | None = None,
    is_open: bool = True,
) -> Incident:
    """A new incident; its escalation begins at `rings_at`, by default at once.

    `is_open` says whether that is in business hours.
    """
    return Incident(
        id=incident_id(mention.brand, score.topic, now),
        brand=mention.brand,
        topic=score.topic,
        state=IncidentState.TRIGGERED,
        policy=policy.name,
        opened_at=now,
        alive_at=now,
        mention_id=mention.id,
        quote=_quote(mention),
        author=mention.author.handle if mention.author else "",
        platform=mention.platform,
        url="" if mention.is_private else mention.url,
        reasons=score.reasons,
        position=start(policy, rings_at or now, is_open=is_open),
        urgency=score.urgency,
        surge=_surge(score),
        acts=(Act(kind=ActKind.OPENED, at=now),),
    )


def faced(incident: Incident, mention: Mention, score: Score) -> Incident:
    """The incident as one who is woken by this mention must be shown it."""
    return replace(
        incident,
        quote=_quote(mention),
        author=mention.author.handle if mention.author else "",
        platform=mention.platform,
        url="" if mention.is_private else mention.url,
        reasons=score.reasons,
        surge=_surge(score),
        face=mention.id,
    )


def shows(incident: Incident, mention: Mention) -> bool:
    """Whether it is this mention that whoever is woken is shown."""
    return mention.id == (incident.face or incident.mention_id)


def reworded(incident: Incident, mention: Mention) -> Incident:
    """With the words of a mention as they are now; itself where it does not show that one."""
    if not shows(incident, mention) or incident.quote == _quote(mention):
        return incident
    return replace(incident, quote=_quote(mention), version=incident.version + 1)


def _quote(mention: Mention) -> str:
    """What goes to phones and mailboxes; nothing that was written to us alone does."""
    return "(a private message)" if mention.is_private else mention.text[:LONGEST_QUOTE]


def _surge(score: Score) -> str:
    return next((one.reason for one in score.signals if one.name == CROWD), "")


def incident_id(brand: str, topic: Topic, opened_at: datetime) -> IncidentId:
    """Readable, URL-safe, and telling its place: `acme.outage.20261121T230512123456`."""
    return IncidentId(f"{brand}.{topic.value}.{opened_at.astimezone(UTC):%Y%m%dT%H%M%S%f}")


def brand_and_topic(id: IncidentId) -> tuple[str, Topic]:
    """Where an incident is kept. Raises ValueError for what is no incident id."""
    brand, topic, _opened = id.rsplit(".", 2)
    return brand, Topic(topic)
