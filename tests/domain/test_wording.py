"""The SMS of a page: one incident, or several at once."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.inbound import CodeReply, read_reply
from chalicelib.domain.incident import Incident
from chalicelib.domain.page import CODE_ALPHABET, CODE_LENGTH
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.sms import parts
from chalicelib.domain.wording import page_text
from chalicelib.ports import Sounding
from tests.builders import an_incident
from tests.domain.hostile import MARKS_OF_AN_ADDRESS, codes_in, hostile_texts

ZONE = "Europe/Vienna"
LINK = "https://abcdef1234.execute-api.eu-west-1.amazonaws.com/api/a/AbCdEfGhIjKlMnOpQrStUv"
CODE = "BCDFG"

codes = st.text(CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)
keys = st.text(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", min_size=22, max_size=22
)


def _page(incident: Incident, *, loudness: int = 1, code: str = CODE, brand: str = "Acme") -> str:
    return _several(a_sounding(incident, brand, loudness), code=code)


def _several(*soundings: Sounding, code: str = CODE, link: str = LINK) -> str:
    return page_text(soundings, code=code, link=link, zone=ZONE)


def a_sounding(
    incident: Incident | None = None, brand: str = "Acme", loudness: int = 1, **over: Any
) -> Sounding:
    return Sounding(incident=incident or an_incident(**over), loudness=loudness, brand_name=brand)


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


SURGE = "42 angry posts in 10 min, normally 1.4"


def test_the_page_of_a_crowd_says_how_many_and_what_is_normal_and_quotes_the_loudest() -> None:
    incident = an_incident(
        topic=Topic.BILLING,
        quote="so it is 4.50 more for the same seat",
        author="carla",
        reasons=(SURGE, "loudest: carla, followed by 2,900,000"),
        surge=SURGE,
    )
    text = _page(incident, loudness=3)
    assert text == (
        "Acme billing: 42 angry posts in 10 min, normally 1.4. Reply BCDFG = I have it. "
        'Loudest: "so it is 4.50 more for the same seat" @carla on mastodon. '
        f"Or {LINK}"
    )
    assert parts(text) == 2


def test_among_several_a_crowd_says_how_many() -> None:
    crowd = a_sounding(topic=Topic.BILLING, surge=SURGE)
    assert "Acme billing (42 angry posts in 10 min)" in _several(crowd, OUTAGE)


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
    text = _several(a_sounding(incident, loudness=loudness), code=code, link=link)
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
    text = _page(an_incident(platform=platform), loudness=5, brand=brand)

    assert parts(text) <= 2
    assert f"Reply {CODE} = I have it." in text
    assert text.endswith(f"Or {LINK}")


def test_a_page_without_a_known_address_still_wakes_and_is_answered_by_its_code() -> None:
    text = _several(a_sounding(), link="")

    assert "Reply BCDFG = I have it." in text
    assert "Or " not in text


def test_without_code_and_address_the_page_says_where_to_go() -> None:
    assert _several(a_sounding(), code="", link="").endswith(" Say that you have it on the page.")
    assert _several(a_sounding(), a_sounding(), code="", link="").endswith(
        " Say that you have all 2 on the page."
    )


def test_what_can_wait_says_so_before_anything_else() -> None:
    assert _page(an_incident(urgency=Urgency.SOON)).startswith(
        "Soon, no emergency: Acme outage. Reply BCDFG = I have it. "
    )


OUTAGE = a_sounding(loudness=340)
BILLING = a_sounding(brand="Beta", topic=Topic.BILLING, quote="charged me twice!")
PRESS = a_sounding(topic=Topic.PRESS, urgency=Urgency.SOON, quote="tip for a story")


def test_several_incidents_are_told_at_once_gravest_first_with_one_code_and_one_link() -> None:
    assert _several(OUTAGE, BILLING, PRESS) == (
        "3 incidents: Acme outage (340 posts), Beta billing, Acme press (soon). "
        "Reply BCDFG = I have all 3. "
        'First: "@acme the whole site is down, I am losing money here" '
        f"@carla@social. example on mastodon. Or {LINK}"
    )


def test_several_that_can_all_wait_are_no_emergency() -> None:
    text = _several(PRESS, a_sounding(topic=Topic.BILLING, urgency=Urgency.SOON))

    assert text.startswith("Soon, no emergency: 2 incidents: Acme press, Acme billing. Reply ")
    assert "(soon)" not in text


def test_several_without_replies_ask_for_the_link() -> None:
    text = _several(OUTAGE, BILLING, code="")

    assert text.endswith(f" I have all 2: {LINK}")
    assert "Reply" not in text


def test_what_does_not_go_into_two_parts_is_counted() -> None:
    text = _several(*[OUTAGE, BILLING, PRESS] * 6)

    assert text.startswith("18 incidents: Acme outage (340 posts), Beta billing, ")
    assert " and 10 more. Reply BCDFG = I have all 18. Or " in text
    assert parts(text) == 2


@pytest.mark.parametrize("length", range(1, 60))
def test_of_several_a_scrap_of_the_gravest_ones_words_is_left_out(length: int) -> None:
    words = "it stopped " * 40
    text = _several(*[a_sounding(brand="B" * length, quote=words)] * 3)

    _, first, said = text.partition(' First: "')
    assert not first or len(said.partition('"')[0]) > 25


@given(
    quotes=st.lists(hostile_texts, min_size=2, max_size=20),
    brand=st.text(max_size=200),
    urgency=st.sampled_from([Urgency.WAKE, Urgency.SOON]),
    loudness=st.integers(1, 10**7),
    code=codes | st.just(""),
    key=keys,
)
@example(
    quotes=["€" * 500] * 2,
    brand="€" * 200,
    urgency=Urgency.SOON,
    loudness=10**7,
    code=CODE,
    key="A" * 22,
)
def test_however_many_there_are_code_and_link_stand_whole_in_two_parts(
    quotes: list[str], brand: str, urgency: Urgency, loudness: int, code: str, key: str
) -> None:
    link = f"https://abcdef1234.execute-api.eu-west-1.amazonaws.com/api/a/{key}"
    soundings = [
        a_sounding(brand=brand, loudness=loudness, quote=quote[:500], author=quote, urgency=urgency)
        for quote in quotes
    ]
    text = _several(*soundings, code=code, link=link)
    asked = f"Reply {code} = I have all {len(quotes)}." if code else ""

    assert parts(text) <= 2
    assert text.endswith(f"Or {link}" if code else f"I have all {len(quotes)}: {link}")
    assert asked in text.partition(' First: "')[0]
    said = text.partition(' First: "')[2].removesuffix(link)
    assert not MARKS_OF_AN_ADDRESS.search(said)
    assert codes_in(said) == []
