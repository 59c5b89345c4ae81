"""A whole ticket as the asker sees it, whatever was just done to it."""

from collections.abc import Mapping

from chalicelib import wiring
from chalicelib.domain.ticket import Ticket, TicketId
from chalicelib.web.api.ids import checked
from chalicelib.web.blueprint import current_agent
from chalicelib.web.views.people import Naming
from chalicelib.web.views.ticket import TicketView, ticket_view


def naming() -> Naming:
    """What people and brands are called now."""
    return Naming(wiring.parts.desks().current(), agents)


def agents() -> Mapping[str, str]:
    """What agents call themselves, by id."""
    return wiring.parts.attendances().names()


def whole(ticket: Ticket) -> TicketView:
    """The ticket with all that stands around it: six reads at most, whatever it holds."""
    now, me = wiring.now(), current_agent().id
    presences = wiring.parts.presences().of(ticket.id)
    return ticket_view(
        ticket,
        naming=naming(),
        ways=wiring.talking().ways(ticket),
        looking=[one for one in presences if one.agent != me and one.is_looking(now)],
        draft=next((one.draft for one in presences if one.agent == me), ""),
        now=now,
    )


def ticket_id(text: str) -> TicketId:
    return TicketId(checked(text, "ticket"))
