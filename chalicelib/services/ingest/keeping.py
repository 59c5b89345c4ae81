"""Keeping what a platform gave: each mention once, and nothing that cannot be read unsaid."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.mention import admitted
from chalicelib.ports import Batch, Mentions, Meter, Notices, Pulled, Received

log = logging.getLogger("nightdesk.ingest")


class Keeping:
    """Stores mentions, whether they were pulled or pushed."""

    def __init__(self, *, mentions: Mentions, meter: Meter, notices: Notices) -> None:
        self._mentions = mentions
        self._meter = meter
        self._notices = notices

    def keep(self, name: str, found: Batch | Received, *, now: datetime) -> int:
        """Store what source `name` gave; how many mentions of it are new."""
        added = sum(self._add(name, pulled, now=now) for pulled in found.pulled)
        if found.refused:
            self._tell_refused(name, found.refused, now=now)
        if isinstance(found, Batch) and found.gap:
            log.error("gap_found", extra={"source": name, "gap": found.gap})
            self._notices.tell(
                f"gap:{name}", f"Source {name} was not read in full: {found.gap}", now=now
            )
        return added

    def _add(self, name: str, pulled: Pulled, *, now: datetime) -> bool:
        mention = admitted(pulled.mention, now=now)
        is_new = self._mentions.add(replace(pulled, mention=mention))
        if is_new:
            log.info("mention_ingested", extra={"mention": mention.id, "source": name})
        return is_new

    def _tell_refused(self, name: str, refused: Sequence[str], *, now: datetime) -> None:
        self._meter.count("EntriesRefused", len(refused))
        for entry in refused:
            log.error("entry_refused", extra={"source": name, "entry": entry})
        self._notices.tell(
            f"refused:{name}",
            f"{len(refused)} posts of source {name} could not be read; see the log.",
            now=now,
        )
