"""A source goes blind at night, and comes back: who hears of it, and what becomes of the posts."""

from dataclasses import replace

from chalicelib import wiring
from chalicelib.domain.read_budget import ReadBudget
from chalicelib.domain.standing import Condition, SourceStanding
from chalicelib.ports import ReadUsage
from tests.smoke.people import DOWN
from tests.smoke.world import World, hours, minutes


def standing(world: World, name: str = "mastodon") -> SourceStanding:
    found = wiring.standing().sources(now=world.now)
    return next(one for one in found if one.name == name)


def test_whoever_is_on_duty_hears_once_that_a_platform_is_not_heard_and_once_that_it_is_back(
    world: World,
) -> None:
    world.on_call(first="ana")
    world.reads_every_minute()
    world.fast_forward(minutes(2))
    world.platform_goes_down("mastodon")
    world.write("mastodon", "@acme where is my invoice?")
    world.fast_forward(minutes(25))
    world.expects_notice("We are blind to source mastodon")
    note = world.phone("ana").expects_note("We are blind to mastodon (Acme) since 20:32")
    assert "Read meanwhile: forum." in note.body
    assert standing(world).condition is Condition.BLIND
    world.fast_forward(hours(2))
    world.nobody_rings()

    world.platform_comes_back("mastodon")
    world.fast_forward(minutes(20))
    world.phone("ana").expects_note("mastodon is back since")
    world.expects_notice("mastodon is back since")
    assert standing(world).condition is Condition.WATCHING
    assert standing(world).late == 1


def test_a_post_that_was_missed_for_hours_is_marked_late_and_wakes_all_the_same(
    world: World,
) -> None:
    world.on_call(first="ana")
    world.reads_every_minute()
    world.fast_forward(minutes(2))
    world.platform_goes_down("mastodon")
    world.fast_forward(minutes(1))
    post = world.write("mastodon", f"{DOWN}, right now")
    written_at = world.now
    world.fast_forward(hours(5))
    world.expects_notice("We are blind to source mastodon")
    world.phone("ana").expects_note("We are blind to mastodon")
    world.platform_comes_back("mastodon")
    world.fast_forward(minutes(20))

    world.phone("ana").expects_page("booking site is down")
    assert world.ticket(post).mention.is_late
    assert world.ticket(post).waiting_since == written_at
    world.phone("ana").expects_note("1 post of the 5 hours we missed was read")
    world.expects_notice("1 post of the 5 hours we missed was read")


def test_a_source_that_comes_and_goes_keeps_nobody_awake(world: World) -> None:
    world.on_call(first="ana")
    world.reads_every_minute()
    for _ in range(2):
        world.platform_goes_down("mastodon")
        world.fast_forward(minutes(9))
        world.platform_comes_back("mastodon")
        world.fast_forward(minutes(9))
    world.expects_notice("We are blind to source mastodon")
    world.phone("ana").expects_note("We are blind to mastodon")
    world.expects_notice("mastodon is back")
    world.phone("ana").expects_note("mastodon is back")
    world.nobody_rings()


def test_a_budget_that_runs_out_is_told_shown_and_over_when_the_month_is(world: World) -> None:
    world.on_call(first="ana")
    budget = ReadBudget(calls=100_000_000, stops=True)
    world.apply(
        sources=tuple(
            replace(one, budget=budget) if one.name == "mastodon" else one
            for one in world.desk.sources
        )
    )
    world.reads_every_minute()
    world.fast_forward(minutes(2))
    assert standing(world).condition is Condition.WATCHING
    wiring.parts.read_usages().add("mastodon", "2026-11", ReadUsage(calls=100_000_000))
    world.fast_forward(minutes(3))

    world.expects_notice("has used 100 % of its read budget of 2026-11")
    world.expects_notice("We are blind to source mastodon")
    world.phone("ana").expects_note("it is not read until the month ends")
    shown = standing(world)
    assert shown.condition is Condition.BLIND
    assert "100,000,000 of 100,000,000 calls used" in shown.not_read
    post = world.write("mastodon", "@acme where is my invoice?")
    world.skip_to(world.now.replace(day=30, hour=23, minute=50))
    world.fast_forward(minutes(20))
    world.phone("ana").expects_note("mastodon is back since")
    world.expects_notice("mastodon is back since")
    assert world.ticket(post).mention.is_late
    assert standing(world).not_read == ""


def test_an_incident_that_somebody_is_on_has_every_source_of_its_brand_read_each_minute(
    world: World,
) -> None:
    world.on_call(first="ana")
    world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
    world.apply(sources=tuple(replace(one, every=minutes(15)) for one in world.desk.sources))
    assert standing(world, "forum").every == minutes(15)
    world.phone("ana").replies()
    world.phone("ana").expects_note("You have it")

    assert standing(world, "forum").every == minutes(1)
    world.fast_forward(hours(2) + minutes(10))
    assert standing(world, "forum").every == minutes(15)
