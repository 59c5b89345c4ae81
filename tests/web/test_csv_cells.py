"""What leaves as CSV comes back as it was, and never runs in a spreadsheet."""

import csv
import io
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.web.csv import cell
from tests.builders import NOW

STARTS = ("=", "+", "-", "@", "\t", "\r")


def read_back(*cells: object) -> list[str]:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerow([cell(one) for one in cells])
    (row,) = csv.reader(io.StringIO(written.getvalue(), newline=""))
    return row


@pytest.mark.parametrize("start", STARTS)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    row = read_back(f"{start}cmd|' /C calc'!A0", f"a{start}")
    assert row == [f"'{start}cmd|' /C calc'!A0", f"a{start}"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (" =1+1", "' =1+1"),
        ("\n=1+1", "'\n=1+1"),
        ("＝1+1", "'＝1+1"),
        ("\ufeff=1+1", "'\ufeff=1+1"),
        ("\u200b\x00 @x", "'\u200b\x00 @x"),
        ("＠SUM(1)", "'＠SUM(1)"),
        ("hello;=cmd|' /C calc'!A0", "hello;'=cmd|' /C calc'!A0"),
        ("hello; +1;@x", "hello;' +1;'@x"),
        ("hello; there; a=b -c", "hello; there; a=b -c"),
    ],
)
def test_what_another_country_s_spreadsheet_takes_for_a_formula_gets_one_too(
    text: str, written: str
) -> None:
    assert read_back(text, "x") == [written, "x"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-5, "-5"),
        (-0.25, "-0.25"),
        (True, "yes"),
        (None, ""),
        (NOW, "2026-11-21T19:30:00Z"),
        ("-5", "'-5"),
        ('Ann, "the" boss\nand her', 'Ann, "the" boss\nand her'),
    ],
)
def test_numbers_stay_numbers_and_all_else_can_be_read_again(value: object, written: str) -> None:
    assert read_back(value, "x") == [written, "x"]


said = st.text(max_size=20) | st.builds("{}{}".format, st.sampled_from(STARTS), st.text(max_size=9))


@given(st.lists(said, min_size=2, max_size=5))
def test_any_text_comes_back_and_none_begins_like_a_formula(texts: list[str]) -> None:
    for found, text in zip(read_back(*texts), texts, strict=True):
        assert not found.startswith(STARTS)
        assert found.replace("'", "") == text.replace("'", "")


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_any_number_comes_back_as_the_number_it_was(number: float) -> None:
    found, _ = read_back(number, "x")
    assert type(number)(found) == number


@given(st.timedeltas(timedelta(0), timedelta(days=9_000)))
def test_any_instant_is_one_of_utc(ago: timedelta) -> None:
    found, _ = read_back(NOW - ago, "x")
    assert found.endswith("Z")
