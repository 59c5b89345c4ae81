"""The measured constants: read where they stand, done without where they do not, never half."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from chalicelib.scoring import measured
from chalicelib.scoring.blend import UNMEASURED, Blend
from chalicelib.scoring.measured import FORMAT, BlendBroken, measured_blend


def _file(folder: Path, blend: Any = None, **over: Any) -> Path:
    path = folder / "blend.json"
    given = {"format": FORMAT, "blend": asdict(UNMEASURED) if blend is None else blend, **over}
    path.write_text(json.dumps(given), encoding="utf-8")
    return path


def test_without_a_file_what_was_never_measured_holds(tmp_path: Path) -> None:
    assert measured_blend(tmp_path / "nowhere.json") == UNMEASURED


def test_every_constant_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    blend = asdict(UNMEASURED) | {"deep_from": 0.02, "danger_odds": 1.5}
    blend["both"] |= {"wake": 0.61, "moods": (1.1, 1.0, 0.9)}

    found = measured_blend(_file(tmp_path, blend))

    assert asdict(found) == blend
    assert isinstance(found, Blend)


def test_the_shipped_constants_can_be_read() -> None:
    assert 0 < measured_blend().both.wake < 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("deep_mood", 1.5), ("deep_from", -0.1), ("danger_odds", float("nan")), ("deep_below", None)],
)
def test_a_figure_out_of_its_bounds_is_refused_with_its_name(
    tmp_path: Path, name: str, value: Any
) -> None:
    with pytest.raises(BlendBroken, match=r"blend\.json"):
        measured_blend(_file(tmp_path, asdict(UNMEASURED) | {name: value}))


@pytest.mark.parametrize("wake", [0.0, 1.0, -1.0])
def test_a_cut_that_lets_all_pass_or_none_is_refused(tmp_path: Path, wake: float) -> None:
    blend = asdict(UNMEASURED)
    blend["lean"] |= {"wake": wake}
    with pytest.raises(BlendBroken, match="wake"):
        measured_blend(_file(tmp_path, blend))


def test_a_file_of_another_version_or_without_sense_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BlendBroken, match="version"):
        measured_blend(_file(tmp_path, format="nightdesk-blend-0"))
    with pytest.raises(BlendBroken):
        measured_blend(_file(tmp_path, {"lean": {}}))
    for text in ("", "[]", "{", "null"):
        (tmp_path / "blend.json").write_text(text, encoding="utf-8")
        with pytest.raises(BlendBroken):
            measured_blend(tmp_path / "blend.json")


def test_the_file_stands_beside_the_weights() -> None:
    assert measured.BLEND.parent.name == "weights"
