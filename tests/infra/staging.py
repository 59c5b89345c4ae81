"""A deployment on moto, as far as the verbs need one: from the template that is deployed."""

import json
from typing import Any

import boto3

from infra.package import merged_template

TABLES = (
    "CostsTable",
    "DeskTable",
    "IncidentsTable",
    "MentionsTable",
    "SearchTable",
    "TicketsTable",
)


def deployed(stage: str) -> None:
    """The stack of a stage with the tables of who is woken and the topic of notices, its keys
    and its address."""
    template = merged_template()
    resources: dict[str, Any] = {
        name: {key: template["Resources"][name][key] for key in ("Type", "Properties")}
        for name in (*TABLES, "NoticesTopic")
    }
    # Of its properties moto's CloudFormation knows only the schema.
    known = {
        "TableName",
        "AttributeDefinitions",
        "KeySchema",
        "BillingMode",
        "GlobalSecondaryIndexes",
    }
    for name in TABLES:
        table = resources[name]["Properties"]
        resources[name]["Properties"] = {key: table[key] for key in table if key in known}
    pool, sign_in = _user_pool(stage, template["Resources"])
    boto3.client("cloudformation").create_stack(
        StackName=f"nightdesk-{stage}",
        TemplateBody=json.dumps(
            {
                "Parameters": {"Stage": {"Type": "String"}},
                "Resources": resources,
                "Outputs": {
                    "NoticesTopic": template["Outputs"]["NoticesTopic"],
                    "UserPool": {"Value": pool},
                },
            }
        ),
        Parameters=[{"ParameterKey": "Stage", "ParameterValue": stage}],
    )
    parameters = {
        "token-key": ("SecureString", "k" * 44),
        "code-key": ("SecureString", "c" * 44),
        "public-url": ("String", f"https://{stage}.nightdesk.example/api"),
        "sign-in": ("String", json.dumps(sign_in)),
    }
    for name, (kind, value) in parameters.items():
        boto3.client("ssm").put_parameter(Name=f"/nightdesk/{stage}/{name}", Value=value, Type=kind)


def _user_pool(stage: str, resources: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """A pool as the template describes it, which moto's CloudFormation cannot make: its id, and
    what the parameter `sign-in` says of it."""
    cognito = boto3.client("cognito-idp")
    wanted = resources["UserPool"]["Properties"]
    taken = ("AliasAttributes", "AutoVerifiedAttributes", "Policies", "UsernameConfiguration")
    pool = cognito.create_user_pool(
        PoolName=f"nightdesk-{stage}", **{name: wanted[name] for name in taken}
    )["UserPool"]["Id"]
    for resource in resources.values():
        if resource.get("Type") == "AWS::Cognito::UserPoolGroup":
            cognito.create_group(UserPoolId=pool, GroupName=resource["Properties"]["GroupName"])
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="nightdesk",
        ReadAttributes=resources["UserPoolClient"]["Properties"]["ReadAttributes"],
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    region = boto3.session.Session().region_name
    return pool, {
        "issuer": f"https://cognito-idp.{region}.amazonaws.com/{pool}",
        "client_id": client,
        "pages": f"https://nightdesk-{stage}.auth.{region}.amazoncognito.com",
    }
