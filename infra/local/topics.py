"""Topics delivered to their function and to their SMS subscribers.

moto keeps what was published and knows the subscribers, yet neither wakes a function of this
process nor sends an SMS for a topic.
"""

import json
from collections.abc import Mapping
from typing import Any

from infra.local.asynchronous import AsyncInvoker
from infra.local.clock import Clock
from infra.local.lambdas import Function
from infra.local.phones import Phones


class Topics:
    """Delivers what is published on every topic of the account and region."""

    def __init__(
        self,
        *,
        backend: Any,
        functions: Mapping[str, Function],
        invoker: AsyncInvoker,
        phones: Phones,
        clock: Clock,
    ) -> None:
        """`functions` by ARN of the topic that wakes them."""
        self._backend = backend
        self._functions = functions
        self._invoker = invoker
        self._phones = phones
        self._clock = clock
        self._delivered: dict[str, int] = {}

    def deliver(self) -> bool:
        """Deliver what is new; False when nothing is."""
        did_anything = False
        for arn, topic in list(self._backend.topics.items()):
            begin = self._delivered.get(arn, 0)
            new = topic.sent_notifications[begin:]
            self._delivered[arn] = begin + len(new)
            for message_id, message, subject, _attributes, _group in new:
                did_anything = True
                self._fan_out(arn, message_id, message, subject)
        return did_anything

    def _fan_out(self, arn: str, message_id: str, message: str, subject: str | None) -> None:
        if arn in self._functions:
            self._invoker.invoke(
                self._functions[arn], self._event(arn, message_id, message, subject)
            )
        subscriptions, _token = self._backend.list_subscriptions_by_topic(arn)
        for subscription in subscriptions:
            if subscription.protocol == "sms":
                self._phones.deliver_notice(subscription.endpoint, _as_sms(message, subject))

    def _event(self, arn: str, message_id: str, message: str, subject: str | None) -> Any:
        return {
            "Records": [
                {
                    "EventSource": "aws:sns",
                    "EventVersion": "1.0",
                    "EventSubscriptionArn": f"{arn}:local",
                    "Sns": {
                        "Type": "Notification",
                        "MessageId": message_id,
                        "TopicArn": arn,
                        "Subject": subject,
                        "Message": message,
                        "Timestamp": f"{self._clock.now():%Y-%m-%dT%H:%M:%S.000Z}",
                        "MessageAttributes": {},
                    },
                }
            ]
        }


def _as_sms(message: str, subject: str | None) -> str:
    """What a phone gets of a topic's message: its own wording where the publish has one.

    moto does not keep that a message was structured; an object with `default` is one. Of
    CloudWatch's alarms, whose message is for machines, the subject is shown.
    """
    try:
        structure = json.loads(message)
    except ValueError:
        structure = None
    if isinstance(structure, dict) and "default" in structure:
        return str(structure.get("sms", structure["default"]))
    return subject or message
