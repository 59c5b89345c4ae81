"""How each source stands: for the command line, the API and every screen."""

from datetime import datetime, timedelta

from chalicelib.domain.desk import Desk, SourceEntry
from chalicelib.domain.errors import NotFound
from chalicelib.domain.pace import LONGEST_WAIT
from chalicelib.domain.read_budget import Scope, month_of
from chalicelib.domain.standing import Condition, SourceStanding
from chalicelib.ports import (
    Desks,
    Incidents,
    ReadUsage,
    ReadUsages,
    Sources,
    SourceState,
    SourceStates,
    Traits,
)
from chalicelib.services.ingest.budgeting import limits
from chalicelib.services.ingest.pacing import Pacing, due_at, interval_of
from chalicelib.services.ingest.pulling import UNKNOWN

HOUR = timedelta(hours=1)


class Standing:
    """Says how the configured sources stand. Reads; changes and tells nothing."""

    def __init__(
        self,
        *,
        desks: Desks,
        sources: Sources,
        states: SourceStates,
        usages: ReadUsages,
        incidents: Incidents,
    ) -> None:
        self._desks = desks
        self._sources = sources
        self._states = states
        self._usages = usages
        self._pacing = Pacing(incidents)

    def sources(self, *, now: datetime) -> tuple[SourceStanding, ...]:
        """Every configured source, in the order of the desk; three queries, however many.

        Raises NotFound before the first configuration.
        """
        desk = self._desks.current()
        states = self._states.all()
        usages = self._usages.of(month_of(now))
        hurry = self._pacing.hurry(desk, states, now=now)
        found = []
        for entry in desk.sources:
            state = states.get(entry.name)
            every = interval_of(entry, state, hurry, desk, now=now)
            usage = usages.get(entry.name, ReadUsage())
            found.append(self._of(entry, state, every, usage, desk, now=now))
        return tuple(found)

    def _of(
        self,
        entry: SourceEntry,
        state: SourceState | None,
        every: timedelta,
        usage: ReadUsage,
        desk: Desk,
        *,
        now: datetime,
    ) -> SourceStanding:
        traits = self._traits(desk, entry)
        known = state or SourceState(name=entry.name)
        is_left = traits.is_pulled and _is_left_lying(entry, known, now=now)
        return SourceStanding(
            name=entry.name,
            kind=entry.kind,
            brand=entry.brand,
            condition=Condition.BLIND if is_left else known.condition,
            since=known.succeeded_at if is_left else known.since,
            says=_says(known, traits, every, is_left=is_left),
            due_at=due_at(state, every) if traits.is_pulled else None,
            every=every,
            succeeded_at=known.succeeded_at,
            calls=usage.calls,
            posts=usage.posts,
            spent=usage.spent,
            limits=limits(desk, entry, traits, known, usage, now=now),
            not_read=known.not_read,
            not_read_since=known.not_read_since,
            late=known.missed.posts if known.missed else 0,
        )

    def _traits(self, desk: Desk, entry: SourceEntry) -> Traits:
        try:
            return self._sources.traits(desk, entry.name)
        except NotFound:
            return UNKNOWN


def _is_left_lying(entry: SourceEntry, state: SourceState, *, now: datetime) -> bool:
    """Whether it is asked for and nothing has come of it, neither an answer nor a failure."""
    if state.failures or state.scope is Scope.STOPPED or state.asked_at is None:
        return False
    if state.succeeded_at is None:
        return now - state.asked_at > LONGEST_WAIT
    return now - state.succeeded_at > max(LONGEST_WAIT, 2 * entry.pace.floor)


def _says(state: SourceState, traits: Traits, every: timedelta, *, is_left: bool) -> str:
    if not traits.is_pulled:
        return "Its platform sends us what is written; it is not asked."
    if is_left:
        return "It is due, and nothing reads it: look at the function pull-source and its queue."
    if state.succeeded_at is None and not state.failures and not state.not_read:
        return "Not read yet."
    match state.condition:
        case Condition.BLIND:
            why = f"it is {state.not_read}" if state.scope is Scope.STOPPED else state.trouble
            return f"We are blind to it: {why.rstrip('.')}."
        case Condition.BACK:
            posts = state.missed.posts if state.missed else 0
            return f"It answers again; {posts} posts of what we missed are read so far."
        case Condition.DEGRADED:
            return f"{_hindrance(state)} Asked every {_length(every)}."
        case Condition.WATCHING:
            return f"Read every {_length(every)}."


def _hindrance(state: SourceState) -> str:
    found = []
    if state.failures:
        found.append(f"It fails ({state.failures} in a row): {state.trouble.rstrip('.')}.")
    if state.not_read:
        found.append(f"It is {state.not_read}.")
    if state.is_quiet:
        missing = f"{state.rhythm.silence:.0f}"
        found.append(f"It answers and is silent, where some {missing} posts are usual.")
    return " ".join(found) or "It was hindered at its last reading."


def _length(every: timedelta) -> str:
    minutes = round(every.total_seconds() / 60)
    if minutes == 1:
        return "minute"
    return f"{minutes} minutes" if every < 2 * HOUR else f"{round(every / HOUR)} hours"
