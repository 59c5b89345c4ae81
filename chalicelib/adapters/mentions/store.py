"""Mentions in DynamoDB: each once, with its payload and its verdict.

Item `mention` has `mention`, `pulled_at`, and `unjudged` until it is judged, then `score`,
`judged_at`, `incident_id`, `incident_ids` (all it ever had, or is shown in), `ticket_id`;
`edited_at` once its words were changed (it is `unjudged` again then, and keeps the `score` of
its earlier words);
`recheck` (its source) and `recheck_at` where it can be seen whether it still stands, and
`was_missed` when it seemed gone at the last look. One taken back has `withdrawn_at` and is
`unjudged` (`erasing`) until it is erased; then it has `tombstone` in the place of all that. One
that was erased with its author has none of these.

Item `raw` has `raw` (zlib), and `cut_from` (bytes) where the payload was too long to be kept
whole; nothing once it was erased.
"""

import zlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import Attribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.adapters.items import find, is_broken_condition, put_if, readable
from chalicelib.adapters.mentions import reading
from chalicelib.adapters.tables import LISTED, MentionsTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.customer import Profile, profile_of
from chalicelib.domain.incident import IncidentId
from chalicelib.domain.mention import Mention, MentionId
from chalicelib.domain.signal import Score
from chalicelib.domain.ticket import TicketId, is_newer
from chalicelib.domain.withdrawal import Tombstone
from chalicelib.ports import Pulled, Stored, Written

ERASING = "erasing"
"""In the place of `LISTED` for what waits to be erased: apart, so that it is in nobody's way."""

MAX_RAW = 380 * 1024
"""Bytes of a compressed payload that are kept: an item holds 400 KB, names and keys included."""

MOST_AT_ONCE = 100
"""Items that DynamoDB gives in one call (BatchGetItem)."""


