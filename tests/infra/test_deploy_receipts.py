"""Delivery receipts are switched on once, by what is the account's, and shared by its stages."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.deploy import deploy, read_receipts
from infra.deploy.receipts import OUTPUT, PAUSE_SECONDS, ROLE, TRIES, log_groups
from tests.infra.packaged import packaged
from tests.infra.test_deploy import Session as DeploySession
from tests.infra.test_deploy import Stacks
from tests.infra.test_deploy import packaged as a_package

ACCOUNT, REGION = "123456789012", "eu-west-1"
SENT, FAILED = log_groups(REGION, ACCOUNT)
OTHER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/of-somebody-else"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with mock_aws(config={"lambda": {"use_docker": False}}):
        yield


@dataclass(kw_only=True)
class Session:
    """moto, but for operations that are refused: by name, with the code and how often."""

    region_name: str = REGION
    refused: dict[str, tuple[str, int]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def client(self, service: str) -> Any:
        client = boto3.client(service)
        client.meta.events.register("before-call", self._before)
        return client

    def _before(self, model: Any, **_: Any) -> None:
        self.asked.append(model.name)
        code, left = self.refused.get(model.name, ("", 0))
        if left:
            self.refused[model.name] = code, left - 1
            raise ClientError({"Error": {"Code": code, "Message": "not so"}}, model.name)

    @property
    def changes(self) -> list[str]:
        """What it was asked to do that may change anything."""
        return [one for one in self.asked if not one.startswith(("Get", "Describe"))]


def function(name: str = "nightdesk-dev-read-receipts") -> str:
    """A function of that name; its ARN."""
    iam = boto3.client("iam")
    try:
        role = iam.get_role(RoleName="runs-functions")["Role"]["Arn"]
    except ClientError:
        role = iam.create_role(RoleName="runs-functions", AssumeRolePolicyDocument=TRUST)["Role"][
            "Arn"
        ]
    code = io.BytesIO()
    with ZipFile(code, "w") as archive:
        archive.writestr("app.py", "")
    made = boto3.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.11",
        Handler="app.read_receipts",
        Role=role,
        Code={"ZipFile": code.getvalue()},
    )
    arn: str = made["FunctionArn"]
    return arn


def switched_on(
    stage: str = "dev",
    *,
    arn: str = "",
    session: Session | None = None,
    told: Callable[[str], None] = lambda _: None,
    sleep: Callable[[float], None] = lambda _: None,
) -> bool:
    arn = arn or function(f"nightdesk-{stage}-read-receipts")
    return read_receipts(session or Session(), stage, ACCOUNT, arn, tell=told, sleep=sleep)


def filters(group: str) -> dict[str, str]:
    """Destination of each filter by its name."""
    found = boto3.client("logs").describe_subscription_filters(logGroupName=group)
    return {one["filterName"]: one["destinationArn"] for one in found["subscriptionFilters"]}


def sms_attributes() -> dict[str, str]:
    found: dict[str, str] = boto3.client("sns").get_sms_attributes()["attributes"]
    return found


def test_an_account_that_knows_no_receipts_gets_all_it_needs() -> None:
    arn = function()
    assert switched_on(arn=arn)

    groups = boto3.client("logs").describe_log_groups()["logGroups"]
    assert {one["logGroupName"]: one["retentionInDays"] for one in groups} == {
        SENT: 30,
        FAILED: 30,
    }
    assert filters(SENT) == filters(FAILED) == {"nightdesk-dev": arn}
    assert sms_attributes() == {
        "DeliveryStatusIAMRole": f"arn:aws:iam::{ACCOUNT}:role/{ROLE}",
        "DeliveryStatusSuccessSamplingRate": "100",
    }


def test_the_role_is_for_sns_and_for_its_own_logs_alone() -> None:
    switched_on()
    iam = boto3.client("iam")
    (trust,) = iam.get_role(RoleName=ROLE)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "sns.amazonaws.com"}
    policy = iam.get_role_policy(RoleName=ROLE, PolicyName="delivery-logs")["PolicyDocument"]
    (statement,) = policy["Statement"]
    assert statement["Resource"] == f"arn:aws:logs:*:{ACCOUNT}:log-group:sns/*"
    assert all(action.startswith("logs:") for action in statement["Action"])
    assert not [action for action in statement["Action"] if "*" in action or "Delete" in action]


def test_switching_on_again_changes_nothing() -> None:
    arn, session = function(), Session()
    switched_on(arn=arn)
    told: list[str] = []
    assert switched_on(arn=arn, session=session, told=told.append)
    assert session.changes == []
    assert told == []


def test_other_attributes_of_the_account_stay_as_they_are() -> None:
    sns = boto3.client("sns")
    before = {"DefaultSMSType": "Transactional", "MonthlySpendLimit": "50"}
    sns.set_sms_attributes(attributes={**before, "DeliveryStatusSuccessSamplingRate": "0"})
    switched_on()
    assert before.items() < sms_attributes().items()
    assert sms_attributes()["DeliveryStatusSuccessSamplingRate"] == "100"


def test_a_role_that_somebody_has_chosen_is_kept_and_one_that_is_gone_replaced() -> None:
    sns, iam = boto3.client("sns"), boto3.client("iam")
    iam.create_role(RoleName="of-somebody-else", AssumeRolePolicyDocument=TRUST)
    sns.set_sms_attributes(attributes={"DeliveryStatusIAMRole": OTHER_ROLE})
    arn = function()
    switched_on(arn=arn)
    assert sms_attributes()["DeliveryStatusIAMRole"] == OTHER_ROLE

    iam.delete_role(RoleName="of-somebody-else")
    switched_on(arn=arn)
    assert sms_attributes()["DeliveryStatusIAMRole"].endswith(f"role/{ROLE}")


def test_whoever_may_not_look_at_roles_keeps_the_one_that_is_set() -> None:
    boto3.client("sns").set_sms_attributes(attributes={"DeliveryStatusIAMRole": OTHER_ROLE})
    assert switched_on(session=Session(refused={"GetRole": ("AccessDenied", 9)}))
    assert sms_attributes()["DeliveryStatusIAMRole"] == OTHER_ROLE


def retention(group: str) -> int | None:
    """Days for which a log group keeps its lines; None when for ever."""
    found = boto3.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    days: dict[str, int | None] = {one["logGroupName"]: one.get("retentionInDays") for one in found}
    return days[group]


def test_a_log_group_that_is_there_keeps_its_retention_and_its_other_filter() -> None:
    logs, other = boto3.client("logs"), function("reports")
    logs.create_log_group(logGroupName=SENT)
    logs.put_retention_policy(logGroupName=SENT, retentionInDays=7)
    logs.put_subscription_filter(
        logGroupName=SENT, filterName="reports", filterPattern="", destinationArn=other
    )
    arn = function()
    told: list[str] = []
    switched_on(arn=arn, told=told.append)
    assert retention(SENT) == 7
    assert filters(SENT) == {"reports": other, "nightdesk-dev": arn}
    assert not [line for line in told if "for ever" in line]


def test_phone_numbers_are_not_kept_for_ever_in_a_log_group_that_was_there() -> None:
    # SNS makes its log groups itself, and gives them no retention.
    for group in (SENT, FAILED):
        boto3.client("logs").create_log_group(logGroupName=group)
    told: list[str] = []
    assert switched_on(told=told.append)
    assert retention(SENT) == retention(FAILED) == 30
    said = [line for line in told if "for ever" in line]
    assert [SENT in said[0], FAILED in said[1], len(said)] == [True, True, 2]
    assert all("30 days" in line for line in said)


def test_a_retention_that_may_not_be_set_is_told_and_receipts_are_read_all_the_same() -> None:
    for group in (SENT, FAILED):
        boto3.client("logs").create_log_group(logGroupName=group)
    told: list[str] = []
    session = Session(refused={"PutRetentionPolicy": ("AccessDeniedException", 9)})
    assert switched_on(session=session, told=told.append)
    assert retention(SENT) is None
    assert [line for line in told if f"{SENT} keeps phone numbers for ever" in line]
    assert set(filters(SENT)) == {"nightdesk-dev"}


def test_two_stages_share_an_account() -> None:
    dev, prod = function(), function("nightdesk-prod-read-receipts")
    assert switched_on("dev", arn=dev)
    assert switched_on("prod", arn=prod)
    assert filters(SENT) == filters(FAILED) == {"nightdesk-dev": dev, "nightdesk-prod": prod}


def test_a_third_one_is_told_who_has_the_places_and_what_to_do() -> None:
    switched_on("dev")
    switched_on("prod")
    told: list[str] = []
    assert not switched_on("test", told=told.append)
    (line,) = told
    assert f"the log group {SENT} has 2 subscription filters" in line
    assert f"nightdesk-dev (to arn:aws:lambda:{REGION}:{ACCOUNT}:function:nightdesk-dev" in line
    assert "nightdesk-prod" in line
    assert f"aws logs delete-subscription-filter --log-group-name {SENT}" in line
    assert set(filters(SENT)) == {"nightdesk-dev", "nightdesk-prod"}


def test_a_function_that_was_made_anew_takes_the_place_of_the_old_one() -> None:
    switched_on(arn=function("older"))
    arn = function()
    assert switched_on(arn=arn)
    assert filters(SENT) == filters(FAILED) == {"nightdesk-dev": arn}


@pytest.mark.parametrize("operation", ["SetSMSAttributes", "PutSubscriptionFilter"])
def test_what_is_new_is_waited_for_until_it_is_known_everywhere(operation: str) -> None:
    waited: list[float] = []
    session = Session(refused={operation: ("InvalidParameter", 2)})
    assert switched_on(session=session, sleep=waited.append)
    assert waited == [PAUSE_SECONDS] * 2


@pytest.mark.parametrize(
    ("operation", "code", "tries"),
    [
        ("SetSMSAttributes", "InvalidParameter", TRIES),
        ("SetSMSAttributes", "AccessDenied", 1),
        ("PutSubscriptionFilter", "InvalidParameterException", TRIES),
        ("CreateLogGroup", "AccessDeniedException", 1),
        ("DescribeSubscriptionFilters", "AccessDeniedException", 1),
        ("CreateRole", "AccessDenied", 1),
        ("GetSMSAttributes", "AuthorizationError", 1),
    ],
)
def test_what_is_refused_is_told_and_the_deployment_goes_on(
    operation: str, code: str, tries: int
) -> None:
    told: list[str] = []
    session = Session(refused={operation: (code, 99)})
    assert not switched_on(session=session, told=told.append)
    assert session.asked.count(operation) == tries
    assert told[-1].startswith("delivery receipts are off: ")
    assert operation in told[-1]


def test_the_stack_says_which_function_reads_them() -> None:
    assert packaged()[0]["Outputs"][OUTPUT]["Value"] == {"Fn::GetAtt": ["ReadReceipts", "Arn"]}


@dataclass(kw_only=True)
class StacksWithOutputs(Stacks):
    """moto tells no outputs of a stack that was made by a change set."""

    outputs: dict[str, str]

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803 - boto3's
        found = super().describe_stacks(StackName)
        found["Stacks"][0]["Outputs"] = [
            {"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()
        ]
        return found


@pytest.mark.parametrize("name", [OUTPUT, "Other"])
def test_a_deployment_switches_them_on_for_the_function_of_its_stack(
    tmp_path: Path, name: str
) -> None:
    arn = function()
    stacks = StacksWithOutputs(states=["UPDATE_COMPLETE"], outputs={name: arn})
    for _ in range(2):
        deploy(
            "dev",
            a_package(tmp_path, "pulls"),
            session=DeploySession(stacks=stacks),
            sleep=lambda seconds: None,
        )
    groups = boto3.client("logs").describe_log_groups()["logGroups"]
    if name == OUTPUT:
        assert filters(SENT) == filters(FAILED) == {"nightdesk-dev": arn}
    else:
        assert groups == []
