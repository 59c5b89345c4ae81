"""Contacts: test pages, what proves that they came, and the carrier's word."""

import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import BadInput, NotAllowed, NotFound
from chalicelib.domain.page import (
    KeyKind,
    PageKey,
    code_digest,
    link_digest,
    message_digest,
)
from chalicelib.domain.responder import Responder, Webhook
from chalicelib.domain.schedule import ResponderId
from chalicelib.services.contacting import TOO_SOON, TRIES_A_DAY, Tried
from tests.adapters.stores import race
from tests.builders import (
    ANA,
    BEN,
    CODE_KEY,
    FAY,
    LEA,
    NOW,
    PHONES,
    a_page,
    a_page_key,
    a_responder,
)
from tests.fakes import Crash, FakeChannel, Fate
from tests.services.watchers import Watchers, a_ready_desk

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

REACHABLE = a_responder(ANA, email="ana@acme.example", webhook=Webhook(secret="webhook-ana"))
OTHERS = (a_responder(BEN), a_responder(FAY), a_responder(LEA))


@pytest.fixture
def watch() -> Watchers:
    """Ana has a phone, a mailbox and a webhook; nothing is verified yet."""
    return Watchers(a_ready_desk(responders=(REACHABLE, *OTHERS)), verified=False)


def contact(watch: Watchers, channel: str = "sms", who: ResponderId = ANA) -> Contact:
    found = watch.contacts.get(who, channel)
    assert found is not None
    return found


def code_in(text: str) -> str:
    found = re.search(r"\b[BCDFGHJKMNPQRSTVWXYZ]{5}\b", text)
    assert found is not None, text
    return found[0]


def secret_in(text: str) -> str:
    found = re.search(r"/a/(\S+)", text)
    assert found is not None, text
    return found[1]


def key_of_code(watch: Watchers, code: str) -> PageKey:
    key = watch.pages.key(code_digest(code, ANA, CODE_KEY))
    assert key is not None
    return key


# --- test pages --------------------------------------------------------------------------


def test_a_test_page_says_so_and_asks_for_an_answer(watch: Watchers) -> None:
    assert watch.contacting.test(ANA, "sms", now=NOW) == (Tried(channel="sms", is_sent=True),)
    (text,) = watch.phones.notes(ANA)
    assert "test of Nightdesk" in text
    assert f"Reply {code_in(text)}" in text
    assert f"https://desk.example/api/a/{secret_in(text)}" in text
    assert contact(watch).tested_at == NOW
    assert not contact(watch).is_verified
    assert watch.phones.pages() == []


def test_without_a_channel_every_way_to_the_person_is_tried(watch: Watchers) -> None:
    tried = watch.contacting.test(ANA, now=NOW)
    assert [(one.channel, one.is_sent) for one in tried] == [
        ("sms", True),
        ("email", True),
        ("webhook", True),
    ]
    for channel in (watch.phones, watch.mailboxes, watch.webhooks):
        assert len(channel.notes(ANA)) == 1
    codes = {code_in(channel.notes(ANA)[0]) for channel in (watch.phones, watch.mailboxes)}
    assert len(codes) == 2, "each contact has a code of its own"


def test_where_replies_cannot_reach_us_the_code_is_for_typing(watch: Watchers) -> None:
    desk = watch.desks.current()
    watch.put_in_force(replace(desk, sms=replace(desk.sms, is_two_way=False)))
    watch.contacting.test(ANA, now=NOW)
    for channel in (watch.phones, watch.mailboxes):
        (text,) = channel.notes(ANA)
        assert "Reply" not in text
        assert f"Type {code_in(text)}" in text


def test_a_test_page_without_our_address_goes_out_with_its_code_alone(watch: Watchers) -> None:
    watch.has_address = False
    watch.contacting.test(ANA, "sms", now=NOW)
    (text,) = watch.phones.notes(ANA)
    assert "/a/" not in text
    assert code_in(text)


def test_the_keys_of_a_test_page_belong_to_no_incident_and_are_good_for_a_day(
    watch: Watchers,
) -> None:
    watch.contacting.test(ANA, "sms", now=NOW)
    (text,) = watch.phones.notes(ANA)
    keys = [key_of_code(watch, code_in(text)), watch.pages.key(link_digest(secret_in(text)))]
    for key in keys:
        assert key is not None
        assert (key.responder, key.channel) == (ANA, "sms")
        assert (key.incident_ids, key.page_ids) == ((), ())
        assert key.is_valid(NOW + DAY - MINUTE)
        assert not key.is_valid(NOW + DAY)


