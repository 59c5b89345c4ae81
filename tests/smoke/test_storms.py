"""A mob is one incident and one ringing phone."""

from chalicelib.domain.signal import Topic
from tests.smoke.people import DOWN
from tests.smoke.world import World, hours, minutes


def storm(world: World, size: int) -> None:
    """So many posts of one topic within five minutes, every fifth a copy of the first."""
    for number in range(size):
        text = DOWN if number % 5 == 0 else f"@acme site down, app not working, everyone {number}"
        world.write("mastodon", text)
        if number % (size // 5) == size // 5 - 1:
            world.fast_forward(minutes(1))


def test_a_storm_wakes_each_responder_once_for_each_step(memory_world: World) -> None:
    world = memory_world
    world.on_call(first="ana", second="ben", after=minutes(15))
    storm(world, 1000)
    world.phone("ana").expects_page("Acme outage")
    world.fast_forward(minutes(15))
    ben = world.phone("ben").expects_page("Acme outage")
    assert "1000 posts since" in ben.body


def test_a_storm_of_some_dozens_over_the_cloud(cloud_world: World) -> None:
    world = cloud_world
    world.on_call(first="ana", second="ben", after=minutes(15))
    storm(world, 60)
    ana = world.phone("ana")
    ana.expects_page("Acme outage")
    ana.replies()
    ana.expects_note("You have it")
    incident = world.stage.incidents.current("acme", Topic.OUTAGE)
    assert incident is not None
    assert world.stage.incidents.loudness(incident.id) == 60
    assert len(world.agent("mia").queue()) == 60


def test_after_an_acknowledgement_further_posts_of_the_storm_wake_nobody(world: World) -> None:
    world.on_call(first="ana", second="ben")
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    ana.expects_page("Acme outage")
    ana.replies()
    ana.expects_note("You have it")
    for number in range(5):
        world.post("mastodon", f"@acme site still down for everyone {number}")
    world.nobody_rings()


def test_another_topic_is_another_incident(world: World) -> None:
    world.on_call(first="ana")
    world.post("mastodon", DOWN)
    world.phone("ana").expects_page("Acme outage")
    world.post("mastodon", "@acme smoke in the lobby and the fire alarm is ringing")
    world.phone("ana").expects_page("Acme safety")


def test_a_new_outbreak_after_the_resolution_rings_again(memory_world: World) -> None:
    world = memory_world
    world.on_call(first="ana")
    post = world.post("mastodon", DOWN)
    world.phone("ana").expects_page("Acme outage")
    world.agent("lea").resolves_incident_of(post)
    world.fast_forward(hours(1))
    world.post("mastodon", "@acme the whole app is down again for everyone")
    world.phone("ana").expects_page("Acme outage")


def test_a_copy_of_an_urgent_text_on_another_platform_joins_its_incident(world: World) -> None:
    world.on_call(first="ana")
    first = world.post("mastodon", DOWN)
    world.phone("ana").expects_page("Acme outage")
    copy = world.post("forum", f"RT @author1 {DOWN}".replace("RT ", ""))
    assert world.ticket(copy).incident_id == world.ticket(first).incident_id
