"""Finding words of danger in a text, in time that grows with its length and nothing else.

A table's entry is a row of words; `*` at the end of a word stands for any ending, at its beginning
for any beginning, and `..` for up to three words of the same sentence. Case, accents and stacked
marks do not count.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from string import punctuation

from chalicelib.scoring.danger.germanic import GERMANIC
from chalicelib.scoring.danger.kinds import Danger
from chalicelib.scoring.danger.others import OTHERS
from chalicelib.scoring.danger.romance import ROMANCE
from chalicelib.scoring.danger.slavic import SLAVIC

_TABLES = {**GERMANIC, **ROMANCE, **SLAVIC, **OTHERS}
_SAME = {"bs": "hr", "sr": "hr", "sh": "hr", "nn": "no", "nb": "no", "gl": "pt"}
"""Languages near enough to be searched by a neighbour's table."""

LANGUAGES = frozenset(_TABLES) | frozenset(_SAME)
"""ISO 639-1 codes of the languages that have words of danger."""

ALARMING = "🆘🚨🔥🚒🚑🧯🩸☠"
"""Emoji that cry for help; in merry posts too, so they never wake by themselves."""

_LOOKALIKES = """
    advocate advocates arma blessed blesses brand brands die dim fire insult insulted insulting
    insults kessel mentor mentors mes pirate pirated pirates pistol reporter reporters stamped
    suits violate violated violates violating viola fumes fume foc arde dove bombshell bomber
    sagna ase kap slag
"""
ENGLISH_LOOKALIKES = frozenset(_LOOKALIKES.split())
"""Words that warn in one language and are harmless in English: not looked for where no more is
known of the language than that it may be any. Found on 6,000 English tweets."""

_GAP = 3
_REMEMBERED = 20_000
_AT_ONCE = 400
"""Characters normalised together: Python sorts a run of marks in quadratic time."""

_UNACCENTED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "ё": "е"}
)
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_STOPS = str.maketrans(dict.fromkeys(set(punctuation) - {"_"}, " "))
"""What is neither in a word nor between them, in ASCII."""
_WORD_OR_STOP = re.compile(r"\w+|[.!?;:\n…]+|,(?=\s)")


@dataclass(frozen=True, slots=True)
class Found:
    """One warning in a text."""

    kind: Danger
    words: str
    """As they stand in the table's spelling: without case and accents, at most 40 characters."""
    is_denied: bool = False
    """Whether the text says that nobody was hurt by it."""


@dataclass(slots=True)
class _Index:
    """Entries of one language by what their first word begins with, ends with, or is."""

    exact: dict[str, list["_Entry"]] = field(default_factory=dict)
    beginnings: dict[str, list["_Entry"]] = field(default_factory=dict)
    endings: dict[str, list["_Entry"]] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()
    """Of all beginnings and endings."""

    harmless: set[str] = field(default_factory=set)
    """Words with which no entry begins: few words make up most of what is written."""
    known: dict[str, tuple["_Entry", ...]] = field(default_factory=dict)
    """Words with which some begin."""

    def starting_with(self, word: str) -> tuple["_Entry", ...]:
        if word in self.harmless:
            return ()
        entries = self.known.get(word)
        if entries is None:
            entries = tuple(self._looked_up(word))
            if len(word) < 30:
                if len(self.harmless) + len(self.known) >= _REMEMBERED:
                    self.harmless.clear()
                    self.known.clear()
                if entries:
                    self.known[word] = entries
                else:
                    self.harmless.add(word)
        return entries

    def may_hold(self, words: set[str]) -> bool:
        """Whether a text of these words may hold an entry: most hold none, which is soon told."""
        return any(
            entry.needed <= words
            for word in words - self.harmless
            for entry in self.starting_with(word)
        )

    def _looked_up(self, word: str) -> Iterable["_Entry"]:
        yield from self.exact.get(word, ())
        for length in self.lengths:
            if length > len(word):
                break
            yield from self.beginnings.get(word[:length], ())
            yield from self.endings.get(word[-length:], ())


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: Danger | None
    """None for what denies a danger."""
    rest: tuple[tuple[str, bool], ...]
    """The words after the first, and whether others may stand before each."""
    is_one_word: bool
    needed: frozenset[str]
    """Those of the words after the first that stand in a text as they stand here."""


