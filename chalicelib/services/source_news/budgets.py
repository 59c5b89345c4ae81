"""Budgets: what reading has used up, before it is all; and what nobody knows a price of."""

from datetime import datetime

from chalicelib.domain.desk import Desk, SourceEntry
from chalicelib.domain.errors import NotFound
from chalicelib.domain.read_budget import WARNED_AT, Limit, Scope, month_of
from chalicelib.ports import ReadUsage, Sources, SourceState
from chalicelib.services.ingest.budgeting import limits
from chalicelib.services.source_news.speaking import Speaking


class Budgets:
    """Tells the keepers, once a month each."""

    def __init__(self, *, sources: Sources, speaking: Speaking) -> None:
        self._sources = sources
        self._speaking = speaking

    def told(
        self,
        entry: SourceEntry,
        state: SourceState,
        usage: ReadUsage,
        desk: Desk,
        *,
        now: datetime,
    ) -> int:
        """How many notices went out. Of several marks that were passed, the last is told."""
        month = month_of(now)
        told = sum(self._unpriced(entry, sku, month, now=now) for sku in state.unpriced)
        try:
            traits = self._sources.traits(desk, entry.name)
        except NotFound:
            return told
        for limit in limits(desk, entry, traits, state, usage, now=now):
            told += self._used(entry, state, limit, month, now=now)
            told += self._foretold(entry, state, limit, month, now=now)
        return told

    def _used(
        self, entry: SourceEntry, state: SourceState, limit: Limit, month: str, *, now: datetime
    ) -> int:
        reached = [percent for percent in WARNED_AT if limit.share * 100 >= percent]
        if not reached or state.scope is Scope.STOPPED:
            return 0  # that it is not read any more is told with the same figures
        what = f"budget-{limit.unit}-{reached[-1]}"
        text = f"Source {entry.name} has used {reached[-1]} % of its read budget of {month}"
        return self._speaking.to_keepers(
            f"{what}#{entry.name}#{month}",
            f"{what}:{entry.name}",
            f"{text}: {limit.says}.{_given_up(state)}",
            now=now,
        )

    def _foretold(
        self, entry: SourceEntry, state: SourceState, limit: Limit, month: str, *, now: datetime
    ) -> int:
        if not limit.share < 1 < limit.foretold:
            return 0
        what = f"budget-{limit.unit}-foretold"
        text = f"The read budget of source {entry.name} will not last through {month}"
        return self._speaking.to_keepers(
            f"{what}#{entry.name}#{month}",
            f"{what}:{entry.name}",
            f"{text}: {limit.says}.{_given_up(state)}",
            now=now,
        )

    def _unpriced(self, entry: SourceEntry, sku: str, month: str, *, now: datetime) -> int:
        text = f"Nobody knows the price of {sku}, which reading source {entry.name} takes"
        return self._speaking.to_keepers(
            f"price#{sku}#{month}",
            f"price:{sku}",
            f"{text}: it spends more than is shown, and its budget does not see it.",
            now=now,
        )


def _given_up(state: SourceState) -> str:
    return f" It is {state.not_read}." if state.not_read else ""
