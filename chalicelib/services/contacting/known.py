"""What is known of the addresses that are configured now."""

from collections.abc import Callable

from chalicelib.domain.contact import Contact, address_digest, contact_of
from chalicelib.domain.desk import Responder
from chalicelib.ports import Contacts


class KnownContacts:
    """Contacts by the address they are about: of one that has changed nothing is known yet."""

    def __init__(self, *, contacts: Contacts, pepper: Callable[[], bytes]) -> None:
        """`pepper` keys the digests of addresses."""
        self._contacts = contacts
        self._pepper = pepper

    def get(self, responder: Responder, channel: str) -> Contact:
        """The contact as it is known; a fresh one when nothing is."""
        known = self._contacts.get(responder.id, channel)
        return contact_of(known, responder.id, channel, self._digest(responder, channel))

    def is_recorded(self, contact: Contact) -> bool:
        """Whether anything was ever recorded of this address."""
        known = self._contacts.get(contact.responder, contact.channel)
        return known is not None and known.address_digest == contact.address_digest

    def of(self, responder: Responder) -> tuple[Contact, ...]:
        """Each way to a person, in the order of `Responder.channels`; one query."""
        known = {one.channel: one for one in self._contacts.of(responder.id)}
        return tuple(
            contact_of(known.get(channel), responder.id, channel, self._digest(responder, channel))
            for channel in responder.channels
        )

    def change(
        self, responder: Responder, channel: str, change: Callable[[Contact], Contact | None]
    ) -> Contact:
        """Write what `change` makes of what is known by then, as `Contacts.change`."""
        digest = self._digest(responder, channel)
        return self._contacts.change(responder.id, channel, digest, change)

    def _digest(self, responder: Responder, channel: str) -> str:
        return address_digest(_address(responder, channel), self._pepper())


def _address(responder: Responder, channel: str) -> str:
    match channel:
        case "sms":
            return responder.phone or ""
        case "email":
            return responder.email or ""
    return responder.webhook.secret if responder.webhook else ""
