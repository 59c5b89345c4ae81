"""Which error is which status, as `application/problem+json` (RFC 9457)."""

import json
from http import HTTPStatus

from chalice.app import Response

from chalicelib.domain.errors import (
    BadInput,
    ChannelError,
    IllegalMove,
    NightdeskError,
    NotAllowed,
    NotFound,
    OutcomeUnknown,
    SourceRefused,
    SourceUnavailable,
    StaleWrite,
)
from chalicelib.web.tokens import InvalidToken

CONTENT_TYPE = "application/problem+json; charset=utf-8"


class TooLarge(NightdeskError):
    """The body is larger than any honest one."""


class WrongMediaType(NightdeskError):
    """The body is not said to be JSON."""


STATUS_OF: dict[type[NightdeskError], HTTPStatus] = {
    BadInput: HTTPStatus.BAD_REQUEST,
    InvalidToken: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    StaleWrite: HTTPStatus.CONFLICT,
    IllegalMove: HTTPStatus.CONFLICT,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    WrongMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    SourceRefused: HTTPStatus.BAD_GATEWAY,
    OutcomeUnknown: HTTPStatus.BAD_GATEWAY,
    ChannelError: HTTPStatus.BAD_GATEWAY,
    SourceUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Every error a view may raise; one that is not here is a fault of ours, and a 500."""

_TOLD = {
    HTTPStatus.METHOD_NOT_ALLOWED: "this address does not take that method",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "send JSON, with content-type: application/json",
}
"""What is said where the framework answered and not a view."""


def problem(error: NightdeskError) -> Response:
    """The answer to an error; its message is written for the person who caused it."""
    status = next(
        (found for kind, found in STATUS_OF.items() if isinstance(error, kind)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return problem_of(status)
    return problem_of(status, detail=str(error), code=type(error).__name__)


def problem_of(status: HTTPStatus, *, detail: str = "", code: str = "") -> Response:
    """A problem of `status`; what is not known to be harmless is never in it."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": detail or _TOLD.get(status, "something failed here; it has been noted"),
        "code": code or status.name.title().replace("_", ""),
    }
    headers: dict[str, str | list[str]] = {"Content-Type": CONTENT_TYPE}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="nightdesk"'
    return Response(json.dumps(body, ensure_ascii=False), headers=headers, status_code=int(status))
