"""How often a source is read, and what that may take, as the file says it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.read_budget import ReadBudget
from tests.infra.desk_file import VALID, checked, desk, line_of, the_problem

MINUTE = timedelta(minutes=1)


def with_settings(*lines: str) -> str:
    usual = "    every_minutes: 5\n"
    return VALID.replace(usual, usual + "".join(f"    {line}\n" for line in lines))


def news(*lines: str) -> SourceEntry:
    found = desk(with_settings(*lines)).source("news")
    assert found is not None
    return found


def test_a_source_is_never_read_less_than_it_is_as_a_rule_unless_somebody_says_so() -> None:
    assert news().pace == news("at_least_every_minutes: 5").pace
    assert (news().pace.every, news().pace.floor, news().pace.quickest) == (
        5 * MINUTE,
        5 * MINUTE,
        MINUTE,
    )
    slow = news("at_least_every_minutes: 30", "quickest_minutes: 2").pace
    assert (slow.every, slow.floor, slow.quickest) == (5 * MINUTE, 30 * MINUTE, 2 * MINUTE)


def test_what_costs_money_or_is_scarce_is_read_less_where_nothing_is_said() -> None:
    def pace(kind: str, *lines: str) -> tuple[timedelta, timedelta, timedelta]:
        text = VALID.replace("    every_minutes: 5\n", "".join(f"    {one}\n" for one in lines))
        entry = desk(text.replace("kind: hackernews", kind)).source("news")
        assert entry is not None
        return entry.pace.every, entry.pace.floor, entry.pace.quickest

    yelp = "kind: yelp\n    business: acme-wien\n    secret: yelp"
    assert pace("kind: hackernews") == (MINUTE, MINUTE, MINUTE)
    assert pace(yelp) == (10 * MINUTE, 10 * MINUTE, 5 * MINUTE)
    assert pace(yelp, "every_minutes: 3") == (3 * MINUTE, 3 * MINUTE, 3 * MINUTE)
    assert pace(yelp, "quickest_minutes: 2") == (10 * MINUTE, 10 * MINUTE, 2 * MINUTE)


def test_a_budget_is_kept_to_the_cent() -> None:
    floor = "at_least_every_minutes: 20"
    assert news().budget is None
    assert news(floor, "budget: {calls: 10000, usd: 49.90}").budget == ReadBudget(
        calls=10_000, usd=Decimal("49.9")
    )
    assert news(floor, "budget: {usd: 50, stops: true}").budget == ReadBudget(
        usd=Decimal(50), stops=True
    )


@pytest.mark.parametrize(
    ("line", "field", "remedy"),
    [
        ("at_least_every_minutes: 4", "sources.news", "the longer of the two"),
        ("quickest_minutes: 6", "sources.news", "the shorter of the two"),
        ("quickest_minutes: 0", "sources.news.quickest_minutes", "use 1 or more"),
        ("budget: {}", "sources.news.budget", "add calls: 10000 or usd: 50"),
        ("budget: {stops: true}", "sources.news.budget", "limits nothing"),
        ("budget: {calls: 0}", "sources.news.budget.calls", "use 1 or more"),
        ("budget: {usd: 0}", "sources.news.budget.usd", "use 0.01 to 1,000,000 US dollars"),
        ("budget: {usd: true}", "sources.news.budget.usd", "write one such as 50 or 49.90"),
        ("budget: {usd: plenty}", "sources.news.budget.usd", "write one such as 50 or 49.90"),
        ("budget: {usd: inf}", "sources.news.budget.usd", "write one such as 50 or 49.90"),
        ("budget: {usd: nan}", "sources.news.budget.usd", "write one such as 50 or 49.90"),
        ("budget: {usd: 1e9}", "sources.news.budget.usd", "use 0.01 to 1,000,000 US dollars"),
        ("budget: {euro: 5, usd: 5}", "sources.news.budget.euro", "is not a setting"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_remedy(
    line: str, field: str, remedy: str
) -> None:
    found = the_problem(with_settings(line))

    assert f": {field}: " in found
    assert remedy in found


@pytest.mark.parametrize("name", ["mastodon", "news"])
def test_whoever_pushes_is_not_named_like_a_network_that_is_read(name: str) -> None:
    pushed = f"{name}:\n    kind: webhook\n    secret: key\n"
    text = VALID.replace("news:\n    kind: hackernews\n", pushed).replace(
        "    every_minutes: 5\n", "    platform: facebook\n" if name == "news" else ""
    )
    network = "facebook" if name == "news" else name
    assert f"sources.{name}.platform: '{network}' is what {network} sources read" in (
        the_problem(text)
    )


def test_a_budget_with_nothing_to_save_by_or_too_small_to_last_is_doubted_on_its_line() -> None:
    text = with_settings("budget: {calls: 8000}")
    nothing, too_small = checked(text).warnings
    assert nothing.line == too_small.line == line_of(text, "budget:")
    assert "add at_least_every_minutes: 20" in nothing.message
    assert "of 8,000 calls will not last through a month" in too_small.message
    assert "takes 8,928 at least" in too_small.message

    enough = with_settings("at_least_every_minutes: 20", "budget: {calls: 2232}")
    assert checked(enough).warnings == ()
