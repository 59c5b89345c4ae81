"""What SNS says of the SMS sandbox, which moto does not play (tried with moto 5.2.5)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from moto.core.responses import ActionResult
from moto.sns.responses import SNSResponse

from infra.local.patching import played

SPEND_LIMIT_USD = "50"
"""A month, as of an account whose owner has asked for more than the 1 USD of a new one."""


@contextmanager
def sms_sandbox(
    *, is_in_sandbox: bool = False, numbers: Mapping[str, str] | None = None
) -> Iterator[None]:
    """While open, SNS on moto says so; `numbers` have their status, such as `Verified`."""

    def status(_self: Any) -> ActionResult:
        return ActionResult({"IsInSandbox": is_in_sandbox})

    def listed(_self: Any) -> ActionResult:
        known = [{"PhoneNumber": one, "Status": said} for one, said in (numbers or {}).items()]
        return ActionResult({"PhoneNumbers": known})

    with played(
        SNSResponse, get_sms_sandbox_account_status=status, list_sms_sandbox_phone_numbers=listed
    ):
        yield
