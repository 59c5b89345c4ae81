"""What `docs/cost.md` says of costs: every figure is what the code gives."""

import json
import shlex
from datetime import date

import pytest

from chalicelib.adapters.price_book import list_prices
from chalicelib.adapters.usage_profile import usage_profile
from chalicelib.domain.cost.skus import NO_PRICE, SKUS
from infra.prices.samples import SAMPLES, Sample, found
from infra.prices.table import DOCUMENT, document, seats
from tests.infra.test_cli import nightdesk


def text() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


def test_the_page_says_what_the_code_gives() -> None:
    assert document(text()) == text(), "run `python -m infra.prices.table`"


def test_a_page_without_a_mark_is_refused_and_not_cut() -> None:
    with pytest.raises(ValueError, match="no marks of seats"):
        document(text().replace("<!-- end of seats -->", ""))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)
def test_the_command_beside_a_figure_gives_it(sample: Sample) -> None:
    shown = nightdesk("cost", "whatif", *shlex.split(sample.asked), "--json")
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.stdout)["amount"] == str(found(sample).amount)
    assert f"`nightdesk cost whatif {sample.asked}`" in text()


def test_every_sku_is_in_the_page_with_its_price_or_without() -> None:
    page = text()
    for sku in (*(one.name for one in SKUS if not one.is_by_country), *NO_PRICE):
        assert f"`{sku}`" in page, sku
    for price in list_prices():
        assert (f"{price.country} {price.amount}" if price.country else price.sku) in page


def test_seats_of_other_tools_say_where_and_when_they_were_read() -> None:
    for one in seats():
        assert one.usd > 0
        assert one.who in ("agents", "responders")
        assert one.billed in ("yearly", "monthly")
        assert one.source.startswith("https://")
        assert date(2026, 1, 1) < one.seen_on <= usage_profile().measured_on
