"""What a bill calls what we meter."""

import pytest

from chalicelib.adapters import bill_names
from chalicelib.adapters.bill_names import named
from chalicelib.domain.cost.reconciling.groups import ON_THE_BILL, group_of
from chalicelib.domain.cost.skus import SKUS


@pytest.mark.parametrize(
    ("service", "usage_type", "group", "sku", "region"),
    [
        ("AWS Lambda", "Request", "lambda", "lambda.request", ""),
        ("AWS Lambda", "EU-Request-ARM", "lambda", "lambda.request", "eu-west-1"),
        ("AWS Lambda", "USE1-Lambda-Provisioned-GB-Second", "lambda", "", "us-east-1"),
        (
            "Amazon DynamoDB",
            "EUC1-ReadRequestUnits",
            "dynamodb",
            "dynamodb.read-unit",
            "eu-central-1",
        ),
        ("Amazon DynamoDB", "EUC1-ReplWriteRequestUnits", "dynamodb", "", "eu-central-1"),
        ("Amazon Simple Queue Service", "EUC1-Requests-RBP", "sqs", "sqs.request", "eu-central-1"),
        (
            "Amazon Simple Notification Service",
            "EUC1-Requests-Tier1",
            "sns",
            "sns.publish",
            "eu-central-1",
        ),
        ("Amazon Simple Notification Service", "DeliveryAttempts-SMS", "sms", "sns.sms-part", ""),
        (
            "AWS End User Messaging",
            "EUC1-OutboundSMS-DE-Standard",
            "sms",
            "sns.sms-part",
            "eu-central-1",
        ),
        ("Amazon API Gateway", "EUC1-ApiGatewayRequest", "api", "api.request", "eu-central-1"),
        (
            "AmazonCloudWatch",
            "EUC1-CW:AlarmMonitorUsage",
            "cloudwatch",
            "cloudwatch.alarm-month",
            "eu-central-1",
        ),
        (
            "Amazon CloudWatch",
            "EUC1-TimedStorage-ByteHrs",
            "logs",
            "logs.byte-month",
            "eu-central-1",
        ),
        (
            "AWS Key Management Service",
            "eu-central-1-KMS-Requests",
            "kms",
            "kms.request",
            "eu-central-1",
        ),
        (
            "AWS Cost Explorer",
            "USE1-APIRequest",
            "cost-explorer",
            "cost-explorer.request",
            "us-east-1",
        ),
        (
            "AWS Data Transfer",
            "EUC1-DataTransfer-Out-Bytes",
            "transfer",
            "transfer.byte",
            "eu-central-1",
        ),
        ("Amazon DynamoDB", "EUC1-DataTransfer-In-Bytes", "transfer", "", "eu-central-1"),
        ("Claude 3 Haiku (Amazon Bedrock Edition)", "EUC1-MP:x", "bedrock", "", "eu-central-1"),
        ("Tax", "NoUsageType", "tax", "", ""),
        ("Amazon Route 53", "DNS-Queries", "", "", ""),
        ("", "", "", "", ""),
    ],
)
def test_a_line_is_known_by_service_and_usage_type(
    service: str, usage_type: str, group: str, sku: str, region: str
) -> None:
    found = named(service, usage_type)
    assert (found.group, found.sku, found.region) == (group, sku, region)


def test_a_sku_of_a_line_is_one_that_is_metered_and_of_its_group() -> None:
    ours = {one.name for one in SKUS}
    for group, sku, _ in bill_names._USAGE.values():
        assert sku in ours
        assert group_of(sku) == group


def test_every_group_of_ours_is_looked_for_on_the_bill() -> None:
    assert {group_of(one.name) for one in SKUS} <= ON_THE_BILL


def test_a_region_that_the_bill_says_itself_counts() -> None:
    assert named("AWS Lambda", "Request", region="eu-west-1").region == "eu-west-1"
