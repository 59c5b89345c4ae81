"""The lean model's file: one header line, the features as text, one byte for each weight.

    {"format": "nightdesk-lean-1", "name": ..., "languages": [...], "scales": [...],
     "offsets": [...], "features": bytes of the next part}\n
    feature\nfeature\n...         UTF-8, each feature once
    byte byte byte ...            LANES bytes a feature; weight = (byte - 128) * scale of its lane

A lane is one answer of the model: three moods, four urgencies, then the topics.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from chalicelib.domain.signal import Topic
from chalicelib.scoring.reading import MOODS, URGENCIES

FORMAT = "nightdesk-lean-1"
LANES = MOODS + URGENCIES + len(Topic)
ZERO = 128
"""The byte that stands for a weight of nothing."""


class LeanModelBroken(Exception):
    """The model's file is missing, cut off or of another version; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeanFile:
    """What a file holds."""

    name: str
    languages: tuple[str, ...]
    scales: tuple[float, ...]
    """One a lane."""
    offsets: tuple[float, ...]
    """What each lane starts from."""
    features: tuple[str, ...]
    weights: bytes
    """LANES bytes a feature."""

    def written(self) -> bytes:
        """As it stands on disk: equal files for equal contents."""
        text = "\n".join(self.features).encode()
        header = {
            "format": FORMAT,
            "name": self.name,
            "languages": self.languages,
            "topics": list(Topic),
            "scales": self.scales,
            "offsets": self.offsets,
            "features": len(text),
        }
        return json.dumps(header).encode() + b"\n" + text + b"\n" + self.weights


def read_lean_file(path: Path) -> LeanFile:
    """Raises LeanModelBroken."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise LeanModelBroken(f"{path.name}: cannot be read ({error.strerror})") from None
    line, _, rest = raw.partition(b"\n")
    try:
        header = json.loads(line)
        if header["format"] != FORMAT or header["topics"] != list(Topic):
            raise LeanModelBroken(f"{path.name}: is of another version; train it again")
        size = int(header["features"])
        features = tuple(rest[:size].decode().split("\n"))
        found = LeanFile(
            name=str(header["name"]),
            languages=tuple(header["languages"]),
            scales=tuple(map(float, header["scales"])),
            offsets=tuple(map(float, header["offsets"])),
            features=features,
            weights=rest[size + 1 :],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise LeanModelBroken(f"{path.name}: is not a lean model ({error!r})") from None
    if len(found.weights) != LANES * len(features) or len(found.scales) != LANES:
        raise LeanModelBroken(f"{path.name}: is cut off")
    return found
