import json
from datetime import date
from pathlib import Path

import pytest

from chalicelib.domain.signal import Mood, Urgency
from training.deep.__main__ import main, measured
from training.deep.card import UNKNOWN_LICENCE, Source, write_card
from training.deep.examples import GROUPS
from training.posts import Post

ONE = dict.fromkeys(GROUPS, 1.0)


def card(folder: Path, temperatures: dict[str, float]) -> dict[str, object]:
    posts = folder / "posts.tsv"
    posts.write_text("label\ttext\nneutral\tx\n")
    for name in ("model.onnx", "tokenizer.json"):
        (folder / name).write_bytes(b"abc")
    return write_card(
        folder,
        on=date(2026, 11, 22),
        languages=["en"],
        temperatures=temperatures,
        encoder="tiny",
        sources=[Source(path=posts, rows=1)],
        recipe={"epochs": 1},
        metrics={},
        limits=["reads little"],
    )


def test_a_card_tells_files_by_name_and_content_and_never_where_they_lay(tmp_path: Path) -> None:
    written = card(tmp_path, ONE)

    text = (tmp_path / "card.json").read_text()
    assert json.loads(text) == written
    assert "posts.tsv" in text
    assert str(tmp_path) not in text
    assert written["name"] == "deep-2026-11-22"
    assert json.loads(text)["files"]["model.onnx"]["bytes"] == 3


def test_a_file_without_a_known_licence_is_said_to_have_none(tmp_path: Path) -> None:
    card(tmp_path, ONE)

    (source,) = json.loads((tmp_path / "card.json").read_text())["trained_on"]
    assert source["licence"] == UNKNOWN_LICENCE


def test_a_card_needs_a_temperature_for_each_group(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mood, urgency, topic"):
        card(tmp_path, {"mood": 1.0})


SAD = (5.0, 0.0, 0.0) + (5.0, 0.0, 0.0, 0.0) + (0.0,) * 13
GLAD = (0.0, 0.0, 5.0) + (0.0, 0.0, 0.0, 5.0) + (0.0,) * 13


def test_a_network_is_measured_on_posts_it_has_not_learned_from() -> None:
    posts = [
        Post(text="sad", mood=Mood.NEGATIVE, urgency=Urgency.WAKE),
        Post(text="glad", mood=Mood.POSITIVE, urgency=Urgency.IGNORE),
    ]

    figures, temperatures = measured(
        lambda texts: [SAD if text == "sad" else GLAD for text in texts], posts, posts
    )

    assert figures["mood_macro_recall"] == figures["urgency_macro_f1"] == 100
    assert figures["wake_recall_at_5_per_1000"] == 1
    assert temperatures["mood"] < 1
    assert temperatures["topic"] == 1


def test_without_posts_to_measure_on_there_are_no_figures() -> None:
    assert measured(lambda texts: [], [], []) == ({}, ONE)


def test_a_file_that_cannot_be_read_ends_the_run_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "moods.tsv"
    path.write_text("label\ttext\nangry\tx\n")

    assert main(["--mood", str(path), "--on", "2026-11-22"]) == 1
    assert "moods.tsv:2" in capsys.readouterr().err
