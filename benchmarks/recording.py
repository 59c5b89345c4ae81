"""Recordings to play: lines that the `replay` source reads, written for a measurement."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

SATURDAY_NIGHT = datetime(2026, 11, 21, 22, 10, tzinfo=UTC)

CHATTER = "Norvia Rail passed through our valley this morning, number {n}: lovely white hills."
QUESTION = "@norviarail hello, how can I take my bicycle on the {n} o'clock train?"
OUTAGE = (
    "@norviarail your whole system is down for everyone, nobody can board, "
    "customer {n} is stranded in the cold with hundreds of people"
)
"""Wakes for every number by more than two points, with the deep model and without."""


def posts(text: str, numbers: Iterable[int], *, at: datetime, over: timedelta) -> Iterator[str]:
    """Lines of posts with different texts, spread evenly over `[at, at + over)`."""
    all_numbers = list(numbers)
    for place, n in enumerate(all_numbers):
        yield json.dumps(
            {
                "at": (at + over * place / len(all_numbers)).isoformat(),
                "do": "post",
                "platform": "mastodon",
                "id": str(n),
                "text": text.format(n=n),
                "author": {"handle": f"customer{n}", "name": f"Customer {n}", "followers": n % 900},
                "url": f"https://social.example/{n}",
                "language": "en",
                "is_addressed": "@" in text,
            }
        )


def write(path: Path, lines: Iterable[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
