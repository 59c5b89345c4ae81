"""What is known of one way to a person: does it work, and since when."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.schedule import ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The state of one contact method. Holds a digest of the address, never the address."""

    responder: ResponderId
    channel: str
    address_digest: str
    """Of the address that the rest is about: another address begins anew."""
    tested_at: datetime | None = None
    """When a test page was last sent to it."""
    verified_at: datetime | None = None
    """When a test page, or a page, was answered with what only this contact was sent."""
    opted_out_at: datetime | None = None
    """Since when the carrier delivers nothing, as far as is known."""
    failed_at: datetime | None = None
    failure: str = ""
    """Why the newest page by it was refused or not delivered; empty when it went well."""

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    def tested(self, *, now: datetime) -> "Contact":
        return replace(self, tested_at=now)

    def verified(self, *, now: datetime) -> "Contact":
        """Its owner has answered. An opt-out stays: who has opted out can still send."""
        return replace(self, verified_at=now, failed_at=None, failure="")

    def opted_out(self, *, now: datetime) -> "Contact":
        return replace(self, opted_out_at=self.opted_out_at or now)

    def opted_in(self) -> "Contact":
        return replace(self, opted_out_at=None)

    def failing(self, why: str, *, now: datetime) -> "Contact":
        return replace(self, failed_at=now, failure=why)

    def working(self) -> "Contact":
        """A page by it went well. Opting out stays: a receipt may come long after its page."""
        return replace(self, failed_at=None, failure="")


def address_digest(address: str, key: bytes) -> str:
    """Of a phone number, mail address or name of a webhook's secret; keyed, since phone numbers
    are soon tried against a plain hash."""
    return hmac.new(key, b"address:" + address.encode(), hashlib.sha256).hexdigest()


def contact_of(known: Contact | None, responder: ResponderId, channel: str, digest: str) -> Contact:
    """What is known of this address; a fresh record when it is another than the known one."""
    if known is not None and known.address_digest == digest:
        return known
    return Contact(responder=responder, channel=channel, address_digest=digest)
