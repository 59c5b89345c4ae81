"""The document: every endpoint with what it takes, gives and refuses."""

from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from typing import Any

from chalicelib.web.limits import COUNTED, WINDOW
from chalicelib.web.openapi.examples import EXAMPLES
from chalicelib.web.openapi.shapes import PLACE, Schema, schemas
from chalicelib.web.operations import OPERATIONS, Operation
from chalicelib.web.problems import Problem

VERSION = "1"

_ETAG = r'^[ \t]*(\*|(W/)?"[0-9]{1,9}(-[0-9A-Za-z]{1,64})?")[ \t]*$'
"""Space around a header's value means nothing (RFC 9110, 5.5)."""
_PROBLEM = "application/problem+json"
_PLATFORMS_ASKED = ("/look-up", "/test-page")

_ABOUT = """\
The desk's own page is a client of this API and of nothing else.

* Instants are ISO 8601 in UTC; ids are opaque and safe in a path.
* Text is as people wrote it and not trusted: show it as text.
* A GET has an ETag; with `If-None-Match` it answers 304 while nothing has changed.
* A ticket's ETag begins with its version. Sent as `If-Match` with a change, the change is
  refused with 412 when the ticket has changed since.
* Lists go on with `after`, which is `next` of the answer before.
* What goes wrong is a problem (RFC 9457) that says the field, the finding and the remedy.
"""

_SAYS: dict[int, str] = {
    304: "It is what the asker has already",
    400: "Something in the request cannot be used; `field` says what",
    401: "There is no token, or its time is over: sign in",
    403: "The person may not do this: their role, or somebody else has it",
    404: "There is no such thing",
    409: "The state of things does not allow this, or somebody was faster",
    412: "It has changed since the asker saw it: look again",
    413: "The body is larger than 64 KB",
    415: "The body is not said to be JSON",
    429: "Too often; `Retry-After` says when again",
    500: "A fault of ours; it has been noted",
    502: "A platform or provider refuses, or did not say what became of it",
    503: "A platform or provider does not answer now",
}


@cache
def document() -> dict[str, Any]:
    """The whole document, as JSON values."""
    operations = [one for one in OPERATIONS.values() if one.path.startswith("/api/")]
    kinds = list(_kinds(operations))
    references, components = schemas([*kinds, Problem])
    shape_of = dict(zip(map(repr, kinds), references, strict=False))
    paths: dict[str, dict[str, Any]] = {}
    for one in sorted(operations, key=lambda one: (one.path, one.method)):
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, shape_of, components)
    for one in operations:  # a query is told parameter by parameter
        if one.query is not None:
            components.pop(one.query.__name__, None)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Nightdesk", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": "../..", "description": "Where this document comes from"}],
        "security": [{"signedIn": []}],
        "tags": [{"name": room} for room in sorted({one.room for one in operations})],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "signedIn": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An id token of the user pool; see docs/signing-in.md",
                }
            },
            "schemas": dict(sorted(components.items())),
        },
    }


def statuses(one: Operation) -> tuple[int, ...]:
    """Every status with which an operation may refuse."""
    found = {500, 503}  # 503: also when what signs tokens cannot be had
    if one.is_public and one.path not in COUNTED:
        found = {500}
    if not one.is_public:
        found |= {401, 403}
    if one.path in COUNTED or (one.is_write and not one.is_public):
        found.add(429)
    if one.query or one.body or one.is_conditional:
        found.add(400)
    if one.places:
        found.add(404)
    if one.is_write:
        found |= {413, 415}
    if one.is_write and not one.is_public:
        found.add(409)
    if one.is_write and one.is_public:
        found |= {401, 403, 502}
    if one.is_conditional:
        found.add(412)
    if one.path.endswith(_PLATFORMS_ASKED):
        found.add(502)
    return tuple(sorted(found))


def _kinds(operations: Iterable[Operation]) -> Iterable[Any]:
    seen = set()
    for one in operations:
        for kind in (one.body, one.query, None if one.kind else one.answer):
            if kind is not None and repr(kind) not in seen:
                seen.add(repr(kind))
                yield kind


def _operation(
    one: Operation, shape_of: dict[str, Schema], components: dict[str, Schema]
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": one.view.__name__,
        "tags": [one.room],
        "summary": one.summary,
        "parameters": _parameters(one, components),
        "responses": _responses(one, shape_of),
        "x-roles": sorted(one.roles),
    }
    if one.description:
        found["description"] = one.description
    if one.is_public:
        found["security"] = []
    if one.body is not None:
        content: dict[str, Any] = {"schema": shape_of[repr(one.body)]}
        example = EXAMPLES.get((one.method, one.path))
        if example is not None and example.body is not None:
            content["example"] = example.body
        found["requestBody"] = {"required": True, "content": {"application/json": content}}
    return found


def _parameters(one: Operation, components: dict[str, Schema]) -> list[dict[str, Any]]:
    places = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": r"^[A-Za-z0-9_.~-]{1,200}$"},
        }
        for name in one.places
    ]
    headers = []
    if one.is_conditional:
        headers.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": False,
                "description": 'The ETag of the ticket as it was seen, or its version: `"7"`.',
                "schema": {
                    "type": "string",
                    "pattern": r'^(W/)?"[0-9]{1,9}(-[0-9A-Za-z]{1,64})?"$',
                },
            }
        )
    return [*places, *_asked(one, components), *headers]


def _asked(one: Operation, components: dict[str, Schema]) -> list[dict[str, Any]]:
    if one.query is None:
        return []
    shape = components[one.query.__name__]
    example = EXAMPLES.get((one.method, one.path))
    shown = example.query if example else {}
    found = []
    for name, schema in shape["properties"].items():
        schema = dict(schema)
        parameter: dict[str, Any] = {
            "name": name,
            "in": "query",
            "required": name in shape.get("required", []),
            "schema": schema,
        }
        if "description" in schema:
            parameter["description"] = schema.pop("description")
        if name in shown:
            parameter["example"] = shown[name]
        found.append(parameter)
    return found


def _responses(one: Operation, shape_of: dict[str, Schema]) -> dict[str, Any]:
    kind = one.kind or "application/json"
    schema = {"type": "string"} if one.kind else shape_of[repr(one.answer)]
    good: dict[str, Any] = {"description": "Done", "content": {kind: {"schema": schema}}}
    found: dict[str, Any] = {"200": good}
    if not one.is_write and not one.kind:
        etag = {"description": "Of the content", "schema": {"type": "string"}}
        good["headers"] = {"ETag": etag}
        found["304"] = {"description": _SAYS[304]}
    for status in statuses(one):
        says = _SAYS.get(status) or HTTPStatus(status).phrase
        problem = {"schema": {"$ref": PLACE.format(name="Problem")}}
        found[str(status)] = {"description": says, "content": {_PROBLEM: problem}}
    if "429" in found:
        found["429"]["headers"] = {
            "Retry-After": {
                "description": f"Seconds, at most {int(WINDOW.total_seconds())}",
                "schema": {"type": "integer"},
            }
        }
    return found
