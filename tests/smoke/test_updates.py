"""Who asked for it hears what others did about an incident; it asks for nothing in return."""

from tests.smoke.desks import step
from tests.smoke.driving import RIGHT
from tests.smoke.people import DOWN, Post
from tests.smoke.world import World, minutes

WORDS = "booking site is down"


def ana_and_ben_are_paged(world: World) -> Post:
    world.policy(step("ana", "ben"))
    post = world.post("mastodon", DOWN)
    world.phone("ana").expects_page(WORDS)
    world.phone("ben").expects_page(WORDS)
    return post


def ben_takes_it(world: World) -> None:
    ben = world.phone("ben")
    ben.replies()
    ben.expects_note("You have it")


def test_who_wants_updates_hears_when_another_takes_or_ends_it(world: World) -> None:
    world.person("ana", wants_updates=True)
    ana_and_ben_are_paged(world)
    ben_takes_it(world)
    world.fast_forward(minutes(1))
    world.phone("ana").expects_note("Ben has it since 20:31. Nothing to do.")
    world.fast_forward(minutes(20))
    world.phone("ana").is_silent()
    assert world.phone("ben").opens_link(press="resolve")[0] == 200
    world.fast_forward(minutes(1))
    world.phone("ana").expects_note("Acme outage is over: resolved by Ben at 20:52")
    world.fast_forward(minutes(20))
    world.nobody_rings()


def test_what_is_taken_and_ended_within_the_minute_is_one_update(world: World) -> None:
    world.person("ana", wants_updates=True)
    ana_and_ben_are_paged(world)
    ben_takes_it(world)
    assert world.phone("ben").opens_link(press="resolve")[0] == 200
    world.fast_forward(minutes(5))
    world.phone("ana").expects_note("is over: resolved by Ben")


def test_nobody_is_told_of_what_they_did_themselves(world: World) -> None:
    world.person("ana", wants_updates=True)
    ana_and_ben_are_paged(world)
    ana = world.phone("ana")
    ana.replies()
    ana.expects_note("You have it")
    world.fast_forward(minutes(5))
    assert ana.opens_link(press="resolve")[0] == 200
    world.fast_forward(minutes(5))
    world.nobody_rings()


def test_who_does_not_want_updates_gets_none(world: World) -> None:
    """Nor does who wants them but was never paged for it; a wish that comes later tells nothing
    of before."""
    world.person("lea", wants_updates=True)
    post = ana_and_ben_are_paged(world)
    ben_takes_it(world)
    world.fast_forward(minutes(5))
    world.nobody_rings()
    world.person("ana", wants_updates=True)
    world.fast_forward(minutes(5))
    world.nobody_rings()
    assert world.agent("mia").comes_on_duty() == 200
    assert world.agent("mia").resolves_incident_of(post) == 200
    world.fast_forward(minutes(5))
    world.phone("ana").expects_note("is over: resolved by Mia")


def test_who_has_stopped_wanting_updates_or_opted_out_gets_none(world: World) -> None:
    world.person("ana", wants_updates=True)
    post = ana_and_ben_are_paged(world)
    ana, mia = world.phone("ana"), world.agent("mia")
    ben_takes_it(world)
    world.person("ana", wants_updates=False)  # before the minute is over
    world.fast_forward(minutes(5))
    assert mia.resolves_incident_of(post) == 200
    world.fast_forward(minutes(5))
    world.nobody_rings()

    world.person("ana", wants_updates=True)
    post = ana_and_ben_are_paged(world)
    ana.replies("STOP")
    world.expects_notice("has texted STOP")
    ben_takes_it(world)
    world.fast_forward(minutes(5))
    ana.replies("START")
    world.fast_forward(minutes(5))
    world.nobody_rings()
    assert mia.resolves_incident_of(post) == 200
    world.fast_forward(minutes(5))
    ana.expects_note("is over: resolved by mia")


def test_a_room_hears_when_its_incident_is_taken_escalated_and_over(world: World) -> None:
    """That it was escalated it hears as a page, where the next step names it."""
    room = world.room("ops", wants_updates=True)
    world.policy(step("ops", "ben"), step("ops", "ana", after=minutes(15)))
    post = world.post("mastodon", DOWN)
    room.expects_page(WORDS)
    ben = world.phone("ben")
    ben.expects_page(WORDS)
    ben_takes_it(world)
    world.fast_forward(minutes(1))
    room.expects_note("Ben has it")
    assert ben.opens_link(press="escalate")[0] == 200
    room.expects_page(WORDS)
    world.phone("ana").expects_page(WORDS)
    world.fast_forward(minutes(1))
    assert world.agent("mia").resolves_incident_of(post) == 200
    world.fast_forward(minutes(1))
    room.expects_note("is over: resolved by mia")
    world.fast_forward(minutes(20))
    world.nobody_rings()


def test_an_update_is_told_once_though_the_tick_runs_twice(world: World) -> None:
    world.person("ana", wants_updates=True)
    post = ana_and_ben_are_paged(world)
    ana = world.phone("ana")
    ben_takes_it(world)
    with world.ticks(RIGHT, RIGHT, at_once=True):
        world.fast_forward(minutes(1))
    with world.ticks(RIGHT, RIGHT):
        world.fast_forward(minutes(2))
    ana.expects_note("Ben has it")
    ana.is_silent()
    assert world.agent("mia").resolves_incident_of(post) == 200
    world.worker_dies_after_texts(1)
    world.fast_forward(minutes(10))
    ana.expects_note("is over: resolved by mia")
    assert world.stage.workers.crashes == 1
    world.nobody_rings()
