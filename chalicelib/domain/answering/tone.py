"""Hints of the house tone on a text that is about to go out: plain rules, no judgement.

English is built in; words of other languages come from the checklist of the brand. What a reply
lacks (a greeting, an apology) is told only where the words for it are known.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from chalicelib.domain.answering.masking import Kind, personal_data
from chalicelib.domain.answering.names import first_name_of
from chalicelib.domain.answering.rules import Checklist
from chalicelib.domain.answering.words import (
    APOLOGIES,
    BLAME,
    GREETINGS,
    REFERENCE,
    SHORTENER,
    SHOUTED,
)
from chalicelib.domain.signal import Mood, Urgency

MOST_EXCLAMATIONS = 2
LEAST_SHOUTED = 9
"""Letters of neighbouring words in capitals; below it they are names, such as USB and HDMI."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing to look at before a text goes out."""

    id: str
    """Stable, such as `blame`; see `docs/answering.md`."""
    says: str
    """What is found and what helps."""
    is_problem: bool = False
    """Whether it must be put right first."""


def hints(
    text: str,
    *,
    checklist: Checklist,
    customer_name: str = "",
    agent: str = "",
    limit: int | None = None,
    length: int | None = None,
    urgency: Urgency = Urgency.ANSWER,
    mood: Mood | None = None,
    language: str | None = "en",
    is_private: bool = False,
    known: Iterable[str] = (),
) -> tuple[Hint, ...]:
    """What to look at, problems first; nothing for a text that is still empty.

    `limit` is the platform's and `length` the text's as that platform counts, where it counts
    otherwise than by characters. `language` (ISO 639-1) is the customer's; None counts as
    English. `known` may stand in public, such as the reference of the ticket; `agent` is the
    name that the text is signed with.
    """
    if not text.strip():
        return ()
    plain = _plain(text)
    in_english = language in (None, "en")
    size = len(text) if length is None else length
    found: list[Hint] = [*_length(size, limit, None if is_private else checklist.most_characters)]
    found += _banned(plain, checklist)
    if not is_private:
        found += _personal(text, (*checklist.ours, *known))
    found += _opening(plain, checklist, customer_name, in_english)
    found += _blame(plain, checklist)
    is_angry = urgency in (Urgency.WAKE, Urgency.SOON) if mood is None else mood is Mood.NEGATIVE
    if is_angry:
        found += _apology(plain, checklist, in_english)
    found += _loudness(text, {*_plain(f"{customer_name} {agent}").split()})
    if SHORTENER.search(plain):
        found.append(Hint("short-link", "a shortened link hides where it leads; write it in full"))
    found += (Hint(f"line-{at}", line) for at, line in enumerate(checklist.lines, 1))
    return tuple(sorted(found, key=lambda hint: not hint.is_problem))


def _length(size: int, limit: int | None, own: int | None) -> Iterator[Hint]:
    if limit is not None and size > limit:
        yield Hint(
            "too-long", f"{size} characters; {limit} are taken here: take out {size - limit}", True
        )
    elif own is not None and size > own:
        yield Hint("long", f"{size} characters; the house likes {own} at most")


def _banned(plain: str, checklist: Checklist) -> Iterator[Hint]:
    if words := _first_of(checklist.banned, plain):
        yield Hint("banned", f"'{words}' never goes out from here; say it otherwise", True)


def _personal(text: str, allowed: Iterable[str]) -> Iterator[Hint]:
    ours = {bare for one in allowed if (bare := _bare(one))}
    found = ((one.kind, _bare(text[one.starts : one.ends])) for one in personal_data(text))
    kinds = dict.fromkeys(kind for kind, bare in found if not _is_ours(kind, bare, ours))
    for kind in kinds:
        if kind is not Kind.NUMBER:
            yield Hint(
                f"personal-{_IDS[kind]}",
                f"holds {_ARTICLES[kind]}, for all to see; move this to private",
                True,
            )
    mentioned = REFERENCE.search(text)
    if Kind.NUMBER in kinds or (mentioned and _bare(mentioned["number"]) not in ours):
        yield Hint(
            "personal-number",
            "holds what may be the number of an order or a customer; move this to private",
        )


def _is_ours(kind: Kind, bare: str, ours: set[str]) -> bool:
    """Of a reference the digits alone may have been found, such as those of T-20261121."""
    return bare in ours or (kind is Kind.NUMBER and any(bare in one for one in ours))


