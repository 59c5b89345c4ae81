"""Seeing whether posts that were read before still stand, and marking those that do not as gone.

Only where the platform can tell (`DeletionChecker`), by the schedule of `domain/recheck.py`. What
is marked is erased by whoever judges mentions (`services/withdrawing.py`).
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.desk import Desk, SourceEntry
from chalicelib.domain.errors import NotFound, SourceError, SourceRefused
from chalicelib.domain.incident import IncidentId
from chalicelib.domain.read_budget import Scope
from chalicelib.domain.recheck import AGAIN_AFTER, costs_a_look, is_doubtful, next_look
from chalicelib.domain.ticket import TicketId
from chalicelib.ports import (
    DeletionChecker,
    Desks,
    Incidents,
    Mentions,
    Meter,
    Notices,
    Sources,
    SourceState,
    SourceStates,
    Stored,
    Tickets,
)
from chalicelib.services.ingest.budgeting import limits
from chalicelib.services.ingest.spending import Spending, Tab

log = logging.getLogger("nightdesk.rechecking")

MOST_CALLS = 200
"""Requests that one source takes in one hour for this; what is left is due in the next."""

OVERDUE = timedelta(days=1)
"""A failure of so long is told."""

AT_ONCE = 100
"""Mentions that are looked up together."""


class Rechecking:
    """Asks platforms for posts that were read before."""

    def __init__(
        self,
        *,
        desks: Desks,
        sources: Sources,
        states: SourceStates,
        mentions: Mentions,
        tickets: Tickets,
        incidents: Incidents,
        spending: Spending,
        meter: Meter,
        notices: Notices,
    ) -> None:
        self._desks = desks
        self._sources = sources
        self._states = states
        self._mentions = mentions
        self._tickets = tickets
        self._incidents = incidents
        self._spending = spending
        self._meter = meter
        self._notices = notices

    def recheck(self, *, now: datetime, deadline: Callable[[], datetime | None]) -> int:
        """Look at what is due, source by source; how many posts were found to be gone.

        `deadline()` is until when the platform may be asked on, None once time is over. A source
        that fails is left for the next hour, and keeps no other from its turn; so is one whose
        budget for reading runs short, since to hear comes before to look again. Raises
        ExceptionGroup for errors of ours.
        """
        desk = self._desks.current()
        states = self._states.all()
        open_ones = frozenset(one.id for one in self._incidents.open_ones())
        gone, failures = 0, []
        for entry in desk.sources:
            try:
                traits = self._sources.traits(desk, entry.name)
            except NotFound:
                continue  # of a kind that nobody knows: its pulls tell
            if not traits.can_check_deletions:
                continue
            if deadline() is None:
                log.warning("recheck_not_reached", extra={"source": entry.name})
                break
            tab = Tab(entry, traits)
            look = _Look(tab=tab, open_incidents=open_ones)
            state = states.get(entry.name) or SourceState(name=entry.name)
            try:
                if self._must_save(desk, tab, state, now=now):
                    log.info("recheck_saved", extra={"source": entry.name})
                    continue
                gone += self._recheck_source(desk, look, now=now, deadline=deadline)
            except (SourceError, NotFound) as error:
                self._meter.count("RechecksFailed")
                log.warning("recheck_failed", extra={"source": entry.name, "why": str(error)[:500]})
                if isinstance(error, SourceRefused) or self._is_overdue(entry, now=now):
                    self._tell_refused(entry, error, now=now)
            except Exception as error:
                self._meter.count("RechecksFailed")
                log.exception("recheck_broken", extra={"source": entry.name})
                failures.append(error)
            finally:
                if tab.calls:  # asked in vain, which is paid for too
                    self._spending.count(tab, now=now)
        if failures:
            raise ExceptionGroup("some sources were not looked at again", failures)
        return gone

    def _is_overdue(self, entry: SourceEntry, *, now: datetime) -> bool:
        """Whether a look has been due for a day: what fails so long does not pass by itself."""
        return bool(self._mentions.to_look_at(entry.name, now=now - OVERDUE, limit=1))

    def _must_save(self, desk: Desk, tab: Tab, state: SourceState, *, now: datetime) -> bool:
        """Whether its budget runs short. What is said to us is read in full until it is gone, so
        that how much is read does not tell."""
        if state.scope is not Scope.FULL:
            return True
        if tab.entry.budget is None:
            return False
        usage = self._spending.so_far(tab.entry.name, now=now)
        found = limits(desk, tab.entry, tab.traits, state, usage, now=now)
        return any(one.is_short for one in found)

    def _recheck_source(
        self,
        desk: Desk,
        look: "_Look",
        *,
        now: datetime,
        deadline: Callable[[], datetime | None],
    ) -> int:
        due = self._mentions.to_look_at(look.source, now=now, limit=AT_ONCE)
        if not due:
            return 0  # nothing is opened, and no secret read, for nothing
        source = self._sources.open(desk, look.source, on_request=look.counted)
        if not isinstance(source, DeletionChecker):
            return 0
        gone = 0
        while due:
            for start in range(0, len(due), source.checks_at_once):
                until = deadline()
                if look.calls >= MOST_CALLS or until is None:
                    log.warning("recheck_not_reached", extra={"source": look.source})
                    return gone
                batch = due[start : start + source.checks_at_once]
                gone += self._look(source, look, batch, until, now=now)
            due = self._mentions.to_look_at(look.source, now=now, limit=AT_ONCE)
        return gone

    def _look(
        self,
        source: DeletionChecker,
        look: "_Look",
        due: Sequence[Stored],
        until: datetime,
        *,
        now: datetime,
    ) -> int:
        asked = [one.mention for one in due if one.mention is not None]
        checked = source.delete_check(asked, deadline=until)
        self._spending.count(look.tab, uses=checked.uses, now=now)
        self._meter.count("PostsRechecked", len(asked))
        missing = [one for one in asked if one.platform_id in checked.gone]
        look.asked += len(asked)
        look.missing += len(missing)
        is_believed = not is_doubtful(look.missing, look.asked)
        if missing and not is_believed:
            self._tell_doubt(look, now=now)
        open_tickets = self._open_tickets(due)
        gone = 0
        for one in due:
            if one.mention is None:
                continue
            is_missing = one.mention.platform_id in checked.gone
            if is_missing and (is_believed or one.was_missed):
                gone += self._mentions.withdraw(one.mention.id, now=now)
                log.info("post_withdrawn", extra={"mention": one.mention.id})
            elif is_missing:
                self._mentions.look_again(one.mention.id, at=now + AGAIN_AFTER, was_missed=True)
            else:
                at = next_look(
                    one.mention.pulled_at,
                    now=now,
                    is_charged=look.is_charged,
                    is_open=one.ticket_id in open_tickets
                    or not look.open_incidents.isdisjoint(one.incident_ids),
                )
                self._mentions.look_again(one.mention.id, at=at)
        return gone

    def _open_tickets(self, due: Sequence[Stored]) -> frozenset[TicketId]:
        ids = {one.ticket_id for one in due if one.ticket_id is not None}
        found = self._tickets.some(sorted(ids)) if ids else ()
        return frozenset(one.id for one in found if one.is_in_queue)

    def _tell_doubt(self, look: "_Look", *, now: datetime) -> None:
        log.warning(
            "recheck_doubtful",
            extra={"source": look.source, "gone": look.missing, "asked": look.asked},
        )
        self._notices.tell(
            f"doubt:{look.source}",
            f"Source {look.source}: {look.missing} of {look.asked} posts are gone at once. Those "
            "that are gone in an hour too will be erased here. Can our account still see them?",
            now=now,
        )

    def _tell_refused(self, entry: SourceEntry, error: Exception, *, now: datetime) -> None:
        self._notices.tell(
            f"recheck:{entry.name}",
            f"Source {entry.name} does not tell whether posts still stand: {str(error)[:300]}",
            now=now,
        )


class _Look:
    """One source, as it is looked at in this hour."""

    def __init__(self, *, tab: Tab, open_incidents: frozenset[IncidentId]) -> None:
        self.tab = tab
        self.open_incidents = open_incidents
        self.is_charged = costs_a_look(tab.traits.charges)
        self.calls = 0
        self.asked = 0
        self.missing = 0
        """Posts asked for so far, and those of them that are gone."""

    @property
    def source(self) -> str:
        return self.tab.entry.name

    def counted(self) -> None:
        """A request goes out."""
        self.calls += 1
        self.tab.asked()
