"""What Amazon SES says of the sender of e-mail."""

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
        domain = address.rpartition("@")[2]
        return any(self._is_verified(identity) for identity in (address, domain))

    def _is_verified(self, identity: str) -> bool:
        def ask() -> Any:
            try:
                return self._ses.get_email_identity(EmailIdentity=identity)
            except self._ses.exceptions.NotFoundException:
                return {}

        return bool(asked(ask).get("VerifiedForSendingStatus"))


if TYPE_CHECKING:
    from chalicelib.ports import EmailAccount

    _: type[EmailAccount] = SesAccount
