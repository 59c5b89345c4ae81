"""Other desks are told of what they want to hear, again until they have it, never for ever."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.answering.rules import AnsweringRules, Hook, HookEvent
from chalicelib.domain.errors import NightdeskError
from chalicelib.domain.hook_events import Delivery, ticket_messages
from chalicelib.domain.ticket import AgentId, claimed
from chalicelib.ports import HookAnswer, HookFate
from chalicelib.services.telling_hooks import PAUSES, DeliveringHooks, TellingHooks
from tests.builders import NOW, a_desk, a_ticket, an_incident
from tests.fakes import FakeDeliveries, FakeDesks, FakeHookPosts, FakeMeter

CRM = Hook(name="crm", secret="webhook-crm")
CHAT = Hook(name="chat", secret="webhook-chat", events=(HookEvent.TICKET_CLAIMED,))
HELD = claimed(a_ticket(), AgentId("mia"), now=NOW, until=NOW + timedelta(minutes=20))


class Scene:
    def __init__(self, *hooks: Hook) -> None:
        self.desks, self.deliveries = FakeDesks(), FakeDeliveries()
        self.posts, self.meter = FakeHookPosts(), FakeMeter()
        self.configure(*hooks)
        self.telling = TellingHooks(desks=self.desks, deliveries=self.deliveries)
        self.delivering = DeliveringHooks(
            desks=self.desks, deliveries=self.deliveries, posts=self.posts, meter=self.meter
        )

    def configure(self, *hooks: Hook) -> None:
        self.desks.put(replace(a_desk(), answering=AnsweringRules(hooks=hooks)), now=NOW)

    def queued(self) -> list[tuple[str, str]]:
        return [(one.hook, one.message.event.value) for one in self.deliveries.waiting]

    def deliver(self, *, tries: int = 1) -> timedelta | None:
        (message,) = ticket_messages(a_ticket(), HELD)
        delivery = Delivery(hook="crm", message=message)
        return self.delivering.deliver(delivery, tries=tries, now=NOW)


def test_each_hook_is_told_of_what_it_wants() -> None:
    scene = Scene(CRM, CHAT)
    scene.telling.ticket_changed(None, a_ticket())
    scene.telling.ticket_changed(a_ticket(), HELD)
    scene.telling.incident_changed(None, an_incident())
    assert scene.queued()[:3] == [
        ("crm", "ticket.opened"),
        ("crm", "ticket.claimed"),
        ("chat", "ticket.claimed"),
    ]
    assert {hook for hook, event in scene.queued() if event.startswith("incident")} <= {"crm"}


def test_without_hooks_or_without_news_nothing_is_queued() -> None:
    scene = Scene()
    scene.telling.ticket_changed(None, a_ticket())
    scene.configure(CRM)
    scene.telling.ticket_changed(HELD, HELD)
    assert scene.queued() == []


def test_before_the_first_configuration_nothing_is_queued_and_nothing_fails() -> None:
    deliveries = FakeDeliveries()
    TellingHooks(desks=FakeDesks(), deliveries=deliveries).ticket_changed(None, a_ticket())
    assert deliveries.waiting == []


def test_a_queue_that_is_away_is_an_error_so_that_the_change_comes_again() -> None:
    scene = Scene(CRM)
    scene.deliveries.is_down = True
    with pytest.raises(NightdeskError):
        scene.telling.ticket_changed(None, a_ticket())


def test_a_change_that_comes_twice_is_queued_under_the_same_id() -> None:
    scene = Scene(CRM)
    scene.telling.ticket_changed(None, a_ticket())
    scene.telling.ticket_changed(None, a_ticket())
    assert len({one.message.id for one in scene.deliveries.waiting}) == 1


def test_what_is_taken_is_over() -> None:
    scene = Scene(CRM)
    assert scene.deliver() is None
    (post,) = scene.posts.posts
    assert json.loads(post.body)["type"] == "ticket.claimed"
    assert post.id.startswith("evt_")
    assert scene.deliveries.dead == []


def test_what_fails_is_tried_again_after_growing_pauses_and_then_given_up() -> None:
    scene = Scene(CRM)
    scene.posts.answers = HookAnswer(fate=HookFate.FAILED, why="hook crm answered 503")
    waits = [scene.deliver(tries=tries) for tries in range(1, len(PAUSES) + 1)]
    assert waits == list(PAUSES) == sorted(PAUSES)
    assert timedelta(hours=8) < sum(PAUSES, timedelta(0)) < timedelta(hours=12)
    assert scene.deliveries.dead == []
    assert scene.deliver(tries=len(PAUSES) + 1) is None
    ((delivery, why),) = scene.deliveries.dead
    assert (delivery.hook, why) == ("crm", "hook crm answered 503")


def test_every_try_posts_the_same_bytes_under_the_same_id() -> None:
    scene = Scene(CRM)
    scene.posts.answers = HookAnswer(fate=HookFate.FAILED)
    for tries in (1, 2, 3):
        scene.deliver(tries=tries)
    assert len({(post.id, post.body) for post in scene.posts.posts}) == 1


def test_what_is_refused_is_given_up_at_once() -> None:
    scene = Scene(CRM)
    scene.posts.answers = HookAnswer(fate=HookFate.REFUSED, why="hook crm answered 410")
    assert scene.deliver() is None
    assert [why for _, why in scene.deliveries.dead] == ["hook crm answered 410"]


@pytest.mark.parametrize(
    ("asked_for", "wait"),
    [(timedelta(minutes=7), timedelta(minutes=7)), (timedelta(seconds=1), PAUSES[0])],
)
def test_a_receiver_may_ask_for_a_longer_pause_and_not_for_a_shorter(
    asked_for: timedelta, wait: timedelta
) -> None:
    scene = Scene(CRM)
    scene.posts.answers = HookAnswer(fate=HookFate.FAILED, retry_at=NOW + asked_for)
    assert scene.deliver() == wait


def test_a_hook_that_is_not_configured_any_more_is_told_nothing() -> None:
    scene = Scene(CHAT)
    assert scene.deliver() is None
    assert scene.posts.posts == []
    assert scene.deliveries.dead == []
