"""When two texts say nearly the same, and who all says it: a mob or a bot.

A text is sketched by the smallest hashes of its pairs of words (bottom-k sketch: A. Broder, "On
the resemblance and containment of documents", 1997), so that the likeness of two sketches
estimates what share of their pairs the texts have in common. Hashes of its triples of words are
the keys under which near copies meet: rarer than pairs, so that unrelated texts seldom do.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from chalicelib.domain.mention import Mention

LEAST_WORDS = 4
"""A shorter text ("worst airline ever") is nobody's copy: many come to it by themselves."""

LEAST_SKETCHED = 8
"""Words; a shorter text has copies only that say the very same."""

MOST_WORDS = 400
"""Words of a text that are heeded."""

SKETCH_SIZE = 32
"""Hashes in a sketch; a text of so many words or fewer is sketched in full."""

READ_UNDER = 3
"""Keys of a text that are looked up."""

KEPT_UNDER = 2
"""Keys under which a text without copies is kept: where one is edited away, the other is not."""

ALIKE = 0.5
"""From this likeness on two texts say nearly the same: one word of ten may differ."""

MOST_VOICES = 40
"""Voices that one record keeps: by then everybody knows that it is many."""

_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_REPEATED = re.compile(r"\b(?:rt|mt)\b[\s:]*(?=@)", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)@\w[\w.@-]*")
# Scripts that put no spaces between words (Thai, Lao, kana, Chinese) count letter by letter.
_WORD = re.compile(r"[\u0e01-\u0eff\u3041-\u30ff\u3400-\u9fff]|[^\W\d_\u0e01-\u0eff\u3041-\u9fff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What is kept of a text to know its copies by; the text cannot be made from it."""

    hashes: tuple[int, ...]
    """Of its pairs of words, the `SKETCH_SIZE` smallest in order; of the whole when it is short."""
    keys: tuple[str, ...]
    """Where its copies are found, at most `READ_UNDER`."""


def sketched(text: str) -> Sketch | None:
    """The sketch of a text; None for one too short to be anybody's copy.

    Handles, addresses, marks of reposting, digits, case, accents and punctuation do not count.
    """
    words = _words(text)
    if len(words) < LEAST_WORDS:
        return None
    if len(words) < LEAST_SKETCHED:
        whole = _hash(words)
        return Sketch(hashes=(whole,), keys=(f"{whole:012x}",))
    pairs = sorted({_hash(words[at : at + 2]) for at in range(len(words) - 1)})
    triples = sorted({_hash(words[at : at + 3]) for at in range(len(words) - 2)})
    return Sketch(
        hashes=tuple(pairs[:SKETCH_SIZE]),
        keys=tuple(f"{one:012x}" for one in triples[:READ_UNDER]),
    )


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """What share of their word pairs two texts have in common, by the hashes of their sketches.

    0 (none) to 1 (the same); exact for texts that are sketched in full.
    """
    first, second = frozenset(one), frozenset(other)
    smallest = sorted(first | second)[:SKETCH_SIZE]
    if not smallest:
        return 0.0
    return sum(1 for each in smallest if each in first and each in second) / len(smallest)


def _words(text: str) -> list[str]:
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in text if unicodedata.category(letter) != "Mn")
    bare = _HANDLE.sub(" ", _REPEATED.sub(" ", _ADDRESS.sub(" ", text)))
    found = islice(_WORD.finditer(bare.casefold()), MOST_WORDS)
    return [match.group() for match in found]


def _hash(words: Sequence[str]) -> int:
    """48 bits, the same on every machine."""
    joined = " ".join(words).encode("utf-8", "ignore")
    return int.from_bytes(hashlib.blake2b(joined, digest_size=6).digest())


def digest(*parts: str) -> str:
    """A short name of ids and handles, to tell them apart by and not to read.

    Both are public, so whoever has a list of handles can find them again: it keeps them out of
    sight, and no more.
    """
    joined = "\x00".join(parts).encode("utf-8", "ignore")
    return hashlib.blake2b(joined, digest_size=9).hexdigest()


@dataclass(frozen=True, slots=True)
class Voice:
    """One mention that says it."""

    mention: str
    """Digest of its id."""
    author: str
    """Digest of who wrote it; all whose authors are withheld count as one."""
    at: datetime
    """When it was posted."""


def voice_of(mention: Mention) -> Voice:
    author = mention.author.handle.casefold() if mention.author else ""
    return Voice(digest(mention.id)[:12], digest(mention.platform, author)[:12], mention.posted_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """Who all says nearly the same, or answers the same post, of late."""

    voices: tuple[Voice, ...] = ()
    """At most `MOST_VOICES`; the first of each author before the second of any."""
    hashes: tuple[int, ...] = ()
    """Of the sketch of the first text; empty for answers to a post."""
    version: int = 0
    """Counts its changes; 0: it is not stored yet."""

    def with_voice(self, voice: Voice, *, within: timedelta, now: datetime) -> "Voices":
        """With one more, and without those from before `now - within`; itself when it is known.

        The same voices in any order, however often, give the same: of too many those are kept
        that came first, but a voice of a new author comes before a further one of any, so that
        no bot hides a mob.
        """
        kept = _first({*self.voices, voice}, since=now - within)
        return self if kept == self.voices else replace(self, voices=kept)

    def without(self, voice: Voice) -> "Voices":
        """Without the mention of a voice; itself when it is not known.

        Nothing is left of a text that nobody else says.
        """
        kept = tuple(one for one in self.voices if one.mention != voice.mention)
        if kept == self.voices:
            return self
        return replace(self, voices=kept, hashes=self.hashes if kept else ())

    def heard(self, *, since: datetime) -> tuple[Voice, ...]:
        """Those since then."""
        return tuple(voice for voice in self.voices if voice.at > since)


def _first(voices: Iterable[Voice], *, since: datetime) -> tuple[Voice, ...]:
    by_author: dict[str, int] = {}
    ranked: list[tuple[int, datetime, str, Voice]] = []
    known: set[str] = set()
    for voice in sorted(voices, key=lambda one: (one.at, one.mention)):
        if voice.at <= since or voice.mention in known:
            continue
        known.add(voice.mention)
        rank = by_author.get(voice.author, 0)
        by_author[voice.author] = rank + 1
        ranked.append((rank, voice.at, voice.mention, voice))
    return tuple(voice for *_, voice in sorted(ranked)[:MOST_VOICES])


def places(sketch: Sketch, found: Mapping[str, Voices], *, since: datetime) -> tuple[str, ...]:
    """Under which of its keys a text is kept, given what is `found` under them.

    Where near copies of it are; when nowhere, under its first `KEPT_UNDER` keys: free ones before
    those of texts that nobody else says, those before others that were said least lately.
    """
    nothing = Voices()
    alike = [key for key in sketch.keys if is_alike(found.get(key, nothing), sketch)]
    if alike:
        return tuple(alike)

    def worth(key: str) -> tuple[int, datetime]:
        heard = found.get(key, nothing).heard(since=since)
        latest = max((voice.at for voice in heard), default=since)
        return min(len(heard), 2), latest

    return tuple(sorted(sketch.keys, key=worth)[:KEPT_UNDER])


def is_alike(voices: Voices, sketch: Sketch) -> bool:
    """Whether what they say is nearly the text of the sketch."""
    return likeness(voices.hashes, sketch.hashes) >= ALIKE
