"""One ticket, one holder, one public reply, whatever breaks in between."""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import pytest

from chalicelib.domain.correction import Correction
from chalicelib.domain.errors import (
    BadInput,
    IllegalMove,
    NotAllowed,
    NotFound,
    SourceRefused,
    SourceUnavailable,
    StaleWrite,
)
from chalicelib.domain.signal import Urgency
from chalicelib.domain.ticket import (
    REPLY_LEASE,
    TRIED_FOR,
    AgentId,
    ReplyState,
    Ticket,
    TicketId,
    TicketState,
)
from chalicelib.services.answering import SETTLED_AT_ONCE
from tests.builders import NOW, a_desk, a_mention, a_pulled, a_score, a_source_entry
from tests.fakes import Crash, FakeReplier, FakeSource, ReplyFate
from tests.services.stage import Interruption, Stage, after, at_once, interruptions

GUS, HAL = AgentId("gus"), AgentId("hal")
MOMENT = timedelta(microseconds=1)


def _claimed(
    interruption: Interruption | None = None, source: FakeSource | None = None
) -> tuple[Stage, TicketId]:
    """A stage with one ticket, which Gus holds."""
    stage = Stage(interruption=interruption, source=source)
    if interruption:
        interruption.has_struck = True
    stage.judged("where is my parcel")
    (ticket,) = stage.tickets.all()
    stage.answering.claim(ticket.id, GUS, now=NOW)
    if interruption:
        interruption.has_struck = False
    return stage, ticket.id


def _reply(stage: Stage, id: TicketId, now: datetime = NOW, reply_id: str = "reply-1") -> Ticket:
    return stage.answering.reply(id, GUS, "Hi Carla!", reply_id=reply_id, now=now)


def _states(stage: Stage, id: TicketId) -> list[ReplyState]:
    return [reply.state for reply in stage.answering.get(id).replies]


# --- holding -----------------------------------------------------------------------------


def test_the_queue_shows_the_gravest_first_then_who_has_waited_longest() -> None:
    stage = Stage()
    stage.judged("where is it", 1, now=NOW)
    stage.judged("where is it", 2, now=NOW - timedelta(hours=1))
    stage.judged("it is slow", 3, now=NOW)
    stage.judged("the site is down", 4, now=NOW)

    ids = [ticket.mention.platform_id.lstrip("0") for ticket in stage.answering.queue()]
    assert ids == ["4", "3", "2", "1"]
    assert len(stage.answering.queue(limit=2)) == 2


def test_a_ticket_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound):
        Stage().answering.get(TicketId("mastodon.404"))


def test_only_the_holder_releases_replies_and_resolves() -> None:
    stage, id = _claimed()

    with pytest.raises(NotAllowed):
        stage.answering.claim(id, HAL, now=NOW)
    with pytest.raises(NotAllowed):
        stage.answering.release(id, HAL, now=NOW)
    with pytest.raises(NotAllowed):
        stage.answering.reply(id, HAL, "Hi!", reply_id="reply-1", now=NOW)
    with pytest.raises(NotAllowed):
        stage.answering.resolve(id, HAL, TicketState.CONTENT, now=NOW)
    with pytest.raises(IllegalMove):
        stage.answering.reopen(id, HAL, now=NOW)
    assert stage.answering.get(id).holder == GUS
    assert stage.platform.public == []


def test_a_released_ticket_can_be_taken_by_another() -> None:
    stage, id = _claimed()
    stage.answering.release(id, GUS, now=NOW)

    assert stage.answering.claim(id, HAL, now=NOW).holder == HAL


def test_an_ended_ticket_leaves_the_queue_and_comes_back_when_reopened() -> None:
    stage, id = _claimed()
    stage.answering.resolve(id, GUS, TicketState.NOT_CONTENT, now=after(9))
    assert stage.answering.queue() == ()

    stage.answering.reopen(id, HAL, now=after(10))

    (ticket,) = stage.answering.queue()
    assert ticket.holder is None


def test_of_many_who_claim_at_once_one_has_it() -> None:
    for _ in range(20):
        stage = Stage()
        stage.judged("where is my parcel")
        (ticket,) = stage.tickets.all()
        agents = [AgentId(f"agent-{number}") for number in range(6)]
        failures = at_once(
            [partial(stage.answering.claim, ticket.id, agent, now=NOW) for agent in agents]
        )

        assert len(failures) == len(agents) - 1
        assert all(isinstance(one, StaleWrite | NotAllowed) for one in failures)
        assert stage.answering.get(ticket.id).holder in agents
        assert stage.answering.get(ticket.id).version == 2


