"""A ticket from open to content, whoever pulls at it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.adapters.values import to_text
from chalicelib.domain.correction import MOST_CORRECTIONS, Correction, agreed
from chalicelib.domain.errors import BadInput, IllegalMove, NotAllowed
from chalicelib.domain.mention import MAX_TEXT
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.ticket import (
    ENDED,
    FIRST_ANSWER,
    MAX_REPLY,
    MOVES,
    REPLY_LEASE,
    REPLY_MOVES,
    UNDO_FOR,
    AgentId,
    Lane,
    Post,
    ReplyState,
    Ticket,
    TicketAct,
    TicketActKind,
    TicketState,
    answered_elsewhere,
    approved,
    breached,
    card_of,
    claimed,
    corrected,
    given_back,
    handed_over,
    joined,
    kept,
    last_sign,
    noted,
    released,
    reopened,
    replying,
    resolved,
    returned,
    sent_back,
    snoozed,
    taken_over,
    ticket_for,
    trace_in,
    undone,
    waiting,
    with_reply,
)
from chalicelib.domain.ticket.acts import MOST_ACTS, with_ticket_act
from tests.builders import NOW, a_mention, a_reply, a_score, a_ticket, mention_number

MOST_STORED = 350_000
"""Bytes; an item of DynamoDB has 400 KB, with the card and the names of its attributes."""

MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GUS, HAL, IDA = (AgentId(name) for name in ("gus", "hal", "ida"))
CONTENT = TicketState.CONTENT
WEDNESDAY = NOW + 4 * DAY


def after(minutes: float) -> datetime:
    return NOW + minutes * MINUTE


def held(by: AgentId = GUS, ticket: Ticket | None = None) -> Ticket:
    return claimed(ticket or a_ticket(), by, now=NOW, until=after(20))


def writing(ticket: Ticket | None = None, by: AgentId = GUS, **over: Any) -> Ticket:
    """With a reply that is approved and not yet sent."""
    of = ticket or held(by)
    given: dict[str, Any] = {"reply_id": f"reply-{of.version:04d}", "now": after(1)}
    return replying(of, by, over.pop("text", "Hi!"), **given | over)


def settled(
    ticket: Ticket, *states: ReplyState, now: datetime | None = None, **over: Any
) -> Ticket:
    """The first reply whose fate is open goes through `states`."""
    reply = ticket.pending_replies[0]
    for state in states:
        known = ticket.reply(reply.id)
        assert known is not None
        ticket = with_reply(ticket, replace(known, state=state), now=now or after(2), **over)
    return ticket


def sent(ticket: Ticket | None = None, **over: Any) -> Ticket:
    """With an answer that has arrived."""
    return settled(ticket or writing(), ReplyState.SENDING, ReplyState.SENT, **over)


def wrote(
    ticket: Ticket,
    number: int = 2,
    *,
    at: datetime | None = None,
    urgency: Urgency = Urgency.ANSWER,
    is_thanks: bool = False,
    **over: Any,
) -> Ticket:
    """The customer writes once more."""
    at = at or after(5)
    mention = mention_number(number, posted_at=at, pulled_at=at, **over)
    return joined(
        ticket,
        Post(mention=mention),
        a_score(urgency, topic=Topic.BILLING),
        now=at,
        due_at=at + FIRST_ANSWER[urgency],
        is_thanks=is_thanks,
    )


def last(ticket: Ticket) -> TicketAct:
    return ticket.acts[-1]


# --- how it begins and how it is listed --------------------------------------------------


def test_a_ticket_waits_from_when_the_customer_spoke_not_from_when_we_looked() -> None:
    mention = a_mention(posted_at=NOW - 5 * HOUR)

    ticket = ticket_for(mention, a_score(Urgency.SOON), incident_id=None, now=NOW)

    assert ticket.waiting_since == NOW - 5 * HOUR
    assert ticket.due_at == NOW - 4 * HOUR
    assert str(ticket.id) == mention.id
    assert ticket.state is TicketState.OPEN
    assert last(ticket) == TicketAct(kind=TicketActKind.OPENED, at=NOW)


def test_a_graver_ticket_is_promised_an_earlier_answer() -> None:
    promised = [FIRST_ANSWER[one] for one in Urgency]
    assert promised == sorted(promised)
    assert FIRST_ANSWER[Urgency.WAKE] == 15 * MINUTE
    assert FIRST_ANSWER[Urgency.SOON] == 60 * MINUTE


def test_thanks_make_nobody_wait() -> None:
    ticket = ticket_for(
        a_mention(), a_score(Urgency.IGNORE), incident_id=None, now=NOW, is_thanks=True
    )

    assert (ticket.lane, ticket.is_waiting, ticket.is_owed) == (Lane.THANKS, False, False)
    assert ticket.next_at is None
    assert held(ticket=ticket).lane is Lane.THANKS


def test_who_waits_for_a_word_comes_before_who_has_one_however_grave() -> None:
    answered = sent(writing(held(ticket=a_ticket(urgency=Urgency.WAKE))))
    mild, grave = a_ticket(urgency=Urgency.ANSWER), a_ticket(urgency=Urgency.WAKE)
    older = replace(mild, waiting_since=NOW - DAY)

    order = sorted((answered, mild, older, grave), key=lambda ticket: card_of(ticket).order)

    assert order == [grave, older, mild, answered]


@pytest.mark.parametrize(
    "text",
    [
        "call me 0664\n123\n4567",
        "call me 0664    123    4567",
        "\n" * 700 + "call 0664 123 4567",
        f"{('x' * 64 + '@mail.example ') * 8}ann.lee.of.vienna@mail.example",
    ],
)
def test_a_card_hides_what_stands_apart_in_the_post_and_together_on_one_line(text: str) -> None:
    excerpt = card_of(a_ticket(a_mention(text=text))).excerpt
    assert "4567" not in excerpt
    assert "123" not in excerpt
    assert "ann" not in excerpt


def test_a_card_tells_nothing_that_was_said_in_private_and_masks_personal_data() -> None:
    ticket = wrote(
        a_ticket(a_mention(text="call me at +43 664 1234567")), is_private=True, text="my PIN: 1"
    )
    promise = "engineer: call +43 664 1234567 on Tuesday"
    card = card_of(replace(ticket, returns_for=promise, reasons=("wants +43 664 1234567 called",)))

    assert "1234567" not in card.excerpt
    assert "1234567" not in card.returns_for
    assert "1234567" not in card.reason
    assert card.returns_for.endswith("on Tuesday")
    assert "PIN" not in card.excerpt
    assert card.posts == 2
    assert card.lane is ticket.lane
    assert card.is_owed is ticket.is_owed


# --- who has it --------------------------------------------------------------------------


ACTS: dict[str, Callable[[Ticket, AgentId], Ticket]] = {
    "claim": lambda ticket, by: claimed(ticket, by, now=NOW, until=after(20)),
    "release": lambda ticket, by: released(ticket, by, now=NOW),
    "reply": lambda ticket, by: writing(ticket, by),
    "elsewhere": lambda ticket, by: answered_elsewhere(
        ticket, by, url="", reply_id="elsewhere-1", now=NOW
    ),
    "snooze": lambda ticket, by: snoozed(ticket, by, until=after(60), now=NOW),
    "promise": lambda ticket, by: waiting(ticket, by, until=after(60), what="call", now=NOW),
    "resolve": lambda ticket, by: resolved(ticket, by, CONTENT, now=NOW),
    "hand over": lambda ticket, by: handed_over(ticket, by, IDA, note="", now=NOW, until=after(20)),
}


@pytest.mark.parametrize("verb", ACTS)
def test_what_somebody_has_nobody_else_touches(verb: str) -> None:
    with pytest.raises(NotAllowed, match="gus has this ticket"):
        ACTS[verb](held(GUS), HAL)


@pytest.mark.parametrize("verb", sorted(set(ACTS) - {"claim", "hand over"}))
def test_what_nobody_has_is_claimed_first(verb: str) -> None:
    with pytest.raises(NotAllowed, match="claim this ticket first"):
        ACTS[verb](a_ticket(), GUS)


@pytest.mark.parametrize("verb", ACTS)
@pytest.mark.parametrize("outcome", sorted(ENDED))
def test_an_ended_ticket_takes_nothing_but_reopening(verb: str, outcome: TicketState) -> None:
    ended = resolved(held(), GUS, outcome, now=NOW)

    assert (ended.ended_at, ended.is_in_queue, ended.lane, ended.next_at) == (
        NOW,
        False,
        None,
        None,
    )
    with pytest.raises(IllegalMove):
        ACTS[verb](ended, GUS)
    again = reopened(ended, HAL, now=after(9))
    assert (again.state, again.holder, again.ended_at) == (TicketState.OPEN, None, None)
    assert last(again) == TicketAct(kind=TicketActKind.REOPENED, at=after(9), by=HAL)


@pytest.mark.parametrize("state", [state for state in TicketState if state not in ENDED])
def test_only_an_ended_ticket_is_reopened_so_that_nobody_loses_a_ticket_to_another(
    state: TicketState,
) -> None:
    with pytest.raises(IllegalMove):
        reopened(a_ticket(state=state), HAL, now=NOW)


def test_whoever_has_it_claims_it_once() -> None:
    once = held()
    assert claimed(once, GUS, now=after(5), until=after(25)) is once


def test_an_answered_ticket_is_claimed_again_by_who_had_it_and_by_nobody_else() -> None:
    answered = sent(returns_at=NOW + DAY, returns_for="ask")

    assert claimed(answered, GUS, now=after(5), until=after(25)).returns_at is None
    with pytest.raises(NotAllowed):
        claimed(answered, HAL, now=after(5), until=after(25))


def test_a_handed_over_ticket_is_the_others_with_the_note_on_its_timeline() -> None:
    given = handed_over(
        held(), GUS, HAL, note=" knows the customer ", now=after(3), until=after(23)
    )

    assert (given.holder, given.held_until) == (HAL, after(23))
    assert last(given) == TicketAct(
        kind=TicketActKind.HANDED_OVER, at=after(3), by=GUS, to=HAL, text="knows the customer"
    )
    with pytest.raises(BadInput, match="already"):
        handed_over(given, HAL, HAL, note="", now=after(4), until=after(24))


def test_what_nobody_has_may_be_given_by_anybody() -> None:
    given = handed_over(a_ticket(), GUS, HAL, note="", now=NOW, until=after(20))
    assert (given.state, given.holder) == (TicketState.CLAIMED, HAL)


def test_a_ticket_is_taken_from_somebody_with_a_reason() -> None:
    taken = taken_over(held(GUS), HAL, reason="Gus is ill", now=after(3), until=after(23))

    assert taken.holder == HAL
    assert (last(taken).by, last(taken).to, last(taken).text) == (HAL, GUS, "Gus is ill")
    with pytest.raises(BadInput, match="reason"):
        taken_over(held(GUS), HAL, reason="  ", now=NOW, until=after(20))
    for nobody_elses in (held(HAL), a_ticket()):
        with pytest.raises(IllegalMove, match="claim it"):
            taken_over(nobody_elses, HAL, reason="why", now=NOW, until=after(20))


def test_a_claim_that_ends_by_itself_says_whose_it_was_and_why() -> None:
    back = given_back(held(), why="not heard of for 20 minutes", now=after(20))

    assert (back.state, back.holder, back.held_until) == (TicketState.OPEN, None, None)
    assert last(back) == TicketAct(
        kind=TicketActKind.RETURNED, at=after(20), to=GUS, text="not heard of for 20 minutes"
    )
    with pytest.raises(IllegalMove):
        given_back(back, why="again", now=after(21))


def test_a_claim_is_only_ever_lengthened_by_a_sign() -> None:
    assert kept(held(), until=after(30)).held_until == after(30)
    once = held()
    assert kept(once, until=after(10)) is once
    with pytest.raises(IllegalMove):
        kept(a_ticket(), until=after(30))


def test_the_last_sign_of_a_holder_is_what_they_did_last() -> None:
    assert last_sign(held()) == NOW
    assert last_sign(noted(held(), GUS, "asked the driver", now=after(7))) == after(7)
    assert last_sign(noted(held(), HAL, "me too", now=after(7))) == NOW
    assert last_sign(writing(now=after(8))) == after(8)
    given = handed_over(held(), GUS, HAL, note="", now=after(9), until=after(29))
    assert last_sign(given) == after(9)


# --- replies -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u2003"])
def test_an_empty_reply_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="empty"):
        writing(text=text)


def test_a_reply_is_bounded() -> None:
    assert writing(text="x" * MAX_REPLY).pending_replies
    with pytest.raises(BadInput, match="5001 characters"):
        writing(text="x" * (MAX_REPLY + 1))


def test_the_very_same_words_are_not_said_twice_beneath_one_post() -> None:
    arrived = sent(writing(text="We are on it.", to="1"))

    with pytest.raises(BadInput, match="already"):
        writing(arrived, text="we are  on it.", to="1")
    assert writing(arrived, text="It works again.", to="1").pending_replies
    assert writing(arrived, text="We are on it.", to="1", is_private=True).pending_replies
    assert writing(arrived, text="We are on it.", to="2").pending_replies


def test_a_reply_goes_out_when_it_cannot_be_undone_any_more() -> None:
    reply = writing(now=NOW).replies[-1]

    assert (reply.state, reply.send_at) == (ReplyState.QUEUED, NOW + UNDO_FOR)
    assert not reply.is_due(NOW + UNDO_FOR - MOMENT)
    assert reply.is_due(NOW + UNDO_FOR)
    assert not reply.can_be_settled(NOW)


def test_a_second_reply_waits_until_the_fate_of_the_first_is_known() -> None:
    queued = writing()
    unknown = settled(queued, ReplyState.SENDING, ReplyState.UNKNOWN)

    for ticket in (queued, unknown, writing(needs_approval=True)):
        with pytest.raises(IllegalMove, match="still under way"):
            writing(ticket)
        with pytest.raises(IllegalMove, match="still under way"):
            resolved(ticket, GUS, CONTENT, now=NOW)
        with pytest.raises(IllegalMove, match="still under way"):
            answered_elsewhere(ticket, GUS, url="", reply_id="elsewhere-1", now=NOW)
    assert len(writing(sent(queued), text="More.").replies) == 2
    assert len(writing(settled(queued, ReplyState.SENDING, ReplyState.REFUSED)).replies) == 2


def test_one_reply_in_public_and_one_in_private_may_be_under_way() -> None:
    both = writing(writing(), is_private=True)
    assert [one.is_private for one in both.pending_replies] == [False, True]


def test_a_ticket_is_replied_when_the_reply_is_public_and_not_before() -> None:
    queued = writing()

    assert queued.state is TicketState.CLAIMED
    sending = settled(queued, ReplyState.SENDING)
    for fate in (ReplyState.UNKNOWN, ReplyState.REFUSED, ReplyState.QUEUED):
        assert settled(sending, fate).state is TicketState.CLAIMED
    answered = settled(sending, ReplyState.SENT, returns_at=NOW + DAY, returns_for="ask")
    assert (answered.state, answered.is_waiting) == (TicketState.REPLIED, False)
    assert (answered.returns_at, answered.returns_for) == (NOW + DAY, "ask")
    assert last(answered) == TicketAct(kind=TicketActKind.REPLIED, at=after(2), by=GUS)


@pytest.mark.parametrize("state", ReplyState)
@pytest.mark.parametrize("over", [ReplyState.SENT, ReplyState.REFUSED, ReplyState.UNDONE])
def test_what_is_known_for_good_never_changes(over: ReplyState, state: ReplyState) -> None:
    reply = a_reply(state=over)
    ticket = a_ticket(state=TicketState.CLAIMED, holder=GUS, replies=(reply,))

    assert with_reply(ticket, reply, now=NOW) is ticket
    with pytest.raises(IllegalMove):
        with_reply(ticket, replace(reply, state=state, url="https://other.example"), now=NOW)


def test_a_reply_nobody_knows_has_no_fate() -> None:
    with pytest.raises(BadInput):
        with_reply(held(), a_reply(), now=NOW)


def test_a_refused_reply_is_on_the_timeline_and_the_agent_keeps_the_ticket() -> None:
    sending = settled(writing(), ReplyState.SENDING)
    reply = replace(sending.replies[-1], state=ReplyState.REFUSED, refusal="the post is gone")
    refused = with_reply(sending, reply, now=after(2))

    assert (refused.state, refused.holder, refused.is_waiting) == (TicketState.CLAIMED, GUS, True)
    assert (last(refused).kind, last(refused).text) == (TicketActKind.REFUSED, "the post is gone")


def test_a_further_reply_that_is_refused_opens_what_was_answered_or_put_off() -> None:
    for put_off in (sent(), snoozed(held(), GUS, until=WEDNESDAY, now=NOW)):
        refused = settled(writing(put_off, text="More."), ReplyState.SENDING, ReplyState.REFUSED)
        assert (refused.state, refused.holder) == (TicketState.OPEN, None)


def test_an_answer_that_arrives_after_the_claim_has_ended_still_counts() -> None:
    left = released(writing(), GUS, now=after(1))
    answered = sent(left, returns_at=NOW + DAY, returns_for="ask")

    assert (answered.state, answered.holder) == (TicketState.REPLIED, GUS)
    assert not answered.is_waiting


def test_an_answer_that_knows_nothing_of_the_newest_word_leaves_the_customer_waiting() -> None:
    asked_again = wrote(writing(now=after(1)), at=after(5))
    answered = sent(asked_again, now=after(60))

    assert answered.state is TicketState.CLAIMED
    assert answered.is_waiting
    assert answered.waiting_since == after(5)
    assert answered.replies[-1].state is ReplyState.SENT


def test_thanks_that_were_answered_have_ended_well() -> None:
    ticket = ticket_for(
        a_mention(), a_score(Urgency.IGNORE), incident_id=None, now=NOW, is_thanks=True
    )
    answered = sent(writing(held(ticket=ticket)))

    assert (answered.state, answered.ended_at) == (TicketState.CONTENT, after(2))
    assert answered.holder == GUS


def test_only_who_wrote_it_or_has_the_ticket_undoes_a_reply_and_only_before_it_leaves() -> None:
    queued = writing()

    back = undone(queued, queued.replies[-1].id, GUS, now=after(1))
    assert back.replies[-1].state is ReplyState.UNDONE
    assert last(back).kind is TicketActKind.UNDONE
    assert undone(back, back.replies[-1].id, GUS, now=after(2)) is back
    with pytest.raises(NotAllowed):
        undone(queued, queued.replies[-1].id, HAL, now=after(1))
    given = handed_over(queued, GUS, HAL, note="", now=after(1), until=after(21))
    assert undone(given, queued.replies[-1].id, HAL, now=after(1)).pending_replies == ()
    for fate in (ReplyState.SENT, ReplyState.UNKNOWN, ReplyState.REFUSED):
        with pytest.raises(IllegalMove):
            undone(settled(queued, ReplyState.SENDING, fate), queued.replies[-1].id, GUS, now=NOW)


def test_what_waits_for_a_lead_goes_out_by_somebody_elses_word() -> None:
    asked = writing(needs_approval=True)
    id = asked.replies[-1].id

    assert asked.unsettled_from is None
    assert last(asked).kind is TicketActKind.PROPOSED
    with pytest.raises(NotAllowed):
        approved(asked, id, GUS, now=after(9))
    word = approved(asked, id, IDA, now=after(9))
    assert (word.replies[-1].state, word.replies[-1].approved_by) == (ReplyState.QUEUED, IDA)
    assert word.unsettled_from == after(9) + UNDO_FOR
    assert last_sign(word) == after(1)
    with pytest.raises(IllegalMove):
        approved(word, id, IDA, now=after(9))


def test_what_a_lead_sends_back_never_goes_out_and_says_why() -> None:
    asked = writing(needs_approval=True)
    back = sent_back(asked, asked.replies[-1].id, IDA, note="too stiff", now=after(9))

    assert back.replies[-1].state is ReplyState.UNDONE
    assert (last(back).by, last(back).to, last(back).text) == (IDA, GUS, "too stiff")
    with pytest.raises(BadInput, match="note"):
        sent_back(asked, asked.replies[-1].id, IDA, note=" ", now=after(9))


def test_a_reply_under_way_is_left_to_its_worker_for_the_lease() -> None:
    reply = a_reply()

    for ask in (reply.is_due, reply.can_be_settled):
        assert not ask(reply.tried_at + REPLY_LEASE - MOMENT)
        assert ask(reply.tried_at + REPLY_LEASE)
    assert replace(reply, state=ReplyState.UNKNOWN).can_be_settled(reply.tried_at)
    for state in (ReplyState.SENT, ReplyState.REFUSED, ReplyState.UNDONE, ReplyState.PROPOSED):
        assert not replace(reply, state=state).can_be_settled(NOW + 9 * DAY)


def test_tries_are_further_and_further_apart() -> None:
    reply = a_reply(approved_at=NOW)
    tries, now = [], NOW + UNDO_FOR
    for _ in range(6):
        now = reply.next_try(now)
        tries.append((now - NOW) // MINUTE)
    assert tries == [1, 3, 8, 18, 28, 38]


def test_a_private_reply_leaves_its_trace_in_public_once_it_has_arrived_and_not_before() -> None:
    ticket = wrote(held(), text="and again", at=after(0.5))
    private = writing(ticket, is_private=True, trace="We've sent you a private message.")
    arrived = sent(private)

    assert len(private.replies) == 1
    trace = arrived.replies[-1]
    assert (trace.is_trace, trace.is_private, trace.state) == (True, False, ReplyState.QUEUED)
    assert trace.to == ticket.mentions[-1].id
    assert arrived.unsettled_from == after(2)
    for fate in (ReplyState.REFUSED, ReplyState.UNKNOWN):
        assert len(settled(private, ReplyState.SENDING, fate).replies) == 1


def test_a_trace_answers_nobody() -> None:
    arrived = sent(writing(is_private=True, trace="We've sent you a private message."))
    asked_again = wrote(arrived, at=after(3))
    told = settled(asked_again, ReplyState.SENDING, ReplyState.SENT, now=after(4))

    assert told.is_waiting
    assert told.state is asked_again.state
    taken = claimed(arrived, GUS, now=after(3), until=after(23))
    told = settled(taken, ReplyState.SENDING, ReplyState.SENT, now=after(4))
    assert told.state is TicketState.CLAIMED


def test_the_trace_is_in_the_customers_language_as_far_as_we_speak_it() -> None:
    assert "private" in trace_in(None)
    assert trace_in("de") != trace_in("en")
    assert trace_in("de-AT") == trace_in("de")
    assert trace_in("tlh") == trace_in("en")


def test_an_answer_given_elsewhere_counts_as_one() -> None:
    answered = answered_elsewhere(
        held(),
        GUS,
        url="https://news.example/1",
        reply_id="elsewhere-1",
        now=after(3),
        returns_at=NOW + DAY,
        returns_for="ask",
    )

    assert (answered.state, answered.is_waiting) == (TicketState.REPLIED, False)
    assert answered.replies[-1].is_elsewhere
    for url in ("javascript:alert(1)", "news.example/1", "https://" + "x" * 3_000):
        with pytest.raises(BadInput, match="url"):
            answered_elsewhere(held(), GUS, url=url, reply_id="elsewhere-1", now=after(3))


# --- what the customer says further ------------------------------------------------------


def test_a_further_post_is_part_of_it_once() -> None:
    ticket = wrote(a_ticket())

    assert len(ticket.posts) == 1
    assert wrote(ticket) is ticket
    assert last(ticket) == TicketAct(kind=TicketActKind.JOINED, at=after(5))


def test_the_wait_counts_from_the_first_word_that_was_not_answered() -> None:
    ticket = a_ticket(urgency=Urgency.ANSWER)
    graver = wrote(ticket, urgency=Urgency.WAKE)

    assert graver.waiting_since == ticket.waiting_since
    assert (graver.urgency, graver.due_at) == (Urgency.WAKE, after(20))
    milder = wrote(a_ticket(urgency=Urgency.WAKE), urgency=Urgency.ANSWER)
    assert (milder.urgency, milder.due_at) == (Urgency.WAKE, a_ticket().due_at)


def test_a_new_post_opens_what_was_answered_put_off_or_ended() -> None:
    later = NOW + HOUR
    for state in (
        sent(),
        snoozed(held(), GUS, until=WEDNESDAY, now=NOW),
        waiting(held(), GUS, until=WEDNESDAY, what="call back", now=NOW),
        resolved(held(), GUS, TicketState.NO_ANSWER, now=NOW),
    ):
        back = wrote(state, at=later)
        assert (back.state, back.holder, back.ended_at) == (TicketState.OPEN, None, None)
        assert back.is_waiting


def test_it_stays_with_its_holder_while_their_claim_is_alive() -> None:
    back = wrote(sent(), at=after(10))

    assert (back.state, back.holder) == (TicketState.CLAIMED, GUS)
    assert (back.waiting_since, back.is_waiting) == (after(10), True)


def test_thanks_after_an_answer_are_seen_and_make_nobody_wait() -> None:
    for before in (sent(), resolved(sent(), GUS, CONTENT, now=after(3))):
        back = wrote(before, at=after(90), is_thanks=True, urgency=Urgency.IGNORE)
        assert (back.state, back.is_waiting) == (TicketState.OPEN, False)
    promised = waiting(held(), GUS, until=WEDNESDAY, what="call back", now=NOW)
    thanked = wrote(promised, is_thanks=True)
    assert (thanked.state, thanked.returns_at) == (TicketState.WAITING, WEDNESDAY)


def test_a_complaint_after_praise_is_no_praise_any_more() -> None:
    praise = ticket_for(
        a_mention(), a_score(Urgency.IGNORE), incident_id=None, now=NOW, is_thanks=True
    )
    ticket = wrote(praise, urgency=Urgency.SOON)

    assert (ticket.lane, ticket.urgency, ticket.is_owed) == (Lane.OPEN, Urgency.SOON, True)


# --- put off, promised, ended ------------------------------------------------------------


@pytest.mark.parametrize(
    "until", [NOW, NOW - MOMENT, NOW + 91 * DAY, (NOW + DAY).replace(tzinfo=None)]
)
def test_nothing_is_put_off_into_the_past_or_for_ever(until: datetime) -> None:
    with pytest.raises(BadInput, match="until"):
        snoozed(held(), GUS, until=until, now=NOW)
    with pytest.raises(BadInput, match="until"):
        waiting(held(), GUS, until=until, what="call back", now=NOW)


@pytest.mark.parametrize("what", ["", " ", "x" * 301])
def test_a_promise_says_what(what: str) -> None:
    with pytest.raises(BadInput, match="what"):
        waiting(held(), GUS, until=WEDNESDAY, what=what, now=NOW)


def test_what_was_put_off_comes_back_open_and_nobodys() -> None:
    put_off = snoozed(held(), GUS, until=after(60), now=NOW)

    assert returned(put_off, now=after(60) - MOMENT, due_at=WEDNESDAY) is put_off
    back = returned(put_off, now=after(61), due_at=WEDNESDAY)
    assert (back.state, back.holder, back.returns_at) == (TicketState.OPEN, None, None)
    assert back.waiting_since == put_off.waiting_since
    assert last(back).kind is TicketActKind.CAME_BACK


def test_a_promise_is_waited_for_from_its_instant() -> None:
    promised = waiting(sent(), GUS, until=WEDNESDAY, what="engineer was there: ask", now=after(3))
    back = returned(promised, now=WEDNESDAY + MINUTE, due_at=WEDNESDAY + HOUR)

    assert (back.state, back.is_waiting) == (TicketState.OPEN, True)
    assert (back.waiting_since, back.due_at) == (WEDNESDAY, WEDNESDAY + HOUR)
    assert last(back).text == "engineer was there: ask"


def test_an_answered_ticket_comes_back_to_be_asked_after_without_making_anybody_wait() -> None:
    answered = sent(returns_at=NOW + DAY, returns_for="ask whether all is well")
    back = returned(answered, now=NOW + DAY, due_at=NOW + 2 * DAY)

    assert (back.state, back.is_waiting, back.is_owed) == (TicketState.OPEN, False, False)
    assert last(back).text == "ask whether all is well"


def test_what_was_promised_stands_whatever_is_said_and_whoever_takes_it_meanwhile() -> None:
    promised = waiting(held(), GUS, until=WEDNESDAY, what="ask on Wednesday", now=NOW)
    asked = wrote(promised, at=after(60))
    other = claimed(asked, HAL, now=after(61), until=after(81))
    answered = sent(writing(other, HAL, now=after(62)), returns_at=NOW + 9 * DAY, returns_for="ask")

    assert (answered.state, answered.returns_at) == (TicketState.WAITING, WEDNESDAY)
    assert answered.returns_for == "ask on Wednesday"
    put_off = snoozed(promised, GUS, until=NOW + 9 * DAY, now=NOW)
    assert (put_off.returns_at, put_off.returns_for) == (WEDNESDAY, "ask on Wednesday")
    assert released(promised, GUS, now=NOW).returns_at == WEDNESDAY
    with_holder = returned(other, now=WEDNESDAY, due_at=WEDNESDAY + HOUR)
    assert (with_holder.state, with_holder.holder) == (TicketState.CLAIMED, HAL)
    assert with_holder.returns_at is None


@pytest.mark.parametrize("outcome", [state for state in TicketState if state not in ENDED])
def test_a_ticket_ends_only_in_an_outcome(outcome: TicketState) -> None:
    with pytest.raises(BadInput, match="outcome"):
        resolved(held(), GUS, outcome, now=NOW)


def test_a_reopened_ticket_waits_only_if_the_customer_has_the_last_word() -> None:
    answered = resolved(sent(), GUS, CONTENT, now=after(9))
    unanswered = resolved(held(), GUS, TicketState.NO_ANSWER, now=after(9))
    asked_again = resolved(wrote(sent(), at=after(10)), GUS, TicketState.NO_ANSWER, now=after(11))

    assert not reopened(answered, HAL, now=after(12)).is_waiting
    assert reopened(unanswered, HAL, now=after(12)).is_waiting
    assert reopened(asked_again, HAL, now=after(12)).is_waiting


def test_a_broken_promise_of_time_is_told_once_for_each_wait() -> None:
    ticket = a_ticket()
    late = breached(ticket, now=ticket.due_at)

    assert breached(ticket, now=ticket.due_at - MOMENT) is ticket
    assert (late.breached_at, last(late).at) == (ticket.due_at, ticket.due_at)
    assert breached(late, now=NOW + DAY) is late
    asked_again = wrote(sent(writing(held(ticket=late))), at=NOW + DAY)
    assert asked_again.breached_at is None
    assert breached(asked_again, now=NOW + 9 * DAY) is not asked_again
    assert breached(sent(), now=NOW + DAY).breached_at is None


# --- tables and bounds -------------------------------------------------------------------


def test_every_state_has_its_moves_and_every_ticket_a_way_back_to_the_queue() -> None:
    assert set(MOVES) == set(TicketState)
    assert set(REPLY_MOVES) == set(ReplyState)
    for state in ENDED:
        assert MOVES[state] == {TicketState.OPEN}


def test_a_timeline_keeps_its_first_act_and_the_newest() -> None:
    acts: tuple[TicketAct, ...] = ()
    for minute in range(2 * MOST_ACTS):
        acts = with_ticket_act(acts, TicketAct(kind=TicketActKind.JOINED, at=after(minute)))
    assert len(acts) == MOST_ACTS
    assert (acts[0].at, acts[-1].at) == (NOW, after(2 * MOST_ACTS - 1))


def test_answers_given_elsewhere_without_end_do_not_outgrow_what_can_be_stored() -> None:
    ticket, url = held(), f"https://x.example/{'a' * 1_900}"
    while not ticket.is_full:
        ticket = answered_elsewhere(ticket, GUS, url=url, reply_id="elsewhere", now=NOW)
    with pytest.raises(BadInput, match="full"):
        answered_elsewhere(ticket, GUS, url=url, reply_id="elsewhere", now=NOW)
    assert len(to_text(ticket)) < MOST_STORED


def test_posts_that_grow_when_they_are_stored_make_a_conversation_full_as_early() -> None:
    ticket = a_ticket()
    while not ticket.is_full:
        ticket = wrote(ticket, len(ticket.posts) + 2, text='"' * MAX_TEXT)
    assert len(to_text(ticket)) < MOST_STORED


def test_a_full_conversation_takes_no_reply() -> None:
    full = held(ticket=a_ticket(a_mention(text="x" * 200_001)))
    assert full.is_full
    with pytest.raises(BadInput, match="full"):
        writing(full)


def test_notes_are_bounded() -> None:
    for text in ("", " ", "x" * 2_001):
        with pytest.raises(BadInput, match="text"):
            noted(a_ticket(), GUS, text, now=NOW)
    ticket = a_ticket()
    for _ in range(100):
        ticket = noted(ticket, GUS, "again", now=NOW)
    with pytest.raises(BadInput, match="100 notes"):
        noted(ticket, GUS, "again", now=NOW)


# --- corrections -------------------------------------------------------------------------


def _said(by: str, urgency: Urgency, minutes: int = 0) -> Correction:
    return Correction(by=by, at=NOW + timedelta(minutes=minutes), urgency=urgency)


def test_the_newest_correction_of_each_agent_counts_and_nothing_else_changes() -> None:
    ticket = a_ticket()
    once = corrected(corrected(ticket, _said("gus", Urgency.WAKE)), _said("ida", Urgency.SOON))
    again = corrected(once, _said("gus", Urgency.ANSWER, 5))

    assert [(one.by, one.urgency) for one in again.corrections] == [
        ("ida", Urgency.SOON),
        ("gus", Urgency.ANSWER),
    ]
    assert replace(again, corrections=(), version=ticket.version) == ticket
    assert again.version == ticket.version + 3


def test_a_correction_said_again_is_no_change() -> None:
    once = corrected(a_ticket(), _said("gus", Urgency.WAKE))
    assert corrected(once, _said("gus", Urgency.WAKE, 9)) is once


def test_the_corrections_of_a_ticket_are_bounded() -> None:
    ticket = a_ticket()
    for number in range(3 * MOST_CORRECTIONS):
        ticket = corrected(ticket, _said(f"agent-{number}", Urgency.SOON))
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
