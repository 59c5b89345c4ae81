"""Test pages, and the answers that prove that they came."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.contact import Contact
from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.errors import BadInput, ChannelError, NotAllowed, NotFound
from chalicelib.domain.page import (
    CODE_ALPHABET,
    CODE_LENGTH,
    KeyKind,
    PageKey,
    code_digest,
    key_to,
    message_digest,
)
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.wording import test_page_text
from chalicelib.ports import Channel, Desks, Meter, Once, Pages
from chalicelib.services.answerable import WaysToAnswer
from chalicelib.services.contacting.carrier import OptOuts
from chalicelib.services.contacting.known import KnownContacts
from chalicelib.services.paging.limits import PHONE
from chalicelib.services.paging.sending import RECEIPTS_WITHIN

log = logging.getLogger("nightdesk.contacting")

BETWEEN_TESTS = timedelta(minutes=1)
"""At most one test page in so long goes to a contact: the button must not become a nuisance."""

TOO_SOON = "one was sent less than a minute ago: look for that one, or wait"

TRIES_A_DAY = 10
"""Codes that may be typed for a contact in a day: 10 guesses at 3.2 million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A test page by one channel, and whether it went out."""

    channel: str
    is_sent: bool
    refusal: str = ""
    """Why it was not sent; holds no address."""


class Contacting:
    """Knows which ways to a person work."""

    def __init__(
        self,
        *,
        desks: Desks,
        known: KnownContacts,
        opt_outs: OptOuts,
        pages: Pages,
        once: Once,
        channels: Mapping[str, Channel],
        ways: WaysToAnswer,
        meter: Meter,
        pepper: Callable[[], bytes],
    ) -> None:
        """`pepper` keys the digests of codes."""
        self._known = known
        self._opt_outs = opt_outs
        self._desks = desks
        self._pages = pages
        self._once = once
        self._channels = channels
        self._ways = ways
        self._meter = meter
        self._pepper = pepper

    def everybody(self) -> tuple[tuple[Responder, tuple[Contact, ...]], ...]:
        """What is known of the ways to everybody on the desk, in its order."""
        return tuple((one, self._known.of(one)) for one in self._desks.current().responders)

    # --- trying one out ------------------------------------------------------------------

    def test(
        self, responder_id: ResponderId, channel: str | None = None, *, now: datetime
    ) -> tuple[Tried, ...]:
        """Send a test page by one channel, or by all that the person has an address for.

        Answering it, by its code or link, verifies the contact. Raises NotFound for somebody who
        is not on the desk, BadInput for a channel without an address.
        """
        desk = self._desks.current()
        responder = _on_desk(desk, responder_id)
        _check_channel(responder, channel)
        return tuple(
            self._test(responder, one, desk, now=now)
            for one in ([channel] if channel else responder.channels)
        )

    def _test(self, responder: Responder, channel: str, desk: Desk, *, now: datetime) -> Tried:
        contact = self._known.get(responder, channel)
        minute = int(now.timestamp() // BETWEEN_TESTS.total_seconds())
        key = f"test#{responder.id}#{channel}#{minute}"
        is_recent = contact.tested_at is not None and now - contact.tested_at < BETWEEN_TESTS
        if is_recent or not self._once.begin(key, now=now):
            return Tried(channel=channel, is_sent=False, refusal=TOO_SOON)
        self._once.done(key, now=now)
        self._known.change(
            responder, channel, lambda one: one
        )  # so that the answer finds which address it was sent to
        text = self._text(responder, contact, desk, now=now)
        extra = {"responder": responder.id, "channel": channel}
        try:
            id = f"test.{responder.id}.{channel}.{minute}"
            provider_id = self._channels[channel].send_note(responder, text, id=id)
        except ChannelError as error:
            log.warning("test_page_refused", extra={**extra, "refusal": str(error)})
            return self._refused(responder, channel, str(error), now=now)
        except Exception as error:
            # Its words stay out of the log and of the answer: they may hold an address.
            log.error("test_page_failed", extra={**extra, "trouble": type(error).__name__})
            why = f"the channel failed: {type(error).__name__}"
            return self._refused(responder, channel, why, now=now)
        log.info("test_page_sent", extra=extra)
        self._meter.count("TestPagesSent")
        self._known.change(responder, channel, lambda one: one.tested(now=now))
        if channel == PHONE:  # the only one that brings receipts
            receipts = key_to(
                (),
                KeyKind.MESSAGE,
                message_digest(provider_id),
                responder=responder.id,
                channel=channel,
                expires_at=now + RECEIPTS_WITHIN,
            )
            self._pages.add_keys([receipts])
        return Tried(channel=channel, is_sent=True)

    def _refused(self, responder: Responder, channel: str, why: str, *, now: datetime) -> Tried:
        self._known.change(responder, channel, lambda one: one.failing(why, now=now))
        return Tried(channel=channel, is_sent=False, refusal=why)

    def _text(self, responder: Responder, contact: Contact, desk: Desk, *, now: datetime) -> str:
        """The words of a test page, with a fresh code and link that are kept as digests."""
        ways = self._ways.to((), responder.id, contact.channel, has_code=True, now=now)
        can_reply = contact.channel == PHONE and desk.sms.is_two_way
        return test_page_text(ways.code, ways.link, responder.name, can_reply=can_reply)

    # --- it was answered -----------------------------------------------------------------

    def verify(self, key: PageKey, *, now: datetime) -> bool:
        """Somebody has answered with what only one contact was sent; whether that is the case.

        Not so when the address has changed since: the key was sent to the one before. The code of
        a page about incidents is taken only from the phone that is configured, so that it tells
        of this one in any case; when that is nothing new, nothing is written.
        """
        responder = self._desks.current().responder(key.responder)
        if responder is None or not responder.has(key.channel):
            return False
        contact = self._known.get(responder, key.channel)
        is_by_phone = key.kind is KeyKind.CODE and bool(key.incident_ids)
        if not is_by_phone and not self._known.is_recorded(contact):
            log.warning("contact_changed", extra={"responder": key.responder})
            return False
        if is_by_phone and contact.is_verified and not contact.failure:
            return True
        self._known.change(responder, key.channel, lambda one: one.verified(now=now))
        log.info("contact_verified", extra={"responder": responder.id, "channel": contact.channel})
        return True

    def verify_code(
        self, responder_id: ResponderId, channel: str, code: str, *, now: datetime
    ) -> Contact:
        """Somebody types the code that a contact was sent; the contact, verified.

        Raises NotFound, BadInput when the code is not the one (or too old), NotAllowed after
        `TRIES_A_DAY` tries.
        """
        responder = _on_desk(self._desks.current(), responder_id)
        _check_channel(responder, channel)
        typed = "".join(code.split()).upper()
        if len(typed) != CODE_LENGTH or not set(typed) <= set(CODE_ALPHABET):
            raise BadInput(f"code: type the {CODE_LENGTH} letters of the newest test page")
        if not self._may_try(responder, channel, now=now):
            raise NotAllowed(f"{TRIES_A_DAY} codes were tried today; try again tomorrow")
        key = self._pages.key(code_digest(typed, responder.id, self._pepper()))
        is_good = (
            key is not None
            and key.kind is KeyKind.CODE
            and key.channel == channel
            and key.is_valid(now)
        )
        if key is None or not is_good or not self.verify(key, now=now):
            raise BadInput("code: this is not the code of a test page of the last 24 hours")
        return self._known.get(responder, channel)

    def _may_try(self, responder: Responder, channel: str, *, now: datetime) -> bool:
        """Take one of the day's tries; each can be taken once, whoever races for it."""
        for number in range(TRIES_A_DAY):
            key = f"code#{responder.id}#{channel}#{now:%Y-%m-%d}#{number}"
            if self._once.begin(key, now=now):
                self._once.done(key, now=now)
                return True
        log.warning("codes_not_tried_any_more", extra={"responder": responder.id})
        return False

    # --- the carrier's word --------------------------------------------------------------

    def opted_out(self, responder: Responder, *, now: datetime) -> None:
        """A phone has texted STOP, or so it seems: see `OptOuts`."""
        self._opt_outs.opted_out(responder, now=now)

    def opted_in(self, responder: Responder, *, now: datetime) -> None:
        """A phone has texted START, or so it seems."""
        self._opt_outs.opted_in(responder, now=now)


def _check_channel(responder: Responder, channel: str | None) -> None:
    """Raises BadInput for one that the person has no address for."""
    if not responder.channels:
        raise BadInput(f"channel: {responder.id} has no phone, e-mail or webhook; add one")
    if channel is not None and channel not in responder.channels:
        raise BadInput(
            f"channel: {responder.id} has no {channel[:20]!r}; use one of "
            f"{', '.join(responder.channels)}"
        )


def _on_desk(desk: Desk, id: ResponderId) -> Responder:
    responder = desk.responder(id)
    if responder is None:
        raise NotFound("there is no such responder")
    return responder
