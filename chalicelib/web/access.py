"""Who may come in, and what every answer carries. One gate for all routes."""

import logging
from collections.abc import Callable, Mapping, Set
from enum import StrEnum
from http import HTTPStatus

from chalice.app import Request, Response

from chalicelib import wiring
from chalicelib.domain.errors import NightdeskError, NotAllowed
from chalicelib.web import limits, tokens
from chalicelib.web.link_page import STYLE_HASH, busy_page
from chalicelib.web.problems import TooMany, problem, problem_of

PUBLIC_ROUTES: Mapping[str, str] = {
    "/": "the page's shell: the same for everybody, it holds nothing",
    "/static/{version}/{name}": "the page's files: the same for everybody",
    "/api/v1/health": "says that the service answers, and nothing else",
    "/a/{key}": "proven by its secret address: one page, one person, 24 hours",
    "/calendar/{kind}/{name}/{key}": "proven by its secret address, which can be renewed",
    "/push/{source}": "proven by the signature of the platform that pushes",
    "/api/v1/sign-in": "says where to sign in: the same for everybody",
    "/api/v1/session": "proven by a code of the user pool and the proof of who asked for it",
    "/api/v1/session/refresh": "proven by a refresh token of the user pool",
    "/api/v1/session/end": "takes back a refresh token, which whoever has it may do",
}
"""The only routes that need no token, and why. Whatever is not here needs one."""


class Role(StrEnum):
    """What somebody may do here: the groups of the user pool, by the same names."""

    AGENT = "agent"
    LEAD = "lead"
    FINANCE = "finance"
    ADMIN = "admin"


ANSWERING: Set[Role] = frozenset({Role.AGENT, Role.LEAD, Role.ADMIN})
"""Whoever answers customers."""

DECIDING: Set[Role] = frozenset({Role.LEAD, Role.ADMIN})
"""Whoever decides beyond the limits of an agent: approves, exports."""

COUNTING: Set[Role] = frozenset({Role.FINANCE, Role.LEAD, Role.ADMIN})
"""Whoever is to know what it costs."""

EVERYBODY: Set[Role] = frozenset(Role)
"""Whoever is signed in and has any role at all."""

ROUTES: dict[tuple[str, str], Set[Role]] = {}
"""Who may use which route, by method and template; `endpoint` fills it. What is not here and
not public is closed to everybody."""

_API = "/api/"
_LINK = "/a/"
_AGENT = "nightdesk_agent"

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' '{STYLE_HASH}'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
)

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
"""On every answer. Two years of HTTPS only: what browsers ask of a site they preload."""

logger = logging.getLogger("nightdesk.web")


def guard(request: Request | None, get_response: Callable[[Request], Response]) -> Response:
    """The HTTP middleware: lets in who may, and seals what goes out.

    Routes are known by their template (`/a/{key}`), so no secret address comes near a log.
    """
    if request is None:
        return _sealed(problem_of(HTTPStatus.BAD_REQUEST), path="", now="")
    now = ""
    try:
        if request.path.startswith(_API):
            now = wiring.now().isoformat()
        if request.path not in PUBLIC_ROUTES:
            request.context[_AGENT] = _signed_in(request)
        agent = request.context.get(_AGENT)
        limits.check(request, by=agent.id if agent else None)
        response = _refused(request) or get_response(request)
    except TooMany as error:
        response = _busy(error) if request.path.startswith(_LINK) else problem(error)
    except NightdeskError as error:
        response = problem(error)
    except Exception:
        logger.exception("request_failed", extra={"route": request.path})
        response = problem_of(HTTPStatus.INTERNAL_SERVER_ERROR)
    return _sealed(response, path=request.path, now=now)


def agent_of(request: Request) -> tokens.Agent:
    """Who is signed in. Raises InvalidToken on a public route, where nobody is."""
    agent = request.context.get(_AGENT)
    if not isinstance(agent, tokens.Agent):
        raise tokens.InvalidToken("sign in first")
    return agent


def _signed_in(request: Request) -> tokens.Agent:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise tokens.InvalidToken("sign in first: this needs a token")
    return verified(token.strip())


def verified(token: str) -> tokens.Agent:
    """Who holds `token`. Raises InvalidToken; NotAllowed when they have no role here."""
    agent = tokens.verify(
        token, keys=wiring.parts.key_sets(), pool=wiring.user_pool(), now=wiring.now()
    )
    if EVERYBODY.isdisjoint(agent.roles):
        raise NotAllowed("you have no role at this desk yet; ask your lead for one")
    return agent


def _refused(request: Request) -> Response | None:
    """The answer to whoever is signed in and has no role that opens the route; None when one does.

    The framework would let pass what is not in the table; so a method that is not is refused here.
    """
    agent = request.context.get(_AGENT)
    if agent is None:
        return None
    may = ROUTES.get((request.method, request.path))
    others = sorted(method for method, path in ROUTES if path == request.path)
    if may is None and others:
        response = problem_of(HTTPStatus.METHOD_NOT_ALLOWED)
        response.headers["Allow"] = ", ".join(others)
        return response
    if may is None or may.isdisjoint(agent.roles):
        names = " or ".join(sorted(may or ())) or "nobody"
        raise NotAllowed(f"this is for {names}; your roles: {', '.join(sorted(agent.roles))}")
    return None


def _busy(error: TooMany) -> Response:
    """As a page for people: nobody reads JSON at three in the morning."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Retry-After": str(error.seconds),
    }
    return Response(busy_page(), headers=headers, status_code=HTTPStatus.TOO_MANY_REQUESTS)


def _sealed(response: Response, *, path: str, now: str) -> Response:
    """With the headers of every answer; an error of the framework becomes a problem of ours."""
    kind = str(response.headers.get("Content-Type", ""))
    is_ours = kind.startswith(("application/problem+json", "text/html"))
    if response.status_code >= 400 and not is_ours:
        allow = response.headers.get("Allow")
        response = problem_of(HTTPStatus(response.status_code))
        if allow:
            response.headers["Allow"] = allow
    response.headers = {"Cache-Control": "no-store", **response.headers, **SECURITY_HEADERS}
    if now:
        response.headers["X-Nightdesk-Now"] = now
    return response
