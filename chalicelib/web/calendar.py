"""The calendar feed: a secret address for each person and schedule, as ordinary calendars ask.

A wrong key is the same 404 as a name that is not there. Routes are logged by their template,
so no key comes near a log.
"""

import logging
import re
from http import HTTPStatus

from chalice.app import Response

from chalicelib import wiring
from chalicelib.domain.errors import NotFound
from chalicelib.services.calendars import CalendarAddress, calendar_key
from chalicelib.web.blueprint import current_request, etag_of, is_known, routes
from chalicelib.web.icalendar import CONTENT_TYPE, icalendar_text
from chalicelib.web.problems import problem, problem_of

PATH = "/calendar/{kind}/{name}/{key}"

_KEY = re.compile(r"[A-Za-z0-9_-]{22}")
_NAME = re.compile(r"[a-z0-9_-]{1,40}")
_ANY_TYPE = ["application/json", "text/plain", "text/calendar", "application/x-www-form-urlencoded"]

logger = logging.getLogger("nightdesk.web")


def calendar_path(kind: str, name: str, key: bytes, generation: int) -> str:
    """Where a calendar is, below the public address; `key` is `token-key`."""
    return path_of(kind, name, calendar_key(kind, name, generation, key))


def path_of(kind: str, name: str, key: str) -> str:
    return f"/calendar/{kind}/{name}/{key}"


def url_of(address: CalendarAddress, public_url: str) -> str:
    """The whole address, to be pasted into a calendar."""
    return public_url.rstrip("/") + path_of(address.kind.value, address.name, address.key)


@routes.route(PATH, methods=["GET"], content_types=_ANY_TYPE)
def calendar(kind: str, name: str, key: str) -> Response:
    try:
        if not (_NAME.fullmatch(kind) and _NAME.fullmatch(name) and _KEY.fullmatch(key)):
            raise NotFound("there is no such calendar")
        opened = wiring.calendars().open(kind, name, key, now=wiring.now())
    except NotFound:
        return problem(NotFound("there is no such calendar"))
    except Exception:
        logger.exception("request_failed", extra={"route": PATH})
        return problem_of(HTTPStatus.INTERNAL_SERVER_ERROR)
    text = icalendar_text(opened)
    etag = etag_of(text)
    headers: dict[str, str | list[str]] = {
        "Content-Type": CONTENT_TYPE,
        "Content-Disposition": f'inline; filename="{kind}-{name}.ics"',
        "ETag": etag,
        "Cache-Control": "private, no-cache",
    }
    if is_known(etag, current_request()):
        return Response("", headers=headers, status_code=int(HTTPStatus.NOT_MODIFIED))
    return Response(text, headers=headers)
