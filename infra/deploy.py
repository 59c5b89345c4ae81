"""Brings a package into an AWS account: bucket, code, change set, and the first secret.

Deploying twice changes nothing the second time. The account and region are those of the AWS
session, so a profile, environment variables or a role all work, and `AWS_ENDPOINT_URL` points
it at another cloud.
"""

import base64
import hashlib
import json
import secrets
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError, NoCredentialsError, NoRegionError

from infra.package import CODE, TEMPLATE, Tell, code_digest

POLL_SECONDS = 3.0

_DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_UNDER_WAY = "_IN_PROGRESS"
_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


class DeployFailed(Exception):
    """The deployment did not come about; says why and what helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What stands now."""

    stack: str
    has_changed: bool
    """False when everything stood there already."""
    outputs: Mapping[str, str]
    """Of the stack; `PublicUrl` is where the page is."""


def stack_name(stage: str) -> str:
    return f"nightdesk-{stage}"


def deploy(
    stage: str,
    packaged: Path,
    *,
    parameters: Mapping[str, str] | None = None,
    session: Any = None,
    tell: Tell = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Deployment:
    """Bring what `infra.package.package` put into the folder `packaged` into the cloud.

    `parameters` are those of the template besides `Stage`; one that is not named keeps its
    value from the last deployment. Raises DeployFailed.
    """
    try:
        session = session or boto3.session.Session()
        account = session.client("sts").get_caller_identity()["Account"]
        bucket = _bucket(session, account)
        tell(f"account {account}, {session.region_name}, stack {stack_name(stage)}")
        _keep_bucket(session, bucket, tell)
        template = _upload(session, bucket, packaged, tell)
        make_token_key(session, stage, tell)
        return _Stack(session, stage, tell, sleep).become(template, parameters or {})
    except (NoCredentialsError, NoRegionError) as error:
        raise DeployFailed(
            f"{error} Set AWS_PROFILE and AWS_DEFAULT_REGION, or run `aws configure`."
        ) from error
    except ClientError as error:
        raise DeployFailed(_in_plain_words(error)) from error


def make_token_key(session: Any, stage: str, tell: Tell = lambda _: None) -> None:
    """Make `/nightdesk/<stage>/token-key` (SecureString, 32 random bytes in base64) when missing.

    An existing one is never replaced: that would sign every agent out and void every reply code.
    """
    ssm = session.client("ssm")
    name = f"/nightdesk/{stage}/token-key"
    if ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Values": [name]}])["Parameters"]:
        return
    tell("making the key that signs agents' tokens")
    try:
        ssm.put_parameter(
            Name=name,
            Type="SecureString",
            Value=base64.b64encode(secrets.token_bytes(32)).decode(),
            Description="Signs the tokens of agents and guards reply codes",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterAlreadyExists":
            raise


def _bucket(session: Any, account: str) -> str:
    if not session.region_name:
        raise NoRegionError
    return f"nightdesk-{account}-{session.region_name}-artifacts"


def _keep_bucket(session: Any, bucket: str, tell: Tell) -> None:
    """A private, encrypted bucket for packages; what is a year old in it is deleted."""
    s3 = session.client("s3")
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
    else:
        return
    tell(f"making the bucket {bucket}")
    where = {"LocationConstraint": session.region_name}
    elsewhere = {} if session.region_name == "us-east-1" else {"CreateBucketConfiguration": where}
    s3.create_bucket(Bucket=bucket, **elsewhere)
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"),
            True,
        ),
    )
    s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "old-templates",
                    "Status": "Enabled",
                    "Filter": {"Prefix": "templates/"},
                    "Expiration": {"Days": 365},
                }
            ]
        },
    )


def _upload(session: Any, bucket: str, packaged: Path, tell: Tell) -> str:
    """Upload code and template under names made of their content; the template's address."""
    for name in (TEMPLATE, CODE):
        if not packaged.joinpath(name).is_file():
            raise DeployFailed(f"{packaged} holds no {name}; run `nightdesk package` first")
    s3 = session.client("s3")
    code = f"code/{code_digest(packaged / CODE)}.zip"
    if not s3.list_objects_v2(Bucket=bucket, Prefix=code).get("KeyCount"):
        tell(f"uploading {packaged.joinpath(CODE).stat().st_size:,} bytes of code")
        s3.upload_file(str(packaged / CODE), bucket, code)
    template = json.loads(packaged.joinpath(TEMPLATE).read_text())
    for resource in template["Resources"].values():
        if "CodeUri" in resource.get("Properties", {}):
            resource["Properties"]["CodeUri"] = f"s3://{bucket}/{code}"
    body = json.dumps(template, separators=(",", ":"), sort_keys=True).encode()
    key = f"templates/{hashlib.sha256(body).hexdigest()}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    endpoint = s3.meta.endpoint_url.removesuffix("/")
    return f"{endpoint}/{bucket}/{key}"


