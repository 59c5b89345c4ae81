"""Names as people give them to themselves, made fit for an answer that we sign for.

What somebody calls themselves on a platform is not trusted: it may hold addresses, handles,
invitations and signs that turn the text around. Only words of letters are taken from it.
"""

import re
import unicodedata

MOST = 40
"""Characters of a name."""

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’‘.-](?=[^\W\d_]))*\.?")
_SPOKEN = "dr prof mr mrs ms mx miss sir herr frau hr fr mme mlle ing mag dipl"
_TITLES = frozenset(_SPOKEN.split())
_DOMAINS = "com net org io co uk de at ch eu info biz shop xyz example"
_ENDING = frozenset(_DOMAINS.split())
"""A word with a point in it that ends like this is an address."""


def name_of(shown: str) -> str:
    """The whole name; empty where there is none to speak of."""
    found = ""
    for word in _words(shown):
        longer = f"{found} {word}".strip()
        if len(longer) > MOST:
            break
        found = longer
    return found


def first_name_of(shown: str) -> str:
    """The first name, or the one by which somebody goes; empty where there is none."""
    for word in _words(shown):
        bare = word.rstrip(".")
        if bare.casefold() not in _TITLES and len(word) <= MOST:
            return bare
    return ""


def _words(shown: str) -> list[str]:
    plain = unicodedata.normalize("NFC", shown[:200])
    # Marks of direction and other signs that nobody sees.
    plain = "".join(one for one in plain if unicodedata.category(one) != "Cf")
    return [word for word in plain.split() if _is_name(word)]


def _is_name(word: str) -> bool:
    match = _WORD.fullmatch(_unmarked(word))
    if match is None:
        return False
    *before, last = word.rstrip(".").casefold().split(".")
    return not (before and (last in _ENDING or len(before[0]) > 2))


def _unmarked(word: str) -> str:
    """Without combining marks, which scripts of India, Thailand and others spell with."""
    return "".join(one for one in word if unicodedata.category(one) not in ("Mn", "Mc"))
