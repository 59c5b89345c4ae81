"""The deployed template on moto: its tables, queues, topics and parameters, and what it says
of each function's events.

Only what moto's CloudFormation can make is handed to it (tried with moto 5.2.5: resources
without `Type`, policies, alarms and the like fail the whole stack). Every other expression of
the template (environment of the functions, destinations, dimensions of alarms) is resolved by
moto too, as an output of that stack, so that nothing here interprets intrinsic functions.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from chalice.package import YAMLTemplateSerializer
from chalice.utils import to_cfn_resource_name

MADE = (
    "AWS::DynamoDB::Table",
    "AWS::SQS::Queue",
    "AWS::SNS::Topic",
    "AWS::SSM::Parameter",
)
"""What the local cloud is made of; log groups, policies and alarms are not needed here."""

Template = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What stands, and what the template says beside it."""

    physical_ids: Mapping[str, str]
    """By logical id: name of a table, URL of a queue, ARN of a topic."""
    environment: Mapping[str, str]
    """Of every function."""
    _functions: Mapping[str, Mapping[str, Any]]
    alarms: tuple[Mapping[str, Any], ...]
    """Properties of the template's alarms, resolved as far as they name what stands."""
    _invokers: tuple[Mapping[str, Any], ...] = ()
    """Properties of the template's Lambda permissions, resolved likewise."""

    def function(self, name: str) -> Mapping[str, Any]:
        """What the template says of a function of `app.py`: its properties, resolved."""
        return self._functions.get(_logical_id(name), {})

    @property
    def api_name(self) -> str:
        """Name of the REST API."""
        return str(self._functions.get("RestAPI", {}).get("Name", ""))

    @property
    def alarm_metrics(self) -> int:
        """Metrics that alarms watch; each is charged like an alarm."""
        return sum(
            sum("MetricStat" in one for one in alarm.get("Metrics", ())) or 1
            for alarm in self.alarms
        )

    def logs_for(self, name: str) -> tuple[str, ...]:
        """Patterns of the log groups' ARNs that may wake a function."""
        logical_id = _logical_id(name)
        return tuple(
            str(one["SourceArn"])
            for one in self._invokers
            if one["Principal"] == "logs.amazonaws.com"
            and one["FunctionName"] == {"Fn::GetAtt": [logical_id, "Arn"]}
        )

    def event(self, name: str) -> Mapping[str, Any]:
        """Properties of the one event that wakes a function."""
        events = self.function(name).get("Events", {})
        if len(events) > 1:
            raise ValueError(f"{name}: the template overrides {len(events)} events, Chalice has 1")
        return next((event.get("Properties", {}) for event in events.values()), {})


def read(paths: Sequence[Path]) -> Template:
    """Templates as the packager reads them, merged: later ones add resources and conditions."""
    merged: Template = {}
    for path in paths:
        part = YAMLTemplateSerializer().load_template(path.read_text(encoding="utf-8"), str(path))
        for section, content in part.items():
            if isinstance(content, dict):
                merged.setdefault(section, {}).update(content)
            else:
                merged[section] = content
    return merged


