"""What each model makes of labelled posts, read as the scorer reads them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chalicelib.scoring.danger import found
from chalicelib.scoring.language import recognised
from chalicelib.scoring.readers import attempt, gravest
from chalicelib.scoring.reading import Model, Reading
from chalicelib.scoring.scorer import heard
from training.posts import Post

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """n posts; the arrays of one model's probabilities are (n, 3) and (n, 4)."""

    posts: list[Post]
    lean_mood: Array
    lean_urgency: Array
    deep_mood: Array | None
    """None where there is no deep model."""
    deep_urgency: Array | None
    warns: npt.NDArray[np.bool_]
    """Whether words of danger stand in it: such a post goes to the deep model in any case."""
    is_warning: npt.NDArray[np.bool_]
    """Whether it denies them not."""


def read(posts: Iterable[Post], lean: Model, deep: Model | None) -> Readings:
    """Reads the posts in a language that the models speak; others are left out, as in service."""
    kept: list[Post] = []
    firsts: list[Reading] = []
    seconds: list[Reading] = []
    warns: list[bool] = []
    is_warning: list[bool] = []
    for post in posts:
        text, _ = heard(post.text)
        language = recognised(text, post.language, lean.languages).language
        if language not in lean.languages:
            continue
        part, first = gravest(lean, text)
        second = attempt(deep, part) if deep is not None else None
        if first is None or (deep is not None and second is None):
            continue
        kept.append(post)
        firsts.append(first)
        warnings = found(text, (language or "",))
        warns.append(bool(warnings))
        is_warning.append(any(not one.is_denied for one in warnings))
        if second is not None:
            seconds.append(second)
    return Readings(
        posts=kept,
        lean_mood=_moods(firsts),
        lean_urgency=_urgencies(firsts),
        deep_mood=_moods(seconds) if deep is not None else None,
        deep_urgency=_urgencies(seconds) if deep is not None else None,
        warns=np.array(warns, dtype=bool),
        is_warning=np.array(is_warning, dtype=bool),
    )


def _moods(readings: Sequence[Reading]) -> Array:
    return np.array([one.mood for one in readings], dtype=float).reshape(-1, 3)


def _urgencies(readings: Sequence[Reading]) -> Array:
    return np.array([one.urgency for one in readings], dtype=float).reshape(-1, 4)
