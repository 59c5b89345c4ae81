"""Puts a configuration in force, as a whole or not at all.

The desk is one item, so what is in force is always one complete, valid desk. The topic of
notices has no other way to people than its subscribers: they are kept equal to the fallback
person and the lead, by phone and by e-mail. New ones are subscribed before the desk is stored
and old ones removed after it, so that at no instant nobody would hear an alarm.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import BadInput, NotFound
from chalicelib.ports import Desks
from infra.apply.failure import ApplyFailed
from infra.apply.hearing import hearing
from infra.changes import differences, handovers
from infra.config import Checked, Problem, load

__all__ = ["Applied", "ApplyFailed", "Stage", "apply", "put_in_force", "stage_of"]

RETENTION_DAYS = 400
"""As the template has it where a deployment does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a desk is put in force: the stores and services of one deployment."""

    desks: Desks
    sns: Any
    """Client of SNS."""
    ssm: Any
    """Client of SSM."""
    notices_topic: str
    """ARN of the topic that alarms and notices go to."""
    parameter_path: str
    """Such as `/nightdesk/dev`."""
    retention_days: int = RETENTION_DAYS
    """Days until what a function stores expires."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What `apply` did."""

    version: int | None
    """Of the desk now in force; None when it was in force already."""
    changes: tuple[str, ...]
    """Such as `+ sources.blog`, `~ responders.ana: phone`; values are not shown."""
    handovers: tuple[str, ...] = ()
    """Who holds the pager of a schedule from this instant on, instead of whom."""
    subscribed: tuple[str, ...] = ()
    """Responders whose phone hears alarms from now on."""
    unsubscribed: int = 0
    """Phones that no longer do."""
    unconfirmed: tuple[str, ...] = ()
    """Responders whose mailbox hears alarms only once they confirm the letter from AWS."""
    refused_emails: tuple[tuple[str, str], ...] = ()
    """Responders whose mailbox could not be subscribed, and the code of the error."""
    unsubscribed_emails: int = 0
    """Mailboxes that no longer hear alarms."""
    missing_secrets: tuple[str, ...] = ()
    """Named by a source or a webhook and not stored yet."""
    warnings: tuple[Problem, ...] = ()


def stage_of(name: str, *, session: Any = None) -> Stage:
    """The deployment of that name in the account and region of the AWS session.

    Raises ApplyFailed when nothing was deployed there.
    """
    import boto3
    from botocore.exceptions import ClientError

    from chalicelib.adapters.desks import DynamoDesks
    from infra.deploy import stack_name

    session = session or boto3.session.Session()
    try:
        stacks = session.client("cloudformation").describe_stacks(StackName=stack_name(name))
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        raise ApplyFailed(
            f"there is no stack {stack_name(name)} in {session.region_name}; run "
            f"`nightdesk deploy --stage {name}` first, or set AWS_PROFILE and AWS_DEFAULT_REGION"
        ) from None
    stack = stacks["Stacks"][0]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    given = {one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", ())}
    return Stage(
        desks=DynamoDesks(f"nightdesk-{name}-desk", region=session.region_name),
        sns=session.client("sns"),
        ssm=session.client("ssm"),
        notices_topic=outputs["NoticesTopic"],
        parameter_path=f"/nightdesk/{name}",
        retention_days=int(given.get("RetentionDays", RETENTION_DAYS)),
    )


def apply(path: Path, stage: Stage, *, now: datetime) -> Applied:
    """Put the file at `path` in force; twice changes nothing the second time.

    Raises ConfigRefused or ApplyFailed; what was in force then stays so, unless it says else.
    """
    return put_in_force(load(path, now=now), stage, now=now)


def put_in_force(checked: Checked, stage: Stage, *, now: datetime) -> Applied:
    """The same with a configuration that has been read. Raises ApplyFailed."""
    desk = checked.desk
    before = _in_force(stage)
    changes = tuple(_changes(before, desk))
    handed_over = tuple(handovers(before, desk, now=now)) if isinstance(before, Desk) else ()
    hears = hearing(stage.sns, stage.notices_topic)
    subscribed = hears.subscribe(desk)
    version = stage.desks.put(desk, now=now) if changes else None
    # First: whose they were is known by the desk before, which the next time is this one.
    unsubscribed_emails = hears.remove_emails(before if isinstance(before, Desk) else None, desk)
    return Applied(
        version=version,
        changes=changes,
        handovers=handed_over,
        subscribed=subscribed.phones,
        unsubscribed=hears.remove_phones(desk),
        unconfirmed=subscribed.unconfirmed,
        refused_emails=subscribed.refused_emails,
        unsubscribed_emails=unsubscribed_emails,
        missing_secrets=_missing_secrets(stage, desk),
        warnings=checked.warnings,
    )


def _in_force(stage: Stage) -> Desk | NotFound | BadInput:
    """What was in force before, or why it cannot be had."""
    try:
        return stage.desks.current()
    except (NotFound, BadInput) as error:
        return error


def _changes(before: Desk | NotFound | BadInput, desk: Desk) -> Iterator[str]:
    match before:
        case NotFound():
            yield "+ the first desk of this stage"
        case BadInput():
            yield "~ everything: what was in force cannot be read"
        case _:
            yield from differences(before, desk)


def _missing_secrets(stage: Stage, desk: Desk) -> tuple[str, ...]:
    prefix = f"{stage.parameter_path}/secrets/"
    wanted = {prefix + one.secret for one in desk.sources if one.secret}
    wanted |= {prefix + one.webhook.secret for one in desk.responders if one.webhook}
    wanted |= {prefix + one.secret for one in desk.answering.hooks}
    if not wanted:
        return ()
    pages = stage.ssm.get_paginator("describe_parameters")
    found = {
        one["Name"]
        for page in pages.paginate(
            ParameterFilters=[{"Key": "Name", "Option": "BeginsWith", "Values": [prefix]}]
        )
        for one in page["Parameters"]
    }
    return tuple(sorted(name.removeprefix(prefix) for name in wanted - found))
