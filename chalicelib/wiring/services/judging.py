"""From a platform to a verdict: what listens and judges."""

import time
from typing import TYPE_CHECKING

from chalicelib.services.conversing import Conversing
from chalicelib.services.ingest import Ingest, Keeping, Pacing, Pushes
from chalicelib.services.opening import Opening
from chalicelib.services.triage import Triage
from chalicelib.settings import settings
from chalicelib.wiring import parts
from chalicelib.wiring.services.keys import code_key
from chalicelib.wiring.services.listening import spending
from chalicelib.wiring.services.waking import paging
from chalicelib.wiring.warm import once

if TYPE_CHECKING:
    from chalicelib.ports import Scorer
    from chalicelib.services.background import Gathering
    from chalicelib.services.crowd_watch import CrowdWatch
    from chalicelib.services.judging import Judging
    from chalicelib.services.rechecking import Rechecking
    from chalicelib.services.rereading import Rereading
    from chalicelib.services.withdrawing import Withdrawing


@once
def ingest() -> Ingest:
    return Ingest(
        desks=parts.desks(),
        sources=parts.sources(),
        states=parts.source_states(),
        queue=parts.pull_queue(),
        pacing=Pacing(parts.incidents()),
        spending=spending(),
        keeping=keeping(),
        meter=parts.meter(),
    )


@once
def pushes() -> Pushes:
    return Pushes(
        desks=parts.desks(),
        sources=parts.sources(),
        keeping=keeping(),
        unread=parts.unread_pushes(),
        meter=parts.meter(),
        notices=parts.notices(),
    )


@once
def keeping() -> Keeping:
    return Keeping(
        desks=parts.desks(),
        sources=parts.sources(),
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

    return Gathering(backgrounds=parts.backgrounds(), conversing=conversing(), meter=parts.meter())


@once
def conversing() -> Conversing:
    return Conversing(tickets=parts.tickets(), customers=parts.customers())


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
        conversing=conversing(),
        paging=paging(),
        crowd_watch=crowd_watch(),
        withdrawing=withdrawing(),
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
def withdrawing() -> "Withdrawing":
    from chalicelib.services.withdrawing import Withdrawing

    return Withdrawing(
        mentions=parts.mentions(),
        tickets=parts.tickets(),
        customers=parts.customers(),
        conversing=conversing(),
        incidents=parts.incidents(),
        gathering=gathering(),
        erasures=parts.erasures(),
        meter=parts.meter(),
        pepper=code_key,
    )


@once
def rechecking() -> "Rechecking":
    from chalicelib.services.rechecking import Rechecking

    return Rechecking(
        desks=parts.desks(),
        sources=parts.sources(),
        states=parts.source_states(),
        mentions=parts.mentions(),
        tickets=parts.tickets(),
        incidents=parts.incidents(),
        spending=spending(),
        meter=parts.meter(),
        notices=parts.notices(),
    )
