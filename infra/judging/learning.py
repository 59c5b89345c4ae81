"""Better lines of waking, from what people said of pages and verdicts.

A line is chosen so that it costs least: a mention worth waking for that it misses costs as much
as so many pages for nothing. Of lines that cost the same, the one nearest to what is in force is
taken. A topic with enough labels gets a line of its own. Its cost is that of its own labels, and
that of the whole desk's besides, weighted as if it held `PRIOR` mentions worth waking for: the
desk's history is a prior (a *power prior*: Ibrahim, Chen, Statistical Science 15, 2000), which
a topic with few labels follows and one with many outweighs. The weight hangs on what was worth
it alone, so that one more page for nothing can never lower a line.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.rules import Rules
from chalicelib.domain.signal import Topic
from infra.judging.labels import Label

LEAST_LABELS = 20
"""Labels that people gave, without which nothing is learned."""

LEAST_OF_EACH = 3
"""Of them, worth it, and not."""

PRIOR = 5
"""Mentions worth waking for that the history of the whole desk counts as in that of a topic."""

LOWEST, HIGHEST = 0.20, 0.99
"""No line outside is ever proposed."""

GRID = tuple(round(LOWEST + step / 100, 2) for step in range(round((HIGHEST - LOWEST) * 100) + 1))

GRAVE = (Topic.SAFETY, Topic.SECURITY)
"""Topics whose line is never made stricter by learning: that is for people to decide."""

MISSED_COSTS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line as it is, and as it would better be."""

    topic: Topic | None
    """None for all topics without a line of their own."""
    before: float
    after: float
    worth_it: int
    """Labels that people gave."""
    not_worth_it: int
    handled: int
    """Pages that a line below all would make of handled tickets."""
    missed_before: int
    """Of what was worth it, what the line in force misses."""
    missed_after: int
    for_nothing_before: int
    """Of what was not, what it pages for."""
    for_nothing_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What can be learned."""

    rules: Rules
    """Those in force with the proposed lines."""
    lines: tuple[Line, ...]
    """Those that rest on enough labels; none when nothing can be learned yet."""
    worth_it: int
    not_worth_it: int
    missing: str
    """What is missing to learn anything; empty when something could be."""


def lesson_of(
    labels: Sequence[Label], rules: Rules, *, missed_costs: float = MISSED_COSTS
) -> Lesson:
    """The lines by which `labels` cost least; `missed_costs` pages for nothing are one missed."""
    worth_it, not_worth_it = _said(labels)
    missing = _missing(worth_it, not_worth_it)
    if missing:
        return Lesson(
            rules=rules,
            lines=(),
            worth_it=worth_it,
            not_worth_it=not_worth_it,
            missing=missing,
        )
    whole = _Costs(labels, missed_costs)
    weight = PRIOR / worth_it
    own = {topic: [one for one in labels if one.topic is topic] for topic in Topic}
    own = {topic: found for topic, found in own.items() if not _missing(*_said(found))}
    lines, wake_at = [], dict(rules.wake_at)
    for topic, found in own.items():
        before = rules.wakes_at(topic)
        after = _cheapest(_shrunk(_Costs(found, missed_costs), whole, weight), before)
        if topic in GRAVE:
            after = min(after, before)
        wake_at[topic] = after
        lines.append(_line(topic, found, before, after))
    rest = [one for one in labels if one.topic not in own and one.topic not in rules.wake_at]
    others = rules.wake_at_else
    if not _missing(*_said(rest)):
        others = _cheapest(_Costs(rest, missed_costs).at, rules.wake_at_else)
        lines.insert(0, _line(None, rest, rules.wake_at_else, others))
        for topic in GRAVE:
            if others > rules.wake_at_else and topic not in wake_at:
                wake_at[topic] = rules.wake_at_else
    # A topic whose line is that of the others needs none of its own.
    wake_at = {
        topic: least
        for topic, least in wake_at.items()
        if least != others or topic in rules.wake_at
    }
    return Lesson(
        rules=_with_lines(rules, wake_at, others),
        lines=tuple(lines),
        worth_it=worth_it,
        not_worth_it=not_worth_it,
        missing="",
    )


def _with_lines(rules: Rules, wake_at: dict[Topic, float], others: float) -> Rules:
    ordered = {topic: wake_at[topic] for topic in Topic if topic in wake_at}
    return replace(rules, wake_at=ordered, wake_at_else=others)


def _said(labels: Sequence[Label]) -> tuple[int, int]:
    """How often people said that it was worth it, and that it was not."""
    said = [one.is_worth_it for one in labels if one.is_said]
    return said.count(True), said.count(False)


def _missing(worth_it: int, not_worth_it: int) -> str:
    """What is missing to learn from so many labels; empty when nothing is."""
    wanted = []
    if (few := LEAST_LABELS - worth_it - not_worth_it) > 0:
        wanted.append(f"{few} more of {LEAST_LABELS}")
    for name, count in (("worth it", worth_it), ("not worth it", not_worth_it)):
        if (few := LEAST_OF_EACH - count) > 0:
            wanted.append(f"{few} more that say {name}")
    return ", ".join(wanted)


class _Costs:
    """What a line costs by some labels."""

    def __init__(self, labels: Sequence[Label], missed_costs: float) -> None:
        self._worth_it = sorted(one.sureness for one in labels if one.is_worth_it)
        self._not_worth_it = sorted(one.sureness for one in labels if not one.is_worth_it)
        self._missed_costs = missed_costs

    def at(self, line: float) -> float:
        return self._missed_costs * self.missed(line) + self.for_nothing(line)

    def missed(self, line: float) -> int:
        """Nothing reaches a line of 1 (see `Rules.wake_at`)."""
        return len(self._worth_it) if line >= 1 else bisect_left(self._worth_it, line)

    def for_nothing(self, line: float) -> int:
        if line >= 1:
            return 0
        return len(self._not_worth_it) - bisect_left(self._not_worth_it, line)


def _shrunk(own: _Costs, whole: _Costs, weight: float) -> Callable[[float], float]:
    """What a line costs by a topic's own labels and, so much lighter, by those of all."""
    return lambda line: own.at(line) + weight * whole.at(line)


def _cheapest(cost: Callable[[float], float], before: float) -> float:
    """The line that costs least; of several the nearest to the one before, then the lower."""
    return min(
        {*GRID, before},
        # Rounded, since sums in another order differ in their last digits.
        key=lambda line: (round(cost(line), 9), abs(line - before), line),
    )


def _line(topic: Topic | None, labels: Sequence[Label], before: float, after: float) -> Line:
    worth_it, not_worth_it = _said(labels)
    costs = _Costs(labels, 1.0)
    return Line(
        topic=topic,
        before=before,
        after=after,
        worth_it=worth_it,
        not_worth_it=not_worth_it,
        handled=len(labels) - worth_it - not_worth_it,
        missed_before=costs.missed(before),
        missed_after=costs.missed(after),
        for_nothing_before=costs.for_nothing(before),
        for_nothing_after=costs.for_nothing(after),
    )
