"""One CloudFormation stack: changed by change sets, and told about as it happens."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.failure import DeployFailed
from infra.package import Tell
from infra.tags import tags

POLL_SECONDS = 3.0

_DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_UNDER_WAY = "_IN_PROGRESS"
_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What stands now."""

    stack: str
    has_changed: bool
    """False when everything stood there already."""
    outputs: Mapping[str, str]
    """Of the stack; `PublicUrl` is where the page is."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """As they are in force."""


def stack_name(stage: str) -> str:
    return f"nightdesk-{stage}"


class Stack:
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
            Tags=tags(self._stage),
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
        return Deployment(
            stack=self._name,
            has_changed=has_changed,
            outputs=outputs,
            parameters={
                one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", [])
            },
        )
