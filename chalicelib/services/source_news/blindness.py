"""Blindness: what is not heard, and that it is heard again."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.desk import Desk, SourceEntry
from chalicelib.domain.errors import NotFound
from chalicelib.domain.read_budget import Scope
from chalicelib.domain.standing import Condition, Missed
from chalicelib.domain.wording import back_text, blind_text
from chalicelib.ports import Sources, SourceState
from chalicelib.services.source_news.speaking import Speaking

AHEAD = timedelta(hours=12)
LIKELY = 0.5
"""Whoever is on duty is told when so many posts are to be expected so far ahead: with fewer,
hardly anything urgent can be missed until it is day again, and the keepers know."""


class Blindness:
    """Tells that a source is blind, or back: by a note, never a page, and at most once an hour
    for each source."""

    def __init__(self, *, sources: Sources, speaking: Speaking) -> None:
        self._sources = sources
        self._speaking = speaking

    def begun(
        self,
        entry: SourceEntry,
        state: SourceState,
        missed: Missed,
        states: Mapping[str, SourceState],
        desk: Desk,
        *,
        now: datetime,
    ) -> int:
        """We do not hear it; how many were told."""
        is_saved = state.scope is Scope.STOPPED
        trouble = (f"it is {state.not_read}" if is_saved else state.trouble).rstrip(".")
        others = _others(entry, states, desk)
        since = f" since {missed.since:%H:%M} UTC" if state.succeeded_at else ""
        instead = f" Read meanwhile: {', '.join(others)}." if others else ""
        key, keepers_key = _keys("blind", entry, missed)
        told = self._speaking.to_keepers(
            keepers_key,
            f"blind:{entry.name}",
            f"We are blind to source {entry.name}{since}: {trouble}.{instead}",
            now=now,
        )
        if not _could_miss(state, desk, now=now):
            return told
        return told + self._speaking.to_duty(
            key,
            entry.brand,
            desk,
            lambda zone: blind_text(
                entry.name,
                brand_name=desk.brand_name(entry.brand),
                since=missed.since,
                trouble=trouble,
                others=others,
                has_replies=not is_saved and self._has_replies(entry, desk),
                zone=zone,
                now=now,
            ),
            keepers_key=keepers_key,
            sparing=f"blind-note#{entry.name}",
            now=now,
        )

    def ended(self, entry: SourceEntry, missed: Missed, desk: Desk, *, now: datetime) -> int:
        """It is heard again, and what was missed is read; to whom its beginning was told."""

        def text(zone: str) -> str:
            return back_text(
                entry.name,
                since=missed.since,
                back_at=missed.back_at or now,
                posts=missed.posts,
                gap=missed.gap,
                zone=zone,
                now=now,
            )

        told = 0
        begun, begun_to_keepers = _keys("blind", entry, missed)
        key, keepers_key = _keys("back", entry, missed)
        if self._speaking.was_told(begun_to_keepers, now=now):
            notice = f"{text('UTC')} Times are in UTC."
            told += self._speaking.to_keepers(keepers_key, f"back:{entry.name}", notice, now=now)
        if self._speaking.was_told(begun, now=now):
            told += self._speaking.to_duty(
                key, entry.brand, desk, text, keepers_key=keepers_key, now=now
            )
        return told

    def _has_replies(self, entry: SourceEntry, desk: Desk) -> bool:
        try:
            return bool(entry.secret) and self._sources.traits(desk, entry.name).can_reply
        except NotFound:
            return False


def _keys(what: str, entry: SourceEntry, missed: Missed) -> tuple[str, str]:
    """Of the note to whoever is on duty, and of the notice to the keepers."""
    of = f"{entry.name}#{missed.since:%Y-%m-%dT%H:%M:%S}"
    return f"{what}-duty#{of}", f"{what}#{of}"


def _others(entry: SourceEntry, states: Mapping[str, SourceState], desk: Desk) -> Sequence[str]:
    """Sources of the same brand that are heard."""
    return [
        one.name
        for one in desk.sources
        if one.brand == entry.brand and one.name != entry.name and _is_heard(states.get(one.name))
    ]


def _is_heard(state: SourceState | None) -> bool:
    if state is None or state.succeeded_at is None:
        return False
    return state.condition is not Condition.BLIND


def _could_miss(state: SourceState, desk: Desk, *, now: datetime) -> bool:
    """Whether something urgent may well be missed; so it is as long as nobody knows."""
    if not state.rhythm.is_known:
        return True
    return state.rhythm.expected(now, now + AHEAD, desk.zone) >= LIKELY
