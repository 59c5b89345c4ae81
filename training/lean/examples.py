"""What the lean model learns from: for each post, what it should answer and how much it counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chalicelib.domain.signal import Mood, Topic, Urgency
from chalicelib.scoring.lean.file import LANES
from chalicelib.scoring.reading import MOODS, URGENCIES
from chalicelib.scoring.text import prepared
from training.deep.soft import Soft, digest
from training.posts import Post

Array = npt.NDArray[np.float32]

GROUPS = (slice(0, MOODS), slice(MOODS, MOODS + URGENCIES), slice(MOODS + URGENCIES, LANES))
"""The lanes of mood, urgency and topic."""
_KINDS: tuple[tuple[str, ...], ...] = (tuple(Mood), tuple(Urgency), tuple(Topic))

HARDLY_WAKE = {
    Mood.NEGATIVE: (0.002, 0.05, 0.25, 0.698),
    Mood.NEUTRAL: (0.001, 0.01, 0.1, 0.889),
    Mood.POSITIVE: (0.001, 0.005, 0.1, 0.894),
}
"""Urgencies of public posts nobody graded: next to none should wake anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How much each kind of example counts."""

    ungraded: float = 0.1
    """A post whose urgency is only guessed from its mood."""
    teacher: tuple[float, float, float] = (0.7, 0.7, 0.0)
    """The teachers' share of the say where a person labelled mood, urgency, topic, too; 0 leaves
    a group to people."""
    taught: float = 0.3
    """A post that only the teachers labelled."""
    temperature: float = 2.0
    """By what the teachers' logits are divided: above 1 they sound less sure."""


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """n posts, their answers and weights."""

    texts: list[str]
    """Prepared."""
    targets: Array
    """(n, LANES) probabilities; a group without an opinion is all 0."""
    weights: Array
    """(n, groups); 0 for a group without an opinion."""


def examples_of(posts: Sequence[Post], teachers: Sequence[Soft], recipe: Recipe) -> Examples:
    """Each different text once, with all that the posts say of it and what the teachers think.

    Moods weigh so that the three together weigh the same: what counts is to recognise each.
    """
    by_text: dict[str, list[Post]] = {}
    for post in posts:
        by_text.setdefault(post.text.strip(), []).append(post)
    targets = np.zeros((len(by_text), LANES), np.float32)
    weights = np.zeros((len(by_text), len(GROUPS)), np.float32)
    for at, (text, same) in enumerate(by_text.items()):
        _label(targets[at], weights[at], same, recipe)
        key = digest(text)
        if thoughts := [teacher[key] for teacher in teachers if key in teacher]:
            _teach(targets[at], weights[at], thoughts, recipe)
    moods = targets[:, GROUPS[0]] * weights[:, :1]
    share = moods.sum(0) / max(float(moods.sum()), 1e-9)
    weights[:, 0] *= (targets[:, GROUPS[0]] / np.maximum(share * MOODS, 1e-9)).sum(1)
    return Examples([prepared(text) for text in by_text], targets, weights)


def _label(target: Array, weight: Array, posts: Sequence[Post], recipe: Recipe) -> None:
    """What people say; where they differ, each has a part."""
    for post in posts:
        for group, (answer, kinds) in enumerate(
            zip((post.mood, post.urgency, post.topic), _KINDS, strict=True)
        ):
            if answer is not None:
                target[GROUPS[group]][kinds.index(answer)] += 1
                weight[group] = 1
    for lanes in GROUPS:
        target[lanes] /= max(float(target[lanes].sum()), 1.0)
    if not weight[1] and posts[0].mood is not None:
        target[GROUPS[1]] = HARDLY_WAKE[posts[0].mood]
        weight[1] = recipe.ungraded


def _teach(
    target: Array, weight: Array, thoughts: Sequence[Sequence[float]], recipe: Recipe
) -> None:
    for group, (lanes, own) in enumerate(zip(GROUPS, recipe.teacher, strict=True)):
        if not own:
            continue
        logits = np.array(thoughts, np.float32)[:, lanes] / recipe.temperature
        powers = np.exp(logits - logits.max(1, keepdims=True))
        taught = (powers / powers.sum(1, keepdims=True)).mean(0)
        is_labelled = weight[group] == 1
        share = own if is_labelled else 1.0
        target[lanes] = (1 - share) * target[lanes] + share * taught
        weight[group] = 1 if is_labelled else recipe.taught
