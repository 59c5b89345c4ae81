"""What is known of the ways to each person, in DynamoDB beside the incidents.

`contact#<responder>`/`<channel>` has `contact` (digests of addresses, never an address) and
`version`, one more with each change. Expires when nothing has been heard of it for as long as
anything is kept.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.items import find, put_if, readable
from chalicelib.adapters.tables import IncidentsTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.contact import Contact, contact_of
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.schedule import ResponderId

TRIES = 5
"""How often a change is tried against others who change the same contact at once."""


class DynamoContacts:
    """Contacts in the table of the incidents."""

    def __init__(self, table: str, *, retention_days: int, region: str | None = None) -> None:
        self._items = bound(IncidentsTable, table, region)
        self._retention = timedelta(days=retention_days)

    def get(self, responder: ResponderId, channel: str) -> Contact | None:
        item = find(self._items, f"contact#{responder}", channel)
        return _contact(item) if item else None

    def of(self, responder: ResponderId) -> tuple[Contact, ...]:
        """One query, by channel."""
        return readable(self._items.query(f"contact#{responder}", consistent_read=True), _contact)

    def change(
        self,
        responder: ResponderId,
        channel: str,
        digest: str,
        change: Callable[[Contact], Contact | None],
    ) -> Contact:
        for _ in range(TRIES):
            item = find(self._items, f"contact#{responder}", channel)
            known = _contact(item) if item else None
            before = contact_of(known, responder, channel, digest)
            after = change(before)
            if after is None or after == known:
                return before
            if self._put(after, instead_of=item):
                return after
        raise StaleWrite(f"a contact of {responder} was changed by others {TRIES} times")

    def _put(self, contact: Contact, *, instead_of: IncidentsTable | None) -> bool:
        """Whether it was still as it was read."""
        version = self._items.version
        heard = (contact.tested_at, contact.verified_at, contact.opted_out_at, contact.failed_at)
        last_heard = max((at for at in heard if at is not None), default=None)
        item = self._items(
            f"contact#{contact.responder}",
            contact.channel,
            contact=to_text(contact),
            version=1,
            expires_at=last_heard + self._retention if last_heard else None,
        )
        if instead_of is None:
            return put_if(item, self._items.pk.does_not_exist())
        if instead_of.version is None:  # written before contacts had versions
            return put_if(item, self._items.pk.exists() & version.does_not_exist())
        item.version = instead_of.version + 1
        return put_if(item, version == instead_of.version)


def _contact(item: IncidentsTable) -> Contact:
    return from_text(Contact, item.contact, f"{item.pk}, {item.sk}")


if TYPE_CHECKING:
    from chalicelib.ports import Contacts

    _: type[Contacts] = DynamoContacts
