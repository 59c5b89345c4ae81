"""Personal data in a text: what is hidden, what is left, and what never survives."""

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from chalicelib.domain.answering.iban import LENGTHS
from chalicelib.domain.answering.masking import Kind, is_luhn, masked, personal_data
from tests.domain.hostile import hostile_texts


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("write to carla.reyes@mail.example now", "write to c•••@•••.example now"),
        ("carla+norvia@sub.mail.example", "c•••@•••.example"),
        ("call +43 664 1000001 please", "call +43•••01 please"),
        ("call 0664/1000001 or (202) 555-0111", "call 06•••01 or 20•••11"),
        ("06 12 34 56 78", "06•••78"),
        ("612 345 678", "61•••78"),
        ("0043 664 100 00 01", "00•••01"),
        ("+1.202.555.0111", "+12•••11"),
        ("555-0111", "55•••11"),
        ("AT61 1904 3002 3457 3201 thanks", "AT•••01 thanks"),
        ("de89370400440532013000", "de•••00"),
        ("GB29 NWBK 6016 1331 9268 19.", "GB•••19."),
        ("4111 1111 1111 1111", "41•••11"),
        ("4111-1111-1111-1111", "41•••11"),
        ("Visa4111111111111111!", "Visa41•••11!"),
        ("3782 822463 10005", "37•••05"),
        ("order 12345678, ref #99887766", "order 12•••78, ref #99•••66"),
        ("passport AB1234567", "passport AB12•••67"),
        ("４１１１１１１１１１１１１１１１", "４１•••１１"),
        ("41\u200b11 1111\u00a01111 1111", "41•••11"),
        ("€4111111111111111", "€41•••11"),
        ("4111, 1111, 1111, 1111", "41•••11"),
        ("4111*1111*1111*1111", "41•••11"),
        ("carla\uff20mail.example", "c•••@•••.example"),
        ("carla.reyes (at) mail.example", "c•••@•••.example"),
        ("carla[AT]mail.example", "c•••@•••.example"),
        ("two: a@b.example,c@d.example", "two: a•••@•••.example,c•••@•••.example"),
        ("+43 664 1000001\n+43 664 1000002", "+43•••01\n+43•••02"),
        ("paid 1.200,00 0664 1000001", "paid 1.200,00 06•••01"),
    ],
)
def test_personal_data_is_hidden_but_for_its_ends(text: str, hidden: str) -> None:
    assert masked(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "the 18:05 of 22.11.2026, or 18.05",
        "2026-11-22 18:05:33",
        "2026-11-22T18:05:33Z",
        "since 2019, in 2019-2020 and 2019–2021",
        "01.02.2026 03.04.2026",
        "open 09.00-12.00 13.00-17.00 and 10-12 14-16",
        "€1,234,567.89 or 1.200.000,00 € or 1 200 000 €",
        "CHF 1200.50, EUR 1200000, 1234567 Kč, 100-2000 EUR, $4999.99, 20000,-",
        "@user12345678 and @carla@social.example said so",
        "https://social.example/@carla/115600000000000002",
        "https://www.acme.example/news/20261121-18",
        "platforms 3 4 5 6 7 8, train 118, car 7, 340 people",
        "1.234.567 people",
        "call 112 or 911",
        "a@b is no address; nor is @b",
        "AT99 is a train and DE12 3456 another",
        "",
    ],
)
def test_times_dates_prices_years_handles_and_links_are_left(text: str) -> None:
    assert masked(text) == text


def test_what_is_found_is_told_by_kind_in_order() -> None:
    text = "carla@mail.example +43 664 1000001 AT611904300234573201; 4111111111111111; 12345678"
    assert [one.kind for one in personal_data(text)] == [
        Kind.EMAIL,
        Kind.PHONE,
        Kind.IBAN,
        Kind.CARD,
        Kind.NUMBER,
    ]


def test_an_account_number_with_a_wrong_checksum_is_a_long_number_all_the_same() -> None:
    assert masked("AT61 1904 3002 3457 3202") == "AT61•••02"


