"""Words of danger: found in each language as people write it, and in linear time."""

import unicodedata

import pytest
from hypothesis import example, given

from chalicelib.scoring.danger import LANGUAGES, Danger, alarms, found
from chalicelib.scoring.danger.finding import _TABLES, _index
from tests.scoring.hostile import HOSTILE, texts

CRIES = [
    ("en", "we are trapped in your lift", Danger.PEOPLE),
    ("en", "the driver groped my daughter", Danger.ABUSE),
    ("de", "Im Aufzug stecken Leute fest, bitte Notarzt", Danger.PEOPLE),
    ("de", "Wohnungsbrand über eurer Filiale", Danger.PEOPLE),
    ("de", "meine Oma ist ohnmaechtig geworden", Danger.PEOPLE),
    ("de", "ich sehe fremde Rechnungen in der App", Danger.BREACH),
    ("nl", "er is brand in de winkel", Danger.PEOPLE),
    ("nl", "ik zie het dossier van een ander", Danger.BREACH),
    ("nl", "ik krijg geen adem meer", Danger.PEOPLE),
    ("fr", "Ma mère est enfermée dans l'ascenseur", Danger.PEOPLE),
    ("fr", "je peux pas respirer", Danger.PEOPLE),
    ("fr", "je vais tout faire sauter", Danger.THREAT),
    ("es", "no puedo respirar", Danger.PEOPLE),
    ("es", "hay un incendio en la tienda", Danger.PEOPLE),
    ("es", "todo el sistema caído", Danger.OUTAGE),
    ("it", "c'è uno col coltello alle casse", Danger.THREAT),
    ("it", "siamo intrappolati in ascensore", Danger.PEOPLE),
    ("pt", "a loja está pegando fogo", Danger.PEOPLE),
    ("pt", "vocês vazaram meus dados", Danger.BREACH),
    ("ro", "nu pot respira, chemați ambulanța", Danger.PEOPLE),
    ("ca", "no puc respirar", Danger.PEOPLE),
    ("pl", "sklep się pali", Danger.PEOPLE),
    ("pl", "POŻAR W SKLEPIE", Danger.PEOPLE),
    ("pl", "widzę cudze dane", Danger.BREACH),
    ("cs", "v obchodě hoří", Danger.PEOPLE),
    ("sk", "nemôžem dýchať", Danger.PEOPLE),
    ("hr", "gori trgovina, zovite vatrogasce", Danger.PEOPLE),
    ("sr", "ne mogu da dišem", Danger.PEOPLE),
    ("sl", "v trgovini gori", Danger.PEOPLE),
    ("bg", "пожар в магазина", Danger.PEOPLE),
    ("uk", "у магазині пожежа", Danger.PEOPLE),
    ("ru", "мы застряли в лифте", Danger.PEOPLE),
    ("ru", "вижу чужие заказы", Danger.BREACH),
    ("sv", "hunden brinner", Danger.PEOPLE),
    ("sv", "jag får inte luft", Danger.PEOPLE),
    ("da", "der er røg i kupeen", Danger.PEOPLE),
    ("no", "vi sitter fast i heisen", Danger.PEOPLE),
    ("nb", "personalet er rasister", Danger.ABUSE),
    ("fi", "liikkeessä on tulipalo", Danger.PEOPLE),
    ("fi", "en saa henkeä", Danger.PEOPLE),
    ("et", "poes on tulekahju", Danger.PEOPLE),
    ("hu", "tűz van a boltban", Danger.PEOPLE),
    ("hu", "nem kapok levegőt", Danger.PEOPLE),
    ("el", "φωτια στο μαγαζι", Danger.PEOPLE),
    ("el", "Είμαστε εγκλωβισμένοι στο ασανσέρ", Danger.PEOPLE),
    ("tr", "mağazada yangın var", Danger.PEOPLE),
    ("tr", "IRKÇI personel", Danger.ABUSE),
]


@pytest.mark.parametrize(("language", "text", "kind"), CRIES)
def test_a_cry_is_heard_in_its_language(language: str, text: str, kind: Danger) -> None:
    assert found(text, [language])[0].kind is kind


