"""Reading with the lean model: a sum of small weights, one row a feature."""

from collections.abc import Sequence
from math import exp
from operator import mul
from pathlib import Path
from struct import Struct

from chalicelib.domain.signal import Mood, Topic, Urgency
from chalicelib.scoring.lean.features import features_of, pieces_of, words_of
from chalicelib.scoring.lean.file import LANES, ZERO, LeanModelBroken, read_lean_file
from chalicelib.scoring.reading import MOODS, URGENCIES, Reading

__all__ = ["LeanModel", "LeanModelBroken"]

SHIPPED = Path(__file__).parents[1] / "weights" / "lean.model"

_ROW = 2 * LANES
"""Bytes of a row in memory: each weight's byte and an empty one beside it for the sum to grow."""
_AT_ONCE = 256
"""So many rows fit into a sum before a lane could run over: 256 x 255 < 2 ** 16."""
_LANES = Struct(f"<{LANES}H")
_REMEMBERED = 20_000
_TELLING = 0.15
"""A word that adds less to a verdict than this has not spoken for it."""
_FILLING = (
    "@user http a an the and or but if so of to in on at by for from with as into about this that "
    "these those it its he she they we you i me my your our their his her him them us is are was "
    "were be been being am do does did has have had will would can could should may might just "
    "i'm it's he's she's you're we're they're i've we've der die das ein eine und oder in im an am "
    "auf mit zu von für ist sind war ich du er sie es wir ihr mein dein euer euch mich uns den dem "
    "des le la les un une et de du des à au en je il elle nous vous est el los las y que un una "
    "con por para il lo gli di che e het een van op te ik o os do da no na em w na z się i att och"
)
_FILLINGS = frozenset(_FILLING.split())
"""Words that tell a reader nothing, whatever they weigh."""


class LeanModel:
    """Implements `reading.Model`. Raises LeanModelBroken when its file is missing or broken.

    A whole row of weights is added as one long integer, sixteen bits a lane: plain Python has no
    quicker way to add twenty numbers.
    """

    def __init__(self, path: Path = SHIPPED) -> None:
        file = read_lean_file(path)
        self.name = file.name
        self.languages = frozenset(file.languages)
        rows = bytearray(2 * len(file.weights))
        rows[::2] = file.weights
        self._rows = bytes(rows)
        self._at = dict(zip(file.features, range(0, len(rows), _ROW), strict=True))
        self._scales = file.scales
        self._offsets = file.offsets
        self._unknown: dict[str, tuple[int, ...]] = {}
        self._shares_of: dict[int, list[float]] = {}

    def read(self, text: str) -> Reading:
        """What it makes of a text that `text.prepared` has made ready. Never raises."""
        found = self._found(text, words_of(text))
        lanes = [
            offset + scale * value
            for offset, scale, value in zip(
                self._offsets, self._scales, self._sum(found), strict=True
            )
        ]
        mood = _shares(lanes[:MOODS])
        urgency = _shares(lanes[MOODS : MOODS + URGENCIES])
        return Reading(
            mood=(mood[0], mood[1], mood[2]),
            urgency=(urgency[0], urgency[1], urgency[2], urgency[3]),
            topics=tuple(_shares(lanes[MOODS + URGENCIES :])),
        )

    def telling_words(
        self, text: str, verdict: Mood | Urgency | Topic, most: int = 3
    ) -> tuple[str, ...]:
        """The words of a prepared text that spoke most for a verdict, as they stand in small
        letters, weightiest first; no word that spoke against it or hardly at all.
        """
        first, last, lane = _group(verdict)
        words = words_of(text)
        shares: dict[str, float] = {}
        for at, word in enumerate(words):
            if word in _FILLINGS or not any(map(str.isalpha, word)):
                continue
            before = words[at - 1] if at else "^"
            after = words[at + 1] if at + 1 < len(words) else "$"
            weight = self._weight(self._found_word(word), first, last, lane)
            for pair in (f"{before} {word}", f"{word} {after}"):
                if pair in self._at:
                    weight += self._weight([self._at[pair]], first, last, lane) / 2
            shares[word] = max(weight, shares.get(word, 0.0))
        told = sorted(shares, key=lambda word: -shares[word])[:most]
        return tuple(word for word in told if shares[word] >= _TELLING)

    def _found(self, text: str, words: list[str]) -> list[int]:
        """Where the rows of a text's features begin."""
        at = self._at
        found = [at[feature] for feature in features_of(text, words) if feature in at]
        for word in dict.fromkeys(words):
            if word not in at and word[0].isalpha():
                found += self._found_word(word)
        return found

    def _found_word(self, word: str) -> Sequence[int]:
        """The rows of one word: its own or, where it is unknown, those of its pieces."""
        if word in self._at:
            return (self._at[word],)
        known = self._unknown.get(word)
        if known is None:
            known = tuple(self._at[piece] for piece in pieces_of(word) if piece in self._at)
            if len(word) < 40:
                if len(self._unknown) >= _REMEMBERED:
                    self._unknown.clear()
                self._unknown[word] = known
        return known

    def _sum(self, found: Sequence[int]) -> list[int]:
        """The sum of rows, lane by lane, without the zero that each byte carries."""
        rows, number = self._rows, int.from_bytes
        totals = [0] * LANES
        for start in range(0, len(found), _AT_ONCE):
            part = found[start : start + _AT_ONCE]
            total = sum([number(rows[at : at + _ROW], "little") for at in part])
            zero = ZERO * len(part)
            lanes = _LANES.unpack(total.to_bytes(_ROW, "little"))
            totals = [sofar + lane - zero for sofar, lane in zip(totals, lanes, strict=True)]
        return totals

    def _weight(self, found: Sequence[int], first: int, last: int, lane: int) -> float:
        """How far rows raise one lane above the mean of its group."""
        shares = self._shares_of.get(lane)
        if shares is None:
            part = 1 / (last - first)
            shares = [
                scale * ((first + at == lane) - part)
                for at, scale in enumerate(self._scales[first:last])
            ]
            self._shares_of[lane] = shares
        rows, zero = self._rows, ZERO * sum(shares)
        begins, ends = 2 * first, 2 * last
        points: float = sum(
            sum(map(mul, rows[at + begins : at + ends : 2], shares)) - zero for at in found
        )
        return points


def _group(verdict: Mood | Urgency | Topic) -> tuple[int, int, int]:
    """First lane, one after the last, and the verdict's own."""
    if isinstance(verdict, Mood):
        return 0, MOODS, list(Mood).index(verdict)
    if isinstance(verdict, Urgency):
        return MOODS, MOODS + URGENCIES, MOODS + verdict.rank
    start = MOODS + URGENCIES
    return start, LANES, start + list(Topic).index(verdict)


def _shares(lanes: list[float]) -> list[float]:
    """As probabilities that add up to 1."""
    top = max(lanes)
    parts = [exp(lane - top) for lane in lanes]
    whole = sum(parts)
    return [part / whole for part in parts]
