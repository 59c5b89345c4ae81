"""Platforms fail, repeat themselves and come out of order; no mention is lost or told twice."""

from datetime import timedelta

from tests.smoke.people import DOWN
from tests.smoke.world import World, minutes


def test_what_was_written_while_a_platform_was_down_is_read_when_it_is_back(
    world: World,
) -> None:
    world.on_call(first="ana")
    world.platform_goes_down("mastodon")
    world.write("mastodon", DOWN)
    world.fast_forward(minutes(5))
    world.nobody_rings()
    world.platform_comes_back("mastodon")
    world.fast_forward(minutes(8))
    world.phone("ana").expects_page("booking site is down")


def test_a_platform_that_stays_down_is_told_once(world: World) -> None:
    world.platform_goes_down("mastodon")
    world.fast_forward(minutes(25))
    world.expects_notice("We are blind to source mastodon")
    world.phone("ana").expects_note("We are blind to mastodon (Acme) since 20:30")


def test_one_platforms_failure_does_not_delay_another(world: World) -> None:
    world.on_call(first="ana")
    world.platform_goes_down("mastodon")
    world.fast_forward(minutes(2))
    world.post("forum", DOWN)
    world.phone("ana").expects_page("on forum")


def test_a_mention_seen_twice_is_one_mention(world: World) -> None:
    world.on_call(first="ana")
    world.post("mastodon", DOWN, id="77")
    world.phone("ana").expects_page("booking site is down")
    world.post("mastodon", DOWN, id="77")
    assert world.agent("mia").queue() == ["mastodon.77"]


def test_one_text_in_two_sources_rings_once_and_is_two_tickets(world: World) -> None:
    world.on_call(first="ana")
    world.write("mastodon", DOWN)
    world.post("forum", DOWN)
    world.phone("ana").expects_page("booking site is down")
    assert len(world.agent("mia").queue()) == 2


def test_a_post_that_appears_late_counts_from_when_it_was_written(world: World) -> None:
    early = world.now - timedelta(hours=2)
    late = world.post("mastodon", "@acme where is my invoice?", posted_at=early.isoformat())
    now = world.post("mastodon", "@acme how do I log in?")
    assert world.ticket(late).waiting_since == early
    assert world.agent("mia").queue() == [late.mention_id, now.mention_id]


def test_a_post_from_the_future_counts_as_of_now(world: World) -> None:
    ahead = world.now + timedelta(days=2)
    post = world.post("mastodon", "@acme where is my invoice?", posted_at=ahead.isoformat())
    assert world.ticket(post).waiting_since == world.now


def test_a_mention_in_a_script_nobody_reads_here_is_a_ticket(world: World) -> None:
    post = world.post("mastodon", "@acme η εφαρμογή δεν λειτουργεί καθόλου από το πρωί")
    assert world.ticket(post).urgency.value == "answer"


def test_a_deleted_author_is_no_obstacle(world: World) -> None:
    world.on_call(first="ana")
    world.post("mastodon", DOWN, author=None)
    world.phone("ana").expects_page("booking site is down")


def test_a_text_of_two_megabytes_is_judged_and_answered(world: World) -> None:
    world.on_call(first="ana")
    post = world.post("mastodon", DOWN + " please" * 300_000)
    world.phone("ana").expects_page("booking site is down")
    assert len(world.ticket(post).mention.text) == 10_000
