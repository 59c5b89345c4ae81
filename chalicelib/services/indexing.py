"""Keep the index of search: what a change says may differ is made as the ticket is now.

A change tells which words may have come or gone; whether they are there now, the ticket itself
says. So a change may come twice, late or in another order than it happened: the index ends as
the ticket does. Where no word has come or gone, nothing is read or written.
"""

from datetime import datetime, timedelta

from chalicelib.domain.searching import place_of, postings_of
from chalicelib.domain.ticket import Ticket
from chalicelib.ports import Postings, Tickets


class Indexing:
    """Postings follow tickets."""

    def __init__(self, *, postings: Postings, tickets: Tickets, kept_for: timedelta) -> None:
        """`kept_for`: a ticket, and its postings with it, expires so long after it was opened."""
        self._postings = postings
        self._tickets = tickets
        self._kept_for = kept_for

    def follow(self, old: Ticket | None, new: Ticket | None, *, now: datetime) -> int:
        """A ticket was `old` and is `new` (None: not there); how many postings were written.

        Of one that has expired nothing is removed: its postings expire by themselves, which
        costs nothing.
        """
        one = new or old
        if one is None or (new is None and one.opened_at + self._kept_for <= now):
            return 0
        before = postings_of(old) if old else frozenset()
        after = postings_of(new) if new else frozenset()
        if not (touched := before ^ after):
            return 0
        present = self._tickets.get(one.id)
        there = postings_of(present) if present else frozenset()
        return self._write(one, added=touched & there, gone=touched - there)

    def index(self, ticket: Ticket) -> int:
        """Every posting of a ticket, whether it is there or not; how many."""
        return self._write(ticket, added=postings_of(ticket), gone=frozenset())

    def _write(self, ticket: Ticket, *, added: frozenset[str], gone: frozenset[str]) -> int:
        place = place_of(ticket)
        if gone:
            self._postings.remove(gone, place)
        if added:
            self._postings.put(added, place, expires_at=ticket.opened_at + self._kept_for)
        return len(gone) + len(added)
