"""What was approved is published once: platforms that fail, answers that are lost, undoing."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import permutations
from typing import Any

import pytest

from chalicelib.domain.errors import IllegalMove, OutOfDate
from chalicelib.domain.signal import Urgency
from chalicelib.domain.ticket import (
    REPLY_LEASE,
    TRIED_FOR,
    UNDO_FOR,
    Post,
    ReplyState,
    TicketActKind,
    TicketId,
    TicketState,
    joined,
)
from chalicelib.services.answering.afterwards import FOLLOW_UP
from chalicelib.services.answering.changes import RACES
from chalicelib.services.answering.sending import SETTLED_AT_ONCE
from tests.builders import (
    NOW,
    a_desk,
    a_mention,
    a_pulled,
    a_score,
    a_source_entry,
    mention_number,
)
from tests.fakes import FakeReplier, FakeSource, ReplyFate
from tests.services.answering.scenes import (
    GUS,
    HAL,
    OUT,
    REPLY,
    WORDS,
    a_held_ticket,
    approve,
    deliver,
    private,
    public,
    reply_of,
    states,
)
from tests.services.stage import Interruption, Stage, after, at_once

MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
SIGNED = f"{WORDS} – Gus"


def test_an_approved_reply_goes_out_signed_when_it_cannot_be_undone_any_more() -> None:
    stage, id = a_held_ticket()
    approve(stage, id)
    assert stage.outbox.waiting == [(id, REPLY, UNDO_FOR)]
    assert public(stage) == []

    deliver(stage)

    ticket = stage.holding.get(id)
    assert public(stage) == [SIGNED]
    assert ticket.state is TicketState.REPLIED
    assert ticket.replies[-1].url == f"https://social.example/{REPLY}"
    assert (ticket.returns_at, ticket.returns_for) == (OUT + timedelta(hours=48), FOLLOW_UP)
    assert stage.meter.counts["RepliesSent"] == 1


def test_it_stands_beneath_the_customers_newest_word() -> None:
    stage, id = a_held_ticket()
    author = stage.holding.get(id).mention.author
    stage.judged("and where is the second one", 2, now=after(1), author=author)
    approve(stage, id, now=after(2))
    deliver(stage, after(3))

    ((mention, _),) = stage.platform.public
    assert mention.text == "and where is the second one"


def test_a_message_that_comes_too_early_is_put_back() -> None:
    stage, id = a_held_ticket()
    approve(stage, id)
    deliver(stage, OUT - MOMENT)

    assert public(stage) == []
    assert stage.outbox.waiting == [(id, REPLY, MOMENT)]
    deliver(stage)
    assert public(stage) == [SIGNED]


def test_what_the_queue_loses_the_tick_finds() -> None:
    stage, id = a_held_ticket()
    approve(stage, id)
    stage.outbox.waiting.clear()

    assert stage.sender.settle(OUT - MOMENT) == 0
    assert stage.sender.settle(OUT) == 1
    assert public(stage) == [SIGNED]


def test_a_queue_that_takes_nothing_does_not_lose_the_reply() -> None:
    def fail() -> None:
        raise OSError("the queue is not there")

    stage, id = a_held_ticket(Interruption(1, of="enqueue", do=fail))
    approve(stage, id)
    assert stage.outbox.waiting == []

    assert stage.sender.settle(OUT) == 1
    assert public(stage) == [SIGNED]


def test_messages_that_come_twice_and_in_any_order_publish_each_reply_once() -> None:
    for order in permutations(range(3)):
        stage, id = a_held_ticket()
        approve(stage, id, is_private=True)
        approve(stage, id, "Hi Carla, see your messages please.", reply_id="reply-0002")
        messages = [(id, REPLY), (id, "reply-0002"), (id, "gone-0001")]
        for _ in range(3):
            for number in order:
                stage.sender.send(*messages[number], OUT)
        deliver(stage)

        assert len(private(stage)) == 1
        assert len(public(stage)) == 2  # the second reply, and the trace of the private one


def test_a_message_of_a_ticket_that_was_erased_is_nothing() -> None:
    stage, id = a_held_ticket()
    approve(stage, id)
    stage.tickets.erase(id)
    deliver(stage)
    assert public(stage) == []


def test_of_many_senders_at_once_one_sends() -> None:
    for _ in range(15):
        stage, id = a_held_ticket()
        approve(stage, id)
        acts = [partial(stage.sender.send, id, REPLY, OUT)] * 4
        failures = at_once([*acts, partial(stage.sender.settle, OUT)])

        assert failures == []
        assert public(stage) == [SIGNED]
        assert states(stage, id) == [ReplyState.SENT]


# --- undo --------------------------------------------------------------------------------


def test_an_undone_reply_never_goes_out() -> None:
    stage, id = a_held_ticket()
    approve(stage, id)
    stage.talking.undo(id, GUS, REPLY, now=OUT - MOMENT)
    deliver(stage)
    stage.ticks(1, 5)

    assert public(stage) == []
    assert stage.holding.get(id).state is TicketState.CLAIMED


def test_an_undo_that_comes_too_late_says_so() -> None:
    stage, id = a_held_ticket()
    approve(stage, id)
    deliver(stage)

    with pytest.raises(IllegalMove, match="too late"):
        stage.talking.undo(id, GUS, REPLY, now=OUT + MOMENT)


def test_an_undo_and_a_sender_at_the_same_moment_agree() -> None:
    for _ in range(30):
        stage, id = a_held_ticket()
        approve(stage, id)
        failures = at_once(
            [
                partial(stage.sender.send, id, REPLY, OUT),
                partial(stage.talking.undo, id, GUS, REPLY, now=OUT),
            ]
        )

        is_undone = states(stage, id) == [ReplyState.UNDONE]
        assert public(stage) == ([] if is_undone else [SIGNED])
        assert is_undone is not bool(failures)


# --- platforms that fail -----------------------------------------------------------------


def test_a_platform_that_is_down_for_an_hour_is_tried_less_and_less_often_until_it_is_back() -> (
    None
):
    stage, id = a_held_ticket()
    approve(stage, id)
    stage.platform.is_down = True
    tried = []
    at = OUT
    while at < after(60):
        calls = stage.platform.calls
        stage.sender.settle(at)
        if stage.platform.calls > calls:
            tried.append((at - OUT) // MINUTE)
        at += timedelta(seconds=30)
    waits = reply_of(stage, id)
    assert tried == [0, 1, 3, 8, 18, 28, 38, 48, 58]
    assert (waits.state, waits.trouble) == (ReplyState.QUEUED, "the platform is down")
    assert stage.platform.lookups == 0, "it surely is not public"
    stage.platform.is_down = False

    stage.ticks(61, 71)

    assert public(stage) == [SIGNED]
    assert reply_of(stage, id).trouble == ""


def test_a_reply_that_waits_for_its_platform_can_be_undone() -> None:
    stage, id = a_held_ticket()
    approve(stage, id)
    stage.platform.is_down = True
    deliver(stage)
    stage.talking.undo(id, GUS, REPLY, now=after(1))
    stage.platform.is_down = False
    stage.ticks(2, 20)

    assert public(stage) == []


def test_while_a_platform_is_down_others_are_served_and_it_is_called_once_a_tick() -> None:
    entries = (a_source_entry(), a_source_entry("forum-acme", kind="replay"))
    stage = Stage(a_desk(sources=entries))
    forum = FakeReplier("forum-acme")
    stage.sources.by_name["forum-acme"] = forum
    for number in range(SETTLED_AT_ONCE):
        stage.judged("where is my parcel", number)
    late = TicketId(
        stage.judged("where is it", 999, source="forum-acme", platform="forum", now=after(0.1)).id
    )
    for number, ticket in enumerate(stage.tickets.all()):
        stage.holding.claim(ticket.id, GUS, now=NOW)
        seconds = timedelta(seconds=1 if ticket.id == late else 0)
        approve(stage, ticket.id, f"Hi, it is number {number}", now=NOW + seconds)
    stage.platform.is_down = True

    stage.sender.settle(after(1))
    assert stage.platform.calls == 1
    stage.sender.settle(after(1.5))

    assert len(forum.public) == 1, "what waits for a platform that is down starves no other"
    stuck = [one.replies[-1] for one in stage.tickets.all() if one.id != late]
    assert {one.trouble for one in stuck} == {"the platform is down"}
    stage.platform.is_down = False
    stage.ticks(2, 12)
    assert len(stage.platform.public) == SETTLED_AT_ONCE


def test_a_talk_on_two_platforms_waits_for_the_one_on_which_it_is_answered() -> None:
    entries = (a_source_entry(), a_source_entry("forum-acme", kind="replay"))
    stage = Stage(a_desk(sources=entries))
    forum = FakeReplier("forum-acme")
    stage.sources.by_name["forum-acme"] = forum
    at_the_forum: dict[str, Any] = {"source": "forum-acme", "platform": "forum"}
    talk = TicketId(stage.judged("where is it", 1, **at_the_forum).id)
    other = TicketId(stage.judged("where is mine", 2, **at_the_forum).id)
    further = Post(mention=mention_number(3, text="and here too", posted_at=after(0.1)))
    ticket, score = stage.holding.get(talk), a_score(Urgency.ANSWER)
    both = joined(ticket, further, score, now=NOW, due_at=ticket.due_at, is_thanks=False)
    stage.tickets.save(both)
    for number, id in enumerate((talk, other)):
        stage.holding.claim(id, GUS, now=NOW)
        approve(stage, id, f"Hi, it is number {number}", now=NOW + number * MOMENT)
    stage.platform.is_down = True

    stage.sender.settle(after(1))
    assert stage.platform.calls == 1
    assert len(forum.public) == 1


@pytest.mark.parametrize("fate", [ReplyFate.LOST_ANSWER, ReplyFate.LOST_REPLY])
def test_a_reply_of_unknown_fate_is_looked_for_and_is_public_once_in_the_end(
    fate: ReplyFate,
) -> None:
    stage, id = a_held_ticket()
    stage.platform.fates.append(fate)
    approve(stage, id)
    deliver(stage)
    assert states(stage, id) == [ReplyState.UNKNOWN]

    assert stage.sender.settle(after(2)) == 1

    assert states(stage, id) == [ReplyState.SENT]
    assert public(stage) == [SIGNED]
    assert stage.platform.lookups == 1
    assert stage.sender.settle(after(3)) == 0


def test_an_agent_may_look_it_up_without_waiting_for_the_tick() -> None:
    stage, id = a_held_ticket()
    stage.platform.fates.append(ReplyFate.LOST_ANSWER)
    approve(stage, id)
    with pytest.raises(IllegalMove):
        stage.sender.look_up(id, HAL, NOW)
    deliver(stage)
    with pytest.raises(OutOfDate):
        stage.sender.look_up(id, HAL, OUT, expected=1)

    assert stage.sender.look_up(id, HAL, OUT).state is TicketState.REPLIED
    with pytest.raises(IllegalMove):
        stage.sender.look_up(id, HAL, OUT)


def test_an_agent_may_have_a_reply_tried_again_at_once() -> None:
    stage, id = a_held_ticket()
    approve(stage, id)
    stage.platform.is_down = True
    deliver(stage)
    stage.platform.is_down = False

    stage.sender.look_up(id, GUS, OUT + MOMENT)
    assert public(stage) == [], "asking publishes nothing"
    deliver(stage, OUT + MOMENT)
    assert public(stage) == [SIGNED]


def test_what_is_asked_for_and_is_not_there_goes_into_the_queue() -> None:
    stage, id = a_held_ticket()
    stage.platform.fates.append(ReplyFate.LOST_REPLY)
    approve(stage, id)
    deliver(stage)
    ticket = stage.sender.look_up(id, HAL, after(1))

    assert ticket.replies[-1].state is ReplyState.QUEUED
    assert stage.outbox.waiting == [(id, REPLY, timedelta(0))]
    deliver(stage, after(1))
    assert public(stage) == [SIGNED]


def test_a_platform_that_cannot_be_asked_is_asked_again_and_nothing_is_sent_meanwhile() -> None:
    stage, id = a_held_ticket()
    stage.platform.fates.append(ReplyFate.LOST_ANSWER)
    approve(stage, id)
    deliver(stage)
    stage.platform.is_hiding = True
    stage.ticks(1, 30)
    assert stage.platform.calls == 1
    stage.platform.is_hiding = False
    stage.ticks(31, 41)

    assert public(stage) == [SIGNED]
    assert states(stage, id) == [ReplyState.SENT]


def test_what_could_not_be_published_for_a_day_goes_back_to_the_agent_and_is_not_sent_late() -> (
    None
):
    stage, id = a_held_ticket()
    stage.platform.is_down = True
    approve(stage, id)
    for hour in range(24):
        stage.sender.settle(NOW + timedelta(hours=hour, minutes=1))
    assert states(stage, id) == [ReplyState.QUEUED]
    stage.platform.is_down = False

    stage.sender.settle(NOW + TRIED_FOR)

    assert "not published within a day" in reply_of(stage, id).refusal
    assert public(stage) == []
    acts = [one.kind for one in stage.holding.get(id).acts]
    assert acts[-1] is TicketActKind.REFUSED


def test_what_could_not_be_looked_up_for_a_day_goes_back_with_the_warning_to_look_there() -> None:
    stage, id = a_held_ticket()
    stage.platform.fates.append(ReplyFate.LOST_REPLY)
    approve(stage, id)
    deliver(stage)
    stage.platform.is_hiding = True
    stage.sender.settle(NOW + TRIED_FOR - MOMENT)
    assert states(stage, id) == [ReplyState.UNKNOWN]

    stage.sender.settle(NOW + TRIED_FOR + 20 * MINUTE)

    assert states(stage, id) == [ReplyState.REFUSED]
    assert "look there before you write again" in reply_of(stage, id).refusal


def test_a_reply_found_public_after_a_day_is_sent_all_the_same() -> None:
    stage, id = a_held_ticket()
    stage.platform.fates.append(ReplyFate.LOST_ANSWER)
    approve(stage, id)
    deliver(stage)

    stage.sender.settle(NOW + 3 * TRIED_FOR)
    assert states(stage, id) == [ReplyState.SENT]


def test_a_refused_reply_goes_back_to_the_agent_who_may_try_another() -> None:
    stage, id = a_held_ticket()
    stage.platform.fates.append(ReplyFate.REFUSED)
    approve(stage, id)
    deliver(stage)

    assert stage.holding.get(id).state is TicketState.CLAIMED
    assert reply_of(stage, id).refusal == "the post is gone"
    approve(stage, id, reply_id="reply-0002", now=after(1))
    deliver(stage, after(2))
    assert public(stage) == [SIGNED]


# --- in private --------------------------------------------------------------------------


def test_a_private_reply_is_told_in_public_once_it_has_arrived() -> None:
    stage, id = a_held_ticket()
    approve(stage, id, "Hi Carla, please send me your address.", is_private=True)
    deliver(stage)
    assert private(stage) == ["Hi Carla, please send me your address. – Gus"]
    assert public(stage) == []

    deliver(stage, OUT)

    assert public(stage) == ["We've sent you a private message. – Gus"]
    assert stage.holding.get(id).state is TicketState.REPLIED
    approve(
        stage, id, "Hi Carla, thank you, it is on its way.", is_private=True, reply_id="reply-2222"
    )
    for _ in range(2):
        deliver(stage, after(5))
    assert len(private(stage)) == 2
    assert len(public(stage)) == 1


def test_a_private_reply_that_is_refused_leaves_no_trace_in_public() -> None:
    stage, id = a_held_ticket()
    stage.platform.fates.append(ReplyFate.REFUSED)
    approve(stage, id, is_private=True)
    deliver(stage)
    stage.ticks(1, 5)

    assert (private(stage), public(stage)) == ([], [])
    assert states(stage, id) == [ReplyState.REFUSED]


def test_a_private_reply_whose_answer_was_lost_is_looked_for_in_private() -> None:
    stage, id = a_held_ticket()
    stage.platform.fates.append(ReplyFate.LOST_ANSWER)
    approve(stage, id, is_private=True)
    deliver(stage)
    stage.ticks(2, 4)

    assert len(private(stage)) == 1
    assert public(stage) == ["We've sent you a private message. – Gus"]


# --- the source that can -----------------------------------------------------------------


def _by_hashtag_and_account(first: str) -> tuple[Stage, FakeReplier, TicketId]:
    """Two sources hear the same post, `first` before the other; only the account can reply."""
    entries = (a_source_entry("hashtag", secret=""), a_source_entry("account"))
    stage = Stage(a_desk(sources=entries if first == "hashtag" else entries[::-1]))
    account = FakeReplier("account")
    hashtag = FakeSource("hashtag")
    stage.sources.by_name = {"hashtag": hashtag, "account": account}
    for source in sorted((account, hashtag), key=lambda one: one.name != first):
        source.posts.append(a_pulled(a_mention(source=source.name, text="where is my parcel")))
        stage.ingest.pull(source.name, now=NOW, deadline=after(1))
    mention = stage.mentions.stream[0]
    assert mention.source == first
    stage.triage.judge(mention, now=NOW)
    (ticket,) = stage.tickets.all()
    stage.holding.claim(ticket.id, GUS, now=NOW)
    return stage, account, ticket.id


@pytest.mark.parametrize("first", ["hashtag", "account"])
@pytest.mark.parametrize("fate", [ReplyFate.PUBLISHED, ReplyFate.LOST_ANSWER])
def test_a_post_that_two_sources_hear_is_answered_by_the_one_that_can(
    first: str, fate: ReplyFate
) -> None:
    stage, account, id = _by_hashtag_and_account(first)
    account.fates.append(fate)
    approve(stage, id)
    deliver(stage)
    stage.ticks(2, 4)

    assert states(stage, id) == [ReplyState.SENT]
    assert [reply.id for _, reply in account.public] == [REPLY]


def test_a_source_that_lost_its_secret_meanwhile_refuses_unless_another_stands_in() -> None:
    stage, _, id = _by_hashtag_and_account("hashtag")
    approve(stage, id)
    del stage.sources.by_name["account"]
    deliver(stage)
    assert "the secret of source account" in reply_of(stage, id).refusal

    stage.sources.by_name["hashtag"] = stand_in = FakeReplier("hashtag")
    approve(stage, id, reply_id="reply-0002", now=after(1))
    deliver(stage, after(2))
    assert len(stand_in.public) == 1


def test_a_source_that_was_removed_meanwhile_refuses() -> None:
    stage, id = a_held_ticket()
    approve(stage, id)
    stage.desks.put(a_desk(sources=()), now=NOW)
    deliver(stage)

    assert "not configured any more" in reply_of(stage, id).refusal


# --- bounds ------------------------------------------------------------------------------


class _Breaking(FakeReplier):
    """Its answers to one mention cannot be understood."""

    def reply(self, mention, reply):  # type: ignore[no-untyped-def]
        if mention.platform_id.endswith("1"):
            raise ValueError("half a JSON")
        return super().reply(mention, reply)


def test_one_reply_that_cannot_be_settled_holds_up_no_other() -> None:
    stage = Stage(source=_Breaking())
    for number in (1, 2):
        mention = stage.judged("where is my parcel", number)
        stage.holding.claim(TicketId(mention.id), GUS, now=NOW)
        approve(stage, TicketId(mention.id), f"Hi, it is number {number}")

    assert stage.sender.settle(OUT) == 1
    found = [ticket.replies[0].state for ticket in stage.tickets.all()]
    assert found == [ReplyState.SENDING, ReplyState.SENT]


def test_a_tick_sees_to_a_bounded_number_longest_due_first_and_stops_when_time_is_short() -> None:
    stage = Stage()
    for number in range(SETTLED_AT_ONCE + 3):
        mention = stage.judged("where is my parcel", number)
        stage.holding.claim(TicketId(mention.id), GUS, now=NOW)
        text = f"Hi, it is number {number}"
        approve(stage, TicketId(mention.id), text, now=NOW + timedelta(seconds=number))

    assert stage.sender.settle(after(9), has_time=lambda: False) == 0
    assert stage.sender.settle(after(9)) == SETTLED_AT_ONCE
    found = [one.replies[0].state for one in stage.tickets.all()]
    assert found[-3:] == [ReplyState.QUEUED] * 3
    assert stage.sender.settle(after(10)) == 3


def test_a_reply_that_somebody_is_sending_is_left_alone_until_the_lease_is_over() -> None:
    stage, id = a_held_ticket()
    stage.platform.fates.append(ReplyFate.CRASH_AFTER)
    approve(stage, id)
    with suppress(BaseException):
        deliver(stage)
    assert states(stage, id) == [ReplyState.SENDING]

    stage.sender.send(id, REPLY, OUT + REPLY_LEASE - MOMENT)
    with pytest.raises(IllegalMove):
        stage.sender.look_up(id, GUS, OUT + REPLY_LEASE - MOMENT)
    assert stage.platform.lookups == 0
    stage.sender.send(id, REPLY, OUT + REPLY_LEASE)
    assert public(stage) == [SIGNED]


def test_a_reply_is_known_to_be_public_though_the_ticket_changed_while_it_left() -> None:
    def rival() -> None:
        stage.talking.note(id, HAL, "I know this customer", now=OUT)

    stage, id = a_held_ticket(Interruption(1, of="reply", is_after=True, do=rival))
    approve(stage, id)
    deliver(stage)

    assert states(stage, id) == [ReplyState.SENT]
    assert [one.by for one in stage.holding.get(id).notes] == [HAL]


def test_a_ticket_that_changes_without_end_is_given_up_and_looked_up_later() -> None:
    def rival() -> None:
        if public(stage):
            stage.talking.note(id, HAL, "I know this customer", now=OUT)
        interruption.has_struck, interruption.calls = False, 0

    interruption = Interruption(1, of="save", do=rival)
    stage, id = a_held_ticket(interruption)
    approve(stage, id)
    deliver(stage)
    interruption.end()
    assert states(stage, id) == [ReplyState.SENDING]
    assert len(stage.holding.get(id).notes) == RACES
    stage.ticks(3, 5)

    assert public(stage) == [SIGNED]
    assert states(stage, id) == [ReplyState.SENT]
