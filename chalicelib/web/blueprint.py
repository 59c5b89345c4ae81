"""The routes, and how a view's value or error becomes an answer."""

import hashlib
import logging
from collections.abc import Callable, Set
from functools import wraps
from http import HTTPStatus
from typing import Any

import msgspec
from chalice.app import Blueprint, CognitoUserPoolAuthorizer, Request, Response

from chalicelib.domain.errors import NightdeskError
from chalicelib.web.access import ANSWERING, PUBLIC_ROUTES, ROUTES, Role, agent_of, guard
from chalicelib.web.operations import OPERATIONS, Operation, operation_of
from chalicelib.web.problems import problem, problem_of
from chalicelib.web.reading import body_of, check_media_type, query_of, version_seen
from chalicelib.web.tokens import Agent

JSON = "application/json; charset=utf-8"
View = Callable[..., Any]

logger = logging.getLogger("nightdesk.web")

GATE = CognitoUserPoolAuthorizer(
    "Nightdesk",
    provider_arns=["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Placeholder"],
)
"""The gateway's own look at a token, before any function is woken; `infra/template.yaml` puts the
pool in the place of the placeholder. What comes through is looked at again, see `access`."""

routes = Blueprint(__name__)
routes.register_middleware(guard, "http")


def endpoint(
    path: str, *, method: str = "GET", roles: Set[Role] = ANSWERING, kind: str = ""
) -> Callable[[View], View]:
    """Serve the view's value as JSON at `path`; its errors by the table of `problems`.

    Only who has one of `roles` comes as far as the view, unless the route is public.
    What the view takes is read off its arguments, see `operations`. A GET carries an ETag of
    its content and answers 304 to whoever has it already; where the content has a version,
    the ETag begins with it. A view of another `kind` than JSON gives a whole Response.
    """

    def register(view: View) -> View:
        operation = operation_of(view, method=method, path=path, roles=roles, kind=kind)
        OPERATIONS[method, path] = operation

        @wraps(view)
        def answer(**parameters: str) -> Response:
            request = current_request()
            try:
                if method != "GET":
                    check_media_type(request)
                given = {**parameters, **_given(operation, request)}
                return answer_with(view(**given), request=request)
            except NightdeskError as error:
                return problem(error)
            except Exception:
                logger.exception("request_failed", extra={"route": path})
                return problem_of(HTTPStatus.INTERNAL_SERVER_ERROR)

        if path in PUBLIC_ROUTES:
            routes.route(path, methods=[method])(answer)
        else:
            ROUTES[method, path] = roles
            routes.route(path, methods=[method], authorizer=GATE)(answer)
        return view

    return register


def current_request() -> Request:
    return routes.current_request


def current_agent() -> Agent:
    return agent_of(current_request())


def answer_with(value: object, *, request: Request) -> Response:
    """`value` as JSON, or nothing but 304 when the asker's copy is the same."""
    if isinstance(value, Response):
        return value
    body = msgspec.json.encode(value).decode()
    version = getattr(value, "version", None)
    etag = etag_of(_steady(value, body), version=version)
    headers: dict[str, str | list[str]] = {"Content-Type": JSON}
    if request.method == "GET" or version is not None:
        headers["ETag"] = etag
    if request.method == "GET" and is_known(etag, request):
        return Response("", headers=headers, status_code=304)
    return Response(body, headers=headers)


def _steady(value: object, body: str) -> str:
    """What the ETag is of: all of it, unless the value says what matters."""
    steady = getattr(value, "steady", None)
    return body if steady is None else msgspec.json.encode(steady).decode()


def etag_of(text: str, *, version: int | None = None) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()[:20]
    return f'"{digest}"' if version is None else f'"{version}-{digest}"'


def is_known(etag: str, request: Request) -> bool:
    """Whether the asker has this content; a proxy may have weakened the tag by compressing."""
    known = request.headers.get("if-none-match", "")
    return etag in (tag.strip().removeprefix("W/") for tag in known.split(","))


def _given(operation: Operation, request: Request) -> dict[str, Any]:
    """What the view takes besides the variable parts of its path."""
    given: dict[str, Any] = {}
    if operation.query is not None:
        given["query"] = query_of(request, operation.query)
    if operation.body is not None:
        given["body"] = body_of(request, operation.body)
    if operation.is_conditional:
        given["expected"] = version_seen(request)
    return given
