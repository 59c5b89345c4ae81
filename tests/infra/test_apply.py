"""Putting a configuration in force: whole or not at all, and who hears alarms afterwards."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.domain.errors import BadInput, NotFound
from infra.apply import Applied, ApplyFailed, Stage, apply, stage_of
from infra.changes import differences
from infra.config import ConfigRefused, check
from infra.credentials import store_secret
from tests.infra.desk_file import FULL, VALID
from tests.infra.staging import deployed

NOW = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)
ANA, BEN, EVA = "+12025550101", "+12025550102", "+12025550105"


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A deployment with nothing in force."""
    with mock_aws():
        deployed("dev")
        yield stage_of("dev")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "nightdesk.yaml"
    path.write_text(VALID)
    return path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def put(file: Path, stage: Stage) -> Applied:
    return apply(file, stage, now=NOW)


def hearing(stage: Stage) -> list[str]:
    """Phones that alarms reach."""
    listed = stage.sns.list_subscriptions_by_topic(TopicArn=stage.notices_topic)
    return sorted(one["Endpoint"] for one in listed["Subscriptions"] if one["Protocol"] == "sms")


class RefusingSns:
    """SNS that will not do one operation, and says the phone number in its message."""

    def __init__(self, sns: Any, operation: str) -> None:
        self._sns = sns
        self._operation = operation

    def __getattr__(self, name: str) -> Any:
        return self._refuse if name == self._operation else getattr(self._sns, name)

    def _refuse(self, **arguments: str) -> None:
        error = {"Code": "InvalidParameter", "Message": f"Invalid parameter: {arguments}"}
        raise ClientError({"Error": error}, self._operation)


def test_what_was_applied_is_in_force(stage: Stage, file: Path) -> None:
    done = put(file, stage)

    assert done.version == 1
    assert stage.desks.current() == check(VALID, file="any", now=NOW).desk


def test_alarms_reach_the_fallback_person_and_the_lead(stage: Stage, file: Path) -> None:
    assert put(file, stage).subscribed == ("ben", "ana")
    assert hearing(stage) == [ANA, BEN]


def test_applying_twice_changes_nothing_the_second_time(stage: Stage, file: Path) -> None:
    put(file, stage)

    again = put(file, stage)
    assert again == Applied(version=None, changes=())
    assert hearing(stage) == [ANA, BEN]


def test_a_refused_file_leaves_the_old_desk_and_its_subscribers(stage: Stage, file: Path) -> None:
    put(file, stage)
    before = stage.desks.current()
    change(file, ANA, EVA)
    change(file, "zone: Europe/Vienna\n    rotations", "zone: Europe/Vienn\n    rotations")

    with pytest.raises(ConfigRefused, match="did you mean Europe/Vienna"):
        put(file, stage)
    assert stage.desks.current() == before
    assert hearing(stage) == [ANA, BEN]


def test_a_gap_that_has_come_since_is_told_and_a_schedule_that_has_ended_refused(
    stage: Stage, file: Path
) -> None:
    change(file, "        handoff", "        ends_on: 2026-12-20\n        handoff")
    put(file, stage)

    later = apply(file, stage, now=NOW + timedelta(days=20))
    assert any("nobody is on call from Sun 2026-12-20" in one.message for one in later.warnings)
    with pytest.raises(ConfigRefused, match="nobody is on call in the next 14 days"):
        apply(file, stage, now=NOW + timedelta(days=30))


def test_another_lead_takes_the_place_of_the_old_one(stage: Stage, file: Path) -> None:
    put(file, stage)
    change(file, ANA, EVA)

    done = put(file, stage)
    assert (done.subscribed, done.unsubscribed) == (("ana",), 1)
    assert done.changes == ("~ responders.ana: phone",)
    assert hearing(stage) == [BEN, EVA]


def test_only_phones_are_removed_from_those_who_hear_alarms(stage: Stage, file: Path) -> None:
    mail = {"Protocol": "email", "Endpoint": "desk@example.com"}
    stage.sns.subscribe(TopicArn=stage.notices_topic, **mail)
    stage.sns.subscribe(TopicArn=stage.notices_topic, Protocol="sms", Endpoint=EVA)

    assert put(file, stage).unsubscribed == 1
    listed = stage.sns.list_subscriptions_by_topic(TopicArn=stage.notices_topic)["Subscriptions"]
    assert "desk@example.com" in [one["Endpoint"] for one in listed]


