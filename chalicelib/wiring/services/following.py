"""What follows a change: the index of search, and other desks that are told."""

from datetime import timedelta

from chalicelib.services.indexing import Indexing
from chalicelib.services.searching import Searching
from chalicelib.services.telling_hooks import DeliveringHooks, TellingHooks
from chalicelib.settings import settings
from chalicelib.wiring import parts
from chalicelib.wiring.warm import once


@once
def indexing() -> Indexing:
    return Indexing(
        postings=parts.postings(),
        tickets=parts.tickets(),
        kept_for=timedelta(days=settings().retention_days),
    )


@once
def searching() -> Searching:
    return Searching(
        postings=parts.postings(),
        tickets=parts.tickets(),
        kept_for=timedelta(days=settings().retention_days),
    )


@once
def telling_hooks() -> TellingHooks:
    return TellingHooks(desks=parts.desks(), deliveries=parts.deliveries())


@once
def delivering_hooks() -> DeliveringHooks:
    return DeliveringHooks(
        desks=parts.desks(),
        deliveries=parts.deliveries(),
        posts=parts.hook_posts(),
        meter=parts.meter(),
    )
