"""What was used at one call, and what for."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A quantity of something that costs, or that is counted to share costs by."""

    sku: str
    """What is paid for, such as `x.post-read`; a price book names its price."""
    quantity: int | Decimal = 1
    """In the unit of the price, never rounded: bytes, not gigabytes."""
    of: tuple[str, ...] = field(default=(), repr=False)
    """Ids of what was read, where the seller charges each of them once a UTC day; else empty."""
    country: str = ""
    """ISO 3166, such as `DE`, where the price depends on it; else empty."""


class Per(StrEnum):
    """What a seller counts."""

    REQUEST = "request"
    MENTION = "mention"
    REPLY = "reply"
    PRIVATE_REPLY = "private reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What a seller takes money for, whenever something happens."""

    sku: str
    """Begins with the kind of the source, such as `x.post-read`."""
    per: Per
    quantity: int = 1


class Feature(StrEnum):
    """Which part of the work something was used for."""

    LISTENING = "listening"
    """Reading sources, storing what they say, looking whether it still stands."""
    JUDGING = "judging"
    """From a stored mention to its verdict, the watch over the crowd included."""
    WAKING = "waking"
    """Incidents, pages, escalation, acknowledgements."""
    ANSWERING = "answering"
    """Tickets: claims, replies, search, what becomes of them."""
    VIEWING = "viewing"
    """Pages of agents that ask for the queue and for what is on it."""
    TELLING = "telling"
    """Webhooks to other desks."""
    WATCHING = "watching"
    """Whether somebody could be woken tonight; sources that went quiet."""
    ACCOUNTING = "accounting"
    """This: metering, adding up, comparing with the bill."""
    STANDING = "standing"
    """What costs though nothing happens: alarms, metrics, storage, queues asked in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What something was used for; what is not known is empty."""

    feature: Feature
    source: str = ""
    """Name of the configured source."""
    brand: str = ""
    about: str = ""
    """Id of the ticket or incident."""


class Done(StrEnum):
    """What was achieved: counted beside what it took, and free of charge.

    Counted where the act is recorded for the first time, so that what is done again after a
    crash counts once.
    """

    MENTION_READ = "done.mention-read"
    MENTION_JUDGED = "done.mention-judged"
    PAGE = "done.page"
    """One message to one responder that its provider took."""
    INCIDENT = "done.incident"
    ACKNOWLEDGED = "done.acknowledged"
    TICKET = "done.ticket"
    REPLY = "done.reply"
    CONTENT = "done.content"
    """A ticket resolved with a customer who is content."""
    POLL = "done.poll"
    """A page of an agent asked for the queue."""


def is_done(sku: str) -> bool:
    """Whether it counts an achievement and has no price."""
    return sku.startswith("done.")
