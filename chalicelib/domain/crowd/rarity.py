"""How rare a count is: first against what is normal, then against how this series usually strays.

The first step is the negative binomial's signed root deviance: close to a standard normal variate
for counts from a few to thousands, at the price of two logarithms (McCullagh and Nelder,
"Generalized Linear Models", 1989, chapter 12). The second is "peaks over a threshold" (Siffer et
al., "Anomaly Detection in Streams with Extreme Value Theory", KDD 2017) with an exponential tail:
a series that is often surprising surprises less.
"""

from dataclasses import replace
from math import log, log10, sqrt

from chalicelib.domain.crowd.baseline import Tail

EDGE_SHARE = 0.02
"""The share of windows that exceed the edge."""

MEMORY_BUCKETS = 4032.0
"""Two weeks: how long a series is remembered for being surprising."""

CLIP = 3.0
"""Standard deviations up to which a window tells how far the series usually strays."""

EXCESS_CLIP = 6.0
LEAST_EXCESS = 0.25
"""A mob adds at most six usual excesses, and the tail is never thinner than this."""

LEAST_DISPERSION = 1e-3
LEAST_NORMAL = 1e-6
PER_DECADE = 1 / log(10)


def deviation(count: float, normal: float, dispersion: float) -> float:
    """How many standard deviations a count lies above normal; 0 when it does not.

    The variance is `normal + dispersion * normal ** 2`; `dispersion` is above 0.
    """
    if count <= normal:
        return 0.0
    normal = max(normal, LEAST_NORMAL)
    rest = (1 + dispersion * count) / (1 + dispersion * normal)
    half = count * log(count / normal) - (count + 1 / dispersion) * log(rest)
    return sqrt(max(0.0, 2 * half))


def rarity(deviation: float, tail: Tail) -> float:
    """In tenfold steps: 3 is seen in about one window in 1,000 of this series."""
    over = (deviation - tail.edge) / tail.excess
    return max(0.0, -log10(EDGE_SHARE) + PER_DECADE * over)


def strayed(tail: Tail, count: float, normal: float, dispersion: float) -> Tail:
    """The tail after one more window's count."""
    most = normal + CLIP * sqrt(normal + dispersion * normal * normal) + 1
    off = min(count, most) - normal
    relative = (off * off - normal) / max(normal * normal, 0.25)
    keep = 1 - 1 / MEMORY_BUCKETS
    seen = tail.seen * keep + 1
    spread = max(tail.spread * keep + relative, LEAST_DISPERSION * seen)
    return replace(tail, spread=spread, seen=seen)


def surprised(tail: Tail, deviation: float, age: int, window: int) -> Tail:
    """The tail after one more window's deviation.

    The edge moves by the step of a stochastic quantile search, long at a young `age`. Long windows
    overlap, so one event shows in many: each counts by the root of the `window`'s length less.
    """
    reach = max(20 / (50 + min(age, MEMORY_BUCKETS)), 10 / MEMORY_BUCKETS)
    step = 0.5 * max(tail.excess, LEAST_EXCESS) * reach
    if deviation <= tail.edge:
        return replace(tail, edge=tail.edge - step * EDGE_SHARE)
    edge = tail.edge + step * (1 - EDGE_SHARE)
    if deviation <= edge:
        return replace(tail, edge=edge)
    exceeded = min(tail.exceeded + 1, MEMORY_BUCKETS * EDGE_SHARE)
    over = min(deviation - edge, EXCESS_CLIP * tail.excess)
    excess = tail.excess + (over - tail.excess) / (exceeded * sqrt(window))
    return replace(tail, edge=edge, excess=max(excess, LEAST_EXCESS), exceeded=exceeded)