def test_a_rival_at_any_step_of_a_claim_leaves_one_holder_and_tells_the_other() -> None:
    def rival() -> None:
        with suppress(NotAllowed):
            stages[-1].answering.claim(stages[-1].tickets.all()[0].id, HAL, now=NOW)

    stages: list[Stage] = []
    for interruption in interruptions(rival):
        stage = Stage(interruption=interruption)
        stages.append(stage)
        interruption.has_struck = True
        stage.judged("where is my parcel")
        interruption.has_struck = False
        (ticket,) = stage.tickets.all()
        try:
            stage.answering.claim(ticket.id, GUS, now=NOW)
        except (StaleWrite, NotAllowed):
            holder = HAL
        else:
            holder = GUS
        interruption.end()
        assert stage.answering.get(ticket.id).holder == holder
        assert stage.answering.get(ticket.id).version == 2


# --- replying ----------------------------------------------------------------------------


def test_a_reply_is_published_and_the_ticket_is_replied() -> None:
    stage, id = _claimed()
    ticket = _reply(stage, id)

    assert ticket.state is TicketState.REPLIED
    assert ticket.replies[-1].state is ReplyState.SENT
    assert ticket.replies[-1].url == "https://social.example/reply-1"
    assert [reply.text for _, reply in stage.platform.public] == ["Hi Carla!"]
    assert stage.meter.counts["RepliesSent"] == 1


def test_the_same_approval_sent_twice_is_published_once() -> None:
    stage, id = _claimed()
    for _ in range(3):
        ticket = _reply(stage, id)

    assert len(stage.platform.public) == 1
    assert len(ticket.replies) == 1


def test_the_same_approval_sent_by_many_at_once_is_published_once() -> None:
    for _ in range(15):
        stage, id = _claimed()
        failures = at_once([partial(_reply, stage, id)] * 4)

        assert len(stage.platform.public) == 1
        assert all(isinstance(one, StaleWrite | IllegalMove) for one in failures)


def test_a_second_approval_while_the_first_is_under_way_is_refused() -> None:
    stage, id = _claimed()
    stage.platform.fates.append(ReplyFate.LOST_ANSWER)
    _reply(stage, id)

    with pytest.raises(IllegalMove, match="under way"):
        _reply(stage, id, reply_id="reply-2")
    assert len(stage.platform.public) == 1


@pytest.mark.parametrize("text", ["", "  ", "x" * 5_001])
def test_a_text_that_cannot_be_sent_leaves_the_ticket_as_it_was(text: str) -> None:
    stage, id = _claimed()
    before = stage.answering.get(id)

    with pytest.raises(BadInput):
        stage.answering.reply(id, GUS, text, reply_id="reply-1", now=NOW)
    assert stage.answering.get(id) == before


def test_a_refused_reply_goes_back_to_the_agent_who_may_try_another() -> None:
    stage, id = _claimed()
    stage.platform.fates.append(ReplyFate.REFUSED)
    ticket = _reply(stage, id)

    assert ticket.state is TicketState.CLAIMED
    assert ticket.replies[-1].refusal == "the post is gone"
    assert _reply(stage, id, reply_id="reply-2").state is TicketState.REPLIED


def test_a_platform_that_takes_no_replies_says_so() -> None:
    stage, id = _claimed(source=FakeSource())
    ticket = _reply(stage, id)

    assert ticket.replies[-1].state is ReplyState.REFUSED
    assert "takes no replies" in ticket.replies[-1].refusal


def test_a_source_that_was_removed_or_lost_its_secret_refuses() -> None:
    for desk, word in (
        (a_desk(sources=()), "not configured any more"),
        (a_desk(sources=(a_source_entry(), a_source_entry("other"))), "secret"),
    ):
        stage, id = _claimed()
        stage.desks.put(desk, now=NOW)
        stage.sources.by_name.clear()
        ticket = _reply(stage, id)

        assert ticket.replies[-1].state is ReplyState.REFUSED
        assert word in ticket.replies[-1].refusal


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
    stage.answering.claim(ticket.id, GUS, now=NOW)
    return stage, account, ticket.id


@pytest.mark.parametrize("first", ["hashtag", "account"])
def test_a_post_that_two_sources_hear_is_answered_by_the_one_that_can(first: str) -> None:
    stage, account, id = _by_hashtag_and_account(first)
    ticket = _reply(stage, id)

    assert ticket.replies[-1].state is ReplyState.SENT
    assert [reply.id for _, reply in account.public] == ["reply-1"]


