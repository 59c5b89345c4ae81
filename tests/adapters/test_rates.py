from datetime import timedelta

from chalicelib.domain.rate import REMEMBERED
from tests.adapters.stores import Stores, items, race
from tests.builders import ANA, BEN, NOW, PHONES

MINUTE, MOMENT = timedelta(minutes=1), timedelta(microseconds=1)


def test_nothing_has_gone_out_at_first(stores: Stores) -> None:
    assert stores.rates.sent(ANA, "sms", now=NOW) == ()
    assert stores.rates.sent_by_all("sms", now=NOW) == 0


def test_what_went_out_is_known_for_each_person_and_channel_oldest_first(stores: Stores) -> None:
    for minutes in (5, 0, 3):
        stores.rates.record(ANA, "sms", now=NOW + minutes * MINUTE)
    stores.rates.record(ANA, "email", now=NOW)
    stores.rates.record(BEN, "sms", now=NOW)

    sent = stores.rates.sent(ANA, "sms", now=NOW + 5 * MINUTE)
    assert sent == tuple(NOW + minutes * MINUTE for minutes in (0, 3, 5))
    assert stores.rates.sent(BEN, "sms", now=NOW) == (NOW,)


def test_two_messages_at_the_same_instant_are_two(stores: Stores) -> None:
    for _ in range(2):
        stores.rates.record(ANA, "sms", now=NOW)
    assert stores.rates.sent(ANA, "sms", now=NOW) == (NOW, NOW)
    assert stores.rates.sent_by_all("sms", now=NOW) == 2


def test_what_went_out_too_long_ago_counts_no_more(stores: Stores) -> None:
    stores.rates.record(ANA, "sms", now=NOW)
    assert stores.rates.sent(ANA, "sms", now=NOW + REMEMBERED - MOMENT) == (NOW,)
    assert stores.rates.sent(ANA, "sms", now=NOW + REMEMBERED) == ()


def test_what_a_worker_has_sent_whose_clock_is_ahead_counts(stores: Stores) -> None:
    stores.rates.record(ANA, "sms", now=NOW + MINUTE)
    assert stores.rates.sent(ANA, "sms", now=NOW) == (NOW + MINUTE,)


def test_all_people_together_are_counted_by_the_clock_hour(stores: Stores) -> None:
    for minutes, who in ((0, ANA), (10, BEN), (29, ANA), (30, ANA)):  # NOW is half past
        stores.rates.record(who, "sms", now=NOW + minutes * MINUTE)
    stores.rates.record(ANA, "email", now=NOW)

    assert stores.rates.sent_by_all("sms", now=NOW + 29 * MINUTE) == 3
    assert stores.rates.sent_by_all("sms", now=NOW + 30 * MINUTE) == 1


def test_somebody_called_all_has_a_count_of_their_own(stores: Stores) -> None:
    stores.rates.record(ANA, "sms", now=NOW)
    assert stores.rates.sent("all", "sms", now=NOW) == ()  # type: ignore[arg-type]


def test_messages_that_go_out_at_once_are_all_counted(stores: Stores) -> None:
    race(*[lambda who=who: stores.rates.record(who, "sms", now=NOW) for who in (ANA, BEN) * 3])
    assert stores.rates.sent_by_all("sms", now=NOW) == 6
    assert stores.rates.sent(ANA, "sms", now=NOW) == (NOW,) * 3


# --- on DynamoDB -------------------------------------------------------------------------


def test_what_has_gone_out_expires_and_holds_no_phone(dynamo: Stores) -> None:
    dynamo.rates.record(ANA, "sms", now=NOW)
    stored = items(dynamo, "incidents")
    assert [(int(one["expires_at"]["N"]) - NOW.timestamp()) / 3600 for one in stored] == [24, 24]
    assert PHONES[ANA] not in str(stored)
