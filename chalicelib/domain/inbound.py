"""What a phone sent back: codes, or a word that belongs to the carrier."""

import re
from dataclasses import dataclass

from chalicelib.domain.page import CODE_ALPHABET, CODE_LENGTH

OPT_OUT_WORDS = frozenset(
    {"ARRET", "CANCEL", "END", "OPT-OUT", "OPTOUT", "QUIT", "REMOVE", "STOP", "TD", "UNSUBSCRIBE"}
)
"""Words by which AWS stops sending to a number (AWS End User Messaging SMS documentation,
"Opting out"). They are never commands of ours."""

OPT_IN_WORDS = frozenset({"START", "UNSTOP"})

_MOST_CODES = 2
_CODE = re.compile(rf"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class OptOut:
    """The carrier will deliver nothing more to this phone."""


@dataclass(frozen=True, slots=True)
class OptIn:
    """The carrier delivers again."""


@dataclass(frozen=True, slots=True)
class CodeReply:
    """Everything in the text that could be a code, at most two, in order; maybe nothing."""

    codes: tuple[str, ...]


def read_reply(body: str) -> OptOut | OptIn | CodeReply:
    """Read an inbound SMS, tolerant of case, spaces within the code and words around it."""
    text = body.strip().upper()
    word = text.strip(" .!\"'")
    if word in OPT_OUT_WORDS:
        return OptOut()
    if word in OPT_IN_WORDS:
        return OptIn()
    words = [found for found in re.findall(r"[A-Z]+", text) if _CODE.fullmatch(found)]
    joined = re.sub(r"[^A-Z]", "", text)
    if _CODE.fullmatch(joined):
        words.append(joined)
    return CodeReply(tuple(dict.fromkeys(words))[:_MOST_CODES])
