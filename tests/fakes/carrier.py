"""A carrier in memory: who has opted out, and an account in order."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from chalicelib.domain.errors import Unanswered
from chalicelib.domain.readiness import SmsSpend


class FakeCarrier:
    """Knows the numbers in `opted_out`; answers nothing while it `is_mute`."""

    def __init__(self) -> None:
        self.opted_out: set[str] = set()
        self.is_mute = False

    def has_opted_out(self, phone: str) -> bool:
        if self.is_mute:
            raise Unanswered("the carrier is mute")
        return phone in self.opted_out

    def spend(self, *, now: datetime) -> SmsSpend:
        return SmsSpend(spent=Decimal(1), limit=Decimal(50))

    def is_in_sandbox(self) -> bool:
        return False

    def sandbox_numbers(self) -> frozenset[str]:
        return frozenset()

    def default_type(self) -> str:
        return "Transactional"


if TYPE_CHECKING:
    from chalicelib.ports import SmsAccount

    _: type[SmsAccount] = FakeCarrier
