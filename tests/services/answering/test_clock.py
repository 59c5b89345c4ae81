"""What happens by itself: claims that end, returns, promised times that pass."""

from datetime import timedelta

from chalicelib.domain.attendance import Presence
from chalicelib.domain.signal import Urgency
from chalicelib.domain.ticket import (
    REPLY_LEASE,
    AgentId,
    Ticket,
    TicketActKind,
    TicketId,
    TicketState,
)
from tests.builders import NOW, a_score
from tests.fakes import ReplyFate
from tests.services.answering.scenes import (
    GUS,
    HAL,
    a_desk_that,
    a_held_ticket,
    approve,
    deliver,
    public,
    undisturbed,
    with_approval,
)
from tests.services.stage import Interruption, Stage, after

MOMENT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def looks(stage: Stage, id: TicketId, agent: AgentId, minute: float) -> None:
    seen = Presence(agent=agent, name=agent.title(), seen_at=after(minute))
    stage.holding.look(id, seen, after(minute))


def kinds(ticket: Ticket) -> list[TicketActKind]:
    return [one.kind for one in ticket.acts]


# --- claims that end ---------------------------------------------------------------------


def test_a_claim_returns_by_itself_when_its_holder_is_silent_and_says_why() -> None:
    stage, id = a_held_ticket()
    stage.queue_clock.tick(after(20) - MOMENT)
    assert stage.holding.get(id).holder == GUS

    stage.queue_clock.tick(after(20))

    ticket = stage.holding.get(id)
    assert (ticket.state, ticket.holder) == (TicketState.OPEN, None)
    assert (ticket.acts[-1].to, ticket.acts[-1].text) == (GUS, "not heard of for 20 minutes")
    assert stage.meter.counts["ClaimsReturned"] == 1


def test_whoever_has_it_on_their_screen_keeps_it_from_their_last_look_on() -> None:
    stage, id = a_held_ticket()
    for quarter in range(0, 60, 5):
        looks(stage, id, GUS, quarter)
        stage.queue_clock.tick(after(quarter))
    assert stage.holding.get(id).holder == GUS

    stage.queue_clock.tick(after(60))
    assert stage.holding.get(id).held_until == after(75)
    stage.queue_clock.tick(after(75))
    assert stage.holding.get(id).holder is None


def test_a_look_of_somebody_else_keeps_it_for_nobody() -> None:
    stage, id = a_held_ticket()
    looks(stage, id, HAL, 19)
    stage.queue_clock.tick(after(20))
    assert stage.holding.get(id).holder is None


def test_what_its_holder_does_to_it_is_a_sign() -> None:
    stage, id = a_held_ticket()
    stage.talking.note(id, GUS, "asked the driver", now=after(15))
    stage.queue_clock.tick(after(20))
    assert stage.holding.get(id).held_until == after(35)


def test_a_reply_that_is_about_to_leave_is_waited_for() -> None:
    stage, id = a_held_ticket()
    stage.platform.fates.append(ReplyFate.PUBLISHED)
    approve(stage, id, now=NOW)
    stage.queue_clock.tick(after(20))
    ticket = stage.holding.get(id)
    assert (ticket.holder, ticket.held_until) == (GUS, after(20) + REPLY_LEASE)


def test_a_reply_that_waits_for_its_platform_or_a_lead_does_not_keep_a_claim() -> None:
    for desk in (None, with_approval()):
        stage, id = a_held_ticket(desk=desk)
        stage.platform.is_down = True
        approve(stage, id)
        deliver(stage)
        stage.queue_clock.tick(after(20))
        assert stage.holding.get(id).holder is None
        stage.platform.is_down = False
        if desk is None:
            stage.sender.settle(after(40))
            assert stage.holding.get(id).state is TicketState.REPLIED
            assert len(public(stage)) == 1


def test_a_claim_taken_again_in_the_same_moment_is_not_ended() -> None:
    def rival() -> None:
        stage.talking.note(id, GUS, "I am here", now=after(20))

    stage, id = a_held_ticket(Interruption(1, of="save", do=rival))
    stage.queue_clock.tick(after(20))
    assert stage.holding.get(id).holder == GUS


# --- promises ----------------------------------------------------------------------------


