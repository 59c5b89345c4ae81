"""What invocations took: kept once, with what it takes to keep it."""

import secrets
import zlib
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from pynamodb.exceptions import PutError

from chalicelib.adapters.usage_records import DynamoUsageRecords
from chalicelib.domain.cost import Entry, Feature, Sheet
from chalicelib.domain.cost.record import UsageRecord, hour_of
from tests.adapters.stores import Stores, calls, item, items, put, race, table_name
from tests.builders import NOW

HOUR = hour_of(NOW)
OWN_WRITE = Entry("dynamodb.write-unit", Feature.ACCOUNTING)
TYPICAL = Sheet(
    [
        (Entry("dynamodb.read-unit", Feature.JUDGING), Decimal("12.5")),
        (Entry("dynamodb.write-unit", Feature.JUDGING), 31),
        (Entry("dynamodb.write-unit", Feature.WAKING, about="acme.outage.7f3a"), 9),
        (Entry("dynamodb.write-unit", Feature.ANSWERING, brand="acme", about="forum.118"), 16),
        (Entry("lambda.gb-second.arm64", Feature.JUDGING), 812 * 1769),
        (Entry("lambda.request", Feature.JUDGING), 1),
        (Entry("logs.byte", Feature.JUDGING), 2341),
        (Entry("done.mention-judged", Feature.JUDGING, "forum-acme", "acme"), 9),
        (Entry("sns.sms-part", Feature.WAKING, about="acme.outage.7f3a", country="DE"), 2),
    ]
)


def record(sheet: Sheet = TYPICAL, *, id: str = "triage_mentions#1..9") -> UsageRecord:
    return UsageRecord(id=id, at=NOW, sheet=sheet)


def test_a_record_is_found_in_its_hour(stores: Stores) -> None:
    assert stores.records.put(record())
    (found,) = stores.records.of_hour(HOUR)
    assert (found.id, hour_of(found.at)) == ("triage_mentions#1..9", HOUR)
    assert found.sheet == TYPICAL + Sheet([(OWN_WRITE, 1)]), "with what keeping it takes"
    assert not list(stores.records.of_hour(HOUR + timedelta(hours=1)))
    assert not list(stores.records.of_hour(HOUR - timedelta(hours=1)))


def test_a_record_kept_twice_counts_once_as_it_was_kept_first(stores: Stores) -> None:
    other = Sheet([(Entry("lambda.request", Feature.JUDGING), 5)])
    assert stores.records.put(record())
    assert not stores.records.put(record(other))
    (found,) = stores.records.of_hour(HOUR)
    assert found.sheet.quantity("lambda.request") == 1


def test_an_hour_has_the_records_of_all_functions(stores: Stores) -> None:
    for number in range(30):
        assert stores.records.put(record(id=f"tick#{number}"))
        assert stores.records.put(record(id=f"watch#{number}"))
    found = [one.id for one in stores.records.of_hour(HOUR)]
    assert len(found) == 60
    assert {id.partition("#")[0] for id in found} == {"tick", "watch"}


def test_of_several_who_keep_one_record_one_has(stores: Stores) -> None:
    kept = race(*[lambda: stores.records.put(record())] * 6)
    assert sorted(map(bool, kept)) == [False] * 5 + [True]


def test_an_hour_of_another_zone_is_that_of_utc(stores: Stores) -> None:
    from zoneinfo import ZoneInfo

    stores.records.put(
        UsageRecord(id="tick#1", at=NOW.astimezone(ZoneInfo("Asia/Kathmandu")), sheet=TYPICAL)
    )
    assert [one.id for one in stores.records.of_hour(HOUR)] == ["tick#1"]


# --- beneath, on DynamoDB ------------------------------------------------------------------


def test_to_keep_one_is_one_write_and_nothing_is_read(dynamo: Stores) -> None:
    with calls(dynamo) as asked:
        dynamo.records.put(record())
        dynamo.records.put(record())
    assert asked == ["PutItem", "PutItem"]


