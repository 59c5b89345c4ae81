"""Finding the lowest point of a smooth convex function: L-BFGS, as Nocedal and Wright describe it
(Numerical Optimization, algorithms 7.4 and 3.1), in numpy alone and equal on every run.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]
Function = Callable[[Vector], tuple[float, Vector]]
"""Its value and its gradient at a point."""

_MEMORY = 8
_ENOUGH = 1e-4
"""Of the decrease that the slope promises, the share a step must bring."""
_HALVINGS = 20


def lowest(function: Function, start: Vector, steps: int) -> Vector:
    """Where the function is low after so many steps, or sooner where it gets no lower."""
    point = start
    value, slope = function(point)
    moves: list[tuple[Vector, Vector, float]] = []
    for _ in range(steps):
        way = _direction(slope, moves)
        promised = float(way @ slope)
        if promised >= 0:
            moves, way = [], -slope
            promised = -float(slope @ slope)
        length = 1.0 if moves else min(1.0, 1.0 / (float(np.abs(slope).sum()) + 1e-12))
        for _ in range(_HALVINGS):
            new_point = point + np.float32(length) * way
            new_value, new_slope = function(new_point)
            if new_value <= value + _ENOUGH * length * promised:
                break
            length /= 2
        else:
            return point
        moved, turned = new_point - point, new_slope - slope
        bend = float(moved @ turned)
        if bend > 1e-10 * float(turned @ turned):
            moves = [*moves[-_MEMORY + 1 :], (moved, turned, bend)]
        is_flat = value - new_value < 1e-7 * abs(value)
        point, value, slope = new_point, new_value, new_slope
        if is_flat:
            return point
    return point


def _direction(slope: Vector, moves: list[tuple[Vector, Vector, float]]) -> Vector:
    way = -slope
    shares = []
    for moved, turned, bend in reversed(moves):
        share = float(moved @ way) / bend
        shares.append(share)
        way = way - np.float32(share) * turned
    if moves:
        _, turned, bend = moves[-1]
        way = way * np.float32(bend / float(turned @ turned))
    for (moved, turned, bend), share in zip(moves, reversed(shares), strict=True):
        way = way + np.float32(share - float(turned @ way) / bend) * moved
    return way
