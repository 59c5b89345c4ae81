"""Where platforms push: `/push/<name of the source>`.

A push is proven by its signature, over its bytes as they came. No such source, one that nobody
pushes to, and a signature that does not hold look the same from outside.
"""

import logging
import re
from http import HTTPStatus

from chalice.app import Request, Response

from chalicelib import wiring
from chalicelib.domain.errors import BadInput, NotAllowed, NotFound
from chalicelib.ports import Push
from chalicelib.web import limits
from chalicelib.web.blueprint import current_request, routes
from chalicelib.web.problems import TooLarge, TooMany, problem, problem_of

PATH = "/push/{source}"
TEXT = "text/plain; charset=utf-8"

MAX_PUSH = 4 * 1024 * 1024
"""Bytes. A Lambda is handed 6 MB at most, and the gateway's envelope around a body doubles its
quotes; no platform's push comes near."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_NOBODY = "-"
"""In the place of what cannot be the name of a source: no name begins so."""
_NOT_BELIEVED = "nobody here takes this push; check its address, its secret and its clock"

logger = logging.getLogger("nightdesk.web")


@routes.route(PATH, methods=["GET", "POST"], content_types=[])
def push(source: str) -> Response:
    """Answered once all is stored; any other answer asks the platform to send it again."""
    request = current_request()
    name = source if _NAME.fullmatch(source) else _NOBODY
    try:
        limits.check_push(request, name)
        return _received(name, request)
    except (NotFound, NotAllowed):
        # Counted alike: else it would show, once a counter is spent, which names are sources.
        return _refused(request, name)
    except (BadInput, TooLarge, TooMany) as error:
        return problem(error)
    except Exception:
        logger.exception("request_failed", extra={"route": PATH})
        return problem_of(HTTPStatus.INTERNAL_SERVER_ERROR)


def _received(name: str, request: Request) -> Response:
    body = _bytes(request)
    if len(body) > MAX_PUSH:
        raise TooLarge(f"{len(body)} bytes; at most {MAX_PUSH} are taken: send fewer at once")
    if name == _NOBODY:
        raise NotFound("no source has such a name")
    given = Push(
        method=request.method,
        query=dict((request.query_params or {}).items()),
        headers={key.lower(): value for key, value in request.headers.items()},
        body=body,
    )
    answer = wiring.pushes().receive(name, given, now=wiring.now())
    return Response(answer, headers={"Content-Type": TEXT}, status_code=int(HTTPStatus.OK))


def _bytes(request: Request) -> bytes:
    """The body as it came. Raises NotAllowed for what cannot have come so."""
    try:
        body = request.raw_body
        return body if isinstance(body, bytes) else body.encode()
    except ValueError:
        raise NotAllowed("the body is neither text nor base64") from None


def _refused(request: Request, name: str) -> Response:
    try:
        limits.count_refused_push(request, name)
    except TooMany as error:
        return problem(error)
    return problem_of(HTTPStatus.UNAUTHORIZED, detail=_NOT_BELIEVED, code="NotAllowed")
