"""How many second readings a day has had."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from pynamodb.exceptions import UpdateError

from chalicelib.adapters.readings import DynamoReadings
from chalicelib.adapters.tables import DeskTable, bound
from chalicelib.domain.errors import Unanswered, Unusable
from infra.local.patching import replaced
from tests.adapters.stores import Stores, calls, item, items, race, table_name
from tests.builders import NOW

LAST_MOMENT = datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC)


def test_so_many_are_taken_and_no_more(stores: Stores) -> None:
    assert [stores.readings.take(most=3, now=NOW) for _ in range(5)] == [True] * 3 + [False] * 2


def test_the_next_day_in_utc_begins_anew(stores: Stores) -> None:
    assert stores.readings.take(most=1, now=LAST_MOMENT)
    assert not stores.readings.take(most=1, now=LAST_MOMENT)
    assert stores.readings.take(most=1, now=LAST_MOMENT + timedelta(seconds=1))


@pytest.mark.parametrize("most", [0, -1])
def test_where_none_is_allowed_none_is_taken(stores: Stores, most: int) -> None:
    assert not stores.readings.take(most=most, now=NOW)


def test_a_bound_that_is_raised_by_day_lets_more_through(stores: Stores) -> None:
    assert [stores.readings.take(most=most, now=NOW) for most in (1, 1, 2, 2)] == [
        True,
        False,
        True,
        False,
    ]


def test_workers_at_once_take_no_more_than_allowed_together(stores: Stores) -> None:
    taken = race(*[lambda: stores.readings.take(most=5, now=NOW)] * 8)
    assert sorted(map(str, taken)) == ["False"] * 3 + ["True"] * 5


# --- on DynamoDB -------------------------------------------------------------------------


def test_a_reading_costs_one_write_and_expires(dynamo: Stores) -> None:
    dynamo.readings.take(most=9, now=NOW)
    with calls(dynamo) as asked:
        dynamo.readings.take(most=9, now=NOW)
    assert asked == ["UpdateItem"]
    found = item(dynamo, "desk", "second-reading", "2026-11-21")
    assert found["readings"] == {"N": "2"}
    assert int(found["expires_at"]["N"]) == int((NOW + timedelta(days=30)).timestamp())
    assert len(items(dynamo, "desk")) == 1


@pytest.mark.parametrize(
    ("code", "error"),
    [("AccessDeniedException", Unusable), ("ProvisionedThroughputExceededException", Unanswered)],
)
def test_a_counter_that_cannot_be_written_says_so(
    dynamo: Stores, code: str, error: type[Unanswered]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        cause = ClientError({"Error": {"Code": code, "Message": "no"}}, "UpdateItem")
        raise UpdateError("failed", cause)

    table = table_name(dynamo.stage, "desk")
    with replaced(bound(DeskTable, table), "update", refuse):
        with pytest.raises(Unanswered, match=code) as raised:
            DynamoReadings(table).take(most=1, now=NOW)
        assert type(raised.value) is error


def test_a_counter_that_never_answers_says_so(dynamo: Stores) -> None:
    def be_silent(*_: object, **__: object) -> None:
        raise UpdateError("failed", ReadTimeoutError(endpoint_url="http://dynamodb.example"))

    table = table_name(dynamo.stage, "desk")
    with (
        replaced(bound(DeskTable, table), "update", be_silent),
        pytest.raises(Unanswered, match="an error"),
    ):
        DynamoReadings(table).take(most=1, now=NOW)
