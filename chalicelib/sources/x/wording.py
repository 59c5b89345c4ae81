"""Words for X: how a text counts, what a search asks for, and when two texts are one.

Weights: `config/v3.json` of github.com/twitter/twitter-text: 280, of which most alphabets weigh 1
and others 2, an emoji 2 however many code points it has, a web address 23, whether it begins with
https or not. Any ending counts as that of an address, so `here.like this` counts too many.
"""

import re
import unicodedata
from collections.abc import Sequence

from chalicelib.sources.text import same_words

LIMIT = 280
ADDRESS_COUNTS = 23

LONGEST_QUERY = 512
"""Characters of a search (docs.x.com/x-api/posts/search/integrate/build-a-query)."""

LONGEST_ENTERPRISE_QUERY = 4_096

_LIGHT = ((0, 4_351), (8_192, 8_205), (8_208, 8_223), (8_242, 8_247))
"""Ranges of code points that weigh 1."""

_ADDRESS = re.compile(
    r"https?://[^\s<>\"\u2e80-\U0010ffff]+"
    r"|(?<![\w@#$./-])(?:[a-z0-9][a-z0-9_-]*\.)+[a-z]{2,}(?![\w@-]|\.\w)(?:[/?][^\s<>\"]*)?",
    re.IGNORECASE,
)
_BASE = "[\u00a9\u00ae\u203c\u2049\u2122-\u3299\U0001f000-\U0001faff]"
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    "|\U0001f3f4[\U000e0020-\U000e007f]+"
    f"|{_BASE}\ufe0f?[\U0001f3fb-\U0001f3ff]?(?:\u200d{_BASE}\ufe0f?[\U0001f3fb-\U0001f3ff]?)*"
)
_MARKED = re.compile(r"[@#$]\w+")
_LEADING_HANDLES = re.compile(r"^(?:\s*@\w+)+")


def length_of(text: str) -> int:
    """Characters as X counts them."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    text, addresses = _ADDRESS.subn(_behind, text)
    text, emoji = _EMOJI.subn("", text)
    weighed = sum(1 if any(a <= ord(one) <= b for a, b in _LIGHT) else 2 for one in text)
    return ADDRESS_COUNTS * addresses + 2 * emoji + weighed


def has_address(text: str) -> bool:
    """Whether X will see a web address in it, and charge for that."""
    return _ADDRESS.search(text) is not None


def _behind(found: re.Match[str]) -> str:
    """What ends an address and is none of it."""
    return found[0][len(found[0].rstrip(".,:;!?'\")")) :]


def query_of(terms: Sequence[str], account: str) -> str:
    """A search for any of some words, phrases, @handles and #hashtags, without what was only
    passed on and what we wrote ourselves."""
    if not terms:
        return ""
    asked = [
        term if _MARKED.fullmatch(term) else '"' + " ".join(term.replace('"', " ").split()) + '"'
        for term in terms
    ]
    either = " OR ".join(asked)
    query = f"({either}) -is:retweet" if len(asked) > 1 else f"{either} -is:retweet"
    return f"{query} -from:{account}" if account else query


def is_same(post: str, reply: str) -> bool:
    """Whether a post has the words of a reply: X puts handles in front and rewrites addresses."""
    return same_words(_bare(post), _bare(reply))


def _bare(text: str) -> str:
    return _ADDRESS.sub(" ", _LEADING_HANDLES.sub("", text))
