"""How good a network is on posts it has not seen: the few figures that steer its training.

Plain Python over lists. The figures that are reported come from `python -m training.evaluate`.
"""

import math
from collections.abc import Sequence

Row = Sequence[float]
"""The logits or probabilities of one post in one group."""


def macro_recall(rows: Sequence[Row], answers: Sequence[int]) -> float:
    """Mean over the values that occur of the share that was recognised, in per cent."""
    recalls = []
    for value in sorted(set(answers)):
        own = [row for row, answer in zip(rows, answers, strict=True) if answer == value]
        recalls.append(sum(_best(row) == value for row in own) / len(own))
    return 100 * sum(recalls) / len(recalls)


def macro_f1(rows: Sequence[Row], answers: Sequence[int]) -> float:
    """Mean F1 over the values that occur, in per cent."""
    guesses = [_best(row) for row in rows]
    scores = []
    for value in sorted(set(answers)):
        hits = sum(g == a == value for g, a in zip(guesses, answers, strict=True))
        scores.append(2 * hits / (guesses.count(value) + list(answers).count(value)))
    return 100 * sum(scores) / len(scores)


def recall_at(scores: Sequence[float], is_hit: Sequence[bool], *, per_thousand: float) -> float:
    """The share of hits above the threshold that lets `per_thousand` of the others through."""
    others = sorted((s for s, hit in zip(scores, is_hit, strict=True) if not hit), reverse=True)
    allowed = int(per_thousand * len(others) / 1000)
    threshold = others[allowed] if allowed < len(others) else -math.inf
    hits = [s for s, hit in zip(scores, is_hit, strict=True) if hit]
    return sum(s > threshold for s in hits) / len(hits)


def log_shares(row: Row, temperature: float = 1.0) -> list[float]:
    """Logarithms of the probabilities that logits stand for."""
    scaled = [value / temperature for value in row]
    top = max(scaled)
    total = top + math.log(sum(math.exp(value - top) for value in scaled))
    return [value - total for value in scaled]


def shares(row: Row, temperature: float = 1.0) -> list[float]:
    """The probabilities that logits stand for."""
    return [math.exp(share) for share in log_shares(row, temperature)]


def temperature(rows: Sequence[Row], answers: Sequence[int]) -> float:
    """By what the logits must be divided so that the probabilities are as sure as they are right.

    Guo et al. 2017, "On calibration of modern neural networks"; between 0.25 and 4.
    """

    def doubt(found: float) -> float:
        return -sum(log_shares(r, found)[a] for r, a in zip(rows, answers, strict=True))

    return min((2 ** (step / 8) for step in range(-16, 17)), key=doubt)


def _best(row: Row) -> int:
    return max(range(len(row)), key=row.__getitem__)
