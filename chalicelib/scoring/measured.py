"""The constants of judging as they were measured for the models at hand: `weights/blend.json`.

    {"format": "nightdesk-blend-1", "blend": {...the fields of Blend...}, "date": ...,
     "models": ..., "measured on": ..., "figures": ...}

`python -m training.calibrate` writes it; only `blend` is read here, the rest is for people.
"""

import json
import math
from dataclasses import fields
from pathlib import Path
from typing import Any

from chalicelib.scoring.blend import UNMEASURED, Blend, Cuts

FORMAT = "nightdesk-blend-1"
BLEND = Path(__file__).parent / "weights" / "blend.json"

LEAST_CUT, GREATEST_CUT = 0.001, 0.999
"""A cut beyond them would let all pass or none."""
_MOST = {"danger_odds": 3.0}
_LEAST_FACTOR, _GREATEST_FACTOR = 0.2, 5.0


class BlendBroken(Exception):
    """The file cannot be read, is of another version, or a figure is out of its bounds."""


def measured_blend(path: Path = BLEND) -> Blend:
    """What a file holds; UNMEASURED when there is no such file. Raises BlendBroken."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return UNMEASURED
    except (OSError, UnicodeDecodeError) as error:
        raise BlendBroken(f"{path.name}: cannot be read ({type(error).__name__})") from None
    try:
        found = json.loads(text)
        if found["format"] != FORMAT:
            raise BlendBroken(f"{path.name}: is of another version; calibrate again")
        given = dict(found["blend"])
        return Blend(
            lean=_cuts(given.pop("lean"), path),
            both=_cuts(given.pop("both"), path),
            **{
                one.name: _within(given[one.name], 0.0, _MOST.get(one.name, 1.0), one.name, path)
                for one in fields(Blend)
                if one.name not in ("lean", "both")
            },
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BlendBroken(f"{path.name}: is not what calibrating writes ({error!r})") from None


def _cuts(given: dict[str, Any], path: Path) -> Cuts:
    wake, soon, answer = (
        _within(given[name], LEAST_CUT, GREATEST_CUT, name, path)
        for name in ("wake", "soon", "answer")
    )
    negative, neutral, positive = (
        _within(one, _LEAST_FACTOR, _GREATEST_FACTOR, "moods", path) for one in given["moods"]
    )
    return Cuts(wake=wake, soon=soon, answer=answer, moods=(negative, neutral, positive))


def _within(given: Any, least: float, most: float, name: str, path: Path) -> float:
    value = float(given)
    if not (math.isfinite(value) and least <= value <= most):
        raise BlendBroken(f"{path.name}: {name} is {value:g}; it must be {least:g} to {most:g}")
    return value