def create(template: Template, *, name: str, parameters: Mapping[str, str]) -> Stack:
    """Make the template's resources on moto, which must be active."""
    resources = template.get("Resources", {})
    made = {
        logical_id: _without_strangers(resource, resources)
        for logical_id, resource in resources.items()
        if resource.get("Type") in MADE
    }
    functions = {
        logical_id: resource.get("Properties", {})
        for logical_id, resource in resources.items()
        if "Type" not in resource
    }
    alarms = [
        resource["Properties"]
        for resource in resources.values()
        if resource.get("Type") == "AWS::CloudWatch::Alarm"
    ]
    invokers = [
        resource["Properties"]
        for resource in resources.values()
        if resource.get("Type") == "AWS::Lambda::Permission"
    ]
    common = template.get("Globals", {}).get("Function", {})
    variables = common.get("Environment", {}).get("Variables", {})
    known = {*made, *template.get("Parameters", {}), *_PSEUDO}
    wanted = [
        expression
        for part in (variables, functions, alarms, invokers)
        for expression in _intrinsics(part)
        if _names(expression) <= known
    ]
    outputs = {_key(expression): f"O{index}" for index, expression in enumerate(wanted)}
    body = {
        "Parameters": template.get("Parameters", {}),
        "Conditions": template.get("Conditions", {}),
        "Resources": made,
        "Outputs": {outputs[_key(expression)]: {"Value": expression} for expression in wanted},
    }
    if not body["Conditions"]:
        del body["Conditions"]
    client = boto3.client("cloudformation")
    client.create_stack(
        StackName=name,
        TemplateBody=json.dumps(body),
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
    )
    described = client.describe_stacks(StackName=name)["Stacks"][0]
    values = {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", [])}
    by_expression = {key: values[output] for key, output in outputs.items() if output in values}
    found = client.list_stack_resources(StackName=name)["StackResourceSummaries"]
    return Stack(
        physical_ids={one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found},
        environment={
            key: str(value)
            for key, value in _resolved(variables, by_expression).items()
            if not isinstance(value, dict)
        },
        _functions=_resolved(functions, by_expression),
        alarms=tuple(_resolved(alarms, by_expression)),
        _invokers=tuple(_resolved(invokers, by_expression)),
    )


def _logical_id(name: str) -> str:
    """Of a function, as Chalice's packager names it; that of the routes is named otherwise."""
    return "APIHandler" if name == "api_handler" else str(to_cfn_resource_name(name))


_PSEUDO = ("AWS::AccountId", "AWS::Region", "AWS::StackName", "AWS::Partition", "AWS::URLSuffix")


def _without_strangers(resource: Template, all_resources: Template) -> Template:
    """The resource as moto can make it: a value that names what is not made here is left empty.

    The only such value is the public address in its parameter; it is written when the server
    of the local cloud is up.
    """
    strangers = {
        logical_id for logical_id, other in all_resources.items() if other.get("Type") not in MADE
    }
    properties = {
        key: "-" if _names(value) & strangers else value
        for key, value in resource.get("Properties", {}).items()
        if key not in ("Tags", "DeletionProtectionEnabled")
    }
    return {"Type": resource["Type"], "Properties": properties}


def _is_intrinsic(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) != 1:
        return False
    key: str = next(iter(value))
    return key == "Ref" or key.startswith("Fn::")


def _intrinsics(value: Any) -> list[Any]:
    """Every outermost intrinsic function within a value."""
    if _is_intrinsic(value):
        return [value]
    if isinstance(value, dict):
        return [found for inner in value.values() for found in _intrinsics(inner)]
    if isinstance(value, list):
        return [found for inner in value for found in _intrinsics(inner)]
    return []


def _names(value: Any) -> set[str]:
    """Logical ids, parameters and pseudo parameters that a value names."""
    if isinstance(value, list):
        return set().union(*(_names(inner) for inner in value)) if value else set()
    if not isinstance(value, dict):
        return set()
    if _is_intrinsic(value):
        kind, argument = next(iter(value.items()))
        if kind == "Ref":
            return {argument}
        if kind == "Fn::GetAtt":
            return {(argument if isinstance(argument, list) else argument.split("."))[0]}
        if kind == "Fn::Sub" and isinstance(argument, str):
            pieces = argument.split("${")[1:]
            return {piece.split("}")[0].split(".")[0] for piece in pieces}
        if kind == "Fn::If":
            return _names(argument[1:])
        return _names(argument)
    return set().union(*(_names(inner) for inner in value.values())) if value else set()


def _resolved(value: Any, by_expression: Mapping[str, str]) -> Any:
    if _is_intrinsic(value):
        return by_expression.get(_key(value), value)
    if isinstance(value, dict):
        return {key: _resolved(inner, by_expression) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, by_expression) for inner in value]
    return value


def _key(expression: Any) -> str:
    return json.dumps(expression, sort_keys=True)
