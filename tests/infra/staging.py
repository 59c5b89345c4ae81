"""A deployment on moto, as far as the verbs need one: from the template that is deployed."""

import json
from typing import Any

import boto3

from infra.package import merged_template


def deployed(stage: str) -> None:
    """The stack of a stage with its desk table and the topic of notices, and a token key."""
    template = merged_template()
    resources: dict[str, Any] = {
        name: {key: template["Resources"][name][key] for key in ("Type", "Properties")}
        for name in ("DeskTable", "NoticesTopic")
    }
    # Of its properties moto's CloudFormation knows only the schema.
    known = ("TableName", "AttributeDefinitions", "KeySchema", "BillingMode")
    table = resources["DeskTable"]["Properties"]
    resources["DeskTable"]["Properties"] = {key: table[key] for key in known}
    boto3.client("cloudformation").create_stack(
        StackName=f"nightdesk-{stage}",
        TemplateBody=json.dumps(
            {
                "Parameters": {"Stage": {"Type": "String"}},
                "Resources": resources,
                "Outputs": {"NoticesTopic": template["Outputs"]["NoticesTopic"]},
            }
        ),
        Parameters=[{"ParameterKey": "Stage", "ParameterValue": stage}],
    )
    boto3.client("ssm").put_parameter(
        Name=f"/nightdesk/{stage}/token-key", Value="k" * 44, Type="SecureString"
    )
