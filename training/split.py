"""Which given posts are locked away: no design decision looks at them, only the last measurement.

The choice hangs on the text alone, so that it is the same on every machine and for every file in
which a post appears. Locked posts are never trained on.
"""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path


def is_locked_mood(text: str) -> bool:
    """Whether a post with a mood is kept for the last measurement: one in twenty."""
    return _share(text) < 0.05


def is_locked_urgency(text: str) -> bool:
    """Whether a post with an urgency is kept for the last measurement: two in five."""
    return _share(text) < 0.40


def _share(text: str) -> float:
    """A number in [0, 1) that looks random and is the same for equal texts."""
    digest = hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m training.split mood|urgency FILE OUT`: the locked rows of a file, as a file."""
    kind, source, out = arguments if arguments is not None else sys.argv[1:4]
    is_locked = {"mood": is_locked_mood, "urgency": is_locked_urgency}[kind]
    header, *lines = Path(source).read_text(encoding="utf-8").split("\n")
    column = header.rstrip("\r").split("\t").index("text")
    rows = [line for line in lines if line.strip()]
    locked = [row for row in rows if is_locked(row.rstrip("\r").split("\t")[column])]
    Path(out).write_text("\n".join([header, *locked]) + "\n", encoding="utf-8")
    print(f"{len(locked)} of {len(rows)} rows are locked")
    return 0


if __name__ == "__main__":
    sys.exit(main())
