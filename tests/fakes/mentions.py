"""Mentions in memory."""

import heapq
from collections import deque
from collections.abc import Collection
from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.domain.customer import Profile, profile_of
from chalicelib.domain.incident import IncidentId
from chalicelib.domain.mention import Mention, MentionId
from chalicelib.domain.signal import Score
from chalicelib.ports import Pulled, Written


class FakeMentions:
    """Keeps mentions; those newly stored wait in `stream` for whoever judges them."""

    def __init__(self) -> None:
        self.stream: deque[Mention] = deque()
        self.scores: dict[MentionId, Score] = {}
        self.incident_ids: dict[MentionId, IncidentId | None] = {}
        self.judged_at: dict[MentionId, datetime] = {}
        self._pulled: dict[MentionId, Pulled] = {}
        self._unjudged: dict[MentionId, Mention] = {}
        self._erased: set[MentionId] = set()
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self._pulled)

    def add(self, pulled: Pulled) -> bool:
        id = pulled.mention.id
        with self._lock:
            if id in self._pulled or id in self._erased:
                return False
            self._pulled[id] = pulled
            self._unjudged[id] = pulled.mention
            self.stream.append(pulled.mention)
            return True

    def expire(self) -> None:
        """Forget every mention, as the table does once their time is over."""
        self._pulled.clear()
        self._unjudged.clear()
        self.scores.clear()

    def get(self, id: MentionId) -> Mention | None:
        pulled = self._pulled.get(id)
        return pulled.mention if pulled else None

    def raw(self, id: MentionId) -> bytes | None:
        pulled = self._pulled.get(id)
        return pulled.raw if pulled else None

    def record_score(
        self, id: MentionId, score: Score, *, incident_id: IncidentId | None, now: datetime
    ) -> bool:
        with self._lock:
            if id not in self._pulled or id in self.scores:
                return False
            self.scores[id] = score
            self.incident_ids[id] = incident_id
            self.judged_at[id] = now
            del self._unjudged[id]
            return True

    def score(self, id: MentionId) -> Score | None:
        return self.scores.get(id)

    def written_by(self, profiles: Collection[Profile]) -> tuple[Written, ...]:
        wanted = {one.key for one in profiles}
        return tuple(
            Written(mention=one.mention, incident_id=self.incident_ids.get(one.mention.id))
            for one in self._pulled.values()
            if (profile := profile_of(one.mention)) is not None and profile.key in wanted
        )

    def erase(self, id: MentionId) -> None:
        with self._lock:
            if self._pulled.pop(id, None) is None:
                return
            self._erased.add(id)
            for kept in (self._unjudged, self.scores, self.incident_ids, self.judged_at):
                kept.pop(id, None)

    def unjudged_before(self, instant: datetime, *, limit: int) -> tuple[Mention, ...]:
        with self._lock:
            late = [one for one in self._unjudged.values() if one.pulled_at < instant]
        return tuple(heapq.nsmallest(limit, late, key=lambda one: (one.pulled_at, one.id)))


if TYPE_CHECKING:
    from chalicelib.ports import Mentions

    _mentions: type[Mentions] = FakeMentions
