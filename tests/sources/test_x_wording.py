"""How a text counts on X, and what a search asks for.

The lengths are those that `twitter-text` 3 gives (github.com/twitter/twitter-text), checked once
against its Python port; the first ones stand in docs.x.com/fundamentals/counting-characters.
"""

import pytest

from chalicelib.sources.x.wording import is_same, length_of, query_of

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("café", 4),
        ("cafe\u0301", 4),
        ("漢字", 4),
        ("Καλημέρα", 8),
        ("\U0001f47e", 2),
        ("\U0001f64b\U0001f3fd", 2),
        (FAMILY, 2),
        ("\U0001f1e9\U0001f1ea\U0001f1e6\U0001f1f9", 4),
        ("1\ufe0f\u20e3", 2),
        ("\u2764\ufe0f", 2),
        ("“quoted” – and … so", 20),
        ("https://example.com", 23),
        ("https://example.com/very/long/path?with=everything&more=1", 23),
        ("See https://example.com.", 28),
        ("(https://example.com)", 25),
        ("acme.com and www.acme.com/x", 51),
        ("end.Next sentence", 32),
        ("help@acme.com", 13),
        ("@carla.com", 10),
        ("a\r\nb", 3),
        ("\u00a9 2026", 7),
        ("日本語https://example.com日本", 33),
        ("see acme.co.uk/x, and t.co", 56),
        ("version 1.2.3 is ok...fine", 26),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 2),
    ],
)
def test_a_text_counts_as_x_counts_it(text: str, length: int) -> None:
    assert length_of(text) == length


@pytest.mark.parametrize(
    ("post", "reply", "is_it"),
    [
        ("@carla We are on it", "We are on it", True),
        ("@carla @bob We are on it", "@bob We are on it", True),
        ("@carla See https://t.co/1.", "See https://status.example/a?b=1.", True),
        ("@carla See https://t.co/1", "See acme.com", True),
        ("@carla We are on it", "We are on it too", False),
        ("@carla like @bob said", "like said", False),
    ],
)
def test_a_post_is_known_by_its_words(post: str, reply: str, is_it: bool) -> None:
    assert is_same(post, reply) is is_it


def test_no_term_ends_its_phrase() -> None:
    assert (
        query_of(['acme" OR "x', "@acme OR x"], "") == '("acme OR x" OR "@acme OR x") -is:retweet'
    )
    assert query_of(["acme"], "7") == '"acme" -is:retweet -from:7'
    assert query_of([], "7") == ""
