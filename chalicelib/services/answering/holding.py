"""Who has a ticket, who looks at it, who is on duty."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.attendance import Attendance, Presence
from chalicelib.domain.errors import IllegalMove, NotAllowed, NotFound, StaleWrite
from chalicelib.domain.ticket import (
    AgentId,
    Ticket,
    TicketId,
    TicketState,
    claimed,
    given_back,
    handed_over,
    released,
    taken_over,
)
from chalicelib.ports import Attendances, Desks, Presences, Tickets
from chalicelib.services.answering.changes import Changes

log = logging.getLogger("nightdesk.answering")

HEARD_EVERY = timedelta(minutes=1)
"""How often it is written down that somebody on duty was heard of."""

GIVEN_BACK_AT_ONCE = 200
"""Claims that going off duty ends by itself; what is beyond comes back in its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Who could be given a ticket."""

    there: tuple[Attendance, ...]
    """On duty by their own word, and heard of."""
    on_call: tuple[AgentId, ...]
    """On duty by a schedule; responders and agents share their ids."""

    @property
    def on_duty(self) -> frozenset[str]:
        return frozenset((*(one.agent for one in self.there), *self.on_call))


class Holding:
    """What agents do with a ticket before they answer it, and with each other."""

    def __init__(
        self,
        *,
        desks: Desks,
        tickets: Tickets,
        attendances: Attendances,
        presences: Presences,
    ) -> None:
        self._desks = desks
        self._tickets = tickets
        self._changes = Changes(tickets)
        self._attendances = attendances
        self._presences = presences
        self._heard: dict[AgentId, datetime] = {}
        """When somebody was last written down; spares a write at each sign of a page."""

    def get(self, id: TicketId) -> Ticket:
        """Raises NotFound."""
        return self._changes.get(id)

    def claim(
        self, id: TicketId, by: AgentId, *, now: datetime, expected: int | None = None
    ) -> Ticket:
        """`by` has it from now on. Raises NotAllowed when somebody else does."""
        until = self._until(now)
        return self._changes.make(
            id,
            lambda ticket: claimed(ticket, by, now=now, until=until),
            event="ticket_claimed",
            by=by,
            expected=expected,
        )

    def release(
        self, id: TicketId, by: AgentId, *, now: datetime, expected: int | None = None
    ) -> Ticket:
        """Give it back to the queue."""
        return self._changes.make(
            id,
            lambda ticket: released(ticket, by, now=now),
            event="ticket_released",
            by=by,
            expected=expected,
        )

    def hand_over(
        self,
        id: TicketId,
        by: AgentId,
        to: AgentId,
        note: str,
        *,
        now: datetime,
        expected: int | None = None,
    ) -> Ticket:
        """`to` has it from now on. Raises NotAllowed when they are not on duty."""
        self._check_on_duty(to, now)
        until = self._until(now)
        return self._changes.make(
            id,
            lambda ticket: handed_over(ticket, by, to, note=note, now=now, until=until),
            event="ticket_handed_over",
            by=by,
            expected=expected,
        )

    def take_over(
        self,
        id: TicketId,
        by: AgentId,
        reason: str,
        *,
        now: datetime,
        expected: int | None = None,
    ) -> Ticket:
        """`by` has it from now on, whoever had it. Raises NotAllowed when they are not on duty."""
        self._check_on_duty(by, now)
        until = self._until(now)
        return self._changes.make(
            id,
            lambda ticket: taken_over(ticket, by, reason=reason, now=now, until=until),
            event="ticket_taken_over",
            by=by,
            expected=expected,
        )

    # --- who looks --------------------------------------------------------------------------

    def look(self, id: TicketId, presence: Presence, now: datetime) -> tuple[Presence, ...]:
        """Somebody has the ticket on their screen; who else has. Raises NotFound.

        Whoever has it on the screen keeps it: the clock asks for such signs before a claim ends.
        """
        self._changes.get(id)
        self._presences.put(id, replace(presence, seen_at=now))
        self.heard(presence.agent, now)
        return tuple(one for one in self.looking(id, now) if one.agent != presence.agent)

    def looking(self, id: TicketId, now: datetime) -> tuple[Presence, ...]:
        """Who has the ticket on their screen."""
        return tuple(one for one in self._presences.of(id) if one.is_looking(now))

    def draft(self, id: TicketId, agent: AgentId) -> str:
        """What somebody began to write there; empty when nothing."""
        drafts = (one.draft for one in self._presences.of(id) if one.agent == agent)
        return next(drafts, "")

    # --- who is on duty ---------------------------------------------------------------------

    def set_duty(self, agent: AgentId, name: str, is_on_duty: bool, now: datetime) -> Team:
        """Somebody comes or goes; who goes gives back at once what has no reply under way."""
        was_there = any(one.agent == agent and one.is_there(now) for one in self._attendances.all())
        self._attendances.put(
            Attendance(agent=agent, name=name, is_on_duty=is_on_duty, heard_at=now)
        )
        self._heard[agent] = now
        if was_there is not is_on_duty:
            log.info("duty_changed", extra={"by": agent, "is_on_duty": is_on_duty})
        if not is_on_duty:
            self._give_back(agent, now=now)
        return self.team(now)

    def heard(self, agent: AgentId, now: datetime) -> None:
        """There is a sign of somebody's page; whoever is on duty stays so."""
        last = self._heard.get(agent)
        if last is not None and now - last < HEARD_EVERY:
            return
        self._heard[agent] = now
        known = next((one for one in self._attendances.all() if one.agent == agent), None)
        if known is not None and known.is_on_duty and now - known.heard_at >= HEARD_EVERY:
            self._attendances.put(replace(known, heard_at=now))

    def team(self, now: datetime) -> Team:
        """Who could be given a ticket."""
        there = (one for one in self._attendances.all() if one.is_there(now))
        schedules = self._desks.current().schedules
        on_call = (AgentId(id) for one in schedules for id in one.everyone_on_call(now))
        return Team(
            there=tuple(sorted(there, key=lambda one: (one.name.casefold(), one.agent))),
            on_call=tuple(dict.fromkeys(on_call)),
        )

    def _until(self, now: datetime) -> datetime:
        return now + self._desks.current().answering.claim_returns_after

    def _check_on_duty(self, agent: AgentId, now: datetime) -> None:
        if agent not in self.team(now).on_duty:
            raise NotAllowed(f"{agent} is not on duty; choose somebody who is, or come on duty")

    def _give_back(self, agent: AgentId, *, now: datetime) -> None:
        """A claim that cannot be given back now ends by itself when its time has come."""
        for card in self._tickets.held_by(agent, limit=GIVEN_BACK_AT_ONCE):
            if card.state != TicketState.CLAIMED.value:
                continue
            try:
                self._changes.make(
                    card.id, _given_back_by(agent, now), event="ticket_given_back", by=agent
                )
            except (StaleWrite, NotFound, IllegalMove):
                log.warning("ticket_not_given_back", extra={"ticket": card.id, "by": agent})


def _given_back_by(agent: AgentId, now: datetime) -> Callable[[Ticket], Ticket]:
    def decide(ticket: Ticket) -> Ticket:
        is_theirs = ticket.holder == agent and ticket.state is TicketState.CLAIMED
        if not is_theirs or ticket.pending_replies:
            return ticket
        return given_back(ticket, why="went off duty", now=now)

    return decide
