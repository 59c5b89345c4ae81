"""A mention: when two copies are one, and what is kept of what platforms give."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.mention import (
    MAX_ADDRESS,
    MAX_ALT,
    MAX_COUNT,
    MAX_NAME,
    MAX_TEXT,
    MOST_MEDIA,
    Author,
    Media,
    Mention,
    admitted,
    fingerprint,
    mention_id,
)
from tests.builders import NOW, a_mention
from tests.strategies import mentions

ids = st.text(min_size=1, max_size=80) | st.from_regex(r"[A-Za-z0-9_~-]{1,70}", fullmatch=True)
halves = st.text(st.characters() | st.sampled_from("\ud800\udfff\x00\x1b\u2028\n\t"), max_size=80)


@given(one=ids, other=ids)
@example(one="~aaaa", other="aaaa")
@example(one="https://blog.example/1", other="https://blog.example/2")
@example(one="a" * 64, other="a" * 65)
def test_two_mentions_share_an_id_only_when_the_platform_gave_them_one(
    one: str, other: str
) -> None:
    assert (mention_id("feed", one) == mention_id("feed", other)) is (one == other)


@given(platform_id=ids)
@example(platform_id="\ud800")
@example(platform_id="../../etc/passwd?x=1#y")
@example(platform_id="1\n")
def test_an_id_is_safe_in_an_address_whatever_the_platform_calls_its_posts(
    platform_id: str,
) -> None:
    id = mention_id("mastodon", platform_id)

    assert re.fullmatch(r"mastodon\.(?:[A-Za-z0-9_-]{1,64}|~[a-z2-7]{26})", id)


def test_the_same_id_on_two_platforms_is_two_mentions() -> None:
    assert mention_id("mastodon", "1") != mention_id("hackernews", "1")


def test_who_pulled_it_and_what_it_says_now_does_not_change_its_identity() -> None:
    assert a_mention(source="other", text="edited", brand="b").id == a_mention().id


def test_a_post_from_tomorrow_counts_as_of_now() -> None:
    kept = admitted(a_mention(posted_at=NOW + timedelta(days=1)), now=NOW)

    assert kept.posted_at == NOW
    assert kept.pulled_at == NOW


def test_a_date_in_another_zone_is_kept_in_utc() -> None:
    there = timezone(timedelta(hours=5, minutes=45))
    kept = admitted(a_mention(posted_at=datetime(2026, 11, 21, 12, 0, tzinfo=there)), now=NOW)

    assert kept.posted_at == datetime(2026, 11, 21, 6, 15, tzinfo=UTC)
    assert kept.posted_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("told", "kept"), [(None, None), (0, 0), (12, 12), (-3, 0), (10**30, MAX_COUNT)]
)
def test_how_often_a_post_was_shared_is_kept_within_reason(
    told: int | None, kept: int | None
) -> None:
    assert admitted(a_mention(shares=told), now=NOW).shares == kept


def test_the_id_of_a_quoted_post_is_kept_bounded_like_any_other() -> None:
    assert admitted(a_mention(), now=NOW).quotes_id is None
    assert admitted(a_mention(quotes_id="7"), now=NOW).quotes_id == "7"
    bounded = admitted(a_mention(quotes_id="7" * 5_000), now=NOW).quotes_id
    assert bounded is not None
    assert bounded.startswith("sha256:")


def test_a_text_of_two_megabytes_is_cut_and_marked() -> None:
    kept = admitted(a_mention(text="down! " * 350_000), now=NOW)

    assert len(kept.text) == MAX_TEXT
    assert kept.text.endswith("…")


def test_a_text_that_just_fits_is_kept_whole() -> None:
    text = "x" * MAX_TEXT

    assert admitted(a_mention(text=text), now=NOW).text == text


def test_lines_and_emoji_are_kept_control_characters_and_halves_of_characters_are_not() -> None:
    kept = admitted(a_mention(text="a\x00b\x1b[31m\r\nc\td\ud83de👩‍👧\u202e"), now=NOW)

    assert kept.text == "ab[31m\nc\tde👩‍👧\u202e"


def test_a_deleted_author_is_no_author() -> None:
    assert admitted(a_mention(author=None), now=NOW).author is None


def test_what_an_author_is_called_is_one_bounded_line() -> None:
    author = Author(handle="h" * 3_000_000, name="Mallory\n\x00\ud800 \t of  night", followers=3)

    kept = admitted(a_mention(author=author), now=NOW).author

    assert kept is not None
    assert kept.handle == "h" * MAX_NAME
    assert kept.name == "Mallory of night"
    assert kept.followers == 3


@pytest.mark.parametrize(
    "url", ["https://x.example/" + "a" * MAX_ADDRESS, "https://x.example/\ud800", "http://x\n/"]
)
def test_an_address_that_cannot_be_kept_whole_is_left_out(url: str) -> None:
    mention = a_mention(url=url, author=Author(handle="m", url=url))

    kept = admitted(mention, now=NOW)

    assert kept.url == ""
    assert kept.author is not None
    assert kept.author.url == ""


@given(mention=mentions(), text=halves, handle=halves, name=halves, url=halves)
def test_whatever_a_platform_gives_what_is_kept_can_be_stored_and_is_kept_once(
    mention: Mention, text: str, handle: str, name: str, url: str
) -> None:
    author = Author(handle=handle, name=name, url=url)
    kept = admitted(replace(mention, text=text, author=author, url=url), now=NOW)

    assert kept.author is not None
    for field in (kept.text, kept.author.handle, kept.author.name, kept.author.url, kept.url):
        field.encode()
        assert len(field) <= MAX_TEXT
    assert kept.posted_at <= NOW
    assert kept.id == mention.id
    assert admitted(kept, now=NOW) == kept


@pytest.mark.parametrize(
    "copy",
    [
        "The WHOLE site is down again",
        "the whole  site\nis down again!!!",
        "@acme the whole site is down again https://acme.example/status",
        "the whole site is down again www.acme.example #@x",
        "the whole site is down again 😡😡",
        "ｔｈｅ ｗｈｏｌｅ site is down again",
        "@acme@social.example: the whole site is down again.",
    ],
)
def test_copies_of_one_text_have_one_fingerprint(copy: str) -> None:
    assert fingerprint(copy) == fingerprint("the whole site is down again") != ""


def test_another_text_has_another_fingerprint() -> None:
    assert fingerprint("the whole site is down again") != fingerprint("the whole app is down again")


@pytest.mark.parametrize(
    "text", ["", "down", "it is down", "@a @b @c @d @e", "https://a.example/b/c/d/e", "😡 😡 😡 😡"]
)
def test_a_text_of_less_than_four_words_is_nobodys_copy(text: str) -> None:
    assert fingerprint(text) == ""


@given(text=halves)
@example(text="a b c \ud800 d")
@example(text="\ufdfa" * 100)
def test_any_text_at_all_has_a_fingerprint_or_none(text: str) -> None:
    assert re.fullmatch("(?:[0-9a-f]{32})?", fingerprint(text))


@pytest.mark.parametrize("id", ["g" * 600_000, "half \ud800 a letter"])
def test_an_id_that_cannot_be_stored_is_kept_by_its_digest_and_is_one_mention(id: str) -> None:
    kept = admitted(a_mention(platform_id=id, in_reply_to=id, language="x" * 99), now=NOW)

    assert len(kept.platform_id) < 100
    assert kept.platform_id.encode()
    assert kept.in_reply_to == kept.platform_id
    assert len(kept.language or "") == 35
    assert admitted(kept, now=NOW) == kept
    assert kept.id != admitted(a_mention(platform_id=id + "!"), now=NOW).id


def test_pictures_are_bounded_and_lead_to_web_addresses_only() -> None:
    pictures = (
        Media(url="https://x.example/1.jpg", alt="a\x00 queue\n at " + "x" * 5_000),
        Media(url="javascript:alert(1)", alt="hello"),
        Media(url="data:image/png;base64,AAAA"),
        Media(url="https://x.example/" + "y" * 5_000, alt="long"),
        *[Media(url=f"https://x.example/{number}.jpg") for number in range(9)],
    )
    kept = admitted(a_mention(media=pictures), now=NOW).media
    assert len(kept) <= MOST_MEDIA
    assert kept[0].url == "https://x.example/1.jpg"
    assert kept[0].alt.startswith("a queue at x")
    assert len(kept[0].alt) == MAX_ALT
    assert kept[1] == Media(alt="hello")
    assert kept[2] == Media(alt="long"), "what leads nowhere and says nothing is left out"
