"""The acknowledgement link of an SMS: GET shows one button, only POST acknowledges.

Messengers and carriers fetch links to preview them; none of that may stop an escalation.
"""

import logging
import re
from http import HTTPStatus

from chalice.app import Response

from chalicelib import wiring
from chalicelib.domain.errors import NotFound
from chalicelib.web import link_page
from chalicelib.web.blueprint import routes

PATH = "/a/{key}"
HTML = "text/html; charset=utf-8"

_KEY = re.compile(r"[A-Za-z0-9_-]{22}")
_FORM_TYPES = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]

logger = logging.getLogger("nightdesk.web")


@routes.route(PATH, methods=["GET"], content_types=[*_FORM_TYPES, "application/json"])
def look(key: str) -> Response:
    return _answer(key, is_acknowledging=False)


@routes.route(PATH, methods=["POST"], content_types=[*_FORM_TYPES, "application/json"])
def acknowledge(key: str) -> Response:
    return _answer(key, is_acknowledging=True)


def _answer(key: str, *, is_acknowledging: bool) -> Response:
    """A page for people, whatever happens: nobody reads JSON at three in the morning."""
    try:
        if not _KEY.fullmatch(key):
            raise NotFound("no key of ours")
        now = wiring.now()
        acknowledging = wiring.acknowledging()
        if is_acknowledging:
            view = acknowledging.acknowledge_by_link(key, now=now)
        else:
            view = acknowledging.look(key, now=now)
        return _html(link_page.view_page(view, now=now))
    except NotFound:
        return _html(link_page.not_found_page(), status=HTTPStatus.NOT_FOUND)
    except Exception:
        logger.exception("request_failed", extra={"route": PATH})
        return _html(link_page.trouble_page(), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _html(text: str, *, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(text, headers={"Content-Type": HTML}, status_code=int(status))
