"""The JSON that the page speaks, under `/api/v1`. Every route but a few needs a token.

session    whether the service answers, who is signed in, and how
queue      what waits: views, pages, counts
tickets    one ticket: who has it, when it comes back, how it ends
replies    answers: preview, send, undo, a lead's word, their fate
customers  the person behind a ticket
searching  everything that was ever said and answered
team       who is there to answer
sources    how each source stands
desk       what is configured
exports    tickets as a table
costs      what it cost, why, and what it will cost
             cost_exports: the same as tables; cost_what_if: a month of another size
incidents  what rings, what was done to it, and what to do with it
document   all of this, described

fields     what requests may hold; ids, whole: what several of them need
"""

from chalicelib.web.api import (
    cost_exports,
    cost_what_if,
    costs,
    customers,
    desk,
    document,
    exports,
    incidents,
    queue,
    replies,
    searching,
    session,
    sources,
    team,
    tickets,
)

__all__ = [
    "cost_exports",
    "cost_what_if",
    "costs",
    "customers",
    "desk",
    "document",
    "exports",
    "incidents",
    "queue",
    "replies",
    "searching",
    "session",
    "sources",
    "team",
    "tickets",
]
