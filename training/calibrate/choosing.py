"""Choosing constants that hold on posts nobody has measured: neighbours are asked, too.

All of it is plain search over a grid; equal readings give equal constants. `labels` are places in
`Mood` or `Urgency`.
"""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import numpy.typing as npt

from training.lean.measure import average_precision

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Factors = tuple[float, float, float]

SHARES = tuple(round(0.1 * step, 1) for step in range(11))
"""Weights of the deep model that are tried."""
DANGER_ODDS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""No more: posts that only sound dangerous are rarer in files than the words are in the world."""
FOLDS = 5
_BELOW, _ABOVE = 0.002, 0.98
_LINES = np.round(np.arange(0.02, 0.96, 0.02), 2)
_POWERS = np.round(np.arange(-0.6, 0.61, 0.1), 1)
"""Logarithms of the mood factors that are tried."""
_SHRINKING = (0.0, 0.25, 0.5, 0.75, 1.0)
_AS_WELL = 0.005
_LOSS_FOR_SPARING = 0.003
"""Macro recall that may be lost for the posts that are spared a second reading."""


def mean(lean: Array, deep: Array | None, share: float) -> Array:
    """Both readings as one, as `blend.blended` does it."""
    return lean if deep is None else (1 - share) * lean + share * deep


def best_share(worth: Callable[[float], float]) -> tuple[float, dict[float, float]]:
    """The weight with the best worth, averaged with its neighbours'; and the worth of each."""
    found = {share: worth(share) for share in SHARES}
    values = list(found.values())
    smooth = [float(np.mean(values[max(0, at - 1) : at + 2])) for at in range(len(values))]
    return SHARES[smooth.index(max(smooth))], found


def raised(urgency: Array, is_warning: npt.NDArray[np.bool_], odds: float) -> Array:
    """Readings with *wake* likelier where words of danger stand, as `blend.raised` does it."""
    wake = np.where(is_warning, np.exp(odds), 1.0) * urgency[:, 0]
    found = urgency.copy()
    found[:, 0] = wake
    return np.asarray(found / found.sum(1, keepdims=True))


def danger_odds(
    urgency: Array, labels: Labels, is_warning: npt.NDArray[np.bool_]
) -> tuple[float, dict[float, float]]:
    """The least weight of words of danger that ranks about as well as the best; worth of each."""
    found = {odds: ranking(raised(urgency, is_warning, odds), labels) for odds in DANGER_ODDS}
    enough = max(found.values()) - _AS_WELL
    return next(odds for odds, worth in found.items() if worth >= enough), found


def ranking(urgency: Array, labels: Labels) -> float:
    """How well the order of posts tells the levels apart, 0 to 1; half of it is *wake*."""
    parts = []
    for level, weight in ((0, 0.5), (1, 0.25), (2, 0.25)):
        values = urgency[:, : level + 1].sum(1).tolist()
        parts.append(weight * (average_precision(values, (labels <= level).tolist()) or 0.0))
    return sum(parts)


def wake_cut(wake: Array, is_urgent: npt.NDArray[np.bool_], per_1000: float) -> float:
    """The lowest cut with at most so many false pages per 1,000 posts that need none."""
    others = np.sort(wake[~is_urgent])[::-1]
    allowed = int(per_1000 * len(others) / 1000 + 1e-9)
    if allowed >= len(others):
        return _BELOW
    # Half way, in log-odds, to the last that may pass, so that neither hangs on a digit.
    high = others[allowed - 1] if allowed else _ABOVE
    low, high = (float(np.clip(one, _BELOW, _ABOVE)) for one in (others[allowed], high))
    odds = (np.log(low / (1 - low)) + np.log(high / (1 - high))) / 2
    return float(np.clip(1 / (1 + np.exp(-odds)), _BELOW, _ABOVE))


def other_cuts(urgency: Array, labels: Labels, wake: float) -> tuple[float, float]:
    """The cuts of *soon* and *answer* with the best macro F1 in their neighbourhood."""
    soon, answer = urgency[:, :2].sum(1), urgency[:, :3].sum(1)
    found = np.array(
        [
            [
                macro_f1(labels, _levels(urgency[:, 0], soon, answer, wake, one, other))
                for other in _LINES
            ]
            for one in _LINES
        ]
    )
    padded = np.pad(found, 1, mode="edge")
    size = len(_LINES)
    smooth = sum(padded[i : i + size, j : j + size] for i, j in product(range(3), repeat=2))
    at = np.unravel_index(int(np.argmax(smooth)), found.shape)
    return float(_LINES[at[0]]), float(_LINES[at[1]])


