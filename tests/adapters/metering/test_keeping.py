"""Records of invocations: one each, nothing twice, nothing lost that can be kept later."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.adapters.metering.keeping import MOST_ENTRIES, MOST_WAITING, Attempt, Keeping
from chalicelib.adapters.metering.tally import collecting, tally, used, within
from chalicelib.domain.cost import Done, Entry, Feature, Sheet, Use
from chalicelib.domain.cost.record import UsageRecord, hour_of
from chalicelib.domain.errors import Unanswered
from tests.adapters.stores import Stores
from tests.builders import NOW
from tests.fakes.costing import FakeUsageRecords

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
ENTRY = Entry("dynamodb.write-unit", Feature.JUDGING)
OWN_WRITE = Entry("dynamodb.write-unit", Feature.ACCOUNTING)


@pytest.fixture
def records() -> FakeUsageRecords:
    return FakeUsageRecords()


def attempt(number: int = 1, **over: Any) -> Attempt:
    given: dict[str, Any] = {
        "function": "tick",
        "request_id": f"request-{number}",
        "identity": f"request-{number}",
        "at": NOW,
        "now": NOW,
    }
    return Attempt(**{**given, **over})


def a_batch(number: int = 1, **over: Any) -> Attempt:
    return attempt(number, **{"function": "triage_mentions", "identity": "100..109", **over})


def a_request(number: int = 1, **over: Any) -> Attempt:
    return attempt(number, **{"function": "api_handler", "is_gathered": True, **over})


def sheet(quantity: int = 1, entry: Entry = ENTRY) -> Sheet:
    return Sheet([(entry, quantity)])


def kept(records: FakeUsageRecords) -> dict[str, Sheet]:
    """Records without what keeping them takes."""
    return {
        record.id: Sheet(pair for pair in record.sheet.items() if pair[0] != OWN_WRITE)
        for record in records.all
    }


def total(records: FakeUsageRecords) -> Sheet:
    return Sheet.total(kept(records).values())


def test_an_invocation_is_a_record_under_its_function_and_request(
    records: FakeUsageRecords,
) -> None:
    keeping = Keeping(records)
    keeping.keep(attempt(1), sheet(3))
    keeping.keep(attempt(2), sheet(4))
    assert kept(records) == {"tick#request-1": sheet(3), "tick#request-2": sheet(4)}


def test_a_batch_that_comes_again_adds_nothing(records: FakeUsageRecords) -> None:
    keeping = Keeping(records)
    keeping.keep(a_batch(1), sheet(31))
    keeping.keep(a_batch(2), sheet(35))
    assert kept(records) == {"triage_mentions#100..109": sheet(31)}


def test_a_batch_that_comes_again_in_another_hour_adds_nothing(records: FakeUsageRecords) -> None:
    keeping = Keeping(records)
    keeping.keep(a_batch(1), sheet(31))
    keeping.keep(a_batch(2, now=NOW + HOUR), sheet(35))
    assert total(records) == sheet(31)


def test_an_attempt_that_failed_cost_and_so_did_the_good_one(records: FakeUsageRecords) -> None:
    keeping = Keeping(records)
    keeping.keep(a_batch(1, has_failed=True), sheet(7))
    keeping.keep(a_batch(2, has_failed=True), sheet(8))
    keeping.keep(a_batch(3), sheet(31))
    keeping.keep(a_batch(4), sheet(33))
    assert total(records) == sheet(7 + 8 + 31)
    assert "triage_mentions#100..109" in kept(records)
    assert all(id.startswith("triage_mentions#100..109") for id in kept(records))


def test_attempts_that_fail_under_one_request_all_cost(records: FakeUsageRecords) -> None:
    keeping = Keeping(records)
    for number in range(3):
        at = NOW + number * timedelta(minutes=1)
        keeping.keep(attempt(1, has_failed=True, at=at, now=at), sheet(2))
    keeping.keep(attempt(1), sheet(5))
    assert total(records) == sheet(11)


def test_a_record_that_cannot_be_written_waits_for_the_next_invocation(
    records: FakeUsageRecords,
) -> None:
    keeping = Keeping(records)
    records.trouble = Unanswered("the table does not answer")
    for number in (1, 2):
        with pytest.raises(Unanswered):
            keeping.keep(attempt(number), sheet(number))
    records.trouble = None
    keeping.keep(attempt(3), sheet(4))
    assert kept(records)["tick#request-3"] == sheet(4)
    assert total(records) == sheet(1 + 2 + 4)
    keeping.keep(attempt(4), sheet(8))
    assert total(records) == sheet(1 + 2 + 4 + 8), "what waited went out once"


def test_what_waits_is_never_lost_with_a_batch_that_comes_again(
    records: FakeUsageRecords,
) -> None:
    keeping = Keeping(records)
    keeping.keep(a_batch(1), sheet(31))
    tally.put_back(sheet(5))
    keeping.keep(a_batch(2), sheet(33))
    assert total(records) == sheet(31 + 5)


def test_what_waits_for_a_table_that_is_lost_does_not_grow_for_ever(
    records: FakeUsageRecords,
) -> None:
    keeping = Keeping(records)
    records.trouble = Unanswered("the table does not answer")
    for number in range(MOST_WAITING + 500):
        with pytest.raises(Unanswered):
            keeping.keep(attempt(number), sheet(1, replace(ENTRY, about=f"forum.{number}")))
    assert len(tally) <= MOST_WAITING + 1
    records.trouble = None
    keeping.keep(attempt(-1), Sheet())
    assert total(records).quantity(ENTRY.sku) == MOST_WAITING + 500


POLL = Entry("api.request", Feature.VIEWING)


def test_requests_of_the_api_are_gathered_for_a_minute(records: FakeUsageRecords) -> None:
    keeping = Keeping(records)
    for number in range(25):
        keeping.keep(a_request(number, now=NOW + number * 5 * SECOND), sheet(1, POLL))
    assert [one.quantity(POLL.sku) for one in kept(records).values()] == [1, 12, 12]
    assert list(kept(records)) == [f"api_handler#request-{number}" for number in (0, 12, 24)]


def test_what_a_person_has_achieved_does_not_wait(records: FakeUsageRecords) -> None:
    keeping = Keeping(records)
    keeping.keep(a_request(1), sheet(1, POLL))
    keeping.keep(a_request(2, now=NOW + SECOND), sheet(1, Entry(Done.POLL, Feature.VIEWING)))
    assert len(kept(records)) == 1
    done = Entry(Done.ACKNOWLEDGED, Feature.WAKING)
    keeping.keep(a_request(3, now=NOW + 2 * SECOND), sheet(1, done))
    assert total(records).quantity(Done.ACKNOWLEDGED) == 1
    assert total(records).quantity(Done.POLL) == 1


def test_many_different_things_do_not_wait(records: FakeUsageRecords) -> None:
    keeping = Keeping(records)
    keeping.keep(a_request(0), sheet(1, POLL))
    for number in range(MOST_ENTRIES):
        keeping.keep(a_request(number + 1), sheet(1, replace(POLL, about=f"forum.{number}")))
    assert len(kept(records)) == 1
    keeping.keep(a_request(99), sheet(1, replace(POLL, about="forum.one-more")))
    assert len(kept(records)) == 2


def test_a_clock_that_goes_back_does_not_keep_the_api_from_writing(
    records: FakeUsageRecords,
) -> None:
    keeping = Keeping(records)
    keeping.keep(a_request(1), sheet(1, POLL))
    keeping.keep(a_request(2, now=NOW - HOUR), sheet(1, POLL))
    assert len(kept(records)) == 2


def test_a_request_that_cannot_be_kept_waits_with_the_others(records: FakeUsageRecords) -> None:
    keeping = Keeping(records)
    records.trouble = Unanswered("the table does not answer")
    with pytest.raises(Unanswered):
        keeping.keep(a_request(1), sheet(1, POLL))
    records.trouble = None
    keeping.keep(a_request(2, now=NOW + 61 * SECOND), sheet(1, POLL))
    assert total(records).quantity(POLL.sku) == 2


# --- on DynamoDB, where to keep a record costs too -----------------------------------------


def test_the_write_of_a_record_is_in_it_and_nowhere_else(dynamo: Stores) -> None:
    keeping = Keeping(dynamo.records)
    with collecting() as around:
        keeping.keep(attempt(), sheet(3))
    assert not around.take(), "or it would be counted twice"
    assert not tally.take()
    (record,) = dynamo.records.of_hour(NOW.replace(minute=0, second=0, microsecond=0))
    assert record.sheet[OWN_WRITE] == 1


def test_a_write_that_is_refused_is_counted_with_the_next(dynamo: Stores) -> None:
    keeping = Keeping(dynamo.records)
    for number in (1, 2):
        keeping.keep(a_batch(number), sheet(31))
    found: dict[str, UsageRecord] = {one.id: one for one in dynamo.records.of_hour(_hour(NOW))}
    rest = found["triage_mentions#request-2+"].sheet
    assert rest[OWN_WRITE] == 2, "refused, and its own"


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


# --- the tally -----------------------------------------------------------------------------


def test_an_invocation_collects_what_is_used_within_it_and_nothing_else() -> None:
    used(Use(sku="sqs.request"))
    with collecting() as own, within(Feature.WAKING, about="acme.outage.1"):
        used(Use(sku="sqs.request", quantity=2), Use(sku="sns.publish"))
        used(Use(sku="sqs.request", quantity=Decimal("0.5")))
    assert dict(own.take()) == {
        Entry("sns.publish", Feature.WAKING, about="acme.outage.1"): 1,
        Entry("sqs.request", Feature.WAKING, about="acme.outage.1"): Decimal("2.5"),
    }
    assert tally.take().quantity("sqs.request") == 1


def test_an_invocation_within_another_collects_for_itself() -> None:
    with collecting() as outer:
        used(Use(sku="sqs.request"))
        with collecting() as inner:
            used(Use(sku="sqs.request", quantity=5))
        used(Use(sku="sqs.request"))
    assert inner.take().quantity("sqs.request") == 5
    assert outer.take().quantity("sqs.request") == 2


def test_what_was_taken_is_gone() -> None:
    with collecting() as own:
        used(Use(sku="sqs.request"))
        assert len(own) == 1
        assert own.take()
        assert not own.take()


class LostAnswers(FakeUsageRecords):
    """Writes, and then says that it could not, so often."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.lost = number

    def put(self, record: UsageRecord) -> bool:
        is_new = super().put(record)
        if self.lost:
            self.lost -= 1
            raise Unanswered("the answer was lost")
        return is_new