class _Stack:
    """One CloudFormation stack and how it is changed."""

    def __init__(
        self, session: Any, stage: str, tell: Tell, sleep: Callable[[float], None]
    ) -> None:
        self._cloud = session.client("cloudformation")
        self._stage = stage
        self._name = stack_name(stage)
        self._tell = tell
        self._sleep = sleep

    def become(self, template: str, parameters: Mapping[str, str]) -> Deployment:
        """Make the stack what the template at this address says."""
        stack = self._cleared()
        change_set = f"nightdesk-{uuid.uuid4().hex}"
        self._tell("comparing with what stands")
        self._cloud.create_change_set(
            StackName=self._name,
            ChangeSetName=change_set,
            ChangeSetType="UPDATE" if stack else "CREATE",
            TemplateURL=template,
            Parameters=self._values(stack, parameters),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Tags=[
                {"Key": "application", "Value": "nightdesk"},
                {"Key": "stage", "Value": self._stage},
            ],
        )
        if not self._is_needed(change_set):
            self._cloud.delete_change_set(StackName=self._name, ChangeSetName=change_set)
            self._tell("nothing has changed")
            return self._deployment(has_changed=False)
        known = {event["EventId"] for event in self._events()}
        self._cloud.execute_change_set(StackName=self._name, ChangeSetName=change_set)
        self._follow(known)
        return self._deployment(has_changed=True)

    def _cleared(self) -> dict[str, Any] | None:
        """The stack as it stands, None when there is none that could be updated."""
        stack = self._described()
        if stack is None:
            return None
        status = stack["StackStatus"]
        if status == "REVIEW_IN_PROGRESS":
            return None
        if status == "ROLLBACK_COMPLETE":
            self._tell("clearing away a stack whose creation had failed")
            self._cloud.delete_stack(StackName=self._name)
            while (stack := self._described()) and stack["StackStatus"].endswith(_UNDER_WAY):
                self._sleep(POLL_SECONDS)
            if stack:
                raise DeployFailed(
                    f"{self._name} could not be cleared away ({stack['StackStatus']}); "
                    "delete it in the CloudFormation console, then deploy again"
                )
            return None
        if status.endswith(_UNDER_WAY):
            raise DeployFailed(
                f"{self._name} is being changed already ({status}); wait until that is over"
            )
        if status.endswith("_FAILED"):
            raise DeployFailed(
                f"{self._name} is stuck ({status}); its events in the CloudFormation console say "
                "why, and there it can be continued or deleted. The tables are kept."
            )
        return stack

    def _described(self) -> dict[str, Any] | None:
        try:
            stacks = self._cloud.describe_stacks(StackName=self._name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return next(
            (one for one in stacks if one["StackStatus"] != "DELETE_COMPLETE"),
            None,
        )

    def _values(
        self, stack: Mapping[str, Any] | None, parameters: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        given = {"Stage": self._stage, **parameters}
        before = {one["ParameterKey"] for one in (stack or {}).get("Parameters", [])}
        values: list[dict[str, Any]] = [
            {"ParameterKey": name, "ParameterValue": value} for name, value in given.items()
        ]
        kept = sorted(before - given.keys())
        return values + [{"ParameterKey": name, "UsePreviousValue": True} for name in kept]

    def _is_needed(self, change_set: str) -> bool:
        while True:
            described = self._cloud.describe_change_set(
                StackName=self._name, ChangeSetName=change_set
            )
            if described["Status"] == "CREATE_COMPLETE":
                return True
            if described["Status"] == "FAILED":
                why = described.get("StatusReason", "no reason given")
                if any(words in why for words in _NO_CHANGES):
                    return False
                raise DeployFailed(f"the template was not accepted: {why}")
            self._sleep(POLL_SECONDS)

    def _follow(self, known: set[str]) -> None:
        """Tell what happens until it is over. Raises DeployFailed with what failed first."""
        failed: list[str] = []
        while True:
            # The state first: what led to it is then among the events.
            stack = self._described()
            for event in reversed(list(self._events())):
                if event["EventId"] in known:
                    continue
                known.add(event["EventId"])
                status, what = event["ResourceStatus"], event["LogicalResourceId"]
                self._tell(f"{what} {status.lower().replace('_', ' ')}")
                why = event.get("ResourceStatusReason", "")
                if status.endswith("_FAILED") and "cancelled" not in why:
                    failed.append(f"{what}: {why}")
            if stack is None or not stack["StackStatus"].endswith(_UNDER_WAY):
                break
            self._sleep(POLL_SECONDS)
        status = stack["StackStatus"] if stack else "gone"
        if status not in _DONE:
            reasons = "; ".join(failed) or (stack or {}).get("StackStatusReason", "no reason given")
            raise DeployFailed(f"{self._name} is {status}, its changes are undone: {reasons}")

    def _events(self) -> Iterator[dict[str, Any]]:
        """Newest first."""
        pages = self._cloud.get_paginator("describe_stack_events")
        for page in pages.paginate(StackName=self._name):
            yield from page["StackEvents"]

    def _deployment(self, *, has_changed: bool) -> Deployment:
        stack = self._described() or {}
        outputs = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
        return Deployment(stack=self._name, has_changed=has_changed, outputs=outputs)


def _in_plain_words(error: ClientError) -> str:
    code, operation = error.response["Error"]["Code"], error.operation_name
    if code in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"):
        return f"AWS does not let you do {operation}; deploy with a role that may: {error}"
    if code in ("ExpiredToken", "ExpiredTokenException", "RequestExpired"):
        return "your AWS session has expired; sign in again (`aws sso login`)"
    if code in ("InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"):
        return f"AWS does not know these credentials; check AWS_PROFILE ({code})"
    return f"{operation} failed: {error}"