def test_a_receipt_of_a_test_page_finds_whose_phone_it_is_about(watch: Watchers) -> None:
    watch.contacting.test(ANA, now=NOW)
    provider_id = watch.phones.sent[0].provider_id
    key = watch.pages.key(message_digest(provider_id))
    assert key is not None
    assert (key.kind, key.responder, key.channel) == (KeyKind.MESSAGE, ANA, "sms")
    assert watch.pages.key(message_digest(watch.mailboxes.sent[0].provider_id)) is None


def test_a_test_page_that_is_refused_is_told_with_its_reason_and_marks_the_contact(
    watch: Watchers,
) -> None:
    watch.phones.refused.add(ANA)
    refused, *others = watch.contacting.test(ANA, now=NOW)
    assert refused == Tried(channel="sms", is_sent=False, refusal="ana cannot be reached")
    assert all(one.is_sent for one in others)
    assert contact(watch).failure == "ana cannot be reached"
    assert contact(watch).tested_at is None


class StumblingPhones(FakeChannel):
    """Raises what no channel should, with a number in it."""

    def send_note(self, responder: Responder, text: str, *, id: str) -> str:
        raise RuntimeError(f"cannot dial {responder.phone}")


def test_a_channel_that_stumbles_names_no_address(caplog: pytest.LogCaptureFixture) -> None:
    watch = Watchers(verified=False, phones=StumblingPhones())
    with caplog.at_level(logging.DEBUG):
        (tried,) = watch.contacting.test(ANA, "sms", now=NOW)
    assert tried.refusal == "the channel failed: RuntimeError"
    assert PHONES[ANA] not in caplog.text


def test_a_contact_gets_at_most_one_test_page_a_minute(watch: Watchers) -> None:
    def sent(seconds: float) -> bool:
        at = NOW + timedelta(seconds=seconds)
        (tried,) = watch.contacting.test(ANA, "sms", now=at)
        assert tried.is_sent or tried.refusal == TOO_SOON
        return tried.is_sent

    assert [sent(seconds) for seconds in (50, 55, 61, 109, 110, 111)] == [
        True,
        False,
        False,
        False,
        True,
        False,
    ]
    assert watch.contacting.test(ANA, "email", now=NOW)[0].is_sent, "another contact is free"


def test_of_two_who_press_at_once_one_sends(watch: Watchers) -> None:
    found = race(*[lambda: watch.contacting.test(ANA, "sms", now=NOW)[0].is_sent] * 4)
    assert sorted(map(str, found)) == ["False", "False", "False", "True"]
    assert len(watch.phones.notes(ANA)) == 1


def test_only_people_of_the_desk_and_addresses_they_have_are_tested(watch: Watchers) -> None:
    with pytest.raises(NotFound):
        watch.contacting.test(ResponderId("nobody"), now=NOW)
    with pytest.raises(BadInput, match="channel: ben has no 'email'; use one of sms"):
        watch.contacting.test(BEN, "email", now=NOW)
    desk = watch.desks.current()
    watch.put_in_force(replace(desk, responders=(a_responder(ANA, phone=None), *OTHERS)))
    with pytest.raises(BadInput, match="has no phone, e-mail or webhook"):
        watch.contacting.test(ANA, now=NOW)
    assert watch.phones.sent == []


# --- verifying ---------------------------------------------------------------------------


def test_answering_by_code_or_link_verifies_the_contact_it_was_sent_to(watch: Watchers) -> None:
    watch.contacting.test(ANA, now=NOW)
    by_code = key_of_code(watch, code_in(watch.phones.notes(ANA)[0]))
    by_link = watch.pages.key(link_digest(secret_in(watch.mailboxes.notes(ANA)[0])))
    assert by_link is not None
    assert watch.contacting.verify(by_code, now=NOW + MINUTE)
    assert watch.contacting.verify(by_link, now=NOW + 2 * MINUTE)
    assert contact(watch).verified_at == NOW + MINUTE
    assert contact(watch, "email").verified_at == NOW + 2 * MINUTE
    assert not contact(watch, "webhook").is_verified


