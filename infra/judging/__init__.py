"""Looking back at what was judged: what other rules would have changed, what people teach.

`looking` (the history of a deployment); `single` (rules one by one); `replay` (which incidents
verdicts would have opened); `effect` (what rules change); `labels` (what people said of verdicts);
`learning` (better lines); `export` (the labels as files); `yaml_lines` (lines into the file).
"""

from infra.judging.effect import LOOKED_BACK, Change, Count, Effect, Example, effect_of
from infra.judging.looking import Looking, looking_at

__all__ = [
    "LOOKED_BACK",
    "Change",
    "Count",
    "Effect",
    "Example",
    "Looking",
    "effect_of",
    "looking_at",
]
