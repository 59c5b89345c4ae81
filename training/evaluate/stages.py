"""The stages that an evaluation judges by: what ships, from where it stands in the repository."""

from functools import cache
from pathlib import Path

from chalicelib import scoring
from chalicelib.ports import Scorer
from chalicelib.scoring.reading import Model

DEEP_FOLDER = Path(__file__).resolve().parents[1] / "weights" / "deep"
LEAN_FOLDER = Path(scoring.__file__).resolve().parent / "weights"


@cache
def lean_model() -> Model:
    """The stage that reads every post."""
    from chalicelib.scoring.lean import LeanModel

    return LeanModel()


@cache
def deep_model() -> Model | None:
    """The stage that reads what may be urgent; None when it is not installed."""
    from chalicelib.scoring.deep import DeepModel, DeepModelMissing

    try:
        return DeepModel(DEEP_FOLDER)
    except DeepModelMissing:
        return None


@cache
def scorer(*, with_deep: bool = True) -> Scorer:
    """The product's scorer, with both stages or the lean one alone."""
    from chalicelib.scoring import ModelScorer

    return ModelScorer(lean=lean_model(), deep=deep_model() if with_deep else None)
