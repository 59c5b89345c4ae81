"""The services of a deployment, each made when it is first asked for."""

import time
from typing import TYPE_CHECKING

from chalicelib.services.acknowledging import Acknowledging
from chalicelib.services.answerable import WaysToAnswer
from chalicelib.services.answering import Answering
from chalicelib.services.ingest import Ingest
from chalicelib.services.opening import Opening
from chalicelib.services.paging import Paging, Sending, Updates
from chalicelib.services.receiving import Receiving
from chalicelib.services.telling import Telling
from chalicelib.services.triage import Triage
from chalicelib.settings import settings
from chalicelib.wiring import parts
from chalicelib.wiring.warm import once

if TYPE_CHECKING:
    from chalicelib.domain.readiness import Report
    from chalicelib.ports import Scorer
    from chalicelib.services.background import Gathering
    from chalicelib.services.calendars import Calendars
    from chalicelib.services.contacting import Contacting, KnownContacts, OptOuts
    from chalicelib.services.crowd_watch import CrowdWatch
    from chalicelib.services.judging import Judging
    from chalicelib.services.readiness import Readiness
    from chalicelib.services.rereading import Rereading
    from chalicelib.services.shifts import ShiftNotices
    from chalicelib.services.upcoming import Upcoming


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
def scorer() -> "Scorer":
    from chalicelib.scoring import ShippedScorer

    return ShippedScorer(deep=settings().deep_model)


@once
def judging() -> "Judging":
    from chalicelib.services.judging import Judging

    return Judging(
        scorer=scorer(),
        gathering=gathering(),
        rereading=rereading(),
        notices=parts.notices(),
        meter=parts.meter(),
    )


@once
def rereading() -> "Rereading":
    from chalicelib.services.rereading import Rereading

    return Rereading(
        reader=parts.second_reader,  # made when it is first asked: most desks have none
        readings=parts.readings(),
        once=parts.once_told(),
        notices=parts.notices(),
        meter=parts.meter(),
        seconds=time.monotonic,
    )


@once
def gathering() -> "Gathering":
    from chalicelib.services.background import Gathering

    return Gathering(backgrounds=parts.backgrounds(), tickets=parts.tickets(), meter=parts.meter())


@once
def opening() -> Opening:
    return Opening(incidents=parts.incidents(), meter=parts.meter())


@once
def triage() -> Triage:
    return Triage(
        desks=parts.desks(),
        judging=judging(),
        mentions=parts.mentions(),
        opening=opening(),
        tickets=parts.tickets(),
        paging=paging(),
        crowd_watch=crowd_watch(),
        meter=parts.meter(),
        notices=parts.notices(),
    )


@once
def crowd_watch() -> "CrowdWatch":
    from chalicelib.services.crowd_watch import CrowdWatch

    return CrowdWatch(
        desks=parts.desks(),
        crowds=parts.crowds(),
        mentions=parts.mentions(),
        states=parts.source_states(),
        incidents=parts.incidents(),
        opening=opening(),
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
            ways=ways_to_answer(),
            meter=parts.meter(),
            notices=parts.notices(),
        ),
        updates=Updates(desks=parts.desks(), incidents=parts.incidents(), telling=telling()),
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


def latest_report() -> "Report | None":
    """The newest readiness report; None before the first check."""
    return parts.reports().latest()


def public_url() -> str:
    """Where the page is, without a slash at its end; a new value is heeded within minutes."""
    return parts.parameters().public_url()


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
