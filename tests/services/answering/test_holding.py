"""One ticket, one holder; only who is there may be given one."""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import pytest

from chalicelib.domain.attendance import HEARD_WITHIN, LOOKING_FOR, Presence
from chalicelib.domain.errors import BadInput, IllegalMove, NotAllowed, NotFound, OutOfDate
from chalicelib.domain.ticket import AgentId, TicketActKind, TicketId, TicketState
from tests.builders import NOW, a_desk
from tests.services.answering.scenes import (
    GUS,
    HAL,
    IDA,
    a_desk_that,
    a_held_ticket,
    approve,
    deliver,
)
from tests.services.stage import Interruption, Stage, after, at_once, interruptions

ANA = AgentId("ana")
"""On call by the schedule."""
MOMENT = timedelta(microseconds=1)


def sees(agent: AgentId, at: datetime = NOW, **over: object) -> Presence:
    return Presence(agent=agent, name=agent.title(), seen_at=at, **over)  # type: ignore[arg-type]


def test_a_ticket_that_does_not_exist_is_not_found() -> None:
    stage = Stage()
    for act in (
        partial(stage.holding.get, TicketId("mastodon.404")),
        partial(stage.holding.claim, TicketId("mastodon.404"), GUS, now=NOW),
        partial(stage.holding.look, TicketId("mastodon.404"), sees(GUS), NOW),
    ):
        with pytest.raises(NotFound):
            act()


def test_only_the_holder_releases_and_resolves() -> None:
    stage, id = a_held_ticket()

    with pytest.raises(NotAllowed):
        stage.holding.claim(id, HAL, now=NOW)
    with pytest.raises(NotAllowed):
        stage.holding.release(id, HAL, now=NOW)
    with pytest.raises(NotAllowed):
        stage.ending.resolve(id, HAL, TicketState.CONTENT, now=NOW)
    with pytest.raises(IllegalMove):
        stage.ending.reopen(id, HAL, now=NOW)
    assert stage.holding.get(id).holder == GUS
    stage.holding.release(id, GUS, now=NOW)
    assert stage.holding.claim(id, HAL, now=NOW).holder == HAL


def test_a_claim_lasts_as_long_as_the_desk_says() -> None:
    stage, id = a_held_ticket(desk=a_desk_that(claim_returns_after=timedelta(minutes=7)))
    assert stage.holding.get(id).held_until == after(7)


def test_who_changes_what_has_changed_since_is_told_so_and_nothing_is_done() -> None:
    stage, id = a_held_ticket()
    with pytest.raises(OutOfDate):
        stage.holding.release(id, GUS, now=NOW, expected=1)
    assert stage.holding.release(id, GUS, now=NOW, expected=2).version == 3


def test_of_many_who_claim_at_once_one_has_it() -> None:
    for _ in range(20):
        stage = Stage()
        id = TicketId(stage.judged("where is my parcel").id)
        agents = [AgentId(f"agent-{number}") for number in range(6)]
        failures = at_once([partial(stage.holding.claim, id, agent, now=NOW) for agent in agents])

        assert len(failures) == len(agents) - 1
        assert all(isinstance(one, NotAllowed) for one in failures)
        assert stage.holding.get(id).holder in agents
        assert stage.holding.get(id).version == 2


def test_a_rival_at_any_step_of_a_claim_leaves_one_holder_and_tells_the_other() -> None:
    def rival() -> None:
        with suppress(NotAllowed):
            stages[-1].holding.claim(stages[-1].tickets.all()[0].id, HAL, now=NOW)

    stages: list[Stage] = []
    for interruption in interruptions(rival):
        stage = Stage(interruption=interruption)
        stages.append(stage)
        interruption.has_struck = True
        id = TicketId(stage.judged("where is my parcel").id)
        interruption.has_struck = False
        try:
            stage.holding.claim(id, GUS, now=NOW)
        except NotAllowed:
            holder = HAL
        else:
            holder = GUS
        interruption.end()
        assert stage.holding.get(id).holder == holder
        assert stage.holding.get(id).version == 2


# --- giving and taking -------------------------------------------------------------------


def test_a_ticket_is_given_only_to_who_is_there() -> None:
    stage, id = a_held_ticket()
    with pytest.raises(NotAllowed, match="hal is not on duty"):
        stage.holding.hand_over(id, GUS, HAL, "", now=NOW)
    stage.holding.set_duty(HAL, "Hal", True, NOW)

    given = stage.holding.hand_over(id, GUS, HAL, "knows the customer", now=after(1))

    assert (given.holder, given.held_until) == (HAL, after(21))
    with pytest.raises(BadInput):
        stage.holding.hand_over(id, HAL, HAL, "", now=after(2))


