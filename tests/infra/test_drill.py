"""The drill: the alarm on the missing tick is rung on purpose, to see that people hear it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from infra.apply import stage_of
from infra.package import merged_template
from tests.infra.desk_file import FULL
from tests.infra.staging import deployed
from tests.infra.test_cli import nightdesk

ALARM = "nightdesk-dev no tick completed"
ANA, BEN, MAILBOX = "+12025550101", "+12025550102", "ana@acme.example"


@pytest.fixture(autouse=True)
def _in_force(tmp_path: Path) -> Iterator[None]:
    """A deployment with every setting in force; ben is the fallback person, ana the lead."""
    file = tmp_path / "nightdesk.yaml"
    file.write_text(FULL.replace("2026-11-02", "2020-01-06"))
    with mock_aws():
        deployed("dev")
        assert nightdesk("apply", str(file)).exit_code == 0
        put_alarm()
        yield


def put_alarm(**other: Any) -> None:
    """The template's alarm, which moto's CloudFormation does not make; all is well."""
    given = merged_template()["Resources"]["TicksAlarm"]["Properties"]
    name = given["AlarmName"]["Fn::Sub"].replace("${Stage}", "dev")
    boto3.client("cloudwatch").put_metric_alarm(
        **{
            "AlarmName": name,
            "Namespace": given["Namespace"],
            "MetricName": given["MetricName"],
            "Statistic": given["Statistic"],
            "Period": given["Period"],
            "EvaluationPeriods": given["EvaluationPeriods"],
            "Threshold": given["Threshold"],
            "ComparisonOperator": given["ComparisonOperator"],
            "AlarmActions": [stage_of("dev").notices_topic],
            **other,
        }
    )
    state("OK")


def state(value: str) -> None:
    boto3.client("cloudwatch").set_alarm_state(AlarmName=ALARM, StateValue=value, StateReason="so")


def alarm() -> Any:
    (found,) = boto3.client("cloudwatch").describe_alarms(AlarmNames=[ALARM])["MetricAlarms"]
    return found


def subscriptions() -> Any:
    return sns_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].subscriptions


def pending(endpoint: str) -> None:
    """As if the letter to this mailbox waited: moto takes every mailbox as confirmed."""
    for one in subscriptions().values():
        if one.endpoint == endpoint:
            one.arn = "PendingConfirmation"


def without(endpoint: str) -> None:
    for arn, one in list(subscriptions().items()):
        if one.endpoint == endpoint:
            del subscriptions()[arn]


def test_the_alarm_rings_and_says_that_it_is_a_drill() -> None:
    shown = nightdesk("drill", "--yes")

    assert shown.exit_code == 0, shown.output
    assert alarm()["StateValue"] == "ALARM"
    assert alarm()["StateReason"].startswith("DRILL")


def test_who_should_hear_it_within_a_minute_is_told_and_what_to_do_when_not() -> None:
    shown = nightdesk("drill", "--yes").stdout

    assert "Within a minute it should reach:\n  Ben: SMS\n  Ana: SMS, e-mail\n" in shown
    for remedy in ("nightdesk ready --stage dev", "nightdesk test-page", "nightdesk apply"):
        assert remedy in shown
    assert "returns by itself" in shown
    assert not [one for one in ("2025550", "acme.example") if one in shown]


def test_nothing_rings_before_somebody_has_said_yes() -> None:
    for typed in ("n\n", "\n", ""):
        asked = nightdesk("drill", typed=typed)
        assert asked.exit_code == 1
        assert "the SMS reads like a real alarm" in asked.stderr
        assert "It rings" not in asked.stdout
        assert alarm()["StateValue"] == "OK"

    assert nightdesk("drill", typed="y\n").exit_code == 0
    assert alarm()["StateValue"] == "ALARM"


def test_a_program_is_told_who_should_hear_it() -> None:
    boto3.client("sns").subscribe(
        TopicArn=stage_of("dev").notices_topic, Protocol="email", Endpoint="ops@acme.example"
    )

    assert json.loads(nightdesk("drill", "--yes", "--json").stdout) == {
        "alarm": ALARM,
        "should_reach": [
            {"responder": "ben", "name": "Ben", "ways": ["sms"]},
            {"responder": "ana", "name": "Ana", "ways": ["sms", "email"]},
        ],
        "others": 1,
        "unconfirmed": [],
        "missing": [],
    }


def test_a_mailbox_that_was_not_confirmed_is_not_counted_on() -> None:
    pending(MAILBOX)

    shown = nightdesk("drill", "--yes")
    assert "  Ana: SMS\n" in shown.stdout
    assert "Ana must confirm the letter from AWS" in shown.stderr


def test_a_phone_that_no_alarm_reaches_is_told_before_it_rings() -> None:
    without(BEN)

    shown = nightdesk("drill", typed="n\n")
    assert "no alarm reaches Ben by SMS; run `nightdesk apply` first" in shown.stderr
    assert json.loads(nightdesk("drill", "--yes", "--json").stdout)["missing"] == ["ben"]


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"ActionsEnabled": False}, "aws cloudwatch enable-alarm-actions --alarm-names"),
        ({"AlarmActions": []}, "nightdesk deploy --stage dev"),
    ],
)
def test_an_alarm_that_would_ring_nobody_is_told_and_not_rung(
    other: dict[str, Any], told: str
) -> None:
    put_alarm(**other)

    shown = nightdesk("drill", "--yes")
    assert (shown.exit_code, alarm()["StateValue"]) == (1, "OK")
    assert told in shown.stderr


def test_an_alarm_that_is_not_there_is_told() -> None:
    boto3.client("cloudwatch").delete_alarms(AlarmNames=[ALARM])

    shown = nightdesk("drill", "--yes")
    assert shown.exit_code == 1
    assert f"there is no alarm {ALARM!r}; run `nightdesk deploy --stage dev`" in shown.stderr


def test_an_alarm_that_rings_already_cannot_be_drilled() -> None:
    # CloudWatch tells somebody only when the state changes.
    state("ALARM")

    shown = nightdesk("drill", "--yes")
    assert shown.exit_code == 1
    assert "rings already" in shown.stderr


def test_a_drill_that_nobody_would_hear_is_refused() -> None:
    subscriptions().clear()

    shown = nightdesk("drill", "--yes")
    assert (shown.exit_code, alarm()["StateValue"]) == (1, "OK")
    assert "nobody hears alarms; run `nightdesk apply`" in shown.stderr
