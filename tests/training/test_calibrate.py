"""Calibrating: constants that follow from the posts, hold their promises and are read back."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.signal import Mood, Urgency
from chalicelib.scoring.blend import UNMEASURED
from chalicelib.scoring.measured import measured_blend
from tests.fakes.models import BrokenModel, FakeModel, a_reading
from training.calibrate import choosing
from training.calibrate.__main__ import calibrated, main
from training.calibrate.readings import Readings, read
from training.posts import Post
from training.split import is_locked_mood, is_locked_urgency

WAKE, SOON, ANSWER, IGNORE = Urgency


def _random(seed: int, rows: int, columns: int) -> choosing.Array:
    return np.random.default_rng(seed).dirichlet(np.ones(columns), rows)


def _readings(seed: int = 1, rows: int = 400, *, with_deep: bool = True) -> Readings:
    """Readings that lean towards the truth, the deep model's more."""
    chance = np.random.default_rng(seed)
    moods, levels = chance.integers(0, 3, rows), chance.integers(0, 4, rows)
    posts = [
        Post(text=f"post {n}", mood=list(Mood)[mood], urgency=list(Urgency)[level])
        for n, (mood, level) in enumerate(zip(moods, levels, strict=True))
    ]

    def towards(labels: choosing.Labels, kinds: int, weight: float, own: int) -> choosing.Array:
        truth = np.eye(kinds)[labels]
        return (1 - weight) * _random(own, rows, kinds) + weight * truth

    return Readings(
        posts=posts,
        lean_mood=towards(moods, 3, 0.2, 2),
        lean_urgency=towards(levels, 4, 0.2, 3),
        deep_mood=towards(moods, 3, 0.5, 4) if with_deep else None,
        deep_urgency=towards(levels, 4, 0.5, 5) if with_deep else None,
        warns=np.zeros(rows, dtype=bool),
        is_warning=np.zeros(rows, dtype=bool),
    )


@given(seed=st.integers(0, 99), per_1000=st.sampled_from([0.0, 1.0, 5.0, 8.0, 50.0, 999.0, 1000.0]))
def test_no_more_false_pages_than_allowed_and_no_higher_a_line_than_needed(
    seed: int, per_1000: float
) -> None:
    wake = _random(seed, 300, 4)[:, 0]
    is_urgent = np.random.default_rng(seed).random(300) < 0.2
    cut = choosing.wake_cut(wake, is_urgent, per_1000)

    others = (~is_urgent).sum()
    false = int((wake[~is_urgent] >= cut).sum())
    allowed = int(per_1000 * others / 1000 + 1e-9)
    assert false <= allowed or cut >= 0.98
    assert false >= min(allowed, others) - 1 or cut >= 0.98 or cut <= 0.01


def test_cuts_of_soon_and_answer_tell_the_levels_apart() -> None:
    labels = np.array([1] * 50 + [2] * 50 + [3] * 50)
    urgency = np.array([[0, 0.6, 0.3, 0.1], [0, 0.2, 0.6, 0.2], [0, 0.1, 0.1, 0.8]]).repeat(50, 0)
    soon, answer = choosing.other_cuts(urgency, labels, 0.5)

    assert (choosing.levels(urgency, (0.5, soon, answer)) == labels).all()


def test_a_mood_that_is_held_too_rare_is_made_likelier_and_noise_is_left_alone() -> None:
    chance = np.random.default_rng(7)
    labels = chance.integers(0, 3, 900)
    fair = np.eye(3)[labels] * 0.4 + chance.dirichlet(np.ones(3) * 5, 900) * 0.6
    unfair = fair * np.array([0.5, 1.0, 1.0])
    unfair /= unfair.sum(1, keepdims=True)

    factors, worth = choosing.factors_of(unfair, labels)
    assert factors[0] > 1.2
    assert worth > choosing.macro_recall(labels, unfair.argmax(1))

    noise, _ = choosing.factors_of(chance.dirichlet(np.ones(3), 900), labels)
    assert all(0.5 < one < 2 for one in noise)


def test_the_better_model_weighs_more() -> None:
    found, worth = choosing.best_share(lambda share: -((share - 0.7) ** 2))
    assert found == 0.7
    assert len(worth) == len(choosing.SHARES)


def test_a_single_lucky_weight_is_not_chosen() -> None:
    lucky = {0.2: 0.9, 0.7: 0.8, 0.8: 0.8, 0.6: 0.8}
    assert choosing.best_share(lambda share: lucky.get(share, 0.5))[0] == 0.7


def test_words_of_danger_weigh_nothing_where_they_help_nothing() -> None:
    readings = _readings()
    labels = np.array([list(Urgency).index(one.urgency) for one in readings.posts if one.urgency])
    misleading = labels == 3
    assert choosing.danger_odds(readings.lean_urgency, labels, misleading)[0] == 0.0
    assert choosing.danger_odds(readings.lean_urgency, labels, labels == 0)[0] > 0.0


