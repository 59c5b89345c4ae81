"""An author's history: a short memory, and what nobody has answered."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.history import (
    A_BREATH,
    MOST_REMEMBERED,
    REMEMBERED_FOR,
    History,
    Judged,
    attempts,
    is_answered,
)
from chalicelib.domain.mention import MentionId
from chalicelib.domain.signal import Mood, Urgency
from chalicelib.domain.ticket import AgentId, ReplyState, TicketState, claimed, resolved
from tests.builders import NOW, a_mention, a_reply, a_ticket

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
GUS = AgentId("gus")


def a_judged(number: int, at: datetime = NOW) -> Judged:
    return Judged(MentionId(f"mastodon.{number}"), at, Mood.NEGATIVE, Urgency.ANSWER)


judged = st.builds(
    lambda number, hours: a_judged(number, NOW - hours * HOUR),
    st.integers(0, 30),
    st.integers(0, 24 * 120),
)


def history(ones: list[Judged]) -> History:
    known = History()
    for one in ones:
        known = known.with_judged(one, now=NOW)
    return known


@given(
    ones=st.lists(judged, max_size=30, unique_by=lambda one: one.id),
    chance=st.randoms(use_true_random=False),
)
def test_the_newest_are_remembered_in_whatever_order_and_how_often_they_come(
    ones: list[Judged], chance: object
) -> None:
    shuffled = [*ones, *ones[:5]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    recent = [one for one in ones if one.posted_at > NOW - REMEMBERED_FOR]
    newest = sorted(recent, key=lambda one: (one.posted_at, one.id), reverse=True)
    assert history(shuffled).judged == history(ones).judged == tuple(newest[:MOST_REMEMBERED])


def test_what_is_known_changes_nothing() -> None:
    known = history([a_judged(1), a_judged(2)])
    again = replace(a_judged(1), mood=Mood.POSITIVE)
    assert known.with_judged(again, now=NOW) is known


def test_a_mention_is_not_its_own_past_and_what_is_too_old_is_none() -> None:
    known = history([a_judged(1), a_judged(2, NOW - HOUR)])
    assert known.before(MentionId("mastodon.1"), now=NOW) == (a_judged(2, NOW - HOUR),)
    assert known.before(MentionId("mastodon.9"), now=NOW + REMEMBERED_FOR) == ()


def test_a_ticket_waits_until_a_reply_is_public_under_way_or_it_is_ended() -> None:
    waiting = a_ticket()
    posted_at = waiting.mention.posted_at
    mine = claimed(waiting, GUS, now=NOW, until=NOW + HOUR)
    for ticket in (waiting, mine):
        assert not is_answered(ticket, posted_at)
    for state in (ReplyState.SENDING, ReplyState.UNKNOWN, ReplyState.SENT):
        assert is_answered(replace(mine, replies=(a_reply(state=state),)), posted_at), state
    refused = replace(mine, replies=(a_reply(state=ReplyState.REFUSED),))
    assert not is_answered(refused, posted_at)
    assert is_answered(resolved(mine, GUS, TicketState.NO_ANSWER, now=NOW), posted_at)


def test_what_the_customer_wrote_after_our_answer_waits_although_the_first_word_does_not() -> None:
    reply = a_reply(state=ReplyState.SENT)
    ticket = replace(a_ticket(), replies=(reply,))
    assert is_answered(ticket, ticket.mention.posted_at)
    assert is_answered(ticket, reply.approved_at)
    assert not is_answered(ticket, reply.approved_at + MINUTE)


def test_the_first_word_of_somebody_whose_clock_runs_ahead_is_answered_all_the_same() -> None:
    reply = a_reply(state=ReplyState.SENT)
    late = reply.approved_at + MINUTE
    ticket = replace(a_ticket(a_mention(posted_at=late)), replies=(reply,))
    assert is_answered(ticket, late)


@pytest.mark.parametrize(
    ("minutes", "count"),
    [
        ((), 0),
        ((1, 2, 3), 0),
        ((9,), 0),
        ((10,), 1),
        ((10, 19), 1),
        ((10, 20), 2),
        ((60, 61, 62, 63), 1),
        ((30, 60, 61, 120), 3),
    ],
)
def test_posts_in_one_breath_are_one_attempt(minutes: tuple[int, ...], count: int) -> None:
    assert timedelta(minutes=10) == A_BREATH
    posted = [NOW - number * MINUTE for number in minutes]
    assert attempts(posted, before=NOW) == attempts(posted[::-1], before=NOW) == count
