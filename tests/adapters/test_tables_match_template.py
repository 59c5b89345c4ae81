"""The tables that the stores were written for are those that are deployed."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from chalicelib.adapters.tables import TABLES
from tests.adapters.stores import Stores, table_name

TEMPLATE = Path(__file__).parents[2] / "infra" / "template.yaml"

RESOURCES = {
    "mentions": "MentionsTable",
    "incidents": "IncidentsTable",
    "conversations": "TicketsTable",
    "desk": "DeskTable",
    "search": "SearchTable",
    "costs": "CostsTable",
}


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's tags as the plain values beneath them."""


def _plain(loader: Any, _tag: str, node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


Loader.add_multi_constructor("!", _plain)


def properties(table: str) -> Mapping[str, Any]:
    """What the template says of a table."""
    template = yaml.load(TEMPLATE.read_text(), Loader)
    resource = template["Resources"][RESOURCES[table]]
    assert resource["Type"] == "AWS::DynamoDB::Table"
    found: Mapping[str, Any] = resource["Properties"]
    return found


def by_name(entries: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return {entry[name]: entry for entry in entries}


def indexes(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Keys and projection of each index by its name."""
    return {
        entry["IndexName"]: (
            entry["KeySchema"],
            entry["Projection"]["ProjectionType"],
            entry["Projection"].get("NonKeyAttributes", []),
        )
        for entry in entries
    }


def test_the_template_has_every_table() -> None:
    assert RESOURCES.keys() == TABLES.keys()


@pytest.mark.parametrize("table", TABLES)
def test_keys_indexes_and_stream_are_those_of_the_template(
    table: str, new_dynamo_stores: Callable[[], Stores]
) -> None:
    stage = new_dynamo_stores().stage
    client = boto3.client("dynamodb")
    ours = client.describe_table(TableName=table_name(stage, table))["Table"]
    deployed = properties(table)

    assert ours["KeySchema"] == deployed["KeySchema"]
    assert by_name(ours["AttributeDefinitions"], "AttributeName") == by_name(
        deployed["AttributeDefinitions"], "AttributeName"
    )
    assert indexes(ours.get("GlobalSecondaryIndexes", [])) == indexes(
        deployed.get("GlobalSecondaryIndexes", [])
    )
    assert ours.get("StreamSpecification", {}).get("StreamViewType") == deployed.get(
        "StreamSpecification", {}
    ).get("StreamViewType")
    assert ours["BillingModeSummary"]["BillingMode"] == deployed["BillingMode"]


@pytest.mark.parametrize("table", TABLES)
def test_what_expires_is_told_by_the_attribute_that_the_template_names(
    table: str, new_dynamo_stores: Callable[[], Stores]
) -> None:
    stage = new_dynamo_stores().stage
    ours = boto3.client("dynamodb").describe_time_to_live(TableName=table_name(stage, table))
    described = ours["TimeToLiveDescription"]
    deployed = properties(table)["TimeToLiveSpecification"]
    assert described["AttributeName"] == deployed["AttributeName"]
    assert described["TimeToLiveStatus"] == "ENABLED"
    assert deployed["Enabled"] is True


@pytest.mark.parametrize("table", TABLES)
def test_the_names_of_the_tables_are_those_of_the_template(table: str) -> None:
    assert properties(table)["TableName"] == table_name("${Stage}", table)