def test_a_subscriber_that_was_lost_comes_back_though_the_file_is_the_same(
    stage: Stage, file: Path
) -> None:
    put(file, stage)
    for one in stage.sns.list_subscriptions()["Subscriptions"]:
        stage.sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])

    done = put(file, stage)
    assert (done.version, done.subscribed) == (None, ("ben", "ana"))
    assert hearing(stage) == [ANA, BEN]


def test_more_subscribers_than_one_answer_lists_are_all_seen(stage: Stage, file: Path) -> None:
    for number in range(120):
        stage.sns.subscribe(
            TopicArn=stage.notices_topic, Protocol="sms", Endpoint=f"+1202555{number:04d}"
        )

    put(file, stage)
    assert hearing(stage) == [ANA, BEN]


def test_a_phone_that_cannot_be_subscribed_leaves_the_old_desk_in_force(
    stage: Stage, file: Path
) -> None:
    put(file, stage)
    before = stage.desks.current()
    change(file, ANA, EVA)

    with pytest.raises(ApplyFailed, match="ana cannot be subscribed") as failed:
        put(file, replace(stage, sns=RefusingSns(stage.sns, "subscribe")))
    assert EVA not in str(failed.value)
    assert stage.desks.current() == before


def test_a_phone_that_cannot_be_removed_is_told_and_the_next_time_removed(
    stage: Stage, file: Path
) -> None:
    put(file, stage)
    change(file, ANA, EVA)

    with pytest.raises(ApplyFailed, match=r"the desk is in force, but .* apply again") as failed:
        put(file, replace(stage, sns=RefusingSns(stage.sns, "unsubscribe")))
    assert ANA not in str(failed.value)
    assert put(file, stage).unsubscribed == 1
    assert hearing(stage) == [BEN, EVA]


def test_changes_are_told_by_name_without_values(stage: Stage, file: Path) -> None:
    put(file, stage)
    change(file, "  news:\n", "  hn:\n")
    change(file, "shift_days: 1", "shift_days: 7")
    change(file, "lead: ana", "lead: ben")

    assert put(file, stage).changes == (
        "+ sources.hn",
        "- sources.news",
        "~ schedules.nights: rotations",
        "~ lead",
    )


def test_a_change_that_moves_the_pager_now_says_from_whom_to_whom(stage: Stage, file: Path) -> None:
    # The daily turn that began at 18:00 in Vienna is the 20th since the first: ben's.
    put(file, stage)
    change(file, "[ana, ben]", "[ben, ana]")

    assert put(file, stage).handovers == ("nights: ana from now on, instead of ben",)
    assert put(file, stage).handovers == ()


def test_a_change_of_later_turns_moves_no_pager(stage: Stage, file: Path) -> None:
    put(file, stage)
    change(file, "        handoff", "        ends_on: 2027-01-04\n        handoff")

    done = put(file, stage)
    assert (done.changes, done.handovers) == (("~ schedules.nights: rotations",), ())


def test_a_gap_that_is_made_now_moves_the_pager_to_the_fallback(stage: Stage, file: Path) -> None:
    change(file, "[ana, ben]", "[ana]")
    put(file, stage)
    change(file, "        handoff", "        only: {mon: [18:00-19:00]}\n        handoff")

    assert put(file, stage).handovers == ("nights: ben from now on, instead of ana",)


def test_another_order_of_policies_is_a_change() -> None:
    desk = check(VALID, file="any", now=NOW).desk
    other = replace(desk.policies[0], name="other")
    before = replace(desk, policies=(*desk.policies, other))

    assert list(differences(before, replace(desk, policies=(other, *desk.policies)))) == [
        "~ policies: order"
    ]


def test_a_desk_that_cannot_be_read_any_more_is_replaced(stage: Stage, file: Path) -> None:
    put(file, stage)
    boto3.client("dynamodb").update_item(
        TableName="nightdesk-dev-desk",
        Key={"pk": {"S": "desk"}, "sk": {"S": "current"}},
        UpdateExpression="SET desk = :old",
        ExpressionAttributeValues={":old": {"S": '{"from": "long ago"}'}},
    )

    assert put(file, stage).changes == ("~ everything: what was in force cannot be read",)
    assert stage.desks.current().lead == "ana"


