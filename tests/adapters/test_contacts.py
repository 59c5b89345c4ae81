from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from chalicelib.adapters.values import to_text
from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import StaleWrite
from chalicelib.ports import Contacts
from tests import strategies
from tests.adapters.stores import RETENTION_DAYS, Stores, item, items, put
from tests.builders import ANA, BEN, NOW, PHONES, a_contact

DAY = timedelta(days=1)


def keep(contacts: Contacts, contact: Contact) -> Contact:
    """Write it, whatever was there."""
    whose = (contact.responder, contact.channel, contact.address_digest)
    return contacts.change(*whose, lambda _: contact)


def change(contacts: Contacts, how: Callable[[Contact], Contact | None]) -> Contact:
    """Change what is known of Ana's phone."""
    return contacts.change(ANA, "sms", a_contact().address_digest, how)


@given(contact=strategies.contacts())
@settings(max_examples=25)
def test_a_contact_comes_back_as_it_was(new_stores: Callable[[], Stores], contact: Contact) -> None:
    contacts = new_stores().contacts
    assert keep(contacts, contact) == contact
    assert contacts.get(contact.responder, contact.channel) == contact
    assert contacts.of(contact.responder) == (contact,)


def test_nothing_is_known_at_first(stores: Stores) -> None:
    assert stores.contacts.get(ANA, "sms") is None
    assert stores.contacts.of(ANA) == ()


def test_contacts_of_a_person_come_by_channel(stores: Stores) -> None:
    sms, email, other = a_contact(), a_contact(channel="email"), a_contact(BEN)
    for one in (sms, other, email):
        keep(stores.contacts, one)
    assert stores.contacts.of(ANA) == (email, sms)
    assert stores.contacts.of(BEN) == (other,)


def test_what_was_written_meanwhile_is_kept_beside_the_change(stores: Stores) -> None:
    """A send may take long: what was learnt in that time must not be lost."""
    keep(stores.contacts, a_contact().tested(now=NOW))
    seen: list[Contact] = []

    def verified(contact: Contact) -> Contact:
        seen.append(contact)
        if len(seen) == 1:
            change(stores.contacts, lambda one: one.failing("phone is off", now=NOW))
            change(stores.contacts, lambda one: one.opted_out(now=NOW))
        return replace(contact, verified_at=NOW + DAY)

    changed = change(stores.contacts, verified)
    assert changed == stores.contacts.get(ANA, "sms")
    assert changed == replace(
        a_contact(),
        tested_at=NOW,
        failed_at=NOW,
        failure="phone is off",
        opted_out_at=NOW,
        verified_at=NOW + DAY,
    )
    assert len(seen) == 2


def test_who_is_first_with_a_contact_is_kept_too(stores: Stores) -> None:
    seen: list[Contact] = []

    def tested(contact: Contact) -> Contact:
        if not seen:
            seen.append(change(stores.contacts, lambda one: one.opted_out(now=NOW)))
        return contact.tested(now=NOW + DAY)

    change(stores.contacts, tested)
    assert stores.contacts.get(ANA, "sms") == a_contact(tested_at=NOW + DAY, opted_out_at=NOW)


def test_what_nobody_changes_is_not_written(stores: Stores) -> None:
    assert change(stores.contacts, lambda _: None) == a_contact()
    assert stores.contacts.of(ANA) == ()
    assert change(stores.contacts, lambda one: one) == a_contact()
    assert stores.contacts.of(ANA) == (a_contact(),), "that it is known of is something"


def test_another_address_begins_anew(stores: Stores) -> None:
    keep(stores.contacts, a_contact(address_digest="the one before", verified_at=NOW))
    changed = change(stores.contacts, lambda one: one.tested(now=NOW + DAY))
    assert changed == a_contact(tested_at=NOW + DAY)
    assert stores.contacts.of(ANA) == (changed,)


# --- on DynamoDB -------------------------------------------------------------------------


def test_a_contact_expires_long_after_it_was_last_heard_of_and_holds_no_address(
    dynamo: Stores,
) -> None:
    keep(dynamo.contacts, a_contact().tested(now=NOW).failing("blocked", now=NOW + DAY))
    stored = item(dynamo, "incidents", "contact#ana", "sms")
    assert int(stored["expires_at"]["N"]) == int((NOW + DAY * (RETENTION_DAYS + 1)).timestamp())
    assert PHONES[ANA] not in str(items(dynamo, "incidents"))


def test_of_a_contact_that_nothing_is_known_of_nothing_expires(dynamo: Stores) -> None:
    keep(dynamo.contacts, a_contact())
    assert "expires_at" not in item(dynamo, "incidents", "contact#ana", "sms")


def test_a_contact_written_before_there_were_versions_is_changed_like_any(dynamo: Stores) -> None:
    older = {"pk": "contact#ana", "sk": "sms", "contact": to_text(a_contact(verified_at=NOW))}
    put(dynamo, "incidents", {name: {"S": text} for name, text in older.items()})
    change(dynamo.contacts, lambda one: one.tested(now=NOW))
    assert dynamo.contacts.get(ANA, "sms") == a_contact(verified_at=NOW, tested_at=NOW)
    assert item(dynamo, "incidents", "contact#ana", "sms")["version"] == {"N": "1"}


def test_who_never_is_first_gives_up_and_says_so(dynamo: Stores) -> None:
    seen: list[Contact] = []

    def never_first(contact: Contact) -> Contact:
        at = NOW + len(seen) * DAY
        seen.append(change(dynamo.contacts, lambda one: one.tested(now=at)))
        return contact.verified(now=NOW)

    with pytest.raises(StaleWrite, match="changed by others 5 times"):
        change(dynamo.contacts, never_first)
    assert dynamo.contacts.get(ANA, "sms") == seen[-1]