@pytest.mark.parametrize("lost", [1, 2])
def test_a_record_whose_answer_was_lost_counts_once(lost: int) -> None:
    records = LostAnswers(lost)
    keeping = Keeping(records)
    tally.put_back(sheet(5))
    for number in range(lost):
        with pytest.raises(Unanswered):
            keeping.keep(a_request(number) if number else attempt(number), sheet(1 + number))
    keeping.keep(attempt(7), sheet(30))
    keeping.keep(attempt(8), sheet(60))
    assert total(records) == sheet(5 + sum(range(1, lost + 1)) + 30 + 60)


def test_what_waited_past_its_hour_goes_with_the_hour_that_is_now(
    records: FakeUsageRecords,
) -> None:
    """Of its own hour it would be in no sum any more."""
    keeping = Keeping(records)
    records.trouble = Unanswered("the table does not answer")
    with pytest.raises(Unanswered):
        keeping.keep(attempt(1), sheet(3))
    records.trouble = None
    later = NOW + 3 * HOUR
    keeping.keep(attempt(2, at=later, now=later), sheet(4))
    assert total(records) == sheet(3 + 4)
    assert {record.at for record in records.all} == {hour_of(later)}


def test_while_the_table_is_slow_nobody_waits_for_a_second_write(
    records: FakeUsageRecords,
) -> None:
    seconds = iter([0.0, *[0.9] * 3, *[2.0] * 20])
    keeping = Keeping(records, seconds=lambda: next(seconds))
    tally.put_back(sheet(5))
    keeping.keep(attempt(1), sheet(3))
    assert total(records) == sheet(3)
    keeping.keep(attempt(2), sheet(4))
    keeping.keep(attempt(3), sheet(4))
    assert total(records) == sheet(3 + 4 + 4 + 5)