def test_secrets_that_are_not_stored_yet_are_told(stage: Stage, file: Path) -> None:
    change(file, "    every_minutes: 5\n", "    secret: hn\n")

    assert put(file, stage).missing_secrets == ("hn",)
    stage.ssm.put_parameter(Name="/nightdesk/dev/secrets/hn", Value="x", Type="SecureString")
    assert put(file, stage).missing_secrets == ()


def test_a_webhook_that_is_not_stored_yet_is_told(stage: Stage, file: Path) -> None:
    change(file, "    name: Ana\n", "    name: Ana\n    webhook: {secret: webhook-ana}\n")

    assert put(file, stage).missing_secrets == ("webhook-ana",)
    store_secret("webhook-ana", "https://chat.example/T0/x", stage="dev", ssm=stage.ssm)
    assert put(file, stage).missing_secrets == ()


def test_a_hook_that_is_not_stored_yet_is_told(stage: Stage, file: Path) -> None:
    change(file, "fallback:", "answering: {hooks: {crm: {secret: webhook-crm}}}\nfallback:")

    assert put(file, stage).missing_secrets == ("webhook-crm",)
    store_secret("webhook-crm", "https://crm.example/in\nkey", stage="dev", ssm=stage.ssm)
    assert put(file, stage).missing_secrets == ()


@pytest.mark.parametrize(
    "value",
    [
        "chat.example/T0/x",
        "http://chat.example/T0/x",
        "https://",
        "https://[chat",
        "k3y-f1rst\nhttps://chat.example/T0/x",
        "https://chat.example/T0/x\nwhsec_a2V5\nmore",
        "https://chat.example/T0/x\n ",
    ],
)
def test_a_webhook_that_no_page_could_reach_is_refused_and_not_shown(
    stage: Stage, value: str
) -> None:
    with pytest.raises(BadInput, match="secret webhook-ana") as refused:
        store_secret("webhook-ana", value, stage="dev", ssm=stage.ssm)

    assert not any(part in str(refused.value) for part in ("chat", "T0", "k3y", "whsec"))


@pytest.mark.parametrize(
    "value",
    [
        "https://chat.example/T0/x",
        "https://chat.example/T0/x\nwhsec_a2V5",
        "http://127.0.0.1:8123/hook",
    ],
)
def test_a_webhook_is_an_address_with_or_without_a_key(stage: Stage, value: str) -> None:
    store_secret("webhook-ana", value, stage="dev", ssm=stage.ssm)

    path = "/nightdesk/dev/secrets/webhook-ana"
    stored = stage.ssm.get_parameter(Name=path, WithDecryption=True)["Parameter"]
    assert (stored["Value"], stored["Type"]) == (value, "SecureString")


def test_every_setting_comes_back_as_it_was_applied(stage: Stage, file: Path) -> None:
    file.write_text(FULL)

    assert put(file, stage).version == 1
    assert stage.desks.current() == check(FULL, file="any", now=NOW).desk
    assert put(file, stage).changes == ()


def test_an_hour_that_comes_twice_is_no_change_the_second_time(stage: Stage, file: Path) -> None:
    override = "{responder: ben, starts_at: 2026-10-25 02:30, ends_at: 2026-10-25 02:45}"
    change(file, "policies:\n", f"    overrides: [{override}]\npolicies:\n")

    put(file, stage)
    assert put(file, stage).changes == ()


def test_the_holidays_of_another_year_are_a_change(stage: Stage, file: Path) -> None:
    file.write_text(FULL)
    put(file, stage)

    later = apply(file, stage, now=NOW + timedelta(days=60))
    assert later.changes == ("~ hours.office: closed_on, known_until",)


def test_a_stage_that_was_never_deployed_says_what_to_do() -> None:
    with mock_aws(), pytest.raises(ApplyFailed, match="run `nightdesk deploy --stage prod` first"):
        stage_of("prod")


def test_stages_are_kept_apart(stage: Stage, file: Path) -> None:
    deployed("prod")
    put(file, stage)

    with pytest.raises(NotFound):
        stage_of("prod").desks.current()
