"""A user pool of tests: a key, tokens that it signs, and what makes them wrong."""

import base64
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from chalicelib.ports import Jwk
from tests.fakes import FakeKeySets
from tests.fakes.identity import A_POOL

KID = "key-of-tests"
POOL = A_POOL
HOUR = timedelta(hours=1)


@cache
def private_key(name: str = "ours") -> RSAPrivateKey:
    """One key for each name, for as long as the process lasts."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def public_key(name: str = "ours") -> Jwk:
    """The same, as the pool publishes it."""
    numbers = private_key(name).public_key().public_numbers()
    return {"kty": "RSA", "n": _text(numbers.n), "e": _text(numbers.e)}


def _text(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def key_sets() -> FakeKeySets:
    return FakeKeySets({KID: public_key()})


def claims(
    id: str = "gus",
    *,
    now: datetime,
    name: str = "",
    roles: tuple[str, ...] = ("agent",),
    lifetime: timedelta = HOUR,
    **over: Any,
) -> dict[str, Any]:
    """What an id token of Cognito says; `over` replaces claims, None leaves one out."""
    said = {
        "iss": POOL.issuer,
        "aud": POOL.client_id,
        "sub": f"00000000-0000-4000-8000-{sum(id.encode()):012d}",
        "token_use": "id",
        "cognito:username": id,
        "cognito:groups": list(roles),
        "name": name or id.title(),
        "email": f"{id}@example.com",
        "iat": int(now.timestamp()),
        "auth_time": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
    }
    return {claim: value for claim, value in {**said, **over}.items() if value is not None}


def sign(id: str = "gus", *, now: datetime, kid: str = KID, key: str = "ours", **over: Any) -> str:
    """A token of this pool that lets `id` in; `key` is the name of what signs it."""
    return signed(claims(id, now=now, **over), kid=kid, key=key)


def signed(said: dict[str, Any], *, kid: str = KID, key: str = "ours") -> str:
    return jwt.encode(said, private_key(key), algorithm="RS256", headers={"kid": kid})
