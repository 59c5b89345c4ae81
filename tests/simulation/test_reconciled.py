"""The books of a desk on the local cloud, compared with its play bill and the carrier's reports."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from chalicelib import wiring
from chalicelib.domain.cost.reconciling import Reconciled
from infra.local.sms_reports import price_of_part
from tests.simulation.month import BEGINS, a_month

FIRST = f"{BEGINS:%Y-%m-%d}"
US = price_of_part("+12025550111")
BILLIONTH = Decimal("0.000000001")


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Reconciled]]:
    with a_month(tmp_path_factory.mktemp("billed"), days=2, is_billed=True) as month:
        month.play()
        assert month.desk.cloud.failures == ()
        with month.desk.cloud.calls.paused():
            found = wiring.parts.reconciliations().of_month(f"{BEGINS:%Y-%m}")
        yield [one for one in found if one.period == FIRST]


@pytest.mark.parametrize("group", ["api", "dynamodb", "lambda", "sqs"])
def test_what_was_metered_is_what_is_charged(group: str, lines: list[Reconciled]) -> None:
    (line,) = [one for one in lines if one.group == group]

    assert line.charged is not None
    assert line.charged > 0
    assert abs(line.metered - line.charged) <= BILLIONTH


def test_sms_were_metered_at_the_list_and_charged_at_what_the_carrier_takes(
    lines: list[Reconciled],
) -> None:
    (line,) = [one for one in lines if one.group == "sms"]

    assert line.charged is not None
    assert line.metered < line.charged
    assert line.charged % US == 0
    assert "at another price" in line.reason


def test_a_message_that_the_desk_did_not_send_is_unexplained(lines: list[Reconciled]) -> None:
    found = [one for one in lines if one.group == "unexplained"]

    assert [one.charged for one in found] == [US]
    assert "neither pages nor notes of this desk" in found[0].reason
