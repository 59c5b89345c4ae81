"""Whatever dies in the middle: exactly one public reply, none lost, none after an undo.

Each test lets the worker die before and after every call of a store, of the queue and of the
platform, one after the other, until an attempt comes through undisturbed. What is left then has
only what there is in earnest: messages that come again, ticks, and an agent's browser.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.errors import NightdeskError
from chalicelib.domain.ticket import ReplyState, TicketId, TicketState
from tests.builders import NOW
from tests.fakes import Crash, ReplyFate
from tests.services.answering.scenes import (
    GUS,
    IDA,
    OUT,
    REPLY,
    a_held_ticket,
    approve,
    deliver,
    private,
    public,
    states,
    undisturbed,
    with_approval,
)
from tests.services.stage import Stage, after, interruptions

Act = Callable[[Stage, TicketId], object]


def deaths(
    *before: Act, act: Act, at_least: int = 6, **over: Any
) -> Iterator[tuple[Stage, TicketId, bool]]:
    """The stage after each way to die in `act`, and after none, and whether the worker died.

    `before` comes undisturbed; `at_least` so many ways there must be, or nothing was tried.
    """
    died = 0
    for interruption in interruptions():
        stage, id = a_held_ticket(interruption, **over)
        for one in before:
            undisturbed(interruption, partial(one, stage, id))
        has_died = False
        try:
            act(stage, id)
        except Crash:
            has_died = True
        assert has_died is interruption.has_struck
        died += has_died
        interruption.end()
        yield stage, id, has_died
    assert died >= at_least


def recover(stage: Stage, id: TicketId) -> None:
    """Messages that were not done come again, and the tick goes on."""
    for minute in (1, 4):
        stage.sender.send(id, REPLY, after(minute))
        deliver(stage, after(minute))
    stage.ticks(5, 30)
    deliver(stage, after(31))


def recover_by_ticks(stage: Stage, id: TicketId) -> None:
    stage.outbox.waiting.clear()
    stage.ticks(1, 40)


def recover_by_asking(stage: Stage, id: TicketId) -> None:
    """The agent does not wait for the tick."""
    if any(one.can_be_settled(after(4)) for one in stage.holding.get(id).replies):
        stage.sender.look_up(id, GUS, after(4))
    stage.ticks(5, 40)


def send(stage: Stage, id: TicketId) -> None:
    deliver(stage)


@pytest.mark.parametrize("recovery", [recover, recover_by_ticks, recover_by_asking])
@pytest.mark.parametrize("is_private", [False, True])
@pytest.mark.parametrize(
    "fate",
    [
        ReplyFate.PUBLISHED,
        ReplyFate.LOST_ANSWER,
        ReplyFate.LOST_REPLY,
        ReplyFate.UNAVAILABLE,
    ],
)
def test_a_crash_at_any_call_of_sending_publishes_it_exactly_once(
    fate: ReplyFate, is_private: bool, recovery: Act
) -> None:
    for stage, id, _ in deaths(
        partial(approve, is_private=is_private),
        lambda stage, _id: stage.platform.fates.append(fate),
        act=send,
    ):
        recovery(stage, id)

        assert len(private(stage)) == is_private
        assert len(public(stage)) == 1, "of a private reply, its trace"
        assert set(states(stage, id)) == {ReplyState.SENT}
        assert stage.holding.get(id).state is TicketState.REPLIED


@pytest.mark.parametrize("fate", [ReplyFate.LOST_ANSWER, ReplyFate.LOST_REPLY])
def test_a_crash_at_any_call_of_settling_publishes_it_exactly_once(fate: ReplyFate) -> None:
    for stage, id, _ in deaths(
        approve,
        lambda stage, _id: stage.platform.fates.append(fate),
        send,
        act=lambda stage, _id: stage.sender.settle(after(2)),
    ):
        recover(stage, id)

        assert len(public(stage)) == 1
        assert states(stage, id) == [ReplyState.SENT]


@pytest.mark.parametrize("is_private", [False, True])
def test_a_crash_at_any_call_of_approving_loses_nothing_once_the_browser_asks_again(
    is_private: bool,
) -> None:
    for stage, id, _ in deaths(act=partial(approve, is_private=is_private)):
        approve(stage, id, is_private=is_private)
        recover(stage, id)

        assert len(private(stage)) == is_private
        assert len(public(stage)) == 1


def test_a_crash_after_a_reply_was_stored_loses_nothing_though_nobody_asks_again() -> None:
    for stage, id, _ in deaths(act=approve):
        is_stored = bool(states(stage, id))
        recover_by_ticks(stage, id)

        assert len(public(stage)) == is_stored


def test_a_crash_at_any_call_of_an_undo_never_publishes_what_was_confirmed_as_undone() -> None:
    for stage, id, has_died in deaths(
        approve, act=lambda stage, id: stage.talking.undo(id, GUS, REPLY, now=NOW), at_least=4
    ):
        is_undone = states(stage, id) == [ReplyState.UNDONE]
        recover(stage, id)

        assert is_undone or has_died
        assert len(public(stage)) == (not is_undone)


def test_a_crash_at_any_call_of_a_leads_word_sends_it_once() -> None:
    def word(stage: Stage, id: TicketId) -> None:
        stage.talking.approve(id, IDA, REPLY, now=NOW)

    for stage, id, _ in deaths(approve, act=word, desk=with_approval()):
        word(stage, id)
        recover(stage, id)

        assert len(public(stage)) == 1


# --- somebody else in between ------------------------------------------------------------

RIVALS: dict[str, Act] = {
    "another sender": lambda stage, id: stage.sender.send(id, REPLY, OUT),
    "a tick": lambda stage, _id: stage.tick(OUT),
    "an undo": lambda stage, id: stage.talking.undo(id, GUS, REPLY, now=OUT),
    "a release": lambda stage, id: stage.holding.release(id, GUS, now=OUT),
    "a look-up": lambda stage, id: stage.sender.look_up(id, IDA, OUT),
    "the customer": lambda stage, id: stage.judged(
        "hello?", 7, now=OUT, author=stage.holding.get(id).mention.author
    ),
    "going off duty": lambda stage, _id: stage.holding.set_duty(GUS, "Gus", False, OUT),
    "going home": lambda stage, id: stage.ending.resolve(id, GUS, TicketState.NO_ANSWER, now=OUT),
}


@pytest.mark.parametrize("rival", RIVALS)
def test_whoever_comes_between_any_two_calls_of_a_sender_there_is_one_reply_or_it_was_undone(
    rival: str,
) -> None:
    staged: list[tuple[Stage, TicketId]] = []
    done: list[bool] = []

    def interfere() -> None:
        try:
            RIVALS[rival](*staged[-1])
        except NightdeskError:
            done.append(False)
        else:
            done.append(True)

    for interruption in interruptions(interfere):
        stage, id = a_held_ticket(interruption)
        staged.append((stage, id))
        done.append(False)
        undisturbed(interruption, partial(approve, stage, id))
        deliver(stage)
        interruption.end()
        recover(stage, id)

        is_undone = rival == "an undo" and done[-1]
        assert len(public(stage)) == (not is_undone), (interruption.number, interruption.is_after)
        assert not stage.holding.get(id).pending_replies
    assert len(staged) > 6
    assert any(done) or rival in ("a look-up", "going home")
