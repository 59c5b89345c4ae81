"""Which error is which status, as `application/problem+json` (RFC 9457)."""

import math
import re
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

import msgspec
from chalice.app import Response

from chalicelib.domain.errors import (
    BadInput,
    ChannelError,
    IllegalMove,
    NightdeskError,
    NotAllowed,
    NotFound,
    OutcomeUnknown,
    OutOfDate,
    SourceRefused,
    SourceUnavailable,
    StaleWrite,
)
from chalicelib.web.tokens import InvalidToken

CONTENT_TYPE = "application/problem+json; charset=utf-8"

_FAULT = "something failed here; it has been noted"
_OF_A_FIELD = re.compile(r"([a-z][a-z0-9_.-]{0,59}): ")


class TooLarge(NightdeskError):
    """The body is larger than any honest one."""


class WrongMediaType(NightdeskError):
    """The body is not said to be JSON."""


class TooMany(NightdeskError):
    """Too many requests of one kind; after `wait` they are taken again."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, math.ceil(wait.total_seconds()))
        super().__init__(f"too many requests; try again in {self.seconds} s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What went wrong and what to do about it, as RFC 9457 has it and a little more."""

    type: str
    title: str
    status: int
    detail: str
    """For people: what is wrong, and the remedy."""
    code: str
    """For programs: which kind of problem, such as `NotAllowed`."""
    field: str
    """What of the request is wrong; empty when it is no one thing."""
    finding: str
    """What was found there."""
    remedy: str
    """What to do instead; empty when nothing can be said."""


STATUS_OF: dict[type[NightdeskError], HTTPStatus] = {
    BadInput: HTTPStatus.BAD_REQUEST,
    InvalidToken: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    StaleWrite: HTTPStatus.CONFLICT,
    IllegalMove: HTTPStatus.CONFLICT,
    OutOfDate: HTTPStatus.PRECONDITION_FAILED,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    WrongMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
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
    response = problem_of(status, detail=str(error), code=type(error).__name__)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def problem_of(status: HTTPStatus, *, detail: str = "", code: str = "") -> Response:
    """A problem of `status`; what is not known to be harmless is never in it."""
    detail = detail or _TOLD.get(status, _FAULT)
    field, finding, remedy = _parts(detail, has_field=status is HTTPStatus.BAD_REQUEST)
    if detail == _FAULT:
        remedy = "try again; when it goes on, tell whoever runs the desk"
    body = Problem(
        type="about:blank",
        title=status.phrase,
        status=int(status),
        detail=detail,
        code=code or status.name.title().replace("_", ""),
        field=field,
        finding=finding,
        remedy=remedy,
    )
    headers: dict[str, str | list[str]] = {"Content-Type": CONTENT_TYPE}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="nightdesk"'
    return Response(msgspec.json.encode(body).decode(), headers=headers, status_code=int(status))


def _parts(detail: str, *, has_field: bool) -> tuple[str, str, str]:
    """Field, finding and remedy of `field: finding; remedy`, as messages of ours are built."""
    found = _OF_A_FIELD.match(detail) if has_field else None
    field = found[1] if found else ""
    finding, _, remedy = detail[found.end() if found else 0 :].partition("; ")
    return field, finding, remedy