def found(text: str, languages: Iterable[str], *, is_guessed: bool = False) -> tuple[Found, ...]:
    """What a text warns of, by the tables of these languages: each kind once, gravest first.

    Languages without a table are passed over; where they are only guessed, so are words that are
    harmless in English. What a text denies ("nobody was hurt") is given only
    where it warns of nothing else of that kind. Never raises.
    """
    plain = folded(text)
    known = dict.fromkeys(_SAME.get(one, one) for one in languages)
    indexes = [_index(language) for language in known if language in _TABLES]
    if plain.isascii():
        seen = set(plain.translate(_STOPS).split())
        indexes = [index for index in indexes if index.may_hold(seen)]
        if not indexes:
            return ()
    words = _WORD_OR_STOP.findall(plain)
    if is_guessed:
        words = ["," if word in ENGLISH_LOOKALIKES else word for word in words]
    warnings: dict[tuple[Danger, bool], Found] = {}
    for index in indexes:
        for one in _found_in(words, index):
            warnings.setdefault((one.kind, one.is_denied), one)
    if not warnings:
        return ()
    earnest = {kind for kind, is_denied in warnings if not is_denied}
    kept = [one for one in warnings.values() if not one.is_denied or one.kind not in earnest]
    return tuple(sorted(kept, key=lambda one: (one.is_denied, list(Danger).index(one.kind))))


def alarms(text: str) -> tuple[str, ...]:
    """The emoji and the punctuation that cry for attention, each once; most posts have none."""
    crying = [one for one in ALARMING if one in text]
    if "!!!" in text or text.count("!") >= 4:
        crying.append("!!!")
    return tuple(crying)


def folded(text: str) -> str:
    """Without case, accents and marks, so that careless spelling is found as well."""
    if text.isascii():
        return text.casefold()
    parts = (text[at : at + _AT_ONCE] for at in range(0, len(text), _AT_ONCE))
    plain = "".join(unicodedata.normalize("NFKD", part).casefold() for part in parts)
    plain = "".join(one for one in plain if unicodedata.category(one) not in ("Mn", "Me", "Cf"))
    return plain.translate(_UNACCENTED)


def _found_in(words: list[str], index: _Index) -> list[Found]:
    spans: list[tuple[int, int, _Entry]] = []
    denied: set[int] = set()
    for at, word in enumerate(words):
        if word in index.harmless:
            continue
        for entry in index.starting_with(word):
            end = _end(words, at, entry.rest)
            if end is None:
                continue
            if entry.kind is None:
                denied.update(range(at, end))
            else:
                spans.append((at, end, entry))
    return [
        Found(
            entry.kind,
            " ".join(words[at:end])[:40],
            is_denied=entry.is_one_word and at in denied,
        )
        for at, end, entry in spans
        if entry.kind is not None
    ]


def _end(words: list[str], at: int, rest: tuple[tuple[str, bool], ...]) -> int | None:
    """Where an entry that begins at a word ends; None where the rest does not follow."""
    at += 1
    for wanted, may_wait in rest:
        for here in range(at, min(at + (_GAP if may_wait else 0) + 1, len(words))):
            if _is(words[here], wanted):
                at = here + 1
                break
            if not words[here][0].isalnum():
                return None  # the sentence ends before it
        else:
            return None
    return at


def _is(word: str, wanted: str) -> bool:
    if wanted.endswith("*"):
        return word.startswith(wanted[:-1])
    if wanted.startswith("*"):
        return word.endswith(wanted[1:])
    return word == wanted


@cache
def _index(language: str) -> _Index:
    index = _Index()
    lengths: set[int] = set()
    for kind, entry in _entries(_TABLES[language]):
        first, *others = entry.split()
        rest: list[tuple[str, bool]] = []
        may_wait = False
        for word in others:
            if word == "..":
                may_wait = True
            else:
                rest.append((word, may_wait))
                may_wait = False
        needed = frozenset(word for word, _ in rest if "*" not in word)
        value = _Entry(kind, tuple(rest), is_one_word=not rest, needed=needed)
        if first.endswith("*"):
            index.beginnings.setdefault(first[:-1], []).append(value)
            lengths.add(len(first) - 1)
        elif first.startswith("*"):
            index.endings.setdefault(first[1:], []).append(value)
            lengths.add(len(first) - 1)
        else:
            index.exact.setdefault(first, []).append(value)
    index.lengths = tuple(sorted(lengths))
    return index


def _entries(table: Mapping[Danger | None, str]) -> Iterable[tuple[Danger | None, str]]:
    """Every entry as a text is compared, also with its umlauts spelled out."""
    for kind, entries in table.items():
        for entry in re.split(r"\s*\|\s*", entries.strip()):
            spellings = (entry, entry.casefold().translate(_SPELLED_OUT))
            for plain in dict.fromkeys(_plain(one) for one in spellings):
                yield kind, plain


def _plain(entry: str) -> str:
    """Folded word by word, as a text is cut into words: `can't` is two of them."""
    return " ".join(re.findall(r"\*?\w+\*?|\.\.", folded(entry)))
