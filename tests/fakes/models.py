"""Models that read by a small table, for tests of what is made of a reading."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.domain.signal import Mood, Topic, Urgency
from chalicelib.scoring.reading import Reading


def a_reading(
    wake: float = 0.0,
    soon: float = 0.0,
    answer: float = 0.0,
    *,
    topic: Topic = Topic.OTHER,
    negative: float = 0.2,
    positive: float = 0.1,
) -> Reading:
    """A reading with these probabilities; what is left is *ignore* and neutral."""
    rest = (1 - 0.9) / (len(Topic) - 1)
    return Reading(
        mood=(negative, 1 - negative - positive, positive),
        urgency=(wake, soon, answer, 1 - wake - soon - answer),
        topics=tuple(0.9 if one is topic else rest for one in Topic),
    )


@dataclass
class FakeModel:
    """Reads by the words of its table, the gravest reading first found; keeps what it was given."""

    table: Mapping[str, Reading] = field(default_factory=dict)
    otherwise: Reading = field(default_factory=a_reading)
    name: str = "fake-1"
    languages: frozenset[str] = frozenset({"en"})
    named: tuple[str, ...] = ()
    """What it says are the words that spoke most."""
    has_read: list[str] = field(default_factory=list)

    def read(self, text: str) -> Reading:
        self.has_read.append(text)
        found = [reading for words, reading in self.table.items() if words in text.casefold()]
        return max(found, key=lambda one: one.urgency, default=self.otherwise)

    def telling_words(
        self, text: str, verdict: Mood | Urgency | Topic, most: int = 3
    ) -> tuple[str, ...]:
        return tuple(word for word in self.named if word in text.casefold())[:most]


class BrokenModel:
    """A model whose runtime fails at every text."""

    name = "broken-1"
    languages = frozenset({"en"})

    def read(self, text: str) -> Reading:
        raise RuntimeError("the runtime has lost its mind")
