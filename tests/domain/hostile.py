"""Texts by people who mean harm, or whose keyboards do: addresses, codes, invisible letters."""

import re

from hypothesis import strategies as st

from chalicelib.domain.page import CODE_ALPHABET, CODE_LENGTH

codes = st.text(CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)

_pieces = (
    st.text(max_size=30)
    | codes
    | codes.map(str.lower)
    | st.sampled_from(
        (
            "http://evil.example",
            "hTTps://x",
            "www.",
            "WWW.evil.example/a",
            "evil.example",
            "ftp://",
            "://",
            "：／／",
            "//",
            ":",
            "/",
            ".",
            "。",
            "\u2024",
            "www",
            "http",
            "ｈｔｔｐ",
            " ",
            "\n",
            "\r",
            "\t",
            "\u2028",
            "\u200b",
            "\u00ad",
            "\u202e",
            "\ud800",
            "\x00",
            "ß",
            "€[]{}",
            '"',
            "“",
            "😡",
            "Αθήνα",
            "привет",
            "網站",
            "x" * 170,
            "€" * 90,
        )
    )
)

hostile_texts = st.lists(_pieces, max_size=12).map("".join)
"""Any text, rich in what an SMS of ours must not carry."""

MARKS_OF_AN_ADDRESS = re.compile(
    r"://|www\.\w"
    r"|[^\W\d]\.\w|\d\.(?!\d{1,2}(?!\.?\w))\w"
    r"|(?:\d{5}|[^\W\d]\d{1,4}|\.\d{1,4})\.\w",
    re.IGNORECASE,
)
"""What makes phones show a link: a dot within a word, but not within a number such as 1.4."""


def codes_in(text: str) -> list[str]:
    """Whatever a reader of replies would take for a code, found without the code under test."""
    runs = "".join(letter if "A" <= letter <= "Z" else " " for letter in text.upper()).split()
    return [run for run in runs if len(run) == CODE_LENGTH and set(run) <= set(CODE_ALPHABET)]
