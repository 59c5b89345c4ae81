"""How a text of ours stands on Bluesky: what it links to, how it counts, under which key.

Facets as `packages/api/src/rich-text` of github.com/bluesky-social/atproto makes them (August
2026), but for addresses without `https://`: places are in bytes of UTF-8
(`app.bsky.richtext.facet`). Keys: atproto.com/specs/tid.
"""

import hashlib
import re
from collections.abc import Callable

from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import Reply

LIMIT = 300
"""Characters, as a reader sees them, of a post (`app.bsky.feed.post`)."""

MESSAGE_LIMIT = 1_000
"""The same of a direct message (`chat.bsky.convo.defs#messageInput`)."""

_HANDLE = re.compile(r"(?:^|(?<=[\s(]))@([a-zA-Z0-9.-]+)\b")
_LINK = re.compile(r"(?:^|(?<=[\s(]))https?://\S+", re.IGNORECASE)
_TAG = re.compile(r"(?:^|(?<=\s))[#＃](?!\ufe0f)(\S+)")
_LONGEST_TAG = 64

_SORTED = "234567abcdefghijklmnopqrstuvwxyz"
"""The digits of a key, in the order in which they sort."""

Facet = dict[str, object]


def facets(text: str, did_of: Callable[[str], str]) -> list[Facet]:
    """What the text names, links to and tags; `did_of` gives the account of a handle, empty when
    nobody has it."""
    found: list[Facet] = []
    for handle in _HANDLE.finditer(text):
        name = handle[1].strip(".-")
        if "." in name and (did := did_of(name)):
            end = handle.start(1) + len(name)
            found.append(_facet(text, handle.start(), end, "mention", did=did))
    for link in _LINK.finditer(text):
        address = link[0].rstrip(".,;:!?\"'")
        if address.endswith(")") and "(" not in address:
            address = address[:-1]
        found.append(_facet(text, link.start(), link.start() + len(address), "link", uri=address))
    for tag in _TAG.finditer(text):
        word = re.sub(r"[\W_]+$", "", tag[1])
        if not word or word.isdecimal() or len(word) > _LONGEST_TAG:
            continue
        found.append(_facet(text, tag.start(), tag.start(1) + len(word), "tag", tag=word))
    return found


def _facet(text: str, start: int, end: int, kind: str, **told: str) -> Facet:
    return {
        "index": {
            "byteStart": len(text[:start].encode("utf-8", "surrogatepass")),
            "byteEnd": len(text[:end].encode("utf-8", "surrogatepass")),
        },
        "features": [{"$type": f"app.bsky.richtext.facet#{kind}", **told}],
    }


def key(mention: Mention, reply: Reply) -> str:
    """The key of a reply in our repository: the same for every try, another for every reply.

    Of the mention too: a page chooses the reply's id, and might choose one for two customers. Its
    time is the second of the approval, the rest 30 bits of a digest.
    """
    digest = hashlib.sha256(f"{mention.id}\n{reply.id}".encode()).digest()
    number = int.from_bytes(digest[:8], "big")
    microseconds = int(reply.approved_at.timestamp()) * 1_000_000 + number % 1_000_000
    place = microseconds << 10 | (number >> 32) % 1_024
    return "".join(_SORTED[place >> shift & 31] for shift in range(60, -1, -5))
