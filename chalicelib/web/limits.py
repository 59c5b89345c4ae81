"""How often anybody may ask, where no token is needed, and how often an agent may write.

Counted in DynamoDB, so that all Lambdas count together. Not for safety alone: each of these
requests costs money. Where the counter itself fails, nobody is kept from acknowledging.
"""

import hashlib
import hmac
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from chalice.app import Request

from chalicelib import wiring
from chalicelib.domain.ticket import AgentId
from chalicelib.web.problems import TooMany

WINDOW = timedelta(minutes=1)

OF_ADDRESS = 120
"""Requests a minute from one address to routes without a token: a whole office behind one
address signs in at nine, or a carrier's customers open their links."""

WRITES_OF_AGENT = 300
"""A minute: more than a page makes while somebody types as fast as they can."""

REFUSED_PUSHES = 60
"""A minute from one address to one source; then that address is not heard at this source until
the minute is over, and a worker that knows it spends nothing on it. Only what does not prove whom
it is from counts: a platform's own storm is bounded by the gateway alone (50 a second)."""

COUNTED: Mapping[str, str] = {
    "/a/{key}": "link",
    "/calendar/{kind}/{name}/{key}": "calendar",
    "/api/v1/sign-in": "sign-in",
    "/api/v1/session": "session",
    "/api/v1/session/refresh": "session",
    "/api/v1/session/end": "session",
}
"""Routes without a token that touch anything, and what their counter is called."""

_NO_WRITE = ("GET", "HEAD", "OPTIONS")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

logger = logging.getLogger("nightdesk.web")


def check(request: Request, *, by: AgentId | None) -> None:
    """Count the request; `by` is who is signed in. Raises TooMany."""
    what = COUNTED.get(request.path)
    if what is not None:
        _count(what, _caller(request), most=OF_ADDRESS)
    elif by is not None and request.method not in _NO_WRITE:
        _count("write", by, most=WRITES_OF_AGENT)


def check_push(request: Request, source: str) -> None:
    """Raises TooMany where this worker knows that the address was refused too often of late."""
    now = wiring.now()
    key = _push_key(request, source)
    if key and wiring.parts.limits().is_known_spent(key, window=WINDOW, now=now):
        raise TooMany(WINDOW - (now - _EPOCH) % WINDOW)


def count_refused_push(request: Request, source: str) -> None:
    """Count a push that does not prove whom it is from. Raises TooMany."""
    _count("push", f"{source} {_caller(request)}", most=REFUSED_PUSHES)


def _push_key(request: Request, source: str) -> str:
    try:
        return _key("push", f"{source} {_caller(request)}")
    except Exception as error:
        logger.warning("not_counted", extra={"what": "push", "why": type(error).__name__})
        return ""


def _count(what: str, whose: str, *, most: int) -> None:
    now = wiring.now()
    try:
        is_fine = wiring.parts.limits().hit(_key(what, whose), most=most, window=WINDOW, now=now)
    except Exception as error:
        logger.warning("not_counted", extra={"what": what, "why": type(error).__name__})
        return
    if not is_fine:
        logger.warning("too_many", extra={"what": what})
        raise TooMany(WINDOW - (now - _EPOCH) % WINDOW)


def _key(what: str, whose: str) -> str:
    return f"{what}#{_digest(what, whose)}"


def _digest(what: str, whose: str) -> str:
    """Of an address or an agent; keyed, since there are few enough addresses to try them all."""
    said = f"limit:{what}:{whose}".encode()
    return hmac.new(wiring.code_key(), said, hashlib.sha256).hexdigest()[:32]


def _caller(request: Request) -> str:
    """The address that asks, as the gateway saw it; of IPv6 the customer's network."""
    said = str((request.context.get("identity") or {}).get("sourceIp", ""))
    try:
        address = ip_address(said)
    except ValueError:
        return said
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else said
