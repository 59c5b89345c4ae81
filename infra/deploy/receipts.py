"""Delivery receipts: SNS writes what became of each SMS into log groups, which wake a function.

The log groups, the role by which SNS writes into them and the account's SMS attributes are the
account's and not a stage's: two stages share them, and deleting one must not blind the other.
Sources: Amazon SNS developer guide, "SMS delivery monitoring with CloudWatch metrics and logs";
SNS API reference, SetSMSAttributes; CloudWatch Logs API reference, PutSubscriptionFilter.
"""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.failure import in_plain_words
from infra.package import Tell
from infra.tags import tags

OUTPUT = "ReadReceipts"
"""The output of the stack that names the function, by its ARN."""

ROLE = "nightdesk-sms-receipts"

RETENTION_DAYS = 30
"""Of log groups that have none: each line holds a phone number."""

MOST_FILTERS = 2
"""Of one log group (CloudWatch Logs quotas)."""

TRIES = 6
PAUSE_SECONDS = 5.0
"""A new role, or a new permission, is not known everywhere at once."""

_NOT_YET = ("InvalidParameter", "InvalidParameterException", "InvalidParameterValue")


def log_groups(region: str, account: str) -> tuple[str, str]:
    """Where SNS writes what it has delivered, and what it could not."""
    group = f"sns/{region}/{account}/DirectPublishToPhoneNumber"
    return group, f"{group}/Failure"


def read_receipts(
    session: Any,
    stage: str,
    account: str,
    function: str,
    *,
    tell: Tell = lambda _: None,
    sleep: Callable[[float], None],
) -> bool:
    """Let receipts reach the function with this ARN; whether they will.

    Twice changes nothing the second time. Where something is refused that is told and all goes
    on: no receipt ever stops the escalation clock, so a desk without them still wakes people.
    """
    try:
        for group in log_groups(session.region_name, account):
            _keep_group(session, group, tell)
            if not _subscribe(session, stage, group, function, tell, sleep):
                return False
        _switch_on(session, account, tell, sleep)
    except ClientError as error:
        tell(
            f"delivery receipts are off: {in_plain_words(error)}. Pages go out all the same, and "
            "what became of them is not shown"
        )
        return False
    return True


def _keep_group(session: Any, group: str, tell: Tell) -> None:
    """The log group; one that is there keeps its retention, and gets one where it has none."""
    logs = session.client("logs")
    found = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    there = next((one for one in found if one["logGroupName"] == group), None)
    if there is None:
        tell(f"making the log group {group}")
        logs.create_log_group(logGroupName=group)
        logs.put_retention_policy(logGroupName=group, retentionInDays=RETENTION_DAYS)
    elif "retentionInDays" not in there:
        _end_what_is_kept_for_ever(logs, group, tell)


def _end_what_is_kept_for_ever(logs: Any, group: str, tell: Tell) -> None:
    """A group that SNS or somebody else has made. Receipts can be read without this."""
    try:
        logs.put_retention_policy(logGroupName=group, retentionInDays=RETENTION_DAYS)
    except ClientError as error:
        tell(
            f"the log group {group} keeps phone numbers for ever, and that could not be ended: "
            f"{in_plain_words(error)}. Give it a retention"
        )
    else:
        tell(
            f"the log group {group} kept phone numbers for ever: from now on it keeps its lines "
            f"for {RETENTION_DAYS} days, unless you set another retention"
        )


def _subscribe(
    session: Any,
    stage: str,
    group: str,
    function: str,
    tell: Tell,
    sleep: Callable[[float], None],
) -> bool:
    """The stage's filter on a log group; False when others have taken all places."""
    logs, name = session.client("logs"), f"nightdesk-{stage}"
    there = logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"]
    ours = next((one for one in there if one["filterName"] == name), None)
    if ours is not None and ours["destinationArn"] == function and not ours["filterPattern"]:
        return True
    if ours is None and len(there) >= MOST_FILTERS:
        taken = ", ".join(f"{one['filterName']} (to {one['destinationArn']})" for one in there)
        tell(
            f"delivery receipts are off: the log group {group} has {len(there)} subscription "
            f"filters, and {MOST_FILTERS} are the most there can be: {taken}. Take one away "
            f"(`aws logs delete-subscription-filter --log-group-name {group} --filter-name NAME`) "
            "and deploy again. Pages go out all the same"
        )
        return False
    tell(f"subscribing to the delivery log {group}")
    _patiently(
        lambda: logs.put_subscription_filter(
            logGroupName=group, filterName=name, filterPattern="", destinationArn=function
        ),
        sleep,
    )
    return True


def _switch_on(session: Any, account: str, tell: Tell, sleep: Callable[[float], None]) -> None:
    """Let SNS write about every SMS; a role that somebody else has chosen stays."""
    sns = session.client("sns")
    now = sns.get_sms_attributes()["attributes"]
    wanted = {"DeliveryStatusSuccessSamplingRate": "100"}
    if not _is_there(session, now.get("DeliveryStatusIAMRole", "")):
        wanted["DeliveryStatusIAMRole"] = _role(session, account, tell)
    missing = {name: value for name, value in wanted.items() if now.get(name) != value}
    if missing:
        tell("letting SNS write down what became of each SMS")
        _patiently(lambda: sns.set_sms_attributes(attributes=missing), sleep)


def _is_there(session: Any, role: str) -> bool:
    """Whether the role of that ARN exists; yes when it may not be asked."""
    if not role:
        return False
    try:
        session.client("iam").get_role(RoleName=role.rpartition("/")[2])
    except ClientError as error:
        code: str = error.response["Error"]["Code"]
        return code != "NoSuchEntity"
    return True


def _role(session: Any, account: str, tell: Tell) -> str:
    """The ARN of a role by which SNS may write into its own log groups, and nothing else."""
    iam = session.client("iam")
    try:
        role: str = iam.get_role(RoleName=ROLE)["Role"]["Arn"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchEntity":
            raise
        tell(f"making the role {ROLE}, by which SNS writes its delivery logs")
        role = iam.create_role(
            RoleName=ROLE,
            Description="Amazon SNS writes what became of SMS into CloudWatch Logs",
            AssumeRolePolicyDocument=json.dumps(_TRUST),
            Tags=tags(),
        )["Role"]["Arn"]
    partition = role.split(":")[1]
    groups = f"arn:{partition}:logs:*:{account}:log-group:sns/*"
    iam.put_role_policy(
        RoleName=ROLE, PolicyName="delivery-logs", PolicyDocument=json.dumps(_writing(groups))
    )
    return role


_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def _writing(groups: str) -> dict[str, Any]:
    """The actions are those that the guide gives such a role; it gives them for every group."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": [
                    "logs:CreateLogGroup",
                    "logs:CreateLogStream",
                    "logs:PutLogEvents",
                    "logs:PutMetricFilter",
                    "logs:PutRetentionPolicy",
                ],
                "Resource": groups,
            }
        ],
    }


def _patiently(act: Callable[[], object], sleep: Callable[[float], None]) -> None:
    """Try again while what was just made is not known yet. Raises ClientError in the end."""
    for left in reversed(range(TRIES)):
        try:
            act()
        except ClientError as error:
            if not left or error.response["Error"]["Code"] not in _NOT_YET:
                raise
            sleep(PAUSE_SECONDS)
        else:
            return
