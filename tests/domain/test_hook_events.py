"""What other desks are told of a change, and under which id."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.answering.rules import HookEvent
from chalicelib.domain.escalation import Position
from chalicelib.domain.hook_events import (
    HookMessage,
    body_of,
    incident_messages,
    ticket_messages,
)
from chalicelib.domain.incident import Incident
from chalicelib.domain.mention import Author
from chalicelib.domain.signal import Urgency
from chalicelib.domain.ticket import (
    AgentId,
    Post,
    ReplyState,
    Ticket,
    TicketAct,
    TicketActKind,
    TicketState,
    answered_elsewhere,
    claimed,
    edited,
    joined,
    released,
    reopened,
    replying,
    resolved,
    with_reply,
)
from chalicelib.domain.withdrawal import without_post
from tests.builders import ANA, BEN, NOW, a_mention, a_policy, a_score, a_ticket, an_incident
from tests.strategies import incidents, tickets

MIA = AgentId("mia")
SOON = NOW + timedelta(minutes=5)


def events(messages: tuple[HookMessage, ...]) -> list[str]:
    return [one.event.value for one in messages]


def a_claimed() -> Ticket:
    return claimed(a_ticket(), MIA, now=NOW, until=SOON)


def answered(*, is_private: bool = False) -> tuple[Ticket, Ticket]:
    """A ticket before and after its reply was sent."""
    asked = replying(
        a_claimed(), MIA, "We are on it, Carla", reply_id="r1", now=NOW, is_private=is_private
    )
    (reply,) = asked.replies
    begun = with_reply(asked, replace(reply, state=ReplyState.SENDING), now=SOON)
    return begun, with_reply(begun, replace(reply, state=ReplyState.SENT), now=SOON)


def test_a_new_ticket_is_opened() -> None:
    (told,) = ticket_messages(None, a_ticket())
    assert (told.event, told.at) == (HookEvent.TICKET_OPENED, NOW)
    assert told.data["excerpt"] == "@acme the whole site is down, I am losing money here"


def test_each_move_is_told_as_what_it_is() -> None:
    opened, held = a_ticket(), a_claimed()
    free = released(held, MIA, now=SOON)
    over = resolved(held, MIA, TicketState.CONTENT, now=SOON)
    assert events(ticket_messages(opened, held)) == ["ticket.claimed"]
    assert events(ticket_messages(held, free)) == ["ticket.returned"]
    assert events(ticket_messages(*answered())) == ["ticket.replied"]
    assert events(ticket_messages(held, over)) == ["ticket.resolved"]
    assert events(ticket_messages(over, reopened(over, MIA, now=SOON))) == ["ticket.reopened"]
    elsewhere = answered_elsewhere(held, MIA, url="", reply_id="r1", now=SOON)
    assert events(ticket_messages(held, elsewhere)) == ["ticket.replied"]


@pytest.mark.parametrize("kind", TicketActKind)
def test_every_act_has_an_event(kind: TicketActKind) -> None:
    old = a_ticket()
    new = old.changed(TicketAct(kind=kind, at=NOW, by="mia"))
    (told,) = ticket_messages(old, new)
    assert told.event.value.startswith("ticket.")
    assert (told.data["what"], told.data["by"]) == (kind.value, "mia")


def test_a_further_post_reopens_what_had_ended_and_changes_what_had_not() -> None:
    post = Post(mention=a_mention(platform_id="2", text="again!"))
    given_: dict[str, Any] = {"now": SOON, "due_at": SOON, "is_thanks": False}
    over = resolved(a_claimed(), MIA, TicketState.CONTENT, now=SOON)
    again = joined(over, post, a_score(), **given_)
    assert events(ticket_messages(over, again)) == ["ticket.reopened"]
    more = joined(a_ticket(), post, a_score(), **given_)
    assert events(ticket_messages(a_ticket(), more)) == ["ticket.changed"]


def test_a_change_to_something_graver_reopens_what_had_ended_and_else_changes_it() -> None:
    given_: dict[str, Any] = {"now": SOON, "due_at": SOON, "is_thanks": False}
    asked = replace(a_claimed(), urgency=Urgency.ANSWER)
    over = resolved(asked, MIA, TicketState.CONTENT, now=SOON)
    new = replace(over.mention, text="they leak my data", edited_at=SOON)
    again = edited(over, new, a_score(), **given_)
    assert events(ticket_messages(over, again)) == ["ticket.reopened"]
    same = edited(over, new, a_score(Urgency.ANSWER), **given_)
    assert events(ticket_messages(over, same)) == ["ticket.changed"]


def test_a_post_that_was_taken_back_is_told_without_its_words() -> None:
    before = a_ticket()
    after = without_post(before, before.mention.id, withdrawn_at=SOON, now=SOON)
    messages = ticket_messages(before, after)
    assert events(messages) == ["ticket.changed", "ticket.resolved"]
    assert [one.data["what"] for one in messages] == ["withdrawn", "resolved"]
    assert "losing money" not in repr(messages)
    assert "carla" not in repr(messages)


def test_what_leaves_no_act_is_not_told() -> None:
    held = a_claimed()
    asked = replying(held, MIA, "We are on it, Carla", reply_id="r1", now=NOW)
    assert ticket_messages(held, asked) == ()
    assert ticket_messages(held, held) == ()
    assert ticket_messages(held, None) == ()


def test_the_id_is_the_same_whenever_a_change_is_told_and_no_other_change_has_it() -> None:
    old, new = a_ticket(), a_claimed()
    (one,), (same,) = ticket_messages(old, new), ticket_messages(old, new)
    assert one == same
    later = claimed(released(new, MIA, now=SOON), MIA, now=SOON, until=SOON)
    (other,) = ticket_messages(released(new, MIA, now=SOON), later)
    assert other.id != one.id
    assert other.event == one.event


def test_several_acts_at_once_are_told_in_order_each_with_an_id() -> None:
    old = a_ticket()
    new = released(a_claimed(), MIA, now=SOON)
    told = ticket_messages(old, new)
    assert events(told) == ["ticket.claimed", "ticket.returned"]
    assert len({one.id for one in told}) == 2


def test_a_full_timeline_still_tells_the_newest_act() -> None:
    ticket = a_ticket()
    for minute in range(300):
        old = ticket
        at = NOW + timedelta(minutes=minute)
        ticket = old.changed(TicketAct(kind=TicketActKind.SNOOZED, at=at, by="mia"))
        (told,) = ticket_messages(old, ticket)
        assert told.at == at


def test_nothing_private_and_no_name_of_a_customer_leaves() -> None:
    secret = "my street is Elm 5"
    author = Author(handle="carla@social.example", name="Carla Klein")
    first = a_mention(text=secret, is_private=True, author=author, url="https://dm.example/1")
    told = json.dumps([one.data for one in ticket_messages(None, a_ticket(first))])
    old, new = answered(is_private=True)
    told += json.dumps([one.data for one in ticket_messages(old, new)])
    for hidden in ("Elm", "Klein", "on it", "dm.example"):
        assert hidden not in told
    assert '"is_private": true' in told


def test_what_people_note_is_not_told_and_numbers_in_a_post_are_masked() -> None:
    post = a_mention(text="call me at +43 664 1234567 now")
    old = a_ticket(post)
    act = TicketAct(kind=TicketActKind.HANDED_OVER, at=NOW, by="mia", to="leo", text="his ex wife")
    (told,) = ticket_messages(old, old.changed(act))
    assert "1234567" not in str(told.data)
    assert "wife" not in str(told.data)
    assert told.data["to"] == "leo"


# --- incidents -----------------------------------------------------------------------------


def test_each_move_of_an_incident_is_told_as_what_it_is() -> None:
    policy, first = a_policy(), replace(an_incident(), acts=())
    has_it = first.acknowledged(ANA, now=SOON, policy=policy)
    assert events(incident_messages(first, has_it)) == ["incident.acknowledged"]
    over = has_it.resolved(ANA, now=SOON)
    assert events(incident_messages(has_it, over)) == ["incident.resolved"]
    assert events(incident_messages(over, over.graded(ANA, is_worth_it=True, now=SOON))) == [
        "incident.changed"
    ]
    rings = has_it.triggered_again(now=SOON, policy=policy)
    assert events(incident_messages(has_it, rings)) == ["incident.triggered"]
    asked = first.escalated(ANA, now=SOON)
    assert events(incident_messages(first, asked)) == ["incident.escalated"]
    handed = first.handed_to(BEN, by=ANA, now=SOON, policy=policy)
    assert events(incident_messages(first, handed)) == ["incident.changed"]


def test_the_first_step_is_no_escalation_and_the_second_is() -> None:
    first = an_incident(paged=(), calls=())
    second = first.moved_to(Position(due_at=SOON, step=1))
    second = replace(second, paged=(ANA,))
    third = second.moved_to(Position(due_at=SOON + timedelta(minutes=15), step=2))
    assert incident_messages(first, second) == ()
    (told,) = incident_messages(second, third)
    assert (told.event, told.at) == (HookEvent.INCIDENT_ESCALATED, SOON)
    assert (told.data["what"], told.data["step"]) == ("stepped", 2)


def test_an_incident_that_takes_anothers_place_is_new() -> None:
    from chalicelib.domain.incident import opened

    before = an_incident(opened_at=NOW - timedelta(days=3))
    new = opened(a_mention(), a_score(), policy=a_policy(), now=NOW)
    assert events(incident_messages(before, new)) == ["incident.triggered"]
    assert events(incident_messages(None, new)) == ["incident.triggered"]


def test_no_word_of_a_post_is_told_of_an_incident() -> None:
    told = [one.data for one in incident_messages(None, an_incident(quote="Elm street 5"))]
    assert "Elm" not in str(told)


# --- whatever changes ----------------------------------------------------------------------


@given(st.none() | tickets(), tickets())
def test_any_change_of_a_ticket_is_told_alike_each_time_and_can_be_sent(
    old: Ticket | None, new: Ticket
) -> None:
    told = ticket_messages(old, new)
    assert told == ticket_messages(old, new)
    assert len({one.id for one in told}) == len(told)
    for one in told:
        assert json.loads(body_of(one))["data"].keys() == one.data.keys()
        assert len(body_of(one)) < 200_000


@given(st.none() | incidents(), incidents())
def test_any_change_of_an_incident_is_told_alike_each_time_and_can_be_sent(
    old: Incident | None, new: Incident
) -> None:
    told = incident_messages(old, new)
    assert told == incident_messages(old, new)
    assert len({one.id for one in told}) == len(told)
    for one in told:
        assert json.loads(body_of(one))["type"] == one.event.value
