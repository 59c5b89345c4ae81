"""The link of a page: GET shows what it is about, only POST does anything.

Messengers and carriers fetch links to preview them; none of that may stop an escalation.

The form of a button: `act` is `acknowledge` (also when it is missing), `resolve`, `escalate`,
`snooze` (with `minutes`, or `until` as ISO 8601), `hand-over` (with `to`), `worth` or `not-worth`;
`incident` names one of several; `mark` is of the view that was pressed.
"""

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import parse_qs

from chalice.app import Response

from chalicelib import wiring
from chalicelib.domain.errors import NotFound
from chalicelib.domain.incident import IncidentId
from chalicelib.domain.standing import Condition, SourceStanding
from chalicelib.services.acknowledging import LinkAct, LinkActKind
from chalicelib.services.link_view import LinkView
from chalicelib.web import link_page
from chalicelib.web.blueprint import current_request, routes

PATH = "/a/{key}"
HTML = "text/html; charset=utf-8"

_KEY = re.compile(r"[A-Za-z0-9_-]{22}")
_FORM_TYPES = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]
_LONGEST_FORM = 1_000
"""Bytes; ours has three hundred."""
_MARK = re.compile(r"[0-9]{1,20}")
_MINUTES = re.compile(r"[0-9]{1,4}")

logger = logging.getLogger("nightdesk.web")


@routes.route(PATH, methods=["GET"], content_types=[*_FORM_TYPES, "application/json"])
def look(key: str) -> Response:
    return _answer(key, lambda now: wiring.acknowledging().look(key, now=now))


@routes.route(PATH, methods=["POST"], content_types=[*_FORM_TYPES, "application/json"])
def act(key: str) -> Response:
    body = current_request().raw_body[:_LONGEST_FORM]

    def do(now: datetime) -> LinkView:
        asked = _asked(body, now=now)
        if asked is None:  # no button of ours; whatever it was, it must not silence anything
            return wiring.acknowledging().look(key, now=now)
        return wiring.acknowledging().act_by_link(key, asked, now=now)

    return _answer(key, do)


def _asked(body: str | bytes, *, now: datetime) -> LinkAct | None:
    """What the form says; None for what no button of ours says."""
    text = body if isinstance(body, str) else body.decode("ascii", "replace")
    form = {field: values[-1] for field, values in parse_qs(text).items()}
    try:
        kind = LinkActKind(form.get("act", LinkActKind.ACKNOWLEDGE))
    except ValueError:
        return None
    until = _until(form.get("minutes", ""), form.get("until", ""), now=now)
    to = form.get("to", "")
    if (kind is LinkActKind.SNOOZE and until is None) or (kind is LinkActKind.HAND_OVER and not to):
        return None
    mark = form.get("mark", "")
    return LinkAct(
        kind=kind,
        incident=IncidentId(form["incident"]) if "incident" in form else None,
        until=until,
        to=to,
        mark=mark if _MARK.fullmatch(mark) else "",
    )


def _until(minutes: str, until: str, *, now: datetime) -> datetime | None:
    if _MINUTES.fullmatch(minutes):
        return now + timedelta(minutes=int(minutes))
    try:
        at = datetime.fromisoformat(until)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _answer(key: str, do: Callable[[datetime], LinkView]) -> Response:
    """A page for people, whatever happens: nobody reads JSON at three in the morning."""
    try:
        if not _KEY.fullmatch(key):
            raise NotFound("no key of ours")
        now = wiring.now()
        view = do(now)
        return _html(link_page.view_page(view, blind=_blind(now), now=now))
    except NotFound:
        return _html(link_page.not_found_page(), status=HTTPStatus.NOT_FOUND)
    except Exception:
        logger.exception("request_failed", extra={"route": PATH})
        return _html(link_page.trouble_page(), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _blind(now: datetime) -> list[SourceStanding]:
    """Sources of which nothing is heard; none when that cannot be told: the page must show."""
    try:
        found = wiring.troubles().now(now=now)
    except Exception:
        logger.exception("blindness_unknown")
        return []
    return [one for one in found if one.condition is Condition.BLIND]


def _html(text: str, *, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(text, headers={"Content-Type": HTML}, status_code=int(status))
