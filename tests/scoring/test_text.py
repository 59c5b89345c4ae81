"""What a post looks like when it is made ready for a model."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.scoring.text import prepared

LONG = 200_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@KestrelAir are you there", "@user are you there"),
        (".@KestrelAir: hello", ".@user: hello"),
        ("thanks @sam_w@mastodon.social!", "thanks @user!"),
        ("(@a)(@b)", "(@user)(@user)"),
        ("write to sam@example.org", "write to sam@example.org"),
        ("five @ six", "five @ six"),
    ],
)
def test_a_handle_becomes_a_user_and_an_address_stays(text: str, expected: str) -> None:
    assert prepared(text) == expected


@given(st.from_regex(r"[A-Za-z0-9_]{1,20}", fullmatch=True))
def test_nothing_depends_on_who_is_named(handle: str) -> None:
    assert prepared(f"@{handle} my card is gone") == "@user my card is gone"


def test_a_list_of_thirty_handles_becomes_three() -> None:
    crowd = " ".join(f"@friend{number}" for number in range(30))
    assert prepared(f"{crowd} look at this") == "@user @user @user look at this"


@pytest.mark.parametrize(
    "link", ["https://t.co/aB3", "http://example.org/a?b=c&d", "www.example.org/x", "HTTPS://X.IO"]
)
def test_a_link_becomes_http(link: str) -> None:
    assert prepared(f"look {link} now") == "look http now"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("𝐒𝐓𝐔𝐂𝐊 in the ｌｉｆｔ", "STUCK in the lift"),
        ("h̸̡̪e̷l͘p͜ m̨e", "help me"),
        ("he\u200blp\u202e m\u00ade\x00\x07", "help me"),
        ("don’t “go”", 'don\'t "go"'),
        ("Verspa\u0308tung", "Verspätung"),
        ("A &amp; B &lt;3", "A & B <3"),
        ("two\n\tlines\x0b\x85 and\u3000more", "two lines and more"),
    ],
)
def test_what_only_decorates_or_hides_is_gone(text: str, expected: str) -> None:
    assert prepared(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sooooooo late!!!!!!", "sooo late!!!"),
        ("good call", "good call"),
        ("so 🔥🔥🔥🔥🔥", "so 🔥🔥🔥"),
        ("1000000 people", "1000000 people"),
    ],
)
def test_a_letter_or_sign_stands_at_most_three_times_in_a_row(text: str, expected: str) -> None:
    assert prepared(text) == expected


@pytest.mark.parametrize(
    "text", ["", " ", "\n\x00", "\u200b", "\ufeff", "\ud800"], ids=lambda text: repr(text)
)
def test_a_text_of_nothing_is_empty(text: str) -> None:
    assert prepared(text) == ""


@pytest.mark.parametrize(
    "text",
    ["HELP Me 😡 #fail", "מישהו תקוע במעלית", "الموقع معطل", "サイトが落ちている", "Я застрял"],
)
def test_what_a_person_reads_stays(text: str) -> None:
    assert prepared(text) == unicodedata.normalize("NFKC", text)


@given(st.text(max_size=300))
def test_any_text_becomes_one_line_and_never_raises(text: str) -> None:
    found = prepared(text)
    assert found == " ".join(found.split())
    assert not any(unicodedata.category(character) == "Cc" for character in found)


@given(st.text(st.sampled_from("ab !@#.:/&;é́\u05b0\u0591htpw\u202e😡"), max_size=200))
def test_signs_that_make_up_handles_and_links_never_raise(text: str) -> None:
    prepared(text)


# A step for each pair of these characters would be 4 x 10^10 steps: no test would come back.
@pytest.mark.parametrize(
    "hostile",
    [
        "́",
        "éְ֑",
        "@",
        "@a ",
        "@a.b@",
        "a",
        "http://",
        "&",
        "&#x41",
        "www.",
        "@user,",
        "\x00",
        "a\u202e",
        "!?",
    ],
)
def test_a_long_hostile_text_takes_a_step_for_each_character(hostile: str) -> None:
    found = prepared(hostile * (LONG // len(hostile)))
    assert len(found) <= LONG * 2
