"""What the Graph API answers with: pages of a listing, errors, the parts of a batch.

developers.facebook.com/docs/graph-api/results, /guides/error-handling and /batch-requests
(November 2026).
"""

from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

PASSING = frozenset({1, 2})
"""Codes for trouble of their own; what was asked for may have been done all the same."""

TOKEN_CODES = frozenset({102, 190})
GONE = (100, 33)
"""Code and subcode of a node that is not there, or may not be seen any more."""

_MARKS = ("after", "until", "__paging_token", "offset")


class Trouble(msgspec.Struct, frozen=True):
    """An error as the Graph API tells it."""

    message: str = ""
    code: int = 0
    error_subcode: int | None = None
    is_transient: bool | None = None

    @property
    def is_gone(self) -> bool:
        return (self.code, self.error_subcode) == GONE

    @property
    def is_passing(self) -> bool:
        return self.code in PASSING or bool(self.is_transient)

    @property
    def meaning(self) -> str:
        if self.code in TOKEN_CODES:
            return "the page token does not hold any more; make a new one"
        if self.code in (3, 10) or 200 <= self.code <= 299:
            return "a permission is missing"
        return "it refused"


class _Told(msgspec.Struct, frozen=True):
    error: Trouble


class _Cursors(msgspec.Struct, frozen=True):
    after: str | None = None


class Paging(msgspec.Struct, frozen=True):
    """Where a listing goes on; the last page is the one without `next`, however short."""

    cursors: _Cursors | None = None
    next: str | None = None

    @property
    def token(self) -> str:
        """What asks for the next page of the same listing, empty where there is none.

        Only the marks are taken from the address: where it leads is not believed.
        """
        if not self.next:
            return ""
        query = dict(parse_qsl(urlsplit(self.next).query))
        marks = [(name, query[name]) for name in _MARKS if query.get(name)]
        if not marks and self.cursors and self.cursors.after:
            marks = [("after", self.cursors.after)]
        return urlencode(marks)


class Listing(msgspec.Struct, frozen=True):
    """One page of an edge."""

    data: list[msgspec.Raw]
    paging: Paging | None = None

    @property
    def token(self) -> str:
        return self.paging.token if self.paging else ""


class Answered(msgspec.Struct, frozen=True):
    """One answer of a batch."""

    code: int
    body: str = ""

    @property
    def trouble(self) -> Trouble | None:
        return None if self.code == 200 else trouble_in(self.body.encode()) or Trouble()


def trouble_in(body: bytes) -> Trouble | None:
    """The error that an answer tells, None when it is none of the Graph API's."""
    try:
        return msgspec.json.decode(body, type=_Told).error
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None
