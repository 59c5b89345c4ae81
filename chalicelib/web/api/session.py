"""Whether the service answers, who is signed in, and how they sign in, stay so and sign out.

The page asks the user pool nothing itself: no script of ours speaks with another host.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib import wiring
from chalicelib.domain.errors import BadInput, NotAllowed
from chalicelib.ports import Issued
from chalicelib.web.access import EVERYBODY, verified
from chalicelib.web.blueprint import current_agent, endpoint
from chalicelib.web.tokens import InvalidToken
from chalicelib.web.views import AgentView, agent_view

SCOPE = "openid email profile"

_CODE = re.compile(r"[\x21-\x7e]{1,2048}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
"""Source: RFC 7636, 4.1."""
_REFRESH_TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInView:
    """Where to sign in, and where to sign out: pages of the user pool."""

    authorize_url: str
    logout_url: str
    client_id: str
    redirect_uri: str
    """Where the user pool leads back to; the page must stand there."""
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """What the page signs its requests with."""

    token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    """Empty when the one before stays good."""
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionBody:
    """What the user pool has led back with."""

    code: str = field(repr=False)
    verifier: str = field(repr=False)
    """What the page made the challenge of (PKCE, S256)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshBody:
    """What a session goes on, or ends, with."""

    refresh_token: str = field(repr=False)


@endpoint("/api/v1/health")
def health() -> dict[str, str]:
    """Whether the service answers."""
    return {"status": "ok"}


@endpoint("/api/v1/me", roles=EVERYBODY)
def me() -> AgentView:
    """Who is signed in."""
    return agent_view(current_agent())


@endpoint("/api/v1/sign-in")
def sign_in() -> SignInView:
    """Where to sign in."""
    pool = wiring.user_pool()
    return SignInView(
        authorize_url=f"{pool.pages_url}/oauth2/authorize",
        logout_url=f"{pool.pages_url}/logout",
        client_id=pool.client_id,
        redirect_uri=_redirect_uri(),
        scope=SCOPE,
    )


@endpoint("/api/v1/session", method="POST")
def session(body: SessionBody) -> SessionView:
    """Begin a session with the code that the user pool has led back with."""
    _check(_CODE, code=body.code)
    _check(_VERIFIER, verifier=body.verifier)
    try:
        issued = wiring.parts.sessions().begin(
            body.code, body.verifier, redirect_uri=_redirect_uri(), now=wiring.now()
        )
    except NotAllowed as error:
        raise InvalidToken(str(error)) from error
    return _session(issued)


@endpoint("/api/v1/session/refresh", method="POST")
def refresh(body: RefreshBody) -> SessionView:
    """Go on with a session before its token expires, or after."""
    _check(_REFRESH_TOKEN, refresh_token=body.refresh_token)
    try:
        issued = wiring.parts.sessions().renew(body.refresh_token, now=wiring.now())
    except NotAllowed as error:
        raise InvalidToken(str(error)) from error
    return _session(issued)


@endpoint("/api/v1/session/end", method="POST")
def end(body: RefreshBody) -> dict[str, bool]:
    """End a session: nobody can go on with it from now on."""
    _check(_REFRESH_TOKEN, refresh_token=body.refresh_token)
    wiring.parts.sessions().end(body.refresh_token, now=wiring.now())
    return {"has_ended": True}


def _session(issued: Issued) -> SessionView:
    """Raises NotAllowed for who has no role here, so that they hear of it at once."""
    agent = verified(issued.id_token)
    return SessionView(
        token=issued.id_token, refresh_token=issued.refresh_token, expires_at=agent.expires_at
    )


def _redirect_uri() -> str:
    return f"{wiring.public_url()}/"


def _check(form: re.Pattern[str], **given: str) -> None:
    for name, value in given.items():
        if not form.fullmatch(value):
            raise BadInput(f"{name}: not of the form it has; sign in again")
