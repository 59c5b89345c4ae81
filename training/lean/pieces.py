"""Weights for pieces of words, which stand in for words that are not known: misspelt, joined,
inflected.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from chalicelib.scoring.lean.features import pieces_of
from training.lean.bags import Array, Bags
from training.lean.descent import Vector, lowest

_LEAST_WORDS = 5
"""In so many words a piece must occur to be kept."""
_RESTRAINT = 20.0


def pieces_for(
    words: Sequence[str], rows: Array, *, most: int, steps: int
) -> tuple[list[str], Array]:
    """At most so many pieces, and weights whose sums come near to the rows of the words."""
    found = [pieces_of(word) for word in words]
    counts: Counter[str] = Counter()
    for one in found:
        counts.update(one)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
    names = sorted(piece for piece, count in ranked if count >= _LEAST_WORDS)
    lanes = rows.shape[1]
    if not names:
        return [], np.zeros((0, lanes), np.float32)
    index = {piece: at for at, piece in enumerate(names, start=1)}
    # Number 0 is in every word and takes up what all have in common.
    bags = Bags.of([[0, *(index[p] for p in one if p in index)] for one in found], len(names) + 1)

    def loss(point: Vector) -> tuple[float, Vector]:
        guess = point.reshape(-1, lanes)
        errors = bags.sums(guess) - rows
        held = guess.copy()
        held[0] = 0
        total = 0.5 * (float((errors * errors).sum()) + _RESTRAINT * float((held * held).sum()))
        return total, (bags.spread(errors) + np.float32(_RESTRAINT) * held).ravel()

    start = np.zeros((len(names) + 1) * lanes, np.float32)
    return names, lowest(loss, start, steps).reshape(-1, lanes)[1:]
