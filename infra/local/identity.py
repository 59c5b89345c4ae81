"""Where people sign in on this machine: choose who you are, one click each.

It does what the user pool of a deployment does (keys, codes, PKCE, refresh tokens), over the
same ports, and knows no password: whoever sits at this machine may be anybody. None of it is in
the package that is deployed, and what it signs opens no deployed stage.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from html import escape
from http import HTTPStatus
from pathlib import Path
from string import Template
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from chalicelib.domain.errors import NotAllowed, NotFound
from chalicelib.ports import Issued, Jwk, UserPool
from infra.local.http import SIGN_IN, Answer

ISSUER = "https://sign-in.invalid/local"
"""Names no host, now or ever (RFC 2606)."""

CLIENT_ID = "nightdesk-local"
KID = "local"
SIGNED_IN_FOR = timedelta(days=7)
"""By the clock of the scenario, which may run fast."""

CODE_LASTS = timedelta(days=1)
MOST_CODES = 1_000

_ROOT = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can be chosen."""

    id: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    person: Person
    challenge: str
    redirect_uri: str
    expires_at: datetime


class LocalIdentity:
    """A user pool without passwords. Called from the server's threads and from the functions."""

    def __init__(
        self, *, now: Callable[[], datetime], people: Callable[[], Sequence[Person]]
    ) -> None:
        self._now = now
        self._people = people
        self._codes: dict[str, _Code] = {}
        self._refreshing: dict[str, Person] = {}

    def pool(self, address: str) -> UserPool:
        """What the desk must know, with the server at `address`."""
        pages = address.rstrip("/") + SIGN_IN.rstrip("/")
        return UserPool(
            issuer=ISSUER, client_id=CLIENT_ID, keys_url=f"{pages}/keys", pages_url=pages
        )

    def token(self, person: Person, *, lifetime: timedelta = SIGNED_IN_FOR) -> str:
        """An id token as Cognito gives it, good from now."""
        now = self._now()
        said = {
            "iss": ISSUER,
            "aud": CLIENT_ID,
            "sub": f"local-{person.id}",
            "token_use": "id",
            "cognito:username": person.id,
            "cognito:groups": list(person.roles),
            "name": person.name,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
        }
        return jwt.encode(said, _private_key(), algorithm="RS256", headers={"kid": KID})

    # --- what the functions ask -----------------------------------------------------------

    def key(self, kid: str, *, now: datetime) -> Jwk:
        if kid != KID:
            raise NotFound("the user pool has no such key")
        return _public_key()

    def begin(self, code: str, verifier: str, *, redirect_uri: str, now: datetime) -> Issued:
        known = self._codes.pop(code, None)
        if (
            known is None
            or known.expires_at <= now
            or known.redirect_uri != redirect_uri
            or known.challenge != challenge_of(verifier)
        ):
            raise NotAllowed("this sign-in is over; sign in again")
        refresh_token = secrets.token_urlsafe(16)
        self._refreshing[refresh_token] = known.person
        return Issued(id_token=self.token(known.person), refresh_token=refresh_token)

    def renew(self, refresh_token: str, *, now: datetime) -> Issued:
        person = self._refreshing.get(refresh_token)
        if person is None:
            raise NotAllowed("this sign-in is over; sign in again")
        return Issued(id_token=self.token(person), refresh_token="")

    def end(self, refresh_token: str, *, now: datetime) -> None:
        self._refreshing.pop(refresh_token, None)

    # --- what people see ------------------------------------------------------------------

    def answer(self, method: str, target: str, _body: bytes) -> Answer | None:
        """Answers the pages under `SIGN_IN`."""
        parts = urlsplit(target)
        if method not in ("GET", "HEAD") or not parts.path.startswith(SIGN_IN):
            return None
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        match parts.path.removeprefix(SIGN_IN):
            case "identity.css":
                css = _ROOT.joinpath("identity.css").read_bytes()
                return HTTPStatus.OK, {"Content-Type": "text/css; charset=utf-8"}, css
            case "oauth2/authorize":
                return self._choice(asked)
            case "logout" if _is_here(asked.get("logout_uri", "")):
                return HTTPStatus.FOUND, {"Location": asked["logout_uri"]}, b""
        return None

    def _choice(self, asked: Mapping[str, str]) -> Answer:
        redirect_uri, challenge = asked.get("redirect_uri", ""), asked.get("code_challenge", "")
        is_good = (
            asked.get("response_type") == "code"
            and asked.get("client_id") == CLIENT_ID
            and asked.get("code_challenge_method") == "S256"
            and len(challenge) == 43
            and _is_here(redirect_uri)
        )
        if not is_good:
            return _page("Sign in from the queue", "<p>This address is no use by itself.</p>", 400)
        expires_at = self._now() + CODE_LASTS
        lines = []
        for person in self._people():
            code = secrets.token_urlsafe(16)
            self._codes[code] = _Code(
                person=person,
                challenge=challenge,
                redirect_uri=redirect_uri,
                expires_at=expires_at,
            )
            back = redirect_uri + "?" + urlencode({"code": code, "state": asked.get("state", "")})
            lines.append(
                f'<li><a href="{escape(back)}"><b>{escape(person.name)}</b> '
                f"<span>{escape(', '.join(person.roles))}</span></a></li>"
            )
        while len(self._codes) > MOST_CODES:
            self._codes.pop(next(iter(self._codes)), None)
        return _page("Who are you?", f"<ul>{''.join(lines)}</ul>")


def people_of(
    responders: Sequence[tuple[str, str]], *, lead: str, others: Sequence[Person]
) -> tuple[Person, ...]:
    """Who can be chosen: everybody of the desk by id and name, and `others` who are not of it."""
    found = {one.id: one for one in others}
    for id, name in responders:
        known = found.get(id, Person(id=id, name=name, roles=("agent",)))
        is_lead = id == lead and "lead" not in known.roles
        found[id] = replace(known, roles=(*known.roles, "lead")) if is_lead else known
    return tuple(found.values())


_MAKING = Lock()


def challenge_of(verifier: str) -> str:
    """S256 of RFC 7636, 4.2."""
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _private_key() -> RSAPrivateKey:
    """Made when it is first needed; it ends with the process."""
    with _MAKING:  # two who sign in at once would each get a key of their own
        return _made_key()


@cache
def _made_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _public_key() -> Jwk:
    numbers = _private_key().public_key().public_numbers()
    return {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}


def _number(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _is_here(address: str) -> bool:
    """Whether an address is of this machine; nobody is led anywhere else."""
    try:
        parts = urlsplit(address)
        return parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    except ValueError:
        return False


def _page(heading: str, body: str, status: int = 200) -> Answer:
    page = Template(_ROOT.joinpath("identity.html").read_text("utf-8"))
    text = page.substitute(heading=escape(heading), body=body)
    return HTTPStatus(status), {"Content-Type": "text/html; charset=utf-8"}, text.encode()


if TYPE_CHECKING:
    from chalicelib.ports import KeySets, Sessions

    _keys: type[KeySets] = LocalIdentity
    _sessions: type[Sessions] = LocalIdentity
