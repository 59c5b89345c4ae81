"""What a mention, a page and a month cost, as it is measured."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from benchmarks import costs
from benchmarks.acts import measured
from chalicelib.adapters.usage_profile import usage_profile, written
from chalicelib.domain.cost import Feature
from chalicelib.domain.cost.profile import Act, UsageProfile

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def profile() -> UsageProfile:
    return costs.profile_of(measured(), on=TODAY)


@pytest.fixture(scope="module")
def told(profile: UsageProfile) -> dict[str, Any]:
    return costs.told(profile)


def test_every_act_achieves_what_it_is_for(profile: UsageProfile) -> None:
    achieved = {
        Act.MENTION: ("done.mention-read", "done.mention-judged"),
        Act.TICKET: ("done.ticket",),
        Act.OPENING: ("done.incident", "done.page"),
        Act.PAGE: ("done.page",),
        Act.ACKNOWLEDGEMENT: ("done.acknowledged",),
        Act.REPLY: ("done.reply", "done.content"),
    }
    for act, skus in achieved.items():
        assert [profile.acts[act].quantity(sku) for sku in skus] == [1] * len(skus), act
    assert profile.acts[Act.AGENT_HOUR].quantity("done.poll") == 720
    assert all(len(profile.acts[act]) for act in Act)


def test_a_mention_is_read_judged_and_kept_in_units(profile: UsageProfile) -> None:
    mention = profile.acts[Act.MENTION]

    assert mention.quantity("dynamodb.write-unit") > 3
    assert mention.quantity("lambda.gb-second.x86_64") > 0
    assert {entry.feature for entry in mention} >= {Feature.LISTENING, Feature.JUDGING}


def test_a_profile_that_was_measured_can_be_kept_and_read(
    profile: UsageProfile, tmp_path: Any
) -> None:
    path = tmp_path / "profile.json"
    path.write_bytes(written(profile))

    assert usage_profile(path) == profile


def test_metering_takes_less_than_five_percent_from_a_hundred_thousand_mentions_on(
    told: dict[str, Any],
) -> None:
    small, middle, large = told["sizes"].values()

    assert middle["metering_share_without_sms"] < 0.05
    assert large["metering_share_without_sms"] < 0.05
    assert small["metering_share"] < 0.2


def test_lines_by_feature_and_by_group_are_the_whole(told: dict[str, Any]) -> None:
    for one in told["sizes"].values():
        for lines in (one["by_feature"], one["by_group"]):
            whole = sum(Decimal(amount) for amount in lines.values())
            assert abs(whole - Decimal(one["usd_per_thousand"])) < Decimal("0.01")


def test_a_large_month_is_said_to_be_extrapolated(told: dict[str, Any]) -> None:
    titles = list(costs.tables_of(told))

    assert "Dollars per 1,000 mentions, 10 million a month (extrapolated)" in titles
    rows = dict(costs.tables_of(told)["Request units of DynamoDB, metering's own included"])
    assert set(rows) == set(costs.UNITS_OF)
