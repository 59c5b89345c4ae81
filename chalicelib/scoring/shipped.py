"""The scorer of a deployment: loads its models at the first score, and tells what is missing."""

import logging
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from chalicelib.domain.background import NOTHING_KNOWN, Background
from chalicelib.domain.desk import Desk
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Score
from chalicelib.scoring.blend import UNMEASURED
from chalicelib.scoring.measured import BLEND, BlendBroken, measured_blend
from chalicelib.scoring.reading import Model
from chalicelib.scoring.scorer import ModelScorer

log = logging.getLogger("nightdesk.scoring")


class ShippedScorer:
    """Implements `ports.Scorer` by the models that are installed.

    `deep` is the folder of the deep model; None where it is not meant to be there, which is no
    fault. A model that is meant to be there and cannot be loaded is one, until the next cold start;
    so is a file of measured constants that cannot be read.
    """

    def __init__(self, *, deep: Path | None, blend: Path = BLEND) -> None:
        self._deep = deep
        self._blend = blend

    def score(self, mention: Mention, desk: Desk, background: Background = NOTHING_KNOWN) -> Score:
        """The verdict with its reasons. Never raises for any text."""
        return self._scorer.score(mention, desk, background)

    @property
    def faults(self) -> tuple[str, ...]:
        """What is missing of what was configured, in words; empty before the first score."""
        return self._scorer.faults if "_scorer" in self.__dict__ else ()

    @cached_property
    def _scorer(self) -> ModelScorer:
        faults: list[str] = []
        lean = _loaded("lean", _lean, faults)
        deep_folder = self._deep
        deep = _loaded("deep", lambda: _deep(deep_folder), faults) if deep_folder else None
        try:
            blend = measured_blend(self._blend)
        except BlendBroken as error:
            log.exception("blend_not_loaded")
            faults.append(f"what was measured for the models cannot be read: {error}")
            blend = UNMEASURED
        return ModelScorer(lean=lean, deep=deep, blend=blend, faults=tuple(faults))


def _loaded(name: str, load: Callable[[], Model], faults: list[str]) -> Model | None:
    try:
        return load()
    except Exception as error:  # a broken file raises whatever its reader does
        log.exception("model_not_loaded", extra={"model": name})
        faults.append(f"the {name} model cannot be loaded: {error}")
        return None


def _lean() -> Model:
    from chalicelib.scoring.lean import LeanModel

    return LeanModel()


def _deep(folder: Path) -> Model:
    from chalicelib.scoring.deep import DeepModel

    return DeepModel(folder)
