"""What each act of a desk uses, as it was measured: what a month of any size is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chalicelib.domain.cost.sheet import Sheet


class Act(StrEnum):
    """Something that happens at a desk, told apart because it uses something of its own.

    Those of a mention add up: one that opens an incident is a mention, a ticket and an opening.
    """

    DAY = "a day at rest"
    """What costs by the day, and what is done once or hourly: alarms, metrics, the watch,
    accounting."""
    MINUTE = "an idle minute"
    """The clock of escalation, the look for sources that are due, queues asked in vain."""
    PULL = "a pull that finds nothing"
    """One reading of one source."""
    MENTION = "a mention that is ignored"
    """From the platform's answer to its verdict."""
    TICKET = "a ticket, beyond its mention"
    OPENING = "an incident that opens, beyond its ticket"
    """Its first page included, the SMS as well."""
    JOINING = "a mention that joins an incident, beyond its ticket"
    PAGE = "a further page"
    """To another responder, or again: its SMS included."""
    ACKNOWLEDGEMENT = "an acknowledgement by link"
    REPLY = "a reply"
    """From the claim to a resolved ticket."""
    AGENT_HOUR = "an hour of an agent's open page"
    MONTH_KEPT = "a mention kept for a month"
    """With all that belongs to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageProfile:
    """Usage of every act, and where it is from."""

    command: str
    """What measured it."""
    measured_on: date
    acts: Mapping[Act, Sheet]
    """All of them; SMS stand without a country."""
    assumed: tuple[str, ...] = ()
    """What could not be measured, for people."""
