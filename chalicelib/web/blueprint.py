"""The routes, and how a view's value or error becomes an answer."""

import hashlib
import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from chalice.app import Blueprint, Request, Response

from chalicelib.domain.errors import BadInput, NightdeskError
from chalicelib.web.access import agent_of, guard
from chalicelib.web.problems import TooLarge, WrongMediaType, problem, problem_of
from chalicelib.web.tokens import Agent

JSON = "application/json; charset=utf-8"
MAX_BODY = 64 * 1024
"""Bytes; the longest reply is a quarter of it in any script."""

T = TypeVar("T")
View = Callable[..., Any]

logger = logging.getLogger("nightdesk.web")

routes = Blueprint(__name__)
routes.register_middleware(guard, "http")


def endpoint(path: str, *, method: str = "GET") -> Callable[[View], View]:
    """Serve the view's value as JSON at `path`; its errors by the table of `problems`.

    A GET carries an ETag of its content and answers 304 to whoever has it already.
    """

    def register(view: View) -> View:
        @wraps(view)
        def answer(**parameters: str) -> Response:
            request = current_request()
            try:
                if method != "GET":
                    _check_media_type(request)
                return answer_with(view(**parameters), request=request)
            except NightdeskError as error:
                return problem(error)
            except Exception:
                logger.exception("request_failed", extra={"route": path})
                return problem_of(HTTPStatus.INTERNAL_SERVER_ERROR)

        routes.route(path, methods=[method])(answer)
        return view

    return register


def current_request() -> Request:
    return routes.current_request


def current_agent() -> Agent:
    return agent_of(current_request())


def answer_with(value: object, *, request: Request) -> Response:
    """`value` as JSON, or nothing but 304 when the asker's copy is the same."""
    body = msgspec.json.encode(value).decode()
    if request.method != "GET":
        return Response(body, headers={"Content-Type": JSON})
    etag = etag_of(body)
    if is_known(etag, request):
        return Response("", headers={"ETag": etag, "Content-Type": JSON}, status_code=304)
    return Response(body, headers={"Content-Type": JSON, "ETag": etag})


def etag_of(text: str) -> str:
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'


def is_known(etag: str, request: Request) -> bool:
    """Whether the asker has this content; a proxy may have weakened the tag by compressing."""
    known = request.headers.get("if-none-match", "")
    return etag in (tag.strip().removeprefix("W/") for tag in known.split(","))


def body_as(kind: type[T]) -> T:
    """The request's JSON as a dataclass. Raises BadInput that names the field, or TooLarge."""
    request = current_request()
    raw = request.raw_body
    if len(raw) > MAX_BODY:
        raise TooLarge(f"{len(raw)} bytes; at most {MAX_BODY} are taken")
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise BadInput(_named(str(error))) from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BadInput(f"body: not JSON ({error}); send an object") from error


def _named(message: str) -> str:
    """msgspec's message, with the field in front as in all of ours."""
    finding, _, place = message.partition(" - at `$.")
    if place:
        return f"{place.rstrip('`')}: {finding.lower()}"
    if "required field `" in message:
        field = message.split("`")[1]
        return f"{field}: missing; give it"
    return f"body: {message.lower()}"


def _check_media_type(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise WrongMediaType("send JSON, with content-type: application/json")
