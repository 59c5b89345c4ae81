"""What has gone out of late, what was told once, and what is known of contacts, in memory."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.domain.contact import Contact, contact_of
from chalicelib.domain.errors import BadInput
from chalicelib.domain.rate import REMEMBERED
from chalicelib.domain.schedule import ResponderId


class FakeRates:
    """Keeps when each message went out."""

    def __init__(self) -> None:
        self._sent: defaultdict[tuple[ResponderId, str], list[datetime]] = defaultdict(list)
        self._lock = RLock()

    def sent(self, responder: ResponderId, channel: str, *, now: datetime) -> tuple[datetime, ...]:
        with self._lock:
            sent = sorted(self._sent[responder, channel])
        return tuple(at for at in sent if at > now - REMEMBERED)

    def sent_by_all(self, channel: str, *, now: datetime) -> int:
        with self._lock:
            sent = [
                at for (_, name), times in self._sent.items() if name == channel for at in times
            ]
        return sum(_hour(at) == _hour(now) for at in sent)

    def record(self, responder: ResponderId, channel: str, *, now: datetime) -> None:
        with self._lock:
            self._sent[responder, channel].append(now)


class FakeOnce:
    """Keeps what was begun and what was told, in `told` (by key, when)."""

    def __init__(self) -> None:
        self.told: dict[str, datetime] = {}
        self._begun: dict[str, datetime] = {}
        self._lock = RLock()

    def begin(self, key: str, *, now: datetime) -> bool:
        with self._lock:
            if key in self.told and self.told[key] > now - timedelta(days=30):
                return False
            if key in self._begun and self._begun[key] > now - timedelta(minutes=2):
                return False
            self._begun[key] = now
            self.told.pop(key, None)
            return True

    def done(self, key: str, *, now: datetime) -> None:
        with self._lock:
            self.told[key] = now

    def was_told(self, key: str, *, now: datetime) -> bool:
        with self._lock:
            return key in self.told and self.told[key] > now - timedelta(days=30)


class FakeContacts:
    """Keeps what is known of each contact."""

    def __init__(self, *contacts: Contact) -> None:
        self._contacts: dict[tuple[ResponderId, str], Contact] = {}
        self.unreadable: set[ResponderId] = set()
        self._lock = RLock()
        for contact in contacts:
            self.save(contact)

    def get(self, responder: ResponderId, channel: str) -> Contact | None:
        return self._contacts.get((responder, channel))

    def of(self, responder: ResponderId) -> tuple[Contact, ...]:
        if responder in self.unreadable:
            raise BadInput("what is stored is no Contact")
        with self._lock:
            known = sorted(self._contacts.items())
        return tuple(contact for (whose, _), contact in known if whose == responder)

    def change(
        self,
        responder: ResponderId,
        channel: str,
        digest: str,
        change: Callable[[Contact], Contact | None],
    ) -> Contact:
        while True:
            known = self.get(responder, channel)
            before = contact_of(known, responder, channel, digest)
            after = change(before)
            if after is None or after == known:
                return before
            with self._lock:
                if self.get(responder, channel) is known:
                    self._contacts[responder, channel] = after
                    return after

    def save(self, contact: Contact) -> None:
        """Put it there, as a test begins."""
        with self._lock:
            self._contacts[contact.responder, contact.channel] = contact


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


if TYPE_CHECKING:
    from chalicelib.ports import Contacts, Once, Rates

    _rates: type[Rates] = FakeRates
    _once: type[Once] = FakeOnce
    _contacts: type[Contacts] = FakeContacts
