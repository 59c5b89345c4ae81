"""The model card: what a set of weights was made of, what it is worth and where it ends."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from training.deep.examples import GROUPS

UNKNOWN_LICENCE = "not stated: not for weights that are given to others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file that the weights were trained on."""

    path: Path
    rows: int
    licence: str = UNKNOWN_LICENCE

    def line(self) -> dict[str, object]:
        """Its line in the card: by name and content, never by where it lay."""
        return {
            "file": self.path.name,
            "rows": self.rows,
            "licence": self.licence,
            "sha256": _digest(self.path),
        }


def write_card(
    folder: Path,
    *,
    on: date,
    languages: Sequence[str],
    temperatures: dict[str, float],
    encoder: str,
    sources: Sequence[Source],
    recipe: dict[str, object],
    metrics: dict[str, object],
    limits: Sequence[str],
) -> dict[str, object]:
    """Writes `card.json` beside the weights that are in the folder already.

    The model reads `name`, `languages` and `temperatures` from it; the rest is for people.
    """
    unknown = set(temperatures) ^ set(GROUPS)
    if unknown:
        raise ValueError(f"temperatures must be given for exactly {', '.join(GROUPS)}")
    card: dict[str, object] = {
        "name": f"deep-{on.isoformat()}",
        "date": on.isoformat(),
        "languages": sorted(languages),
        "temperatures": {group: round(temperatures[group], 4) for group in GROUPS},
        "outputs": {group: list(values) for group, values in GROUPS.items()},
        "encoder": encoder,
        "trained_on": [source.line() for source in sources],
        "recipe": recipe,
        "metrics": metrics,
        "limits": list(limits),
        "files": {
            name: {"bytes": (folder / name).stat().st_size, "sha256": _digest(folder / name)}
            for name in ("model.onnx", "tokenizer.json")
        },
    }
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    (folder / "card.json").write_text(text, encoding="utf-8")
    return card


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
