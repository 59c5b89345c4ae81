"""What keeping a platform's rate limit needs, however many functions read from it at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of the wish to send one request."""

    is_allowed: bool
    left: int
    """Requests that may follow until `until`."""
    until: datetime
    """When the window ends (aware)."""


class Allowances(Protocol):
    """Requests counted by everybody together, in windows."""

    def take(self, key: str, *, most: int, window: timedelta, now: datetime) -> Taken:
        """Count one request where one is left.

        A window begins with its first request and ends after `window`, or when the platform
        says it does (`heard`).
        """

    def heard(self, key: str, *, left: int, until: datetime, most: int, now: datetime) -> None:
        """The platform says that `left` requests may follow until `until`.

        What is counted in a window under way only ever grows: other requests may be on their
        way, and answers come in any order.
        """
