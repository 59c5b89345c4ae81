"""Ways to people in memory, and chance, and what judges and measures."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum, auto
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.domain.background import Background
from chalicelib.domain.cost import Entry, Feature, Purpose, Sheet, Use
from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.errors import (
    ChannelRefused,
    ChannelUnavailable,
    NotFound,
)
from chalicelib.domain.incident import Incident
from chalicelib.domain.mention import Mention
from chalicelib.domain.page import CODE_ALPHABET, CODE_LENGTH
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.signal import Mood, Score, Signal, Topic, Urgency
from chalicelib.ports import Answerable, Message, Sounding, UserPool
from tests.fakes.crash import Crash
from tests.fakes.identity import A_POOL


class Fate(Enum):
    """What becomes of what is handed to the provider."""

    SENT = auto()
    REFUSED = auto()
    UNAVAILABLE = auto()
    CRASH_BEFORE = auto()
    """Our worker dies before it hands it over."""
    CRASH_AFTER = auto()
    """It leaves, and our worker dies before it can record it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a person got by one channel: a page (with its message) or a note (with its text)."""

    to: ResponderId
    id: str
    """As it was given; the same when it was sent again."""
    channel: str = "sms"
    provider_id: str = ""
    message: Message | None = None
    text: str = ""

    @property
    def soundings(self) -> tuple[Sounding, ...]:
        """The incidents that a page told of, gravest first; none for a note."""
        return self.message.soundings if self.message else ()

    @property
    def incidents(self) -> tuple[Incident, ...]:
        return tuple(one.incident for one in self.soundings)

    @property
    def incident(self) -> Incident | None:
        """The gravest incident of a page."""
        return self.incidents[0] if self.message else None

    @property
    def answerable(self) -> Answerable | None:
        return self.message.answerable if self.message else None

    @property
    def loudness(self) -> int:
        """Of the gravest incident."""
        return self.soundings[0].loudness if self.message else 0

    @property
    def brand_name(self) -> str:
        """Of the gravest incident."""
        return self.soundings[0].brand_name if self.message else ""


class FakeChannel:
    """Phones, mailboxes or receivers that keep what they get, in `sent`.

    `refused` holds those that can never be reached, `is_down` fails every send, `fates` are
    those of the next sends (then all go well).
    """

    def __init__(self, name: str = "sms") -> None:
        self.name = name
        self.sent: list[Sent] = []
        self.refused: set[ResponderId] = set()
        self.is_down = False
        self.fates: deque[Fate] = deque()
        self._lock = RLock()

    def pages(self, to: ResponderId | None = None) -> list[Sent]:
        """Pages that arrived, of one responder or of all."""
        return [one for one in self.sent if one.message is not None and to in (None, one.to)]

    def notes(self, to: ResponderId | None = None) -> list[str]:
        """Texts of notes that arrived, of one responder or of all."""
        return [one.text for one in self.sent if one.message is None and to in (None, one.to)]

    def send_page(self, message: Message, responder: Responder) -> str:
        return self._send(responder, Sent(to=responder.id, id=message.id, message=message))

    def send_note(self, responder: Responder, text: str, *, id: str) -> str:
        return self._send(responder, Sent(to=responder.id, id=id, text=text))

    def _send(self, responder: Responder, sent: Sent) -> str:
        with self._lock:
            fate = self.fates.popleft() if self.fates else Fate.SENT
            if fate is Fate.CRASH_BEFORE:
                raise Crash
            is_refused = fate is Fate.REFUSED or responder.id in self.refused
            if is_refused or not responder.has(self.name):
                raise ChannelRefused(f"{responder.id} cannot be reached")
            if fate is Fate.UNAVAILABLE or self.is_down:
                raise ChannelUnavailable("the provider is down")
            provider_id = f"{self.name}-{len(self.sent) + 1}"
            self.sent.append(replace(sent, provider_id=provider_id, channel=self.name))
            if fate is Fate.CRASH_AFTER:
                raise Crash
            return provider_id


# --- the rest ----------------------------------------------------------------------------


class FakeScorer:
    """Judges by a table: the first entry whose words stand in the text, else `otherwise`."""

    def __init__(self, table: Mapping[str, Score], otherwise: Score | None = None) -> None:
        self.table = dict(table)
        self.otherwise = otherwise or Score(
            urgency=Urgency.ANSWER,
            value=1.0,
            mood=Mood.NEUTRAL,
            mood_strength=0.0,
            topic=Topic.OTHER,
            signals=(Signal("table", 1.0, "says nothing of the table"),),
            language="en",
            scorer="table-1",
        )

    faults: tuple[str, ...] = ()

    def score(self, mention: Mention, desk: Desk, background: Background) -> Score:
        found = (score for words, score in self.table.items() if words in mention.text)
        return next(found, self.otherwise)


class FakePullQueue:
    """Keeps the names of sources that wait to be pulled."""

    def __init__(self) -> None:
        self.waiting: deque[str] = deque()

    def enqueue(self, names: Sequence[str]) -> None:
        self.waiting.extend(names)


class FakeMeter:
    """Keeps what was counted, and what was used for what."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.uses: list[tuple[Use, Purpose]] = []
        self._purposes = [Purpose(feature=Feature.STANDING)]
        self._lock = RLock()

    def count(self, name: str, amount: int = 1) -> None:
        with self._lock:
            self.counts[name] += amount

    def used(self, *uses: Use) -> None:
        with self._lock:
            self.uses += [(use, self._purposes[-1]) for use in uses]

    @contextmanager
    def within(
        self,
        feature: Feature | None = None,
        *,
        source: str = "",
        brand: str = "",
        about: str = "",
    ) -> Iterator[None]:
        around = self._purposes[-1]
        inside = replace(
            around,
            feature=feature or around.feature,
            source=source or around.source,
            brand=brand or around.brand,
            about=about or around.about,
        )
        self._purposes.append(inside)
        try:
            yield
        finally:
            self._purposes.pop()

    @property
    def sheet(self) -> Sheet:
        """Everything that was used."""
        return Sheet((Entry.of(use, purpose), use.quantity) for use, purpose in self.uses)


