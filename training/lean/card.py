"""The model card: what the weights were made of, what they are worth and where they end."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from training.deep.card import Source
from training.lean.examples import Recipe
from training.lean.fit import Plan

MODEL = "lean.model"

LIMITS = (
    "It adds up single words and pairs: it follows no longer thought, and irony escapes it.",
    "Urgencies were learned from written posts and from public ones whose urgency is only "
    "guessed; on real posts its ranking finds part of what should wake somebody. It must not "
    "decide alone; words of danger, the crowd and the deep model stand beside it.",
    "Moods were learned from English tweets of 2013 to 2017.",
    "In a language it does not name it knows no more than emoji, signs and borrowed words.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that a card tells beside what can be read off the file."""

    on: date
    languages: Sequence[str]
    sources: Sequence[Source]
    recipe: Recipe
    plan: Plan
    teachers: Sequence[Path]
    vectors: Path | None
    vectors_licence: str
    base: str | None
    """The name of the model it was trained further from."""
    metrics: Mapping[str, Any]


def write_card(folder: Path, name: str, features: int, story: Story) -> dict[str, Any]:
    """Writes `card.json` and, for people, `README.md` beside the model's file."""
    file = folder / MODEL
    card: dict[str, Any] = {
        "name": name,
        "date": story.on.isoformat(),
        "languages": sorted(story.languages),
        "file": {"name": MODEL, "bytes": file.stat().st_size, "sha256": _digest(file)},
        "features": features,
        "trained on": [source.line() for source in story.sources],
        "taught by": [_named(path) for path in story.teachers],
        "word vectors": None
        if story.vectors is None
        else {**_named(story.vectors), "licence": story.vectors_licence},
        "trained further from": story.base,
        "recipe": {**asdict(story.recipe), **asdict(story.plan)},
        "metrics": story.metrics,
        "limits": list(LIMITS),
    }
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    (folder / "card.json").write_text(text, encoding="utf-8")
    (folder / "README.md").write_text(readme(card), encoding="utf-8")
    return card


def readme(card: Mapping[str, Any]) -> str:
    """The card as a page."""
    trained = "\n".join(
        f"| {one['file']} | {one['rows']:,} | {one['licence']} |" for one in card["trained on"]
    )
    figures = "\n".join(
        f"| {measure} | {name} | {value} |"
        for measure, found in card["metrics"].items()
        for name, value in _flat(found)
    )
    vectors = card["word vectors"]
    of_words = "" if vectors is None else f"\nWords' vectors: {vectors['licence']}.\n"
    limits = "\n".join(f"- {limit}" for limit in card["limits"])
    return f"""# {card["name"]}

The lean model reads the mood, urgency and topic of every post. One row of {card["features"]:,}
words, pairs and word pieces says how far each moves every answer; a reading is their sum. File:
`{card["file"]["name"]}`, {card["file"]["bytes"] / 1e6:.1f} MB. Languages: \
{", ".join(card["languages"])}.

Made by `python -m training.lean` (see `--help`) on {card["date"]}; `card.json` has the digests of
all that went in and the recipe. Read by `chalicelib.scoring.lean.LeanModel`.

## Trained on

| file | posts | licence |
| --- | --- | --- |
{trained}
{of_words}
Posts locked away by `training/split.py` were not read.

## Measured

In percent, on posts it was not trained on. Time on one core is shown by
`python -m training.evaluate --speed FILE.tsv`.

| on | figure | value |
| --- | --- | --- |
{figures}

## Limits

{limits}
"""


def _flat(found: Any, before: str = "") -> list[tuple[str, Any]]:
    if not isinstance(found, Mapping):
        return [(before, found)]
    return [
        pair
        for name, value in found.items()
        for pair in _flat(value, f"{before}, {name}" if before else str(name))
    ]


def _named(path: Path) -> dict[str, str]:
    return {"file": path.name, "sha256": _digest(path)}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