@pytest.mark.parametrize("first", ["hashtag", "account"])
def test_its_unknown_reply_is_looked_up_by_the_same_one(first: str) -> None:
    stage, account, id = _by_hashtag_and_account(first)
    account.fates.append(ReplyFate.LOST_ANSWER)
    _reply(stage, id)

    assert stage.answering.settle(now=NOW + REPLY_LEASE) == 1
    assert stage.answering.get(id).replies[-1].state is ReplyState.SENT
    assert len(account.public) == 1


def test_when_the_one_that_could_reply_lost_its_secret_that_is_the_refusal() -> None:
    stage, _, id = _by_hashtag_and_account("hashtag")
    del stage.sources.by_name["account"]

    assert "the secret of source account" in _reply(stage, id).replies[-1].refusal


def test_a_source_that_lost_its_secret_is_stood_in_for() -> None:
    stage, _, id = _by_hashtag_and_account("account")
    del stage.sources.by_name["account"]
    stand_in = FakeReplier("hashtag")
    stage.sources.by_name["hashtag"] = stand_in

    assert _reply(stage, id).replies[-1].state is ReplyState.SENT
    assert len(stand_in.public) == 1


# --- unknown outcomes --------------------------------------------------------------------


@pytest.mark.parametrize(
    "fate", [ReplyFate.LOST_ANSWER, ReplyFate.LOST_REPLY, ReplyFate.UNAVAILABLE]
)
def test_a_reply_of_unknown_fate_is_looked_for_and_is_public_once_in_the_end(
    fate: ReplyFate,
) -> None:
    stage, id = _claimed()
    stage.platform.fates.append(fate)
    assert _reply(stage, id).replies[-1].state is ReplyState.UNKNOWN

    assert stage.answering.settle(now=after(1)) == 1

    assert _states(stage, id) == [ReplyState.SENT]
    assert len(stage.platform.public) == 1
    assert stage.platform.lookups == 1
    assert stage.answering.get(id).state is TicketState.REPLIED
    assert stage.answering.settle(now=after(2)) == 0


def test_an_agent_may_look_it_up_without_waiting_for_the_tick() -> None:
    stage, id = _claimed()
    stage.platform.fates.append(ReplyFate.LOST_ANSWER)
    _reply(stage, id)

    assert stage.answering.look_up(id, HAL, now=NOW).state is TicketState.REPLIED
    with pytest.raises(IllegalMove):
        stage.answering.look_up(id, HAL, now=NOW)


def test_a_reply_that_is_being_sent_is_left_alone_until_its_lease_is_over() -> None:
    stage, id = _claimed()
    stage.platform.fates.append(ReplyFate.CRASH_AFTER)
    with pytest.raises(Crash):
        _reply(stage, id)

    with pytest.raises(IllegalMove):
        stage.answering.look_up(id, GUS, now=NOW + REPLY_LEASE - MOMENT)
    assert stage.answering.settle(now=NOW + REPLY_LEASE - MOMENT) == 0
    assert stage.answering.settle(now=NOW + REPLY_LEASE) == 1
    assert len(stage.platform.public) == 1


def test_a_platform_that_cannot_be_asked_is_asked_again_and_nothing_is_sent_meanwhile() -> None:
    stage, id = _claimed()
    stage.platform.fates.append(ReplyFate.LOST_ANSWER)
    _reply(stage, id)
    stage.platform.is_hiding = True
    for minute in range(1, 10):
        assert stage.answering.settle(now=after(minute)) == 0
    assert len(stage.platform.public) == 1
    stage.platform.is_hiding = False

    assert stage.answering.settle(now=after(11)) == 1
    assert len(stage.platform.public) == 1


def test_what_could_not_be_looked_up_for_a_day_goes_back_to_the_agent() -> None:
    stage, id = _claimed()
    stage.platform.fates.append(ReplyFate.LOST_REPLY)
    _reply(stage, id)
    stage.platform.is_hiding = True
    stage.answering.settle(now=NOW + TRIED_FOR - MOMENT)
    assert _states(stage, id) == [ReplyState.UNKNOWN]

    stage.answering.settle(now=NOW + TRIED_FOR)

    assert _states(stage, id) == [ReplyState.REFUSED]
    assert "not published within a day" in stage.answering.get(id).replies[0].refusal


def test_what_could_not_be_published_for_a_day_goes_back_to_the_agent_and_is_not_sent_late() -> (
    None
):
    stage, id = _claimed()
    stage.platform.fates.extend([ReplyFate.UNAVAILABLE] * 25)
    _reply(stage, id)
    for hour in range(1, 24):
        stage.answering.settle(now=NOW + timedelta(hours=hour))
    assert _states(stage, id) == [ReplyState.UNKNOWN]

    stage.answering.settle(now=NOW + TRIED_FOR)

    assert _states(stage, id) == [ReplyState.REFUSED]
    assert stage.platform.public == []


