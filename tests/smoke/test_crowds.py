"""Many angry posts, none of them urgent alone: the crowd wakes somebody, once, and says why."""

import re
from datetime import timedelta
from itertools import count
from typing import Any

from chalicelib.domain.rules import Rules
from chalicelib.domain.signal import Topic
from infra.local.phones import Text
from tests.smoke.desks import business_hours, step
from tests.smoke.people import Post
from tests.smoke.world import World, hours, minutes

TOLD = re.compile(
    r"^Acme (\w+): (\d+) angry posts in (\d+) (min|h), normally (none|\d+|\d\.\d)\. Reply "
)


def listening(world: World) -> World:
    """Sources are read each minute; Ana is on call, and Ben after her."""
    world.reads_every_minute()
    world.on_call(first="ana", second="ben", after=minutes(15))
    return world


def angry(world: World, number: int, *, platform: str = "mastodon", **more: Any) -> Post:
    """One of a crowd: negative, worth an answer and not worth waking for."""
    text = f"@acme {number} euros more, that price is a joke"
    author = {"handle": f"person{number}", "followers": 100 + number}
    return world.write(platform, text, **{"author": author, **more})


def crowd(world: World, posts: int, *, over: timedelta, platform: str = "mastodon") -> list[Post]:
    """So many people write evenly over a time, which passes; nobody reads the phones meanwhile."""
    length = int(over / minutes(1))
    written: list[Post] = []
    for minute in range(length):
        while len(written) < posts * (minute + 1) // length:
            written.append(angry(world, len(written), platform=platform))
        world.fast_forward(minutes(1))
    return written


def told(text: Text) -> tuple[str, int, timedelta]:
    """Of what a page speaks, of how many posts, and in what time."""
    found = TOLD.search(text.body)
    assert found is not None, text.body
    length = int(found[3])
    return found[1], int(found[2]), minutes(length) if found[4] == "min" else hours(length)


def test_forty_angry_posts_in_ten_minutes_ring_one_phone_once(world: World) -> None:
    listening(world)
    with world.ticks():  # nobody looks meanwhile, so that the page speaks of all of them
        crowd(world, 41, over=minutes(9))
        angry(world, 41, author={"handle": "star", "followers": 2_900_000})
        world.fast_forward(minutes(1))
    world.nobody_rings()
    world.fast_forward(minutes(1))
    ana = world.phone("ana")
    page = ana.expects_page("Acme billing: 42 angry posts in ")
    topic, posts, window = told(page)
    assert (topic, posts) == ("billing", 42)
    assert minutes(10) <= window <= hours(1)
    assert 'Loudest: "@acme 41 euros more, that price is a joke" @star on mastodon' in page.body
    world.fast_forward(minutes(10))
    ana.replies(page.code)
    ana.expects_note("You have it")
    world.fast_forward(minutes(30))
    world.nobody_rings()


def test_a_crowd_rings_while_it_grows_long_before_it_is_forty(world: World) -> None:
    listening(world)
    crowd(world, 40, over=minutes(10))
    page = world.phone("ana").expects_page("angry posts in ")
    _, posts, _ = told(page)
    assert 5 <= posts < 40
    world.nobody_rings()


def test_a_crowd_of_which_nobody_takes_notice_goes_to_the_next_person(world: World) -> None:
    listening(world)
    crowd(world, 20, over=minutes(5))
    first = world.phone("ana").expects_page("angry posts in ")
    world.fast_forward(minutes(15))
    second = world.phone("ben").expects_page("angry posts in ")
    assert told(second) == told(first)


def test_what_the_stream_delivers_twice_counts_once(world: World) -> None:
    listening(world)
    world.stream_delivers_twice()
    with world.ticks():
        crowd(world, 40, over=minutes(10))
    world.fast_forward(minutes(1))
    assert told(world.phone("ana").expects_page("Acme billing"))[1] == 40


def test_a_crowd_that_no_stream_delivers_is_counted_by_the_tick(world: World) -> None:
    listening(world)
    world.stream_is_cut()
    with world.ticks():
        crowd(world, 40, over=minutes(10))
    world.fast_forward(minutes(2))
    world.expects_notice("judged more than two minutes late")
    assert told(world.phone("ana").expects_page("Acme billing"))[1] >= 20


def test_a_crowd_over_what_somebody_has_already_rings_nobody(world: World) -> None:
    listening(world)
    world.post("mastodon", "@acme everybody was charged twice, thousands of euros gone")
    ana = world.phone("ana")
    ana.replies(ana.expects_page("Acme billing").code)
    ana.expects_note("You have it")
    crowd(world, 40, over=minutes(10))
    world.fast_forward(minutes(20))
    world.nobody_rings()


