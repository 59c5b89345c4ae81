from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from chalicelib.domain.incident import faced, reworded
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Urgency
from chalicelib.domain.ticket import (
    AgentId,
    Note,
    Post,
    ReplyState,
    Ticket,
    TicketActKind,
    TicketState,
    card_of,
    edited,
    resolved,
)
from chalicelib.domain.ticket.card import TAKEN_BACK
from chalicelib.domain.withdrawal import (
    NOT_SENT,
    is_touched,
    tombstone_of,
    without_post,
    without_quote,
)
from tests import strategies
from tests.builders import NOW, a_mention, a_reply, a_score, a_ticket, an_incident

MIA = AgentId("mia")
LATER = NOW + timedelta(hours=2)
FIRST = a_mention()


def a_second(**over: Any) -> Mention:
    return a_mention(
        **{"platform_id": "2", "url": "https://social.example/2", "text": "again: refund me"} | over
    )


def withdrawn(ticket: Ticket, mention: Mention = FIRST) -> Ticket:
    return without_post(ticket, mention.id, withdrawn_at=LATER, now=LATER)


# --- the ticket --------------------------------------------------------------------------


def test_words_author_address_and_media_are_gone_and_the_post_is_known_to_have_been() -> None:
    ticket = withdrawn(a_ticket(reasons=("says “data leak”: grave", 'angry ("losing money")')))
    (bare,) = ticket.mentions
    assert (bare.text, bare.author, bare.url, bare.media) == ("", None, "", ())
    assert (bare.id, bare.platform, bare.posted_at) == (FIRST.id, "mastodon", FIRST.posted_at)
    assert bare.withdrawn_at == LATER
    assert (ticket.urgency, ticket.topic) == (Urgency.WAKE, a_ticket().topic)
    assert "losing money" not in repr(ticket)
    assert ticket.reasons == ("says “data leak”", "angry")


def test_a_ticket_that_nobody_touched_ends_by_itself_and_no_answer_is_owed() -> None:
    before = a_ticket()
    ticket = withdrawn(before)
    assert (ticket.state, ticket.ended_at) == (TicketState.NO_ANSWER, LATER)
    assert (ticket.is_owed, ticket.lane, ticket.next_at) == (False, None, None)
    assert ticket.customer is None
    assert [one.kind for one in ticket.acts[-2:]] == [
        TicketActKind.WITHDRAWN,
        TicketActKind.RESOLVED,
    ]
    assert ticket.version == before.version + 1
    assert card_of(ticket).excerpt == TAKEN_BACK
    assert card_of(ticket).author == ""


def test_so_does_one_that_somebody_has_only_put_off() -> None:
    over: dict[str, Any] = {"returns_at": LATER + timedelta(days=1), "holder": MIA}
    ticket = withdrawn(a_ticket(state=TicketState.SNOOZED, **over))
    assert (ticket.state, ticket.held_until, ticket.returns_at) == (
        TicketState.NO_ANSWER,
        None,
        None,
    )


TOUCHED: dict[str, dict[str, Any]] = {
    "claimed": {"state": TicketState.CLAIMED, "holder": MIA, "held_until": LATER},
    "answered": {"replies": (a_reply(state=ReplyState.SENT),)},
    "on its way": {"replies": (a_reply(state=ReplyState.UNKNOWN),)},
    "noted": {"notes": (Note(by=MIA, at=NOW, text="see 4711"),)},
    "promised": {
        "state": TicketState.WAITING,
        "holder": MIA,
        "returns_at": LATER + timedelta(days=1),
        "returns_for": "call back",
    },
}


@pytest.mark.parametrize("name", TOUCHED)
def test_a_case_that_somebody_is_at_keeps_what_it_needs(name: str) -> None:
    before = a_ticket(**TOUCHED[name])
    ticket = withdrawn(before)
    assert is_touched(ticket)
    assert ticket.state is before.state
    assert (ticket.is_waiting, ticket.returns_at) == (before.is_waiting, before.returns_at)
    assert (ticket.replies, ticket.notes) == (before.replies, before.notes)


def test_what_was_said_in_private_stays_since_it_was_written_to_us() -> None:
    private = a_second(is_private=True, text="my number is 4711", url="")
    ticket = withdrawn(a_ticket(posts=(Post(mention=private),)))
    assert ticket.posts[0].mention == private
    assert ticket.state is TicketState.OPEN
    assert ticket.is_owed
    assert ticket.latest(is_private=True) == private
    assert ticket.latest(is_private=False) is None


