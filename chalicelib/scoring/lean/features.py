"""What the lean model sees in a text: its words, pairs of neighbours, negations and tone.

Training and service call the same functions, and a feature is its own text: nothing is hashed, so
that a model file can be read by a person and no two features share a weight. The first character
tells the kinds apart: `~` a negated word, `_` a piece of an unknown word, a capital a tone; a
space stands inside a pair only.
"""

import re

_WORD = re.compile(
    r"[^\W_]+(?:['-][^\W_]+)*"  # words, also don't and check-in
    r"|[@#]\w+"
    r"|[:;=][-o*']?[)(\[\]dp/\\|]+|<3"  # faces
    r"|[!?]+|\.\.+|[^\w\s]"  # any other sign, emoji among them
)
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
_DRAWN_OUT = re.compile(r"([a-z])\1\1")
_DIGITS = {ord(digit): "0" for digit in "123456789"}

PIECE = "_"
"""What a piece of a word begins with."""
_NEGATIONS = (
    "not no never none nothing nobody neither nor cannot cant dont didnt wont isnt wasnt doesnt "
    "aint without hardly nicht kein keine keinen nie pas jamais niet geen non nunca não ikke inte"
)
NEGATIONS = frozenset(_NEGATIONS.split())
_ENDS = frozenset([".", ",", ";", ":", "!", "?", "(", ")", "but", "aber"])
_REACH = 4
"""So many words after a negation are negated, unless a sign ends it before."""

LONGEST_PIECED = 24
"""Characters of an unknown word that are looked at."""


def words_of(text: str) -> list[str]:
    """The words and signs of a text in small letters, each digit as 0."""
    return _WORD.findall(text.lower().translate(_DIGITS))


def features_of(text: str, words: list[str]) -> list[str]:
    """Every feature of a prepared text once, in the order of the text: words first."""
    found = dict.fromkeys(words)
    before = "^"
    left = 0
    for word in words:
        found[f"{before} {word}"] = None
        before = word
        if word in _ENDS or word[0] in "!?.":
            left = 0
        elif left:
            left -= 1
            found["~" + word] = None
        elif word[0] == "#" and word != "#":
            found[word[1:]] = None
        if word in NEGATIONS or word.endswith("n't"):
            left = _REACH
    found[before + " $"] = None
    if shouted := len(_SHOUTED.findall(text)):
        found[f"SHOUTED{min(shouted, 3)}"] = None
    if _DRAWN_OUT.search(text):
        found["DRAWN"] = None
    return list(found)


def pieces_of(word: str) -> list[str]:
    """Three to five neighbouring characters of a word and its ends, each once; none for signs."""
    if not word[0].isalpha():
        return []
    framed = f"<{word[:LONGEST_PIECED]}>"
    return list(
        dict.fromkeys(
            PIECE + framed[at : at + size]
            for size in (3, 4, 5)
            for at in range(len(framed) - size + 1)
        )
    )
