"""What an SMS can carry: the GSM-7 alphabet, parts, and foreign words made fit for it.

Alphabet and sizes from 3GPP TS 23.038 (default alphabet and its extension table): 160 septets
in one part, 153 in each of several. One letter outside it would turn the whole SMS into UCS-2,
at 70 letters a part.
"""

import re
import unicodedata
from collections import Counter

from anyascii import anyascii

from chalicelib.domain.inbound import OPT_OUT_WORDS

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")
"""Each takes two septets."""

MOST_SEPTETS = 2 * 153 - 1
"""Two parts: more would cost more and be read less at three in the morning. One septet stays
free, since a character of two septets never straddles the parts."""

_SCRIPTS = {
    "CJK": "Chinese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
}
_READABLE = ("LATIN", "COMBINING", "FULLWIDTH", "MATHEMATICAL", "FEMININE", "MASCULINE")
# Possessive, and begun only where a word begins: linear for any text.
_WEB_ADDRESS = re.compile(r"(?:(?<![\w+.-])[\w+.-]*+://|://|www\.)\S*", re.IGNORECASE)
_INSTRUCTION = re.compile(
    r"\b(?:reply|respond|answer|text|txt|send|sms)\b(?:\W+\w+){0,2}?\W+(?:"
    + "|".join(sorted(OPT_OUT_WORDS))
    + r")\b",
    re.IGNORECASE,
)
"""A customer who writes "Reply STOP" must not get a tired responder to opt out of our SMS."""
_NUMBER = re.compile(r"\+?\d(?:[ ()/-]?\d){6,}")
"""Seven digits or more: a phone number, ours to protect or theirs to charge."""
_DOTTED = re.compile(r"(?<![\w.])(\d{1,4}\.\d{1,2})(?!\.?\w)|(?<=\w)\.(?=\w)")
"""A dot within a word; a decimal number such as 1.4, of which no phone makes a link, is found
whole in its group."""
_LETTERS = re.compile(r"[A-Z]+")


def septets(text: str) -> int:
    """Length of a GSM-7 text. Raises ValueError for a character outside the alphabet."""
    for character in text:
        if character not in BASIC and character not in EXTENDED:
            raise ValueError(f"U+{ord(character):04X} is not in the GSM-7 alphabet")
    return sum(2 if character in EXTENDED else 1 for character in text)


def parts(text: str) -> int:
    """How many parts a text is billed as; no character straddles two.

    In letters of the GSM-7 alphabet 160 septets, or 153 in each of several; one letter beyond it
    makes the whole UCS-2 (70, or 67 in each of several, an emoji taking two).
    """
    if not set(text) <= BASIC | EXTENDED:
        return _ucs2_parts(text)
    if septets(text) <= 160:
        return 1
    count, used = 1, 0
    for character in text:
        size = 2 if character in EXTENDED else 1
        if used + size > 153:
            count, used = count + 1, 0
        used += size
    return count


def _ucs2_parts(text: str) -> int:
    sizes = [2 if character > "\uffff" else 1 for character in text]
    if sum(sizes) <= 70:
        return 1
    count, used = 1, 0
    for size in sizes:
        if used + size > 67:
            count, used = count + 1, 0
        used += size
    return count


def gsm7(text: str) -> str:
    """The text in letters of the GSM-7 alphabet: others are transliterated, signs dropped."""
    return "".join(_gsm7_letter(character) for character in unicodedata.normalize("NFC", text))


def _gsm7_letter(character: str) -> str:
    if character in BASIC or character in EXTENDED:
        return character
    category = unicodedata.category(character)
    if category[0] == "Z" or character.isspace():
        return " "
    if category[0] == "C" or category in ("So", "Sk", "Mn", "Me"):
        return ""
    plain = anyascii(character)
    if len(plain) > 1 and plain.startswith(":"):  # the name of a sign, such as ":black_square:"
        return ""
    return "".join(one for one in plain if one in BASIC or one in EXTENDED)


def foreign_script(text: str) -> str:
    """The script most letters stand in, such as `Greek`, when Latin readers cannot read it.

    Empty when at least half of the letters are Latin, or there are none.
    """
    scripts = Counter(
        unicodedata.name(character, "UNKNOWN").split()[0].split("-")[0]
        for character in text
        if character.isalpha()
    )
    latin = sum(count for script, count in scripts.items() if script in _READABLE)
    if 2 * latin >= scripts.total():
        return ""
    strangest = max((name for name in scripts if name not in _READABLE), key=scripts.__getitem__)
    return _SCRIPTS.get(strangest, strangest.capitalize())


def quotable(text: str, *, code: re.Pattern[str]) -> str:
    """A customer's words on one line, made harmless for an SMS of ours.

    No web address (dots within words are opened, so that no phone makes a link of them), no
    line break, no quotation mark, nothing that matches `code`, which is what we ask people to
    reply with, no instruction to send a word that opts out, no long number. A script that the
    alphabet cannot carry becomes "text in Greek".
    """
    if script := foreign_script(text):
        return f"text in {script}"
    # After transliteration: wide letters and invisible ones may hide an address until then.
    return without_codes(disarmed(gsm7(text)).replace('"', "'"), code=code)


def disarmed(text: str) -> str:
    """The text without what a phone makes a link of, and what a tired reader must not obey.

    Letters that only look like others are not seen through: spell them plainly before.
    """
    bare = _WEB_ADDRESS.sub(" ", text)
    bare = _NUMBER.sub("..", _INSTRUCTION.sub("..", bare))
    return _DOTTED.sub(lambda found: found[1] or ". ", bare)


def without_codes(text: str, *, code: re.Pattern[str]) -> str:
    """The text on one line without the words in which a reader of replies would find a code."""
    return " ".join(
        word
        for word in text.split()
        if not any(code.fullmatch(run) for run in _LETTERS.findall(word.upper()))
        and not code.fullmatch(re.sub(r"[^A-Z]", "", word.upper()))
    )


def shortened(text: str, most: int) -> str:
    """At most `most` septets of a GSM-7 text, cut at a word and marked with dots."""
    if septets(text) <= most:
        return text
    used = end = 0
    for character in text:
        used += 2 if character in EXTENDED else 1
        if used > most - 2:
            break
        end += 1
    kept = text[:end]
    head, space, _tail = kept.rpartition(" ")
    if space and len(head) > len(kept) // 2:
        kept = head
    return f"{kept.rstrip(' .,')}.." if kept.strip() and most > 2 else ""
