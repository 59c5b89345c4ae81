"""From the bytes of a feed to its entries, whoever wrote them.

Parsed by feedparser, which is handed neither addresses nor bytes to guess at but a text of our
own making: decoded here (feedparser 6.0.14 takes the cube of the first line's length to find the
encoding), without characters that XML forbids, and from the first element on, so that whatever a
prolog declares (entities, attributes) is declared for nobody.
"""

import codecs
import io
import re
from typing import Any

from chalicelib.domain.errors import SourceUnavailable
from chalicelib.http import Response
from chalicelib.sources.feed.reviews import reviews_in

_ENDS = ("</rss", "</feed", "</rdf:rdf", "</channel")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)
"""How a document begins whose encoding is known by that (XML 1.0, appendix F)."""

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_DECLARED = re.compile(rb"\s*<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_WIDER = {"gb2312": "gb18030", "us-ascii": "utf-8", "ascii": "utf-8"}
"""What is meant by an encoding that is often said of texts it cannot hold."""
_NONE = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"})
"""Python's codecs that are encodings of no document."""

_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]++)|([0-9]++));?")
_WORD = re.compile(r"[A-Za-z0-9_.+-]++")
LONGEST_WORD = 1_000
"""Characters in a row of those that an e-mail address may have. In the name of an author,
feedparser looks for an address from each of them to the last: 80,000 took half a minute, and
whoever may write beneath a post chooses their name."""

_ELEMENT = re.compile(r"<\w", re.ASCII)
"""As feedparser finds where the prolog ends."""
_ELEMENT_OR_COMMENT = re.compile(r"<\w|<!--", re.ASCII)


def entries_in(response: Response) -> tuple[list[Any], list[str]]:
    """The entries as feedparser gives them, and those that cannot be read.

    Raises SourceUnavailable for no feed, or half of one.
    """
    if response.body.lstrip()[:1] == b"{" and (found := reviews_in(response.body)) is not None:
        return found
    return list(_parsed(response).entries), []


def _parsed(response: Response) -> Any:
    try:
        text = _REFERENCE.sub(_existing, _FORBIDDEN.sub("", _decoded(response)))
        text = _WORD.sub(lambda word: word[0][:LONGEST_WORD], text)
        root = _root(text, response.host)
        document = _by_feedparser(text[root:])
    except SourceUnavailable:
        raise
    except Exception as error:  # a parser's, of a text that anybody may have written
        raise SourceUnavailable(
            f"{response.host} answered with a feed that cannot be read: {type(error).__name__}"
        ) from error
    if not document.get("version"):
        found = "a web page" if "<html" in text[:2_000].lower() else "something else"
        raise SourceUnavailable(f"{response.host} answered with {found} instead of a feed")
    tail = text.rstrip()[-200:].lower()
    if document.get("bozo") and not any(end in tail for end in _ENDS):
        raise SourceUnavailable(f"{response.host} answered with half a feed")
    return document


def _by_feedparser(text: str) -> Any:
    import feedparser  # 60 ms: only where a feed is read

    return feedparser.parse(
        io.BytesIO(text.encode()),  # a stream: bytes would be tried as the name of a file
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _decoded(response: Response) -> str:
    """The text in the encoding of its first bytes, of the answer, of its declaration, or UTF-8."""
    body = response.body
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    said = _CHARSET.search(response.headers.get("Content-Type", ""))
    declared = _DECLARED.match(body[:300])
    for name in (said[1] if said else "", declared[1].decode() if declared else "", "utf-8"):
        name = name.lower().replace("_", "-")
        if name in _NONE:
            continue
        try:
            return body.decode(_WIDER.get(name, name))
        except (LookupError, ValueError):
            continue
    return body.decode("cp1252", "replace")


def _existing(reference: re.Match[str]) -> str:
    """A reference to a character that XML has; another stops feedparser, and the whole feed."""
    digits = (reference[1] or reference[2]).lstrip("0")
    if not digits or len(digits) > 7:
        return "\ufffd"
    number = int(digits, 16 if reference[1] else 10)
    if number > 0x10FFFF or _FORBIDDEN.match(chr(number)):
        return "\ufffd"
    return reference[0]


def _root(text: str, host: str) -> int:
    """Where the first element begins. Raises SourceUnavailable when entities come before it.

    No feed needs entities of its own; a few lines of them unpack to gigabytes. Should a prolog
    hide its end from us, they stand within an element, where nobody takes them for a declaration.
    """
    at = declared = 0
    while found := _ELEMENT_OR_COMMENT.search(text, at):
        declared = declared or "<!entity" in text[at : found.start()].lower()
        if found[0] != "<!--":
            break
        end = text.find("-->", found.end())
        if end < 0:
            found = _ELEMENT.search(text, found.end())
            break
        at = end + len("-->")
    if declared:
        raise SourceUnavailable(f"{host} answered with a feed that defines entities")
    return found.start() if found else len(text)
