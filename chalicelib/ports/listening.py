"""What listening needs: sources, how far each was read, and the queue of pulls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

from chalicelib.domain.desk import Desk
from chalicelib.domain.mention import Mention

Cursor = NewType("Cursor", str)
"""Opaque mark of how far a source has been read; begins with the version of its form, `1:`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """A mention and the platform's own payload it was read from."""

    mention: Mention
    raw: bytes
    """As the platform sent it; opaque, kept for audits and for reading again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one fetch gives."""

    pulled: tuple[Pulled, ...]
    """Oldest first."""
    cursor: Cursor | None
    """Where the next fetch goes on; valid once `pulled` is stored."""
    is_caught_up: bool
    """False when more can be fetched at once."""
    refused: tuple[str, ...] = ()
    """Entries that could not be read, each as what was found and where; told, never dropped."""
    gap: str = ""
    """What could not be read any more (the platform's window has passed), empty when nothing."""


class Source(Protocol):
    """One platform we listen to."""

    name: str
    """The configured entry's name."""

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        """Mentions after `cursor`, oldest first within the batch; the recent past when None.

        May repeat mentions, never skips one: where a platform lists newest first, the
        cursor holds watermark, newest seen and resume token, and the watermark moves
        only when the gap between is closed; a gap that cannot be read is reported.
        Returns what it has before `deadline` (aware).
        Raises SourceUnavailable when trying later can help (with `retry_at` when the
        platform said so), SourceRefused when it cannot.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How far a source has been read and when it is due."""

    name: str
    cursor: Cursor | None = None
    due_at: datetime | None = None
    """None: at once."""
    succeeded_at: datetime | None = None
    failures: int = 0
    """In a row."""
    trouble: str = ""
    """What the last failure said, empty after a success."""
    is_told: bool = False
    """Whether somebody was told that we are blind to it, since its last success."""
    version: int = 0


class Sources(Protocol):
    """The configured sources, made on demand."""

    def open(self, desk: Desk, name: str) -> Source:
        """Raises NotFound when no entry has that name, SourceRefused when its secret is missing."""

    def reaching(self, desk: Desk, mention: Mention) -> tuple[str, ...]:
        """Names of the sources that can speak to the post a mention was read from.

        The one that stored it first, then others of its brand on the same server. Raises
        NotFound when the one that stored it is not configured any more: then nobody knows
        whose ids it carries.
        """


class SourceStates(Protocol):
    """How far each source has been read."""

    def all(self) -> Mapping[str, SourceState]:
        """The states of every source that was ever read or put off, by name; one query."""

    def get(self, name: str) -> SourceState:
        """The state of a source; a fresh one when it was never read."""

    def put_off(self, name: str, due_at: datetime) -> None:
        """Set when it is due next, and nothing else: a pull under way is not disturbed."""

    def save(self, state: SourceState) -> None:
        """Write all but `due_at` over version `state.version - 1`.

        Raises StaleWrite when that is not what is there: another pull was faster.
        """


class PullQueue(Protocol):
    """Where due sources wait to be pulled, each by an invocation of its own."""

    def enqueue(self, names: Sequence[str]) -> None: ...
