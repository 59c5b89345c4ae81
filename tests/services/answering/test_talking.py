"""From words to an approved reply: saved replies, tone, the same words, a lead's word."""

from typing import Any

import pytest

from chalicelib.domain.answering.rules import Approval, Checklist, SavedReply
from chalicelib.domain.correction import Correction
from chalicelib.domain.errors import (
    BadInput,
    IllegalMove,
    NotAllowed,
    NotFound,
    OutOfDate,
)
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.ticket import ReplyState, TicketId, TicketState
from chalicelib.services.answering import Previewed
from tests.builders import NOW, a_score
from tests.fakes import FakeSource
from tests.services.answering.scenes import (
    GUS,
    HAL,
    IDA,
    OUT,
    REPLY,
    WORDS,
    a_desk_that,
    a_held_ticket,
    approve,
    deliver,
    private,
    public,
    states,
    with_approval,
)
from tests.services.stage import Interruption, Stage, after

DELAY = SavedReply(
    name="delay", text="Hi {first_name}, your parcel is late, and we are sorry. {personal}"
)


def preview(stage: Stage, id: TicketId, text: str, **over: Any) -> Previewed:
    given: dict[str, Any] = {"by": GUS, "is_private": False, "saved": ""} | over
    return stage.talking.preview(
        id, given["by"], "Gus", text, given["is_private"], given["saved"], NOW
    )


def another_ticket(stage: Stage, number: int = 2, **over: Any) -> TicketId:
    """Of another customer; Hal has it."""
    mention = stage.judged("where is my parcel", number, **over)
    stage.holding.claim(TicketId(mention.id), HAL, now=NOW)
    return TicketId(mention.id)


# --- approving a reply -------------------------------------------------------------------


def test_the_same_approval_sent_again_is_one_reply() -> None:
    stage, id = a_held_ticket()
    for _ in range(3):
        ticket = approve(stage, id)
    assert len(ticket.replies) == 1
    deliver(stage)
    assert approve(stage, id).state is TicketState.REPLIED
    assert len(public(stage)) == 1


@pytest.mark.parametrize(
    "over", [{"text": "Hi Carla, no, it is in Graz."}, {"is_private": True}, {"by": HAL}]
)
def test_an_id_that_stands_for_another_reply_is_refused_and_not_taken_for_sent(
    over: dict[str, Any],
) -> None:
    stage, id = a_held_ticket()
    approve(stage, id)
    with pytest.raises(IllegalMove, match="choose a new one"):
        approve(stage, id, **over)


def test_only_the_holder_replies() -> None:
    stage, id = a_held_ticket()
    with pytest.raises(NotAllowed):
        approve(stage, id, by=HAL)
    with pytest.raises(NotFound):
        approve(stage, TicketId("mastodon.404"))
    assert stage.outbox.waiting == []


def test_who_replies_to_what_they_have_not_seen_is_told_so() -> None:
    stage, id = a_held_ticket()
    stage.talking.note(id, HAL, "I know this customer", now=NOW)
    with pytest.raises(OutOfDate):
        approve(stage, id, expected=2)
    assert approve(stage, id, expected=3).version == 4


@pytest.mark.parametrize("text", ["", "  ", "Hi Carla, " + "x" * 500])
def test_a_text_that_cannot_be_sent_leaves_the_ticket_as_it_was(text: str) -> None:
    stage, id = a_held_ticket()
    before = stage.holding.get(id)
    with pytest.raises(BadInput, match="text"):
        approve(stage, id, text)
    assert stage.holding.get(id) == before


def test_personal_data_does_not_go_out_in_public() -> None:
    stage, id = a_held_ticket()
    text = "Hi Carla, I called you at +43 664 1234567."
    with pytest.raises(BadInput, match="phone number"):
        approve(stage, id, text)
    assert "phone number" in preview(stage, id, text).why_not
    approve(stage, id, text, is_private=True)
    deliver(stage)
    assert len(private(stage)) == 1


