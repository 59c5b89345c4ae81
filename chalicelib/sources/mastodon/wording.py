"""How a text of ours stands on Mastodon: whom it names, and how it counts.

As `app/validators/status_length_validator.rb` (November 2026) has it: an address counts 23
characters however long it is, `@name@server` counts as `@name`, and what a reader sees as one
character counts as one.
"""

import re

from chalicelib.sources.text import seen_characters

ADDRESS_COUNTS = 23

_HANDLE = re.compile(r"(?<![\w@/=.-])@(\w+(?:[.-]\w+)*)(@[\w-]+(?:\.[\w-]+)+)?")
_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"]+", re.IGNORECASE)


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
    return seen_characters(_HANDLE.sub(r"@\1", text))


def _counted_address(found: re.Match[str]) -> str:
    address = found[0]
    behind = address[len(address.rstrip(".,:;!?'")) :]
    return "x" * ADDRESS_COUNTS + behind
