"""Markup becomes words, whatever it holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.sources.text import plain_text, same_words, says_any, seen_characters


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one<br>two</p><p>three</p>", "one\ntwo\n\nthree"),
        ("<p>fish &amp; chips &#128031;</p>", "fish & chips 🐟"),
        ("a<script>alert(1)</script>b<style>p{}</style>c", "abc"),
        (
            '<a href="https://x.example/a"><span>https://</span><span>x.example/a</span></a>',
            "https://x.example/a",
        ),
        ('<span class="h-card">@<span>carla</span></span> help', "@carla help"),
        ("1 < 2 and <3", "1 < 2 and <3"),
        ("a\u00a0b   c\n\n\n\nd", "a b c\n\nd"),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
        ("", ""),
    ],
)
def test_markup_becomes_what_a_person_reads(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@given(st.text(alphabet="<>!/[]-?&#;='\" ascriptdivx\n", max_size=80))
def test_no_markup_breaks_it(markup: str) -> None:
    plain_text(markup)


@pytest.mark.parametrize(
    "piece", ["<", "<!--", "<a ", "&", "<![", "<p", "</", "<a b=", "<?", "&#9"]
)
def test_markup_made_to_be_slow_is_bounded(piece: str) -> None:
    plain_text(piece * 100_000)


@pytest.mark.parametrize(
    "head", ["<a", "</a", "<a b", "<a1 ", "<!", "<?", "<!-", "&#", "&a", "<a" + ">" + "<a"]
)
def test_a_tag_that_never_ends_is_read_once(head: str) -> None:
    # Read again from each letter, this would take minutes.
    plain_text(head + "a" * 400_000)
    plain_text((head + "a" * 1_000) * 400)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ACME is down", True),
        ("acme's site", True),
        ("#acme!", True),
        ("acmeism", False),
        ("pharmacme", False),
        ("call Acme Mobile", True),
        ("nothing", False),
    ],
)
def test_a_term_is_found_as_whole_words(text: str, says: bool) -> None:
    assert says_any(text, ["acme"]) is says


def test_the_same_words_are_the_same_whatever_stands_between() -> None:
    assert same_words("Hi, it's   fixed!\n", "hi it s fixed")
    assert not same_words("it is fixed", "it is not fixed")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("two words", 9),
        ("e\u0301a", 2),
        ("\U0001f44d\U0001f3fd", 1),
        ("\U0001f468\u200d\u2764\ufe0f\u200d\U0001f468", 1),
        ("\U0001f1e6\U0001f1f9\U0001f1e9\U0001f1ea", 2),
        ("1\ufe0f\u20e3", 1),
        ("\U0001f642\u200d\u2194\ufe0f", 1),
        ("a\u200db", 2),
    ],
)
def test_characters_are_counted_as_a_reader_sees_them(text: str, count: int) -> None:
    assert seen_characters(text) == count