def test_what_the_house_never_says_does_not_go_out() -> None:
    rules = {"checklists": {"acme": Checklist(banned=("calm down",))}}
    stage, id = a_held_ticket(desk=a_desk_that(**rules))
    with pytest.raises(BadInput, match="calm down"):
        approve(stage, id, "Hi Carla, please calm down.")


def test_a_platform_that_takes_no_replies_says_so_before_anything_is_stored() -> None:
    stage, id = a_held_ticket(source=FakeSource())
    ways = stage.talking.ways(stage.holding.get(id))

    assert (ways.can_reply, ways.can_reply_privately) == (False, False)
    assert "answer there" in ways.why_not
    with pytest.raises(IllegalMove, match="takes no replies"):
        approve(stage, id)
    answered = stage.talking.answered_elsewhere(
        id, GUS, "https://news.example/1", "elsewhere-1", now=NOW
    )
    again = stage.talking.answered_elsewhere(
        id, GUS, "https://news.example/1", "elsewhere-2", now=after(1)
    )
    assert answered.state is TicketState.REPLIED
    assert again is answered


def test_what_was_said_in_private_is_not_answered_in_public() -> None:
    stage = Stage()
    mention = stage.judged("my number is 12, where is it", is_private=True)
    id = TicketId(mention.id)
    stage.holding.claim(id, GUS, now=NOW)

    ways = stage.talking.ways(stage.holding.get(id))
    assert (ways.can_reply, ways.can_reply_privately) == (False, True)
    with pytest.raises(IllegalMove, match="said in private"):
        approve(stage, id)
    approve(stage, id, is_private=True)
    deliver(stage)
    deliver(stage)
    assert len(private(stage)) == 1
    assert public(stage) == []


def test_a_house_may_say_in_its_own_words_that_it_wrote_in_private() -> None:
    trace = SavedReply(name="sent-privately", text="Schau in deine Nachrichten, {first_name}!")
    stage, id = a_held_ticket(desk=a_desk_that(saved=(trace,)))
    approve(stage, id, is_private=True)
    deliver(stage)
    deliver(stage)
    assert public(stage) == ["Schau in deine Nachrichten, Carla! – Gus"]


# --- preview -----------------------------------------------------------------------------


def test_a_preview_is_what_goes_out() -> None:
    stage, id = a_held_ticket()
    shown = preview(stage, id, WORDS)
    approve(stage, id)
    deliver(stage)

    assert public(stage) == [shown.text]
    assert (shown.length, shown.limit) == (len(shown.text), 500)
    assert (shown.can_send, shown.why_not, shown.problems) == (True, "", ())


def test_a_preview_tells_what_stands_against_sending_it_and_changes_nothing() -> None:
    stage, id = a_held_ticket()
    before = stage.holding.get(id)

    assert preview(stage, id, WORDS, by=HAL).why_not == "gus has this ticket"
    assert "empty" in preview(stage, id, " ").why_not
    long = preview(stage, id, "Hi Carla, " + "x" * 500)
    assert not long.can_send
    assert long.problems
    assert [one.id for one in preview(stage, id, "Just wait.").hints if not one.is_problem]
    assert stage.holding.get(id) == before


# --- saved replies and the same words ------------------------------------------------------


def test_a_saved_reply_is_filled_in_and_needs_words_of_ones_own() -> None:
    stage, id = a_held_ticket(desk=a_desk_that(saved=(DELAY,)))
    bare = "Hi {first_name}, your parcel is late, and we are sorry."
    with pytest.raises(BadInput, match="words of your own"):
        approve(stage, id, bare, saved="delay")
    assert not preview(stage, id, bare, saved="delay").can_send

    approve(stage, id, f"{bare} It left Graz this morning.", saved="delay")
    deliver(stage)

    ours = "Hi Carla, your parcel is late, and we are sorry. It left Graz this morning. – Gus"
    assert public(stage) == [ours]
    with pytest.raises(BadInput, match="no saved reply"):
        approve(stage, id, WORDS, saved="gone", reply_id="reply-0002")


