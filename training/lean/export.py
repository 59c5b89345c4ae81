"""From fitted weights to the model's file."""

import numpy as np

from chalicelib.scoring.lean.file import LANES, ZERO, LeanFile
from training.lean.fit import Fitted, centred

_LARGEST = 127
_SPAN = 4.0
"""No weight goes beyond so many logits."""


def lean_file(fitted: Fitted, name: str, languages: tuple[str, ...]) -> LeanFile:
    """The weights rounded to a byte each, with one scale a lane."""
    rows = np.clip(centred(fitted.rows), -_SPAN, _SPAN)
    scales = np.maximum(np.abs(rows).max(0, initial=0), 1e-6) / _LARGEST
    rounded = np.rint(rows / scales).astype(np.int16) + ZERO
    used = np.flatnonzero((rounded != ZERO).any(1))
    return LeanFile(
        name=name,
        languages=languages,
        scales=tuple(round(float(scale), 8) for scale in scales),
        offsets=tuple(round(float(offset), 6) for offset in fitted.offsets),
        features=tuple(fitted.features[at] for at in used),
        weights=rounded[used].astype(np.uint8).tobytes(),
    )


def fitted_of(file: LeanFile) -> Fitted:
    """The weights of a file, to train them further."""
    rounded = np.frombuffer(file.weights, np.uint8).reshape(-1, LANES).astype(np.float32) - ZERO
    return Fitted(
        list(file.features),
        rounded * np.array(file.scales, np.float32),
        np.array(file.offsets, np.float32),
    )
