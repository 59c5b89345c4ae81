"""What a phone sent back: codes, a command, or a word that belongs to the carrier.

`BCDFG` alone is "I have it". `BCDFG e` asks for the next person, `BCDFG y` and `BCDFG n` grade
what is over. A command is heard only where nothing but known words stands beside the code, or,
for the next person, where somebody plainly writes "escalate" in a sentence of their own: a phone
that quotes our SMS quotes a customer's words with it, and they command nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise, takewhile

from chalicelib.domain.page import CODE_ALPHABET, CODE_LENGTH

OPT_OUT_WORDS = frozenset(
    {"ARRET", "CANCEL", "END", "OPT-OUT", "OPTOUT", "QUIT", "REMOVE", "STOP", "TD", "UNSUBSCRIBE"}
)
"""Words by which AWS stops sending to a number (AWS End User Messaging SMS documentation,
"Opting out"). They are never commands of ours."""

OPT_IN_WORDS = frozenset({"START", "UNSTOP"})


class Command(StrEnum):
    """What a reply asks for."""

    ACKNOWLEDGE = "acknowledge"
    """I have it. What a code alone says, and a code among words that are no command."""
    ESCALATE = "escalate"
    """Ring the next person now."""
    YES = "yes"
    """After the end: it was worth waking me. Before: I have it."""
    NO = "no"
    """After the end: it was not worth waking me. Before, it acknowledges nothing."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """The carrier will deliver nothing more to this phone."""


@dataclass(frozen=True, slots=True)
class OptIn:
    """The carrier delivers again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A code, and what is asked for if it is a good one."""

    code: str
    command: Command


@dataclass(frozen=True, slots=True)
class CodeReply:
    """What could be codes, at most two, and what stands beside them."""

    asked: tuple[Asked, ...] = ()
    """In the order in which they are tried."""
    bare: Command | None = None
    """The command of a text without any code, such as `ok`; only the desk knows if it counts."""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(one.code for one in self.asked)


_MOST_CODES = 2
_CODE = re.compile(rf"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}")
_LETTERS = re.compile(r"[A-Z]+")
_LINES = re.compile(r"[\r\n]+")
_CONTRACTION = re.compile(r"(?<![A-Z])(CAN|DON|WON|ISN|WASN|IT|I)['\u2019`](T|S|M|VE|LL)(?![A-Z])")
_LONGEST_SENTENCE = 20
"""Words; whoever asks for help at night writes less, a page of ours that is quoted has more."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ACKNOWLEDGE = _set(
    "A ACK ACKED ACKNOWLEDGE ACKNOWLEDGED OK OKAY OKEY K GOT HAVE IVE TAKE TAKING MINE ROGER"
)
_ESCALATE = _set("E ESC ESCALATE NEXT")
_YES = _set("Y YES YEP YEAH YUP WORTH GOOD USEFUL")
_NO = _set("N NO NOPE NAH BAD USELESS")
_NOT = _set("NOT CANT CANNOT DONT WONT ISNT WASNT NEVER")
_FILLING = _set(
    "I IT ITS IM ILL ME MY THE THIS THAT IS WAS AM ON TO UP IN OF AND PLEASE PLS NOW THANKS THX"
    " PERSON ONE WAKING REPLY CODE"
)
_KNOWN = _ACKNOWLEDGE | _ESCALATE | _YES | _NO | _NOT | _FILLING
_PLAIN_ESCALATE = frozenset({"ESC", "ESCALATE"})
_PLAIN_YES = frozenset({"Y", "YES", "YEP", "YEAH", "YUP"})
_BAD = frozenset({"BAD", "USELESS"})
_AGAINST = frozenset({"NOT", "DONT", "NEVER"})
_THUMB_UP = "\U0001f44d"


def read_reply(body: str) -> OptOut | OptIn | CodeReply:
    """Read an inbound SMS, tolerant of case, spaces within the code and words around it."""
    text = body.strip().upper()
    word = text.strip(" .!\"'")
    if word in OPT_OUT_WORDS:
        return OptOut()
    if word in OPT_IN_WORDS:
        return OptIn()
    own = _without_quotes(text)
    for part in (own, *_LINES.split(own)):
        commands = tuple(dict.fromkeys(_commands(_words(part), own)))
        if commands:
            return CodeReply(commands[:_MOST_CODES])
    words = _words(text)
    codes = tuple(dict.fromkeys(one for one in words if _CODE.fullmatch(one)))
    if codes:
        return CodeReply(
            tuple(Asked(code, _of_sentence(code, own, text)) for code in codes[:_MOST_CODES])
        )
    return CodeReply(bare=_bare(own))


