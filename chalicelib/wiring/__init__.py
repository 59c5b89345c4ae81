"""Where ports meet adapters. The only room that owns a clock.

Each part is made when it is first asked for and kept while the Lambda stays warm, so that a
function pays only for what it uses.
"""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import BadInput
from chalicelib.services.acknowledging import Acknowledging
from chalicelib.services.answering import Answering
from chalicelib.services.ingest import Ingest
from chalicelib.services.paging import Paging, Sending, Updates
from chalicelib.services.receiving import Receiving
from chalicelib.services.telling import Telling
from chalicelib.services.triage import Triage
from chalicelib.settings import settings
from chalicelib.wiring import parts
from chalicelib.wiring.clock import now, set_clock
from chalicelib.wiring.warm import made, once

if TYPE_CHECKING:
    from chalicelib.domain.readiness import Report
    from chalicelib.services.calendars import Calendars
    from chalicelib.services.contacting import Contacting, KnownContacts, OptOuts
    from chalicelib.services.readiness import Readiness
    from chalicelib.services.shifts import ShiftNotices
    from chalicelib.services.upcoming import Upcoming

__all__ = [
    "acknowledging",
    "answering",
    "calendars",
    "code_key",
    "contacting",
    "deadline",
    "ingest",
    "judge_record",
    "known_contacts",
    "latest_report",
    "metered",
    "now",
    "opt_outs",
    "override",
    "paging",
    "public_url",
    "read_receipts",
    "readiness",
    "receive_reply",
    "receiving",
    "reset",
    "set_clock",
    "shift_notices",
    "stage",
    "telling",
    "tick",
    "token_key",
    "triage",
    "upcoming",
    "watch",
]

log = logging.getLogger("nightdesk.wiring")

SPARE = timedelta(seconds=5)
"""Kept of a Lambda's time for storing what was read and moving the cursor."""


SETTLING = timedelta(seconds=40)
"""A look-up at a platform that hangs, and the reply after it, take at most so long."""


def reset() -> None:
    """Forget every part and connection, as a cold start does; another region may be meant then."""
    from chalicelib.adapters import clients, tables

    made.clear()
    settings.cache_clear()
    clients.forget()
    tables.forget()


@contextmanager
def override(**given: Any) -> Iterator[None]:
    """Put `given` in the place of those of the same name, for a test.

    `now` is the clock itself (a function); every other is what its function here gives.
    """
    before = dict(made)
    clock_before = set_clock(given.pop("now", None))
    made.update(given)
    try:
        yield
    finally:
        set_clock(clock_before)
        made.clear()
        made.update(before)


def deadline(context: Any) -> datetime:
    """Until when this invocation may read on, by Lambda's context object."""
    return now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - SPARE


# --- services ----------------------------------------------------------------------------


@once
def ingest() -> Ingest:
    return Ingest(
        desks=parts.desks(),
        sources=parts.sources(),
        states=parts.source_states(),
        queue=parts.pull_queue(),
        mentions=parts.mentions(),
        meter=parts.meter(),
        notices=parts.notices(),
    )


@once
def triage() -> Triage:
    from chalicelib.scoring import LexiconScorer

    return Triage(
        desks=parts.desks(),
        scorer=LexiconScorer(),
        mentions=parts.mentions(),
        incidents=parts.incidents(),
        tickets=parts.tickets(),
        paging=paging(),
        meter=parts.meter(),
        notices=parts.notices(),
    )


@once
def paging() -> Paging:
    return Paging(
        desks=parts.desks(),
        incidents=parts.incidents(),
        sending=Sending(
            incidents=parts.incidents(),
            pages=parts.pages(),
            rates=parts.rates(),
            channels=parts.channels(),
            randomness=parts.randomness(),
            meter=parts.meter(),
            notices=parts.notices(),
            public_url=parts.parameters().public_url,
            pepper=code_key,
        ),
        updates=Updates(desks=parts.desks(), incidents=parts.incidents(), telling=telling()),
        meter=parts.meter(),
        notices=parts.notices(),
    )


@once
def receiving() -> Receiving:
    return Receiving(
        desks=parts.desks(),
        incidents=parts.incidents(),
        pages=parts.pages(),
        contacts=parts.contacts(),
        paging=paging(),
        pepper=code_key,
    )


@once
def telling() -> Telling:
    return Telling(parts.channels())


@once
def known_contacts() -> "KnownContacts":
    from chalicelib.services.contacting import KnownContacts

    return KnownContacts(contacts=parts.contacts(), pepper=code_key)


@once
def opt_outs() -> "OptOuts":
    from chalicelib.services.contacting import OptOuts

    return OptOuts(
        desks=parts.desks(),
        known=known_contacts(),
        once=parts.once_told(),
        telling=telling(),
        sms_account=parts.sms_account(),
        notices=parts.notices(),
    )


@once
def contacting() -> "Contacting":
    from chalicelib.services.contacting import Contacting

    return Contacting(
        desks=parts.desks(),
        known=known_contacts(),
        opt_outs=opt_outs(),
        pages=parts.pages(),
        once=parts.once_told(),
        channels=parts.channels(),
        randomness=parts.randomness(),
        meter=parts.meter(),
        public_url=parts.parameters().public_url,
        pepper=code_key,
    )


