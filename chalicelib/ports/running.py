"""What every service needs: the desk in force, a line to its people, metrics, randomness."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from chalicelib.domain.cost import Feature, Use
from chalicelib.domain.desk import Desk


class Desks(Protocol):
    """The configuration in force."""

    def current(self) -> Desk:
        """What is in force. Raises NotFound before the first `apply`."""

    def put(self, desk: Desk, *, now: datetime) -> int:
        """Put it in force as a whole; its version."""


class Notices(Protocol):
    """The line to the people who keep the desk running (fallback person and lead)."""

    def tell(self, kind: str, text: str, *, now: datetime) -> bool:
        """Tell them, at most once an hour for each `kind`; False when it was held back."""


class Meter(Protocol):
    """Where metrics and usage go."""

    def count(self, name: str, amount: int = 1) -> None:
        """Add to a metric, such as `MentionsPulled`."""

    def used(self, *uses: Use) -> None:
        """Put what was used, or achieved (`Done`), to the purpose that is set around the call.

        Never fails, and never waits for anything.
        """

    def within(
        self,
        feature: Feature | None = None,
        *,
        source: str = "",
        brand: str = "",
        about: str = "",
    ) -> AbstractContextManager[None]:
        """Sets what everything inside is used for, calls of AWS included.

        What is not given stays as it is around; `about` is a ticket or incident.
        """


class Randomness(Protocol):
    """Where codes and keys come from: unguessable in the product, known in a test."""

    def code(self) -> str:
        """A reply code of `CODE_LENGTH` letters of `CODE_ALPHABET`."""

    def key(self) -> str:
        """128 random bits, URL-safe, 22 characters."""
