"""How a bill of AWS calls what we meter: service and usage type to our groups and skus.

A usage type is a code of the region (none: us-east-1, or everywhere), a hyphen and what was
used, such as `EUC1-WriteRequestUnits` ("Best practices for understanding your AWS billing and
usage reports in DynamoDB", DynamoDB developer guide, with the table of codes; usage types of
other services as the AWS price list has them; read 2026-11). What stands here is known; a usage
type that does not keeps its service's group and has no sku, and a service that does not has no
group at all.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.domain.cost.sms import SMS_PART

GIB, LAMBDA_GB_SECOND = 2**30, 1024 * 1000
"""Bytes in what a bill calls a GB; milliseconds times MB in a second of a GB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a line of a bill is."""

    group: str
    """One of our groups; empty where it is none of ours."""
    sku: str = ""
    units: int = 1
    """Of our sku in one unit of the bill."""
    region: str = ""

    def quantity(self, billed: Decimal | None) -> Decimal | None:
        return None if billed is None else billed * self.units


_SERVICES = {
    "lambda": "lambda",
    "dynamodb": "dynamodb",
    "simplequeueservice": "sqs",
    "simplenotificationservice": "sns",
    "endusermessaging": "sms",
    "simpleemailservice": "ses",
    "apigateway": "api",
    "cloudwatch": "cloudwatch",
    "simplestorageservice": "s3",
    "keymanagementservice": "kms",
    "costexplorer": "cost-explorer",
    "datatransfer": "transfer",
    "bedrock": "bedrock",
    "tax": "tax",
}
"""Names of services without `Amazon`, `AWS`, spaces and what is in brackets."""

_USAGE = {
    ("lambda", "Request"): ("lambda", "lambda.request", 1),
    ("lambda", "Request-ARM"): ("lambda", "lambda.request", 1),
    ("lambda", "Lambda-GB-Second"): ("lambda", "lambda.gb-second.x86_64", LAMBDA_GB_SECOND),
    ("lambda", "Lambda-GB-Second-ARM"): ("lambda", "lambda.gb-second.arm64", LAMBDA_GB_SECOND),
    ("dynamodb", "ReadRequestUnits"): ("dynamodb", "dynamodb.read-unit", 1),
    ("dynamodb", "WriteRequestUnits"): ("dynamodb", "dynamodb.write-unit", 1),
    ("dynamodb", "TimedStorage-ByteHrs"): ("dynamodb", "dynamodb.byte-month", GIB),
    ("dynamodb", "TimedPITRStorage-ByteHrs"): ("dynamodb", "dynamodb.pitr-byte-month", GIB),
    ("sqs", "Requests"): ("sqs", "sqs.request", 1),
    ("sqs", "Requests-RBP"): ("sqs", "sqs.request", 1),
    ("sqs", "Requests-Tier1"): ("sqs", "sqs.request", 1),
    ("sns", "Requests-Tier1"): ("sns", "sns.publish", 1),
    ("sns", "DeliveryAttempts-SMTP"): ("sns", "sns.email", 1),
    ("ses", "Recipients"): ("ses", "ses.message", 1),
    ("ses", "Recipients-EC2"): ("ses", "ses.message", 1),
    ("ses", "Message"): ("ses", "ses.message", 1),
    ("api", "ApiGatewayRequest"): ("api", "api.request", 1),
    ("cloudwatch", "DataProcessing-Bytes"): ("logs", "logs.byte", GIB),
    ("cloudwatch", "TimedStorage-ByteHrs"): ("logs", "logs.byte-month", GIB),
    ("cloudwatch", "CW:AlarmMonitorUsage"): ("cloudwatch", "cloudwatch.alarm-month", 1),
    ("cloudwatch", "CW:MetricMonitorUsage"): ("cloudwatch", "cloudwatch.metric-month", 1),
    ("cloudwatch", "CW:Requests"): ("cloudwatch", "cloudwatch.request", 1),
    ("s3", "Requests-Tier1"): ("s3", "s3.list", 1),
    ("s3", "Requests-Tier2"): ("s3", "s3.read", 1),
    ("kms", "KMS-Requests"): ("kms", "kms.request", 1),
    ("cost-explorer", "APIRequest"): ("cost-explorer", "cost-explorer.request", 1),
}
"""By our group of the service and the usage type without its region: group, sku, units."""

_REGIONS = {
    "AFS1": "af-south-1",
    "APE1": "ap-east-1",
    "APN1": "ap-northeast-1",
    "APN2": "ap-northeast-2",
    "APN3": "ap-northeast-3",
    "APS1": "ap-southeast-1",
    "APS2": "ap-southeast-2",
    "APS3": "ap-south-1",
    "APS4": "ap-southeast-3",
    "APS5": "ap-south-2",
    "APS6": "ap-southeast-4",
    "APS7": "ap-southeast-5",
    "CAN1": "ca-central-1",
    "CAN2": "ca-west-1",
    "EU": "eu-west-1",
    "EUC1": "eu-central-1",
    "EUC2": "eu-central-2",
    "EUN1": "eu-north-1",
    "EUS1": "eu-south-1",
    "EUS2": "eu-south-2",
    "EUW1": "eu-west-1",
    "EUW2": "eu-west-2",
    "EUW3": "eu-west-3",
    "ILC1": "il-central-1",
    "MEC1": "me-central-1",
    "MES1": "me-south-1",
    "SAE1": "sa-east-1",
    "USE1": "us-east-1",
    "USE2": "us-east-2",
    "USW1": "us-west-1",
    "USW2": "us-west-2",
}
_REGION = re.compile(r"^(?P<name>[a-z]{2}(?:-[a-z]+)+-[0-9])-(?P<rest>.+)$")


def named(service: str, usage_type: str = "", *, region: str = "") -> Named:
    """What a line is, by its service and usage type; `region` where the bill says it itself."""
    bare = re.sub(r"\(.*?\)|[^a-z]", "", service.lower())
    bare = re.sub(r"^(amazon|aws)", "", bare)
    group = _SERVICES.get(bare, "")
    if not group and "bedrockedition" in re.sub(r"[^a-z]", "", service.lower()):
        group = "bedrock"
    found, rest = placed(usage_type)
    where = region or found
    if "DataTransfer" in rest:
        is_out = rest == "DataTransfer-Out-Bytes"
        sku, units = ("transfer.byte", GIB) if is_out else ("", 1)
        return Named(group="transfer", sku=sku, units=units, region=where)
    if group == "sms" or (group == "sns" and "SMS" in rest):
        return Named(group="sms", sku=SMS_PART, region=where)
    known = _USAGE.get((group, rest))
    if known is None:
        return Named(group=group, region=where)
    group, sku, units = known
    return Named(group=group, sku=sku, units=units, region=where)


def placed(usage_type: str) -> tuple[str, str]:
    """The region of a usage type, empty where it says none, and the rest of it."""
    whole = _REGION.match(usage_type)
    if whole is not None:
        return whole["name"], whole["rest"]
    code, mark, rest = usage_type.partition("-")
    if mark and rest and code in _REGIONS:
        return _REGIONS[code], rest
    return "", usage_type
