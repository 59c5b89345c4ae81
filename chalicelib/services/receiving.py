"""Reading delivery receipts: what became of an SMS after its provider had taken it.

A receipt never stops the clock: only an acknowledgement does. That an SMS has failed makes the
next rule or step due at once. Every receipt may come again, late, or in any order, and may be
about a message that is not ours; each step below does nothing the second time.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.calling import Call
from chalicelib.domain.contact import Contact, address_digest
from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.incident import Incident, IncidentId, IncidentState
from chalicelib.domain.page import KeyKind, Page, PageKey, PageState, message_digest, page_for
from chalicelib.domain.receipt import Receipt
from chalicelib.ports import Contacts, Desks, Incidents, Pages, SmsLedger
from chalicelib.services.paging import Paging

log = logging.getLogger("nightdesk.receiving")

TRIES = 5
"""How often a change is tried against others who change the same incident at once."""


class Receiving:
    """Reads what carriers say."""

    def __init__(
        self,
        *,
        desks: Desks,
        incidents: Incidents,
        pages: Pages,
        contacts: Contacts,
        paging: Paging,
        ledger: SmsLedger,
        pepper: Callable[[], bytes],
    ) -> None:
        """`ledger` is told what each SMS cost; `pepper` keys the digests of addresses."""
        self._desks = desks
        self._incidents = incidents
        self._pages = pages
        self._contacts = contacts
        self._paging = paging
        self._ledger = ledger
        self._pepper = pepper

    def read(self, receipts: Sequence[Receipt], *, now: datetime) -> int:
        """Record each fate and go on where an SMS has failed; how many were about our pages.

        One that stumbles does not keep the others back: ExceptionGroup at the end, and all may
        be read again. A crash at any place leaves calls that the next tick carries on.
        """
        desk: Desk | None = None
        known = 0
        gone_on: dict[IncidentId, Incident] = {}
        failures: list[Exception] = []
        for receipt in receipts:
            try:
                key = self._pages.key(message_digest(receipt.provider_id))
                if key is None or key.kind is not KeyKind.MESSAGE:
                    continue  # a note, a notice, or another application's
                known += 1
                desk = desk or self._desks.current()
                for incident in self._settled(receipt, key, desk, now=now):
                    gone_on[incident.id] = incident
                self._mark(receipt, key, desk, now=now)
            except Exception as error:
                log.exception("receipt_not_read")
                failures.append(error)
        if gone_on:
            self._paging.escalate_all(tuple(gone_on.values()), now=now)
        for receipt in receipts:
            self._tell_price(receipt)
        if failures:
            raise ExceptionGroup("receipts were not read", failures)
        return known

    def _tell_price(self, receipt: Receipt) -> None:
        """What the SMS cost, a page or not; never in the way of what wakes somebody.

        What is lost here comes with the usage report of the day.
        """
        if receipt.price_usd is None:
            return
        try:
            sms = self._ledger.get(receipt.provider_id)
            if sms is None:
                return  # another application's
            told = sms.told(receipt.price_usd, by="receipt")
            if told != sms:
                self._ledger.told(told)
        except Exception:
            log.exception("sms_price_not_kept")

    def _settled(
        self, receipt: Receipt, key: PageKey, desk: Desk, *, now: datetime
    ) -> list[Incident]:
        """Record the fate of each page of the message; incidents in which a call goes on."""
        log.info(
            "receipt_read",
            extra={
                "responder": key.responder,
                "channel": key.channel,
                "pages": list(key.page_ids),
                "is_delivered": receipt.is_delivered,
                "words": receipt.words,
                "seconds": receipt.dwell.total_seconds() if receipt.dwell else None,
                "price_usd": str(receipt.price_usd) if receipt.price_usd is not None else None,
            },
        )
        found: list[Incident] = []
        for page_id in key.page_ids:
            page = self._pages.get(page_id)
            # Of a page that was sent again after a crash the last sending counts.
            if page is None or page.provider_id != receipt.provider_id:
                continue
            at = min(receipt.at, now)
            fate = (
                page.delivered(now=at)
                if receipt.is_delivered
                else page.failed(receipt.words, now=at)
            )
            is_first = page.state is PageState.SENT and self._pages.settle(fate)
            # Also for one that had failed before: what follows may have been interrupted.
            if not receipt.is_delivered and (is_first or page.state is PageState.FAILED):
                incident = self._gone_on(page, desk, now=now)
                if incident is not None:
                    found.append(incident)
        return found

    def _gone_on(self, page: Page, desk: Desk, *, now: datetime) -> Incident | None:
        """The incident, its call gone on to the next rule; None where the page calls nobody now.

        Raises StaleWrite when others were faster every time.
        """
        responder = desk.responder(page.responder)
        rules = responder.rules if responder is not None else ()
        for _ in range(TRIES):
            incident = self._incidents.get(page.incident_id)
            if incident is None or incident.state is not IncidentState.TRIGGERED:
                return None
            call = _call_of(page, incident, now=now)
            if call is None:
                return None
            failed = call.failed(page.channel, rules, now=now)
            if failed is call:
                return incident
            moved = incident.page_failed(failed, now=now)
            try:
                self._incidents.save(moved)
            except StaleWrite:
                continue
            log.warning(
                "page_not_delivered",
                extra={"incident": incident.id, "page": page.id, "responder": page.responder},
            )
            return moved
        raise StaleWrite(f"incident {page.incident_id} was changed by others {TRIES} times")

    def _mark(self, receipt: Receipt, key: PageKey, desk: Desk, *, now: datetime) -> None:
        """Keep on the contact whether it works, unless something newer is known of it."""
        responder = desk.responder(key.responder)
        if responder is None or responder.phone is None or key.channel != "sms":
            return
        digest = address_digest(responder.phone, self._pepper())
        at = min(receipt.at, now)

        def heard(contact: Contact) -> Contact | None:
            newest = (contact.failed_at, contact.verified_at)
            if any(one is not None and one > at for one in newest):
                return None
            if not receipt.is_delivered:
                return contact.failing(receipt.words, now=at)
            return contact.working() if contact.failed_at is not None else None

        self._contacts.change(responder.id, key.channel, digest, heard)


def _call_of(page: Page, incident: Incident, *, now: datetime) -> Call | None:
    """The call whose newest page this is; None when its person is called by another one now."""
    for call in incident.calls:
        last_rule = replace(call, rule=call.rule - 1)
        if page_for(incident, last_rule, page.channel, now=now).id == page.id:
            return call
    return None
