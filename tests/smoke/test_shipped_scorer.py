"""By the scorer that ships: what cannot wait wakes somebody, and chatter wakes nobody."""

from tests.smoke.people import FIRE
from tests.smoke.world import World


def test_what_ships_wakes_for_a_fire_and_sleeps_through_chatter(shipped_world: World) -> None:
    world = shipped_world
    world.on_call(first="ana")
    world.post("forum", "acme has new chairs")
    world.post("mastodon", "lovely evening on the acme terrace, thank you")
    world.post("mastodon", "@acme what time do you open tomorrow?")
    world.nobody_rings()
    world.post("mastodon", f"{FIRE}, people are trapped upstairs and nobody comes to help")
    world.phone("ana").expects_page("the fire alarm is ringing")