def test_an_answer_to_what_was_sent_to_an_older_address_verifies_nothing(watch: Watchers) -> None:
    watch.contacting.test(ANA, "sms", now=NOW)
    key = key_of_code(watch, code_in(watch.phones.notes(ANA)[0]))
    moved = replace(REACHABLE, phone="+436641000077")
    watch.put_in_force(a_ready_desk(responders=(moved, *OTHERS)))
    assert not watch.contacting.verify(key, now=NOW + MINUTE)
    assert not watch.known.get(moved, "sms").is_verified


def test_a_key_of_somebody_who_has_left_verifies_nothing(watch: Watchers) -> None:
    watch.contacting.test(ANA, "sms", now=NOW)
    key = key_of_code(watch, code_in(watch.phones.notes(ANA)[0]))
    watch.put_in_force(a_ready_desk(responders=OTHERS))
    assert not watch.contacting.verify(key, now=NOW)


def test_the_code_of_a_real_page_verifies_the_phone_once_and_then_writes_nothing(
    watch: Watchers,
) -> None:
    key = a_page_key(a_page(), kind=KeyKind.CODE)
    assert watch.contacting.verify(key, now=NOW)
    assert contact(watch).verified_at == NOW
    assert watch.contacting.verify(key, now=NOW + DAY)
    assert contact(watch).verified_at == NOW
    watch.contacts.save(contact(watch).failing("phone is off", now=NOW))
    assert watch.contacting.verify(key, now=NOW + 2 * DAY)
    assert (contact(watch).verified_at, contact(watch).failure) == (NOW + 2 * DAY, "")


def test_typing_the_code_verifies(watch: Watchers) -> None:
    watch.contacting.test(ANA, "email", now=NOW)
    code = code_in(watch.mailboxes.notes(ANA)[0])
    typed = f" {code[:2].lower()} {code[2:].lower()} "
    verified = watch.contacting.verify_code(ANA, "email", typed, now=NOW + MINUTE)
    assert verified.verified_at == NOW + MINUTE
    assert contact(watch, "email") == verified


def test_a_code_is_good_for_its_own_contact_and_person_and_time_only(watch: Watchers) -> None:
    watch.contacting.test(ANA, now=NOW)
    code = code_in(watch.mailboxes.notes(ANA)[0])
    for who, channel, at in (
        (ANA, "sms", NOW),
        (BEN, "sms", NOW),
        (ANA, "email", NOW + DAY),
    ):
        with pytest.raises(BadInput, match="code: this is not the code"):
            watch.contacting.verify_code(who, channel, code, now=at)
    assert not contact(watch, "email").is_verified


@pytest.mark.parametrize("typed", ["", "BCDF", "BCDFGH", "AEIOU", "1234", "ß" * 5, "B" * 10_000])
def test_what_cannot_be_a_code_costs_no_try(watch: Watchers, typed: str) -> None:
    for _ in range(TRIES_A_DAY + 1):
        with pytest.raises(BadInput, match="type the 5 letters"):
            watch.contacting.verify_code(ANA, "sms", typed, now=NOW)
    assert watch.once.told == {}


def test_ten_codes_a_day_are_tried_and_then_not_even_the_right_one(watch: Watchers) -> None:
    watch.contacting.test(ANA, "sms", now=NOW)
    code = code_in(watch.phones.notes(ANA)[0])
    for _ in range(TRIES_A_DAY):
        with pytest.raises(BadInput):
            watch.contacting.verify_code(ANA, "sms", "ZZZZZ", now=NOW)
    with pytest.raises(NotAllowed, match="try again tomorrow"):
        watch.contacting.verify_code(ANA, "sms", code, now=NOW)
    with pytest.raises(BadInput):
        watch.contacting.verify_code(ANA, "sms", "ZZZZZ", now=NOW + DAY)
    assert watch.contacting.verify_code(BEN, "sms", _tested(watch, BEN), now=NOW).is_verified


def _tested(watch: Watchers, who: ResponderId) -> str:
    watch.contacting.test(who, "sms", now=NOW)
    return code_in(watch.phones.notes(who)[-1])


