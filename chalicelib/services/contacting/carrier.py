"""The carrier's word: whose number it serves no more."""

import logging
from datetime import datetime

from chalicelib.domain.desk import Responder
from chalicelib.domain.errors import Unanswered
from chalicelib.domain.wording import opted_out_text
from chalicelib.ports import Desks, Notices, Once, SmsAccount
from chalicelib.services.contacting.known import KnownContacts
from chalicelib.services.telling import Telling

log = logging.getLogger("nightdesk.contacting")


class OptOuts:
    """Heeds what carriers say of phones that have opted out."""

    def __init__(
        self,
        *,
        desks: Desks,
        known: KnownContacts,
        once: Once,
        telling: Telling,
        sms_account: SmsAccount,
        notices: Notices,
    ) -> None:
        self._desks = desks
        self._known = known
        self._once = once
        self._telling = telling
        self._sms_account = sms_account
        self._notices = notices

    def opted_out(self, responder: Responder, *, now: datetime) -> None:
        """A phone has texted STOP, or so it seems: sender numbers can be forged.

        Only the carrier knows. When it says so too, the contact is marked, and the person (by
        another channel) and the lead are told, once.
        """
        extra = {"responder": responder.id}
        try:
            is_out = self._has_opted_out(responder)
        except Unanswered as error:
            log.error("opt_out_unknown", extra={**extra, "trouble": str(error)})
            self._tell_lead(responder, "has texted STOP, and the carrier could not be asked", now)
            return
        if not is_out:
            log.warning("opt_out_not_confirmed", extra=extra)
            return
        self.mark_opted_out(responder, found="has texted STOP", now=now)

    def mark_opted_out(self, responder: Responder, *, found: str, now: datetime) -> None:
        """The carrier says that this phone has opted out; `found` tells the lead how we know."""
        contact = self._known.change(responder, "sms", lambda one: one.opted_out(now=now))
        log.warning("responder_opted_out", extra={"responder": responder.id})
        self._tell_lead(responder, found, now)
        key = f"opted-out#{responder.id}#{contact.opted_out_at:%Y-%m-%dT%H:%M:%S.%f}"
        if self._once.begin(key, now=now):
            desk = self._desks.current()
            lead = desk.responder(desk.lead)
            text = opted_out_text(responder.name, lead=lead.name if lead else "")
            self._telling.tell(responder, text, id=key, but="sms")
            self._once.done(key, now=now)

    def opted_in(self, responder: Responder, *, now: datetime) -> None:
        """A phone has texted START, or so it seems; likewise only the carrier knows."""
        try:
            is_out = self._has_opted_out(responder)
        except Unanswered as error:
            trouble = {"responder": responder.id, "trouble": str(error)}
            log.error("opt_out_unknown", extra=trouble)
            return
        contact = self._known.get(responder, "sms")
        if not is_out and contact.opted_out_at is not None:
            self._known.change(responder, "sms", lambda one: one.opted_in())
            log.info("responder_opted_in", extra={"responder": responder.id})

    def _has_opted_out(self, responder: Responder) -> bool:
        return bool(responder.phone) and self._sms_account.has_opted_out(responder.phone or "")

    def _tell_lead(self, responder: Responder, found: str, now: datetime) -> None:
        self._notices.tell(
            f"opted-out:{responder.id}",
            f"{responder.name} {found}: no page reaches this phone until START.",
            now=now,
        )
