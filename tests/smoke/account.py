"""What AWS says of a world's account when the pager checks itself; the same on both stages.

moto has no SMS sandbox and measures no money; how the real answers are read is held by
`tests/adapters`.
"""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.errors import Unanswered
from chalicelib.domain.readiness import PageCounts, SmsSpend
from infra.local.phones import Phones
from tests.smoke.post_office import PostOffice


class Account:
    """In order, unless a test says otherwise. Stands for every port that asks AWS."""

    def __init__(self, phones: Phones, post_office: PostOffice) -> None:
        self._phones = phones
        self._post_office = post_office
        self.sms_spent = Decimal("0")
        self.sms_limit = Decimal("50")
        self.sandbox: frozenset[str] | None = None
        """Numbers that are verified in the SMS sandbox; None: the account is not in it."""
        self.sms_type = "Transactional"
        self.has_email_sandbox = False
        """Whether letters go only to addresses that are verified (in the post office)."""
        self.counts = PageCounts(sent=0, refused=0)
        self.is_mute = False
        """Whether nothing can be asked."""

    def has_opted_out(self, phone: str) -> bool:
        self._answers()
        return bool(self._phones._backend.check_if_phone_number_is_opted_out(phone))

    def spend(self, *, now: datetime) -> SmsSpend:
        self._answers()
        return SmsSpend(spent=self.sms_spent, limit=self.sms_limit)

    def is_in_sandbox(self) -> bool:
        self._answers()
        return self.sandbox is not None

    def sandbox_numbers(self) -> frozenset[str]:
        self._answers()
        return self.sandbox or frozenset()

    def default_type(self) -> str:
        self._answers()
        return self.sms_type

    def can_send_as(self, sender: str) -> bool:
        self._answers()
        return any(one in sender for one in self._post_office.verified)

    def only_to_verified(self) -> bool:
        self._answers()
        return self.has_email_sandbox

    def verified_of(self, addresses: Collection[str]) -> frozenset[str]:
        self._answers()
        return frozenset(addresses) & frozenset(self._post_office.verified)

    def since(self, starts_at: datetime, *, now: datetime) -> PageCounts:
        self._answers()
        return self.counts

    def _answers(self) -> None:
        if self.is_mute:
            raise Unanswered("AccessDenied")
