"""A deployment on moto, as far as the verbs need one: from the template that is deployed."""

import json
from typing import Any

import boto3

from infra.package import merged_template


def deployed(stage: str) -> None:
    """The stack of a stage with the tables of who is woken and the topic of notices, its keys
    and its address."""
    template = merged_template()
    resources: dict[str, Any] = {
        name: {key: template["Resources"][name][key] for key in ("Type", "Properties")}
        for name in ("DeskTable", "IncidentsTable", "MentionsTable", "TicketsTable", "NoticesTopic")
    }
    # Of its properties moto's CloudFormation knows only the schema.
    known = {
        "TableName",
        "AttributeDefinitions",
        "KeySchema",
        "BillingMode",
        "GlobalSecondaryIndexes",
    }
    for name in ("DeskTable", "IncidentsTable", "MentionsTable", "TicketsTable"):
        table = resources[name]["Properties"]
        resources[name]["Properties"] = {key: table[key] for key in table if key in known}
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
    parameters = {
        "token-key": ("SecureString", "k" * 44),
        "code-key": ("SecureString", "c" * 44),
        "public-url": ("String", f"https://{stage}.nightdesk.example/api"),
    }
    for name, (kind, value) in parameters.items():
        boto3.client("ssm").put_parameter(Name=f"/nightdesk/{stage}/{name}", Value=value, Type=kind)
