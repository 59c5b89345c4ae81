"""Recordings to play: lines that the `replay` source reads, written for a measurement."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

SATURDAY_NIGHT = datetime(2026, 11, 21, 22, 10, tzinfo=UTC)

CHATTER = "Norvia Rail passed through our valley this morning, number {n}, the hills were white."
QUESTION = "@norviarail hello, how can I take my bicycle on the {n} o'clock train?"
OUTAGE = "@norviarail the whole booking site is down again, customer {n} cannot buy a ticket"


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
