"""The acknowledgement link of an SMS: GET shows one button, only POST does what it says.

Who has acknowledged by it is offered to resolve by it (a form with `act=resolve`).
Messengers and carriers fetch links to preview them; none of that may stop an escalation.
"""

import logging
import re
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from urllib.parse import parse_qs

from chalice.app import Response

from chalicelib import wiring
from chalicelib.domain.errors import NotFound
from chalicelib.services.link_view import LinkView
from chalicelib.web import link_page
from chalicelib.web.blueprint import current_request, routes

PATH = "/a/{key}"
HTML = "text/html; charset=utf-8"

_KEY = re.compile(r"[A-Za-z0-9_-]{22}")
_FORM_TYPES = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]
_LONGEST_FORM = 1_000
"""Bytes; ours has twelve."""

logger = logging.getLogger("nightdesk.web")


@routes.route(PATH, methods=["GET"], content_types=[*_FORM_TYPES, "application/json"])
def look(key: str) -> Response:
    return _answer(key, lambda now: wiring.acknowledging().look(key, now=now))


@routes.route(PATH, methods=["POST"], content_types=[*_FORM_TYPES, "application/json"])
def act(key: str) -> Response:
    if _is_resolving(current_request().raw_body[:_LONGEST_FORM]):
        return _answer(key, lambda now: wiring.acknowledging().resolve_by_link(key, now=now))
    return _answer(key, lambda now: wiring.acknowledging().acknowledge_by_link(key, now=now))


def _is_resolving(body: str | bytes) -> bool:
    """Whether the form says so; whatever else it holds, its button was the only one there was."""
    form = parse_qs(body if isinstance(body, str) else body.decode("ascii", "replace"))
    return form.get("act") == ["resolve"]


def _answer(key: str, do: Callable[[datetime], LinkView]) -> Response:
    """A page for people, whatever happens: nobody reads JSON at three in the morning."""
    try:
        if not _KEY.fullmatch(key):
            raise NotFound("no key of ours")
        now = wiring.now()
        return _html(link_page.view_page(do(now), now=now))
    except NotFound:
        return _html(link_page.not_found_page(), status=HTTPStatus.NOT_FOUND)
    except Exception:
        logger.exception("request_failed", extra={"route": PATH})
        return _html(link_page.trouble_page(), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _html(text: str, *, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(text, headers={"Content-Type": HTML}, status_code=int(status))