def test_a_reply_found_public_after_a_day_is_sent_all_the_same() -> None:
    stage, id = _claimed()
    stage.platform.fates.append(ReplyFate.LOST_ANSWER)
    _reply(stage, id)

    stage.answering.settle(now=NOW + 3 * TRIED_FOR)

    assert _states(stage, id) == [ReplyState.SENT]


class _Breaking(FakeReplier):
    """Its answers to one mention cannot be understood."""

    def find_reply(self, mention, reply):  # type: ignore[no-untyped-def]
        if mention.platform_id.endswith("1"):
            raise ValueError("half a JSON")
        return super().find_reply(mention, reply)


def test_one_reply_that_cannot_be_settled_holds_up_no_other() -> None:
    stage = Stage(source=_Breaking())
    for number in (1, 2):
        stage.judged("where is my parcel", number)
    stage.platform.fates.extend([ReplyFate.LOST_ANSWER] * 2)
    for ticket in stage.tickets.all():
        stage.answering.claim(ticket.id, GUS, now=NOW)
        stage.answering.reply(ticket.id, GUS, "Hi!", reply_id=f"r-{ticket.id}", now=NOW)

    assert stage.answering.settle(now=after(1)) == 1
    states = [ticket.replies[0].state for ticket in stage.tickets.all()]
    assert states == [ReplyState.SENDING, ReplyState.SENT]


def test_a_tick_settles_a_bounded_number_oldest_approval_first() -> None:
    stage = Stage()
    stage.platform.fates.extend([ReplyFate.LOST_ANSWER] * (SETTLED_AT_ONCE + 3))
    for number in range(SETTLED_AT_ONCE + 3):
        mention = stage.judged("where is my parcel", number)
        id = TicketId(mention.id)
        stage.answering.claim(id, GUS, now=NOW)
        stage.answering.reply(
            id, GUS, "Hi!", reply_id=f"r-{number}", now=NOW + timedelta(seconds=number)
        )

    assert stage.answering.settle(now=after(9)) == SETTLED_AT_ONCE
    assert [one.replies[0].state for one in stage.tickets.all()][-3:] == [ReplyState.UNKNOWN] * 3
    assert stage.answering.settle(now=after(10)) == 3


@pytest.mark.parametrize("settled_by", ["tick", "agent"])
def test_a_crash_at_any_step_of_replying_publishes_it_exactly_once_in_the_end(
    settled_by: str,
) -> None:
    for interruption in interruptions():
        stage, id = _claimed(interruption)
        try:
            _reply(stage, id)
        except Crash:
            assert interruption.has_struck
        interruption.end()
        if settled_by == "agent" and stage.answering.get(id).pending_reply:
            stage.answering.look_up(id, GUS, now=after(3))
        stage.ticks(1, 5)
        _reply(stage, id, now=after(6))  # the agent's browser sends it once more

        assert len(stage.platform.public) == 1, interruption.number
        assert _states(stage, id) == [ReplyState.SENT]
        assert stage.answering.get(id).state is TicketState.REPLIED


@pytest.mark.parametrize("fate", [ReplyFate.LOST_ANSWER, ReplyFate.LOST_REPLY])
def test_a_crash_at_any_step_of_settling_publishes_it_exactly_once_in_the_end(
    fate: ReplyFate,
) -> None:
    for interruption in interruptions():
        stage, id = _claimed(interruption)
        interruption.has_struck = True
        stage.platform.fates.append(fate)
        _reply(stage, id)
        interruption.has_struck = False
        try:
            stage.answering.settle(now=after(1))
        except Crash:
            assert interruption.has_struck
        interruption.end()
        stage.ticks(2, 6)

        assert len(stage.platform.public) == 1, interruption.number
        assert _states(stage, id) == [ReplyState.SENT]


def test_a_second_settling_anywhere_within_the_first_publishes_nothing_twice() -> None:
    def rival() -> None:
        stages[-1].answering.settle(now=after(1))

    stages: list[Stage] = []
    for interruption in interruptions(rival):
        stage, id = _claimed(interruption)
        stages.append(stage)
        interruption.has_struck = True
        stage.platform.fates.append(ReplyFate.LOST_REPLY)
        _reply(stage, id)
        interruption.has_struck = False
        stage.answering.settle(now=after(1))
        interruption.end()
        stage.ticks(2, 6)

        assert len(stage.platform.public) == 1, interruption.number
        assert _states(stage, id) == [ReplyState.SENT]


