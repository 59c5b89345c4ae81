"""Saved replies: words to begin with, never all that a customer gets.

A saved reply holds variables in braces. `{name}` and `{first_name}` are the customer's, `{agent}`
is the first name of whoever answers, `{brand}` what the company is called there, `{ticket}` how
the ticket is referred to, and `{personal}` the place for words of one's own.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chalicelib.domain.answering.names import first_name_of, name_of
from chalicelib.domain.errors import BadInput

PERSONAL = "personal"
VARIABLES = ("name", "first_name", "brand", "agent", "ticket", PERSONAL)
SIGNATURE_VARIABLES = ("first_name", "agent", "brand")
"""Of a signature; there both names are the first name of whoever answers."""

LEAST_WORDS = 3
LEAST_LETTERS = 12
"""Of one's own. A letter of Chinese, Japanese or Korean counts twice, since it says as much."""
_LETTERS_OF_A_WORD = 4
"""Where no spaces stand between words."""

_VARIABLE = re.compile(r"\{([^{}\n]*)\}")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_BRACE = re.compile(r"[{}]")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w.])@\w[\w.@-]*")
# Scripts without spaces between words: Thai, Lao, Burmese, Khmer, kana, Chinese.
_DENSE = "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_DENSE}]|(?:(?![{_DENSE}_])\w)+(?:['’](?:(?![{_DENSE}_])\w)+)*")
_IS_DENSE = re.compile(f"[{_DENSE}]")
_IS_DOUBLE = re.compile("[\u1100-\u11ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What the variables stand for; names as their platform shows them."""

    customer_name: str
    brand: str
    agent: str
    ticket: str = ""


def faults_of(text: str, known: tuple[str, ...] = VARIABLES) -> Iterator[str]:
    """What is wrong with the variables of a text: each unknown one, a brace without another."""
    for found in dict.fromkeys(_VARIABLE.findall(text)):
        if found not in known:
            yield f"{{{found}}} is not a variable"
    if _BRACE.search(_VARIABLE.sub("", text)):
        yield "a brace stands alone"


def fill(text: str, filling: Filling, *, personal: str = "") -> str:
    """A saved reply with its variables filled in. Raises BadInput for an unknown one.

    A name that is not known leaves no gap: `Hi {first_name},` becomes `Hi,`. What is filled in
    is not read again for variables.
    """
    values = {
        "name": name_of(filling.customer_name),
        "first_name": first_name_of(filling.customer_name),
        "brand": filling.brand,
        "agent": first_name_of(filling.agent),
        "ticket": filling.ticket,
        PERSONAL: personal.strip(),
    }
    if wrong := next(faults_of(text), None):
        raise BadInput(f"saved: {wrong}; known: {', '.join(VARIABLES)}")
    filled = re.sub(
        r"([^\S\n]?)" + _VARIABLE.pattern,
        lambda match: match[1] + values[match[2]] if values[match[2]] else "",
        text,
    )
    return _BLANK_LINES.sub("\n\n", filled).strip()


def own_words(text: str, saved: str, filling: Filling) -> tuple[str, ...]:
    """What stands in `text` beyond the saved reply it was made from, names and handles left out.

    In the order of the text; a letter each where no spaces stand between words.
    """
    names = f"{filling.customer_name} {filling.agent} {filling.brand}"
    left_out = set(_tokens(names))
    given = Counter(_tokens(fill(saved, filling)))
    found = []
    for token in _tokens(_HANDLE.sub(" ", text)):
        if given[token]:
            given[token] -= 1
        elif token not in left_out and any(one.isalpha() for one in token):
            found.append(token)
    return tuple(found)


def has_personal_part(text: str, saved: str, filling: Filling) -> bool:
    """Whether a reply has enough words of its own beyond the saved one it was made from."""
    own = own_words(text, saved, filling)
    dense = [one for one in own if _IS_DENSE.fullmatch(one)]
    spaced = dict.fromkeys(one for one in own if not _IS_DENSE.fullmatch(one))
    weight = _weight(dense)
    letters = weight + _weight(spaced)
    words = len(spaced) + weight // _LETTERS_OF_A_WORD
    return words >= LEAST_WORDS and letters >= LEAST_LETTERS


def check_personal_part(text: str, saved: str, filling: Filling) -> None:
    """Raises BadInput, with the remedy, for a saved reply without words of one's own."""
    if not has_personal_part(text, saved, filling):
        raise BadInput(
            f"text: the saved reply needs words of your own, at least {LEAST_WORDS}; say what is "
            "particular to this customer"
        )


def sameness(text: str, *, names: Iterable[str] = (), signature: str = "") -> str:
    """What two replies have in common that differ only in greeting, names and signature.

    A fingerprint of the words: handles, links, case, punctuation, emoji and references of seven
    digits or more do not count; `names` are those of customer and agent. Empty when no word is
    left, as of a heart: such a reply is like no other.
    """
    body = _seen(text).rstrip()
    if signature.strip() and body.endswith(signature.strip()):
        body = body[: -len(signature.strip())]
    body = _SIGNED.sub("", _HANDLE.sub(" ", _ADDRESS.sub(" ", body)).rstrip())
    body = _GREETED.sub("", body.lstrip(), count=1)
    left_out = {token for name in names for token in _tokens(name)}
    words = [one for one in _tokens(body) if one not in left_out and not _REFERENCE.search(one)]
    if not words:
        return ""
    return hashlib.blake2b(" ".join(words).encode("utf-8", "ignore"), digest_size=12).hexdigest()


_REFERENCE = re.compile(r"\d{7}")
_SIGNED = re.compile(
    r"(?:^|\s)[-–—~/^]\s?(?:[^\W\d_][\w.'’-]*)(?:[^\S\n]+[^\W\d_][\w.'’-]*)?[.!]?\Z"
)
"""`– Mia`, `^MK`, `-Mia from Acme`'s first words: a mark and one or two words at the very end."""
_GREETED = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)"
    r"|servus|liebe[rs]?|bonjour|bonsoir|salut|hola|buenos d[ií]as|buenas (?:tardes|noches)|ciao"
    r"|buongiorno|olá|hoi|hej)\b(?:[^\S\n]+[^\s,.:;!?–—]{1,20}){0,3}[^\S\n]*[,:!–—\n]",
    re.IGNORECASE,
)
"""A greeting and the name behind it, up to the first mark; in the languages of many customers."""


def _tokens(text: str) -> list[str]:
    plain = _seen(unicodedata.normalize("NFKC", text)).casefold()
    plain = "".join(one for one in plain if unicodedata.category(one) not in ("Mn", "Mc"))
    return [one.replace("’", "'") for one in _TOKEN.findall(plain)]


def _seen(text: str) -> str:
    """Without characters that nobody sees."""
    return "".join(one for one in text if unicodedata.category(one) != "Cf")


def _weight(tokens: Iterable[str]) -> int:
    letters = (one for token in tokens for one in token if one.isalpha())
    return sum(2 if _IS_DOUBLE.match(one) else 1 for one in letters)
