"""Counts of the crowd, in memory."""

from collections.abc import Mapping
from threading import RLock
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.signal import Topic
from chalicelib.domain.surge import Listening, Watched
from chalicelib.domain.tally import Tally
from chalicelib.ports import Crowd


class FakeCrowds:
    """Keeps every record; `writes` tells which were written, in order."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[str, Topic, int], Tally] = {}
        self._watched: dict[tuple[str, Topic | None], Watched] = {}
        self._listening: dict[str, Listening] = {}
        self.writes: list[object] = []
        self._lock = RLock()

    def lanes(self, brand: str, topic: Topic) -> Mapping[int, Tally]:
        with self._lock:
            return {
                lane: tally
                for (of, about, lane), tally in self._tallies.items()
                if (of, about) == (brand, topic)
            }

    def save_lane(self, brand: str, topic: Topic, lane: int, tally: Tally) -> None:
        self._save(self._tallies, (brand, topic, lane), tally)

    def of_brand(self, brand: str) -> Crowd:
        with self._lock:
            topics = {topic for of, topic, _ in self._tallies if of == brand}
            return Crowd(
                tallies={topic: tuple(self.lanes(brand, topic).values()) for topic in topics},
                watched={topic: one for (of, topic), one in self._watched.items() if of == brand},
                listening=self._listening.get(brand, Listening()),
            )

    def save_watched(self, brand: str, topic: Topic | None, watched: Watched) -> None:
        self._save(self._watched, (brand, topic), watched)

    def save_listening(self, brand: str, listening: Listening) -> None:
        self._save(self._listening, brand, listening)

    def _save(self, kept: dict[Any, Any], key: object, value: Any) -> None:
        with self._lock:
            known = kept.get(key)
            if (known.version if known else 0) != value.version - 1:
                raise StaleWrite(f"{key} was written by somebody else")
            kept[key] = value
            self.writes.append(key)


if TYPE_CHECKING:
    from chalicelib.ports import Crowds

    _: type[Crowds] = FakeCrowds
