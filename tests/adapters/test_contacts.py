from collections.abc import Callable
from datetime import timedelta

from hypothesis import given, settings

from chalicelib.domain.contact import Contact
from tests import strategies
from tests.adapters.stores import RETENTION_DAYS, Stores, item, items
from tests.builders import ANA, BEN, NOW, PHONES, a_contact

DAY = timedelta(days=1)


@given(contact=strategies.contacts())
@settings(max_examples=25)
def test_a_contact_comes_back_as_it_was(new_stores: Callable[[], Stores], contact: Contact) -> None:
    contacts = new_stores().contacts
    contacts.save(contact)
    assert contacts.get(contact.responder, contact.channel) == contact
    assert contacts.of(contact.responder) == (contact,)


def test_nothing_is_known_at_first(stores: Stores) -> None:
    assert stores.contacts.get(ANA, "sms") is None
    assert stores.contacts.of(ANA) == ()


def test_contacts_of_a_person_come_by_channel(stores: Stores) -> None:
    sms, email, other = a_contact(), a_contact(channel="email"), a_contact(BEN)
    for one in (sms, other, email):
        stores.contacts.save(one)
    assert stores.contacts.of(ANA) == (email, sms)
    assert stores.contacts.of(BEN) == (other,)


def test_the_newest_word_counts(stores: Stores) -> None:
    stores.contacts.save(a_contact().failing("Phone has blocked SMS", now=NOW))
    stores.contacts.save(a_contact().verified(now=NOW + DAY))
    assert stores.contacts.get(ANA, "sms") == a_contact().verified(now=NOW + DAY)


# --- on DynamoDB -------------------------------------------------------------------------


def test_a_contact_expires_long_after_it_was_last_heard_of_and_holds_no_address(
    dynamo: Stores,
) -> None:
    dynamo.contacts.save(a_contact().tested(now=NOW).failing("blocked", now=NOW + DAY))
    stored = item(dynamo, "incidents", "contact#ana", "sms")
    assert int(stored["expires_at"]["N"]) == int((NOW + DAY * (RETENTION_DAYS + 1)).timestamp())
    assert PHONES[ANA] not in str(items(dynamo, "incidents"))


def test_of_a_contact_that_nothing_is_known_of_nothing_expires(dynamo: Stores) -> None:
    dynamo.contacts.save(a_contact())
    assert "expires_at" not in item(dynamo, "incidents", "contact#ana", "sms")
