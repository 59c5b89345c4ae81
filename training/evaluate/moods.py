"""How well moods are told."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.signal import Mood
from training.evaluate.metrics import f1, macro, precision, recall
from training.posts import Post


def measured(posts: Sequence[Post], found: Mapping[str, Sequence[Mood]]) -> dict[str, Any]:
    """Figures of each judge, by its name; `found` has one mood for each post."""
    labels = [post.mood for post in posts]
    return {
        "posts": len(posts),
        "labels": {mood.value: labels.count(mood) for mood in Mood},
        **{name: _figures(labels, list(moods)) for name, moods in found.items()},
    }


def _figures(labels: list[Mood | None], found: list[Mood]) -> dict[str, Any]:
    return {
        "macro_recall": macro([recall(labels, found, mood) for mood in Mood]),
        "macro_f1": macro([f1(labels, found, mood) for mood in Mood]),
        "negative_recall": recall(labels, found, Mood.NEGATIVE),
        "negative_precision": precision(labels, found, Mood.NEGATIVE),
    }
