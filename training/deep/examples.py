"""What the network learns from: posts as targets, what each of them says nothing about, batches.

Plain Python: nothing here needs torch.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.signal import Mood, Topic, Urgency
from training.posts import Post

GROUPS: dict[str, tuple[StrEnum, ...]] = {
    "mood": tuple(Mood),
    "urgency": tuple(Urgency),
    "topic": tuple(Topic),
}
"""What is read of a post, in the order of the network's outputs."""

Target = tuple[float, ...]
"""One probability per value of a group, adding up to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One text and what is known of it; None is not known and teaches nothing."""

    text: str
    mood: Target | None = None
    urgency: Target | None = None
    topic: Target | None = None
    is_hardly_wake: bool = False
    """Nobody judged its urgency, but posts of its kind almost never wake anybody."""


def examples(posts: Iterable[Post], *, smoothing: float = 0.0) -> list[Example]:
    """Each different text once, with all that the posts say of it.

    `smoothing` is the share of certainty that is spread over all values, against labels that are
    wrong. Where two posts of one text disagree, each says its part.
    """
    by_text: dict[str, list[Post]] = {}
    for post in posts:
        by_text.setdefault(post.text.strip(), []).append(post)
    return [
        Example(
            text=text,
            mood=_target("mood", (post.mood for post in same), smoothing),
            urgency=_target("urgency", (post.urgency for post in same), smoothing),
            topic=_target("topic", (post.topic for post in same), smoothing),
        )
        for text, same in by_text.items()
        if text
    ]


def hardly_wake(learned: Iterable[Example]) -> list[Example]:
    """The same examples; those of unknown urgency now say that they are hardly ever `wake`."""
    return [replace(one, is_hardly_wake=True) if one.urgency is None else one for one in learned]


def priors(learned: Iterable[Example], group: str) -> Target:
    """The share of each value of a group among the examples that know it; even when none does."""
    values = GROUPS[group]
    totals = [0.0] * len(values)
    for one in learned:
        target: Target | None = getattr(one, group)
        for place, share in enumerate(target or ()):
            totals[place] += share
    # One imaginary example each, so that a value nobody has seen is rare, not impossible.
    counted = [total + 1.0 for total in totals]
    return tuple(count / sum(counted) for count in counted)


def mixed(parts: Sequence[tuple[Sequence[Example], int]], *, seed: int) -> list[Example]:
    """One epoch: every part as often as asked, shuffled."""
    epoch = [one for part, times in parts for _ in range(times) for one in part]
    random.Random(seed).shuffle(epoch)  # noqa: S311 - repeatable, not secret
    return epoch


def rotated(learned: Sequence[Example], *, most: int, number: int) -> list[Example]:
    """At most `most` examples of each mood, other ones in epoch 0 than in epoch 1.

    So a frequent mood does not drown a rare one, and every example is seen in some epoch. Those
    of unknown mood are in every epoch.
    """
    chosen = [one for one in learned if one.mood is None]
    for place in range(len(GROUPS["mood"])):
        own = [one for one in learned if one.mood and one.mood.index(max(one.mood)) == place]
        if len(own) <= most:
            chosen.extend(own)
        else:
            start = number * most % len(own)
            chosen.extend((own + own)[start : start + most])
    return chosen


def batches(lengths: Sequence[int], *, size: int, seed: int, pool: int = 50) -> Iterator[list[int]]:
    """Places of an epoch in batches of like length, so that little of a batch is padding.

    The order stays random: only within pools of `pool` batches are the places sorted.
    """
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    order = list(range(len(lengths)))
    chance.shuffle(order)
    made: list[list[int]] = []
    for start in range(0, len(order), size * pool):
        near = sorted(order[start : start + size * pool], key=lambda place: lengths[place])
        made.extend(near[at : at + size] for at in range(0, len(near), size))
    chance.shuffle(made)
    yield from made


def known(learned: Iterable[Example]) -> dict[str, int]:
    """How many examples teach each group."""
    found = Counter(group for one in learned for group in GROUPS if getattr(one, group) is not None)
    return {group: found[group] for group in GROUPS}


def _target(group: str, said: Iterable[StrEnum | None], smoothing: float) -> Target | None:
    found = Counter(value for value in said if value is not None)
    if not found:
        return None
    values = GROUPS[group]
    total = found.total()
    return tuple(
        (1 - smoothing) * found[value] / total + smoothing / len(values) for value in values
    )
