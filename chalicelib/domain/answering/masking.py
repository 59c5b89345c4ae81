"""Personal data in a text: where it stands, and the text without it.

Found are e-mail addresses, account numbers (IBAN), card numbers, phone numbers and other long
runs of digits. Times, dates, years, prices and @handles are none of these, except that digits
which pass the checksum of cards are one whatever they look like: one such number in ten passes
by chance, and a card left standing is worse than a number hidden.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.answering.iban import ibans_in

MASK = "•••"


class Kind(StrEnum):
    """What was found."""

    EMAIL = "e-mail address"
    IBAN = "account number"
    CARD = "card number"
    PHONE = "phone number"
    NUMBER = "long number"


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data in a text."""

    kind: Kind
    starts: int
    ends: int
    """The first index after it."""


# Also as people write it who do not want it to be found by machines.
_AT = r"(?:[@\uff20\ufe6b]|\s?[(\[{]\s?(?:at|ät)\s?[)\]}]\s?)"
_EMAIL = re.compile(
    r"(?<![\w@.%+-])[\w.%+-]{1,64}" + _AT + r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?!\w)",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w.@])@\w[\w.-]*(?:@[\w.-]+)?")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)

_GAP = "[ \\t\u00a0\u2009\u202f\u200b-\u200d\u2060\ufeff\u00ad.·/()_\u2010-\u2015-]{0,3}"
_CHAIN = re.compile(rf"(?<!\d)(?:\+{_GAP}|\({_GAP})?\d(?:{_GAP}\d)*")
"""Digits with no more than three marks between, as people write phones and cards."""
_APART = re.compile(r"(?<!\d)\d{4,6}(?:[^\w\n]{1,3}\d{4,6}){2,4}(?!\d)")
"""Groups as on a card, with any marks between."""
_RUN = re.compile(r"\d+")
_SPACE = re.compile(r"[^\S\n]+")

SHORTEST_RUN = 7
SHORTEST_CARD, LONGEST_CARD = 13, 19
"""Digits; ISO/IEC 7812-1 allows up to 19, and no scheme in use has fewer than 13."""
_SHORTEST_PHONE, _LONGEST_PHONE = 7, 17
_SHORTEST_PLAIN = 9
"""Digits of a phone that begins as any number does, such as 612 345 678."""

_CURRENCY = (
    r"[$€£¥₹₽₺₴₩₪₫฿₱¢]|(?:EUR|USD|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|INR|"
    r"CNY|RUB|euros?|dollars?|pounds?|francs?|franken|kr|zł|kč|ft|lei|rs|fr)(?![^\W\d_])"
)
_PRICED_BEFORE = re.compile(rf"(?<![^\W\d_])(?:{_CURRENCY})[\s.:]{{0,2}}[-−]?$", re.IGNORECASE)
_PRICED_AFTER = re.compile(rf"^(?:[.,]\d{{1,2}})?(?:,[-–—])?\s{{0,2}}(?:{_CURRENCY}|,-)", re.I)
_ONE = r"(?:[1-9]\d{0,2}(?:[ .\u00a0\u202f]\d{3})+|[1-9]\d{0,8}|0)(?:\.\d{1,2})?"
_AMOUNT = re.compile(rf"{_ONE}(?: ?[-–] ?{_ONE})?")
_YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2}"
_CALM = re.compile(
    rf"{_YEAR}|{_YEAR}[-–/]+(?:{_YEAR}|\d\d)"  # years and ranges of them
    rf"|{_YEAR}[-./]{_DAY}(?:[-./]{_DAY})?|{_DAY}[-./]{_DAY}[-./](?:{_YEAR}|\d\d)?"  # dates
    rf"|{_DAY}[-./]{_YEAR}"
    rf"|{_DAY}\.\d\d(?:[-–]{_DAY}\.\d\d)?|{_DAY}[-–]{_DAY}"  # times, and from when to when
    r"|[1-9]\d{0,2}(?:\.\d{3})+"  # thousands
)
_DECIMALS = re.compile(r"^\d,\d\d[^\S\n](?=\d)")
"""Those of an amount, with the next number right behind: `1.200,00 0664 1234567`."""
_SHORT = re.compile(r"\d{1,2}")
_LOCAL = re.compile(r"\d{3,4}-\d{4}")


