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


def _count(what: str, whose: str, *, most: int) -> None:
    now = wiring.now()
    try:
        key = f"{what}#{_digest(what, whose)}"
        is_fine = wiring.parts.limits().hit(key, most=most, window=WINDOW, now=now)
    except Exception as error:
        logger.warning("not_counted", extra={"what": what, "why": type(error).__name__})
        return
    if not is_fine:
        logger.warning("too_many", extra={"what": what})
        raise TooMany(WINDOW - (now - _EPOCH) % WINDOW)


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
