"""The person behind a ticket: what they said before, and what agents know of them."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from chalicelib import wiring
from chalicelib.domain.ticket import CustomerId
from chalicelib.web.api.fields import NoteText
from chalicelib.web.api.ids import checked
from chalicelib.web.api.whole import naming, ticket_id, whole
from chalicelib.web.blueprint import current_agent, endpoint
from chalicelib.web.views.customers import (
    CustomerNotesView,
    CustomerView,
    customer_notes_view,
    customer_view,
)
from chalicelib.web.views.ticket import TicketView


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNoteBody:
    """What agents should know of a person."""

    text: NoteText


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkBody:
    """Another profile of the same person."""

    platform: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    handle: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    """A leading `@` is left out."""


@endpoint("/api/v1/tickets/{id}/customer")
def customer(id: str) -> CustomerView:
    """Who wrote it: earlier tickets, mood over time, profiles, notes."""
    ticket = wiring.holding().get(ticket_id(id))
    return customer_view(wiring.knowing().customer(ticket), naming())


@endpoint("/api/v1/tickets/{id}/link", method="POST")
def link(id: str, body: LinkBody, expected: int | None) -> TicketView:
    """The same person has another profile: all that is known of both is one from now on."""
    return whole(
        wiring.knowing().link(
            ticket_id(id),
            body.platform,
            body.handle,
            current_agent().id,
            now=wiring.now(),
            expected=expected,
        )
    )


@endpoint("/api/v1/customers/{id}/note", method="POST")
def note_of_customer(id: str, body: CustomerNoteBody) -> CustomerNotesView:
    """Keep something that agents should know of a person."""
    known = wiring.knowing().note(
        CustomerId(checked(id, "customer")), current_agent().id, body.text, now=wiring.now()
    )
    return customer_notes_view(known, naming())
