"""Who signs in, by a user pool of OpenID Connect, and how often somebody has asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

Jwk = Mapping[str, str]
"""A public key as a JSON Web Key (RFC 7517)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPool:
    """Where people sign in, and by what their tokens are known."""

    issuer: str
    """The `iss` of its tokens, such as `https://cognito-idp.eu-west-1.amazonaws.com/<pool>`."""
    client_id: str
    """The `aud` of id tokens that are meant for this desk."""
    keys_url: str
    """Where its public keys are, as a JSON Web Key Set."""
    pages_url: str
    """Where its hosted pages are, without a slash at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What a user pool gives to who has signed in; nothing of it appears in a log or a repr."""

    id_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    """Empty when the one before stays good."""


class KeySets(Protocol):
    """The public keys of the user pool."""

    def key(self, kid: str, *, now: datetime) -> Jwk:
        """The key of that id.

        Raises NotFound when the pool has none of that id, SourceError when it cannot be asked.
        """


class Sessions(Protocol):
    """The user pool, where sign-ins begin, go on and end.

    `begin` and `renew` raise NotAllowed when the pool does not take what it was given; every
    method raises SourceError (OutcomeUnknown too) when the pool cannot be asked.
    """

    def begin(self, code: str, verifier: str, *, redirect_uri: str, now: datetime) -> Issued:
        """Exchange an authorization code (RFC 6749, 4.1.3) with its proof (RFC 7636)."""

    def renew(self, refresh_token: str, *, now: datetime) -> Issued:
        """New tokens for who signed in before."""

    def end(self, refresh_token: str, *, now: datetime) -> None:
        """Let nobody renew with it any more; what the pool does not know has ended already."""


class Limits(Protocol):
    """How often something happened of late."""

    def hit(self, key: str, *, most: int, window: timedelta, now: datetime) -> bool:
        """Count one more; False when that is more than `most` in this window.

        Windows follow one another without a gap since 1970-01-01 UTC.
        """

    def is_known_spent(self, key: str, *, window: timedelta, now: datetime) -> bool:
        """Whether `hit` said False of it in this window, as far as this worker knows.

        Asks nobody: False also where only another worker was told so.
        """
