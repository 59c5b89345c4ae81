"""What one person says is one conversation, and thanks make nobody wait."""

from typing import Any

import pytest

from chalicelib.domain.ticket import TicketId
from tests.smoke.people import DOWN, Post
from tests.smoke.world import World, days, hours, minutes

CARLA = {"handle": "carla", "name": "Carla", "followers": 100}


def says(world: World, text: str, **more: Any) -> Post:
    return world.post("mastodon", text, **{"author": CARLA} | more)


def answered(world: World, post: Post) -> str:
    """Mia answers, and it is public; the platform's id of her answer."""
    mia = world.agent("mia")
    assert mia.claims(post) == 200
    assert mia.replies(post, "Hello Carla, I have changed your invoice.") == 200
    world.fast_forward(minutes(2))
    return world.ticket(post).replies[-1].platform_id


def test_two_posts_of_one_author_are_one_ticket(world: World) -> None:
    first = says(world, "@acme how do I change my invoice?")
    world.fast_forward(days(1))
    second = says(world, "@acme hello? how do I change my invoice?")

    assert [one.platform_id for one in world.ticket(first).mentions] == [first.id, second.id]
    assert world.stage.tickets.get(TicketId(second.mention_id)) is None


@pytest.mark.parametrize("thanks", ["@acme thanks, works now", "@acme you are great, thank you!"])
def test_thanks_after_our_answer_reopen_the_ticket_and_make_nobody_wait(
    shipped_world: World, thanks: str
) -> None:
    world = shipped_world
    post = says(world, "@acme how do I change my invoice?")
    ours = answered(world, post)
    assert world.ticket(post).state.value == "replied"
    world.fast_forward(hours(1))
    says(world, thanks, in_reply_to=ours)

    ticket = world.ticket(post)
    assert len(ticket.mentions) == 2
    assert (ticket.state.value, ticket.is_waiting, ticket.is_owed) == ("open", False, False)


def test_praise_goes_to_thanks_and_rings_nobody(shipped_world: World) -> None:
    post = says(shipped_world, "@acme thank you so much, your staff is wonderful!")
    shipped_world.fast_forward(hours(2))
    ticket = shipped_world.ticket(post)
    assert (ticket.is_thanks, ticket.is_owed) == (True, False)


def test_a_private_message_is_a_ticket_that_no_list_quotes(world: World) -> None:
    post = says(world, "@acme my order number is 123-456-789", is_private=True)
    ticket = world.ticket(post)
    assert ticket.is_waiting
    assert ticket.latest(is_private=False) is None
    mia = world.agent("mia")
    assert "order number" in str(mia.reads(f"tickets/{post.mention_id}"))
    for path in ("queue?view=all", "search?author=carla", f"tickets/{post.mention_id}/customer"):
        listed = str(mia.reads(path))
        assert post.mention_id in listed
        assert "order number" not in listed
    assert mia.reads("search?q=number")["cards"] == []


def test_who_complains_and_then_cannot_wait_wakes_somebody_from_the_same_ticket(
    world: World,
) -> None:
    post = says(world, "@acme how do I change my invoice?")
    says(world, DOWN)
    world.phone("ana").expects_page("booking site is down")
    ticket = world.ticket(post)
    assert (ticket.urgency.value, len(ticket.mentions)) == ("wake", 2)
    assert ticket.incident_id is not None
