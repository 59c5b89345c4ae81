"""The words that reach a phone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.inbound import CodeReply, read_reply
from chalicelib.domain.incident import Incident
from chalicelib.domain.page import CODE_ALPHABET, CODE_LENGTH
from chalicelib.domain.signal import Topic
from chalicelib.domain.sms import parts, septets
from chalicelib.domain.wording import acknowledged_text, page_text, useless_reply_text
from tests.builders import ANA, NOW, a_policy, an_incident
from tests.domain.hostile import MARKS_OF_AN_ADDRESS, codes_in, hostile_texts

ZONE = "Europe/Vienna"
LINK = "https://abcdef1234.execute-api.eu-west-1.amazonaws.com/api/a/AbCdEfGhIjKlMnOpQrStUv"
CODE = "BCDFG"

codes = st.text(CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)
keys = st.text(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", min_size=22, max_size=22
)


def _page(incident: Incident, *, loudness: int = 1, code: str = CODE, brand: str = "Acme") -> str:
    return page_text(incident, brand_name=brand, loudness=loudness, code=code, link=LINK, zone=ZONE)


def test_a_page_says_what_where_why_and_how_to_answer() -> None:
    incident = an_incident(
        reasons=("says the whole site is down", "says money is lost", "third reason")
    )

    assert _page(incident) == (
        "Acme outage. Reply BCDFG = I have it. "
        '"@acme the whole site is down, I am losing money here" '
        "@carla@social. example on mastodon. "
        f"Why: says the whole site is down; says money is lost. Or {LINK}"
    )


def test_a_loud_incident_says_how_loud_since_when_on_the_responders_wall() -> None:
    assert _page(an_incident(), loudness=340).startswith("Acme outage, 340 posts since 20:30. ")


def test_where_replies_do_not_reach_us_no_code_is_asked_for() -> None:
    text = _page(an_incident(), code="")

    assert text.endswith(f"I have it: {LINK}")
    assert "Reply" not in text


def test_unreadable_script_is_named_and_not_shown() -> None:
    text = _page(an_incident(quote="Η ιστοσελίδα δεν λειτουργεί καθόλου", author="Νίκος"))

    assert '"text in Greek" @text in Greek on mastodon' in text


def test_a_post_without_words_and_author_still_says_where() -> None:
    text = _page(an_incident(quote="😡😡😡", author="", reasons=()))

    assert text == f"Acme outage. Reply BCDFG = I have it. on mastodon. Or {LINK}"


@given(
    quote=hostile_texts,
    author=hostile_texts,
    reasons=st.lists(hostile_texts, max_size=4).map(tuple),
    topic=st.sampled_from(Topic),
    loudness=st.integers(1, 10**7),
    code=codes | st.just(""),
    key=keys,
)
@example(
    quote="€" * 500,
    author="x" * 22 + "-bcdfghjkmn",
    reasons=("bcdfg",),
    topic=Topic.OUTAGE,
    loudness=2,
    code=CODE,
    key="A" * 22,
)
def test_whatever_customers_write_a_page_is_short_plain_and_asks_for_nothing_but_ours(
    quote: str,
    author: str,
    reasons: tuple[str, ...],
    topic: Topic,
    loudness: int,
    code: str,
    key: str,
) -> None:
    link = f"https://nightdesk.example/api/a/{key}"
    incident = an_incident(quote=quote[:500], author=author, reasons=reasons, topic=topic)
    text = page_text(
        incident, brand_name="Acme", loudness=loudness, code=code, link=link, zone=ZONE
    )
    asked = f"Reply {code} = I have it." if code else ""
    answer = f"Or {link}" if code else f"I have it: {link}"

    assert parts(text) <= 2
    assert text.endswith(answer)
    assert asked in text.partition('"')[0], "what to reply stands before a stranger's words"
    words = text.removesuffix(answer).replace(asked, "", 1)
    assert not MARKS_OF_AN_ADDRESS.search(words), words
    assert not set(words) & set("\n\r")
    assert words.count('"') in (0, 2)
    assert codes_in(words) == []
    if code:
        reply = read_reply(text)
        assert isinstance(reply, CodeReply)
        assert reply.codes[0] == code


@pytest.mark.parametrize("author", ["c", "ca", "car"])
@pytest.mark.parametrize("length", range(1, 20))
def test_a_letter_of_two_septets_between_the_parts_never_makes_a_third(
    length: int, author: str
) -> None:
    text = _page(an_incident(quote="€" * 500, reasons=("x",), author=author), brand="B" * length)

    assert parts(text) == 2


@given(brand=st.text(max_size=400), platform=st.text("abcdefghij", min_size=1, max_size=400))
def test_even_a_name_that_fills_the_sms_leaves_code_and_link_whole(
    brand: str, platform: str
) -> None:
    text = page_text(
        an_incident(platform=platform),
        brand_name=brand,
        loudness=5,
        code=CODE,
        link=LINK,
        zone=ZONE,
    )

    assert parts(text) <= 2
    assert f"Reply {CODE} = I have it." in text
    assert text.endswith(f"Or {LINK}")


POLICY = a_policy()
ACKNOWLEDGED = an_incident().acknowledged(ANA, now=NOW, policy=POLICY)


def test_who_has_acknowledged_is_told_until_when() -> None:
    assert acknowledged_text(ACKNOWLEDGED, brand_name="Acme", name="", zone=ZONE) == (
        "You have it: Acme outage. It rings again at 00:30 unless you resolve it by then."
    )


def test_who_comes_second_is_told_who_has_it() -> None:
    assert acknowledged_text(ACKNOWLEDGED, brand_name="Acme", name="Ben", zone="UTC") == (
        "Acme outage: Ben has it since 19:30. Nothing to do."
    )


def test_who_comes_after_the_end_is_told_so() -> None:
    resolved = ACKNOWLEDGED.resolved("gus", now=NOW + timedelta(hours=1))

    for name in ("", "Ana"):
        assert acknowledged_text(resolved, brand_name="Acme", name=name, zone=ZONE) == (
            "Acme outage: already resolved by gus at 21:30. Nothing to do."
        )


@given(brand=st.text(max_size=400), name=st.text(max_size=400), by=st.text(max_size=400))
def test_whatever_people_are_called_an_answer_is_short_and_plain(
    brand: str, name: str, by: str
) -> None:
    resolved = ACKNOWLEDGED.resolved(by, now=NOW)
    for incident in (ACKNOWLEDGED, resolved, replace(resolved, resolved_by=None)):
        text = acknowledged_text(incident, brand_name=brand, name=name, zone=ZONE)
        assert septets(text) > 0
        assert parts(text) <= 2


@pytest.mark.parametrize("is_last", [True, False])
def test_the_answer_to_a_useless_reply_says_what_to_do_and_holds_no_code(is_last: bool) -> None:
    text = useless_reply_text(is_last=is_last)

    assert parts(text) <= 2
    assert codes_in(text) == []
    assert "newest SMS" in text
    assert ("not answer further" in text) is is_last


def test_a_page_without_a_known_address_still_wakes_and_is_answered_by_its_code() -> None:
    text = page_text(
        an_incident(), brand_name="Acme", loudness=1, code="BCDFG", link="", zone="UTC"
    )

    assert "Reply BCDFG = I have it." in text
    assert "Or " not in text
