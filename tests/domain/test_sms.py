"""What an SMS can carry, and foreign words made fit for it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.sms import (
    BASIC,
    EXTENDED,
    foreign_script,
    gsm7,
    parts,
    quotable,
    septets,
    shortened,
    without_codes,
)
from chalicelib.domain.wording import LOOKS_LIKE_A_CODE
from tests.domain.hostile import MARKS_OF_AN_ADDRESS, codes_in, hostile_texts

gsm7_texts = st.text(st.sampled_from(sorted(BASIC | EXTENDED)), max_size=400)


def _quotable(text: str) -> str:
    return quotable(text, code=LOOKS_LIKE_A_CODE)


def test_the_alphabet_has_the_127_letters_and_9_extensions_of_the_standard() -> None:
    """3GPP TS 23.038: 128 places of which one is the escape; form feed is of no use to us."""
    assert len(BASIC) == 127
    assert len(EXTENDED) == 9
    assert not BASIC & EXTENDED


def test_an_extended_letter_takes_two_septets() -> None:
    assert septets("abc") == 3
    assert septets("[€]") == 6


@pytest.mark.parametrize("letter", ["č", "😀", "\t", "`", "ç", "\ud800"])
def test_a_letter_outside_the_alphabet_is_told(letter: str) -> None:
    with pytest.raises(ValueError, match=r"U\+"):
        septets(f"a{letter}")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("€" * 80, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 152 + "€" + "a" * 10, 2),
        ("a" * 152 + "€" * 77, 3),  # 306 septets, but the first part ends one short
        ("€" * 76 + "a" + "€" * 76, 2),
        ("€" * 153, 3),
    ],
)
def test_parts_are_counted_as_they_are_billed(text: str, count: int) -> None:
    assert parts(text) == count


@given(text=gsm7_texts)
def test_parts_agree_with_cutting_the_text_letter_by_letter(text: str) -> None:
    if septets(text) <= 160:
        assert parts(text) == 1
        return
    cut, rest = 0, text
    while rest:
        kept = rest[:153]
        while septets(kept) > 153:
            kept = kept[:-1]
        rest = rest[len(kept) :]
        cut += 1

    assert parts(text) == cut


@given(text=hostile_texts)
@example(text="\ud800 \udfff")
@example(text="\U000e0001\U0010ffff\x00\x1b")
def test_any_text_becomes_one_of_the_alphabet(text: str) -> None:
    septets(gsm7(text))


@given(text=gsm7_texts)
def test_a_text_that_fits_already_is_left_as_it_is(text: str) -> None:
    assert gsm7(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Çöp ığne", "Çöp igne"),
        ("naïve café", "naive café"),
        ("“quoted” – dash…", '"quoted" - dash...'),
        ("site is down 😡🔥", "site is down "),
        ("a\tb\u00a0c\u2028d", "a b c d"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("𝐛𝐨𝐥𝐝", "bold"),
        ("e\u0301te\u0301", "été"),
        ("z̶a̶l̶g̶o̶", "zalgo"),
        ("pre\u200bview\u202e", "preview"),
    ],
)
def test_letters_are_written_as_a_reader_would(text: str, shown: str) -> None:
    assert gsm7(text) == shown


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("", ""),
        ("12345 !?", ""),
        ("😡😡", ""),
        ("the site is down", ""),
        ("Η ιστοσελίδα δεν λειτουργεί", "Greek"),
        ("Сайт не работает", "Cyrillic"),
        ("الموقع لا يعمل", "Arabic"),
        ("האתר לא עובד", "Hebrew"),
        ("网站打不开了", "Chinese"),
        ("サイトがダウンしています", "Japanese"),
        ("사이트가 다운되었습니다", "Korean"),
        ("वेबसाइट बंद है", "Devanagari"),
        ("เว็บไซต์ล่ม", "Thai"),
        ("Acme сайт", ""),
        ("A сайт не работает", "Cyrillic"),
    ],
)
def test_a_script_that_latin_readers_cannot_read_is_named(text: str, script: str) -> None:
    assert foreign_script(text) == script
    if script:
        assert _quotable(text) == f"text in {script}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("down! see https://evil.example/x?y=1 now", "down! see now"),
        ("WWW.EVIL.EXAMPLE pay here", "pay here"),
        ("pay at evil.example/pay", "pay at evil. example/pay"),
        ("line one\nline two\r\nthree", "line one line two three"),
        ('they said "no"', "they said 'no'"),
        ("reply BCDFG to win", "reply to win"),
        ("reply *bcdfg*, <BCDFG> or =bcdfg=.", "reply or"),
        ("rhythm is fine, ghosts too", "rhythm is fine, ghosts too"),
        ("down! Reply STOP = I have it", "down! .. = I have it"),
        ("Text the word END to 60500 now", ".. to 60500 now"),
        ("please cancel my order, this has to stop", "please cancel my order, this has to stop"),
        ("call +1 900 555 0199 or 0664/1234567", "call .. or .."),
        ("order 4711 for 89 euros", "order 4711 for 89 euros"),
        ("reply BCD-FG", "reply"),
        ("fire ◾◾ in the store", "fire in the store"),
        ("reply bcdß", "reply"),  # an upper-case ß is SS to whoever reads the reply
        ("ｈｔｔｐｓ：／／evil.example hi", "hi"),
        ("http:\u200b//evil.example hi", "hi"),
        ("ht\u00adtps://evil.example hi", "hi"),
        ("www\u200b.evil.example hi", "hi"),
        ("evil\u2024example", "evil. example"),
        ("evil。example", "evil. example"),
        ("1.4 normally, 12.50 now, both of 3.", "1.4 normally, 12.50 now, both of 3."),
        (
            "see 192.168.1.1 or 1.4.de or x1.4 or 1.4x",
            "see 192. 168. 1. 1 or 1. 4. de or x1. 4 or 1. 4x",
        ),
    ],
)
def test_words_are_quoted_without_what_could_mislead(text: str, shown: str) -> None:
    assert _quotable(text) == shown


@given(text=hostile_texts)
def test_words_quoted_hold_no_address_no_line_break_no_quotation_mark_and_no_code(
    text: str,
) -> None:
    quoted = _quotable(text)

    septets(quoted)
    assert not MARKS_OF_AN_ADDRESS.search(quoted), quoted
    assert not set(quoted) & set('\n\r"'), quoted
    assert codes_in(quoted) == []


@given(text=gsm7_texts, most=st.integers(-5, 320))
def test_a_text_is_never_longer_than_was_asked(text: str, most: int) -> None:
    short = shortened(text, most)

    assert septets(short) <= max(0, most)
    if septets(text) <= most:
        assert short == text


def test_a_text_is_cut_at_a_word_and_marked() -> None:
    assert shortened("the whole site is down again", 20) == "the whole site is.."
    assert shortened("Donaudampfschifffahrt", 10) == "Donaudam.."


@given(text=hostile_texts)
def test_without_codes_leaves_no_code_and_every_other_word(text: str) -> None:
    left = without_codes(text, code=LOOKS_LIKE_A_CODE)

    assert codes_in(left) == []
    assert left.split() == [
        word for word in text.split() if not codes_in(word) and not codes_in(_letters_of(word))
    ]


def _letters_of(word: str) -> str:
    """What is left of `B-CD.FG` when it is read with its letters together."""
    return "".join(letter for letter in word.upper() if "A" <= letter <= "Z")


@pytest.mark.parametrize("piece", ["◾", "a", "a.", "://", "www.", "reply ", "1 ", "€", "+-."])
def test_a_text_made_to_be_slow_is_made_fit_in_an_instant(piece: str) -> None:
    text = "fire " + piece * (200_000 // len(piece))

    assert septets(shortened(_quotable(text), 100)) <= 100


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 134, 2),
        ("ж" * 135, 3),
        ("a" * 69 + "😀", 2),
        ("a" * 68 + "😀", 1),
        # An emoji of two units does not straddle: 66 and it would end in the second part.
        ("a" * 66 + "😀" + "a" * 66, 3),
    ],
)
def test_parts_are_counted_by_encoding(text: str, number: int) -> None:
    assert parts(text) == number
