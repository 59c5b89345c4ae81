"""Sums of rows: which features each post has, and the two products that training needs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

_POSTS = 512
_FEATURES = 2_048


@dataclass(frozen=True, slots=True, eq=False)
class Bags:
    """For each of n posts the numbers of its features, at least one, each below `width`."""

    features: Indices
    """All posts' features one after the other."""
    starts: Indices
    """Where each post begins; n + 1 numbers."""
    posts: Indices
    """Of each entry, ordered by feature, the post."""
    feature_starts: Indices
    """Where each feature begins in `posts`; width + 1 numbers."""

    @classmethod
    def of(cls, found: Sequence[Sequence[int]], width: int) -> "Bags":
        lengths = np.array([len(one) for one in found], dtype=np.int64)
        if not lengths.all():
            raise ValueError("a post without any feature; give it a feature of its own")
        features = np.fromiter((at for one in found for at in one), np.int64, int(lengths.sum()))
        order = np.argsort(features, kind="stable")
        counts = np.bincount(features, minlength=width)
        return cls(
            features=features,
            starts=np.concatenate([[0], np.cumsum(lengths)]),
            posts=np.repeat(np.arange(len(found)), lengths)[order],
            feature_starts=np.concatenate([[0], np.cumsum(counts)]),
        )

    @property
    def counts(self) -> Indices:
        """In how many posts each feature occurs."""
        return np.diff(self.feature_starts)

    def sums(self, rows: Array) -> Array:
        """For each post the sum of its features' rows: (width, lanes) becomes (n, lanes)."""
        return _gathered(rows, self.features, self.starts, _POSTS)

    def spread(self, errors: Array) -> Array:
        """For each feature the sum of its posts' errors: (n, lanes) becomes (width, lanes)."""
        return _gathered(errors, self.posts, self.feature_starts, _FEATURES)


def _gathered(rows: Array, at: Indices, starts: Indices, step: int) -> Array:
    """Sums of rows[at] between the starts, in parts small enough for the processor's cache."""
    sums = np.zeros((len(starts) - 1, rows.shape[1]), np.float32)
    for begin in range(0, len(sums), step):
        part = starts[begin : begin + step + 1]
        filled = np.flatnonzero(np.diff(part))
        if len(filled):
            gathered = rows[at[part[0] : part[-1]]]
            sums[begin + filled] = np.add.reduceat(gathered, part[filled] - part[0], axis=0)
    return sums
