"""Erasing: what was removed, and the proof that stays without saying who or what it was."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.customer import Profile
from chalicelib.domain.mention import MentionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One person was forgotten. Holds nothing by which they could be found."""

    at: datetime
    person: str
    """`person_digest` of the profile that was named."""
    profiles: int
    """How many belonged to the person, that one included."""
    tickets: int
    mentions: int
    incidents: int
    """Whose quote and author were taken out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedPost:
    """One post was erased, because its author had deleted it or made it private."""

    found_at: datetime
    """When we found that it was gone."""
    erased_at: datetime
    post: str
    """`post_digest` of its id."""
    platform: str
    tickets: int
    incidents: int
    """Out of which it was taken."""


def post_digest(id: MentionId, key: bytes) -> str:
    """Tells later whether a post is one that was erased, as `person_digest` does."""
    return hmac.new(key, b"post:" + id.encode(), hashlib.sha256).hexdigest()[:32]


def person_digest(profile: Profile, key: bytes) -> str:
    """Tells later whether a profile is the one that was forgotten, to whoever has the key and
    names the profile; nobody can read it back."""
    return hmac.new(key, b"person:" + profile.key.encode(), hashlib.sha256).hexdigest()[:32]
