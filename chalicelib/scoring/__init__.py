"""From text to a score: inference only."""

from chalicelib.scoring.lexicon_scorer import LexiconScorer

__all__ = ["LexiconScorer"]