def levels(urgency: Array, cuts: tuple[float, float, float]) -> Labels:
    """The level of each post by the cuts of *wake*, *soon* and *answer*, as `blend` tells it."""
    return _levels(urgency[:, 0], urgency[:, :2].sum(1), urgency[:, :3].sum(1), *cuts)


def _levels(
    wakes: Array, soons: Array, answers: Array, wake: float, soon: float, answer: float
) -> Labels:
    return np.where(wakes >= wake, 0, np.where(soons >= soon, 1, np.where(answers >= answer, 2, 3)))


def macro_f1(labels: Labels, found: Labels) -> float:
    """Mean F1 of the levels that occur."""
    both = np.bincount(labels[labels == found], minlength=4)
    either = np.bincount(labels, minlength=4) + np.bincount(found, minlength=4)
    occurs = either > 0
    return float((2 * both[occurs] / either[occurs]).mean())


def macro_recall(labels: Labels, found: Labels) -> float:
    """Mean recall of the moods that occur."""
    of_each = np.bincount(labels, minlength=3)
    right = np.bincount(labels[labels == found], minlength=3)
    return float((right[of_each > 0] / of_each[of_each > 0]).mean())


def moods(mood: Array, factors: Factors) -> Labels:
    """The likeliest mood of each post when its probabilities are multiplied so."""
    return np.asarray((mood * np.array(factors)).argmax(1))


def factors_of(mood: Array, labels: Labels) -> tuple[Factors, float]:
    """What to multiply the moods' probabilities by, and the macro recall that it is worth.

    Fitted on all posts and drawn towards 1 by as much as does best on posts it was not fitted on;
    the worth is theirs.
    """
    place = np.arange(len(labels)) % FOLDS
    fits = [_fitted(mood[place != fold], labels[place != fold]) for fold in range(FOLDS)]
    worth = []
    for kept in _SHRINKING:
        found = np.empty_like(labels)
        for fold, powers in enumerate(fits):
            own = place == fold
            found[own] = moods(mood[own], _factors(powers, kept))
        worth.append(macro_recall(labels, found))
    best = max(range(len(worth)), key=lambda at: worth[at] - 1e-4 * at)
    return _factors(_fitted(mood, labels), _SHRINKING[best]), worth[best]


def _fitted(mood: Array, labels: Labels) -> tuple[float, float]:
    """Logarithms of the factors of negative and positive, averaged over the best tenth."""
    tried = list(product(_POWERS, _POWERS))
    worth = np.array([macro_recall(labels, moods(mood, _factors(powers, 1.0))) for powers in tried])
    best = np.argsort(-worth, kind="stable")[: max(1, len(tried) // 10)]
    negative, positive = np.array(tried)[best].mean(0)
    return float(negative), float(positive)


def _factors(powers: tuple[float, float], kept: float) -> Factors:
    return (float(np.exp(kept * powers[0])), 1.0, float(np.exp(kept * powers[1])))


def deep_from(lean_wake: Array, both_wake: Array, cut: float, share: float) -> float:
    """The greatest line on the lean model's *wake* above which stand enough of what could wake.

    What could wake is whatever both models together put above the cut; so much of it, and of
    what they put within one unit of log-odds below, is above the line.
    """
    lines = []
    for margin in (0.0, 1.0):
        odds = np.log(cut / (1 - cut)) - margin
        could = np.sort(lean_wake[both_wake >= 1 / (1 + np.exp(-odds))])
        spared = int((1 - share) * len(could) + 1e-9)
        lines.append(0.999 * could[spared] if len(could) else _BELOW)
    return float(min(lines))


def deep_below(lean: Array, both: Array, labels: Labels, by: Sequence[Factors]) -> float:
    """The least line on the lean model's surest mood with next to no loss of macro recall.

    `by` are the factors of the lean model alone and of both.
    """
    alone, together = moods(lean, by[0]), moods(both, by[1])
    wanted = macro_recall(labels, together) - _LOSS_FOR_SPARING
    for line in np.round(np.arange(0.4, 1.0, 0.02), 2):
        staged = np.where(lean.max(1) < line, together, alone)
        if macro_recall(labels, staged) >= wanted:
            return float(line)
    return 1.0
