"""Deploying over moto, and the states of a stack that moto never reaches over a small fake."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.deploy import (
    DeployFailed,
    Deployment,
    deploy,
    make_keys,
    send_sms_as_transactional,
)

BUCKET = "nightdesk-123456789012-eu-west-1-artifacts"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        yield


def packaged(folder: Path, *queues: str, is_delayed: bool = False) -> Path:
    """A small package: queues in the place of functions, which moto could not make."""
    template = {
        "Parameters": {
            "Stage": {"Type": "String"},
            "Days": {"Type": "String", "Default": "1"},
        },
        "Resources": {
            name: {
                "Type": "AWS::SQS::Queue",
                "Properties": {
                    "QueueName": {"Fn::Sub": "nightdesk-${Stage}-" + name},
                    **({"DelaySeconds": {"Ref": "Days"}} if is_delayed else {}),
                },
            }
            for name in queues
        },
    }
    folder.mkdir(exist_ok=True)
    folder.joinpath("sam.json").write_text(json.dumps(template))
    with ZipFile(folder / "deployment.zip", "w") as archive:
        archive.writestr("app.py", "")
    return folder


def deployed(folder: Path, **named: Any) -> Deployment:
    return deploy("dev", folder, sleep=lambda seconds: None, **named)


def queue_names() -> set[str]:
    urls = boto3.client("sqs").list_queues().get("QueueUrls", [])
    return {url.rsplit("/", 1)[-1] for url in urls}


def delay(queue: str) -> str:
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    found: str = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])[
        "Attributes"
    ]["DelaySeconds"]
    return found


def test_a_first_deployment_makes_the_stack(tmp_path: Path) -> None:
    assert deployed(packaged(tmp_path / "p", "pulls")).has_changed
    assert queue_names() == {"nightdesk-dev-pulls"}


def test_what_it_makes_is_tagged_by_stage(tmp_path: Path) -> None:
    deployed(packaged(tmp_path / "p", "pulls"))
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName="nightdesk-dev")["Stacks"]
    assert {tag["Key"]: tag["Value"] for tag in stack["Tags"]} == {
        "application": "nightdesk",
        "nightdesk-stage": stack["StackName"].removeprefix("nightdesk-"),
        "stage": "dev",
    }


def test_deploying_again_changes_nothing(tmp_path: Path) -> None:
    folder = packaged(tmp_path / "p", "pulls")
    deployed(folder, parameters={"Days": "1"})
    told: list[str] = []
    assert not deployed(folder, tell=told.append).has_changed
    assert "nothing has changed" in told
    assert not [line for line in told if line.startswith("uploading")]


def test_an_update_is_told_as_it_happens(tmp_path: Path) -> None:
    deployed(packaged(tmp_path / "p", "pulls"))
    told: list[str] = []
    assert deployed(packaged(tmp_path / "p", "pulls", "dead"), tell=told.append).has_changed
    assert queue_names() == {"nightdesk-dev-pulls", "nightdesk-dev-dead"}
    assert "nightdesk-dev update complete" in told


def test_a_parameter_that_is_not_named_keeps_its_value(tmp_path: Path) -> None:
    deployed(packaged(tmp_path / "p", "pulls", is_delayed=True), parameters={"Days": "7"})
    deployed(packaged(tmp_path / "p", "pulls", "dead", is_delayed=True))
    assert delay("nightdesk-dev-dead") == "7"


def test_the_bucket_is_private_and_encrypted(tmp_path: Path) -> None:
    deployed(packaged(tmp_path / "p", "pulls"))
    s3 = boto3.client("s3")
    access = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert set(access.values()) == {True}
    (rule,) = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_no_package_is_put_into_the_bucket_of_a_stranger(tmp_path: Path) -> None:
    session = Session(stacks=Stacks(states=["UPDATE_COMPLETE"]))
    for queues in (["pulls"], ["pulls", "dead"]):
        deployed(packaged(tmp_path / "p", *queues), session=session)
    asked = [(name, owner) for name, owner in session.asked_s3 if name != "CreateBucket"]
    assert {name for name, _ in asked} == {
        "HeadBucket",
        "PutBucketTagging",
        "PutPublicAccessBlock",
        "PutBucketEncryption",
        "PutBucketLifecycleConfiguration",
        "ListObjectsV2",
        "PutObject",
    }
    assert [name for name, owner in asked if owner != "123456789012"] == []


def test_a_bucket_that_is_not_ours_stops_the_deployment(tmp_path: Path) -> None:
    stacks = Stacks(states=["UPDATE_COMPLETE"])
    session = Session(stacks=stacks, refused="HeadBucket")
    with pytest.raises(DeployFailed, match=f"the bucket {BUCKET} is not ours"):
        deployed(packaged(tmp_path / "p", "pulls"), session=session)
    assert {name for name, _ in session.asked_s3} == {"HeadBucket"}
    assert stacks.called == []


def test_code_that_may_not_be_uploaded_stops_the_deployment(tmp_path: Path) -> None:
    stacks = Stacks(states=["UPDATE_COMPLETE"])
    with pytest.raises(DeployFailed, match="code could not be uploaded"):
        deployed(
            packaged(tmp_path / "p", "pulls"), session=Session(stacks=stacks, refused="PutObject")
        )
    assert stacks.called == []


def test_code_is_uploaded_once_and_functions_are_pointed_at_it(tmp_path: Path) -> None:
    folder = packaged(tmp_path / "p", "pulls")
    template = json.loads(folder.joinpath("sam.json").read_text())
    template["Resources"]["pulls"]["Properties"]["CodeUri"] = "./deployment.zip"
    folder.joinpath("sam.json").write_text(json.dumps(template))
    deployed(folder)
    s3 = boto3.client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    (code,) = [key for key in keys if key.startswith("code/")]
    (stored,) = [key for key in keys if key.startswith("templates/")]
    body = json.loads(s3.get_object(Bucket=BUCKET, Key=stored)["Body"].read())
    assert body["Resources"]["pulls"]["Properties"]["CodeUri"] == f"s3://{BUCKET}/{code}"


def with_layer(folder: Path, *, has_layer: bool) -> Path:
    """A small package that asks whether the deep model is used, with the layer or without."""
    packaged(folder, "pulls")
    template = json.loads(folder.joinpath("sam.json").read_text())
    template["Parameters"]["DeepModel"] = {"Type": "String", "Default": "yes"}
    layer = folder / "deep.zip"
    layer.unlink(missing_ok=True)
    if has_layer:
        template["Resources"]["pulls"]["Properties"]["ContentUri"] = "./deep.zip"
        with ZipFile(layer, "w") as archive:
            archive.writestr("nightdesk/deep/model.onnx", "weights")
    folder.joinpath("sam.json").write_text(json.dumps(template))
    return folder


def uses_deep_model() -> str:
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName="nightdesk-dev")["Stacks"]
    given = {one["ParameterKey"]: one["ParameterValue"] for one in stack["Parameters"]}
    return str(given["DeepModel"])


def test_an_unchanged_layer_is_uploaded_once_and_its_resource_is_pointed_at_it(
    tmp_path: Path,
) -> None:
    for _ in range(2):
        told: list[str] = []
        deployed(with_layer(tmp_path / "p", has_layer=True), tell=told.append)
    assert not [line for line in told if line.startswith("uploading")]
    s3 = boto3.client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    (layer,) = [key for key in keys if key.startswith("layers/")]
    (stored,) = [key for key in keys if key.startswith("templates/")]
    body = json.loads(s3.get_object(Bucket=BUCKET, Key=stored)["Body"].read())
    assert body["Resources"]["pulls"]["Properties"]["ContentUri"] == f"s3://{BUCKET}/{layer}"


def test_whether_the_deep_model_is_used_follows_the_package_and_not_the_last_deployment(
    tmp_path: Path,
) -> None:
    for has_layer, expected in ((True, "yes"), (False, "no"), (True, "yes")):
        deployed(with_layer(tmp_path / "p", has_layer=has_layer))
        assert uses_deep_model() == expected


def test_a_packaged_deep_model_can_be_switched_off_for_one_deployment(tmp_path: Path) -> None:
    folder = with_layer(tmp_path / "p", has_layer=True)
    deployed(folder, parameters={"DeepModel": "no"})
    assert uses_deep_model() == "no"
    deployed(folder)
    assert uses_deep_model() == "yes"


def test_a_package_whose_layer_was_lost_is_refused(tmp_path: Path) -> None:
    folder = packaged(tmp_path / "p", "DeepLayer")
    with pytest.raises(DeployFailed, match=r"holds no deep.zip; run `nightdesk package` again"):
        deployed(folder)


KEYS = pytest.mark.parametrize("name", ["token-key", "code-key"])


def key(name: str) -> str:
    answer = boto3.client("ssm").get_parameter(Name=f"/nightdesk/dev/{name}", WithDecryption=True)
    assert answer["Parameter"]["Type"] == "SecureString"
    value: str = answer["Parameter"]["Value"]
    return value


@KEYS
def test_each_key_is_256_random_bits_and_never_told(tmp_path: Path, name: str) -> None:
    told: list[str] = []
    deployed(packaged(tmp_path / "p", "pulls"), tell=told.append)
    assert len(base64.b64decode(key(name), validate=True)) == 32
    assert key(name) not in "".join(told)


@KEYS
def test_a_key_is_never_replaced(name: str) -> None:
    session = boto3.session.Session()
    make_keys(session, "dev")
    before = key(name)
    make_keys(session, "dev")
    assert key(name) == before


def test_codes_of_phones_are_not_guarded_by_what_signs_agents_in() -> None:
    make_keys(boto3.session.Session(), "dev")
    assert key("token-key") != key("code-key")


def test_a_deployment_that_has_only_the_older_key_keeps_it_and_gets_the_other() -> None:
    boto3.client("ssm").put_parameter(
        Name="/nightdesk/dev/token-key", Value="older", Type="SecureString"
    )
    make_keys(boto3.session.Session(), "dev")
    assert key("token-key") == "older"
    assert len(base64.b64decode(key("code-key"), validate=True)) == 32


def sms_attributes() -> dict[str, str]:
    found: dict[str, str] = boto3.client("sns").get_sms_attributes()["attributes"]
    return found


def test_alarms_leave_the_account_as_transactional_sms(tmp_path: Path) -> None:
    boto3.client("sns").set_sms_attributes(
        attributes={"DefaultSMSType": "Promotional", "MonthlySpendLimit": "50"}
    )
    told: list[str] = []
    deployed(packaged(tmp_path / "p", "pulls"), tell=told.append)
    assert sms_attributes() == {"DefaultSMSType": "Transactional", "MonthlySpendLimit": "50"}
    assert [line for line in told if "SMS to Transactional" in line]


def test_an_account_that_sends_transactional_sms_already_is_left_alone() -> None:
    boto3.client("sns").set_sms_attributes(attributes={"DefaultSMSType": "Transactional"})
    told: list[str] = []
    session = Session(stacks=Stacks(states=[]), refused="SetSMSAttributes")
    send_sms_as_transactional(session, told.append)
    assert told == []


@pytest.mark.parametrize("operation", ["GetSMSAttributes", "SetSMSAttributes"])
def test_whoever_may_not_say_how_sms_are_sent_can_deploy_and_is_told(
    tmp_path: Path, operation: str
) -> None:
    told: list[str] = []
    session = Session(stacks=Stacks(states=["UPDATE_COMPLETE"]), refused=operation)
    deployed(packaged(tmp_path / "p", "pulls"), session=session, tell=told.append)
    (line,) = [line for line in told if line.startswith("alarms may be delivered late")]
    assert operation in line
    assert "SNS console" in line


def test_a_folder_without_a_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeployFailed, match="run `nightdesk package` first"):
        deployed(tmp_path)


def test_a_resource_that_is_refused_is_told_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(DeployFailed, match="alphanumeric"):
        deployed(packaged(tmp_path / "p", "no such name!"))


def test_a_missing_region_is_told_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(DeployFailed, match="AWS_DEFAULT_REGION"):
        deployed(packaged(tmp_path / "p", "pulls"))


# --- states that moto never reaches ------------------------------------------------------


@dataclass(kw_only=True)
class Stacks:
    """A CloudFormation that goes through the given states, one for each look; the last stays."""

    states: list[str]
    reason: str = ""
    """Why the change set fails; empty when it does not."""
    events: list[dict[str, str]] = field(default_factory=list)
    called: list[str] = field(default_factory=list)

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803 - boto3's
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        if state == "gone":
            error = {"Code": "ValidationError", "Message": f"{StackName} does not exist"}
            raise ClientError({"Error": error}, "DescribeStacks")
        return {"Stacks": [{"StackStatus": state, "Parameters": [], "Outputs": []}]}

    def create_change_set(self, **given: Any) -> None:
        self.called.append(f"create_change_set {given['ChangeSetType']}")

    def describe_change_set(self, **given: str) -> dict[str, str]:
        status = "FAILED" if self.reason else "CREATE_COMPLETE"
        return {"Status": status, "StatusReason": self.reason}

    def delete_stack(self, StackName: str) -> None:  # noqa: N803 - boto3's
        self.called.append("delete_stack")

    def execute_change_set(self, **given: str) -> None:
        self.called.append("execute_change_set")
        for number, event in enumerate(self.events):
            event["EventId"] = str(number)

    def get_paginator(self, name: str) -> "Stacks":
        return self

    def paginate(self, StackName: str) -> list[dict[str, Any]]:  # noqa: N803 - boto3's
        happened = [event for event in self.events if "EventId" in event]
        return [{"StackEvents": happened[::-1]}]


@dataclass(kw_only=True)
class Session:
    """moto for all but CloudFormation, and for the one operation that is `refused`."""

    stacks: Stacks
    region_name: str = "eu-west-1"
    refused: str = ""
    asked_s3: list[tuple[str, str]] = field(default_factory=list)
    """Operations of S3, with the owner that each expects of the bucket (moto looks at none)."""

    def client(self, service: str) -> Any:
        if service == "cloudformation":
            return self.stacks
        client = boto3.client(service)
        client.meta.events.register("before-call", self._refuse)
        client.meta.events.register("provide-client-params.s3", self._note)
        return client

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.asked_s3.append((model.name, params.get("ExpectedBucketOwner", "")))

    def _refuse(self, model: Any, **_: Any) -> None:
        if model.name == self.refused:
            answer: Any = {
                "Error": {"Code": "AccessDenied", "Message": "not authorized"},
                "ResponseMetadata": {"HTTPStatusCode": 403},
            }
            raise ClientError(answer, model.name)


def over(stacks: Stacks, folder: Path) -> Deployment:
    return deployed(packaged(folder / "p", "pulls"), session=Session(stacks=stacks))


def test_a_stack_whose_creation_failed_is_cleared_away_first(tmp_path: Path) -> None:
    stacks = Stacks(states=["ROLLBACK_COMPLETE", "DELETE_IN_PROGRESS", "gone", "CREATE_COMPLETE"])
    assert over(stacks, tmp_path).has_changed
    assert stacks.called == ["delete_stack", "create_change_set CREATE", "execute_change_set"]


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("UPDATE_IN_PROGRESS", "wait until that is over"),
        ("UPDATE_ROLLBACK_FAILED", "is stuck"),
    ],
)
def test_a_stack_that_cannot_be_changed_now_is_left_alone(
    tmp_path: Path, state: str, says: str
) -> None:
    stacks = Stacks(states=[state])
    with pytest.raises(DeployFailed, match=says):
        over(stacks, tmp_path)
    assert stacks.called == []


def test_a_template_that_is_not_accepted_is_told_with_its_reason(tmp_path: Path) -> None:
    stacks = Stacks(states=["UPDATE_COMPLETE"], reason="Template format error: no such type")
    with pytest.raises(DeployFailed, match="no such type"):
        over(stacks, tmp_path)
    assert "execute_change_set" not in stacks.called


def test_a_rolled_back_change_names_what_failed_first_and_not_what_was_cancelled(
    tmp_path: Path,
) -> None:
    def event(name: str, reason: str) -> dict[str, str]:
        return {
            "LogicalResourceId": name,
            "ResourceStatus": "UPDATE_FAILED",
            "ResourceStatusReason": reason,
        }

    stacks = Stacks(
        states=["UPDATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"],
        events=[
            event("Tick", "memory is too small"),
            event("PullSource", "Resource update cancelled"),
        ],
    )
    with pytest.raises(DeployFailed, match=r"Tick: memory is too small$"):
        over(stacks, tmp_path)
