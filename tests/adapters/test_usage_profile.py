"""The usage profile: what its file says, and what a broken one says."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.price_book import FOLDER, PROFILE
from chalicelib.adapters.usage_profile import usage_profile, written
from chalicelib.domain.cost.profile import Act
from chalicelib.domain.cost.skus import SKUS
from chalicelib.domain.cost.use import is_done
from chalicelib.domain.errors import BadInput


def told() -> dict[str, Any]:
    return dict(json.loads((FOLDER / PROFILE).read_text()))


def refused(folder: Path, file: dict[str, Any]) -> str:
    path = folder / PROFILE
    path.write_text(json.dumps(file))
    with pytest.raises(BadInput) as error:
        usage_profile(path)
    return str(error.value)


def test_every_act_uses_something_and_of_skus_that_are_known() -> None:
    profile = usage_profile()
    assert set(profile.acts) == set(Act)
    known = {one.name for one in SKUS}
    for act, sheet in profile.acts.items():
        assert len(sheet), act
        assert {entry.sku for entry in sheet if not is_done(entry.sku)} <= known


def test_a_profile_that_is_written_is_read_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / PROFILE
    path.write_bytes(written(usage_profile()))
    assert usage_profile(path) == usage_profile()
    assert path.read_bytes() == (FOLDER / PROFILE).read_bytes()


def test_an_act_that_is_missing_or_unknown_is_named(tmp_path: Path) -> None:
    file = told()
    file["acts"]["a coffee"] = file["acts"].pop(str(Act.REPLY))
    assert "'a coffee' is no act" in refused(tmp_path, file)
    file["acts"].pop("a coffee")
    assert refused(tmp_path, file) == "profile.json: 'a reply' is missing"


@pytest.mark.parametrize("quantity", ["-1", "NaN", "Infinity"])
def test_a_quantity_that_cannot_be_is_named(tmp_path: Path, quantity: str) -> None:
    file = told()
    first = file["acts"][str(Act.PULL)][0]
    first["quantity"] = quantity
    said = f"profile.json: {Act.PULL}: {first['sku']}: quantity {quantity}"
    assert refused(tmp_path, file) == said


def test_a_feature_that_is_none_is_refused(tmp_path: Path) -> None:
    file = told()
    file["acts"][str(Act.PULL)][0]["feature"] = "resting"
    assert "resting" in refused(tmp_path, file)
