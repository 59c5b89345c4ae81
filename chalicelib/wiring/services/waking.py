"""What wakes people, hears their answer, and keeps those reachable who are on call."""

from typing import TYPE_CHECKING

from chalicelib.services.acknowledging import Acknowledging
from chalicelib.services.answerable import WaysToAnswer
from chalicelib.services.paging import Paging, Sending, Updates
from chalicelib.services.receiving import Receiving
from chalicelib.services.telling import Telling
from chalicelib.wiring import parts
from chalicelib.wiring.services.keys import code_key, token_key
from chalicelib.wiring.warm import once

if TYPE_CHECKING:
    from chalicelib.domain.readiness import Report
    from chalicelib.services.calendars import Calendars
    from chalicelib.services.contacting import Contacting, KnownContacts, OptOuts
    from chalicelib.services.readiness import Readiness
    from chalicelib.services.shifts import ShiftNotices
    from chalicelib.services.upcoming import Upcoming


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
            ways=ways_to_answer(),
            meter=parts.meter(),
            notices=parts.notices(),
        ),
        updates=Updates(
            desks=parts.desks(),
            incidents=parts.incidents(),
            attendances=parts.attendances(),
            telling=telling(),
        ),
        meter=parts.meter(),
        notices=parts.notices(),
    )


@once
def ways_to_answer() -> WaysToAnswer:
    return WaysToAnswer(
        pages=parts.pages(),
        randomness=parts.randomness(),
        public_url=parts.parameters().public_url,
        pepper=code_key,
    )


@once
def receiving() -> Receiving:
    return Receiving(
        desks=parts.desks(),
        incidents=parts.incidents(),
        pages=parts.pages(),
        contacts=parts.contacts(),
        paging=paging(),
        ledger=parts.sms_ledger(),
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
        ways=ways_to_answer(),
        meter=parts.meter(),
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
            last_hour=lambda now: parts.books().last_hour(before=now),
            is_sms_stopped=lambda: parts.sms_cap().is_in_force(),
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


def latest_report() -> "Report | None":
    """The newest readiness report; None before the first check."""
    return parts.reports().latest()
