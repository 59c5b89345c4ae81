"""What goes wrong around the clock: workers that hang, die, restart, run twice or too early."""

import json

import boto3

from chalicelib.settings import settings
from infra.local.phones import Line
from tests.smoke.desks import rules, step
from tests.smoke.driving import RIGHT
from tests.smoke.people import DOWN, FIRE
from tests.smoke.world import World, minutes


def test_a_provider_that_hangs_does_not_hold_up_the_others(world: World) -> None:
    """21 seconds are gone for the one; the other rings in the same minute, the next step too."""
    world.policy(step("ana"), step("ben", after=minutes(15)))
    world.phone("ana").hangs()
    post = world.write("mastodon", DOWN)
    world.write("mastodon", FIRE)
    world.fast_forward(minutes(1))
    ben = world.phone("ben")
    ben.expects_page("Acme outage")
    ben.expects_page("Acme safety")
    pages = [one for one in world.agent("mia").timeline(post) if one["kind"] == "page"]
    assert [(one["responder"], one["state"]) for one in pages] == [
        ("ana", "refused"),
        ("ben", "sent"),
    ]


def test_a_provider_that_hangs_in_a_tick_leaves_time_for_everybody(world: World) -> None:
    """Two steps are due in one tick; the first one's phone takes 21 seconds of it."""
    world.policy(step("lea"), step("ana", "ben", after=minutes(5)))
    world.phone("ana").hangs()
    world.post("mastodon", DOWN)
    world.phone("lea").expects_page("Acme outage")
    world.fast_forward(minutes(5))
    world.phone("ben").expects_page("Acme outage")
    assert world.stage.failures() == []


def test_clocks_a_minute_apart_page_neither_twice_nor_early(world: World) -> None:
    """One worker's clock is a minute fast: a step comes at most so much too early, and once."""
    world.on_call(first="ana", second="ben", after=minutes(15))
    with world.ticks(RIGHT, minutes(1)):
        world.post("mastodon", DOWN)
        world.phone("ana").expects_page("booking site is down")
        world.fast_forward(minutes(13))
        world.nobody_rings()
        world.fast_forward(minutes(2))
        world.phone("ben").expects_page("booking site is down")
        world.fast_forward(minutes(13))
        world.nobody_rings()


def test_ticks_that_come_twice_or_together_ring_once(world: World) -> None:
    world.person("ana", notify=rules(("sms", 0), ("sms", 5)))
    world.policy(step("ana"), step("ben", "lea", after=minutes(15)))
    with world.ticks(RIGHT, RIGHT):
        world.post("mastodon", DOWN)
        ana = world.phone("ana")
        ana.expects_page("booking site is down")
        world.fast_forward(minutes(6))
        ana.expects_page("booking site is down")
    with world.ticks(RIGHT, RIGHT, RIGHT, at_once=True):
        world.fast_forward(minutes(10))
        for name in ("ben", "lea"):
            world.phone(name).expects_page("booking site is down")


def test_lost_ticks_delay_a_step_and_skip_none(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
    with world.ticks():
        world.fast_forward(minutes(40))
        world.nobody_rings()
    world.fast_forward(minutes(1))
    world.phone("ben").expects_page("booking site is down")
    world.fast_forward(minutes(14))
    world.nobody_rings()
    world.fast_forward(minutes(1))  # the fallback's delay counts from Ben's page
    for name in ("fay", "lea"):
        world.phone(name).expects_page("booking site is down")


def test_a_worker_that_dies_after_sending_repeats_one_text_at_most(world: World) -> None:
    """It is taken over after its lease; until then nobody can know whether the text has left."""
    world.on_call(first="ana", second="ben", after=minutes(5))
    world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
    world.worker_dies_after_texts(1)
    world.fast_forward(minutes(5))
    assert world.stage.workers.crashes == 1
    ben = world.phone("ben")
    ben.expects_page("booking site is down")
    world.fast_forward(minutes(3))
    ben.expects_page("booking site is down")  # the copy
    world.fast_forward(minutes(6))
    world.nobody_rings()
    ben.replies()
    ben.expects_note("You have it")


def test_a_restart_in_the_middle_goes_on_where_it_was(world: World) -> None:
    """Nothing that the escalation needs is only in a worker's memory."""
    world.on_call(first="ana", second="ben", after=minutes(5))
    for name in ("fay", "lea"):
        world.phone(name).goes(Line.SILENT)
    world.post("mastodon", DOWN)
    ana, ben = world.phone("ana"), world.phone("ben")
    first = ana.expects_page("booking site is down")
    world.workers_restart()
    world.fast_forward(minutes(5))
    ben.expects_page("booking site is down")
    world.fast_forward(minutes(30))  # the fallback, then the second round
    ana.expects_page("booking site is down")
    world.fast_forward(minutes(2))
    world.workers_restart()
    world.fast_forward(minutes(3))
    ben.expects_page("booking site is down")
    ana.replies(first.code)  # of before both restarts
    ana.expects_note("You have it")


def test_an_incident_opened_by_the_version_before_goes_on_ringing(cloud_world: World) -> None:
    """Only a store has what an older version wrote, so this is on one stage."""
    world = cloud_world
    world.on_call(first="ana", second="ben", after=minutes(15))
    post = world.post("mastodon", DOWN)
    ana, ben = world.phone("ana"), world.phone("ben")
    page = ana.expects_page("booking site is down")
    forget_newer_fields(world)
    assert world.incident_of(post).calls == ()
    world.fast_forward(minutes(14))
    world.nobody_rings()
    world.fast_forward(minutes(1))
    ben.expects_page("booking site is down")
    ana.replies(page.code)
    ana.expects_note("You have it")
    world.fast_forward(minutes(40))
    world.nobody_rings()


NEWER = ("urgency", "calls", "paged", "to_tell", "acts")
"""Fields of an incident that the version before did not know."""


def forget_newer_fields(world: World) -> None:
    """Every incident as the version before wrote it."""
    client = boto3.client("dynamodb")
    table = settings().incidents_table
    forgotten = 0
    for item in client.scan(TableName=table)["Items"]:
        text = item.get("incident", {}).get("S", "")
        if not text.startswith("{"):
            continue
        known = json.loads(text)
        item["incident"] = {"S": json.dumps({k: v for k, v in known.items() if k not in NEWER})}
        client.put_item(TableName=table, Item=item)
        forgotten += 1
    assert forgotten, "there is no incident"
