"""The SMS path without a cloud: what the phones take over, and the client the channel speaks to."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError
from moto.sns.exceptions import SNSException


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