def masked(text: str) -> str:
    """The text with personal data hidden but for its first and last characters.

    Applied again it changes nothing.
    """
    while (hidden := _once(text)) != text:
        text = hidden
    return text


def _once(text: str) -> str:
    parts, at = [], 0
    for one in personal_data(text):
        parts += [text[at : one.starts], _mask(text[one.starts : one.ends], one.kind)]
        at = one.ends
    return "".join((*parts, text[at:]))


def _mask(found: str, kind: Kind) -> str:
    if kind is Kind.EMAIL:
        return f"{found[0]}{MASK}@{MASK}.{found.rpartition('.')[2]}"
    kept = [one for one in found if one.isalnum()]
    plus = "+" if found.startswith("+") else ""
    return f"{plus}{''.join(kept[:2])}{MASK}{''.join(kept[-2:])}"


def personal_data(text: str) -> tuple[Found, ...]:
    """What stands where, in order; none within another."""
    found = [Found(Kind.EMAIL, *match.span()) for match in _EMAIL.finditer(text)]
    found += [Found(Kind.IBAN, *span) for span in ibans_in(text)]
    found += _numbers(text)
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: (each.starts, -each.ends)):
        if kept and one.starts < kept[-1].ends:
            # They overlap: both are hidden, under the name of the first.
            last = kept[-1]
            kept[-1] = Found(last.kind, last.starts, max(last.ends, one.ends))
        else:
            kept.append(one)
    return tuple(kept)


def _numbers(text: str) -> Iterator[Found]:
    for match in _APART.finditer(text):
        if _has_card(match.group()):
            yield Found(Kind.CARD, *match.span())
    quiet = [match.span() for match in _HANDLE.finditer(text)]
    quiet += [match.span() for match in _ADDRESS.finditer(text)]
    for match in _CHAIN.finditer(text):
        starts, ends = match.span()
        if _has_card(match.group()):
            yield Found(Kind.CARD, starts, ends)
            continue
        if _DECIMALS.search(text[max(0, starts - 2) : ends]):
            starts += 3
        kind = _kind_of(text[starts:ends])
        if kind is None or _is_priced(text, starts, ends):
            continue
        if not any(first <= starts and ends <= last for first, last in quiet):
            yield Found(kind, starts, ends)


def _is_priced(text: str, starts: int, ends: int) -> bool:
    return _AMOUNT.fullmatch(text, starts, ends) is not None and (
        _PRICED_BEFORE.search(text[max(0, starts - 12) : starts]) is not None
        or _PRICED_AFTER.search(text[ends : ends + 12]) is not None
    )


def _kind_of(chain: str) -> Kind | None:
    runs = _RUN.findall(chain)
    digits = sum(map(len, runs))
    words = _SPACE.split(chain.strip())
    if digits < _SHORTEST_PHONE or _is_calm(words):
        return None
    if chain[0] in "+(0" and digits <= _LONGEST_PHONE:
        return Kind.PHONE
    if max(map(len, runs)) >= SHORTEST_RUN or digits > _LONGEST_PHONE:
        return Kind.NUMBER
    is_grouped = len(runs) >= 3 and all(2 <= len(one) <= 4 for one in runs)
    if _LOCAL.fullmatch(chain) or (is_grouped and digits >= _SHORTEST_PLAIN):
        return Kind.PHONE
    return None


def _is_calm(words: list[str]) -> bool:
    """Whether all of it is dates, times, years and thousands, beside two short numbers at most."""
    calm = sum(_CALM.fullmatch(one) is not None for one in words)
    short = sum(_SHORT.fullmatch(one) is not None for one in words)
    return calm > 0 and calm + short == len(words) and short <= 2


def _has_card(chain: str) -> bool:
    """Whether neighbouring groups of digits are together what can be a card's number."""
    runs = _RUN.findall(chain)
    for first in range(len(runs)):
        digits = ""
        for run in runs[first:]:
            digits += run
            if len(digits) > LONGEST_CARD:
                break
            if len(digits) >= SHORTEST_CARD and is_luhn(digits):
                return True
    return False


def is_luhn(digits: str) -> bool:
    """Whether digits (of any script) pass the checksum of cards (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, one in enumerate(reversed(digits)):
        value = unicodedata.digit(one) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
