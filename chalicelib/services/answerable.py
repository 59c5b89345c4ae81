"""How a page can be answered: a fresh code and a fresh link, kept only as digests."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.domain.page import (
    ANSWERABLE_FOR,
    KeyKind,
    Page,
    code_digest,
    key_to,
    link_digest,
)
from chalicelib.domain.schedule import ResponderId
from chalicelib.ports import Answerable, Pages, Randomness

log = logging.getLogger("nightdesk.paging")


class WaysToAnswer:
    """Makes codes and links. A page without them still wakes; one held back wakes nobody.

    So whatever cannot be had just now (the key of the digests, our address, the store) is left
    out of the page, and the log says so.
    """

    def __init__(
        self,
        *,
        pages: Pages,
        randomness: Randomness,
        public_url: Callable[[], str],
        pepper: Callable[[], bytes],
    ) -> None:
        """`pepper` keys the digests of reply codes; `public_url` is where links lead."""
        self._pages = pages
        self._randomness = randomness
        self._public_url = public_url
        self._pepper = pepper

    def to(
        self,
        pages: Sequence[Page],
        responder: ResponderId,
        channel: str,
        *,
        has_code: bool,
        now: datetime,
    ) -> Answerable:
        """Ways to answer the pages of one message; of none, those of a test page."""
        code = self._randomness.code() if has_code else ""
        secret = self._randomness.key()
        digests = [(KeyKind.LINK, link_digest(secret))]
        try:
            if code:
                digests.append((KeyKind.CODE, code_digest(code, responder, self._pepper())))
        except Exception as error:
            log.error("code_key_unknown", extra={"trouble": type(error).__name__})
            code = ""
        try:
            self._pages.add_keys(
                [
                    key_to(
                        pages,
                        kind,
                        digest,
                        responder=responder,
                        channel=channel,
                        expires_at=now + ANSWERABLE_FOR,
                    )
                    for kind, digest in digests
                ]
            )
        except Exception as error:
            log.error("keys_not_stored", extra={"trouble": type(error).__name__})
            return Answerable(code="", link="")
        return Answerable(code=code, link=self._link(secret))

    def _link(self, secret: str) -> str:
        try:
            return f"{self._public_url().rstrip('/')}/a/{secret}"
        except Exception as error:
            log.error("public_url_unknown", extra={"trouble": type(error).__name__})
            return ""
