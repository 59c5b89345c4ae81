"""Trains the lean model, on the given data or on a company's own history, with numpy alone.

    python -m training.lean --mood F.tsv --urgency F.tsv --written F.tsv... --out DIR
        [--teacher SOFT.tsv] [--vectors V.npz] [--base lean.model] [--dev-mood F.tsv] ...

Of the files under --mood and --urgency the posts that `training.split` locks away are left out;
those under --written are used whole. Equal files give an equal model.
"""

import argparse
import dataclasses
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from chalicelib.scoring.lean import LeanModel
from chalicelib.scoring.lean.file import read_lean_file
from training.deep.card import UNKNOWN_LICENCE, Source
from training.deep.mix import read_ratings
from training.deep.soft import Soft, digest, read_soft
from training.lean.card import MODEL, Story, write_card
from training.lean.examples import Recipe, examples_of
from training.lean.export import fitted_of, lean_file
from training.lean.fit import Fitted, Plan, Vectors, fitted
from training.lean.measure import language_figures, mood_figures, urgency_figures
from training.lean.vectors import read_vectors
from training.posts import Post, read_moods, read_urgencies
from training.split import is_locked_mood, is_locked_urgency

_HELD_OUT = 0.4


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """All that a model is fitted to."""

    posts: list[Post]
    written: list[Post]
    """Posts that are told in their language: part of them is held out to measure each."""
    rows: dict[Path, int]
    teachers: list[Soft]
    vectors: Vectors | None
    base: Fitted | None
    recipe: Recipe
    plan: Plan

    def learned(self, written: Sequence[Post]) -> Fitted:
        """The weights learned from the posts and these written ones."""
        examples = examples_of([*self.posts, *written], self.teachers, self.recipe)
        return fitted(examples, self.vectors, self.plan, self.base)


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """The command; returns the model card."""
    given = _asked().parse_args(arguments)
    base = None if given.base is None else read_lean_file(given.base)
    lesson = Lesson(
        **_read(given),
        teachers=[read_soft(path) for path in given.teacher],
        vectors=None if given.vectors is None else read_vectors(given.vectors),
        base=None if base is None else fitted_of(base),
        recipe=_with(Recipe(), given.set),
        plan=_with(Plan(), given.set),
    )
    given.out.mkdir(parents=True, exist_ok=True)
    name = f"lean-{given.on.isoformat()}"
    metrics: dict[str, Any] = {}
    if given.languages_out:
        metrics["languages, held out"] = _languages(lesson, given.out / MODEL, name)
    found = lean_file(lesson.learned(lesson.written), name, tuple(given.languages))
    (given.out / MODEL).write_bytes(found.written())
    model = LeanModel(given.out / MODEL)
    for path in given.dev_mood:
        metrics[path.name] = mood_figures(model, read_moods(path))
    for path in given.dev_urgency:
        posts = [post for post in read_urgencies(path) if not is_locked_urgency(post.text)]
        metrics[path.name] = urgency_figures(model, posts)
    licences = dict(one.split("=", 1) for one in given.licence)
    story = Story(
        on=given.on,
        languages=given.languages,
        sources=[
            Source(path=path, rows=rows, **({"licence": licences[path.name]}))
            if path.name in licences
            else Source(path=path, rows=rows)
            for path, rows in lesson.rows.items()
        ],
        recipe=lesson.recipe,
        plan=lesson.plan,
        teachers=given.teacher,
        vectors=given.vectors,
        vectors_licence=licences.get(getattr(given.vectors, "name", ""), UNKNOWN_LICENCE),
        base=None if base is None else base.name,
        metrics=metrics,
    )
    return write_card(given.out, name, len(found.features), story)


def _read(given: argparse.Namespace) -> dict[str, Any]:
    rows: dict[Path, int] = {}

    def some(path: Path, posts: list[Post]) -> list[Post]:
        rows[path] = len(posts)
        return posts

    posts = [
        post
        for path in given.mood
        for post in some(path, [one for one in read_moods(path) if not is_locked_mood(one.text)])
    ]
    by_key = {digest(post.text)[:12]: post.text for post in posts}
    for path in given.urgency:
        found = read_urgencies(path)
        posts += some(path, [post for post in found if not is_locked_urgency(post.text)])
    for path in given.ratings:
        posts += some(path, read_ratings(path, by_key))
    written = [post for path in given.written for post in some(path, read_urgencies(path))]
    return {"posts": posts, "written": written, "rows": rows}


def _languages(lesson: Lesson, path: Path, name: str) -> dict[str, Any]:
    """What it is worth in each language of the written posts when a part of them is held out."""

    def is_held_out(post: Post) -> bool:
        return int(digest(post.text)[-4:], 16) < _HELD_OUT * 2**16

    kept = [post for post in lesson.written if not is_held_out(post)]
    path.write_bytes(lean_file(lesson.learned(kept), name, ()).written())
    return language_figures(LeanModel(path), [one for one in lesson.written if is_held_out(one)])


def _with(kind: Any, settings: Sequence[str]) -> Any:
    """A recipe or plan with the settings of that name; those of other names are left alone."""
    changed: dict[str, Any] = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name in {field.name for field in dataclasses.fields(kind)}:
            numbers = tuple(map(float, value.split(",")))
            old = getattr(kind, name)
            changed[name] = numbers if isinstance(old, tuple) else type(old)(numbers[0])
    return dataclasses.replace(kind, **changed)


def _asked() -> argparse.ArgumentParser:
    asked = argparse.ArgumentParser(
        prog="python -m training.lean",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    several: dict[str, Any] = {"type": Path, "nargs": "*", "default": []}
    asked.add_argument("--mood", **several, help="columns label and text; locked posts left out")
    asked.add_argument("--urgency", **several, help="id, label, text; locked posts left out")
    asked.add_argument("--written", **several, help="id, label, text and more; used whole")
    asked.add_argument("--ratings", **several, help="key, label, topic for posts of --mood")
    asked.add_argument("--teacher", **several, help="soft labels, as training.deep writes them")
    asked.add_argument("--vectors", type=Path, help="of training.lean.vectors")
    asked.add_argument("--base", type=Path, help="a lean.model to train further")
    asked.add_argument("--out", type=Path, required=True, help="folder for model and card")
    asked.add_argument("--dev-mood", **several, help="measured on, not trained on")
    asked.add_argument("--dev-urgency", **several, help="measured on; locked posts left out")
    asked.add_argument("--languages", nargs="*", default=["en"], help="it may be relied on for")
    asked.add_argument("--languages-out", action="store_true", help="measure each language")
    asked.add_argument("--licence", nargs="*", default=[], metavar="FILE=TEXT")
    asked.add_argument("--set", nargs="*", default=[], metavar="NAME=NUMBER,...")
    asked.add_argument("--on", type=date.fromisoformat, required=True, help="date of the model")
    return asked


if __name__ == "__main__":
    main()
