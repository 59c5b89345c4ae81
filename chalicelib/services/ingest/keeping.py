"""Keeping what a platform gave: each mention once, and nothing that cannot be read unsaid.

A post that was changed since takes the place of its earlier version and is judged anew; one that
was deleted, or made private, counts as gone at once. What follows from either is done by whoever
is woken by the change (`Triage`), and by the tick where that is lost.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.cost import Done, Use
from chalicelib.domain.errors import NotFound
from chalicelib.domain.mention import Mention, admitted, id_of_post
from chalicelib.domain.recheck import costs_a_look, first_look
from chalicelib.ports import (
    Batch,
    Desks,
    Mentions,
    Meter,
    Notices,
    Pulled,
    Received,
    Sources,
)

log = logging.getLogger("nightdesk.ingest")


class Keeping:
    """Stores mentions, whether they were pulled or pushed."""

    def __init__(
        self,
        *,
        desks: Desks,
        sources: Sources,
        mentions: Mentions,
        meter: Meter,
        notices: Notices,
    ) -> None:
        self._desks = desks
        self._sources = sources
        self._mentions = mentions
        self._meter = meter
        self._notices = notices

    def keep(self, name: str, found: Batch | Received, *, now: datetime) -> int:
        """Store what source `name` gave; how many mentions of it are new."""
        look_at = self._first_look(name, now=now)
        added = sum(self._add(name, one, look_at, now=now) for one in found.pulled)
        if added:
            self._meter.used(Use(sku=Done.MENTION_READ, quantity=added))
        if found.gone:
            self._take_back(name, found.gone, now=now)
        if found.refused:
            self._tell_refused(name, found.refused, now=now)
        if isinstance(found, Batch) and found.gap:
            log.error("gap_found", extra={"source": name, "gap": found.gap})
            self._notices.tell(
                f"gap:{name}", f"Source {name} was not read in full: {found.gap}", now=now
            )
        return added

    def _add(self, name: str, pulled: Pulled, look_at: datetime | None, *, now: datetime) -> bool:
        told = replace(pulled.mention, edited_at=pulled.edited_at or pulled.mention.edited_at)
        mention = admitted(told, now=now)
        admissible = replace(pulled, mention=mention)
        if mention.is_private:
            look_at = None
        is_new = self._mentions.add(admissible, look_at=look_at)
        if is_new:
            log.info("mention_ingested", extra={"mention": mention.id, "source": name})
        elif mention.edited_at is not None:
            there = self._mentions.stored(mention.id)
            known = there.mention if there else None
            if known is None or not self._may_speak_for(name, known):
                return False
            if self._mentions.edit(admissible, look_at=look_at):
                log.info("mention_edited", extra={"mention": mention.id, "source": name})
        return is_new

    def _may_speak_for(self, name: str, known: Mention) -> bool:
        """Whether a source may change or take back what is stored: it read that itself, or reads
        the same server. Feeds and webhooks choose their own ids; another's they might meet."""
        if name == known.source:
            return True
        try:
            may = name in self._sources.reaching(self._desks.current(), known)
        except NotFound:
            may = False
        if not may:
            log.warning("not_its_post", extra={"mention": known.id, "source": name})
        return may

    def _take_back(self, name: str, gone: Sequence[str], *, now: datetime) -> None:
        """`gone`: ids of the platform."""
        desk = self._desks.current()
        entry = desk.source(name)
        if entry is None:
            return
        platform = self._sources.traits(desk, name).platform or entry.kind
        for platform_id in gone:
            id = id_of_post(platform, platform_id)
            there = self._mentions.stored(id)
            known = there.mention if there else None
            if there is not None and (known is None or known.withdrawn_at):
                continue  # listings repeat it, and each mark that is refused costs three writes
            if known is not None and (known.is_private or not self._may_speak_for(name, known)):
                continue  # what was written to us alone is ours to keep
            if self._mentions.withdraw(id, now=now):
                log.info("post_withdrawn", extra={"mention": id, "source": name})

    def _first_look(self, name: str, *, now: datetime) -> datetime | None:
        """When it is first to be seen whether a post that is read now still stands; None where
        its platform cannot tell."""
        try:
            traits = self._sources.traits(self._desks.current(), name)
        except NotFound:
            return None
        if not traits.can_check_deletions:
            return None
        return first_look(now, is_charged=costs_a_look(traits.charges))

    def _tell_refused(self, name: str, refused: Sequence[str], *, now: datetime) -> None:
        self._meter.count("EntriesRefused", len(refused))
        for entry in refused:
            log.error("entry_refused", extra={"source": name, "entry": entry})
        self._notices.tell(
            f"refused:{name}",
            f"{len(refused)} posts of source {name} could not be read; see the log.",
            now=now,
        )
