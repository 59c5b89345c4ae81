"""What is known of the ways to each person, in DynamoDB beside the incidents.

`contact#<responder>`/`<channel>` has `contact`: digests of addresses, never an address. Expires
when nothing has been heard of it for as long as anything is kept.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.items import find, readable
from chalicelib.adapters.tables import IncidentsTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.contact import Contact
from chalicelib.domain.schedule import ResponderId


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

    def save(self, contact: Contact) -> None:
        heard = (contact.tested_at, contact.verified_at, contact.opted_out_at, contact.failed_at)
        last_heard = max((at for at in heard if at is not None), default=None)
        self._items(
            f"contact#{contact.responder}",
            contact.channel,
            contact=to_text(contact),
            expires_at=last_heard + self._retention if last_heard else None,
        ).save()


def _contact(item: IncidentsTable) -> Contact:
    return from_text(Contact, item.contact, f"{item.pk}, {item.sk}")


if TYPE_CHECKING:
    from chalicelib.ports import Contacts

    _: type[Contacts] = DynamoContacts