def test_a_release_while_the_reply_is_on_its_way_does_not_lead_to_a_second_answer() -> None:
    def rival() -> None:
        stage, id = staged[-1]
        stage.answering.release(id, GUS, now=NOW)

    staged: list[tuple[Stage, TicketId]] = []
    for interruption in interruptions(rival):
        stage, id = _claimed(interruption)
        staged.append((stage, id))
        try:
            _reply(stage, id)
        except (StaleWrite, NotAllowed):
            assert interruption.has_struck
        interruption.end()
        stage.ticks(1, 5)

        assert len(stage.platform.public) <= 1
        assert stage.answering.get(id).pending_reply is None


def test_urgency_is_kept_from_the_verdict() -> None:
    stage = Stage()
    stage.scorer.otherwise = a_score(Urgency.SOON)
    stage.judged("whatever")

    assert stage.answering.queue()[0].urgency is Urgency.SOON


@pytest.mark.parametrize("trouble", [SourceUnavailable("down"), SourceRefused("no")])
def test_a_lookup_that_fails_leaves_no_reply_half_done(trouble: Exception) -> None:
    class Failing(FakeReplier):
        def find_reply(self, mention: object, reply: object) -> None:
            raise trouble

    stage, id = _claimed(source=Failing())
    stage.platform.fates.append(ReplyFate.LOST_ANSWER)
    _reply(stage, id)
    stage.answering.settle(now=after(1))

    expected = ReplyState.UNKNOWN if isinstance(trouble, SourceUnavailable) else ReplyState.REFUSED
    assert _states(stage, id) == [expected]


def test_a_platform_that_cannot_settle_one_reply_is_asked_for_no_other_in_that_tick() -> None:
    stage = Stage()
    for number in (1, 2, 3):
        stage.judged("where is my parcel", number)
    stage.platform.fates.extend([ReplyFate.LOST_REPLY] * 3)
    for ticket in stage.tickets.all():
        stage.answering.claim(ticket.id, GUS, now=NOW)
        stage.answering.reply(ticket.id, GUS, "Hi!", reply_id=f"r-{ticket.id}", now=NOW)
    stage.platform.is_hiding = True

    stage.answering.settle(now=after(1))

    tried = [ticket.replies[-1].tried_at for ticket in stage.tickets.all()]
    assert sorted(tried) == [NOW, NOW, after(1)]


def test_a_settling_that_has_no_time_left_asks_nobody() -> None:
    stage, id = _claimed()
    stage.platform.fates.append(ReplyFate.LOST_ANSWER)
    _reply(stage, id)

    assert stage.answering.settle(now=after(1), has_time=lambda: False) == 0
    assert stage.answering.settle(now=after(2)) == 1


# --- corrections -------------------------------------------------------------------------


def _correction(by: str, urgency: Urgency = Urgency.WAKE) -> Correction:
    return Correction(by=by, at=NOW, urgency=urgency)


def test_two_agents_who_correct_at_once_are_both_heard() -> None:
    stage, id = _claimed()
    failures = at_once(
        [partial(stage.answering.correct, id, _correction(by)) for by in ("gus", "hal", "ida")]
    )
    assert failures == []
    assert sorted(one.by for one in stage.answering.get(id).corrections) == ["gus", "hal", "ida"]
    assert stage.meter.counts["VerdictsCorrected"] == 3


def test_a_correction_goes_with_what_somebody_else_does_meanwhile() -> None:
    def rival() -> None:
        stage.answering.resolve(id, GUS, TicketState.CONTENT, now=after(5))

    stage, id = _claimed(Interruption(1, of="save", do=rival))
    stage.answering.correct(id, _correction("hal"))

    ticket = stage.answering.get(id)
    assert ticket.state is TicketState.CONTENT
    assert [one.by for one in ticket.corrections] == ["hal"]


def test_a_reply_is_known_to_be_public_though_somebody_corrected_the_verdict_meanwhile() -> None:
    def rival() -> None:
        stage.answering.correct(id, _correction("hal"))

    stage, id = _claimed(Interruption(1, of="reply", do=rival))
    _reply(stage, id)

    assert _states(stage, id) == [ReplyState.SENT]
    assert [one.by for one in stage.answering.get(id).corrections] == ["hal"]


def test_what_is_not_there_cannot_be_corrected() -> None:
    with pytest.raises(NotFound):
        Stage().answering.correct(TicketId("mastodon.1"), _correction("gus"))
