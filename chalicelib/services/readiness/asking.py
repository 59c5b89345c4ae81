"""Asking everything that a readiness check goes by."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from chalicelib.domain.contact import Contact
from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.errors import NotFound, Unanswered
from chalicelib.domain.readiness import Facts, Unknown
from chalicelib.domain.schedule import ResponderId
from chalicelib.ports import EmailAccount, PageTally, SmsAccount
from chalicelib.services.contacting import KnownContacts

log = logging.getLogger("nightdesk.readiness")

A_DAY = timedelta(days=1)

T = TypeVar("T")


class Asking:
    """Asks providers and stores; what none can say is `Unknown`, and stops nothing else."""

    def __init__(
        self,
        *,
        known: KnownContacts,
        sms_account: SmsAccount,
        email_account: EmailAccount,
        page_tally: PageTally,
        last_hour: Callable[[datetime], datetime | None],
        is_sms_stopped: Callable[[], bool],
        public_url: Callable[[], str],
        secret: Callable[[str], str],
    ) -> None:
        """`secret` gives a stored secret by its name; it and `public_url` raise NotFound.

        `last_hour` tells the newest hour of the books before an instant, `is_sms_stopped` whether
        a budget stops SMS now.
        """
        self._known = known
        self._sms_account = sms_account
        self._email_account = email_account
        self._page_tally = page_tally
        self._last_hour = last_hour
        self._is_sms_stopped = is_sms_stopped
        self._public_url = public_url
        self._secret = secret

    def facts(self, desk: Desk, *, now: datetime) -> Facts:
        phones = {one.id: one.phone for one in desk.responders if one.phone}
        account = self._sms_account
        is_in_sandbox = _asked(account.is_in_sandbox) if phones else None
        emails = {one.id: one.email for one in desk.responders if one.email}
        is_in_email_sandbox = (
            _asked(self._email_account.only_to_verified) if desk.email.sender and emails else None
        )
        known = {one.id: self._known_of(one) for one in desk.responders}
        return Facts(
            now=now,
            desk=desk,
            contacts={
                (contact.responder, contact.channel): contact
                for found in known.values()
                if not isinstance(found, Unknown)
                for contact in found
            },
            unread={id: found for id, found in known.items() if isinstance(found, Unknown)},
            opted_out=self._opted_out(phones),
            spend=_asked(lambda: account.spend(now=now)) if phones else None,
            is_in_sandbox=is_in_sandbox,
            in_sandbox=self._verified_in_sandbox(phones) if is_in_sandbox is True else None,
            default_sms_type=_asked(account.default_type) if phones else None,
            can_send_email=self._can_send_email(desk),
            is_in_email_sandbox=is_in_email_sandbox,
            in_email_sandbox=self._verified_emails(emails) if is_in_email_sandbox is True else None,
            pages=_asked(lambda: self._page_tally.since(now - A_DAY, now=now)),
            missing=_asked(self._missing),
            is_sms_stopped=_asked(self._is_sms_stopped) if phones else None,
            books_until=_asked(lambda: self._last_hour(now)),
            missing_webhooks=frozenset(
                one.id for one in desk.responders if self._lacks_webhook(one)
            ),
        )

    def _known_of(self, responder: Responder) -> tuple[Contact, ...] | Unknown:
        return _asked(lambda: self._known.of(responder))

    def _opted_out(self, phones: Mapping[ResponderId, str]) -> dict[ResponderId, bool | Unknown]:
        """The carrier's word on each; one that does not answer is not waited for fifty times."""
        found: dict[ResponderId, bool | Unknown] = {}
        answer: bool | Unknown = False
        for id, phone in phones.items():
            if not isinstance(answer, Unknown):
                answer = self._has_opted_out(phone)
            found[id] = answer
        return found

    def _has_opted_out(self, phone: str) -> bool | Unknown:
        return _asked(lambda: self._sms_account.has_opted_out(phone))

    def _verified_in_sandbox(
        self, phones: dict[ResponderId, str]
    ) -> frozenset[ResponderId] | Unknown:
        numbers = _asked(self._sms_account.sandbox_numbers)
        if isinstance(numbers, Unknown):
            return numbers
        return frozenset(id for id, phone in phones.items() if phone in numbers)

    def _verified_emails(self, emails: dict[ResponderId, str]) -> frozenset[ResponderId] | Unknown:
        addresses = _asked(lambda: self._email_account.verified_of(set(emails.values())))
        if isinstance(addresses, Unknown):
            return addresses
        return frozenset(id for id, address in emails.items() if address in addresses)

    def _can_send_email(self, desk: Desk) -> bool | Unknown | None:
        sender = desk.email.sender
        return _asked(lambda: self._email_account.can_send_as(sender)) if sender else None

    def _missing(self) -> tuple[str, ...]:
        try:
            self._public_url()
        except NotFound:
            return ("the address of the page, so that pages carry no link",)
        return ()

    def _lacks_webhook(self, responder: Responder) -> bool:
        """Whether the address of a webhook is known not to be stored."""
        if responder.webhook is None:
            return False
        try:
            self._secret(responder.webhook.secret)
        except NotFound:
            return True
        except Exception as error:
            log.error("secret_unknown", extra={"trouble": type(error).__name__})
        return False


def _asked(ask: Callable[[], T]) -> T | Unknown:
    """The answer, or why there is none; never the words of a foreign error."""
    try:
        return ask()
    except Unanswered as error:
        return Unknown(str(error))
    except Exception as error:
        log.exception("fact_unknown")
        return Unknown(type(error).__name__)
