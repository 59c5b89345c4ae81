"""Pages and their keys in DynamoDB, beside the incidents.

`<incident id>`/`page#<page id>` has `page`, `page_state`, `attempts`; `key#<digest>`/`-` has
`key`. Neither holds a phone number, a code or a link.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.items import find, put_if, readable
from chalicelib.adapters.tables import IncidentsTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.errors import BadInput
from chalicelib.domain.incident import IncidentId
from chalicelib.domain.page import KeyKind, Page, PageId, PageKey, PageState
from chalicelib.domain.schedule import ResponderId

log = logging.getLogger("nightdesk.pages")

KEYS_KEPT_FOR = timedelta(days=7)
"""After a key has expired, so that whoever uses it is told that it is too old."""

_PAGE_ID = re.compile(r"(?P<incident>.+?\.[a-z]+\.\d{8}T\d{12})\.(r\d+\.s\d+|h\d+)\..+", re.DOTALL)


class DynamoPages:
    """Pages and keys in the table of the incidents."""

    def __init__(self, table: str, *, retention_days: int, region: str | None = None) -> None:
        self._items = bound(IncidentsTable, table, region)
        self._retention = timedelta(days=retention_days)

    def claim(self, page: Page) -> Page | None:
        if put_if(self._item(page), self._items.pk.does_not_exist()):
            return None
        return self.get(page.id)

    def take(self, page: Page, *, seen: Page) -> bool:
        """Each taking raises `attempts`, so equal state and attempts mean: as it was seen."""
        is_as_seen = (self._items.page_state == seen.state.value) & (
            self._items.attempts == seen.attempts
        )
        return put_if(self._item(page), is_as_seen)

    def save(self, page: Page) -> None:
        """Record its fate, unless another worker has taken the page since: that one records."""
        is_ours = self._items.pk.does_not_exist() | (self._items.attempts <= page.attempts)
        if not put_if(self._item(page), is_ours):
            log.warning("page_overtaken", extra={"page": page.id, "attempts": page.attempts})

    def get(self, id: PageId) -> Page | None:
        match = _PAGE_ID.fullmatch(id)
        item = find(self._items, match["incident"], f"page#{id}") if match else None
        return _page(item) if item else None

    def of_incident(self, id: IncidentId) -> tuple[Page, ...]:
        pages = self._items.query(id, self._items.sk.startswith("page#"), consistent_read=True)
        return tuple(sorted(readable(pages, _page), key=lambda page: (page.claimed_at, page.id)))

    def settle(self, page: Page) -> bool:
        """A receipt comes as often as it likes, and in any order: the first one counts."""
        return put_if(self._item(page), self._items.page_state == PageState.SENT.value)

    def add_keys(self, keys: Sequence[PageKey]) -> None:
        for key in keys:
            self._items(
                f"key#{key.digest}",
                "-",
                key=to_text(key),
                expires_at=key.expires_at + KEYS_KEPT_FOR,
            ).save()

    def key(self, digest: str) -> PageKey | None:
        item = find(self._items, f"key#{digest}", "-")
        return _key(item) if item else None

    def _item(self, page: Page) -> IncidentsTable:
        return self._items(
            page.incident_id,
            f"page#{page.id}",
            page=to_text(page),
            page_state=page.state.value,
            attempts=page.attempts,
            expires_at=page.claimed_at + self._retention,
        )


def _page(item: IncidentsTable) -> Page:
    return from_text(Page, item.page, f"item {item.sk}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _FirstKey:
    """A key as the first release wrote it, when a message carried one page, by SMS."""

    kind: KeyKind
    digest: str
    page_id: PageId
    incident_id: IncidentId
    responder: ResponderId
    expires_at: datetime


def _key(item: IncidentsTable) -> PageKey:
    """The phones that were paged before an update can still acknowledge after it."""
    try:
        return from_text(PageKey, item.key, "key of a page")
    except BadInput as trouble:
        try:
            first = from_text(_FirstKey, item.key, "key of a page")
        except BadInput:
            raise trouble from None
    return PageKey(
        kind=first.kind,
        digest=first.digest,
        responder=first.responder,
        channel="sms",
        expires_at=first.expires_at,
        page_ids=(first.page_id,),
        incident_ids=(first.incident_id,),
    )


if TYPE_CHECKING:
    from chalicelib.ports import Pages

    _: type[Pages] = DynamoPages
