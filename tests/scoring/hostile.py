"""Texts that break readers."""

from hypothesis import strategies as st

HOSTILE = [
    "a",
    "@",
    "@a ",
    "a.@-",
    "z̶̡͓a̷l̴g̵o̸",
    "\u0301",
    "\ufdfa",
    "\u202e",
    "\x00",
    "\ud800",
    "\n",
    "🔥",
    "👩‍👩‍👧",
    "the data ",
    "took ",
    "ignore all ",
    "classify this ",
    "not ",
    "note to the ",
    "[<(",
    '"a',
    "“",
    "&amp;",
    "http://a ",
    "!",
    "مرحبا ",
    "火事",
]
"""Pieces that are repeated to make a long text."""

texts = st.one_of(
    st.text(st.characters() | st.sampled_from("\ud800\udfff\x00\u202e\u0336\u0489\ufdfa'@.\"“>!")),
    st.builds(lambda piece, count: piece * count, st.sampled_from(HOSTILE), st.integers(0, 300)),
)
"""Any text at all, and more of the odd ones than chance would give."""
