"""Who stands behind a ticket, as JSON."""

from dataclasses import dataclass

from chalicelib.domain.customer import Customer
from chalicelib.services.knowing import KnownCustomer
from chalicelib.web.views.cards import CardView, card_views
from chalicelib.web.views.conversation import MoodView, NoteView, mood_view, note_view
from chalicelib.web.views.people import Naming


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    """One account of a person on one platform."""

    platform: str
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkView:
    """What somebody is to us, and the evidence."""

    standing: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerView:
    """One person: what they said before, and what agents know of them."""

    id: str
    """Empty where nobody knows who wrote."""
    profiles: tuple[ProfileView, ...]
    reach: int
    """The most followers that any of their profiles had; 0 when unknown."""
    is_verified: bool
    mark: MarkView | None
    moods: tuple[MoodView, ...]
    """Over all of their tickets, oldest first."""
    tickets: tuple[CardView, ...]
    """Newest first, ended ones included."""
    notes: tuple[NoteView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNotesView:
    """What agents know of a person."""

    id: str
    notes: tuple[NoteView, ...]
    """Oldest first."""


def customer_notes_view(customer: Customer, naming: Naming) -> CustomerNotesView:
    notes = tuple(note_view(one, naming) for one in customer.notes)
    return CustomerNotesView(id=customer.id, notes=notes)


def customer_view(known: KnownCustomer, naming: Naming) -> CustomerView:
    customer = known.customer
    return CustomerView(
        id=customer.id,
        profiles=tuple(
            ProfileView(platform=one.platform, handle=one.handle) for one in customer.profiles
        ),
        reach=known.reach,
        is_verified=known.is_verified,
        mark=MarkView(standing=known.mark.standing.value, evidence=known.mark.evidence)
        if known.mark
        else None,
        moods=tuple(mood_view(one) for one in known.moods),
        tickets=card_views(known.tickets, naming),
        notes=tuple(note_view(one, naming) for one in customer.notes),
    )
