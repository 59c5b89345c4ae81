"""What the carrier says: SNS keeps a delivery log on AWS, and none in the cloud of acceptance."""

import json
import time
from collections.abc import Iterable
from typing import Any

from infra.deploy.receipts import log_groups


def has_delivered(session: Any, phone: str, message_ids: Iterable[str]) -> None:
    """Write that these messages have arrived; the cloud wakes whoever is subscribed.

    The form of a line: Amazon SNS developer guide, "SMS delivery monitoring with CloudWatch
    metrics and logs".
    """
    account = session.client("sts").get_caller_identity()["Account"]
    group, _failures = log_groups(session.region_name, account)
    delivery = {"destination": phone, "providerResponse": "Delivered", "dwellTimeMs": 900}
    lines = [
        {"notification": {"messageId": id}, "delivery": delivery, "status": "SUCCESS"}
        for id in message_ids
    ]
    logs = session.client("logs")
    logs.create_log_stream(logGroupName=group, logStreamName="accept")
    logs.put_log_events(
        logGroupName=group,
        logStreamName="accept",
        logEvents=[
            {"timestamp": int(time.time() * 1000), "message": json.dumps(line)} for line in lines
        ],
    )
