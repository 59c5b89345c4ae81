"""A page: one notification to one responder by one channel, and how it can be answered.

One message may carry several pages to the same phone; each is kept for itself.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from chalicelib.domain.calling import Call
from chalicelib.domain.incident import Incident, IncidentId
from chalicelib.domain.schedule import ResponderId

PageId = NewType("PageId", str)

LEASE = timedelta(seconds=90)
"""A page still `sending` after this was left by a crash: it is sent again, since a second
SMS is a nuisance and a lost one is the disaster this product exists to prevent."""

ANSWERABLE_FOR = timedelta(hours=24)
"""How long the code and the link of a page can acknowledge."""

CODE_ALPHABET = "BCDFGHJKMNPQRSTVWXYZ"
"""Letters of reply codes: no vowels, so that no word arises; no L, which looks like I or 1."""

CODE_LENGTH = 5
"""20**5 = 3.2 million codes, each good for one phone for 24 hours."""


class PageState(StrEnum):
    """What is known of a page."""

    SENDING = "sending"
    SENT = "sent"
    """Taken by the provider; no receipt yet."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """The provider's receipt says that it did not arrive."""
    REFUSED = "refused"
    """The provider did not take it."""

    @property
    def has_reached(self) -> bool:
        """Whether the provider has it and nothing is known against it."""
        return self in (PageState.SENT, PageState.DELIVERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One notification to one responder by one channel. Holds no phone number."""

    id: PageId
    incident_id: IncidentId
    responder: ResponderId
    channel: str
    state: PageState
    claimed_at: datetime
    """When the worker that is sending it took it."""
    due_at: datetime | None = None
    """When it should have gone out."""
    attempts: int = 1
    sent_at: datetime | None = None
    provider_id: str = ""
    """The provider's message id, which delivery receipts name."""
    refusal: str = ""
    """Why it was refused, or why it failed."""
    settled_at: datetime | None = None
    """When a receipt told its fate."""

    def can_be_taken(self, now: datetime) -> bool:
        """Whether another worker may send it: the one that had it has vanished."""
        return self.state is PageState.SENDING and now - self.claimed_at >= LEASE

    def taken_again(self, now: datetime) -> "Page":
        return replace(self, claimed_at=now, attempts=self.attempts + 1)

    def sent(self, provider_id: str, *, now: datetime) -> "Page":
        return replace(self, state=PageState.SENT, sent_at=now, provider_id=provider_id)

    def refused(self, why: str) -> "Page":
        return replace(self, state=PageState.REFUSED, refusal=why)

    def delivered(self, *, now: datetime) -> "Page":
        """A receipt says that it arrived."""
        return replace(self, state=PageState.DELIVERED, settled_at=now)

    def failed(self, why: str, *, now: datetime) -> "Page":
        """A receipt says that it did not arrive."""
        return replace(self, state=PageState.FAILED, refusal=why, settled_at=now)


def page_for(incident: Incident, call: Call, channel: str, *, now: datetime) -> Page:
    """The page of one rule. Its id is the dedup key: one per turn, responder and rule."""
    return Page(
        id=PageId(f"{incident.id}.{call.turn}.{call.responder}.{channel}.{call.rule}"),
        incident_id=incident.id,
        responder=call.responder,
        channel=channel,
        state=PageState.SENDING,
        claimed_at=now,
        due_at=call.due_at,
    )


class KeyKind(StrEnum):
    """What a person answers a page with."""

    CODE = "code"
    LINK = "link"
    MESSAGE = "message"
    """The provider's message id, by which a receipt names what it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageKey:
    """What leads back to the pages that one message carried. Stored hashed.

    A message carries the pages of several incidents when all were due for one phone at once;
    one code acknowledges them all. None: a test of the contact.
    """

    kind: KeyKind
    digest: str
    responder: ResponderId
    channel: str
    expires_at: datetime
    page_ids: tuple[PageId, ...] = ()
    incident_ids: tuple[IncidentId, ...] = ()
    """One for each page."""

    def is_valid(self, now: datetime) -> bool:
        return now < self.expires_at


def key_to(
    pages: Sequence[Page],
    kind: KeyKind,
    digest: str,
    *,
    responder: ResponderId,
    channel: str,
    expires_at: datetime,
) -> PageKey:
    """A key to the pages of one message; to none for a test of the contact."""
    return PageKey(
        kind=kind,
        digest=digest,
        responder=responder,
        channel=channel,
        expires_at=expires_at,
        page_ids=tuple(page.id for page in pages),
        incident_ids=tuple(page.incident_id for page in pages),
    )


def link_digest(secret: str) -> str:
    """What is stored of a link's 128-bit random key."""
    return hashlib.sha256(b"link:" + secret.encode("utf-8", "surrogatepass")).hexdigest()


def message_digest(provider_id: str) -> str:
    """What is stored of a provider's message id."""
    return hashlib.sha256(b"message:" + provider_id.encode()).hexdigest()


def code_digest(code: str, responder: ResponderId, pepper: bytes) -> str:
    """What is stored of a reply code: bound to the responder, so another's phone cannot use it.

    Keyed with `pepper`, since 3.2 million codes are soon tried against a plain hash.
    """
    return hmac.new(pepper, f"code:{responder}:{code}".encode(), hashlib.sha256).hexdigest()