@once
def readiness() -> "Readiness":
    from chalicelib.services.readiness import Asking, Readiness

    return Readiness(
        desks=parts.desks(),
        asking=Asking(
            known=known_contacts(),
            sms_account=parts.sms_account(),
            email_account=parts.email_account(),
            page_tally=parts.page_tally(),
            public_url=parts.parameters().public_url,
            secret=parts.parameters().secret,
        ),
        opt_outs=opt_outs(),
        reports=parts.reports(),
        once=parts.once_told(),
        telling=telling(),
        notices=parts.notices(),
        meter=parts.meter(),
        public_url=parts.parameters().public_url,
    )


@once
def shift_notices() -> "ShiftNotices":
    from chalicelib.services.shifts import ShiftNotices

    return ShiftNotices(
        desks=parts.desks(),
        incidents=parts.incidents(),
        once=parts.once_told(),
        telling=telling(),
        meter=parts.meter(),
    )


@once
def calendars() -> "Calendars":
    from chalicelib.services.calendars import Calendars

    return Calendars(desks=parts.desks(), generations=parts.generations(), secret=token_key)


@once
def upcoming() -> "Upcoming":
    from chalicelib.services.upcoming import Upcoming

    return Upcoming(desks=parts.desks())


@once
def acknowledging() -> Acknowledging:
    return Acknowledging(
        desks=parts.desks(),
        incidents=parts.incidents(),
        pages=parts.pages(),
        paging=paging(),
        contacting=contacting(),
        sms=parts.sms(),
        replies=parts.replies(),
        meter=parts.meter(),
        notices=parts.notices(),
        pepper=code_key,
    )


@once
def answering() -> Answering:
    return Answering(
        desks=parts.desks(), tickets=parts.tickets(), sources=parts.sources(), meter=parts.meter()
    )


# --- what triggers need ------------------------------------------------------------------


def judge_record(image: dict[str, Any]) -> None:
    """Judge the mention in a stream record's new image (DynamoDB JSON)."""
    from chalicelib.adapters.stream import mention_from_image

    triage().judge(mention_from_image(image), now=now())


def tick(context: Any) -> None:
    """Escalate first; then find what was left lying. One part's failure stops no other's.

    `TicksCompleted` says that the escalation clock runs, whatever becomes of the rest. Raises
    ExceptionGroup when a part failed, which Lambda counts as an error of the function.
    """
    at, until = now(), deadline(context)
    failures: list[Exception] = []

    def carried_out(part: Callable[[], int]) -> bool:
        try:
            part()
        except Exception as error:
            log.exception("tick_part_failed")
            failures.append(error)
            return False
        return True

    if carried_out(lambda: paging().tick(now=at, has_time=lambda: now() < until)):
        parts.meter().count("TicksCompleted")
    carried_out(lambda: shift_notices().tell(now=at, has_time=lambda: now() < until))
    carried_out(lambda: triage().sweep(now=at, has_time=lambda: now() < until - SETTLING))
    carried_out(lambda: answering().settle(now=at, has_time=lambda: now() < until - SETTLING))
    if failures:
        raise ExceptionGroup("parts of the tick failed", failures)


def watch() -> None:
    """The readiness check of each hour, and what follows from it."""
    readiness().watch(now=now())


def latest_report() -> "Report | None":
    """The newest readiness report; None before the first check."""
    return parts.reports().latest()


def public_url() -> str:
    """Where the page is, without a slash at its end; a new value is heeded within minutes."""
    return parts.parameters().public_url()


def read_receipts(event: Any) -> None:
    """Delivery receipts of SMS, as CloudWatch Logs hands over what SNS has written.

    Raises BadInput, once the others are read, for what was no receipt: the event then comes
    again, and in the end lies with the dead letters, whose alarm tells of it.
    """
    from chalicelib.adapters.receipts import receipts_in

    batch = receipts_in(event)
    receiving().read(batch.receipts, now=now())
    if batch.unreadable:
        raise BadInput(f"delivery receipts: {'; '.join(batch.unreadable)}")


def receive_reply(message: str) -> None:
    """An inbound SMS, as the two-way number's topic delivers it (JSON).

    Its form: AWS End User Messaging SMS, "Two-way SMS messaging", example payload.
    """
    reply = json.loads(message)
    acknowledging().receive(
        reply["originationNumber"],
        reply["messageBody"],
        inbound_id=reply["inboundMessageId"],
        now=now(),
    )


def metered(
    handler: Callable[[Any, Any], Any],
) -> Callable[[Any, Any], Any]:
    """The Lambda handler, followed by writing out what it has counted, however it ends."""

    @wraps(handler)
    def run(event: Any, context: Any) -> Any:
        try:
            return handler(event, context)
        finally:
            if "meter" in made:
                parts.meter().flush()

    return run


@once
def stage() -> str:
    """Name of this deployment."""
    return settings().stage


@once
def token_key() -> bytes:
    """What signs agents' tokens; only the API may read it."""
    return parts.parameters().token_key().encode()


@once
def code_key() -> bytes:
    """What keys the digests of reply codes; who knows it still cannot sign in as an agent."""
    return parts.parameters().code_key().encode()
