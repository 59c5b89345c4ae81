"""What an agent signs in with: an id token of the user pool (OpenID Connect), RS256 and no other.

Sources: "Verifying JSON web tokens" and "Understanding the identity (ID) token" in the Amazon
Cognito guide; RFC 8725, JSON Web Token Best Current Practices.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.errors import NightdeskError, NotFound
from chalicelib.domain.ticket import AgentId
from chalicelib.ports import Jwk, KeySets, UserPool

ALGORITHM = "RS256"

CLOCK_SKEW = timedelta(minutes=1)
"""How far ahead the clock that signed may have been."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@+-]{0,127}")
_KID = re.compile(r"[A-Za-z0-9+/=_-]{1,128}")
_NOTHING_ELSE: Any = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}
"""PyJWT proves the signature; what the token says is compared here, with the time that is given."""


class InvalidToken(NightdeskError):
    """There is no token, or it is not one of ours, or its time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Who is signed in, as the token says."""

    id: AgentId
    """`preferred_username` where there is one, else the name in the pool: who is a responder too
    has the same id there."""
    name: str
    first_name: str
    """How customers know them."""
    roles: tuple[str, ...]
    """The groups of the pool they are in, whatever these are called."""
    expires_at: datetime
    """When they must sign in again; aware, UTC."""


def verify(token: str, *, keys: KeySets, pool: UserPool, now: datetime) -> Agent:
    """Who holds `token`.

    Raises InvalidToken, whose message tells an agent what to do, and SourceError when the keys
    of the pool cannot be had.
    """
    import jwt  # here, since of all Lambdas only the one of the routes ever needs it

    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError:
        raise InvalidToken("this is no token; sign in again") from None
    public = jwt.PyJWK(dict(_key(header, keys, now=now)), algorithm=ALGORITHM)
    try:
        claims = jwt.decode(token, public, algorithms=[ALGORITHM], options=_NOTHING_ELSE)
    except jwt.InvalidTokenError:
        raise InvalidToken("this token was not signed for this desk; sign in again") from None
    _check_purpose(claims, pool)
    return _agent(claims, now=now)


def _key(header: Mapping[str, object], keys: KeySets, *, now: datetime) -> Jwk:
    """The pool's key that the token says it is signed with; none is asked for otherwise."""
    if header.get("alg") != ALGORITHM:
        raise InvalidToken("this token is signed in a way the desk does not take; sign in again")
    kid = header.get("kid")
    if not isinstance(kid, str) or not _KID.fullmatch(kid):
        raise InvalidToken("this token names no key; sign in again")
    try:
        return keys.key(kid, now=now)
    except NotFound:
        raise InvalidToken("this token's key is none of this desk; sign in again") from None


def _check_purpose(claims: Mapping[str, object], pool: UserPool) -> None:
    if claims.get("iss") != pool.issuer:
        raise InvalidToken("this token is of another user pool; sign in again")
    if claims.get("token_use") != "id":
        raise InvalidToken("this is no id token; send the id token")
    if claims.get("aud") != pool.client_id:
        raise InvalidToken("this token is meant for another application; sign in again")


def _agent(claims: Mapping[str, object], *, now: datetime) -> Agent:
    issued, expires = _seconds(claims, "iat"), _seconds(claims, "exp")
    not_before = _seconds(claims, "nbf") if "nbf" in claims else issued
    if max(issued, not_before) > (now + CLOCK_SKEW).timestamp():
        raise InvalidToken("this token is not valid yet; check the clocks")
    if expires <= now.timestamp():
        raise InvalidToken("your sign-in has expired; sign in again")
    id = claims.get("preferred_username") or claims.get("cognito:username")
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise InvalidToken("this token names nobody the desk can know; ask your lead")
    name = _text(claims, "name") or _text(claims, "given_name") or id
    return Agent(
        id=AgentId(id),
        name=name,
        first_name=_text(claims, "given_name") or name.split()[0],
        roles=_groups(claims),
        expires_at=_instant(expires),
    )


def _seconds(claims: Mapping[str, object], claim: str) -> int:
    said = claims.get(claim)
    if not isinstance(said, int) or isinstance(said, bool):
        raise InvalidToken("this token does not say how long it is good for; sign in again")
    return said


def _text(claims: Mapping[str, object], claim: str) -> str:
    said = claims.get(claim)
    return " ".join(said.split())[:100] if isinstance(said, str) else ""


def _groups(claims: Mapping[str, object]) -> tuple[str, ...]:
    groups = claims.get("cognito:groups", [])
    if not isinstance(groups, list) or not all(isinstance(one, str) for one in groups):
        raise InvalidToken("this token does not say what you may do; sign in again")
    return tuple(groups)


def _instant(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=UTC)
