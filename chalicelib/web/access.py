"""Who may come in, and what every answer carries. One gate for all routes."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus

from chalice.app import Request, Response

from chalicelib import wiring
from chalicelib.web import tokens
from chalicelib.web.link_page import STYLE_HASH
from chalicelib.web.problems import problem, problem_of

PUBLIC_ROUTES: Mapping[str, str] = {
    "/": "the page's shell: the same for everybody, it holds nothing",
    "/static/{version}/{name}": "the page's files: the same for everybody",
    "/api/v1/health": "says that the service answers, and nothing else",
    "/a/{key}": "proven by its secret address: one page, one person, 24 hours",
    "/calendar/{kind}/{name}/{key}": "proven by its secret address, which can be renewed",
}
"""The only routes that need no token, and why. Whatever is not here needs one."""

_API = "/api/"
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
        response = get_response(request)
    except tokens.InvalidToken as error:
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
    return tokens.verify(
        token.strip(), key=wiring.token_key(), stage=wiring.stage(), now=wiring.now()
    )


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