class FakeRandomness:
    """Codes and keys that are known: each is the next number, written as they are."""

    def __init__(self) -> None:
        self._codes = self._keys = 0
        self._lock = RLock()

    def code(self) -> str:
        with self._lock:
            number, self._codes = self._codes, self._codes + 1
        letters = ""
        for _ in range(CODE_LENGTH):
            number, letter = divmod(number, len(CODE_ALPHABET))
            letters = CODE_ALPHABET[letter] + letters
        return letters

    def key(self) -> str:
        with self._lock:
            self._keys += 1
            return f"key-{self._keys:018d}"


class FakeParameters:
    """Secrets and the public address."""

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        self.secrets = dict(secrets or {})
        self.pool = A_POOL
        self.address = "https://desk.example/api"

    def secret(self, name: str) -> str:
        if name not in self.secrets:
            raise NotFound(f"there is no secret {name}")
        return self.secrets[name]

    def token_key(self) -> str:
        return "dGVzdGluZy10b2tlbi1rZXktb2YtMzItYnl0ZXMhISE="

    def code_key(self) -> str:
        return "dGVzdGluZy1jb2RlLWtleS1vZi0zMi1ieXRlcyEhISE="

    def public_url(self) -> str:
        return self.address

    def user_pool(self) -> UserPool:
        return self.pool


if TYPE_CHECKING:
    from chalicelib import ports

    _channel: type[ports.Channel] = FakeChannel
    _scorer: type[ports.Scorer] = FakeScorer
    _queue: type[ports.PullQueue] = FakePullQueue
    _meter: type[ports.Meter] = FakeMeter
    _randomness: type[ports.Randomness] = FakeRandomness
