"""Mentions in memory."""

import heapq
from collections import deque
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.domain.customer import Profile, profile_of
from chalicelib.domain.incident import IncidentId
from chalicelib.domain.mention import Mention, MentionId
from chalicelib.domain.signal import Score
from chalicelib.domain.ticket import TicketId, is_newer
from chalicelib.domain.withdrawal import Tombstone
from chalicelib.ports import Pulled, Stored, Written


class FakeMentions:
    """Keeps mentions; those that are to be judged or erased wait in `stream`."""

    def __init__(self) -> None:
        self.stream: deque[Mention] = deque()
        self.scores: dict[MentionId, Score] = {}
        self.incident_ids: dict[MentionId, IncidentId | None] = {}
        self.ticket_ids: dict[MentionId, TicketId | None] = {}
        self.judged_at: dict[MentionId, datetime] = {}
        self.looked_at: dict[MentionId, datetime] = {}
        """When each is next to be looked at."""
        self._mentions: dict[MentionId, Mention] = {}
        self._raw: dict[MentionId, bytes] = {}
        self._waiting: dict[MentionId, datetime] = {}
        """Since when each waits to be judged or erased."""
        self._joined: dict[MentionId, frozenset[IncidentId]] = {}
        self._missed: set[MentionId] = set()
        self._bare: set[MentionId] = set()
        """Erased, or taken back before they came."""
        self._tombstones: dict[MentionId, Tombstone] = {}
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self._mentions)

    def add(self, pulled: Pulled, *, look_at: datetime | None = None) -> bool:
        mention = pulled.mention
        with self._lock:
            if mention.id in self._mentions or mention.id in self._bare:
                return False
            self._raw[mention.id] = pulled.raw
            if look_at is not None:
                self.looked_at[mention.id] = look_at
            self._wait(mention, mention.pulled_at)
            return True

    def edit(self, pulled: Pulled, *, look_at: datetime | None = None) -> bool:
        new = pulled.mention
        with self._lock:
            old = self._mentions.get(new.id)
            if old is None or old.withdrawn_at is not None or not is_newer(new, old):
                return False
            if (new.text, new.media) == (old.text, old.media):
                return False
            kept = replace(
                new,
                source=old.source,
                brand=old.brand,
                is_late=old.is_late,
                is_private=old.is_private or new.is_private,
            )
            if look_at is not None and new.id in self.looked_at:
                self.looked_at[new.id] = look_at
            self._wait(kept, new.pulled_at)
            return True

    def _wait(self, mention: Mention, since: datetime) -> None:
        self._mentions[mention.id] = mention
        self.judged_at.pop(mention.id, None)
        self._waiting[mention.id] = since
        self.stream.append(mention)

    def expire(self) -> None:
        """Forget every mention, as the table does once their time is over."""
        for id in list(self._mentions):
            self._clear(id)

    def get(self, id: MentionId) -> Mention | None:
        mention = self._mentions.get(id)
        return mention if mention and mention.withdrawn_at is None else None

    def stored(self, id: MentionId) -> Stored | None:
        with self._lock:
            if id in self._bare:
                return Stored(mention=None)
            if id not in self._mentions:
                return None
            return Stored(
                mention=self._mentions[id],
                score=self.scores.get(id),
                is_judged=id in self.scores and id not in self._waiting,
                incident_id=self.incident_ids.get(id),
                incident_ids=self._joined.get(id, frozenset()),
                ticket_id=self.ticket_ids.get(id),
                was_missed=id in self._missed,
            )

    def raw(self, id: MentionId) -> bytes | None:
        return self._raw.get(id)

    def record_score(
        self,
        id: MentionId,
        score: Score,
        *,
        incident_id: IncidentId | None,
        ticket_id: TicketId | None = None,
        edited_at: datetime | None = None,
        now: datetime,
    ) -> bool:
        with self._lock:
            mention = self._mentions.get(id)
            if mention is None or id not in self._waiting or mention.withdrawn_at is not None:
                return False
            if mention.edited_at != edited_at:
                return False
            self.scores[id] = score
            if incident_id is not None:
                self._joined[id] = self._joined.get(id, frozenset()) | {incident_id}
            self.incident_ids[id] = incident_id or self.incident_ids.get(id)
            self.ticket_ids[id] = ticket_id or self.ticket_ids.get(id)
            self.judged_at[id] = now
            del self._waiting[id]
            return True

    def score(self, id: MentionId) -> Score | None:
        return self.scores.get(id) if id not in self._waiting else None

    def shown_in(self, id: MentionId, incident_id: IncidentId) -> bool:
        with self._lock:
            if self.get(id) is None:
                return False
            self._joined[id] = self._joined.get(id, frozenset()) | {incident_id}
            return True

    def unjudged_before(self, instant: datetime, *, limit: int) -> tuple[Mention, ...]:
        with self._lock:
            late = [
                (self._mentions[id].withdrawn_at is not None, since, id)
                for id, since in self._waiting.items()
                if since < instant
            ]
            return tuple(self._mentions[id] for *_, id in heapq.nsmallest(limit, late))

    def withdraw(self, id: MentionId, *, now: datetime) -> bool:
        with self._lock:
            mention = self._mentions.get(id)
            if id in self._bare or (mention and mention.withdrawn_at is not None):
                return False
            if mention is None:
                self._bare.add(id)
                return True
            self.looked_at.pop(id, None)
            self._missed.discard(id)
            self._wait(replace(mention, withdrawn_at=now), now)
            return True

    def bury(self, tombstone: Tombstone) -> None:
        with self._lock:
            mention = self._mentions.get(tombstone.id)
            if mention is not None and mention.withdrawn_at is not None:
                self._clear(tombstone.id)
                self._bare.add(tombstone.id)
                self._tombstones[tombstone.id] = tombstone

    def tombstone(self, id: MentionId) -> Tombstone | None:
        return self._tombstones.get(id)

    def to_look_at(self, source: str, *, now: datetime, limit: int) -> tuple[Stored, ...]:
        with self._lock:
            due = [
                (at, id)
                for id, at in self.looked_at.items()
                if at <= now and self._mentions[id].source == source
            ]
            listed = (self.stored(id) for _, id in heapq.nsmallest(min(limit, 100), due))
            return tuple(one for one in listed if one is not None)

    def look_again(self, id: MentionId, *, at: datetime, was_missed: bool = False) -> None:
        with self._lock:
            if id not in self.looked_at:
                return
            self.looked_at[id] = at
            (self._missed.add if was_missed else self._missed.discard)(id)

    def written_by(self, profiles: Collection[Profile]) -> tuple[Written, ...]:
        wanted = {one.key for one in profiles}
        return tuple(
            Written(mention=one, incident_ids=self._joined.get(one.id, frozenset()))
            for one in self._mentions.values()
            if (profile := profile_of(one)) is not None and profile.key in wanted
        )

    def erase(self, id: MentionId) -> None:
        with self._lock:
            if id in self._mentions:
                self._clear(id)
                self._bare.add(id)

    def _clear(self, id: MentionId) -> None:
        del self._mentions[id]
        self._missed.discard(id)
        verdicts = (self.scores, self.incident_ids, self.ticket_ids, self.judged_at, self._joined)
        for kept in (self._raw, self._waiting, self.looked_at, *verdicts):
            kept.pop(id, None)


if TYPE_CHECKING:
    from chalicelib.ports import Mentions

    _mentions: type[Mentions] = FakeMentions
