"""How a text of ours stands on Mastodon: whom it names, and how it counts.

As `app/validators/status_length_validator.rb` (November 2026) has it: an address counts 23
characters however long it is, `@name@server` counts as `@name`, and what a reader sees as one
character counts as one.
"""

import re
import unicodedata

ADDRESS_COUNTS = 23

_HANDLE = re.compile(r"(?<![\w@/=.-])@(\w+(?:[.-]\w+)*)(@[\w-]+(?:\.[\w-]+)+)?")
_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"]+", re.IGNORECASE)
_JOINER = "\u200d"


def addressed(text: str, acct: str) -> str:
    """The text, naming the author: without that Mastodon tells nobody of the reply."""
    if not acct or acct.casefold() in (name.casefold() for name in named(text)):
        return text
    return f"@{acct} {text}"


def named(text: str) -> tuple[str, ...]:
    """Whom a text names, as `name` or `name@server`; handles in web addresses are none."""
    bare = _ADDRESS.sub(" ", text)
    return tuple(one[1] + (one[2] or "") for one in _HANDLE.finditer(bare))


def length_of(text: str) -> int:
    """Characters as Mastodon counts them."""
    text = _ADDRESS.sub(_counted_address, text)
    return _seen(_HANDLE.sub(r"@\1", text))


def _counted_address(found: re.Match[str]) -> str:
    address = found[0]
    behind = address[len(address.rstrip(".,:;!?'")) :]
    return "x" * ADDRESS_COUNTS + behind


def _seen(text: str) -> int:
    """What a reader sees as one character: with its accents, joined emoji, flags. Where the rules
    for that (Unicode annex 29) have more to say, it counts too many rather than too few."""
    count, flags, is_joined = 0, 0, False
    for character in unicodedata.normalize("NFC", text):
        is_flag = "\U0001f1e6" <= character <= "\U0001f1ff"
        flags = flags + 1 if is_flag else 0
        is_part = (
            is_joined
            or character == _JOINER
            or unicodedata.category(character) in ("Mn", "Me")
            or "\U0001f3fb" <= character <= "\U0001f3ff"  # colour of skin
            or (is_flag and flags % 2 == 0)
        )
        is_joined = character == _JOINER
        count += not is_part
    return count