def test_a_promised_time_that_passes_is_said_once() -> None:
    stage = Stage()
    stage.scorer.otherwise = a_score(Urgency.SOON)
    id = TicketId(stage.judged("it is slow").id)
    for minute in range(55, 70):
        stage.queue_clock.tick(after(minute))

    ticket = stage.holding.get(id)
    assert kinds(ticket).count(TicketActKind.BREACHED) == 1
    assert ticket.acts[-1].at == ticket.due_at == after(60)
    assert stage.meter.counts["PromisesBreached"] == 1


def test_what_was_answered_in_time_breaches_nothing() -> None:
    stage, id = a_held_ticket()
    approve(stage, id)
    deliver(stage)
    stage.queue_clock.tick(NOW + DAY)
    assert TicketActKind.BREACHED not in kinds(stage.holding.get(id))


# --- returns -----------------------------------------------------------------------------


def test_a_promise_comes_back_at_its_time_and_is_owed_from_then_on() -> None:
    stage, id = a_held_ticket()
    approve(stage, id)
    deliver(stage)
    wednesday = NOW + 3 * DAY
    stage.ending.wait(id, GUS, wednesday, "engineer was there on Tuesday: ask", now=after(5))
    stage.queue_clock.tick(wednesday)

    ticket = stage.holding.get(id)
    assert (ticket.state, ticket.holder, ticket.is_owed) == (TicketState.OPEN, None, True)
    assert ticket.due_at == wednesday + DAY
    assert ticket.acts[-1].text == "engineer was there on Tuesday: ask"
    assert stage.meter.counts["TicketsCameBack"] == 1


def test_a_snoozed_ticket_comes_back() -> None:
    stage, id = a_held_ticket()
    stage.ending.snooze(id, GUS, after(60), now=NOW)
    stage.queue_clock.tick(after(59))
    assert stage.holding.get(id).state is TicketState.SNOOZED
    stage.queue_clock.tick(after(60))
    assert stage.holding.get(id).state is TicketState.OPEN


def test_an_answered_ticket_comes_back_to_be_asked_after_when_nothing_is_heard() -> None:
    stage, id = a_held_ticket(desk=a_desk_that(follow_up_after=timedelta(hours=5)))
    approve(stage, id)
    deliver(stage)
    stage.queue_clock.tick(NOW + 6 * HOUR)

    ticket = stage.holding.get(id)
    assert (ticket.state, ticket.is_waiting) == (TicketState.OPEN, False)
    assert "ask whether all is well" in ticket.acts[-1].text


def test_a_desk_that_wants_no_follow_up_gets_none() -> None:
    stage, id = a_held_ticket(desk=a_desk_that(follow_up_after=None))
    approve(stage, id)
    deliver(stage)
    assert stage.holding.get(id).next_at is None


# --- many, late, broken ------------------------------------------------------------------


def test_after_a_night_without_a_clock_everything_is_done_in_one_tick() -> None:
    stage, id = a_held_ticket()
    stage.ending.wait(id, GUS, after(60), "call back", now=NOW)
    stage.queue_clock.tick(NOW + 2 * DAY)

    ticket = stage.holding.get(id)
    assert ticket.next_at is None or ticket.next_at > NOW + 2 * DAY
    assert {TicketActKind.BREACHED, TicketActKind.CAME_BACK} <= set(kinds(ticket))
    assert stage.queue_clock.tick(NOW + 2 * DAY) == 0


def test_a_storm_of_breaches_is_worked_off_as_long_as_there_is_time() -> None:
    stage = Stage()
    for number in range(250):
        stage.judged("where is my parcel", number)

    assert stage.queue_clock.tick(NOW + 2 * DAY, has_time=lambda: False) == 0
    assert stage.queue_clock.tick(NOW + 2 * DAY) == 250
    assert stage.queue_clock.tick(NOW + 2 * DAY) == 0


def test_one_ticket_that_cannot_be_seen_to_stops_no_other() -> None:
    def fail() -> None:
        raise ValueError("half a record")

    failing = Interruption(1, of="save", do=fail)
    stage, _ = a_held_ticket(failing)
    undisturbed(failing, lambda: stage.judged("where is it", 2))
    second = stage.tickets.all()[-1].id
    undisturbed(failing, lambda: stage.holding.claim(second, HAL, now=after(1)))

    stage.queue_clock.tick(after(25))

    assert sorted(one.holder or "" for one in stage.tickets.all()) == ["", "gus"]
    stage.queue_clock.tick(after(26))
    assert [one.holder for one in stage.tickets.all()] == [None, None]
