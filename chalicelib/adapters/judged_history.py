"""What was judged, read from DynamoDB by scans: people ask too seldom for an index of its own.

A scan reads every item of its table, payloads included, and gives back what fits the filter. By
on-demand prices 100,000 mentions of usual length cost about one US cent (docs/judging.md).
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from pynamodb.expressions.condition import Condition

from chalicelib.adapters.items import readable
from chalicelib.adapters.tables import IncidentsTable, MentionsTable, Table, TicketsTable, bound
from chalicelib.adapters.values import from_text
from chalicelib.domain.incident import Incident, IncidentId
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Score
from chalicelib.domain.ticket import Ticket
from chalicelib.ports import PastVerdict
from chalicelib.ports.hindsight import Watch

T = TypeVar("T", bound=Table)
V = TypeVar("V")


class DynamoJudgedHistory:
    """What was judged in one deployment. Needs `dynamodb:Scan` and `dynamodb:DescribeTable`."""

    def __init__(
        self, *, mentions: str, incidents: str, tickets: str, region: str | None = None
    ) -> None:
        """The three names of its tables."""
        self._mentions = bound(MentionsTable, mentions, region)
        self._incidents = bound(IncidentsTable, incidents, region)
        self._tickets = bound(TicketsTable, tickets, region)

    def verdicts(self, since: datetime, *, watch: Watch) -> tuple[PastVerdict, ...]:
        items = self._mentions
        wanted = ["pk", "sk", "mention", "score", "judged_at", "incident_id"]
        found = _scanned(items, items.judged_at >= since, wanted, _verdict, watch=watch)
        return tuple(sorted(found, key=lambda one: (one.judged_at, one.mention.id)))

    def incidents(self, since: datetime) -> tuple[Incident, ...]:
        """A crash may have left a copy of what is current: the newer of two states counts."""
        items = self._incidents
        wanted = ["pk", "sk", "incident", "incident_id"]
        found = _scanned(items, items.incident.exists(), wanted, _incident)
        newest: dict[IncidentId, Incident] = {}
        for one in found:
            known = newest.get(one.id)
            if known is None or known.version < one.version:
                newest[one.id] = one
        recent = (one for one in newest.values() if one.opened_at >= since)
        return tuple(sorted(recent, key=lambda one: (one.opened_at, one.id)))

    def tickets(self, since: datetime) -> tuple[Ticket, ...]:
        items = self._tickets
        found = _scanned(items, items.ticket.exists(), ["pk", "sk", "ticket"], _ticket)
        recent = (one for one in found if one.opened_at >= since)
        return tuple(sorted(recent, key=lambda one: (one.opened_at, one.id)))


def _scanned(
    items: type[T],
    condition: Condition,
    wanted: list[str],
    read: Callable[[T], V],
    *,
    watch: Watch = lambda share: None,
) -> tuple[V, ...]:
    # Up to six hours old, which is good enough for a bar.
    expected = int(items.describe_table()["ItemCount"])
    listed = items.scan(condition, attributes_to_get=wanted)

    def watched(item: T) -> V:
        scanned = listed.page_iter.total_scanned_count
        watch(scanned / max(scanned, expected))
        return read(item)

    found = readable(listed, watched)
    watch(1.0)
    return found


def _verdict(item: MentionsTable) -> PastVerdict:
    return PastVerdict(
        mention=from_text(Mention, item.mention, f"mention {item.pk}"),
        score=from_text(Score, item.score, f"score of {item.pk}"),
        judged_at=item.judged_at,
        incident_id=IncidentId(item.incident_id) if item.incident_id else None,
    )


def _incident(item: IncidentsTable) -> Incident:
    return from_text(Incident, item.incident, f"incident {item.incident_id}")


def _ticket(item: TicketsTable) -> Ticket:
    return from_text(Ticket, item.ticket, f"ticket {item.pk}")


if TYPE_CHECKING:
    from chalicelib.ports import JudgedHistory

    _: type[JudgedHistory] = DynamoJudgedHistory
