"""The speed command measures whole verdicts, and leaves out what sources do before."""

from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Score
from chalicelib.scoring.reading import Reading
from training.evaluate.speed import _stage


def test_the_whole_verdict_without_the_deep_model_is_a_stage_of_its_own() -> None:
    given, read, read_all = _stage("nightdesk_lean")
    mention = given("the parcel is late once again")

    assert isinstance(mention, Mention)
    score = read(mention)
    assert isinstance(score, Score)
    assert "+" not in score.scorer
    assert read_all([mention, mention]) == [score, score]


def test_the_lean_model_alone_is_given_the_text() -> None:
    given, read, read_all = _stage("lean")

    assert given("the parcel is late") == "the parcel is late"
    assert isinstance(read("the parcel is late"), Reading)
    assert len(read_all(["one", "two"])) == 2