@pytest.mark.parametrize(("language", "text", "kind"), CRIES)
def test_case_and_accents_do_not_count(language: str, text: str, kind: Danger) -> None:
    bare = "".join(
        one for one in unicodedata.normalize("NFD", text) if unicodedata.category(one) != "Mn"
    )
    for written in (text.lower(), unicodedata.normalize("NFD", text), bare):
        assert [one.kind for one in found(written, [language])] == [
            one.kind for one in found(text, [language])
        ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Niemand wurde verletzt"),
        ("de", "zum Glück keine Verletzten"),
        ("nl", "gelukkig niemand gewond"),
        ("es", "por suerte nadie resultó herido"),
        ("it", "nessun ferito per fortuna"),
        ("pl", "nikt nie jest ranny"),
        ("en", "no one was injured"),
    ],
)
def test_what_says_that_nobody_was_hurt_is_shown_as_denied(language: str, text: str) -> None:
    (one,) = found(text, [language])
    assert one.is_denied


def test_a_denial_ends_with_its_sentence_and_with_a_greater_danger() -> None:
    assert not found("Niemand hilft. Kind verletzt", ["de"])[0].is_denied
    assert not found("niemand verletzt, aber es brennt", ["de"])[0].is_denied


def test_words_wait_for_each_other_no_longer_than_three_words_of_a_sentence() -> None:
    assert found("passwords of all users leaked", ["en"])
    assert not found("passwords are fine. it leaked", ["en"])
    assert not found("passwords of you and me and all of us leaked", ["en"])


def test_kinds_are_told_once_each_gravest_first() -> None:
    kinds = [one.kind for one in found("brand! brand! storing, racisme, brand", ["nl"])]
    assert kinds == [Danger.PEOPLE, Danger.ABUSE, Danger.OUTAGE]


def test_where_the_language_is_guessed_harmless_english_words_do_not_count() -> None:
    text = "super acme brand, I am blessed"
    assert found(text, ["nl", "fr"])
    assert not found(text, ["nl", "fr"], is_guessed=True)


def test_a_language_without_a_table_has_no_words() -> None:
    assert found("火事です", ["ja", "xx", ""]) == ()


def test_there_are_tables_for_the_main_languages_of_europe() -> None:
    assert {
        *("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "no", "nb", "fi", "cs"),
        *("hu", "ro", "el", "sk", "bg", "hr", "sl", "uk", "ru", "et", "ca", "tr"),
    } <= LANGUAGES


@pytest.mark.parametrize("language", sorted(_TABLES))
def test_every_table_has_every_kind_and_a_denial(language: str) -> None:
    assert set(_TABLES[language]) == {*Danger, None}


@pytest.mark.parametrize("language", sorted(_TABLES))
def test_no_entry_is_so_short_that_it_begins_half_the_language(language: str) -> None:
    index = _index(language)
    assert not [stem for stem in (*index.beginnings, *index.endings) if len(stem) < 3]
    assert all(word for word in index.exact)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("help 🆘", ("🆘",)),
        ("🔥🔥 what a show", ("🔥",)),
        ("please!!!", ("!!!",)),
        ("wow! so! much! fun!", ("!!!",)),
        ("thanks! great!", ()),
        ("😡", ()),
    ],
)
def test_what_cries_for_attention_is_named(text: str, shown: tuple[str, ...]) -> None:
    assert alarms(text) == shown


@given(text=texts)
@example(text="\ud800")
def test_every_text_can_be_searched(text: str) -> None:
    for one in found(text, sorted(LANGUAGES)):
        assert one.words
        assert len(one.words) <= 40


class _Counted(str):
    """A word that counts how often it is compared."""

    comparisons = 0

    def __eq__(self, other: object) -> bool:
        _Counted.comparisons += 1
        return str.__eq__(self, other)

    def __hash__(self) -> int:
        return str.__hash__(self)

    def startswith(self, *args: object) -> bool:
        _Counted.comparisons += 1
        return str.startswith(self, *args)  # type: ignore[arg-type]


@pytest.mark.parametrize("piece", [*HOSTILE, "passwords ", "steck ", "no one ", "leaked "])
def test_twice_the_text_takes_at_most_twice_the_comparisons(piece: str) -> None:
    from chalicelib.scoring.danger.finding import _WORD_OR_STOP, _found_in, folded

    def comparisons(size: int) -> int:
        words = [_Counted(word) for word in _WORD_OR_STOP.findall(folded(piece * size)[:20_000])]
        _Counted.comparisons = 0
        for language in _TABLES:
            _found_in(list(words), _index(language))
        return _Counted.comparisons

    size = max(1, 2_000 // len(piece))
    assert comparisons(2 * size) <= 2.2 * comparisons(size) + 200
