"""Words, queries and whether a ticket answers one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import BadInput
from chalicelib.domain.mention import Author, Mention
from chalicelib.domain.searching import (
    LONGEST_WORD,
    MOST_WORDS,
    Query,
    every_word,
    id_at,
    instant_at,
    is_place,
    matches,
    passages_of,
    place_of,
    postings_of,
    read_query,
    sequence,
    words_of,
)
from chalicelib.domain.signal import Topic
from chalicelib.domain.ticket import AgentId, Note, Post, ReplyState, Ticket, TicketState
from tests.builders import NOW, a_mention, a_reply, a_ticket
from tests.domain.hostile import hostile_texts


def says(text: str, **over: Any) -> Ticket:
    return a_ticket(a_mention(text=text, author=None, **over))


def finds(asked: str, ticket: Ticket) -> bool:
    return matches(ticket, read_query(asked))


# --- words ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The whole SITE is down!", "the whole site is down"),
        ("Ünïcödé Straße", "unicode strasse"),
        ("ＦＵＬＬ ｗｉｄｔｈ", "full width"),
        ("don't e-mail me@acme.example", "don t e mail me acme example"),
        ("#FlugAusfall @anna_k", "flugausfall anna k"),
        ("order 4711-223", "order 4711 223"),
        ("Москва не отвечает", "moskva ne otvechaet"),
        ("電車が停電中です", "電車 車が が停 停電 電中 中で です"),
        ("水", "水"),
        ("iPhone15が", "iphone15 が"),
        ("ไฟดับ", "ไฟ ฟด ดั ับ"),
        ("हिन्दी", "hindi"),
        ("e\u0301te\u0301", "ete"),
        ("😡🔥 ok", "ok"),
        ("", ""),
        ("!?… —", ""),
    ],
)
def test_a_text_is_words_without_case_accents_and_alphabets(text: str, words: str) -> None:
    assert " ".join(sequence(text)) == words


@given(hostile_texts | st.text())
def test_any_text_has_words_that_can_be_keys(text: str) -> None:
    for word in sequence(text):
        assert 1 <= len(word) <= LONGEST_WORD
        assert any(letter.isalnum() for letter in word) or len(word) == 2
        assert not word.startswith("*")
        word.encode()  # halves of characters cannot be stored


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=60))
def test_plain_text_is_read_alike_with_and_without_a_foreign_letter_behind_it(text: str) -> None:
    assert sequence(text + " ж") == (*sequence(text), *sequence("ж"))


def test_a_ticket_has_the_words_of_people_posts_replies_and_notes() -> None:
    ticket = replace(
        a_ticket(a_mention(text="It broke", author=Author(handle="ann@soc.example", name="Bea"))),
        posts=(Post(mention=a_mention(text="still broken", author=None)),),
        replies=(a_reply(text="We mend it", state=ReplyState.SENT),),
        notes=(Note(by=AgentId("mia"), at=NOW, text="engineer comes"),),
    )
    assert " ".join(words_of(ticket)) == (
        "ann soc example bea it broke still broken engineer comes we mend"
    )


@pytest.mark.parametrize("state", [one for one in ReplyState if one is not ReplyState.SENT])
def test_a_reply_that_is_not_out_is_not_found(state: ReplyState) -> None:
    ticket = replace(says("broken"), replies=(a_reply(text="mending", state=state),))
    assert words_of(ticket) == ("broken",)


def test_nothing_private_is_found() -> None:
    first = a_mention(text="my card is 4111", author=None, is_private=True)
    ticket = replace(
        a_ticket(first),
        posts=(Post(mention=replace(first, text="and my street", platform_id="2")),),
        replies=(a_reply(text="thank you", state=ReplyState.SENT, is_private=True),),
    )
    assert passages_of(ticket) == ()
    assert postings_of(ticket) == {"*2026-11"}


def test_a_long_conversation_is_found_by_its_first_words_only() -> None:
    ticket = says(" ".join(f"word{number}" for number in range(1_000)))
    assert words_of(ticket) == tuple(f"word{number}" for number in range(MOST_WORDS))
    assert finds("word399", ticket)
    assert not finds("word400", ticket)


def test_a_new_post_takes_no_earlier_word_away_from_a_ticket_that_is_full() -> None:
    first = says(" ".join(f"word{number}" for number in range(MOST_WORDS)))
    later = Post(mention=a_mention(platform_id="2", text="one more", posted_at=NOW, author=None))
    assert words_of(replace(first, posts=(later,))) == words_of(first)


# --- places --------------------------------------------------------------------------------


def test_a_place_never_changes_and_tells_whose_it_is_and_since_when() -> None:
    ticket = a_ticket()
    place = place_of(ticket)
    assert place == f"2026-11-21T19:30:00.000000Z#{ticket.id}"
    assert place == place_of(replace(ticket, state=TicketState.CONTENT, version=9))
    assert (id_at(place), instant_at(place)) == (ticket.id, NOW)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("2026-11-21T19:30:00.000000Z#mastodon.1", True),
        ("2026-11-21T19:30:00Z#mastodon.1", False),
        ("2026-11-21T19:30:00.000000+00:00#mastodon.1", False),
        ("2026-11-21T19:30:00.000000Z#", False),
        ("2026-11-21#mastodon.1", False),
        ("~#mastodon.1", False),
        ("mastodon.1", False),
        ("", False),
        ("9999-12-31T23:59:59.999999-01:00#a", False),
        ("2026-11-21T19:30:00.000000Z#" + "a" * 200, False),
    ],
)
def test_a_place_from_outside_is_one_or_is_not(text: str, is_one: bool) -> None:
    assert is_place(text) is is_one


@given(st.text(max_size=40))
def test_any_text_can_be_asked_whether_it_is_a_place(text: str) -> None:
    assert not is_place(text) or text.startswith(str(instant_at(text).year))


def test_every_ticket_stands_under_its_month() -> None:
    at = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    assert every_word(at) == "*2026-11"
    assert every_word(at + timedelta(hours=1)) == "*2026-12"


# --- queries -------------------------------------------------------------------------------


def test_words_phrases_and_filters_are_read_from_one_line() -> None:
    query = read_query('Down "pay by card" author:@ann brand:acme topic:outage state:not-content')
    assert query == Query(
        words=("down",),
        phrases=(("pay", "by", "card"),),
        author="ann",
        brand="acme",
        topic=Topic.OUTAGE,
        state=TicketState.NOT_CONTENT,
    )


def test_what_is_chosen_counts_as_what_is_typed() -> None:
    typed = read_query('author:"Ann Lee" source:forum since:2026-11-01 until:2026-11-21')
    assert typed == read_query(
        author="Ann Lee", source="forum", since="2026-11-01", until="2026-11-21"
    )
    assert typed.since == datetime(2026, 11, 1, tzinfo=UTC)
    assert typed.until == datetime(2026, 11, 22, tzinfo=UTC), "the day itself is part of it"


def test_an_instant_is_taken_as_it_is() -> None:
    query = read_query(since="2026-11-21T20:30:00+01:00", until="2026-11-21T20:00:00Z")
    assert (query.since, query.until) == (NOW, NOW + timedelta(minutes=30))


@pytest.mark.parametrize(
    "quote", ['"pay by card"', "“pay by card”", "„pay by card“", "«pay by card»"]
)
def test_any_quotes_make_a_phrase(quote: str) -> None:
    assert read_query(quote).phrases == (("pay", "by", "card"),)


@pytest.mark.parametrize(
    ("typed", "phrase"), [("e-mail", ("e", "mail")), ("停電中", ("停電", "電中"))]
)
def test_a_word_that_is_several_is_a_phrase(typed: str, phrase: tuple[str, ...]) -> None:
    assert read_query(typed).phrases == (phrase,)


def test_a_name_that_is_no_filter_is_words() -> None:
    assert read_query("error:500").phrases == (("error", "500"),)


def test_a_word_asked_for_twice_is_asked_for_once() -> None:
    assert read_query("down DOWN Down").words == ("down",)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "q: empty"),
        ({"text": "   "}, "q: empty"),
        ({"text": "!!"}, "q: there is no letter"),
        ({"text": 'the "whole site'}, "q: a quote is opened"),
        ({"text": "a" * 301}, "q: 301 characters; at most 300"),
        ({"text": " ".join(f"w{n}" for n in range(11))}, "q: 11 words and phrases; at most 10"),
        ({"text": "topic:weather"}, "topic: 'weather' is none; use one of safety"),
        ({"state": "gone"}, "state: 'gone' is none; use one of open"),
        ({"text": "brand:acme", "brand": "bolt"}, "brand: asked for twice"),
        ({"text": 'author:""'}, "author: empty"),
        ({"since": "yesterday"}, "since: 'yesterday' is no day"),
        ({"until": "2026-02-30"}, "until: '2026-02-30' is no day"),
        ({"since": "2026-11-21T20:00:00"}, "since: .* is no day"),
        ({"until": "9999-12-31"}, "until: '9999-12-31' is no day"),
        ({"since": "2026-11-22", "until": "2026-11-21"}, "until: before since"),
        ({"author": "a" * 301}, "author: 301 characters"),
    ],
)
def test_what_cannot_be_asked_is_told_by_the_part_that_is_wrong(
    asked: dict[str, str], message: str
) -> None:
    with pytest.raises(BadInput, match=f"^{message}"):
        read_query(**asked)


PARTS = ("q", "author", "brand", "source", "topic", "state", "since", "until")


@given(st.text(max_size=80) | hostile_texts)
def test_whatever_is_typed_is_read_or_refused_by_its_part(typed: str) -> None:
    refusal = ""
    try:
        matches(a_ticket(), read_query(typed))
    except BadInput as error:
        refusal = str(error)
    assert not refusal or refusal.partition(":")[0] in PARTS


# --- answers -------------------------------------------------------------------------------


def by(handle: str, name: str = "") -> Mention:
    return a_mention(author=Author(handle=handle, name=name))


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("down", True),
        ("DOWN site", True),
        ("dow", False),
        ("down rates", False),
        ('"site is down"', True),
        ('"site down"', False),
        ('"down the"', False),
        ('"plan b failed"', True),
        ('"plan c failed"', False),
    ],
)
def test_words_are_whole_and_phrases_stand_together(asked: str, is_found: bool) -> None:
    assert finds(asked, says("The site is down. Plan B failed.")) is is_found


def test_a_phrase_stands_in_one_post_and_not_across_two() -> None:
    ticket = replace(
        says("it is all"), posts=(Post(mention=a_mention(text="broken now", author=None)),)
    )
    assert finds("all broken", ticket)
    assert not finds('"all broken"', ticket)


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [("停電", True), ("停電中", True), ("電", True), ("中停", False), ("火", False)],
)
def test_scripts_without_spaces_are_found_by_any_piece(asked: str, is_found: bool) -> None:
    assert finds(asked, says("いま停電中です")) is is_found


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("author:ann@soc.example", True),
        ("author:@Ann", True),
        ('author:"Bea Lee"', True),
        ("author:lee", True),
        ("author:an", False),
        ('author:"Lee Bea"', False),
        ("author:soc.example", False),
    ],
)
def test_an_author_is_found_by_handle_and_by_name(asked: str, is_found: bool) -> None:
    assert finds(asked, a_ticket(by("Ann@soc.example", "Bea Lee"))) is is_found


def test_whoever_joined_later_is_an_author_too() -> None:
    ticket = replace(a_ticket(by("ann")), posts=(Post(mention=by("bea")),))
    assert finds("author:bea", ticket)
    assert not finds("author:bea", a_ticket(a_mention(author=None)))


def test_filters_must_all_be_true() -> None:
    ticket = a_ticket()
    assert finds("brand:acme topic:outage state:open source:mastodon-acme", ticket)
    for asked in ("brand:bolt", "topic:press", "state:replied", "source:forum"):
        assert not finds(asked, ticket)


def test_days_are_those_on_which_a_ticket_was_opened() -> None:
    ticket = a_ticket()
    assert finds("since:2026-11-21 until:2026-11-21", ticket)
    assert not finds("since:2026-11-22", ticket)
    assert not finds("until:2026-11-20", ticket)
