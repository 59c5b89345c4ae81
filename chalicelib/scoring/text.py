"""The one way a post is made ready for a model, in training as in service.

What stays is what a person would read: words with their capitals, emoji, hashtags, punctuation.
What goes is what names someone (handles, addresses) and what is there to look odd or to fool a
reader: styled letters, stacked marks, invisible and control characters, endless repetition.
"""

import html
import re
import unicodedata

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@])@\w+(?:[@.]\w+){0,8}")
_CROWD = re.compile(r"@user(?:[\s,]+@user){3,}")
_REPEATED = re.compile(r"([^\W\d])\1{3,}|([^\w\s])\2{3,}")
_ODD = re.compile(
    # Control, zero-width and direction characters, the soft hyphen, and marks that stand on
    # letters which have no character of their own with that mark: zalgo (Unicode 15, blocks).
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufe00-\ufe0f\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\ud800-\udfff\U000e0000-\U000e01ef]+"
)
_ODD_ASCII = re.compile("[\x00-\x08\x0e-\x1b\x7f]+")
_QUOTES = str.maketrans("’‘‛´`“”„«»…", "'''''\"\"\"\"\"…", "")

_AT_ONCE = 400
"""Characters normalised together: Python sorts a run of marks in quadratic time."""


def prepared(text: str) -> str:
    """The text as every model reads it: one line, in NFKC, with handles and links made anonymous.

    Handles become `@user` (a longer row of them three), links `http`; a letter or sign repeated
    more often than three times stays three times. Takes linear time and never raises; may be
    empty. Preparing twice changes nothing more for ordinary text.
    """
    if "&" in text:
        text = html.unescape(text)
    if text.isascii():
        if not text.isprintable():
            text = _ODD_ASCII.sub("", text)
    else:
        text = _plain(text)
    if "://" in text or "www." in text or "WWW." in text:
        text = _LINK.sub("http", text)
    if "@" in text:
        text = _HANDLE.sub("@user", text)
        if text.count("@user") > 3:
            text = _CROWD.sub("@user @user @user", text)
    return " ".join(_REPEATED.sub(r"\1\1\1\2\2\2", text).split())


def _plain(text: str) -> str:
    """In NFKC with typewriter's quotes, without what cannot be seen or only decorates."""
    if not unicodedata.is_normalized("NFKC", text[:_AT_ONCE]) or len(text) > _AT_ONCE:
        parts = (text[at : at + _AT_ONCE] for at in range(0, len(text), _AT_ONCE))
        text = "".join(unicodedata.normalize("NFKC", part) for part in parts)
    return _ODD.sub("", text.translate(_QUOTES))
