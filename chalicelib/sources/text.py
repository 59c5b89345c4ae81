"""From markup to plain text, and whether a text speaks of somebody."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser

MAX_MARKUP = 200_000
"""Characters of markup that are read; a mention keeps far fewer of text."""

_BREAKS = frozenset(
    {"br", "p", "div", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "tr"}
)
_SILENT = frozenset({"script", "style", "template", "noscript"})


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.pieces.append("\n")
        if tag in _SILENT and not self._silent:
            self._silent = tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""
        elif tag in _BREAKS - {"br"}:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)


def plain_text(markup: str) -> str:
    """The words of HTML, with line breaks where it has paragraphs; never raises."""
    parser = _Text()
    parser.feed(markup[:MAX_MARKUP])
    parser.close()
    lines = "".join(parser.pieces).replace("\xa0", " ").split("\n")
    text = "\n".join(" ".join(line.split()) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def says_any(text: str, terms: Iterable[str]) -> bool:
    """Whether one of the terms stands in the text as whole words, in any case."""
    folded = text.casefold()
    return any(
        re.search(rf"(?<!\w){re.escape(term.casefold())}(?!\w)", folded) for term in terms if term
    )


def same_words(one: str, other: str) -> bool:
    """Whether two texts have the same letters and digits, whatever stands between them."""
    return re.findall(r"\w", one.casefold()) == re.findall(r"\w", other.casefold())
