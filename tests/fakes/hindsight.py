"""What was judged, as the other fakes remember it."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.incident import Incident
from chalicelib.domain.ticket import Ticket
from chalicelib.ports import PastVerdict
from chalicelib.ports.hindsight import Watch
from tests.fakes.incidents import FakeIncidents
from tests.fakes.mentions import FakeMentions
from tests.fakes.tickets import FakeTickets


class FakeJudgedHistory:
    """Looks into the stores of mentions, incidents and tickets in memory."""

    def __init__(
        self, *, mentions: FakeMentions, incidents: FakeIncidents, tickets: FakeTickets
    ) -> None:
        self._mentions = mentions
        self._incidents = incidents
        self._tickets = tickets

    def verdicts(self, since: datetime, *, watch: Watch) -> tuple[PastVerdict, ...]:
        found = []
        for id, judged_at in self._mentions.judged_at.items():
            mention = self._mentions.get(id)
            if mention is None or judged_at < since:
                continue
            found.append(
                PastVerdict(
                    mention=mention,
                    score=self._mentions.scores[id],
                    judged_at=judged_at,
                    incident_id=self._mentions.incident_ids[id],
                )
            )
        watch(1.0)
        return tuple(sorted(found, key=lambda one: (one.judged_at, one.mention.id)))

    def incidents(self, since: datetime) -> tuple[Incident, ...]:
        found = (one for one in self._incidents.all() if one.opened_at >= since)
        return tuple(sorted(found, key=lambda one: (one.opened_at, one.id)))

    def tickets(self, since: datetime) -> tuple[Ticket, ...]:
        found = (one for one in self._tickets.all() if one.opened_at >= since)
        return tuple(sorted(found, key=lambda one: (one.opened_at, one.id)))


if TYPE_CHECKING:
    from chalicelib.ports import JudgedHistory

    _: type[JudgedHistory] = FakeJudgedHistory
