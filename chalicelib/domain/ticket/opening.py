"""How a ticket begins."""

from datetime import datetime, timedelta

from chalicelib.domain.incident import IncidentId
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Mood, Score, Urgency
from chalicelib.domain.ticket.acts import TicketAct, TicketActKind
from chalicelib.domain.ticket.states import TicketState
from chalicelib.domain.ticket.ticket import CustomerId, Ticket, TicketId

FIRST_ANSWER: dict[Urgency, timedelta] = {
    Urgency.WAKE: timedelta(minutes=15),
    Urgency.SOON: timedelta(minutes=60),
    Urgency.ANSWER: timedelta(hours=24),
    Urgency.IGNORE: timedelta(hours=72),
}
"""Promised time to an answer where a desk promises nothing else."""


def ticket_for(
    mention: Mention,
    score: Score,
    *,
    incident_id: IncidentId | None,
    now: datetime,
    due_at: datetime | None = None,
    customer: CustomerId | None = None,
    is_thanks: bool = False,
) -> Ticket:
    """The ticket of a mention that deserves an answer (any urgency but `ignore`), or of thanks.

    `due_at`: what the desk promises; without it, what `FIRST_ANSWER` says on the wall clock.
    """
    return Ticket(
        id=TicketId(mention.id),
        mention=mention,
        urgency=score.urgency,
        topic=score.topic,
        reasons=score.reasons,
        state=TicketState.OPEN,
        opened_at=now,
        waiting_since=mention.said_at,
        due_at=due_at or mention.said_at + FIRST_ANSWER[score.urgency],
        incident_id=incident_id,
        mood=signed_mood(score),
        language=score.language,
        customer=customer,
        is_thanks=is_thanks,
        is_waiting=not is_thanks,
        acts=(TicketAct(kind=TicketActKind.OPENED, at=now),),
    )


def signed_mood(score: Score) -> float:
    """The mood as one number, -1 (angry) to 1 (delighted)."""
    sign = {Mood.NEGATIVE: -1.0, Mood.NEUTRAL: 0.0, Mood.POSITIVE: 1.0}[score.mood]
    return sign * score.mood_strength
