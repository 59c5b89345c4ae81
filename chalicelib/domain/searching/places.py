"""Where in the index a ticket stands: under each of its words, by when it was opened.

A ticket's place is `<opened_at>#<ticket id>`: it never changes, so that a posting written twice
is one, and text order is the order of time. Under the word `*<year>-<month>` stands every ticket
that was opened in that month (UTC), for who asks without a word.
"""

from datetime import UTC, datetime

from chalicelib.domain.searching.words import words_of
from chalicelib.domain.ticket import Ticket, TicketId

LONGEST_PLACE = 200
"""Characters; an instant has 27, an id at most some 100."""


def place_of(ticket: Ticket) -> str:
    return f"{instant_place(ticket.opened_at)}#{ticket.id}"


def instant_place(instant: datetime) -> str:
    """Where what was opened at an instant begins: before every place of that instant."""
    at = instant.astimezone(UTC)
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def id_at(place: str) -> TicketId:
    """Whose place it is."""
    return TicketId(place.partition("#")[2])


def instant_at(place: str) -> datetime:
    """When the ticket of a place was opened. Raises ValueError for what is no place."""
    instant = datetime.fromisoformat(place.partition("#")[0])
    if instant.tzinfo is None:
        raise ValueError("has no time zone")
    return instant


def is_place(text: str) -> bool:
    """Whether a text from outside may be a place."""
    if len(text) > LONGEST_PLACE or not id_at(text):
        return False
    try:
        return instant_place(instant_at(text)) == text.partition("#")[0]
    except (ValueError, OverflowError):
        return False


def every_word(instant: datetime) -> str:
    """The word under which every ticket of a month stands; nobody can type it."""
    return f"*{instant.astimezone(UTC).isoformat()[:7]}"


def postings_of(ticket: Ticket) -> frozenset[str]:
    """Every word under which a ticket stands."""
    return frozenset((every_word(ticket.opened_at), *words_of(ticket)))