def test_of_a_conversation_the_other_posts_stand_and_wait() -> None:
    second = a_second()
    ticket = withdrawn(a_ticket(posts=(Post(mention=second, mood=-0.5),)))
    assert ticket.standing == (second,)
    assert ticket.is_owed
    assert card_of(ticket).excerpt == second.text
    both = withdrawn(ticket, second)
    assert both.state is TicketState.NO_ANSWER
    assert both.posts[0].mood == -0.5
    assert both.posts[0].mention.text == ""


def test_a_reply_that_waits_to_go_out_beneath_it_does_not() -> None:
    second = a_second()
    queued = a_reply(id="r1", state=ReplyState.QUEUED)
    other = a_reply(id="r2", state=ReplyState.QUEUED, to=second.id, is_private=True)
    ticket = withdrawn(a_ticket(replies=(queued, other), posts=(Post(mention=second),)))
    assert ticket.reply("r1") == replace(queued, state=ReplyState.UNDONE, refusal=NOT_SENT)
    assert ticket.reply("r2") == other


def test_an_ended_ticket_stays_as_it_ended() -> None:
    ended = resolved(
        a_ticket(state=TicketState.CLAIMED, holder=MIA), MIA, TicketState.CONTENT, now=NOW
    )
    ticket = withdrawn(ended)
    assert (ticket.state, ticket.ended_at) == (TicketState.CONTENT, NOW)
    assert ticket.mention.text == ""


def test_twice_is_once_and_what_is_not_in_it_changes_nothing() -> None:
    ticket = withdrawn(a_ticket())
    assert withdrawn(ticket) is ticket
    assert withdrawn(ticket, a_second()) is ticket


@given(ticket=strategies.tickets())
def test_whatever_the_ticket_nothing_of_the_post_is_left_and_one_version_passes(
    ticket: Ticket,
) -> None:
    for mention in ticket.mentions:
        is_known = any(one.id == mention.id for one in ticket.standing)
        changed = withdrawn(ticket, mention)
        assert changed.version == ticket.version + is_known
        assert mention.id not in {one.id for one in changed.standing}
        ticket = changed
    assert not ticket.standing


def test_an_edit_of_what_was_taken_back_does_nothing() -> None:
    ticket = withdrawn(a_ticket())
    again = replace(FIRST, text="still here", edited_at=LATER)
    assert edited(ticket, again, a_score(), now=LATER, due_at=LATER, is_thanks=False) is ticket


# --- the incident ------------------------------------------------------------------------


def test_an_incident_shows_the_post_no_more_and_goes_on() -> None:
    incident = an_incident(reasons=('says the whole site is down: "whole site"',))
    bare = without_quote(incident, FIRST)
    assert (bare.quote, bare.author, bare.url) == (TAKEN_BACK, "", "")
    assert bare.reasons == ("says the whole site is down",)
    assert (bare.state, bare.version) == (incident.state, incident.version + 1)
    assert without_quote(bare, FIRST) is bare


def test_an_incident_that_shows_another_post_stays_as_it_is() -> None:
    incident = an_incident()
    assert without_quote(incident, a_second()) is incident
    raised = faced(incident, a_second(), a_score())
    assert without_quote(raised, FIRST) is raised, "it was opened by it, and shows another now"
    assert without_quote(raised, a_second()).quote == TAKEN_BACK


def test_an_incident_shows_the_newest_words_of_its_post() -> None:
    incident = an_incident()
    changed = reworded(incident, replace(FIRST, text="and my data leaked"))
    assert (changed.quote, changed.version) == ("and my data leaked", incident.version + 1)
    assert reworded(incident, FIRST) is incident
    assert reworded(incident, a_second()) is incident


# --- the tombstone -----------------------------------------------------------------------


def test_a_tombstone_holds_figures_and_no_words() -> None:
    mention = replace(FIRST, withdrawn_at=NOW)
    stone = tombstone_of(mention, a_score(), None, now=LATER)
    assert (stone.id, stone.urgency, stone.erased_at) == (FIRST.id, Urgency.WAKE, LATER)
    assert "carla" not in repr(stone)
    unjudged = tombstone_of(mention, None, None, now=LATER)
    assert (unjudged.urgency, unjudged.mood) == (None, None)
    with pytest.raises(ValueError, match="still stands"):
        tombstone_of(FIRST, None, None, now=LATER)
