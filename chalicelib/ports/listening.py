"""What listening needs: sources, how far each was read, and the queue of pulls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NewType, Protocol, runtime_checkable

from chalicelib.domain.cost import Charge, Use
from chalicelib.domain.desk import Desk
from chalicelib.domain.mention import Mention
from chalicelib.domain.read_budget import Scope
from chalicelib.domain.rhythm import NEW, Rhythm
from chalicelib.domain.standing import Condition, Missed

Cursor = NewType("Cursor", str)
"""Opaque mark of how far a source has been read; begins with the version of its form, `1:`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """A mention and the platform's own payload it was read from."""

    mention: Mention
    raw: bytes
    """As the platform sent it; opaque, kept for audits and for reading again."""
    edited_at: datetime | None = None
    """When its author changed it last (aware), where the platform tells."""


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
    gone: tuple[str, ...] = ()
    """Platform ids of posts that the platform says were deleted or made private."""
    uses: tuple[Use, ...] = ()
    """What the platform charges for, beyond the requests themselves: posts and people read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What a platform sent us of its own accord, not yet believed."""

    method: str
    """`GET` (a challenge) or `POST`."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = field(repr=False)
    """As it came: signatures are over these bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a push holds."""

    pulled: tuple[Pulled, ...] = ()
    """Oldest first."""
    refused: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    answer: str = ""
    """What the platform wants to hear, as plain text, such as its challenge."""


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


@runtime_checkable
class Receiver(Protocol):
    """A source that also takes what its platform pushes."""

    def receive(self, push: Push) -> Received:
        """What a push says, verified (in constant time) before anything of it is parsed.

        The same push may come again. Raises NotAllowed when it does not prove whom it is from,
        BadInput when it does and cannot be understood. Asks nobody.
        """


class UnreadPushes(Protocol):
    """Pushes of which something could not be understood: their platform will not say it again."""

    def keep(self, name: str, body: bytes, *, now: datetime) -> None:
        """Keep a push to source `name` as it came, whole, for two weeks. The same again is one."""

    def get(self, name: str, body_sha256: str) -> bytes | None:
        """One that was kept, by the SHA-256 of its bytes as the log tells it (64 hex digits)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a look at posts that were read before has found."""

    gone: frozenset[str]
    """Platform ids of those that do not stand any more."""
    uses: tuple[Use, ...] = ()


@runtime_checkable
class DeletionChecker(Protocol):
    """A source that can tell whether posts still stand."""

    checks_at_once: int
    """Most mentions that one `delete_check` takes."""

    def delete_check(self, mentions: Sequence[Mention], *, deadline: datetime) -> Checked:
        """Which of `mentions` (of this source) their author has deleted or made private.

        Raises SourceUnavailable and SourceRefused as `fetch`; what cannot be told stays.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What one cheap call has found out about a configured source."""

    account: str = ""
    """As whom we read and write there, such as `@acme`; empty where nobody is signed in."""
    works: tuple[str, ...] = ()
    """What was seen to work, such as `reads mentions of us`."""
    missing: tuple[str, ...] = ()
    """Each permission that is missing: what cannot be done, and what grants it."""
    uses: tuple[Use, ...] = ()


@runtime_checkable
class Probing(Protocol):
    """A source that can say how it stands with its platform."""

    def probe(self, *, deadline: datetime) -> Probed:
        """By one cheap call where the platform allows. Raises as `fetch` does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How far a source has been read and when it is due."""

    name: str
    cursor: Cursor | None = None
    due_at: datetime | None = None
    """None: at once."""
    asked_at: datetime | None = None
    """When a pull of it was last queued."""
    retry_at: datetime | None = None
    """Before which its platform does not want to be asked again; None when it did not say."""
    succeeded_at: datetime | None = None
    failures: int = 0
    """In a row."""
    trouble: str = ""
    """What the last failure said, empty after a success."""
    condition: Condition = Condition.WATCHING
    since: datetime | None = None
    """When the condition began; None before it was first asked."""
    missed: Missed | None = None
    """When it was out of our sight last, or is now."""
    rhythm: Rhythm = NEW
    is_quiet: bool = False
    """Whether it is silent against its own rhythm."""
    scope: Scope = Scope.FULL
    """How much of it is read under its budget."""
    not_read: str = ""
    """What is not read under its budget, and why; empty when all is."""
    not_read_since: datetime | None = None
    unpriced: tuple[str, ...] = ()
    """What its platform charges for and nobody knows a price of; its spending lacks that."""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is known of a configured source without opening it."""

    is_by_keyword: bool
    """Whether it finds posts by words, rather than what is said to us or on our own place."""
    is_pulled: bool
    """False where everything is pushed and there is nothing to ask for."""
    can_receive: bool
    """Whether its platform may push to us."""
    can_check_deletions: bool
    charges: tuple[Charge, ...]
    """What its platform takes money for."""
    can_reply: bool = False
    """Whether replies go out through it."""
    can_reply_privately: bool = False
    platform: str = ""
    """The network that its mentions stand on; empty: its kind."""


class Sources(Protocol):
    """The configured sources, made on demand."""

    def open(
        self, desk: Desk, name: str, *, on_request: Callable[[], None] | None = None
    ) -> Source:
        """Raises NotFound when no entry has that name, SourceRefused when its secret is missing.

        `on_request` is called before each request that goes out to the platform.
        """

    def traits(self, desk: Desk, name: str) -> Traits:
        """Raises NotFound when no entry has that name, or none of its kind is known."""

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

    def put_off(self, name: str, due_at: datetime, *, asked_at: datetime | None = None) -> None:
        """Set when it is due next, and when it was asked if given; nothing else: a pull under way
        is not disturbed."""

    def save(self, state: SourceState) -> None:
        """Write all but `due_at` and `asked_at` over version `state.version - 1`.

        Raises StaleWrite when that is not what is there: another pull was faster.
        """


class PullQueue(Protocol):
    """Where due sources wait to be pulled, each by an invocation of its own."""

    def enqueue(self, names: Sequence[str]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadUsage:
    """What reading a source took in a month (UTC)."""

    calls: int = 0
    """Requests sent."""
    posts: int = 0
    """Mentions stored."""
    spent: Decimal = Decimal(0)
    """US dollars, by the price book of the days on which they were spent."""


class ReadUsages(Protocol):
    """What reading took, by source and month."""

    def add(self, name: str, month: str, usage: ReadUsage) -> ReadUsage:
        """Add to a month, such as `2026-11`; the sum since its beginning."""

    def of(self, month: str) -> Mapping[str, ReadUsage]:
        """Of every source that was read in it, by name; one query."""


class PaidReads(Protocol):
    """Which posts and people a seller has charged us for on a day (UTC), where it charges each
    once a day."""

    def fresh(self, account: str, sku: str, ids: Sequence[str], *, day: date) -> tuple[str, ...]:
        """Those of `ids` that were not remembered for this account, each once."""

    def remember(self, account: str, sku: str, ids: Sequence[str], *, day: date) -> None:
        """They are paid for on this day."""
