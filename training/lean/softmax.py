"""Fitting the weights of one group of answers, of which one is right."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.lean.bags import Array, Bags
from training.lean.descent import Vector, lowest


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Posts with their answers, and what the weights may follow."""

    bags: Bags
    targets: Array
    """(posts, lanes) probabilities."""
    weights: Array
    """(posts,); any sum."""
    scale: Array
    """(features, 1): how freely each feature's own weights move."""
    known: npt.NDArray[np.int64]
    """Features of which a vector is known."""
    vectors: Array
    """(known, any)."""
    restraint: float
    """L2 penalty beside the mean loss."""

    def fitted(self, rows: Array, offsets: Array, steps: int) -> tuple[Array, Array]:
        """Rows (features, lanes) and offsets (lanes,), found from those given and held near."""
        lanes = rows.shape[1]
        width, depth = rows.size, self.vectors.shape[1] * lanes
        shares = (self.weights / max(float(self.weights.sum()), 1e-9))[:, None].astype(np.float32)

        def changed(point: Vector) -> tuple[Array, Array]:
            own = point[:width].reshape(-1, lanes)
            shared = point[width : width + depth].reshape(-1, lanes)
            new: Array = rows + own * self.scale
            new[self.known] += self.vectors @ shared
            return new, offsets + point[width + depth :]

        def loss(point: Vector) -> tuple[float, Vector]:
            held = point[: width + depth]
            new, starts = changed(point)
            logs = _log_shares(self.bags.sums(new) + starts)
            errors = (shares * (np.exp(logs) - self.targets)).astype(np.float32)
            slopes = self.bags.spread(errors)
            slope = np.concatenate(
                [
                    (slopes * self.scale).ravel(),
                    (self.vectors.T @ slopes[self.known]).ravel(),
                    errors.sum(0),
                ]
            )
            slope[: width + depth] += np.float32(self.restraint) * held
            penalty = 0.5 * self.restraint * float(held @ held)
            return penalty - float((shares * self.targets * logs).sum()), slope

        return changed(lowest(loss, np.zeros(width + depth + lanes, np.float32), steps))


def _log_shares(lanes: Array) -> Array:
    """Logarithms of the probabilities that lanes stand for, post by post."""
    shifted = lanes - lanes.max(1, keepdims=True)
    logs: Array = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    return logs
