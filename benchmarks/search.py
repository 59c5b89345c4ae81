"""What the index of search costs: postings of a ticket, and reads of a search.

Counted on the posts of the sample weekend, each a ticket with a reply and a note of usual
length. Prices: DynamoDB on demand, us-east-1, November 2026 ($0.625 a million writes of 1 KB,
$0.125 a million reads of 4 KB; deletions by expiry are free).
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import mean, quantiles
from typing import Any

from chalicelib.domain.mention import Author, Mention
from chalicelib.domain.searching import postings_of
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.ticket import (
    AgentId,
    Note,
    Reply,
    ReplyState,
    Ticket,
    TicketId,
    TicketState,
)
from chalicelib.services.searching import BATCH, BATCHES
from infra.local.weekend import WEEKEND

AT = datetime(2026, 11, 21, 22, 10, tzinfo=UTC)
WRITE = 0.625 / 1_000_000
READ = 0.125 / 1_000_000

REPLY = (
    "Hello Carla, I am sorry that you are stuck there. Our colleagues are looking for the fault "
    "right now; I will write to you again here within the hour. – Mia"
)
NOTE = "called the depot, train 4711 is being replaced, should be there at nine"


def tickets() -> Iterator[Ticket]:
    """A ticket for each post of the weekend that speaks to somebody."""
    for number, line in enumerate(WEEKEND.read_text("utf-8").splitlines()):
        said = json.loads(line) if line.strip().startswith("{") else {}
        if said.get("do") != "post" or not said.get("is_addressed"):
            continue
        author = said.get("author") or {}
        mention = Mention(
            platform=said["platform"],
            platform_id=str(said.get("id", number)),
            source=said["platform"],
            brand="norvia",
            text=said["text"],
            posted_at=AT,
            pulled_at=AT,
            author=Author(handle=author.get("handle", ""), name=author.get("name", "")),
        )
        yield Ticket(
            id=TicketId(mention.id),
            mention=mention,
            urgency=Urgency.ANSWER,
            topic=Topic.OTHER,
            reasons=(),
            state=TicketState.OPEN,
            opened_at=AT,
            waiting_since=AT,
            due_at=AT,
            replies=(
                Reply(
                    id="r",
                    by="mia",
                    text=REPLY,
                    approved_at=AT,
                    tried_at=AT,
                    state=ReplyState.SENT,
                ),
            ),
            notes=(Note(by=AgentId("mia"), at=AT, text=NOTE),),
        )


def measure() -> dict[str, Any]:
    """Postings of a ticket (each one write), and money."""
    counts = [len(postings_of(one)) for one in tickets()]
    return {
        "tickets": len(counts),
        "writes a ticket": round(mean(counts), 1),
        "writes a ticket, one in twenty has more": round(quantiles(counts, n=20)[-1]),
        "USD for 1,000 tickets": round(1_000 * mean(counts) * WRITE, 4),
        "tickets read for one request, at most": BATCH * BATCHES,
        # A ticket of up to 4 KB is half a read unit when it may be a moment old.
        "USD for 1,000 searches that read as much": round(
            1_000 * (BATCH * BATCHES * 0.5 + 10) * READ, 4
        ),
    }
