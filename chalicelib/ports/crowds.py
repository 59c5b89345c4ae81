"""What watching the crowd needs: counts by series, and what is remembered of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.domain.signal import Topic
from chalicelib.domain.surge import Listening, Watched
from chalicelib.domain.tally import Tally

LANES = 8
"""Records that the counts of a series are spread over when several writers meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Everything that is stored of one brand's crowd."""

    tallies: Mapping[Topic, tuple[Tally, ...]] = field(default_factory=dict)
    """The lanes of each topic that has any."""
    watched: Mapping[Topic | None, Watched] = field(default_factory=dict)
    """By topic; None for all of them together."""
    listening: Listening = field(default_factory=Listening)


class Crowds(Protocol):
    """Counts of negative mentions by brand and topic, and what is remembered of them."""

    def lanes(self, brand: str, topic: Topic) -> Mapping[int, Tally]:
        """The lanes of a series as they are at this instant, by number below `LANES`."""

    def save_lane(self, brand: str, topic: Topic, lane: int, tally: Tally) -> None:
        """Write a lane over the version before. Raises StaleWrite when somebody was faster."""

    def of_brand(self, brand: str) -> Crowd:
        """All that is stored of a brand; may lag by moments."""

    def save_watched(self, brand: str, topic: Topic | None, watched: Watched) -> None:
        """Write it over the version before. Raises StaleWrite when somebody was faster."""

    def save_listening(self, brand: str, listening: Listening) -> None:
        """Write it over the version before. Raises StaleWrite when somebody was faster."""
