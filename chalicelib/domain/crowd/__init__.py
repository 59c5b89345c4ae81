"""The crowd: is this volume of negative mentions a rise, or what this hour always brings?

One series is one brand and topic, counted in buckets of five minutes. `advance` learns from a
bucket that is settled, `judged` looks at those that are not, `sources_changed` tells the baseline
that it will hear more or less from now on. All are pure; the state is one `Baseline` of constant
size, kept as text by `written` and `read`.
"""

from chalicelib.domain.crowd.baseline import BUCKET, NEW, Baseline, Bucket
from chalicelib.domain.crowd.judging import (
    RINGING,
    SETTLED_AFTER,
    THRESHOLD,
    Alertness,
    Surprise,
    advance,
    judged,
    settled,
    sources_changed,
)
from chalicelib.domain.crowd.record import UnreadableBaseline, read, written
from chalicelib.domain.crowd.sighting import Sighting

__all__ = [
    "BUCKET",
    "NEW",
    "RINGING",
    "SETTLED_AFTER",
    "THRESHOLD",
    "Alertness",
    "Baseline",
    "Bucket",
    "Sighting",
    "Surprise",
    "UnreadableBaseline",
    "advance",
    "judged",
    "read",
    "settled",
    "sources_changed",
    "written",
]
