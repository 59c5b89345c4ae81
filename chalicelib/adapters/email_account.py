"""What Amazon SES says of the sender of e-mail, and of the account.

Facts from the AWS documentation of SES: without `ProductionAccessEnabled` (`GetAccount`, v2) the
account is in the sandbox: letters go only to verified addresses, or to any of a verified domain.
Questions are few, since all but sending are throttled at one a second.
"""

from collections.abc import Collection
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.sms_account import asked


class SesAccount:
    """Identities of the account and region of the client."""

    def __init__(self, *, ses: Any) -> None:
        """A client of boto3's `sesv2` with bounded waiting."""
        self._ses = ses

    def can_send_as(self, sender: str) -> bool:
        """Whether the address is verified, or its whole domain is."""
        address = parseaddr(sender)[1]
        return any(self._is_verified(identity) for identity in (address, _domain(address)))

    def only_to_verified(self) -> bool:
        return not asked(lambda: self._ses.get_account()).get("ProductionAccessEnabled", False)

    def verified_of(self, addresses: Collection[str]) -> frozenset[str]:
        domains = {
            one for one in sorted({_domain(one) for one in addresses}) if self._is_verified(one)
        }
        return frozenset(
            one for one in addresses if _domain(one) in domains or self._is_verified(one)
        )

    def _is_verified(self, identity: str) -> bool:
        def ask() -> Any:
            try:
                return self._ses.get_email_identity(EmailIdentity=identity)
            except self._ses.exceptions.NotFoundException:
                return {}

        return bool(asked(ask).get("VerifiedForSendingStatus"))


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


if TYPE_CHECKING:
    from chalicelib.ports import EmailAccount

    _: type[EmailAccount] = SesAccount
