"""Sets the constants of judging by measurement on labelled posts.

    python -m training.calibrate --mood F.tsv --urgency F.tsv... --on 2026-11-22 [--out FILE]
        [--false-pages 8] [--deep DIR | --without-deep]

Run it after either model was trained, on posts that neither was trained on. Posts that
`training.split` locks away are left out. The constants go beside the lean model's weights, from
where the scorer reads them; equal files and models give an equal file.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from chalicelib.domain.signal import Mood, Urgency
from chalicelib.scoring.blend import Blend, Cuts
from chalicelib.scoring.measured import BLEND, FORMAT, measured_blend
from chalicelib.scoring.reading import Model
from training.calibrate import choosing
from training.calibrate.readings import Array, Readings, read
from training.evaluate.metrics import recall_at
from training.posts import Post, read_moods, read_urgencies
from training.split import is_locked_mood, is_locked_urgency

FALSE_PAGES = 8.0
"""At most so many of 1,000 posts that need nobody may wake somebody."""
COULD_WAKE = 0.97
"""At least such a share of what could wake is read by the deep model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The constants and what they are worth on the posts they were chosen on."""

    blend: Blend
    figures: dict[str, Any]


def calibrated(
    moods: Readings, urgencies: Readings, *, false_pages: float, before: Blend
) -> Calibration:
    """Chooses every constant. Without a deep model those of both keep what they were `before`."""
    mood_labels = np.array([list(Mood).index(_known(one.mood)) for one in moods.posts])
    labels = np.array([list(Urgency).index(_known(one.urgency)) for one in urgencies.posts])
    figures: dict[str, Any] = {}
    warned = urgencies.is_warning
    danger_odds, figures["ranking by weight of words of danger"] = choosing.danger_odds(
        urgencies.lean_urgency, labels, warned
    )
    lean_urgency = choosing.raised(urgencies.lean_urgency, warned, danger_odds)
    lean, figures["lean"] = _cuts(moods.lean_mood, mood_labels, lean_urgency, labels, false_pages)
    if moods.deep_mood is None or urgencies.deep_urgency is None:
        blend = replace(before, lean=lean, danger_odds=danger_odds)
        return Calibration(blend=blend, figures=figures)
    deep_urgency, figures["ranking by weight of the deep model"] = choosing.best_share(
        lambda share: choosing.ranking(
            choosing.mean(urgencies.lean_urgency, urgencies.deep_urgency, share), labels
        )
    )
    deep_mood, figures["macro recall by weight of the deep model"] = choosing.best_share(
        lambda share: choosing.factors_of(
            choosing.mean(moods.lean_mood, moods.deep_mood, share), mood_labels
        )[1]
    )
    mood = choosing.mean(moods.lean_mood, moods.deep_mood, deep_mood)
    urgency = choosing.mean(urgencies.lean_urgency, urgencies.deep_urgency, deep_urgency)
    urgency = choosing.raised(urgency, warned, danger_odds)
    both, figures["both"] = _cuts(mood, mood_labels, urgency, labels, false_pages)
    blend = Blend(
        lean=lean,
        both=both,
        deep_urgency=deep_urgency,
        deep_mood=deep_mood,
        deep_from=choosing.deep_from(
            urgencies.lean_urgency[~warned, 0], urgency[~warned, 0], both.wake, COULD_WAKE
        ),
        danger_odds=danger_odds,
        deep_below=choosing.deep_below(
            moods.lean_mood, mood, mood_labels, (lean.moods, both.moods)
        ),
    )
    figures["share that goes to the deep model"] = {
        "posts with a mood": _share_deep(moods, blend),
        "posts with an urgency": _share_deep(urgencies, blend),
    }
    return Calibration(blend=blend, figures=figures)


def _cuts(
    mood: Array, mood_labels: choosing.Labels, urgency: Array, labels: choosing.Labels, false: float
) -> tuple[Cuts, dict[str, Any]]:
    """The cuts of one stage, and what they are worth."""
    factors, held_out = choosing.factors_of(mood, mood_labels)
    is_urgent = labels == 0
    wake = choosing.wake_cut(urgency[:, 0], is_urgent, false)
    soon, answer = choosing.other_cuts(urgency, labels, wake)
    found = choosing.levels(urgency, (wake, soon, answer))
    values, marks = urgency[:, 0].tolist(), is_urgent.tolist()
    figures = {
        "macro recall, plain": choosing.macro_recall(mood_labels, mood.argmax(1)),
        "macro recall, held out": held_out,
        "wake": int(is_urgent.sum()),
        "woken": int((found[is_urgent] == 0).sum()),
        "false pages": int((found[~is_urgent] == 0).sum()),
        "recall at 5": recall_at(values, marks, 5),
        "recall at 20": recall_at(values, marks, 20),
        "ranking": choosing.ranking(urgency, labels),
        "macro F1": choosing.macro_f1(labels, found),
    }
    return Cuts(wake=wake, soon=soon, answer=answer, moods=factors), figures


def _share_deep(readings: Readings, blend: Blend) -> float:
    wanted = (
        (readings.lean_urgency[:, 0] >= blend.deep_from)
        | (readings.lean_mood.max(1) < blend.deep_below)
        | readings.warns
    )
    return float(wanted.mean())


def _known(label: Any) -> Any:
    if label is None:
        raise ValueError("a post has no label")
    return label


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """The command; returns what it writes."""
    given = _asked().parse_args(arguments)
    lean, deep = _models(given)
    moods = [one for one in read_moods(given.mood) if not is_locked_mood(one.text)]
    urgencies: list[Post] = []
    rows = {given.mood.name: len(moods)}
    for path in given.urgency:
        own = [one for one in read_urgencies(path) if not is_locked_urgency(one.text)]
        rows[path.name] = len(own)
        urgencies += own
    found = calibrated(
        read(moods, lean, deep),
        read(urgencies, lean, deep),
        false_pages=given.false_pages,
        before=measured_blend(given.out),
    )
    written = {
        "format": FORMAT,
        "date": given.on.isoformat(),
        "models": {"lean": lean.name, "deep": deep.name if deep else None},
        "measured on": rows,
        "false pages per 1000": given.false_pages,
        "blend": _rounded(asdict(found.blend)),
        "figures": _rounded(found.figures),
    }
    given.out.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    measured_blend(given.out)
    return written


def _models(given: argparse.Namespace) -> tuple[Model, Model | None]:
    from chalicelib.scoring.lean import LeanModel

    if given.without_deep:
        return LeanModel(), None
    from chalicelib.scoring.deep import DeepModel

    return LeanModel(), DeepModel(given.deep)


def _rounded(found: Any) -> Any:
    if isinstance(found, dict):
        return {str(key): _rounded(value) for key, value in found.items()}
    if isinstance(found, (list, tuple)):
        return [_rounded(one) for one in found]
    return float(f"{found:.4g}") if isinstance(found, float) else found


def _asked() -> argparse.ArgumentParser:
    from training.evaluate.stages import DEEP_FOLDER

    asked = argparse.ArgumentParser(
        prog="python -m training.calibrate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    asked.add_argument("--mood", type=Path, required=True, help="columns label and text")
    asked.add_argument("--urgency", type=Path, nargs="+", required=True, help="id, label, text")
    asked.add_argument(
        "--false-pages", type=float, default=FALSE_PAGES, help="per 1,000; default 8"
    )
    asked.add_argument("--deep", type=Path, default=DEEP_FOLDER, help="folder of the deep model")
    asked.add_argument("--without-deep", action="store_true", help="only the lean model's cuts")
    asked.add_argument("--out", type=Path, default=BLEND, help="default: where the scorer looks")
    asked.add_argument("--on", type=date.fromisoformat, required=True, help="date of measuring")
    return asked


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
