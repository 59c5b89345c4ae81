"""`python -m training.lean` on a few posts: the files it writes and what it refuses."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from chalicelib.scoring.lean import LeanModel
from training.deep.soft import NAMES, write_soft
from training.lean.__main__ import main
from training.lean.fit import Vectors
from training.lean.measure import average_precision, microseconds
from training.lean.vectors import joined, read_vectors, vocabulary, write_vectors
from training.posts import BadFile, Post
from training.split import is_locked_mood

SUBJECTS = ("staff", "food", "app", "train", "room", "bill", "queue", "parcel", "seat", "menu")
FEELINGS = {"negative": "awful", "neutral": "usual", "positive": "lovely"}
USES = np.ones((3, 2), np.float32)
MOOD_ROWS = [
    (label, f"{word} {subject} {number}x")
    for label, word in FEELINGS.items()
    for subject in SUBJECTS
    for number in range(3)
]


def table(path: Path, header: str, rows: Sequence[tuple[str, ...]]) -> Path:
    lines = [header.replace(",", "\t"), *("\t".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def moods(tmp_path: Path) -> Path:
    return table(tmp_path / "moods.tsv", "label,text", MOOD_ROWS)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    rows = [
        (str(number), level, topic, mood, language, f"{text} {number}")
        for number in range(12)
        for level, topic, mood, language, text in (
            ("P1", "safety", "negative", "en", "trapped in the lift at"),
            ("P3", "billing", "neutral", "en", "question about bill"),
            ("P1", "safety", "negative", "de", "im aufzug gefangen bei"),
            ("P4", "praise", "positive", "de", "schöner laden"),
        )
    ]
    return table(tmp_path / "written.tsv", "id,label,topic,mood,language,text", rows)


def trained(out: Path, *more: object) -> LeanModel:
    main(["--out", str(out), "--on", "2026-11-22", "--set", "steps=15", *map(str, more)])
    return LeanModel(out / "lean.model")


def test_a_training_on_a_few_posts_makes_a_model_that_reads(
    tmp_path: Path, moods: Path, written: Path
) -> None:
    model = trained(tmp_path / "out", "--mood", moods, "--written", written)
    assert model.name == "lean-2026-11-22"
    assert max(model.read("awful seat").mood) == model.read("awful seat").mood[0]
    assert model.read("trapped in lift").urgency[0] > model.read("question about food").urgency[0]


def test_the_same_files_make_the_same_model(tmp_path: Path, moods: Path) -> None:
    for out in ("one", "two"):
        trained(tmp_path / out, "--mood", moods)
    one, two = ((tmp_path / out / "lean.model").read_bytes() for out in ("one", "two"))
    assert one == two


def test_locked_posts_are_not_learned(tmp_path: Path) -> None:
    locked = next(f"locked word{n}" for n in range(999) if is_locked_mood(f"locked word{n}"))
    rows = [*MOOD_ROWS, ("negative", locked), ("negative", locked)]
    main_file = table(tmp_path / "moods.tsv", "label,text", rows)
    trained(tmp_path / "out", "--mood", main_file)
    assert b"\nlocked\n" not in (tmp_path / "out" / "lean.model").read_bytes()
    card = json.loads((tmp_path / "out" / "card.json").read_text("utf-8"))
    assert card["trained on"][0]["rows"] == sum(not is_locked_mood(text) for _, text in rows)


def test_the_card_tells_data_licences_figures_and_limits(
    tmp_path: Path, moods: Path, written: Path
) -> None:
    out = tmp_path / "out"
    trained(
        out,
        *("--mood", moods, "--written", written, "--dev-mood", moods, "--dev-urgency", written),
        *("--licence", "moods.tsv=MIT", "--languages", "en", "de", "--languages-out"),
    )
    card = json.loads((out / "card.json").read_text("utf-8"))
    sources = {one["file"]: one for one in card["trained on"]}
    assert sources["moods.tsv"]["licence"] == "MIT"
    assert "not stated" in sources["written.tsv"]["licence"]
    assert len(sources["written.tsv"]["sha256"]) == 64
    assert card["file"]["bytes"] == (out / "lean.model").stat().st_size
    assert card["metrics"]["moods.tsv"]["macro recall"] > 90
    assert set(card["metrics"]["languages, held out"]) == {"de", "en"}
    assert card["languages"] == ["de", "en"]
    assert card["limits"]
    page = (out / "README.md").read_text("utf-8")
    assert "| moods.tsv | macro recall |" in page
    assert str(tmp_path) not in page + json.dumps(card)


def test_a_teacher_moves_what_is_learned(tmp_path: Path, moods: Path) -> None:
    texts = [text for label, text in MOOD_ROWS if label == "neutral"]
    logits = [[9.0 if name == "mood:negative" else 0.0 for name in NAMES] for _ in texts]
    write_soft(tmp_path / "soft.tsv", texts, logits)
    alone = trained(tmp_path / "one", "--mood", moods)
    taught = trained(tmp_path / "two", "--mood", moods, "--teacher", tmp_path / "soft.tsv")
    assert taught.read("usual").mood[0] > alone.read("usual").mood[0] + 0.1


def test_a_company_can_train_the_shipped_kind_of_model_further(
    tmp_path: Path, moods: Path, written: Path
) -> None:
    trained(tmp_path / "one", "--mood", moods)
    base = tmp_path / "one" / "lean.model"
    model = trained(tmp_path / "two", "--written", written, "--base", base)
    assert model.read("lovely").mood[2] > 0.4
    assert model.read("trapped").urgency[0] > model.read("bill").urgency[0]
    card = json.loads((tmp_path / "two" / "card.json").read_text("utf-8"))
    assert card["trained further from"] == "lean-2026-11-22"


def test_vectors_are_read_as_they_were_written(tmp_path: Path, moods: Path) -> None:
    path = tmp_path / "vectors.npz"
    vectors = Vectors(["awful", "dreadful"], np.array([[1, 0.5], [1, 0.25]], np.float32), USES)
    write_vectors(path, vectors)
    found = read_vectors(path)
    assert found.words == vectors.words
    assert (found.rows == vectors.rows).all()
    model = trained(tmp_path / "out", "--mood", moods, "--vectors", path)
    assert model.read("dreadful").mood[0] > model.read("").mood[0] + 0.01


def test_vectors_of_another_form_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", rows=np.zeros((2, 2)))
    with pytest.raises(ValueError, match="must hold `words`, `rows` and `uses`"):
        read_vectors(tmp_path / "other.npz")
    np.savez(tmp_path / "twice.npz", words=np.array(["a", "a"]), rows=USES[:2], uses=USES)
    with pytest.raises(ValueError, match="each word once"):
        read_vectors(tmp_path / "twice.npz")


def test_the_vocabulary_is_what_posts_repeat_and_whole_words_known_otherwise() -> None:
    posts = [Post(text="Late train"), Post(text="late again")]
    assert vocabulary(posts, ["dreadful", "x", "two words"]) == ["dreadful", "late"]


def test_a_file_with_a_bad_label_stops_the_training(tmp_path: Path) -> None:
    bad = table(tmp_path / "bad.tsv", "label,text", [("cross", "hm")])
    with pytest.raises(BadFile, match=r"bad\.tsv:2: label is 'cross'"):
        trained(tmp_path / "out", "--mood", bad)
    assert not (tmp_path / "out" / "lean.model").exists()


def test_a_perfect_ranking_has_a_precision_of_one() -> None:
    assert average_precision([3, 2, 1], [True, True, False]) == 1
    assert average_precision([3, 2, 1], [False, True, False]) == 0.5
    assert average_precision([1], [False]) is None


def test_time_is_told_for_each_text(tmp_path: Path, moods: Path) -> None:
    model = trained(tmp_path / "out", "--mood", moods)
    assert microseconds(model, ["awful", "lovely"]) > 0


def test_what_a_deep_model_thinks_of_words_is_for_moods_alone() -> None:
    own = Vectors(["bad", "good"], np.array([[1.0, 0], [0, 1]], np.float32), USES)
    found = joined(own, np.array([[1, 0, -1], [0, 0, 0]], np.float32))
    assert found.words == ["bad", "good"]
    assert found.rows.tolist() == [[1, 0, 0.5, 0, -0.5], [0, 1, -0.5, 0, 0.5]]
    assert found.uses.tolist() == [[1] * 5, [1, 1, 0, 0, 0], [1, 1, 0, 0, 0]]