def test_tries_that_race_are_counted_one_by_one(watch: Watchers) -> None:
    def guess() -> str:
        try:
            watch.contacting.verify_code(ANA, "sms", "ZZZZZ", now=NOW)
        except (BadInput, NotAllowed) as error:
            return type(error).__name__
        raise AssertionError("that was no code")

    found = race(*[guess] * 16)
    assert sorted(map(str, found)) == ["BadInput"] * TRIES_A_DAY + ["NotAllowed"] * 6


# --- opting out --------------------------------------------------------------------------


def test_an_opt_out_that_the_carrier_confirms_is_marked_and_told(watch: Watchers) -> None:
    watch.sms_account.opted_out.add(PHONES[ANA])
    watch.contacting.opted_out(REACHABLE, now=NOW)
    assert contact(watch).opted_out_at == NOW
    (notice,) = watch.notices.told
    assert notice.kind == "opted-out:ana"
    assert notice.text == "Ana has texted STOP: no page reaches this phone until START."
    (letter,) = watch.mailboxes.notes(ANA)
    assert "opted out" in letter
    assert "Lea knows" in letter
    assert watch.phones.sent == [], "never by the channel that is gone"


def test_the_same_opt_out_heard_twice_is_told_once(watch: Watchers) -> None:
    watch.sms_account.opted_out.add(PHONES[ANA])
    for minutes in (0, 1, 90):
        watch.contacting.opted_out(REACHABLE, now=NOW + minutes * MINUTE)
    assert len(watch.mailboxes.notes(ANA)) == 1
    assert contact(watch).opted_out_at == NOW


def test_a_forged_stop_marks_nobody_and_tells_nobody(
    watch: Watchers, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        watch.contacting.opted_out(REACHABLE, now=NOW)
    assert watch.contacts.get(ANA, "sms") is None
    assert watch.notices.told == []
    assert watch.mailboxes.sent == []
    assert [record.message for record in caplog.records] == ["opt_out_not_confirmed"]


def test_a_carrier_that_cannot_be_asked_is_told_and_nothing_is_guessed(watch: Watchers) -> None:
    watch.sms_account.silent.add("opted_out")
    watch.contacting.opted_out(REACHABLE, now=NOW)
    (notice,) = watch.notices.told
    assert "the carrier could not be asked" in notice.text
    assert watch.contacts.get(ANA, "sms") is None
    watch.contacting.opted_in(REACHABLE, now=NOW)
    assert watch.contacts.get(ANA, "sms") is None


def test_start_that_the_carrier_confirms_makes_the_phone_reachable_again(watch: Watchers) -> None:
    watch.sms_account.opted_out.add(PHONES[ANA])
    watch.contacting.opted_out(REACHABLE, now=NOW)
    watch.contacting.opted_in(REACHABLE, now=NOW + MINUTE)
    assert contact(watch).opted_out_at == NOW, "the carrier still says no"
    watch.sms_account.opted_out.clear()
    watch.contacting.opted_in(REACHABLE, now=NOW + MINUTE)
    assert contact(watch).opted_out_at is None
    watch.sms_account.opted_out.add(PHONES[ANA])
    watch.contacting.opted_out(REACHABLE, now=NOW + DAY)
    assert len(watch.mailboxes.notes(ANA)) == 2, "it is another opt-out"


def test_a_crash_before_the_person_was_told_is_made_up_for(watch: Watchers) -> None:
    watch.sms_account.opted_out.add(PHONES[ANA])
    watch.mailboxes.fates.append(Fate.CRASH_BEFORE)
    with pytest.raises(Crash):
        watch.contacting.opted_out(REACHABLE, now=NOW)
    watch.contacting.opted_out(REACHABLE, now=NOW + 3 * MINUTE)
    assert len(watch.mailboxes.notes(ANA)) == 1


def test_nothing_kept_or_logged_holds_an_address(
    watch: Watchers, caplog: pytest.LogCaptureFixture
) -> None:
    watch.sms_account.opted_out.add(PHONES[ANA])
    with caplog.at_level(logging.DEBUG):
        watch.contacting.test(ANA, now=NOW)
        watch.contacting.opted_out(REACHABLE, now=NOW)
    said = f"{caplog.text} {[vars(one) for one in caplog.records]} {watch.contacts.of(ANA)}"
    for secret in (PHONES[ANA], "ana@acme.example", code_in(watch.phones.notes(ANA)[0])):
        assert secret not in said
