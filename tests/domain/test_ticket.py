"""A ticket from open to content, whoever pulls at it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.correction import MOST_CORRECTIONS, Correction, agreed
from chalicelib.domain.errors import BadInput, IllegalMove, NightdeskError, NotAllowed
from chalicelib.domain.signal import Urgency
from chalicelib.domain.ticket import (
    ENDED,
    MAX_REPLY,
    MOVES,
    REPLY_LEASE,
    SLA,
    AgentId,
    ReplyState,
    Ticket,
    TicketState,
    ticket_for,
)
from tests.builders import NOW, a_mention, a_reply, a_score, a_ticket

MOMENT = timedelta(microseconds=1)
GUS, HAL, IDA = (AgentId(name) for name in ("gus", "hal", "ida"))
CONTENT = TicketState.CONTENT


def _replying(ticket: Ticket | None = None, by: AgentId = GUS, text: str = "Hi!") -> Ticket:
    held = ticket or a_ticket().claimed(by)
    return held.replying(by, text, reply_id=f"reply-{held.version}", now=NOW)


def _settled(ticket: Ticket, state: ReplyState) -> Ticket:
    assert ticket.pending_reply is not None
    return ticket.with_reply(replace(ticket.pending_reply, state=state))


def test_a_ticket_waits_from_when_the_customer_spoke_not_from_when_we_looked() -> None:
    mention = a_mention(posted_at=NOW - timedelta(hours=5))

    ticket = ticket_for(mention, a_score(Urgency.SOON), incident_id=None, now=NOW)

    assert ticket.waiting_since == NOW - timedelta(hours=5)
    assert ticket.due_at == NOW - timedelta(hours=4)
    assert str(ticket.id) == mention.id
    assert ticket.state is TicketState.OPEN


def test_a_graver_ticket_is_promised_an_earlier_answer() -> None:
    assert SLA[Urgency.WAKE] < SLA[Urgency.SOON] < SLA[Urgency.ANSWER]
    assert Urgency.IGNORE not in SLA


def test_a_claimed_ticket_cannot_be_claimed_replied_released_or_resolved_by_another() -> None:
    ticket = a_ticket().claimed(GUS)

    for verb in ("claim", "release", "reply", "resolve"):
        with pytest.raises(NotAllowed, match="gus has this ticket"):
            _act(ticket, verb, HAL)


def test_an_unclaimed_ticket_takes_neither_reply_nor_release_nor_end() -> None:
    ticket = a_ticket()

    for verb in ("release", "reply", "resolve"):
        with pytest.raises(NotAllowed, match="claim this ticket first"):
            _act(ticket, verb, GUS)


def test_claiming_twice_changes_nothing_but_the_version() -> None:
    once = a_ticket().claimed(GUS)

    assert replace(once.claimed(GUS), version=once.version) == once


@pytest.mark.parametrize("state", [state for state in TicketState if state not in ENDED])
def test_only_an_ended_ticket_is_reopened_so_that_nobody_loses_a_ticket_to_another(
    state: TicketState,
) -> None:
    ticket = a_ticket(state=state, holder=None if state is TicketState.OPEN else GUS)

    with pytest.raises(IllegalMove):
        ticket.reopened()


@pytest.mark.parametrize("outcome", sorted(ENDED))
def test_an_ended_ticket_takes_nothing_but_reopening(outcome: TicketState) -> None:
    ended = a_ticket().claimed(GUS).resolved(GUS, outcome, now=NOW)

    assert ended.ended_at == NOW
    assert not ended.is_in_queue
    with pytest.raises(IllegalMove):
        ended.claimed(GUS)
    with pytest.raises(IllegalMove):
        ended.released(GUS)
    with pytest.raises(IllegalMove):
        ended.replying(GUS, "Hi!", reply_id="reply-1", now=NOW)
    again = ended.reopened()
    assert (again.state, again.holder, again.ended_at) == (TicketState.OPEN, None, None)
    assert again.is_in_queue


@pytest.mark.parametrize("outcome", [state for state in TicketState if state not in ENDED])
def test_a_ticket_ends_only_in_an_outcome(outcome: TicketState) -> None:
    with pytest.raises(BadInput, match="outcome"):
        a_ticket().claimed(GUS).resolved(GUS, outcome, now=NOW)


def test_every_state_has_its_moves_and_every_ticket_a_way_back_to_the_queue() -> None:
    assert set(MOVES) == set(TicketState)
    for state in ENDED:
        assert MOVES[state] == {TicketState.OPEN}


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u2003"])
def test_an_empty_reply_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="empty"):
        _replying(text=text)


def test_a_reply_is_bounded() -> None:
    assert _replying(text="x" * MAX_REPLY).pending_reply is not None
    with pytest.raises(BadInput, match="5001 characters"):
        _replying(text="x" * (MAX_REPLY + 1))


def test_a_second_reply_waits_until_the_fate_of_the_first_is_known() -> None:
    sending = _replying()
    unknown = _settled(sending, ReplyState.UNKNOWN)

    for ticket in (sending, unknown):
        with pytest.raises(IllegalMove, match="still under way"):
            _replying(ticket)
        with pytest.raises(IllegalMove, match="still under way"):
            ticket.resolved(GUS, CONTENT, now=NOW)
    assert len(_replying(_settled(unknown, ReplyState.SENT)).replies) == 2
    assert len(_replying(_settled(unknown, ReplyState.REFUSED)).replies) == 2


def test_a_ticket_is_replied_when_the_reply_is_public_and_not_before() -> None:
    sending = _replying()

    assert sending.state is TicketState.CLAIMED
    assert _settled(sending, ReplyState.UNKNOWN).state is TicketState.CLAIMED
    assert _settled(sending, ReplyState.REFUSED).state is TicketState.CLAIMED
    assert _settled(sending, ReplyState.SENT).state is TicketState.REPLIED


def test_a_reply_under_way_is_left_to_its_worker_for_the_lease() -> None:
    reply = a_reply()

    assert not reply.can_be_settled(reply.tried_at + REPLY_LEASE - MOMENT)
    assert reply.can_be_settled(reply.tried_at + REPLY_LEASE)
    assert replace(reply, state=ReplyState.UNKNOWN).can_be_settled(reply.tried_at)
    for state in (ReplyState.SENT, ReplyState.REFUSED):
        assert not replace(reply, state=state).can_be_settled(NOW + timedelta(days=9))


def test_who_waits_for_a_word_comes_before_who_has_one_however_grave() -> None:
    replied = a_ticket(urgency=Urgency.WAKE, state=TicketState.REPLIED)
    mild, grave = a_ticket(urgency=Urgency.ANSWER), a_ticket(urgency=Urgency.WAKE)
    older = replace(mild, waiting_since=NOW - timedelta(days=1))

    order = sorted((replied, mild, older, grave), key=lambda ticket: ticket.queue_place)

    assert order == [grave, older, mild, replied]


agents = st.sampled_from((GUS, HAL, IDA))
verbs = st.sampled_from(("claim", "release", "reply", "resolve", "reopen", *ReplyState))


def _act(ticket: Ticket, verb: str, by: AgentId) -> Ticket:
    match verb:
        case "claim":
            return ticket.claimed(by)
        case "release":
            return ticket.released(by)
        case "reply":
            return ticket.replying(by, "Hi!", reply_id=f"reply-{ticket.version}", now=NOW)
        case "resolve":
            return ticket.resolved(by, CONTENT, now=NOW)
        case "reopen":
            return ticket.reopened()
        case _:
            assert isinstance(verb, ReplyState)
            return _settled(ticket, verb) if ticket.pending_reply else ticket


@given(acts=st.lists(st.tuples(verbs, agents), max_size=30))
def test_whatever_agents_do_in_whatever_order_a_ticket_has_one_holder_and_one_reply_under_way(
    acts: list[tuple[str, AgentId]],
) -> None:
    ticket = a_ticket()
    for verb, by in acts:
        try:
            after = _act(ticket, verb, by)
        except NightdeskError:
            continue
        if after is ticket:
            continue
        assert after.version == ticket.version + 1
        if verb == "claim":
            assert ticket.holder in (None, by)
            assert after.holder == by
        elif verb in ("release", "reply", "resolve"):
            assert ticket.holder == by
        elif verb == "reopen":
            assert ticket.state in ENDED
        else:
            assert after.holder == ticket.holder
        if verb == "reply":
            assert ticket.state not in ENDED
            assert ticket.pending_reply is None
        under_way = [
            one for one in after.replies if one.state in (ReplyState.SENDING, ReplyState.UNKNOWN)
        ]
        assert len(under_way) <= 1
        assert (after.holder is None) is (after.state is TicketState.OPEN)
        assert (after.ended_at is not None) is (after.state in ENDED)
        ticket = after


# --- corrections -------------------------------------------------------------------------


def _said(by: str, urgency: Urgency, minutes: int = 0) -> Correction:
    return Correction(by=by, at=NOW + timedelta(minutes=minutes), urgency=urgency)


def test_the_newest_correction_of_each_agent_counts_and_nothing_else_changes() -> None:
    ticket = a_ticket()
    corrected = ticket.corrected(_said("gus", Urgency.WAKE)).corrected(_said("ida", Urgency.SOON))
    again = corrected.corrected(_said("gus", Urgency.ANSWER, 5))

    assert [(one.by, one.urgency) for one in again.corrections] == [
        ("ida", Urgency.SOON),
        ("gus", Urgency.ANSWER),
    ]
    assert replace(again, corrections=(), version=ticket.version) == ticket
    assert again.version == ticket.version + 3


def test_a_correction_said_again_is_no_change() -> None:
    corrected = a_ticket().corrected(_said("gus", Urgency.WAKE))
    assert corrected.corrected(_said("gus", Urgency.WAKE, 9)) is corrected


def test_the_corrections_of_a_ticket_are_bounded() -> None:
    ticket = a_ticket()
    for number in range(3 * MOST_CORRECTIONS):
        ticket = ticket.corrected(_said(f"agent-{number}", Urgency.SOON))
    assert len(ticket.corrections) == MOST_CORRECTIONS
    assert ticket.corrections[-1].by == f"agent-{3 * MOST_CORRECTIONS - 1}"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ([], None),
        ([Urgency.SOON], Urgency.SOON),
        ([Urgency.SOON, Urgency.WAKE], None),
        ([Urgency.SOON, Urgency.WAKE, Urgency.SOON], Urgency.SOON),
    ],
)
def test_agents_mean_what_most_of_them_say(said: list[Urgency], meant: Urgency | None) -> None:
    corrections = [_said(str(number), one) for number, one in enumerate(said)]
    assert agreed(corrections) is meant
