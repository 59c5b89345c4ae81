from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings

from chalicelib.domain.incident import Incident
from chalicelib.domain.page import LEASE, Page, PageId, PageKey
from tests import strategies
from tests.adapters.stores import RETENTION_DAYS, Stores, items, race
from tests.builders import ANA, BEN, NOW, PHONES, a_page, a_page_key, an_incident

LATER = NOW + LEASE


@given(page=strategies.pages(), key=strategies.page_keys())
@settings(max_examples=25)
def test_pages_and_keys_come_back_as_they_were(
    new_stores: Callable[[], Stores], page: Page, key: PageKey
) -> None:
    pages = new_stores().pages
    assert pages.claim(page) is None
    assert pages.get(page.id) == page
    assert pages.of_incident(page.incident_id) == (page,)
    pages.add_keys([key])
    assert pages.key(key.digest) == key


def test_there_are_none_at_first(stores: Stores) -> None:
    assert stores.pages.get(a_page().id) is None
    assert stores.pages.of_incident(an_incident().id) == ()
    assert stores.pages.key("f00d") is None


@pytest.mark.parametrize("id", ["", "acme", "acme.outage.20261121T193000000000", "a.r1.s1.b.sms"])
def test_what_is_no_page_id_is_no_page(stores: Stores, id: str) -> None:
    assert stores.pages.get(PageId(id)) is None


def test_a_page_is_claimed_once_and_the_second_is_shown_the_first(stores: Stores) -> None:
    mine, theirs = a_page(), a_page(now=NOW + timedelta(seconds=5))
    assert stores.pages.claim(mine) is None
    assert stores.pages.claim(theirs) == mine
    sent = mine.sent("sms-1", now=NOW)
    stores.pages.save(sent)
    assert stores.pages.claim(theirs) == sent


def test_of_workers_that_claim_a_page_at_once_one_has_it(stores: Stores) -> None:
    for number in range(10):
        page = a_page(turn=f"r{number + 1}.s0")
        results = race(*[lambda page=page: stores.pages.claim(page)] * 3)
        assert results.count(None) == 1, "even when all claim at the very same instant"
        assert results.count(page) == 2


def test_a_page_left_by_a_crash_is_taken_over_by_one(stores: Stores) -> None:
    for number in range(10):
        left = a_page(turn=f"h{number + 1}")
        stores.pages.claim(left)
        takeover = left.taken_again(LATER)
        results = race(*[lambda one=takeover, seen=left: stores.pages.take(one, seen=seen)] * 3)
        assert sorted(map(str, results)) == ["False", "False", "True"]
        assert stores.pages.get(left.id) == takeover


def test_a_page_that_was_sent_meanwhile_is_not_taken_over(stores: Stores) -> None:
    seen = a_page()
    stores.pages.claim(seen)
    sent = seen.sent("sms-1", now=NOW)
    stores.pages.save(sent)
    assert not stores.pages.take(seen.taken_again(LATER), seen=seen)
    assert stores.pages.get(seen.id) == sent


def test_a_page_that_is_not_there_cannot_be_taken_over(stores: Stores) -> None:
    assert not stores.pages.take(a_page().taken_again(LATER), seen=a_page())
    assert stores.pages.get(a_page().id) is None


def test_a_worker_whose_page_was_taken_over_does_not_overwrite_its_fate(stores: Stores) -> None:
    slow = a_page()
    stores.pages.claim(slow)
    quick = slow.taken_again(LATER)
    assert stores.pages.take(quick, seen=slow)
    sent = quick.sent("sms-2", now=LATER)
    stores.pages.save(sent)

    stores.pages.save(slow.refused("it took too long"))
    assert stores.pages.get(slow.id) == sent


def test_a_receipt_settles_a_page_that_was_sent_and_the_first_one_counts(stores: Stores) -> None:
    sent = a_page().sent("sms-1", now=NOW)
    stores.pages.claim(a_page())
    stores.pages.save(sent)

    failed = sent.failed("Phone is currently unreachable", now=LATER)
    assert stores.pages.settle(failed)
    assert not stores.pages.settle(sent.delivered(now=LATER))
    assert not stores.pages.settle(failed)
    assert stores.pages.get(sent.id) == failed


@pytest.mark.parametrize("is_refused", [False, True])
def test_a_page_that_was_not_sent_is_not_settled(stores: Stores, is_refused: bool) -> None:
    page = a_page().refused("no phone") if is_refused else a_page()
    stores.pages.claim(page)
    assert not stores.pages.settle(page.delivered(now=LATER))
    assert stores.pages.get(page.id) == page


def test_a_page_that_is_not_there_is_not_settled(stores: Stores) -> None:
    assert not stores.pages.settle(a_page().delivered(now=LATER))
    assert stores.pages.get(a_page().id) is None


def test_of_receipts_that_come_at_once_one_settles_the_page(stores: Stores) -> None:
    for number in range(10):
        sent = a_page(turn=f"r{number + 1}.s0").sent("sms-1", now=NOW)
        stores.pages.claim(sent)
        delivered, failed = sent.delivered(now=LATER), sent.failed("no", now=LATER)
        results = race(
            *[lambda one=one: stores.pages.settle(one) for one in (delivered, failed, failed)]
        )
        assert sorted(map(str, results)) == ["False", "False", "True"]
        assert stores.pages.get(sent.id) == (delivered, failed, failed)[results.index(True)]


def test_pages_of_an_incident_come_in_the_order_they_were_claimed(stores: Stores) -> None:
    incident, other = an_incident(), an_incident(brand="bolt")
    second = a_page(incident, ANA, now=LATER)
    first = a_page(incident, BEN, now=NOW)
    for page in (second, a_page(other, ANA), first):
        stores.pages.claim(page)
    assert stores.pages.of_incident(incident.id) == (first, second)


def test_an_expired_key_is_still_given(stores: Stores) -> None:
    key = a_page_key()
    stores.pages.add_keys([key])
    assert not key.is_valid(key.expires_at)
    assert stores.pages.key(key.digest) == key


@given(incident=strategies.incidents())
@settings(max_examples=10)
def test_joins_and_pages_of_an_incident_do_not_mix(
    new_stores: Callable[[], Stores], incident: Incident
) -> None:
    stores = new_stores()
    page = a_page(incident)
    stores.pages.claim(page)
    assert stores.incidents.loudness(incident.id) == 0
    assert stores.pages.of_incident(incident.id) == (page,)


# --- on DynamoDB -------------------------------------------------------------------------


def test_pages_and_keys_expire_and_hold_neither_phone_nor_secret(dynamo: Stores) -> None:
    key = a_page_key(secret="SECRETSECRETSECRETSECR")
    dynamo.pages.claim(a_page())
    dynamo.pages.add_keys([key])

    stored = items(dynamo, "incidents")
    assert "SECRET" not in str(stored)
    assert not any(phone in str(stored) for phone in PHONES.values())
    days = sorted((int(one["expires_at"]["N"]) - NOW.timestamp()) / 86400 for one in stored)
    assert days == [8, RETENTION_DAYS]
