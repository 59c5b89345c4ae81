"""The queue: its views, page by page, and how much waits in each."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib import wiring
from chalicelib.domain.cost import Done, Use
from chalicelib.domain.queue_view import Filters, QueueView
from chalicelib.web.api.fields import Filter, one_of, told
from chalicelib.web.api.whole import naming
from chalicelib.web.blueprint import current_agent, endpoint
from chalicelib.web.reading import Cursor, Limit, cursor_of, place_of
from chalicelib.web.views.cards import CountsView, QueuePageView, card_views
from chalicelib.web.views.sources import trouble_views


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueQuery:
    """Which view, narrowed down to what, from where on."""

    view: Annotated[str, told(enum=list(QueueView))] = QueueView.UNCLAIMED.value
    brand: Filter = ""
    topic: Filter = ""
    source: Filter = ""
    language: Filter = ""
    after: Cursor = ""
    limit: Limit = 50


@endpoint("/api/v1/queue")
def queue(query: QueueQuery) -> QueuePageView:
    """One view of the queue: gravest first, then longest waiting.

    `breached` is in the order of what was promised. With filters a page may be short, even
    empty, and not the last: only `next` tells.
    """
    wiring.parts.meter().used(Use(sku=Done.POLL))
    listed = wiring.listing().view(
        one_of(QueueView, query.view, "view"),
        me=current_agent().id,
        filters=Filters(
            brand=query.brand, topic=query.topic, source=query.source, language=query.language
        ),
        after=place_of(query.after),
        limit=query.limit,
        now=wiring.now(),
    )
    return QueuePageView(cards=card_views(listed.cards, naming()), next=cursor_of(listed.next))


@endpoint("/api/v1/queue/counts")
def counts() -> CountsView:
    """How much waits in each view, and of which brand, topic, source and language.

    Counted a few seconds ago; the ETag stays the same while the numbers do. With it come the
    sources that are not heard as they should be.
    """
    now = wiring.now()
    found = wiring.listing().counts(me=current_agent().id, now=now)
    troubles = wiring.troubles().now(now=now)
    return CountsView(
        counted_at=found.counted_at,
        views={view.value: count for view, count in found.views.items()},
        brands=found.brands,
        topics=found.topics,
        sources=found.sources,
        languages=found.languages,
        sources_in_trouble=trouble_views(troubles, naming(), wiring.parts.sources())
        if troubles
        else (),
    )