def test_a_crowd_raises_what_was_only_soon(world: World) -> None:
    listening(world)
    world.apply(hours=(business_hours("09:00-17:00"),))
    world.policy(step("ana"), hours="office", pages_soon=True)
    post = world.post("mastodon", "@acme you charged me twice and still no refund")
    world.nobody_rings()
    crowd(world, 40, over=minutes(10))
    page = world.phone("ana").expects_page("angry posts in ")
    assert told(page)[0] == "billing"
    assert "that price is a joke" in page.body
    assert world.incident_of(post).urgency.value == "wake"
    world.nobody_rings()


def test_a_quiet_topic_rings_for_no_crowd(world: World) -> None:
    listening(world)
    world.apply(rules=Rules(quiet_topics=frozenset({Topic.BILLING})))
    crowd(world, 40, over=minutes(10))
    world.fast_forward(minutes(20))
    world.nobody_rings()


def test_one_person_who_writes_forty_times_is_no_crowd(world: World) -> None:
    listening(world)
    for minute in range(10):
        for number in range(4):
            angry(world, 4 * minute + number, author={"handle": "carla", "followers": 9})
        world.fast_forward(minutes(1))
    world.fast_forward(minutes(20))
    world.nobody_rings()


def test_one_person_who_writes_all_day_is_no_crowd(memory_world: World) -> None:
    world = listening(memory_world)
    people = count()
    for quarter in range(5 * 24 * 4):
        if quarter % 3 == 0:
            angry(world, next(people))
        world.skip_to(world.now + minutes(15))
    for _ in range(40):
        angry(world, next(people), author={"handle": "carla", "followers": 9})
        world.fast_forward(minutes(5))
    world.nobody_rings()


def test_many_questions_are_no_crowd(world: World) -> None:
    listening(world)
    for number in range(40):
        world.write("mastodon", f"@acme where is invoice {number}?")
        if number % 4 == 3:
            world.fast_forward(minutes(1))
    world.fast_forward(minutes(20))
    world.nobody_rings()


def test_slow_growth_over_hours_rings(memory_world: World) -> None:
    world = listening(memory_world)
    ana, people = world.phone("ana"), count()
    # Five days as every other: somebody every three quarters of an hour.
    for quarter in range(5 * 24 * 4):
        if quarter % 3 == 0:
            angry(world, next(people))
        world.skip_to(world.now + minutes(15))
    world.nobody_rings()
    # Then more in each hour than in the one before, and never many at a time.
    for an_hour in (2, 4, 6, 10, 15, 20):
        for _ in range(an_hour):
            if not ana.waiting():
                angry(world, next(people))
                world.fast_forward(hours(1) / an_hour)
    _, posts, window = told(ana.expects_page("angry posts in "))
    assert window >= hours(1)
    assert posts >= 5


def test_after_a_blind_stretch_posts_count_at_the_time_they_were_written(world: World) -> None:
    listening(world)
    world.apply(sources=tuple(one for one in world.desk.sources if one.name == "mastodon"))
    world.platform_goes_down("mastodon")
    # Six an hour, which nobody reads: no crowd when it is known when they were written.
    for number in range(24):
        angry(world, number)
        world.fast_forward(minutes(10))
    world.expects_notice("We are blind to source mastodon")
    world.phone("ana").expects_note("We are blind to mastodon")
    world.platform_comes_back("mastodon")
    world.fast_forward(minutes(40))
    world.expects_notice("24 posts of the 4 hours we missed were read")
    world.phone("ana").expects_note("24 posts of the 4 hours we missed were read")
    world.nobody_rings()


def test_a_crowd_within_a_blind_stretch_rings_when_it_is_read(world: World) -> None:
    listening(world)
    world.apply(sources=tuple(one for one in world.desk.sources if one.name == "mastodon"))
    world.platform_goes_down("mastodon")
    world.fast_forward(minutes(30))
    crowd(world, 40, over=minutes(10))
    world.expects_notice("We are blind to source mastodon")
    world.phone("ana").expects_note("We are blind to mastodon")
    world.fast_forward(minutes(20))
    world.nobody_rings()
    back_at = world.now
    world.platform_comes_back("mastodon")
    ana = world.phone("ana")
    while not ana.waiting() and world.now < back_at + minutes(30):
        world.fast_forward(minutes(1))
    _, posts, window = told(ana.expects_page("angry posts in "))
    assert posts >= 20
    assert window <= hours(1)
    world.fast_forward(minutes(1))
    ana.expects_note("40 posts of the hour we missed were read")
    world.expects_notice("40 posts of the hour we missed were read")
