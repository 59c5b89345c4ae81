"""The SMS path of a world: what the phones take over, the client the channel speaks to in memory,
and what can go wrong between us and the provider."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError
from moto.sns.exceptions import SNSException

from tests.fakes import Crash
from tests.smoke.driving import WorldClock

HANGS_FOR = timedelta(seconds=21)
"""How long a call to a provider that never answers takes: three attempts of 2 + 5 seconds (see
`chalicelib.adapters.clients`)."""


class Carrier:
    """What moto's SNS backend is to the phones: takes what is published."""

    def __init__(self, inbound: list[str]) -> None:
        self._inbound = inbound
        self._taken = 0

    def publish(
        self, message: str, arn: str | None = None, phone_number: str | None = None, **_rest: Any
    ) -> str:
        if not phone_number:
            self._inbound.append(message)
        self._taken += 1
        return f"message-{self._taken}"

    def check_if_phone_number_is_opted_out(self, number: str) -> bool:
        raise NotImplementedError("the phones take this over")


class Mishaps:
    """Stands before a backend's `publish` (the carrier's or moto's) and lets things go wrong."""

    def __init__(self, backend: Any, clock: WorldClock) -> None:
        self._publish = backend.publish
        self._clock = clock
        self.hanging: set[str] = set()
        """Numbers for which the provider never answers."""
        self.crashes = 0
        """So many of the next texts leave, and the worker that sent them dies."""
        backend.publish = self._pass_on

    def _pass_on(
        self, message: str, arn: str | None = None, phone_number: str | None = None, **rest: Any
    ) -> str:
        if phone_number in self.hanging:
            self._clock.skew += HANGS_FOR
            raise ReadTimeoutError(endpoint_url="the provider")
        id: str = self._publish(message, arn=arn, phone_number=phone_number, **rest)
        if phone_number and self.crashes:
            self.crashes -= 1
            raise Crash
        return id


class SnsClient:
    """The part of boto's SNS client that the channel uses."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def check_if_phone_number_is_opted_out(self, *, phoneNumber: str) -> dict[str, bool]:  # noqa: N803
        return {"isOptedOut": self._carrier.check_if_phone_number_is_opted_out(phoneNumber)}

    def publish(
        self,
        *,
        PhoneNumber: str,  # noqa: N803
        Message: str,  # noqa: N803
        MessageAttributes: Mapping[str, Any],  # noqa: N803
    ) -> dict[str, str]:
        attributes = {
            name: {"Type": one["DataType"], "Value": one["StringValue"]}
            for name, one in MessageAttributes.items()
        }
        try:
            id = self._carrier.publish(
                Message, phone_number=PhoneNumber, message_attributes=attributes
            )
        except SNSException as error:
            answer: Any = {"Error": {"Code": error.code, "Message": str(error)}}
            raise ClientError(answer, "Publish") from error
        return {"MessageId": id}
