"""What a lean model is worth on labelled posts, in the figures of `training.evaluate`."""

import math
import time
from collections.abc import Sequence
from typing import Any

from chalicelib.domain.signal import Mood, Urgency
from chalicelib.scoring.reading import Model, Reading
from chalicelib.scoring.text import prepared
from training.evaluate.metrics import macro, recall, recall_at
from training.posts import Post

_ROUNDS = 5


def mood_figures(model: Model, posts: Sequence[Post]) -> dict[str, Any]:
    """Macro recall and recall of each mood, in percent."""
    labels = [post.mood for post in posts]
    found: list[Mood | None] = [_mood(model.read(prepared(post.text))) for post in posts]
    of_each = {mood.value: recall(labels, found, mood) for mood in Mood}
    whole = macro(list(of_each.values()))
    return {
        "posts": len(posts),
        "macro recall": _percent(whole),
        **{f"recall {name}": _percent(share) for name, share in of_each.items()},
    }


def urgency_figures(model: Model, posts: Sequence[Post]) -> dict[str, Any]:
    """How well `wake` stands out: recall at so many false pages per 1,000, average precision."""
    readings = [model.read(prepared(post.text)).urgency for post in posts]
    values = [math.log(one[0] + 1e-12) - math.log(1 - one[0] + 1e-12) for one in readings]
    is_urgent = [post.urgency is Urgency.WAKE for post in posts]
    labels = [post.urgency for post in posts]
    found: list[Urgency | None] = [_likeliest(one) for one in readings]
    needed = [now for label, now in zip(labels, found, strict=True) if label is not Urgency.IGNORE]
    return {
        "posts": len(posts),
        "wake": sum(is_urgent),
        "recall at 5": _percent(recall_at(values, is_urgent, 5)),
        "recall at 20": _percent(recall_at(values, is_urgent, 20)),
        "average precision": _percent(average_precision(values, is_urgent)),
        "right level": _percent(
            sum(a is b for a, b in zip(labels, found, strict=True)) / len(posts) if posts else None
        ),
        "ignored in error": _percent(
            sum(now is Urgency.IGNORE for now in needed) / len(needed) if needed else None
        ),
    }


def language_figures(model: Model, posts: Sequence[Post]) -> dict[str, dict[str, Any]]:
    """Both for each language in which there are posts."""
    languages = sorted({post.language for post in posts if post.language is not None})
    return {
        language: {
            **urgency_figures(model, own := [one for one in posts if one.language == language]),
            "mood right": _percent(
                sum(_mood(model.read(prepared(one.text))) is one.mood for one in own) / len(own)
            ),
        }
        for language in languages
    }


def average_precision(values: Sequence[float], is_urgent: Sequence[bool]) -> float | None:
    """Mean, over the urgent posts, of the precision down to each; None without any."""
    ranked = sorted(zip(values, is_urgent, strict=True), key=lambda pair: -pair[0])
    hits, precisions = 0, []
    for place, (_, is_one) in enumerate(ranked, start=1):
        if is_one:
            hits += 1
            precisions.append(hits / place)
    return sum(precisions) / len(precisions) if precisions else None


def microseconds(model: Model, texts: Sequence[str]) -> float:
    """For one text, preparing included; the best of some rounds in seconds of the processor."""
    best = math.inf
    for _ in range(_ROUNDS):
        started = time.process_time()
        for text in texts:
            model.read(prepared(text))
        best = min(best, time.process_time() - started)
    return round(best / len(texts) * 1e6, 1)


def _mood(reading: Reading) -> Mood:
    return list(Mood)[max(range(3), key=reading.mood.__getitem__)]


def _likeliest(urgency: tuple[float, ...]) -> Urgency:
    return list(Urgency)[max(range(4), key=urgency.__getitem__)]


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
