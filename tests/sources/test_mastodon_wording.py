"""How a text of ours stands on Mastodon."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.sources.mastodon.wording import addressed, length_of, named


@pytest.mark.parametrize(
    ("text", "acct", "says"),
    [
        ("On it", "carla", "@carla On it"),
        ("On it", "carla@social.example", "@carla@social.example On it"),
        ("On it, @Carla!", "carla", "On it, @Carla!"),
        ("On it, @carla.", "carla", "On it, @carla."),
        ("On it, @carlas", "carla", "@carla On it, @carlas"),
        ("On it, @carla@other.example", "carla", "@carla On it, @carla@other.example"),
        ("See https://x.example/@carla", "carla", "@carla See https://x.example/@carla"),
        ("On it", "", "On it"),
    ],
)
def test_a_reply_names_its_author_once(text: str, acct: str, says: str) -> None:
    assert addressed(text, acct) == says
    assert addressed(says, acct) == says


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("hi @carla and @bob@social.example.", ("carla", "bob@social.example")),
        ("write to help@acme.example", ()),
        ("https://social.example/@carla", ()),
        ("(@carla) /@bob", ("carla",)),
        ("@ nobody", ()),
    ],
)
def test_whom_a_text_names(text: str, names: tuple[str, ...]) -> None:
    assert named(text) == names


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("hello", 5),
        ("http://a.b", 23),
        ("see https://x.example/" + "y" * 300 + ".", 4 + 23 + 1),
        ("@carla@social.example hi", len("@carla hi")),
        ("@carla hi", len("@carla hi")),
        ("e\u0301te\u0301", 3),
        ("\U0001f44d\U0001f3fd", 1),
        ("\U0001f469\u200d\U0001f469\u200d\U0001f467", 1),
        ("\U0001f1e6\U0001f1f9\U0001f1e9\U0001f1ea", 2),
        ("❤️", 1),
        ("你好", 2),
    ],
)
def test_a_text_counts_as_the_server_counts_it(text: str, length: int) -> None:
    assert length_of(text) == length


@given(st.text(alphabet=st.characters(exclude_characters="@"), max_size=80))
def test_nothing_counts_for_more_than_its_letters_but_an_address(text: str) -> None:
    assert length_of(text) <= len(text) + 23 * text.casefold().count("http")
