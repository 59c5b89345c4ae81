"""Incidents, pages and what phones have sent, in memory. What is known of phones: `contacts.py`."""

import heapq
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.domain.desk import Responder
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.incident import Incident, IncidentId
from chalicelib.domain.mention import Mention, MentionId
from chalicelib.domain.page import Page, PageId, PageKey, PageState
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.signal import Topic


class FakeIncidents:
    """Keeps incidents, one current one for each brand and topic."""

    def __init__(self) -> None:
        self.joins: defaultdict[IncidentId, dict[MentionId, datetime]] = defaultdict(dict)
        self._incidents: dict[IncidentId, Incident] = {}
        self._current: dict[tuple[str, Topic], IncidentId] = {}
        self._copies: dict[tuple[str, str], IncidentId] = {}
        self._lock = RLock()

    def all(self) -> tuple[Incident, ...]:
        """Every incident, current and past, in the order they were opened."""
        return tuple(self._incidents.values())

    def current(self, brand: str, topic: Topic) -> Incident | None:
        with self._lock:
            id = self._current.get((brand, topic))
            return self._incidents[id] if id else None

    def get(self, id: IncidentId) -> Incident | None:
        return self._incidents.get(id)

    def open(self, incident: Incident, *, instead_of: Incident | None) -> None:
        with self._lock:
            there = self.current(incident.brand, incident.topic)
            if (there and (there.id, there.version)) != (
                instead_of and (instead_of.id, instead_of.version)
            ):
                raise StaleWrite(f"another incident of {incident.brand}.{incident.topic} was first")
            self._incidents[incident.id] = incident
            self._current[incident.brand, incident.topic] = incident.id

    def save(self, incident: Incident) -> None:
        with self._lock:
            there = self._incidents.get(incident.id)
            if there is None or there.version != incident.version - 1:
                raise StaleWrite(f"incident {incident.id} was changed by somebody else")
            self._incidents[incident.id] = incident

    def join(self, id: IncidentId, mention: Mention, *, now: datetime) -> bool:
        with self._lock:
            if mention.id in self.joins[id]:
                return False
            self.joins[id][mention.id] = now
            return True

    def loudness(self, id: IncidentId) -> int:
        with self._lock:
            return len(self.joins[id])

    def copied_in(self, brand: str, fingerprint: str) -> IncidentId | None:
        return self._copies.get((brand, fingerprint))

    def remember_copy(self, brand: str, fingerprint: str, id: IncidentId, *, now: datetime) -> None:
        self._copies[brand, fingerprint] = id

    def due(self, now: datetime, *, limit: int) -> tuple[Incident, ...]:
        due = [(one.due_at, one.id, one) for one in self._listed() if one.due_at]
        due = [entry for entry in due if entry[0] <= now]
        return tuple(one for _, _, one in heapq.nsmallest(limit, due))

    def open_ones(self) -> tuple[Incident, ...]:
        still_open = (one for one in self._listed() if one.is_open)
        newest_first = sorted(still_open, key=lambda one: (one.opened_at, one.id), reverse=True)
        return tuple(newest_first[:100])

    def _listed(self) -> list[Incident]:
        """Current ones that are open and resolved ones to be told of, as in the index `due`."""
        with self._lock:
            current = set(self._current.values())
            listed = [one for one in self._incidents.values() if one.due_at is not None]
        return [one for one in listed if one.id in current or not one.is_open]


class FakePages:
    """Keeps pages and the keys that answer them."""

    def __init__(self) -> None:
        self._pages: dict[PageId, Page] = {}
        self._by_incident: defaultdict[IncidentId, list[PageId]] = defaultdict(list)
        self._keys: dict[str, PageKey] = {}
        self._lock = RLock()

    def all(self) -> tuple[Page, ...]:
        """Every page, in the order they were first claimed."""
        return tuple(self._pages.values())

    def claim(self, page: Page) -> Page | None:
        with self._lock:
            there = self._pages.get(page.id)
            if there is None:
                self._put(page)
            return there

    def take(self, page: Page, *, seen: Page) -> bool:
        with self._lock:
            there = self._pages.get(page.id)
            if there is None:
                return False
            if (there.state, there.attempts) != (seen.state, seen.attempts):
                return False
            self._put(page)
            return True

    def save(self, page: Page) -> None:
        with self._lock:
            there = self._pages.get(page.id)
            if there is None or there.attempts <= page.attempts:
                self._put(page)

    def get(self, id: PageId) -> Page | None:
        return self._pages.get(id)

    def of_incident(self, id: IncidentId) -> tuple[Page, ...]:
        with self._lock:
            pages = [self._pages[page_id] for page_id in self._by_incident[id]]
        return tuple(sorted(pages, key=lambda page: (page.claimed_at, page.id)))

    def settle(self, page: Page) -> bool:
        with self._lock:
            there = self._pages.get(page.id)
            if there is None or there.state is not PageState.SENT:
                return False
            self._put(page)
            return True

    def add_keys(self, keys: Sequence[PageKey]) -> None:
        with self._lock:
            self._keys |= {key.digest: key for key in keys}

    def key(self, digest: str) -> PageKey | None:
        return self._keys.get(digest)

    def _put(self, page: Page) -> None:
        if page.id not in self._pages:
            self._by_incident[page.incident_id].append(page.id)
        self._pages[page.id] = page


class FakeReplies:
    """Keeps what phones have sent."""

    def __init__(self) -> None:
        self._answered: set[str] = set()
        self._useless: dict[ResponderId, tuple[datetime, int]] = {}
        self._lock = RLock()

    def is_first_answer(self, inbound_id: str, *, now: datetime) -> bool:
        with self._lock:
            is_first = inbound_id not in self._answered
            self._answered.add(inbound_id)
            return is_first

    def useless(self, responder: Responder, *, now: datetime) -> int:
        with self._lock:
            since, count = self._useless.get(responder.id, (now, 0))
            if since <= now - timedelta(days=1):
                since, count = now, 0
            self._useless[responder.id] = since, count + 1
            return count + 1

    def useless_so_far(self, responder: Responder, *, now: datetime) -> int:
        since, count = self._useless.get(responder.id, (now, 0))
        return count if since > now - timedelta(days=1) else 0


if TYPE_CHECKING:
    from chalicelib.ports import Incidents, Pages, Replies

    _incidents: type[Incidents] = FakeIncidents
    _pages: type[Pages] = FakePages
    _replies: type[Replies] = FakeReplies
