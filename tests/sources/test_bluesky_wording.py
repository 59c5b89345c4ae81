"""How a text of ours stands on Bluesky, against the documentation's own example."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.sources.bluesky.wording import facets, key
from tests.builders import NOW, a_mention, a_reply

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"


def found(text: str) -> list[tuple[str, str]]:
    """What is marked in a text, cut out by its bytes, and as what."""
    marked: list[Any] = facets(text, lambda handle: "" if "nobody" in handle else DID)
    cut = []
    for facet in marked:
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        kind = facet["features"][0]["$type"].rpartition("#")[2]
        cut.append((text.encode()[start:end].decode(), kind))
    return cut


def test_the_example_of_the_documentation_is_marked_as_it_says() -> None:
    """docs.bsky.app/docs/advanced-guides/posts, "Mentions and links"."""
    text = (
        "\u2728 example mentioning @atproto.com to share the URL "
        "\U0001f468\u200d\u2764\ufe0f\u200d\U0001f468 https://en.wikipedia.org/wiki/CBOR."
    )
    assert facets(text, lambda handle: DID) == [
        {
            "index": {"byteStart": 23, "byteEnd": 35},
            "features": [{"$type": "app.bsky.richtext.facet#mention", "did": DID}],
        },
        {
            "index": {"byteStart": 74, "byteEnd": 108},
            "features": [
                {
                    "$type": "app.bsky.richtext.facet#link",
                    "uri": "https://en.wikipedia.org/wiki/CBOR",
                }
            ],
        },
    ]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("nothing at all", []),
        ("write to a@b.example", []),
        ("@nobody.test is not there", []),
        ("@alice alone is no handle", []),
        ("(@dan.test)", [("@dan.test", "mention")]),
        ("ask @dan.test.", [("@dan.test", "mention")]),
        ("see (https://x.example/a).", [("https://x.example/a", "link")]),
        ("see https://x.example/a_(b)", [("https://x.example/a_(b)", "link")]),
        ("see https://x.example/?a=1&b=2!", [("https://x.example/?a=1&b=2", "link")]),
        ("nothttps://x.example", []),
        ("#acme #2026 #1st, #\ufe0f", [("#acme", "tag"), ("#1st", "tag")]),
        ("#" + "x" * 65, []),
        ("half \ud83d #acme", [("#acme", "tag")]),
    ],
)
def test_handles_addresses_and_hashtags_are_marked(
    text: str, marked: list[tuple[str, str]]
) -> None:
    if "\ud83d" in text:
        assert len(facets(text, lambda handle: "")) == len(marked)
    else:
        assert found(text) == marked


def test_a_key_is_a_tid_that_is_the_same_for_every_try() -> None:
    mention, reply = a_mention(), a_reply()
    again = a_reply(tried_at=NOW + timedelta(hours=3), text="the same, in other words")
    assert key(mention, reply) == key(mention, again)
    assert len(key(mention, reply)) == 13
    assert set(key(mention, reply)) <= set("234567abcdefghijklmnopqrstuvwxyz")


def test_keys_sort_by_when_they_were_approved() -> None:
    keys = [
        key(a_mention(), a_reply(approved_at=NOW + timedelta(seconds=seconds)))
        for seconds in range(5)
    ]
    assert keys == sorted(keys)


def test_a_key_tells_the_second_of_its_approval() -> None:
    """Decoded as atproto.com/specs/tid has it: 53 bits of microseconds, 10 of the clock."""
    place = 0
    for letter in key(a_mention(), a_reply(approved_at=NOW)):
        place = place * 32 + "234567abcdefghijklmnopqrstuvwxyz".index(letter)
    assert (place >> 10) // 1_000_000 == int(NOW.timestamp())
    assert place < 1 << 63


def test_no_two_replies_share_a_key() -> None:
    keys = {
        key(a_mention(platform_id=str(one)), a_reply(id=f"reply-{other:04d}"))
        for one in range(40)
        for other in range(40)
    }
    assert len(keys) == 1_600
