"""What rings when Nightdesk itself is ill, as it is packaged."""

from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.standing import ALARM_METRICS
from tests.infra.packaged import DEAD, FUNCTIONS, get_att, inside, of_type, packaged


def test_every_alarm_tells_the_notices_topic() -> None:
    for alarm in of_type("AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == [{"Ref": "NoticesTopic"}]
        assert alarm["AlarmName"]["Fn::Sub"].startswith("nightdesk-${Stage} ")


def watched(metric: str) -> list[dict[str, Any]]:
    alarms = of_type("AWS::CloudWatch::Alarm").values()
    return [alarm for alarm in alarms if alarm.get("MetricName") == metric]


def test_every_dead_letter_queue_rings_at_its_first_message() -> None:
    alarms = watched("ApproximateNumberOfMessagesVisible")
    names = [alarm["Dimensions"][0]["Value"] for alarm in alarms]
    assert names == [get_att(name, "QueueName") for name in DEAD]
    for alarm in alarms:
        assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)


RINGS_NOBODY = {
    "reckon": "It adds up costs. Alarms ring phones at night, and money never may: `watch` finds "
    "books that stand still, and the lead reads of it at ten.",
}
"""Functions without alarms of their own, and why."""


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_every_function_but_that_of_money_rings_when_it_fails_or_is_throttled(metric: str) -> None:
    assert list(RINGS_NOBODY) == ["reckon"]
    names = [alarm["Dimensions"][0]["Value"] for alarm in watched(metric)]
    assert names == [{"Ref": id} for name, id in FUNCTIONS.items() if name not in RINGS_NOBODY]
    alarms = of_type("AWS::CloudWatch::Alarm").values()
    named = [value for alarm in alarms for _, value in inside(alarm)]
    for name in RINGS_NOBODY:
        assert {"Ref": FUNCTIONS[name]} not in named


@pytest.mark.parametrize(
    ("name", "minutes"), [("TicksAlarm", 3), ("StillNoTickAlarm", 30)], ids=str
)
def test_a_clock_that_stands_still_rings_and_once_more_for_whoever_slept(
    name: str, minutes: int
) -> None:
    alarm = of_type("AWS::CloudWatch::Alarm")[name]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("Nightdesk", "TicksCompleted")
    assert alarm["Dimensions"] == [
        {"Name": "service", "Value": "nightdesk"},
        {"Name": "stage", "Value": {"Ref": "Stage"}},
    ]
    assert alarm["Period"] * alarm["EvaluationPeriods"] == minutes * 60
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert alarm["Statistic"] == "Sum"
    assert alarm["TreatMissingData"] == "breaching"


def test_a_day_without_a_readiness_check_rings() -> None:
    alarm = of_type("AWS::CloudWatch::Alarm")["ReadinessAlarm"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("Nightdesk", "ReadinessChecked")
    # As long as CloudWatch looks back at most.
    assert alarm["Period"] * alarm["EvaluationPeriods"] == 24 * 3600
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert alarm["TreatMissingData"] == "breaching"


def test_ten_minutes_in_which_no_due_pull_succeeded_ring() -> None:
    alarm = of_type("AWS::CloudWatch::Alarm")["PullsAlarm"]
    assert alarm["TreatMissingData"] == "breaching"
    metrics = {metric["Id"]: metric.get("MetricStat", {}) for metric in alarm["Metrics"]}
    assert metrics["succeeded"]["Metric"]["MetricName"] == "PullsSucceeded"
    assert metrics["ordered"]["Metric"]["Dimensions"] == [
        {"Name": "QueueName", "Value": get_att("PullsQueue", "QueueName")}
    ]
    assert {one["Period"] for one in metrics.values() if one} == {600}


def test_mentions_that_wait_to_be_judged_ring_after_two_minutes() -> None:
    (alarm,) = watched("IteratorAge")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "TriageMentions"}}]
    assert alarm["Threshold"] == 120_000


def test_the_sms_money_rings_before_it_is_spent() -> None:
    (alarm,) = watched("SMSMonthToDateSpentUSD")
    assert alarm["Threshold"] == {"Ref": "SmsSpendAlarmUsd"}
    assert packaged()[0]["Parameters"]["SmsSpendAlarmUsd"]["Default"] < 1


def test_a_record_that_cannot_be_read_is_told_at_once_and_again_only_after_a_quiet_hour() -> None:
    filters = of_type("AWS::Logs::MetricFilter").values()
    assert [one["LogGroupName"]["Ref"] for one in filters] == [
        "TriageMentionsLogs",
        "TickLogs",
        "ReadReceiptsLogs",
        "ReceiveReplyLogs",
        "WatchLogs",
        "RecheckPostsLogs",
        "ApiHandlerLogs",
    ]
    (alarm,) = watched("RecordsUnreadable")
    for one in filters:
        assert one["FilterPattern"] == '{ $.message = "record_unreadable" }'
        (counted,) = one["MetricTransformations"]
        assert counted["MetricName"] == alarm["MetricName"]
        assert counted["MetricValue"] == "1"
        # Of one deployment: what is unreadable in `dev` must not ring for `prod`.
        assert counted["MetricNamespace"] == alarm["Namespace"] == {"Fn::Sub": "Nightdesk/${Stage}"}
    assert (alarm["Statistic"], alarm["TreatMissingData"]) == ("Sum", "notBreaching")
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)
    assert alarm["DatapointsToAlarm"] == 1
    assert alarm["Period"] * alarm["EvaluationPeriods"] == 3600


def test_the_readme_tells_what_the_alarms_cost() -> None:
    """CloudWatch bills each metric of an alarm; ten of an account are free, then 0.10 USD each."""
    alarms = of_type("AWS::CloudWatch::Alarm")
    metrics = sum(
        sum("MetricStat" in metric for metric in alarm["Metrics"]) if "Metrics" in alarm else 1
        for alarm in alarms.values()
    )
    assert metrics == ALARM_METRICS, "what they cost is in the books"
    readme = Path(__file__).parents[2].joinpath("README.md").read_text("utf-8")
    row = f"| alarms | {(metrics - 10) * 0.10:.2f} | {len(alarms)} alarms watch {metrics} metrics;"
    assert row in readme