@pytest.mark.parametrize(
    ("number", "is_right"), [("4111111111111111", True), ("4111111111111112", False), ("0", True)]
)
def test_the_checksum_of_cards(number: str, is_right: bool) -> None:
    assert is_luhn(number) is is_right


DIGITS = st.text("0123456789", min_size=1, max_size=20)
PIECES = (
    st.text(max_size=12)
    | DIGITS
    | st.sampled_from((*" -./+():,@€\u200b\u00a0", "  ", "EUR ", "•••", "a@b.co", "@x", "AT61 "))
    | hostile_texts
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@given(TEXTS)
@example("x@y.zz@foo.de")
@example("1234567@example.com 4111")
@example("+4 +43 664 1234567@x.com")
@example("4,41 11 1111 1111 1111 11")
def test_masking_twice_is_masking_once(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


def cards_in(text: str) -> list[str]:
    """Numbers of cards as people write them, found without the code under test."""
    found = []
    for start in range(len(text)):
        if start and (text[start - 1].isdigit() or not text[start].isdigit()):
            continue
        digits = re.match(r"\d(?:[ -]?\d)*", text[start:])
        if digits is None:
            continue
        groups = re.split(r"[ -]", digits.group())
        for number in range(1, len(groups) + 1):
            whole = "".join(groups[:number])
            if 13 <= len(whole) <= 19 and luhn(whole):
                found.append(whole)
    return found


def luhn(digits: str) -> bool:
    doubled = [int(one) * (2 if place % 2 else 1) for place, one in enumerate(reversed(digits))]
    return sum(sum(map(int, str(one))) for one in doubled) % 10 == 0


@st.composite
def cards(draw: st.DrawFn) -> str:
    body = draw(st.text("0123456789", min_size=12, max_size=18))
    number = next(f"{body}{last}" for last in range(10) if luhn(f"{body}{last}"))
    cuts = sorted(draw(st.sets(st.integers(1, len(number) - 1), max_size=4)))
    parts = [number[a:b] for a, b in zip([0, *cuts], [*cuts, len(number)], strict=True)]
    return draw(st.sampled_from((" ", "-"))).join(parts)


@given(TEXTS, cards(), TEXTS)
def test_no_number_of_a_card_is_left_standing(before: str, card: str, after: str) -> None:
    text = before + card + after
    assert cards_in(masked(text)) == []


def test_the_finder_of_cards_finds_some() -> None:
    assert cards_in("pay 4111 1111 1111 1111 now") == ["4111111111111111"]


@st.composite
def ibans(draw: st.DrawFn) -> str:
    country = draw(st.sampled_from(sorted(LENGTHS)))
    rest = draw(st.text("0123456789", min_size=LENGTHS[country] - 4, max_size=LENGTHS[country] - 4))
    number = int("".join(str(int(one, 36)) for one in f"{rest}{country}00"))
    whole = f"{country}{98 - number % 97:02d}{rest}"
    if draw(st.booleans()):
        return whole
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


@given(ibans())
def test_an_account_number_of_any_country_keeps_its_ends_alone(iban: str) -> None:
    assert masked(f"to {iban}, thanks") == f"to {iban[:2]}•••{iban.replace(' ', '')[-2:]}, thanks"


CLOCKS = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
YEARS = st.integers(1900, 2099).map(str)
HANDLES = st.from_regex(r"@[a-z][a-z0-9_]{0,14}(@[a-z]{2,9}\.[a-z]{2,4})?", fullmatch=True)
PRICES = st.builds(
    lambda amount, mark: mark.format(amount),
    st.integers(1, 9_999_999),
    st.sampled_from(("€{}", "{} €", "${:,}", "{:,}.50 USD", "EUR {}", "{} kr", "£{}.99")),
)


@given(st.lists(CLOCKS | YEARS | HANDLES | PRICES, min_size=1, max_size=5))
def test_times_years_handles_and_prices_are_never_hidden(words: list[str]) -> None:
    text = ", at ".join(words)
    assume(not cards_in(text))
    assert masked(text) == text


def test_a_long_text_is_read_in_time_that_grows_with_its_length() -> None:
    for piece in ("1 ", "a.", "@a ", "AT61", "http://a ", "+(", "1234567@"):
        assert len(masked(piece * 4_000)) > 0
