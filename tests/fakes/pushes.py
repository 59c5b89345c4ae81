"""Pushes that were put aside, in memory."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING


class FakeUnreadPushes:
    """Keeps pushes by source and digest in `kept`; `trouble` is raised instead while it is set."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}
        self.trouble: Exception | None = None

    def keep(self, name: str, body: bytes, *, now: datetime) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.kept[name, hashlib.sha256(body).hexdigest()] = body

    def get(self, name: str, body_sha256: str) -> bytes | None:
        return self.kept.get((name, body_sha256))


if TYPE_CHECKING:
    from chalicelib import ports

    _: type[ports.UnreadPushes] = FakeUnreadPushes
