"""From text to a score: inference only."""

from chalicelib.scoring.scorer import ModelScorer
from chalicelib.scoring.shipped import ShippedScorer

__all__ = ["ModelScorer", "ShippedScorer"]