def test_no_two_customers_get_the_same_lines() -> None:
    stage, id = a_held_ticket()
    other = another_ticket(stage)
    approve(stage, id)
    for same in (WORDS, "Hello Max, your parcel is in Graz and comes tomorrow!"):
        with pytest.raises(BadInput, match="another customer"):
            approve(stage, other, same, by=HAL)
    approve(stage, other, "Hi, yours is in Linz and comes on Friday.", by=HAL)

    assert len(stage.outbox.waiting) == 2


def test_the_same_words_may_be_said_again_to_the_same_customer() -> None:
    stage, id = a_held_ticket()
    approve(stage, id)
    stage.talking.undo(id, GUS, REPLY, now=NOW)
    assert approve(stage, id, reply_id="reply-0002").pending_replies


def test_who_may_not_reply_takes_the_words_from_nobody() -> None:
    stage, id = a_held_ticket()
    other = another_ticket(stage)
    with pytest.raises(NotAllowed):
        approve(stage, id, by=HAL)
    with pytest.raises(OutOfDate):
        approve(stage, id, expected=1)
    assert approve(stage, other, by=HAL).pending_replies


# --- a lead's word -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "approval",
    [
        Approval(urgencies=frozenset({Urgency.SOON})),
        Approval(topics=frozenset({Topic.PRESS})),
    ],
)
def test_a_level_or_a_topic_that_needs_a_leads_word_waits_for_it(approval: Approval) -> None:
    stage = Stage(a_desk_that(approval=approval))
    stage.scorer.table = {"lawyer": a_score(Urgency.SOON, topic=Topic.PRESS)}
    id = TicketId(stage.judged("I'll tell my lawyer").id)
    stage.holding.claim(id, GUS, now=NOW)
    assert preview(stage, id, WORDS).needs_approval
    approve(stage, id)
    deliver(stage)
    stage.ticks(1, 3)
    assert states(stage, id) == [ReplyState.PROPOSED]

    with pytest.raises(NotAllowed):
        stage.talking.approve(id, GUS, REPLY, now=after(4))
    stage.talking.approve(id, IDA, REPLY, now=after(4))
    deliver(stage, after(4))
    assert public(stage) == [], "it can still be undone"
    deliver(stage, after(5))

    assert len(public(stage)) == 1


def test_what_a_lead_sends_back_never_goes_out() -> None:
    stage, id = a_held_ticket(desk=with_approval())
    approve(stage, id)
    ticket = stage.talking.send_back(id, IDA, REPLY, "too stiff", now=after(2))
    stage.ticks(3, 6)

    assert public(stage) == []
    assert ticket.acts[-1].text == "too stiff"
    assert approve(stage, id, "Hi Carla, it is in Linz.", reply_id="reply-0002").pending_replies


# --- notes and corrections ---------------------------------------------------------------


def test_a_note_goes_with_whatever_else_happens_meanwhile() -> None:
    def rival() -> None:
        stage.ending.resolve(id, GUS, TicketState.CONTENT, now=after(5))

    stage, id = a_held_ticket(Interruption(1, of="save", do=rival))
    ticket = stage.talking.note(id, HAL, "I know this customer", now=after(5))

    assert ticket.state is TicketState.CONTENT
    assert [one.text for one in ticket.notes] == ["I know this customer"]


def test_two_agents_who_correct_at_once_are_both_heard_and_counted_once_each() -> None:
    def rival() -> None:
        stage.talking.correct(id, correction("hal"))

    def correction(by: str) -> Correction:
        return Correction(by=by, at=NOW, urgency=Urgency.WAKE)

    stage, id = a_held_ticket(Interruption(1, of="save", do=rival))
    for _ in range(2):
        stage.talking.correct(id, correction("ida"))

    assert [one.by for one in stage.holding.get(id).corrections] == ["hal", "ida"]
    assert stage.meter.counts["VerdictsCorrected"] == 2
    with pytest.raises(NotFound):
        stage.talking.correct(TicketId("mastodon.1"), correction("gus"))


def test_an_agent_without_a_name_signs_nothing() -> None:
    stage, id = a_held_ticket()
    stage.talking.reply(id, GUS, "", WORDS, reply_id=REPLY, now=NOW)
    deliver(stage, OUT)
    assert public(stage) == [WORDS]
