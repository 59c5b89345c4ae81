"""A page: one notification to one responder by one channel, and how it can be answered."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from chalicelib.domain.escalation import Position
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
    REFUSED = "refused"


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
    attempts: int = 1
    sent_at: datetime | None = None
    provider_id: str = ""
    """The provider's message id, which delivery receipts name."""
    refusal: str = ""

    def can_be_taken(self, now: datetime) -> bool:
        """Whether another worker may send it: the one that had it has vanished."""
        return self.state is PageState.SENDING and now - self.claimed_at >= LEASE

    def taken_again(self, now: datetime) -> "Page":
        return replace(self, claimed_at=now, attempts=self.attempts + 1)

    def sent(self, provider_id: str, *, now: datetime) -> "Page":
        return replace(self, state=PageState.SENT, sent_at=now, provider_id=provider_id)

    def refused(self, why: str) -> "Page":
        return replace(self, state=PageState.REFUSED, refusal=why)


def page_for(
    incident: Incident,
    position: Position,
    responder: ResponderId,
    channel: str,
    *,
    now: datetime,
) -> Page:
    """The page of one step. Its id is the dedup key: one per round, step, responder, channel."""
    key = f"{incident.id}.r{position.round}.s{position.step}.{responder}.{channel}"
    return Page(
        id=PageId(key),
        incident_id=incident.id,
        responder=responder,
        channel=channel,
        state=PageState.SENDING,
        claimed_at=now,
    )


class KeyKind(StrEnum):
    """What a person answers a page with."""

    CODE = "code"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageKey:
    """A way to acknowledge one page, by one person, until it expires. Stored hashed."""

    kind: KeyKind
    digest: str
    page_id: PageId
    incident_id: IncidentId
    responder: ResponderId
    expires_at: datetime

    def is_valid(self, now: datetime) -> bool:
        return now < self.expires_at


def link_digest(secret: str) -> str:
    """What is stored of a link's 128-bit random key."""
    return hashlib.sha256(b"link:" + secret.encode("utf-8", "surrogatepass")).hexdigest()


def code_digest(code: str, responder: ResponderId, pepper: bytes) -> str:
    """What is stored of a reply code: bound to the responder, so another's phone cannot use it.

    Keyed with `pepper`, since 3.2 million codes are soon tried against a plain hash.
    """
    return hmac.new(pepper, f"code:{responder}:{code}".encode(), hashlib.sha256).hexdigest()
