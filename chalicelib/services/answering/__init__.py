"""Answering: one ticket, one holder, one public reply for each approval.

listing     the queue as agents see it, and how much waits
changes     loading a ticket, deciding, and storing it over the version that was decided on
holding     who has a ticket, who looks at it, who is on duty
talking     replies, from a draft to the outbox; notes, corrections
writing     a reply as it would go out: filled in, signed, looked over
reaching    the source that can answer a ticket
afterwards  what follows an approval and an answer
ending      put off, promise, resolve, reopen
sending     the outbox: at most once, whatever breaks
clock       what happens by itself: claims that end, returns, promised times that pass
"""

from chalicelib.services.answering.clock import QueueClock
from chalicelib.services.answering.ending import Ending
from chalicelib.services.answering.holding import Holding, Team
from chalicelib.services.answering.listing import Listed, Listing
from chalicelib.services.answering.reaching import Reaching, Ways
from chalicelib.services.answering.sending import SendingReplies
from chalicelib.services.answering.talking import Talking
from chalicelib.services.answering.writing import Previewed

__all__ = [
    "Ending",
    "Holding",
    "Listed",
    "Listing",
    "Previewed",
    "QueueClock",
    "Reaching",
    "SendingReplies",
    "Talking",
    "Team",
    "Ways",
]
