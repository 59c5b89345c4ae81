"""What an item of the table of mentions says, as values. Raises BadInput for what is no such."""

from dataclasses import replace

from chalicelib.adapters.tables import MentionsTable
from chalicelib.adapters.values import from_text
from chalicelib.domain.incident import IncidentId
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Score
from chalicelib.domain.ticket import TicketId
from chalicelib.ports import Stored, Written


def written(item: MentionsTable) -> Written:
    return Written(mention=mention(item), incident_ids=incident_ids(item))


def stored(item: MentionsTable) -> Stored:
    if item.mention is None:
        return Stored(mention=None)
    score = from_text(Score, item.score, f"score of {item.pk}") if item.score else None
    return Stored(
        mention=mention(item),
        score=score,
        is_judged=score is not None and item.unjudged is None,
        incident_id=IncidentId(item.incident_id) if item.incident_id else None,
        incident_ids=incident_ids(item),
        ticket_id=TicketId(item.ticket_id) if item.ticket_id else None,
        was_missed=bool(item.was_missed),
    )


def incident_ids(item: MentionsTable) -> frozenset[IncidentId]:
    ids = {*(item.incident_ids or ()), *((item.incident_id,) if item.incident_id else ())}
    return frozenset(IncidentId(id) for id in ids)


def mention(item: MentionsTable) -> Mention:
    found = from_text(Mention, item.mention, f"mention {item.pk}")
    return replace(found, withdrawn_at=item.withdrawn_at) if item.withdrawn_at else found