_IDS = {Kind.EMAIL: "email", Kind.PHONE: "phone", Kind.IBAN: "iban", Kind.CARD: "card"}
_ARTICLES = {
    Kind.EMAIL: "an e-mail address",
    Kind.PHONE: "a phone number",
    Kind.IBAN: "an account number",
    Kind.CARD: "a card number",
}


def _opening(plain: str, checklist: Checklist, customer: str, in_english: bool) -> Iterator[Hint]:
    first = _plain(first_name_of(customer))
    named = first and _stands_in(first, plain)
    knows_greetings = in_english or bool(checklist.greetings)
    if checklist.wants_greeting and knows_greetings:
        opening = _OPENING.sub("", plain)
        starts = [*GREETINGS, *checklist.greetings, *([first] if first else [])]
        if not any(_begins(opening, _plain(one)) for one in starts):
            yield Hint("greeting", "has no greeting; begin as you would to a face")
    if checklist.wants_name and first and not named:
        yield Hint("name", f"does not call {first_name_of(customer)} by name")


def _blame(plain: str, checklist: Checklist) -> Iterator[Hint]:
    match = BLAME.search(plain)
    words = match.group() if match else _first_of(checklist.blame, plain)
    if words:
        yield Hint("blame", f"'{words}' may sound like blame; say what you will do instead")


def _apology(plain: str, checklist: Checklist, in_english: bool) -> Iterator[Hint]:
    if not in_english and not checklist.apologies:
        return
    if not APOLOGIES.search(plain) and not _first_of(checklist.apologies, plain):
        yield Hint("apology", "does not say sorry to somebody who is angry")


def _loudness(text: str, names: set[str]) -> Iterator[Hint]:
    if _is_shouted(_NOT_WORDS.sub(" ", text), names):
        yield Hint("capitals", "words in capitals sound like shouting; write them small")
    marks = text.count("!") + text.count("！")
    if marks > MOST_EXCLAMATIONS or _REPEATED_MARKS.search(text):
        yield Hint("exclamation", "many exclamation marks sound loud; one is enough")


def _is_shouted(text: str, names: set[str]) -> bool:
    letters = 0
    words = 0
    for word in _WORD.findall(text):
        is_loud = word.isupper() and len(word) > 1 and word.casefold() not in names
        if is_loud and word.replace("’", "'") in SHOUTED:
            return True
        letters, words = (letters + len(word), words + 1) if is_loud else (0, 0)
        if words > 1 and letters >= LEAST_SHOUTED:
            return True
    return False


_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[.!?\n]")
_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|(?<![\w.])[@#]\w[\w.@-]*", re.IGNORECASE)
_REPEATED_MARKS = re.compile(r"[!！]\s?[!！?？]|[?？][!！]")
_OPENING = re.compile(r"^(?:\s|@\S+|[^\w\s])+")
"""Handles, emoji and marks before the first word."""


def _plain(text: str) -> str:
    """As rules compare it: one case, one kind of apostrophe, one space, nothing invisible."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'")
    text = "".join(one for one in text if unicodedata.category(one) != "Cf")
    return " ".join(text.split())


def _bare(text: str) -> str:
    """A number or an address by what counts in it."""
    return "".join(one for one in _plain(text) if one.isalnum() or one in "@+")


def _begins(text: str, words: str) -> bool:
    rest = text[len(words) :]
    return bool(words) and text.startswith(words) and not rest[:1].isalnum()


def _stands_in(words: str, plain: str) -> bool:
    return bool(words) and _finder(words).search(plain) is not None


def _first_of(phrases: Iterable[str], plain: str) -> str:
    return next((one for one in phrases if _stands_in(_plain(one), plain)), "")


@lru_cache(maxsize=512)
def _finder(words: str) -> re.Pattern[str]:
    """Whole words; beside letters of a script without spaces there is no end of a word."""
    before = r"(?<!\w)" if words[0].isalnum() and words[0].isascii() else ""
    after = r"(?!\w)" if words[-1].isalnum() and words[-1].isascii() else ""
    if any(one.isalpha() and not one.isascii() and ord(one) < 0x0E00 for one in words):
        before, after = r"(?<!\w)", r"(?!\w)"
    return re.compile(f"{before}{re.escape(words)}{after}")
