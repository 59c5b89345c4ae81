"""News: which source has any."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from chalicelib.domain.desk import Desk, SourceEntry
from chalicelib.domain.errors import NotFound
from chalicelib.domain.read_budget import month_of
from chalicelib.domain.standing import Condition
from chalicelib.domain.wording import moment
from chalicelib.ports import (
    Desks,
    Notices,
    Once,
    ReadUsage,
    ReadUsages,
    Sources,
    SourceState,
    SourceStates,
)
from chalicelib.services.source_news.blindness import Blindness
from chalicelib.services.source_news.budgets import Budgets
from chalicelib.services.source_news.speaking import Speaking
from chalicelib.services.telling import Telling

log = logging.getLogger("nightdesk.ingest")

NEWS_FOR = timedelta(hours=1)
"""So long after what was missed has been read it is still told that a source is back."""


class SourceNews:
    """Tells whoever is on duty, and the people who keep the desk running, how sources stand."""

    def __init__(
        self,
        *,
        desks: Desks,
        sources: Sources,
        states: SourceStates,
        usages: ReadUsages,
        once: Once,
        telling: Telling,
        notices: Notices,
    ) -> None:
        self._desks = desks
        self._states = states
        self._usages = usages
        self._speaking = Speaking(once=once, telling=telling, notices=notices)
        self._blindness = Blindness(sources=sources, speaking=self._speaking)
        self._budgets = Budgets(sources=sources, speaking=self._speaking)

    def tell(self, *, now: datetime, has_time: Callable[[], bool] = lambda: True) -> int:
        """Tell what is new; how many notes and notices went out.

        Each once, whoever ticks: one whose sender vanished, that no channel took, or that was
        held back, is sent by a later tick as long as it holds. One query, and a second one where
        there are budgets. Raises ExceptionGroup when that of some sources could not be told.
        """
        try:
            desk = self._desks.current()
        except NotFound:
            return 0
        states = self._states.all()
        has_budgets = any(entry.budget for entry in desk.sources)
        usages = self._usages.of(month_of(now)) if has_budgets else {}
        told, failures = 0, []
        for entry in desk.sources:
            state = states.get(entry.name)
            if state is None:
                continue
            if not has_time():
                log.error("source_news_out_of_time")
                break
            try:
                told += self._standing(entry, state, states, desk, now=now)
                usage = usages.get(entry.name, ReadUsage())
                told += self._budgets.told(entry, state, usage, desk, now=now)
            except Exception as error:
                log.exception("source_news_failed", extra={"source": entry.name})
                failures.append(error)
        if failures:
            raise ExceptionGroup("the news of some sources were not told", failures)
        return told

    def _standing(
        self,
        entry: SourceEntry,
        state: SourceState,
        states: Mapping[str, SourceState],
        desk: Desk,
        *,
        now: datetime,
    ) -> int:
        missed, told = state.missed, 0
        if missed is not None and state.condition is Condition.BLIND:
            return self._blindness.begun(entry, state, missed, states, desk, now=now)
        if missed is not None and missed.read_at and now - missed.read_at < NEWS_FOR:
            told += self._blindness.ended(entry, missed, desk, now=now)
        return told + self._quiet(entry, state, now=now)

    def _quiet(self, entry: SourceEntry, state: SourceState, *, now: datetime) -> int:
        spoke_at = state.rhythm.spoke_at
        if not state.is_quiet or spoke_at is None:
            return 0
        text = (
            f"Source {entry.name} is quiet against its own rhythm: it answers, and has brought "
            f"nothing since {moment(spoke_at, 'UTC', near=None)} UTC, where some "
            f"{state.rhythm.silence:.0f} posts are usual. Do its words and permissions still hold?"
        )
        key = f"quiet#{entry.name}#{spoke_at:%Y-%m-%dT%H:%M:%S}"
        return self._speaking.to_keepers(key, f"quiet:{entry.name}", text, now=now)
