"""Counts of negative mentions and what is remembered of them, in the table of incidents.

`crowd#<brand>`: `lane#<topic>#<n>`, `watched#<topic or *>`, `listening`; each has `crowd` (the
value) and `version`, and is written on condition of the version before. A lane expires a day
after its newest bucket, the rest with the retention.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.items import put_if, readable
from chalicelib.adapters.tables import IncidentsTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.errors import BadInput, StaleWrite
from chalicelib.domain.signal import Topic
from chalicelib.domain.surge import Listening, Watched
from chalicelib.domain.tally import Tally, instant_of
from chalicelib.ports.crowds import Crowd

LANE_KEPT = timedelta(days=1)

ALL_TOPICS = "*"


class DynamoCrowds:
    """Crowds in the table of incidents."""

    def __init__(self, table: str, *, retention_days: int, region: str | None = None) -> None:
        self._items = bound(IncidentsTable, table, region)
        self._retention = timedelta(days=retention_days)

    def lanes(self, brand: str, topic: Topic) -> Mapping[int, Tally]:
        of_topic = self._items.sk.startswith(f"lane#{topic.value}#")
        found = self._items.query(_pk(brand), of_topic, consistent_read=True)
        return dict(readable(found, lambda item: (int(item.sk.rpartition("#")[2]), _tally(item))))

    def save_lane(self, brand: str, topic: Topic, lane: int, tally: Tally) -> None:
        expires_at = instant_of(max(tally.counts, default=0)) + LANE_KEPT
        self._save(brand, f"lane#{topic.value}#{lane}", tally, tally.version, expires_at)

    def of_brand(self, brand: str) -> Crowd:
        """One query; a record that cannot be read is logged and left out."""
        items = list(self._items.query(_pk(brand)))
        lanes = [item for item in items if item.sk.startswith("lane#")]
        watched = [item for item in items if item.sk.startswith("watched#")]
        listening = [item for item in items if item.sk == "listening"]
        tallies: dict[Topic, tuple[Tally, ...]] = {}
        for topic, tally in readable(lanes, lambda item: (_topic(item), _tally(item))):
            if topic is not None:
                tallies[topic] = (*tallies.get(topic, ()), tally)
        return Crowd(
            tallies=tallies,
            watched=dict(readable(watched, lambda item: (_topic(item), _watched(item)))),
            listening=next(iter(readable(listening, _listening)), Listening()),
        )

    def save_watched(self, brand: str, topic: Topic | None, watched: Watched) -> None:
        expires_at = watched.saved_at + self._retention if watched.saved_at else None
        sk = f"watched#{topic.value if topic else ALL_TOPICS}"
        self._save(brand, sk, watched, watched.version, expires_at)

    def save_listening(self, brand: str, listening: Listening) -> None:
        newest = max(gap.ends_at or gap.starts_at for gap in listening.gaps)
        self._save(brand, "listening", listening, listening.version, newest + self._retention)

    def _save(
        self, brand: str, sk: str, value: object, version: int, expires_at: datetime | None
    ) -> None:
        items = self._items
        item = items(_pk(brand), sk, crowd=to_text(value), version=version, expires_at=expires_at)
        is_first = items.pk.does_not_exist()
        if not put_if(item, is_first if version == 1 else items.version == version - 1):
            raise StaleWrite(f"the crowd of {brand} ({sk}) was written by somebody else")


def _pk(brand: str) -> str:
    return f"crowd#{brand}"


def _topic(item: IncidentsTable) -> Topic | None:
    name = item.sk.split("#")[1]
    try:
        return None if name == ALL_TOPICS else Topic(name)
    except ValueError:
        raise BadInput(f"{item.pk} {item.sk}: {name} is no topic of this release") from None


def _tally(item: IncidentsTable) -> Tally:
    return from_text(Tally, item.crowd, f"{item.pk} {item.sk}")


def _watched(item: IncidentsTable) -> Watched:
    return from_text(Watched, item.crowd, f"{item.pk} {item.sk}")


def _listening(item: IncidentsTable) -> Listening:
    return from_text(Listening, item.crowd, f"{item.pk} {item.sk}")


if TYPE_CHECKING:
    from chalicelib.ports.crowds import Crowds

    _: type[Crowds] = DynamoCrowds