def test_a_typical_record_takes_one_write_unit(dynamo: Stores) -> None:
    dynamo.records.put(record())
    found = item(dynamo, "costs", f"use#{HOUR:%Y-%m-%dT%H}", "triage_mentions#1..9")
    assert _bytes(found) < 600
    assert found.keys() == {"pk", "sk", "value", "expires_at"}


def test_a_record_lives_for_eight_days(dynamo: Stores) -> None:
    dynamo.records.put(record())
    (found,) = items(dynamo, "costs")
    assert int(found["expires_at"]["N"]) == (HOUR + timedelta(days=8)).timestamp()


@pytest.mark.parametrize("entries", [1, 40, 200, 1000])
def test_the_units_of_its_own_write_are_those_of_its_size(dynamo: Stores, entries: int) -> None:
    sheet = Sheet(
        (Entry("dynamodb.write-unit", Feature.ANSWERING, about=f"{number * 7919**5}"), number + 1)
        for number in range(entries)
    )
    dynamo.records.put(record(sheet))
    (found,) = dynamo.records.of_hour(HOUR)
    (stored,) = items(dynamo, "costs")
    assert found.sheet[OWN_WRITE] == -(-_bytes(stored) // 1024)


def test_a_record_that_cannot_be_read_hides_no_other(dynamo: Stores) -> None:
    dynamo.records.put(record())
    poison = [b"x", zlib.compress(b"{}"), zlib.compress(b'[["a"]]')]
    poison += [
        zlib.compress(f'[[["lambda.request","{quantity}","judging"]]]'.encode())
        for quantity in ("NaN", "sNaN", "Infinity", "1e999999", "1e-300", "9" * 90, "-5")
    ]
    for number, value in enumerate(poison):
        put(
            dynamo,
            "costs",
            {
                "pk": {"S": f"use#{HOUR:%Y-%m-%dT%H}"},
                "sk": {"S": f"tick#{number}"},
                "value": {"B": value},
            },
        )
    assert [one.id for one in dynamo.records.of_hour(HOUR)] == ["triage_mentions#1..9"]


def test_a_table_that_is_not_there_is_an_error(dynamo: Stores) -> None:
    with pytest.raises(PutError) as caught:
        DynamoUsageRecords(table_name("nowhere", "costs")).put(record())
    assert isinstance(caught.value.cause, ClientError)


def _bytes(stored: dict[str, dict[str, str]]) -> int:
    """The size of an item, as "DynamoDB item sizes and formats" in its guide counts it."""
    digits = {"N": lambda value: (len(value) + 1) // 2 + 1}
    return sum(
        len(name) + digits.get(kind, len)(value)
        for name, typed in stored.items()
        for kind, value in typed.items()
    )


def test_a_record_that_no_item_holds_is_kept_without_tickets(dynamo: Stores) -> None:
    about = [secrets.token_hex(150) for _ in range(1_900)]
    assert dynamo.records.put(
        record(Sheet((Entry("sqs.request", Feature.ANSWERING, about=one), 1) for one in about))
    )
    (found,) = dynamo.records.of_hour(HOUR)
    assert found.sheet[Entry("sqs.request", Feature.ANSWERING)] == 1_900


def test_a_connection_that_was_closed_meanwhile_loses_no_record(dynamo: Stores) -> None:
    events: Any = dynamo.records._brief._get_connection().connection.client.meta.events  # type: ignore[attr-defined]
    closed = iter([ConnectionClosedError(endpoint_url="http://a")])

    def close(**_: Any) -> None:
        for error in closed:
            raise error

    events.register("before-send.dynamodb.PutItem", close)
    try:
        assert dynamo.records.put(record())
    finally:
        events.unregister("before-send.dynamodb.PutItem", close)
    assert len(list(dynamo.records.of_hour(HOUR))) == 1