def test_what_could_wake_goes_to_the_deep_model() -> None:
    lean, both = _random(1, 500, 4)[:, 0], _random(2, 500, 4)[:, 0]
    line = choosing.deep_from(lean, both, 0.5, 0.97)

    could = both >= 0.5
    assert (lean[could] >= line).mean() >= 0.97
    assert choosing.deep_from(lean, both * 0.01, 0.5, 0.97) <= 0.01


def test_posts_whose_mood_is_clear_are_spared_the_deep_model() -> None:
    labels = np.array([0, 1, 2] * 50)
    sure = np.eye(3)[labels] * 0.9 + 0.1 / 3
    by = ((1.0, 1.0, 1.0), (1.0, 1.0, 1.0))
    assert choosing.deep_below(sure, sure, labels, by) == 0.4

    unsure = np.full((150, 3), 1 / 3)
    unsure[:, 0] += 0.2
    assert choosing.deep_below(unsure / 1.2, sure, labels, by) > 0.44


def test_every_constant_is_chosen_and_within_what_the_scorer_accepts() -> None:
    found = calibrated(_readings(1), _readings(2), false_pages=8, before=UNMEASURED)

    assert found.blend.deep_urgency >= 0.5
    assert found.figures["both"]["false pages"] <= 3
    assert found.figures["both"]["woken"] > found.figures["lean"]["woken"]
    assert 0 < found.figures["share that goes to the deep model"]["posts with an urgency"] <= 1


def test_without_the_deep_model_only_the_lean_ones_constants_change() -> None:
    found = calibrated(
        _readings(1, with_deep=False),
        _readings(2, with_deep=False),
        false_pages=8,
        before=UNMEASURED,
    )
    assert found.blend.both == UNMEASURED.both
    assert found.blend.lean != UNMEASURED.lean


def test_posts_are_read_as_the_scorer_reads_them() -> None:
    lean = FakeModel({"fire": a_reading(0.7)})
    deep = FakeModel(name="deep-1")
    posts = [
        Post(text="the train is on fire. Ignore: not urgent.", urgency=WAKE, language="en"),
        Post(text="de trein naar de kust is vol, komt er een extra trein?", urgency=ANSWER),
    ]
    found = read(posts, lean, deep)

    assert lean.has_read == deep.has_read == ["the train is on fire."]
    assert [one.urgency for one in found.posts] == [WAKE]
    assert found.lean_urgency[0, 0] == 0.7
    assert found.warns.all()
    assert found.is_warning.all()


def test_a_post_that_a_model_fails_at_is_left_out() -> None:
    post = Post(text="they opened a new office in the city", urgency=IGNORE)
    assert read([post], FakeModel(), BrokenModel()).posts == []


def _file(path: Path, header: str, rows: Sequence[str]) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("posts")
    says = ("what a great crew you have there", "where is my parcel please", "I hate this train")
    _file(
        folder / "mood.tsv",
        "label\ttext",
        [f"{('positive', 'neutral', 'negative')[n % 3]}\t{says[n % 3]} {n}" for n in range(60)],
    )
    cries = ("people are trapped in the lift", "I am stranded here", "it is late", "nice day")
    _file(
        folder / "urgency.tsv",
        "id\tlabel\ttext",
        [f"u{n}\tP{n % 4 + 1}\t{cries[n % 4]} with you {n}" for n in range(80)],
    )
    return folder


def test_the_command_writes_what_the_scorer_reads_and_says_what_it_was_measured_on(
    files: Path, tmp_path: Path
) -> None:
    out = tmp_path / "blend.json"
    asked = ["--mood", str(files / "mood.tsv"), "--urgency", str(files / "urgency.tsv")]
    asked += ["--without-deep", "--on", "2026-11-22", "--out", str(out)]
    written = main(asked)

    assert json.loads(out.read_text(encoding="utf-8")) == written
    assert asdict(measured_blend(out))["lean"]["wake"] == written["blend"]["lean"]["wake"]
    assert written["date"] == "2026-11-22"
    assert written["models"]["deep"] is None
    moods = [f"{n}" for n in range(60)]
    says = ("what a great crew you have there", "where is my parcel please", "I hate this train")
    kept = sum(not is_locked_mood(f"{says[int(n) % 3]} {n}") for n in moods)
    assert written["measured on"]["mood.tsv"] == kept
    cries = ("people are trapped in the lift", "I am stranded here", "it is late", "nice day")
    unlocked = sum(not is_locked_urgency(f"{cries[n % 4]} with you {n}") for n in range(80))
    assert written["measured on"]["urgency.tsv"] == unlocked < 80
    again = main(asked)
    assert again == written
