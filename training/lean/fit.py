"""Fitting one row of weights for each feature."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from chalicelib.scoring.lean.features import PIECE, features_of, words_of
from chalicelib.scoring.lean.file import LANES
from training.lean.bags import Array, Bags
from training.lean.examples import GROUPS, Examples
from training.lean.pieces import pieces_for
from training.lean.softmax import Task

NOTHING = "^ $"
"""The feature of a post without words, given to each so that none is empty."""


Three = tuple[float, float, float]
"""One number for mood, one for urgency, one for topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The choices of a fit, measured on held-out posts."""

    least: int = 2
    """In so many posts a feature must occur."""
    restraints: Three = (3e-4, 1e-3, 2e-4)
    """L2 penalty beside the mean loss."""
    pair_scale: float = 0.7
    vector_scales: Three = (0.4, 1.5, 1.5)
    """How freely weights follow the words' vectors, beside a word's own weight: the fewer posts
    speak of a group, the more."""
    steps: int = 60
    pairs: int = 40_000
    """So many pairs are kept, weightiest first."""
    pieces: int = 15_000


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """What is known of words beforehand; words that mean much the same have vectors alike."""

    words: list[str]
    rows: Array
    """(words, columns), about 1 long."""
    uses: Array
    """(groups, columns): how freely mood, urgency and topic follow each column."""


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Features with their rows, and what each lane starts from."""

    features: list[str]
    rows: Array
    offsets: Array


def fitted(
    examples: Examples, vectors: Vectors | None, plan: Plan, base: Fitted | None = None
) -> Fitted:
    """Weights that answer the examples best under the plan's restraint.

    With a base they stay near the base's: what the examples do not speak of stays as it was.
    """
    found = [features_of(text, words_of(text)) for text in examples.texts]
    counts: Counter[str] = Counter()
    for one in found:
        counts.update(one)
    known = {feature for feature, count in counts.items() if count >= plan.least}
    if vectors is not None:
        known.update(vectors.words)
    if base is not None:
        known.update(feature for feature in base.features if feature[0] != PIECE)
    features = [NOTHING, *sorted(known - {NOTHING})]
    index = {feature: at for at, feature in enumerate(features)}
    found_at = [[0, *(at for one in each if (at := index.get(one)))] for each in found]
    rows, offsets = _start(features, index, base)
    scale = np.array([[plan.pair_scale if " " in one else 1.0] for one in features], np.float32)
    words = [] if vectors is None else [index[word] for word in vectors.words]
    vector_rows = np.zeros((0, 1), np.float32) if vectors is None else vectors.rows
    uses = np.ones((len(GROUPS), 1), np.float32) if vectors is None else vectors.uses
    for group, lanes in enumerate(GROUPS):
        posts = np.flatnonzero(examples.weights[:, group])
        if len(posts):
            task = Task(
                bags=Bags.of([found_at[at] for at in posts], len(features)),
                targets=examples.targets[posts, lanes],
                weights=examples.weights[posts, group],
                scale=scale,
                known=np.array(words, np.int64),
                vectors=vector_rows * (uses[group] * np.float32(plan.vector_scales[group])),
                restraint=plan.restraints[group],
            )
            rows[:, lanes], offsets[lanes] = task.fitted(rows[:, lanes], offsets[lanes], plan.steps)
    offsets = offsets + rows[0]
    rows[0] = 0
    kept = _kept(features, rows, counts, plan)
    whole = [at for at in kept if _is_word(features[at])]
    pieces, piece_rows = pieces_for(
        [features[at] for at in whole], rows[whole], most=plan.pieces, steps=plan.steps
    )
    return Fitted(
        [*(features[at] for at in kept), *pieces], np.vstack([rows[kept], piece_rows]), offsets
    )


def _start(features: list[str], index: dict[str, int], base: Fitted | None) -> tuple[Array, Array]:
    rows = np.zeros((len(features), LANES), np.float32)
    if base is None:
        return rows, np.zeros(LANES, np.float32)
    for feature, row in zip(base.features, base.rows, strict=True):
        if feature in index:
            rows[index[feature]] = row
    return rows, base.offsets.copy()


def _is_word(feature: str) -> bool:
    return feature[0].isalpha() and " " not in feature and feature.casefold() == feature


def _kept(features: list[str], rows: Array, counts: Counter[str], plan: Plan) -> list[int]:
    """All but the least of the pairs, in the order of the features."""
    often = np.array([max(counts[feature], 0.5) for feature in features])
    weight = np.linalg.norm(centred(rows), axis=1) * np.sqrt(often)
    pairs = [at for at, feature in enumerate(features) if " " in feature]
    least = {*sorted(pairs, key=lambda at: (-weight[at], features[at]))[plan.pairs :], 0}
    return [at for at in range(len(features)) if at not in least]


def centred(rows: Array) -> Array:
    """Without what all lanes of a group have in common, which changes no answer."""
    centred = rows.copy()
    for of in GROUPS:
        centred[:, of] -= centred[:, of].mean(1, keepdims=True)
    return centred
