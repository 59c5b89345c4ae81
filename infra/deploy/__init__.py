"""Brings a package into an AWS account: bucket, code, change set, secrets, delivery receipts.

Deploying twice changes nothing the second time. The account and region are those of the AWS
session, so a profile, environment variables or a role all work, and `AWS_ENDPOINT_URL` points
it at another cloud.
"""

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError, NoCredentialsError, NoRegionError

from infra.deploy.account import make_keys, send_sms_as_transactional
from infra.deploy.bucket import bucket_name, keep_bucket, upload
from infra.deploy.failure import DeployFailed, in_plain_words
from infra.deploy.moving import move_tickets
from infra.deploy.receipts import OUTPUT, read_receipts
from infra.deploy.stack import Deployment, Stack, stack_name
from infra.package import DEEP_PARAMETER, LAYER, TEMPLATE, Tell

RETENTION_DAYS = 400
"""As the template has it where a deployment does not say."""

__all__ = [
    "DeployFailed",
    "Deployment",
    "deploy",
    "make_keys",
    "move_tickets",
    "read_receipts",
    "send_sms_as_transactional",
    "stack_name",
]


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
    value from the last deployment, but for `DeepModel`, which follows what was packaged. Raises
    DeployFailed.
    """
    try:
        session = session or boto3.session.Session()
        account = session.client("sts").get_caller_identity()["Account"]
        bucket = bucket_name(session, account)
        tell(f"account {account}, {session.region_name}, stack {stack_name(stage)}")
        keep_bucket(session, bucket, account, tell)
        template = upload(session, bucket, account, packaged, tell)
        make_keys(session, stage, tell)
        send_sms_as_transactional(session, tell)
        done = Stack(session, stage, tell, sleep).become(
            template, {**_as_packaged(packaged), **(parameters or {})}
        )
        move_tickets(
            session,
            stage,
            retention_days=int(done.parameters.get("RetentionDays", RETENTION_DAYS)),
            now=datetime.now(UTC),
            tell=tell,
            sleep=sleep,
        )
        if function := done.outputs.get(OUTPUT):
            read_receipts(session, stage, account, function, tell=tell, sleep=sleep)
        return done
    except (NoCredentialsError, NoRegionError) as error:
        raise DeployFailed(
            f"{error} Set AWS_PROFILE and AWS_DEFAULT_REGION, or run `aws configure`."
        ) from error
    except ClientError as error:
        raise DeployFailed(in_plain_words(error)) from error


def _as_packaged(packaged: Path) -> dict[str, str]:
    """Whether the deep model is used: where a layer was packaged, and where the template asks."""
    template = json.loads(packaged.joinpath(TEMPLATE).read_text())
    if DEEP_PARAMETER not in template.get("Parameters", {}):
        return {}
    return {DEEP_PARAMETER: "yes" if packaged.joinpath(LAYER).is_file() else "no"}
