"""Mentions in DynamoDB: each once, with its payload and its verdict.

Item `mention` has `mention`, `pulled_at`, and `unjudged` until it is judged, then `score`,
`judged_at`, `incident_id`; one that was erased has none of these. Item `raw` has `raw` (zlib), and
`cut_from` (bytes) where the payload was too long to be kept whole.
"""

import zlib
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from chalicelib.adapters.items import find, is_broken_condition, put_if, readable
from chalicelib.adapters.tables import LISTED, MentionsTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.customer import Profile, profile_of
from chalicelib.domain.incident import IncidentId
from chalicelib.domain.mention import Mention, MentionId
from chalicelib.domain.signal import Score
from chalicelib.ports import Pulled, Written

MAX_RAW = 380 * 1024
"""Bytes of a compressed payload that are kept: an item holds 400 KB, names and keys included."""


class DynamoMentions:
    """Mentions in one table."""

    def __init__(self, table: str, *, retention_days: int, region: str | None = None) -> None:
        self._items = bound(MentionsTable, table, region)
        self._retention = timedelta(days=retention_days)

    def add(self, pulled: Pulled) -> bool:
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
            expires_at=expires_at,
        )
        return put_if(item, self._items.pk.does_not_exist())

    def get(self, id: MentionId) -> Mention | None:
        item = find(self._items, id, "mention")
        return _mention(item) if item and item.mention is not None else None

    def raw(self, id: MentionId) -> bytes | None:
        """The payload; one that was cut ends in a line that says so and how long it was."""
        item = find(self._items, id, "raw")
        if item is None:
            return None
        raw = zlib.decompressobj().decompress(item.raw)
        if item.cut_from is None:
            return raw
        return raw + b"\n[cut here by Nightdesk; %d bytes in full]" % int(item.cut_from)

    def record_score(
        self, id: MentionId, score: Score, *, incident_id: IncidentId | None, now: datetime
    ) -> bool:
        """Keep the verdict; False when there is one, or the mention is not there any more."""
        items = self._items
        actions = [items.score.set(to_text(score)), items.judged_at.set(now)]
        if incident_id is not None:
            actions.append(items.incident_id.set(incident_id))
        try:
            items(id, "mention").update(
                actions=[*actions, items.unjudged.remove()],
                condition=items.mention.exists() & items.score.does_not_exist(),
            )
        except UpdateError as error:
            if is_broken_condition(error):
                return False
            raise
        return True

    def score(self, id: MentionId) -> Score | None:
        item = find(self._items, id, "mention")
        if item is None or item.score is None:
            return None
        return from_text(Score, item.score, f"score of {id}")

    def unjudged_before(self, instant: datetime, *, limit: int) -> tuple[Mention, ...]:
        """One query of the sparse index; it may list one that has just been judged."""
        listed = self._items.unjudged_index.query(
            LISTED, self._items.pulled_at < instant, limit=limit
        )
        return readable(listed, _mention)

    def written_by(self, profiles: Collection[Profile]) -> tuple[Written, ...]:
        """A scan, which reads payloads too: 100,000 mentions of usual length cost about one US
        cent. Needs `dynamodb:Scan`, which no function has."""
        items = self._items
        wanted = {one.key for one in profiles}
        listed = items.scan(
            items.mention.exists(), attributes_to_get=["pk", "sk", "mention", "incident_id"]
        )
        found = readable(listed, _written)
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
        gone = (items.mention, items.pulled_at, items.unjudged, items.score, items.incident_id)
        actions: list[Action] = [one.remove() for one in (*gone, items.judged_at)]
        try:
            items(id, "mention").update(actions=actions, condition=items.pk.exists())
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


def _written(item: MentionsTable) -> Written:
    incident_id = IncidentId(item.incident_id) if item.incident_id else None
    return Written(mention=_mention(item), incident_id=incident_id)


def _mention(item: MentionsTable) -> Mention:
    return from_text(Mention, item.mention, f"mention {item.pk}")


if TYPE_CHECKING:
    from chalicelib.ports import Mentions

    _: type[Mentions] = DynamoMentions
