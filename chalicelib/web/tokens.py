"""What an agent signs in with: a signed JSON Web Token (RFC 7519), HS256 and nothing else.

Claims: `iss` is `nightdesk`, `aud` is `nightdesk-<stage>` (a token of one stage opens no
other), `sub` the agent's id, `name` the name customers see, `roles`, `iat` and `exp`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.errors import NightdeskError
from chalicelib.domain.ticket import AgentId

ISSUER = "nightdesk"
ALGORITHM = "HS256"
LIFETIME = timedelta(hours=12)
"""A working day; after it the agent signs in anew."""

CLOCK_SKEW = timedelta(minutes=1)
"""How far ahead the clock that signed may have been."""

MIN_KEY_BYTES = 32
"""RFC 7518, section 3.2: a key for HS256 is as long as its hash, or longer."""

_REQUIRED = ["iss", "aud", "sub", "name", "roles", "iat", "exp"]


class InvalidToken(NightdeskError):
    """There is no token, or it is not one of ours, or its time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Who is signed in, as the token says."""

    id: AgentId
    name: str
    roles: tuple[str, ...]
    expires_at: datetime
    """When they must sign in again; aware, UTC."""


def sign(
    *,
    id: AgentId,
    name: str,
    roles: tuple[str, ...],
    key: bytes,
    stage: str,
    now: datetime,
    lifetime: timedelta = LIFETIME,
) -> str:
    """A token that is good from `now` for `lifetime`. Raises ValueError when the key is short."""
    import jwt  # here, since of all Lambdas only the one of the routes ever needs it

    claims = {
        "iss": ISSUER,
        "aud": audience(stage),
        "sub": id,
        "name": name,
        "roles": list(roles),
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
    }
    return jwt.encode(claims, _strong(key), algorithm=ALGORITHM)


def verify(token: str, *, key: bytes, stage: str, now: datetime) -> Agent:
    """Who holds `token`. Raises InvalidToken, whose message tells an agent what to do.

    The times are compared with `now` here, since PyJWT would ask the clock itself.
    """
    import jwt

    options: Any = {
        "require": _REQUIRED,
        "verify_exp": False,
        "verify_iat": False,
        "verify_nbf": False,
    }
    try:
        claims = jwt.decode(
            token,
            _strong(key),
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=audience(stage),
            options=options,
        )
    except jwt.InvalidTokenError as error:
        raise InvalidToken("this token does not open this desk; ask for a new one") from error
    return _agent(claims, now=now)


def audience(stage: str) -> str:
    return f"{ISSUER}-{stage}"


def _agent(claims: Mapping[str, object], *, now: datetime) -> Agent:
    match claims:
        case {
            "sub": str(id),
            "name": str(name),
            "roles": list(roles),
            "iat": int(issued),
            "exp": int(expires),
        } if id and all(isinstance(role, str) for role in roles):
            if issued > (now + CLOCK_SKEW).timestamp():
                raise InvalidToken("this token is not valid yet; check the clocks")
            if expires <= now.timestamp():
                raise InvalidToken("your token has expired; sign in with a new one")
            return Agent(
                id=AgentId(id),
                name=name,
                roles=tuple(str(role) for role in roles),
                expires_at=_instant(expires),
            )
    raise InvalidToken("this token lacks what it must say; ask for a new one")


def _instant(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=UTC)


def _strong(key: bytes) -> bytes:
    if len(key) < MIN_KEY_BYTES:
        raise ValueError(f"the token key has {len(key)} bytes; use {MIN_KEY_BYTES} or more")
    return key
