"""From markup to plain text, and whether a text speaks of somebody."""

import re
import unicodedata
from collections.abc import Iterable
from html import unescape

MAX_MARKUP = 200_000
"""Characters of markup that are read; a mention keeps far fewer of text."""

# Not `html.parser`: of Python 3.11 it takes 2.5 s for 8,000 characters of "<a b=<a b=", squared
# in the length, and anybody can post that. No part of this pattern crosses a "<", and none gives
# back what it has read ("*+"): a tag that never ends is read once.
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>|<[!?][^<>]*+>")

_BREAKS = frozenset(
    {"br", "p", "div", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "tr"}
)
_SILENT = frozenset({"script", "style", "template", "noscript"})

_JOINER = "\u200d"


def plain_text(markup: str) -> str:
    """The words of HTML, with line breaks where it has paragraphs. Never raises; linear time."""
    markup = _without_comments(markup[:MAX_MARKUP])
    pieces: list[str] = []
    silent, at = "", 0
    for tag in _TAG.finditer(markup):
        if not silent:
            pieces.append(markup[at : tag.start()])
        at = tag.end()
        name, is_end = (tag["name"] or "").lower(), bool(tag["end"])
        if silent:
            silent = "" if is_end and name == silent else silent
        elif name in _SILENT and not is_end:
            silent = name
        elif name in _BREAKS and not (is_end and name == "br"):
            pieces.append("\n")
    if not silent:
        pieces.append(markup[at:])
    lines = _unescaped("".join(pieces)).replace("\xa0", " ").split("\n")
    text = "\n".join(" ".join(line.split()) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _without_comments(markup: str) -> str:
    pieces: list[str] = []
    at = 0
    while (start := markup.find("<!--", at)) >= 0 and (end := markup.find("-->", start)) >= 0:
        pieces.append(markup[at:start])
        at = end + len("-->")
    return "".join([*pieces, markup[at:]])


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:
        return text  # "&#999…" of thousands of digits, which no browser shows either


def says_any(text: str, terms: Iterable[str]) -> bool:
    """Whether one of the terms stands in the text as whole words, in any case."""
    folded = text.casefold()
    return any(
        re.search(rf"(?<!\w){re.escape(term.casefold())}(?!\w)", folded) for term in terms if term
    )


def same_words(one: str, other: str) -> bool:
    """Whether two texts have the same letters and digits, whatever stands between them."""
    return re.findall(r"\w", one.casefold()) == re.findall(r"\w", other.casefold())


def seen_characters(text: str) -> int:
    """How many characters a reader sees: one with its accents, joined emoji and flags count once.

    Where the rules for that (Unicode annex 29) have more to say, it counts too many rather than
    too few.
    """
    count, flags, is_joined = 0, 0, False
    for character in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(character)
        is_flag = "\U0001f1e6" <= character <= "\U0001f1ff"
        flags = flags + 1 if is_flag else 0
        is_part = (
            (is_joined and kind in ("So", "Sm"))  # joiners join pictures, not letters
            or character == _JOINER
            or kind in ("Mn", "Me")
            or "\U0001f3fb" <= character <= "\U0001f3ff"  # colour of skin
            or (is_flag and flags % 2 == 0)
        )
        is_joined = character == _JOINER
        count += not is_part
    return count
