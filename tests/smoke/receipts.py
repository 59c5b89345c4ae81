"""Delivery receipts as the log groups of SNS hand them to a function.

Form: Amazon SNS developer guide, "SMS delivery monitoring with CloudWatch metrics and logs";
Amazon CloudWatch Logs user guide, "Subscription filters with AWS Lambda" (read 2026-11).
"""

import base64
import gzip
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

GROUP = "sns/eu-central-1/123456789012/DirectPublishToPhoneNumber"


def receipt_event(
    message_ids: Sequence[str], *, is_delivered: bool, words: str, at: datetime, took: timedelta
) -> dict[str, Any]:
    """One event with a line for each message."""
    words = words or ("Message has been accepted by phone" if is_delivered else "Phone is off")
    lines = [
        {
            "notification": {
                "messageId": id,
                "timestamp": f"{at - took:%Y-%m-%d %H:%M:%S.000}",
            },
            "delivery": {
                "phoneCarrier": "A carrier",
                "mnc": 1,
                "mcc": 232,
                "destination": "+436641000001",
                "priceInUSD": 0.07,
                "smsType": "Transactional",
                "numberOfMessageParts": 2,
                "providerResponse": words,
                "dwellTimeMs": took // timedelta(milliseconds=1),
                "dwellTimeMsUntilDeviceAck": took // timedelta(milliseconds=1),
            },
            "status": "SUCCESS" if is_delivered else "FAILURE",
        }
        for id in message_ids
    ]
    log = {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": GROUP if is_delivered else f"{GROUP}/Failure",
        "logStream": "one",
        "subscriptionFilters": ["nightdesk-local"],
        "logEvents": [
            {
                "id": f"{number:056d}",
                "timestamp": int(at.timestamp() * 1000),
                "message": json.dumps(line),
            }
            for number, line in enumerate(lines)
        ],
    }
    packed = gzip.compress(json.dumps(log).encode())
    return {"awslogs": {"data": base64.b64encode(packed).decode()}}
