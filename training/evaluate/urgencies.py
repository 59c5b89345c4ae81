"""How well what must wake somebody is told from what must not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.rules import sureness
from chalicelib.domain.signal import Urgency
from training.evaluate.metrics import (
    f1,
    macro,
    precision,
    recall,
    recall_at,
    recall_at_interval,
    wilson,
)
from training.posts import P_LEVELS, Post

WORST = 20
"""Mistakes that are shown."""

P_NAMES = {urgency: name for name, urgency in P_LEVELS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a judge says of one post."""

    value: float
    """The higher, the likelier it should wake; only the order counts."""
    urgency: Urgency
    reasons: tuple[str, ...] = ()


def measured(posts: Sequence[Post], found: Mapping[str, Sequence[Verdict]]) -> dict[str, Any]:
    """Figures of each judge, by its name; `found` has one verdict for each post."""
    labels = [post.urgency for post in posts]
    return {
        "posts": len(posts),
        "labels": {P_NAMES[urgency]: labels.count(urgency) for urgency in Urgency},
        **{name: _figures(posts, list(verdicts)) for name, verdicts in found.items()},
    }


def _figures(posts: Sequence[Post], verdicts: list[Verdict]) -> dict[str, Any]:
    labels = [post.urgency for post in posts]
    found = [verdict.urgency for verdict in verdicts]
    values = [verdict.value for verdict in verdicts]
    is_urgent = [label is Urgency.WAKE for label in labels]
    urgent = sum(is_urgent)
    woken = sum(label is given is Urgency.WAKE for label, given in zip(labels, found, strict=True))
    false = found.count(Urgency.WAKE) - woken
    others = len(posts) - urgent
    return {
        "p1_recall": recall(labels, found, Urgency.WAKE),
        "p1_recall_interval": wilson(woken, urgent),
        "p1_precision": precision(labels, found, Urgency.WAKE),
        "p1_precision_interval": wilson(woken, woken + false),
        "false_pages_per_1000": 1000 * false / others if others else None,
        "p1_recall_at_5": recall_at(values, is_urgent, 5),
        "p1_recall_at_5_interval": recall_at_interval(values, is_urgent, 5),
        "p1_recall_at_20": recall_at(values, is_urgent, 20),
        "p1_recall_at_20_interval": recall_at_interval(values, is_urgent, 20),
        "macro_f1": macro([f1(labels, found, urgency) for urgency in Urgency]),
        "worst": _worst(posts, verdicts),
    }


def _worst(posts: Sequence[Post], verdicts: list[Verdict]) -> list[dict[str, Any]]:
    """Who was not woken and should have been, least sure first, beside who was for nothing."""
    pairs = list(zip(posts, verdicts, strict=True))
    missed = [
        (verdict.value, post, verdict)
        for post, verdict in pairs
        if post.urgency is Urgency.WAKE and verdict.urgency is not Urgency.WAKE
    ]
    false = [
        (-verdict.value, post, verdict)
        for post, verdict in pairs
        if post.urgency is not Urgency.WAKE and verdict.urgency is Urgency.WAKE
    ]
    missed.sort(key=lambda one: (one[0], one[1].id))
    false.sort(key=lambda one: (one[0], one[1].id))
    share = max(WORST // 2, WORST - len(false))
    chosen = missed[:share]
    chosen += false[: WORST - len(chosen)]
    return [
        {
            "id": post.id,
            "label": P_NAMES[post.urgency] if post.urgency else None,
            "found": P_NAMES[verdict.urgency],
            "sureness": round(sureness(verdict.value), 4),
            "reasons": list(verdict.reasons),
            "text": post.text,
        }
        for _, post, verdict in chosen
    ]
