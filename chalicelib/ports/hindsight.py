"""What looking back needs: what was judged, and what people made of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.incident import Incident, IncidentId
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Score
from chalicelib.domain.ticket import Ticket

Watch = Callable[[float], None]
"""Told how much of long work is done, as a share from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVerdict:
    """A mention with the verdict that it got."""

    mention: Mention
    score: Score
    judged_at: datetime
    incident_id: IncidentId | None = None
    """The incident that it opened or joined."""


class JudgedHistory(Protocol):
    """All that was judged. Each reading goes through a whole table: for commands of people only."""

    def verdicts(self, since: datetime, *, watch: Watch) -> tuple[PastVerdict, ...]:
        """What was judged at `since` or later, oldest first."""

    def incidents(self, since: datetime) -> tuple[Incident, ...]:
        """What was opened at `since` or later, oldest first, current and past."""

    def tickets(self, since: datetime) -> tuple[Ticket, ...]:
        """What was opened at `since` or later, oldest first."""