def test_whoever_is_on_call_is_there() -> None:
    stage, id = a_held_ticket()
    assert stage.holding.hand_over(id, GUS, ANA, "please call them", now=NOW).holder == ANA


def test_a_page_that_was_closed_is_nobody() -> None:
    stage, id = a_held_ticket()
    stage.holding.set_duty(HAL, "Hal", True, NOW)
    late = NOW + HEARD_WITHIN + MOMENT
    assert [one.agent for one in stage.holding.team(NOW + HEARD_WITHIN).there] == [HAL]
    assert stage.holding.team(late).there == ()
    with pytest.raises(NotAllowed):
        stage.holding.hand_over(id, GUS, HAL, "", now=late)


def test_whoever_is_heard_of_stays_on_duty_and_nobody_comes_on_duty_by_looking() -> None:
    stage, _ = a_held_ticket()
    stage.holding.set_duty(HAL, "Hal", True, NOW)
    for minute in range(0, 60, 5):
        stage.holding.heard(HAL, after(minute))
        stage.holding.heard(IDA, after(minute))
    team = stage.holding.team(after(60))
    assert [one.agent for one in team.there] == [HAL]
    assert team.on_duty == {HAL, ANA}


def test_only_who_is_on_duty_takes_over_and_says_why() -> None:
    stage, id = a_held_ticket()
    with pytest.raises(NotAllowed, match="on duty"):
        stage.holding.take_over(id, HAL, "Gus is ill", now=NOW)
    stage.holding.set_duty(HAL, "Hal", True, NOW)
    with pytest.raises(BadInput, match="reason"):
        stage.holding.take_over(id, HAL, " ", now=NOW)

    taken = stage.holding.take_over(id, HAL, "Gus is ill", now=NOW)

    assert (taken.holder, taken.acts[-1].text) == (HAL, "Gus is ill")


# --- going off duty ----------------------------------------------------------------------


def test_who_goes_off_duty_gives_back_what_has_no_reply_under_way() -> None:
    stage, with_reply = a_held_ticket()
    without, answered = (TicketId(stage.judged("where is it", number).id) for number in (2, 3))
    for id in (without, answered):
        stage.holding.claim(id, GUS, now=NOW)
    approve(stage, answered, "Hi Carla, it is in Linz.")
    deliver(stage)
    approve(stage, with_reply, now=after(1))

    team = stage.holding.set_duty(GUS, "Gus", False, after(1))

    back = stage.holding.get(without)
    assert (back.state, back.holder) == (TicketState.OPEN, None)
    assert back.acts[-1].kind is TicketActKind.RETURNED
    assert (back.acts[-1].to, back.acts[-1].text) == (GUS, "went off duty")
    assert stage.holding.get(with_reply).holder == GUS
    assert stage.holding.get(answered).state is TicketState.REPLIED
    assert team.there == ()
    deliver(stage, after(2))
    assert stage.holding.get(with_reply).state is TicketState.REPLIED


def test_going_off_duty_gives_back_nothing_that_is_somebody_elses_by_now() -> None:
    def rival() -> None:
        stage.holding.hand_over(id, GUS, ANA, "", now=NOW)

    stage, id = a_held_ticket(Interruption(1, of="save", do=rival))
    stage.holding.set_duty(GUS, "Gus", False, NOW)

    assert stage.holding.get(id).holder == ANA


# --- looking -----------------------------------------------------------------------------


def test_who_looks_sees_who_else_does() -> None:
    stage, id = a_held_ticket()
    assert stage.holding.look(id, sees(GUS), NOW) == ()

    others = stage.holding.look(id, sees(HAL, is_typing=True), NOW)

    assert [(one.agent, one.is_typing) for one in others] == [(GUS, False)]
    both = stage.holding.looking(id, NOW + LOOKING_FOR)
    assert sorted(one.agent for one in both) == [GUS, HAL]
    assert stage.holding.looking(id, NOW + LOOKING_FOR + MOMENT) == ()


def test_a_draft_is_kept_for_who_wrote_it() -> None:
    stage, id = a_held_ticket()
    stage.holding.look(id, sees(GUS, draft="Dear Ca"), NOW)

    assert stage.holding.draft(id, GUS) == "Dear Ca"
    assert stage.holding.draft(id, HAL) == ""


def test_the_time_of_a_look_is_ours_not_the_pages() -> None:
    stage, id = a_held_ticket()
    stage.holding.look(id, sees(GUS, at=after(600)), NOW)
    assert stage.holding.looking(id, NOW)[0].seen_at == NOW


def test_a_desk_without_a_schedule_has_nobody_on_call() -> None:
    assert Stage(a_desk(schedules=())).holding.team(NOW).on_call == ()