class DynamoMentions:
    """Mentions in one table."""

    def __init__(self, table: str, *, retention_days: int, region: str | None = None) -> None:
        self._items = bound(MentionsTable, table, region)
        self._retention = timedelta(days=retention_days)

    def add(self, pulled: Pulled, *, look_at: datetime | None = None) -> bool:
        """Store a mention and its payload once.

        Looking first costs half a read unit, a tenth of what a refused write does, and most
        pulls repeat what is known. The payload goes first: a crash between leaves a mention
        that is not there yet, so that the next pull brings both again. The mention is written
        on condition that there is none, however old the look was.
        """
        mention = pulled.mention
        id = mention.id
        if self._is_there(id):
            return False
        expires_at = mention.pulled_at + self._retention
        self._add_raw(id, pulled.raw, expires_at)
        item = self._items(
            id,
            "mention",
            mention=to_text(mention),
            pulled_at=mention.pulled_at,
            unjudged=LISTED,
            edited_at=mention.edited_at,
            recheck=mention.source if look_at else None,
            recheck_at=look_at,
            expires_at=expires_at,
        )
        is_new = put_if(item, self._items.pk.does_not_exist())
        if not is_new and (there := self.stored(id)) is not None and there.mention is None:
            self._blank_raw(id)  # taken back just now
        return is_new

    def edit(self, pulled: Pulled, *, look_at: datetime | None = None) -> bool:
        new, there = pulled.mention, find(self._items, pulled.mention.id, "mention")
        if there is None or there.mention is None or new.edited_at is None:
            return False
        old = reading.mention(there)
        if old.withdrawn_at is not None or (new.text, new.media) == (old.text, old.media):
            return False
        if not is_newer(new, old):
            return False
        kept = replace(
            new,
            source=old.source,
            brand=old.brand,
            is_late=old.is_late,
            is_private=old.is_private or new.is_private,
        )
        items = self._items
        actions: list[Action] = [
            items.mention.set(to_text(kept)),
            items.edited_at.set(new.edited_at),
            items.pulled_at.set(new.pulled_at),
            items.unjudged.set(LISTED),
            items.judged_at.remove(),
        ]
        if look_at is not None and there.recheck is not None:
            actions.append(items.recheck_at.set(look_at))
        is_as_read = items.mention == there.mention
        return self._update(new.id, actions, is_as_read & items.withdrawn_at.does_not_exist())

    def get(self, id: MentionId) -> Mention | None:
        there = self.stored(id)
        mention = there.mention if there else None
        return mention if mention is not None and mention.withdrawn_at is None else None

    def stored(self, id: MentionId) -> Stored | None:
        item = find(self._items, id, "mention")
        return reading.stored(item) if item is not None else None

    def raw(self, id: MentionId) -> bytes | None:
        """The payload; one that was cut ends in a line that says so and how long it was."""
        item = find(self._items, id, "raw")
        if item is None or item.raw is None:
            return None
        raw = zlib.decompressobj().decompress(item.raw)
        if item.cut_from is None:
            return raw
        return raw + b"\n[cut here by Nightdesk; %d bytes in full]" % int(item.cut_from)

    def record_score(
        self,
        id: MentionId,
        score: Score,
        *,
        incident_id: IncidentId | None,
        ticket_id: TicketId | None = None,
        edited_at: datetime | None = None,
        now: datetime,
    ) -> bool:
        items = self._items
        actions: list[Action] = [items.score.set(to_text(score)), items.judged_at.set(now)]
        if incident_id is not None:
            actions.append(items.incident_id.set(incident_id))
            actions.append(items.incident_ids.add({incident_id}))
        if ticket_id is not None:
            actions.append(items.ticket_id.set(ticket_id))
        is_version = items.edited_at == edited_at if edited_at else items.edited_at.does_not_exist()
        is_waiting = items.mention.exists() & items.unjudged.exists()
        standing = is_waiting & items.withdrawn_at.does_not_exist()
        return self._update(id, [*actions, items.unjudged.remove()], standing & is_version)

    def score(self, id: MentionId) -> Score | None:
        there = self.stored(id)
        return there.score if there is not None and there.is_judged else None

    def shown_in(self, id: MentionId, incident_id: IncidentId) -> bool:
        items = self._items
        standing = items.mention.exists() & items.withdrawn_at.does_not_exist()
        return self._update(id, [items.incident_ids.add({incident_id})], standing)

    def unjudged_before(self, instant: datetime, *, limit: int) -> tuple[Mention, ...]:
        """Two queries of the sparse index; it may list one that has just been judged."""
        found: list[MentionsTable] = []
        for waits_for in (LISTED, ERASING):
            if room := limit - len(found):
                before = self._items.pulled_at < instant
                found += self._items.unjudged_index.query(waits_for, before, limit=room)
        return readable(found, reading.mention)

    def withdraw(self, id: MentionId, *, now: datetime) -> bool:
        """An update where it is there, else an item that keeps it from coming."""
        items = self._items
        standing = items.mention.exists() & items.withdrawn_at.does_not_exist()
        actions: list[Action] = [
            items.withdrawn_at.set(now),
            items.unjudged.set(ERASING),
            items.pulled_at.set(now),
            *(one.remove() for one in (items.recheck, items.recheck_at, items.was_missed)),
            items.judged_at.remove(),
        ]
        if self._update(id, actions, standing):
            return True
        expires_at = now + self._retention
        kept_away = items(id, "mention", withdrawn_at=now, expires_at=expires_at)
        if not put_if(kept_away, items.pk.does_not_exist()):
            # Taken back or erased before, or it has come between the two writes.
            return self._update(id, actions, standing)
        return True

    def bury(self, tombstone: Tombstone) -> None:
        """The payload first: while the mention is there, it is found again."""
        items = self._items
        self._blank_raw(tombstone.id)
        gone = (one.remove() for one in self._contents())
        actions: list[Action] = [items.tombstone.set(to_text(tombstone)), *gone]
        self._update(tombstone.id, actions, items.withdrawn_at.exists())

    def tombstone(self, id: MentionId) -> Tombstone | None:
        item = find(self._items, id, "mention")
        if item is None or item.tombstone is None:
            return None
        return from_text(Tombstone, item.tombstone, f"tombstone of {id}")

    def to_look_at(self, source: str, *, now: datetime, limit: int) -> tuple[Stored, ...]:
        """One query of the sparse index, and one BatchGetItem."""
        items, most = self._items, min(limit, MOST_AT_ONCE)
        listed = items.recheck_index.query(source, items.recheck_at <= now, limit=most)
        order = {MentionId(item.pk): place for place, item in enumerate(listed)}
        if not order:
            return ()
        # As they are at this instant: the index may list what was taken back or looked at since.
        found = items.batch_get([(id, "mention") for id in order], consistent_read=True)
        due = (one for one in found if one.recheck_at is not None and one.recheck_at <= now)
        return readable(sorted(due, key=lambda one: order[MentionId(one.pk)]), reading.stored)

    def look_again(self, id: MentionId, *, at: datetime, was_missed: bool = False) -> None:
        items = self._items
        missed = items.was_missed.set(True) if was_missed else items.was_missed.remove()
        self._update(id, [items.recheck_at.set(at), missed], items.recheck.exists())

    def written_by(self, profiles: Collection[Profile]) -> tuple[Written, ...]:
        """A scan, which reads payloads too: 100,000 mentions of usual length cost about one US
        cent. Needs `dynamodb:Scan`, which no function has."""
        items = self._items
        wanted = {one.key for one in profiles}
        listed = items.scan(
            items.mention.exists(),
            attributes_to_get=["pk", "sk", "mention", "incident_id", "incident_ids"],
        )
        found = readable(listed, reading.written)
        return tuple(
            one
            for one in found
            if (profile := profile_of(one.mention)) is not None and profile.key in wanted
        )

    def erase(self, id: MentionId) -> None:
        """The payload first: while the mention is there, it can be found again by its author.
        What stays is an empty item under its id."""
        items = self._items
        items(id, "raw").delete()
        gone = (*self._contents(), items.withdrawn_at, items.tombstone)
        self._update(id, [one.remove() for one in gone], items.pk.exists())

    def _contents(self) -> tuple[Attribute[Any], ...]:
        """All that an item has of a mention which is there."""
        items = self._items
        judged = (items.score, items.judged_at, items.incident_id, items.incident_ids)
        looks = (items.recheck, items.recheck_at, items.was_missed)
        said = (items.mention, items.pulled_at, items.edited_at, items.unjudged)
        return (*said, *judged, items.ticket_id, *looks)

    def _update(self, id: MentionId, actions: Sequence[Action], condition: Condition) -> bool:
        """Whether `condition` held, and the item is now as the actions say."""
        try:
            self._items(id, "mention").update(actions=list(actions), condition=condition)
        except UpdateError as error:
            if is_broken_condition(error):
                return False
            raise
        return True

    def _blank_raw(self, id: MentionId) -> None:
        """By an update: no function may delete an item."""
        items = self._items
        try:
            items(id, "raw").update(
                actions=[items.raw.remove(), items.cut_from.remove()],
                condition=items.pk.exists(),
            )
        except UpdateError as error:
            if not is_broken_condition(error):
                raise

    def _is_there(self, id: MentionId) -> bool:
        try:
            self._items.get(id, "mention", attributes_to_get=["pk", "sk"])
        except self._items.DoesNotExist:
            return False
        return True

    def _add_raw(self, id: MentionId, raw: bytes, expires_at: datetime) -> None:
        packed = zlib.compress(raw)
        is_cut = len(packed) > MAX_RAW
        item = self._items(
            id,
            "raw",
            raw=packed[:MAX_RAW],
            cut_from=len(raw) if is_cut else None,
            expires_at=expires_at,
        )
        put_if(item, self._items.pk.does_not_exist())


if TYPE_CHECKING:
    from chalicelib.ports import Mentions

    _: type[Mentions] = DynamoMentions
