"""What its author takes back is gone here too; what its author changes is read anew."""

from typing import Any

from chalicelib.domain.ticket.card import TAKEN_BACK
from tests.smoke.people import DOWN, LEAK, AgentAtWork, Post
from tests.smoke.test_least_privilege import allowed, allowed_with, uses_of
from tests.smoke.world import World, days, hours, minutes

INVOICE = "@acme how do I change my invoice?"


def finds(agent: AgentAtWork, word: str) -> list[str]:
    return [card["id"] for card in agent.reads(f"search?q={word}")["cards"]]


def exports(world: World) -> str:
    """The file of all tickets."""
    headers = {"authorization": f"Bearer {world.stage.token('lea')}"}
    path = "/api/v1/export/tickets.csv"
    status, answer = world.stage.gateway.request("GET", path, headers=headers)
    assert status == 200, answer
    return str(answer)


def sees(world: World, post: Post) -> Any:
    return world.agent("mia").reads(f"tickets/{post.mention_id}")


def test_a_deleted_post_vanishes_from_queue_page_search_and_export(world: World) -> None:
    mia = world.agent("mia")
    post = world.post("mastodon", INVOICE)
    assert mia.queue() == [post.mention_id]
    assert finds(mia, "invoice") == [post.mention_id]
    assert "invoice" in exports(world)

    world.deletes(post)
    world.fast_forward(hours(3))

    assert mia.queue() == []
    assert finds(mia, "invoice") == []
    ticket = sees(world, post)
    assert (ticket["state"], ticket["author"]) == ("no_answer", "")
    (said,) = ticket["conversation"]
    assert (said["text"], said["author"], said["url"]) == ("", "", "")
    assert said["withdrawn_at"]
    assert [one["kind"] for one in ticket["acts"]] == ["opened", "withdrawn", "resolved"]
    assert "invoice" not in exports(world)
    assert world.stage.mentions.get(post.mention_id) is None
    assert world.stage.mentions.raw(post.mention_id) is None


def test_what_a_listing_says_is_gone_is_erased_within_the_minute(world: World) -> None:
    post = world.post("mastodon", INVOICE)
    world.deletes(post, is_told=True)
    assert world.agent("mia").queue() == []
    assert world.ticket(post).mention.text == ""


def test_whoever_is_woken_later_is_not_shown_what_was_taken_back(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    post = world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
    incident = world.incident_of(post)
    world.deletes(post, is_told=True)
    world.fast_forward(minutes(15))
    world.phone("ben").expects_page("removed the post")
    seen = world.agent("mia").reads(f"incidents/{incident.id}")
    assert (seen["quote"], seen["author"], seen["url"]) == (TAKEN_BACK, "", "")
    assert seen["state"] == "triggered"
    world.phone("ana").opens_link(press="acknowledge")


def test_a_deletion_whose_record_is_lost_is_found_by_the_tick(world: World) -> None:
    post = world.post("mastodon", INVOICE)
    world.stream_is_cut()
    world.deletes(post, is_told=True)
    world.fast_forward(minutes(4))
    assert world.ticket(post).mention.text == ""


def test_an_edit_from_praise_to_a_leak_wakes_somebody_and_once(world: World) -> None:
    post = world.post("mastodon", "@acme nice new site, love it")
    world.nobody_rings()
    world.edits(post, LEAK)
    world.phone("ana").expects_page("passwords leaked")
    world.edits(post, LEAK + " today")
    world.nobody_rings()
    ticket = sees(world, post)
    (said,) = ticket["conversation"]
    assert said["text"] == LEAK + " today"
    assert said["edited_at"]
    assert [one["kind"] for one in ticket["acts"]].count("edited") >= 1
    assert world.agent("mia").queue() == [post.mention_id]


def test_to_look_again_and_to_erase_takes_no_more_than_is_allowed(cloud_world: World) -> None:
    world = cloud_world
    with (
        uses_of(world, "-mentions") as of_mentions,
        uses_of(world, "-conversations") as of_tickets,
        uses_of(world, "-incidents") as of_incidents,
    ):
        post = world.post("mastodon", DOWN)
        world.phone("ana").expects_page("booking site is down")
        world.phone("ana").opens_link(press="acknowledge")
        kept = world.post("mastodon", INVOICE)
        world.edits(kept, INVOICE + " please")
        world.deletes(post)
        world.fast_forward(hours(3))
        again = world.post("mastodon", "@acme hello, anybody there?")
        world.stream_is_cut()
        world.deletes(again, is_told=True)
        world.fast_forward(minutes(4))
    assert world.ticket(post).mention.text == ""
    assert world.ticket(again).mention.text == ""
    assert {name for name, _, index in of_mentions if index == "recheck"} == {"recheck_posts"}
    assert ("pull_source", "dynamodb:UpdateItem", "") in of_mentions
    assert of_mentions <= allowed_with("MentionsTable")
    assert of_tickets <= allowed_with("TicketsTable")
    assert of_incidents <= allowed_with("IncidentsTable")
    assert ("triage_mentions", "dynamodb:PutItem", "erased-post") in allowed()
    assert ("tick", "dynamodb:PutItem", "erased-post") in allowed()


def test_a_post_is_looked_at_for_as_long_as_it_is_kept(memory_world: World) -> None:
    world = memory_world
    post = world.post("mastodon", INVOICE)
    world.skip_to(world.now + days(200))
    world.deletes(post)
    world.skip_to(world.now + days(1))
    world.fast_forward(hours(2))
    assert world.ticket(post).mention.text == ""
