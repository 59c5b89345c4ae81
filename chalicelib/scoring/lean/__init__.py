"""The lean model: the cheap stage that reads every post, in plain Python."""

from chalicelib.scoring.lean.model import LeanModel, LeanModelBroken

__all__ = ["LeanModel", "LeanModelBroken"]
