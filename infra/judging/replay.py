"""Which incidents a course of verdicts would have opened.

A page is the ring of an incident, not of a mention: what joins an open one rings nobody. So the
verdicts are played through the same rule by which they open and join, one incident at a time for
each brand and topic. How long an incident takes further mentions hangs on people: one that really
was opened ends when it really was resolved; one that never was lasts as long as the real ones
usually did (their median).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from statistics import median

from chalicelib.domain.desk import Desk
from chalicelib.domain.incident import Incident
from chalicelib.domain.mention import MentionId, fingerprint
from chalicelib.domain.signal import Score, Urgency
from chalicelib.ports import PastVerdict

USUAL = timedelta(hours=4)
"""How long an incident lasts where none was ever resolved: as long as an acknowledgement does."""

_NEVER = datetime.max.replace(tzinfo=UTC)

fingerprint_of = lru_cache(maxsize=50_000)(fingerprint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lives:
    """How long incidents take further mentions."""

    ended_at: Mapping[MentionId, datetime]
    """Of those that really were, by the mention that opened them."""
    usual: timedelta
    """Of those that never were."""

    def ends_at(self, verdict: PastVerdict) -> datetime:
        """When the incident that a mention opens takes no more."""
        return self.ended_at.get(verdict.mention.id, verdict.judged_at + self.usual)


def lives_of(incidents: Iterable[Incident]) -> Lives:
    """What the incidents of a time tell of it."""
    known = list(incidents)
    lengths = [
        (one.resolved_at - one.opened_at).total_seconds() for one in known if one.resolved_at
    ]
    return Lives(
        ended_at={one.mention_id: one.resolved_at or _NEVER for one in known},
        usual=timedelta(seconds=median(lengths)) if lengths else USUAL,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """An incident begins to ring, or becomes worth waking for."""

    verdict: PastVerdict
    """Of the mention that made it ring."""
    is_opening: bool
    """Whether it opened the incident; else one that was only *soon* was raised by it."""
    is_waking: bool
    """False for what rings in business hours only."""


@dataclass(slots=True)
class _Open:
    ends_at: datetime
    is_waking: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """All that would have rung, oldest first."""

    rings: tuple[Ring, ...]

    @property
    def pages(self) -> int:
        """How often somebody would have been woken for an incident (its repeats not counted)."""
        return sum(one.is_waking for one in self.rings)

    @property
    def incidents(self) -> int:
        return sum(one.is_opening for one in self.rings)

    @property
    def woken_by(self) -> frozenset[MentionId]:
        """The mentions that woke somebody."""
        return frozenset(one.verdict.mention.id for one in self.rings if one.is_waking)

    @classmethod
    def of(cls, judged: Iterable[tuple[PastVerdict, Score]], desk: Desk, lives: Lives) -> "Course":
        """What verdicts, oldest first, lead to by the joining rule (see `services.opening`)."""
        found: list[Ring] = []
        current: dict[tuple[str, str], _Open] = {}
        copies: dict[tuple[str, str], _Open] = {}
        for verdict, score in judged:
            if score.urgency not in (Urgency.WAKE, Urgency.SOON):
                continue
            at, brand = verdict.judged_at, verdict.mention.brand
            is_waking = score.urgency is Urgency.WAKE
            mark = fingerprint_of(verdict.mention.text)
            incident = _alive(copies.get((brand, mark)), at) if mark else None
            if incident is None:
                if not desk.opens_incident(score, desk.policy_for(brand, score.topic)):
                    continue
                incident = _alive(current.get((brand, score.topic)), at)
                if incident is None:
                    incident = _Open(lives.ends_at(verdict), is_waking)
                    current[brand, score.topic] = incident
                    found.append(Ring(verdict=verdict, is_opening=True, is_waking=is_waking))
                if mark:
                    copies[brand, mark] = incident
            if is_waking and not incident.is_waking:
                incident.is_waking = True
                found.append(Ring(verdict=verdict, is_opening=False, is_waking=True))
        return cls(rings=tuple(found))


def _alive(incident: _Open | None, at: datetime) -> _Open | None:
    return incident if incident is not None and at < incident.ends_at else None