def _without_quotes(text: str) -> str:
    """The text without lines that are marked as somebody else's; all of it when no other is."""
    lines = [line for line in _LINES.split(text) if not _is_quote(line)]
    return "\n".join(lines) if any(line.strip() for line in lines) else text


def _above_quotes(text: str) -> str:
    return "\n".join(takewhile(lambda line: not _is_quote(line), _LINES.split(text)))


def _is_quote(line: str) -> bool:
    return line.lstrip().startswith(">")


def _words(text: str) -> list[str]:
    return _LETTERS.findall(_CONTRACTION.sub(r"\1\2", text))


def _commands(words: Sequence[str], own: str) -> Iterator[Asked]:
    """Every way to read the words as one code and nothing but known words beside it."""
    if len(words) > _LONGEST_SENTENCE + CODE_LENGTH:
        return
    for first, last in _spans(words):
        code = "".join(words[first:last])
        rest = [one for one in (*words[:first], *words[last:]) if one != code]
        if _CODE.fullmatch(code) and _KNOWN.issuperset(rest):
            is_ours = re.search(rf"{code}\W*=", own)  # "BCDFG = I have it", and a stranger's words
            yield Asked(code, Command.ACKNOWLEDGE if is_ours else _command(rest))


def _spans(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Neighbours that are as long as a code together: whole words first, then spelled ones."""
    for first, word in enumerate(words):
        if len(word) == CODE_LENGTH:
            yield first, first + 1
    for first in range(len(words)):
        length = 0
        for last in range(first, len(words)):
            length += len(words[last])
            if length >= CODE_LENGTH:
                if length == CODE_LENGTH and last > first:
                    yield first, last + 1
                break


def _command(known: Sequence[str]) -> Command:
    """What known words ask for together; what contradicts itself asks for nothing further."""
    words = frozenset(known)
    if words & _ESCALATE:
        return Command.ACKNOWLEDGE if _is_against_escalating(known) else Command.ESCALATE
    is_yes, is_no, is_denied = (bool(words & of) for of in (_YES, _NO, _NOT))
    if is_denied:
        return Command.ACKNOWLEDGE if words & _BAD else Command.NO  # "not bad" is no grade
    if is_no:
        is_both = bool(words & _PLAIN_YES) or (is_yes and bool(words & _BAD))
        return Command.ACKNOWLEDGE if is_both else Command.NO
    return Command.YES if is_yes else Command.ACKNOWLEDGE


def _is_against_escalating(words: Sequence[str]) -> bool:
    """Whether it says "don't escalate"; "not me, escalate" is another matter."""
    return any(
        before in _AGAINST and word in _PLAIN_ESCALATE for before, word in pairwise(words)
    ) or "NEED TO ESCALATE" in " ".join(words)


def _of_sentence(code: str, own: str, text: str) -> Command:
    """What a sentence with a code in it asks for: the next person, if it plainly says so.

    Not where the code stands as in an SMS of ours, which has a customer's words in it; above one
    that is quoted as such, a command may stand alone.
    """
    words = _words(own)
    if code not in words:
        return _bare(_above_quotes(text)) or Command.ACKNOWLEDGE
    is_ours = re.search(rf"REPLY\W+{code}|{code}\W*=", text)
    if is_ours or len(words) > _LONGEST_SENTENCE:
        return Command.ACKNOWLEDGE
    is_asked = not _PLAIN_ESCALATE.isdisjoint(words) and not _is_against_escalating(words)
    return Command.ESCALATE if is_asked else Command.ACKNOWLEDGE


def _bare(own: str) -> Command | None:
    """The command of a text that is nothing but known words; None where there is none."""
    words = _words(own)
    if not words:
        return Command.ACKNOWLEDGE if own.strip(" .!") == _THUMB_UP else None
    if not _KNOWN.issuperset(words) or _FILLING.issuperset(words):
        return None
    return _command(words)
