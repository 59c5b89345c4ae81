import hashlib
import json
import shutil
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from chalicelib.domain.signal import Topic
from chalicelib.scoring.deep import DeepModel, DeepModelMissing, as_trained
from chalicelib.scoring.reading import Reading
from chalicelib.scoring.text import prepared

WEIGHTS = Path(__file__).resolve().parents[2] / "training" / "weights" / "deep"
NEEDED = ("model.onnx", "tokenizer.json", "card.json")


@pytest.fixture(scope="module")
def model() -> DeepModel:
    return DeepModel(WEIGHTS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NEEDED:
        shutil.copyfile(WEIGHTS / name, tmp_path / name)
    return tmp_path


def wake(reading: Reading) -> float:
    return reading.urgency[0]


def test_a_reading_holds_probabilities(model: DeepModel) -> None:
    reading = model.read("nobody answers and my flight leaves in an hour")

    assert (len(reading.mood), len(reading.urgency), len(reading.topics)) == (3, 4, len(Topic))
    for group in (reading.mood, reading.urgency, reading.topics):
        assert sum(group) == pytest.approx(1)
        assert all(0 <= share <= 1 for share in group)


def test_people_in_danger_wake_and_praise_does_not(model: DeepModel) -> None:
    trapped, praise = model.read_all(
        [
            "@user we are trapped in your lift, my daughter cannot breathe, nobody answers",
            "@user thank you for the lovely flight, best crew ever!",
        ]
    )

    assert wake(trapped) > 0.5
    assert wake(praise) < 0.05
    assert praise.mood[2] > 0.8
    assert list(Topic)[praise.topics.index(max(praise.topics))] is Topic.PRAISE


def test_posts_read_together_are_read_as_alone_and_in_their_order(model: DeepModel) -> None:
    texts = ["so sad", "I love it! " * 9, "ok", "the whole site is down for everyone"] * 10

    together = model.read_all(texts)

    assert len(together) == len(texts)
    for text, reading in zip(texts[:4], together, strict=False):
        # Not the same to the last digit: numbers are rounded to bytes by the largest of a batch.
        assert reading.mood == pytest.approx(model.read(text).mood, abs=0.15)


def test_nothing_to_read_gives_no_readings(model: DeepModel) -> None:
    assert model.read_all([]) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "😂😂😂",
        "http",
        "a" * 10_000,
        "word " * 10_000,
        "مرحبا بالعالم",
        "H̸̡̪̯ͨ͊̽̅̾̎Ȩ̬̩̾͛ͪ̈́̀́͘ ̶̧̨̱̹̭̯ͧ̾ͬC̷̙̲̝͖ͭ̏ͥͮ͟Oͮ͏̮̪̝͍M̲̖͊̒ͪͩͬ̚̚͜Ȇ̴̟̟͙̞ͩ͌͝S̨̥̫͎̭ͯ̿̔̀ͅ",
        "\x00\x07\x1b[31m",
        "\ud83d lone surrogate",
        "日本語 and русский",
        "@user " * 30,
    ],
)
def test_any_text_is_read(model: DeepModel, text: str) -> None:
    for made in (text, prepared(text)):
        assert sum(model.read(made).urgency) == pytest.approx(1)


def test_an_emoji_is_read_by_its_name() -> None:
    assert as_trained("so 😭😂 done ❤️ 👍🏽") == "so sob joy done heart thumbsup"


def test_letters_of_other_scripts_stay_as_they_are() -> None:
    assert as_trained("Straße, 日本語, русский, हिन्दी") == "Straße, 日本語, русский, हिन्दी"


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(DeepModelMissing, match=name):
        DeepModel(folder)


@pytest.mark.parametrize("name", NEEDED)
def test_a_broken_file_is_a_missing_model_and_nothing_worse(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"version https://git-lfs.github.com/spec/v1\n")

    with pytest.raises(DeepModelMissing, match="cannot be used"):
        DeepModel(folder)


def test_a_card_without_what_the_model_needs_is_refused(folder: Path) -> None:
    (folder / "card.json").write_text("{}")

    with pytest.raises(DeepModelMissing, match="cannot be used"):
        DeepModel(folder)


@pytest.mark.parametrize("missing", ["onnxruntime", "tokenizers", "numpy"])
def test_a_missing_library_is_named(missing: str) -> None:
    def library(name: str) -> ModuleType:
        if name == missing:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return import_module(name)

    with pytest.raises(DeepModelMissing, match=missing):
        DeepModel(WEIGHTS, library=library)


def test_the_card_describes_the_weights_beside_it() -> None:
    card = json.loads((WEIGHTS / "card.json").read_text(encoding="utf-8"))

    for name, told in card["files"].items():
        content = (WEIGHTS / name).read_bytes()
        assert told == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert card["outputs"]["topic"] == list(Topic)
    assert all(source["licence"] for source in card["trained_on"])
    assert not any(source["file"] == "urgency-real.tsv" for source in card["trained_on"])


def test_the_weights_fit_a_lambda_layer() -> None:
    assert sum((WEIGHTS / name).stat().st_size for name in NEEDED) < 25_000_000
