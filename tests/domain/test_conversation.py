"""Which conversation a mention belongs to, and whether it makes its author wait."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.conversation import is_near, last_word_at, place_of
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Mood, Score, Topic, Urgency
from chalicelib.domain.ticket import Post, ReplyState, Ticket, TicketState
from chalicelib.domain.ticket.ticket import MOST_POSTS
from tests.builders import NOW, a_mention, a_reply, a_score, a_ticket, mention_number

DAY = timedelta(days=1)
WITHIN = 5 * DAY

PRAISE = a_score(Urgency.IGNORE, mood=Mood.POSITIVE, topic=Topic.PRAISE)
PLAIN = a_score(Urgency.IGNORE, mood=Mood.NEUTRAL, topic=Topic.OTHER)
ANGRY = a_score(Urgency.IGNORE, mood=Mood.NEGATIVE, topic=Topic.OTHER)
SPAM = a_score(Urgency.IGNORE, mood=Mood.POSITIVE, topic=Topic.SPAM)
ASKS = a_score(Urgency.ANSWER, mood=Mood.NEUTRAL, topic=Topic.OTHER)


def later(days: float = 1, **over: Any) -> Mention:
    return mention_number(2, author=a_mention().author, posted_at=NOW + days * DAY, **over)


def answered(**over: Any) -> Ticket:
    reply = a_reply(state=ReplyState.SENT, platform_id="ours", tried_at=NOW)
    return replace(a_ticket(replies=(reply,), state=TicketState.REPLIED, is_waiting=False), **over)


def full(ticket: Ticket) -> Ticket:
    posts = tuple(Post(mention=mention_number(100 + n)) for n in range(MOST_POSTS))
    return replace(ticket, posts=posts)


def joins(mention: Mention, score: Score, *tickets: Ticket) -> Ticket | None:
    return place_of(mention, score, tickets, joins_within=WITHIN).ticket


# --- which ---------------------------------------------------------------------------------


def test_a_second_post_within_days_belongs_to_the_ticket_of_the_first() -> None:
    ticket = a_ticket()
    assert joins(later(4), ASKS, ticket) == ticket
    assert joins(later(6), ASKS, ticket) is None


def test_days_are_counted_from_the_last_word_of_either_side() -> None:
    ticket = answered()
    ours = replace(ticket.replies[0], tried_at=NOW + 3 * DAY)
    ticket = replace(ticket, replies=(ours,))
    assert last_word_at(ticket) == NOW + 3 * DAY
    assert joins(later(7), ASKS, ticket) == ticket
    refused = replace(ticket, replies=(replace(ours, state=ReplyState.REFUSED),))
    assert joins(later(7), ASKS, refused) is None


def test_what_was_written_before_the_first_word_and_comes_late_belongs_to_it_too() -> None:
    assert is_near(later(-4), a_ticket(), WITHIN)
    assert not is_near(later(-6), a_ticket(), WITHIN)


def test_an_ended_conversation_goes_on() -> None:
    ended = answered(state=TicketState.CONTENT, ended_at=NOW)
    assert joins(later(), ASKS, ended) == ended


def test_of_several_the_newest_counts() -> None:
    old = a_ticket(mention_number(7), opened_at=NOW - DAY)
    assert joins(later(), ASKS, a_ticket(), old) == a_ticket()
    assert joins(later(), ASKS, old, a_ticket()) == a_ticket()


def test_another_brand_is_another_conversation_unless_it_is_the_same_thread() -> None:
    other = answered(mention=a_mention(brand="other"))
    assert joins(later(), ASKS, other) is None
    assert joins(later(in_reply_to="ours"), ASKS, other) == other


@pytest.mark.parametrize("beneath", [a_mention().platform_id, "ours", f"{100:018d}"])
def test_what_answers_something_of_a_conversation_belongs_to_it_however_late(beneath: str) -> None:
    ticket = answered(posts=(Post(mention=mention_number(100)),))
    newer = a_ticket(mention_number(7, posted_at=NOW + 30 * DAY), opened_at=NOW + 30 * DAY)
    late = later(31, in_reply_to=beneath)
    assert joins(late, ASKS, ticket, newer) == ticket
    assert joins(replace(late, platform="x"), ASKS, ticket, newer) == newer


def test_what_answers_a_stranger_belongs_to_no_thread() -> None:
    assert joins(later(31, in_reply_to="elsewhere"), ASKS, answered()) is None


def test_what_is_full_is_left_for_the_newest_or_for_one_of_its_own() -> None:
    old = full(answered())
    newest = a_ticket(mention_number(7), opened_at=NOW + DAY)
    assert joins(later(in_reply_to="ours"), ASKS, old) is None
    assert joins(later(in_reply_to="ours"), ASKS, old, newest) == newest
    assert joins(later(), ASKS, newest, full(newest)) != full(newest)
    assert place_of(later(in_reply_to="ours"), PLAIN, (old,), joins_within=WITHIN).opens


# --- what asks nothing ---------------------------------------------------------------------


@pytest.mark.parametrize("score", [PRAISE, PLAIN, ANGRY])
def test_what_asks_nothing_joins_an_open_conversation_but_reopens_none_by_itself(
    score: Score,
) -> None:
    ended = answered(state=TicketState.CONTENT, ended_at=NOW)
    assert joins(later(), score, answered()) == answered()
    assert joins(later(), score, ended) is None
    assert joins(later(in_reply_to="ours"), score, ended) == ended


@pytest.mark.parametrize("score", [PRAISE, PLAIN, ANGRY])
def test_chatter_that_is_not_said_to_us_joins_only_what_its_author_waits_in(score: Score) -> None:
    chatter = later(is_addressed=False)
    assert joins(chatter, score, a_ticket()) == a_ticket()
    assert joins(chatter, score, answered()) is None
    assert joins(later(is_addressed=True), score, answered()) == answered()


@pytest.mark.parametrize(
    ("score", "over", "is_quiet"),
    [
        (PRAISE, {"in_reply_to": "ours"}, True),
        (PRAISE, {"is_addressed": True}, True),
        (PRAISE, {"is_private": True}, True),
        (PLAIN, {}, True),
        (ANGRY, {}, True),
        (PLAIN, {"in_reply_to": "ours"}, False),
        (ANGRY, {"in_reply_to": "ours"}, False),
        (PLAIN, {"is_addressed": True}, False),
        (PLAIN, {"is_private": True}, False),
        (replace(ASKS, mood=Mood.POSITIVE), {}, False),
        (replace(ASKS, topic=Topic.PRAISE), {"in_reply_to": "ours"}, False),
    ],
)
def test_who_tells_us_something_waits_unless_it_is_thanks(
    score: Score, over: dict[str, Any], is_quiet: bool
) -> None:
    mention = later(**{"is_addressed": False} | over)
    place = place_of(mention, score, (answered(),), joins_within=WITHIN)
    assert place.is_quiet is is_quiet
    assert place.score == score, "the conversation says how grave it is"


@pytest.mark.parametrize(
    ("ticket", "text", "score", "is_quiet"),
    [
        (answered(), "thanks, works now", ASKS, True),
        (answered(), "thanks, but it does not work", ASKS, False),
        (answered(), "thanks, works now", a_score(Urgency.SOON), False),
        (a_ticket(), "thanks, works now", ASKS, False),
    ],
)
def test_thanks_for_our_answer_are_thanks_however_they_were_judged(
    ticket: Ticket, text: str, score: Score, is_quiet: bool
) -> None:
    place = place_of(later(text=text), score, (ticket,), joins_within=WITHIN)
    assert place.is_quiet is is_quiet
    assert place.score.urgency is (Urgency.IGNORE if is_quiet else score.urgency)


@pytest.mark.parametrize(
    ("score", "over", "opens"),
    [
        (ASKS, {}, True),
        (PRAISE, {"is_addressed": True}, True),
        (replace(PRAISE, topic=Topic.PRODUCT), {"is_addressed": True}, True),
        (PRAISE, {}, False),
        (SPAM, {"is_addressed": True}, False),
        (replace(SPAM, mood=Mood.NEUTRAL), {"is_private": True}, False),
        (replace(ANGRY, topic=Topic.PRAISE), {"is_addressed": True}, False),
        (PLAIN, {"is_addressed": True}, False),
        (PLAIN, {"is_private": True}, True),
    ],
)
def test_what_asks_nothing_makes_a_ticket_only_as_praise_or_in_private(
    score: Score, over: dict[str, Any], opens: bool
) -> None:
    mention = later(**{"is_addressed": False} | over)
    assert place_of(mention, score, (), joins_within=WITHIN).opens is opens


def test_a_private_word_that_was_judged_to_ask_nothing_deserves_an_answer_and_says_why() -> None:
    place = place_of(later(is_private=True), PLAIN, (), joins_within=WITHIN)
    assert place.score.urgency is Urgency.ANSWER
    assert "wrote to us alone" in place.score.reasons
    assert not place.is_quiet
