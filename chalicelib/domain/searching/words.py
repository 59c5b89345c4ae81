"""A text as words, and the words of a ticket.

A word has no case, accents or alphabet (`Ünïcode`, `unicode` and `УНИКОД`'s letters are written
in plain ones, by `anyascii`), so that who types without them finds it too. Scripts that put no
spaces between words count by pairs of letters: `停電中` is `停電` and `電中`.
"""

import re
import unicodedata
from collections.abc import Iterator

from anyascii import anyascii

from chalicelib.domain.ticket import ReplyState, Ticket

MOST_WORDS = 400
"""Different words by which one ticket is found; each is a write when it is new."""

LONGEST_WORD = 40
"""Letters; the rest of a longer one does not count."""

LEAST_LETTERS = 2
"""A single letter is part of a phrase, but nothing is found by it alone."""

_AT_ONCE = 400
"""Characters normalised together: Python sorts a run of marks in quadratic time."""

_ASCII_RUN = re.compile("[a-z0-9]+")
_PLAIN = re.compile("[^a-z0-9]+")
_UNSPACED = re.compile(
    # Thai and Lao, Myanmar, Khmer, kana, Chinese, Hangul (Unicode 15, blocks).
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)


def sequence(text: str) -> tuple[str, ...]:
    """The words of a text in order, single letters among them. Never raises; may be empty."""
    if text.isascii():
        return tuple(one[:LONGEST_WORD] for one in _ASCII_RUN.findall(text.casefold()))
    parts = (text[at : at + _AT_ONCE] for at in range(0, len(text), _AT_ONCE))
    plain = "".join(unicodedata.normalize("NFKC", part) for part in parts).casefold()
    return tuple(word for run in _runs(plain) for word in _words_in(run))


def is_unspaced(letter: str) -> bool:
    """Whether a letter is of a script that puts no spaces between words."""
    return _UNSPACED.match(letter) is not None


def words_of(ticket: Ticket) -> tuple[str, ...]:
    """The different words by which a ticket is found, at most `MOST_WORDS`, oldest first.

    Nothing that was said in private is among them.
    """
    found: dict[str, None] = {}
    for passage in passages_of(ticket):
        for word in sequence(passage):
            if len(word) >= LEAST_LETTERS:
                found[word] = None
                if len(found) == MOST_WORDS:
                    return tuple(found)
    return tuple(found)


def passages_of(ticket: Ticket) -> tuple[str, ...]:
    """What can be found: the customer's handles and names, then all that stands in public, and
    what agents noted, in the order of time."""
    people: dict[str, None] = {}
    for mention in ticket.mentions:
        if mention.author is not None:
            people |= dict.fromkeys((mention.author.handle, mention.author.name))
    said = [(one.posted_at, one.text) for one in ticket.mentions if not one.is_private]
    said += [
        (one.approved_at, one.text)
        for one in ticket.replies
        if one.state is ReplyState.SENT and not one.is_private
    ]
    said += [(one.at, one.text) for one in ticket.notes]
    said.sort(key=lambda one: one[0])
    return tuple(one for one in (*people, *(text for _, text in said)) if one)


def _runs(text: str) -> Iterator[str]:
    """Unbroken pieces of letters, digits and marks, each of scripts of one kind."""
    run: list[str] = []
    was_unspaced = False
    for letter in text:
        if not letter.isalnum() and unicodedata.category(letter)[0] != "M":
            if run:
                yield "".join(run)
                run.clear()
            continue
        unspaced = is_unspaced(letter)
        if run and unspaced is not was_unspaced:
            yield "".join(run)
            run.clear()
        run.append(letter)
        was_unspaced = unspaced
    if run:
        yield "".join(run)


def _words_in(run: str) -> Iterator[str]:
    if is_unspaced(run[0]):
        if len(run) == 1:
            yield run
        for at in range(len(run) - 1):
            yield run[at : at + 2]
        return
    # What no alphabet is known for stays as it is written.
    plain = _PLAIN.sub("", anyascii(run).casefold()) or run
    if any(letter.isalnum() for letter in plain):
        yield plain[:LONGEST_WORD]
