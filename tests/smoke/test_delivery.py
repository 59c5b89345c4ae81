"""What became of pages: shown to whoever looks, and heeded when they did not arrive."""

from datetime import datetime
from typing import Any

from infra.local.phones import Line
from tests.smoke.desks import rules, step
from tests.smoke.people import DOWN, FIRE, Post
from tests.smoke.world import World, hours, minutes

WORDS = "booking site is down"


def pages_of(world: World, post: Post) -> list[dict[str, Any]]:
    return [one for one in world.agent("mia").timeline(post) if one["kind"] == "page"]


def test_the_incident_shows_what_became_of_each_page(world: World) -> None:
    mailbox = world.mailbox("ana")
    world.person("ana", notify=rules(("sms", 0), ("email", 0)))
    world.policy(step("ana", "ben", "fay", "lea"), repeat_after=hours(1))
    world.phone("ben").goes(Line.REFUSED)
    post = world.post("mastodon", DOWN)
    ana, fay = (world.phone(name).expects_page(WORDS) for name in ("ana", "fay"))
    mailbox.expects_page(WORDS)
    world.phone("lea").expects_page(WORDS)
    world.receipt(ana, is_delivered=True)
    world.receipt(fay, is_delivered=False, words="Phone is unreachable")
    pages = pages_of(world, post)
    assert {(one["responder_name"], one["channel"], one["state"]) for one in pages} == {
        ("Ana", "sms", "delivered"),
        ("Ana", "email", "sent"),
        ("Ben", "sms", "refused"),
        ("Fay", "sms", "failed"),
        ("Lea", "sms", "sent"),
    }
    why = {one["responder"]: one["refusal"] for one in pages if one["refusal"]}
    assert why["fay"] == "Phone is unreachable"
    assert "ben" in why["ben"]
    assert [one["at"] for one in pages] == sorted(one["at"] for one in pages)
    view = world.phone("lea").opens_link()[1]
    for words in ("delivered at", "<bdi>Ben</bdi>: not sent", "<bdi>Fay</bdi>: not delivered at"):
        assert words in view


def test_a_late_receipt_is_shown_with_how_late_it_was(world: World) -> None:
    post = world.post("mastodon", DOWN)
    page = world.phone("ana").expects_page(WORDS)
    world.fast_forward(minutes(5))
    world.receipt(page, is_delivered=True, took=minutes(5))
    (shown,) = pages_of(world, post)
    sent_at, settled_at = (datetime.fromisoformat(shown[name]) for name in ("at", "settled_at"))
    assert settled_at - sent_at == minutes(5)
    view = world.phone("ana").opens_link()[1]
    assert 'delivered at <time datetime="2026-11-21T20:36:00+01:00">20:36</time>' in view


def test_a_receipt_that_says_failed_moves_to_the_next_channel_at_once(world: World) -> None:
    """And to the next step where the person has no other."""
    world.on_call(first="ana", second="ben", after=minutes(30))
    mailbox = world.mailbox("ana")
    post = world.post("mastodon", DOWN)
    page = world.phone("ana").expects_page(WORDS)
    world.fast_forward(minutes(1))
    world.receipt(page, is_delivered=False)
    assert mailbox.expects_page(WORDS).at == world.now
    world.nobody_rings()
    assert world.agent("mia").resolves_incident_of(post) == 200

    world.person("ana", email=None)
    world.post("mastodon", DOWN)
    page = world.phone("ana").expects_page(WORDS)
    world.fast_forward(minutes(1))
    world.receipt(page, is_delivered=False)
    assert world.phone("ben").expects_page(WORDS).at == world.now
    world.fast_forward(minutes(14))
    world.nobody_rings()


def test_one_sms_that_failed_moves_all_its_incidents_on_in_one_message(world: World) -> None:
    mailbox = world.mailbox("ana")
    world.person("ana", notify=rules(("sms", 2), ("email", 30)))
    world.policy(step("ana"), repeat_after=hours(1))
    world.write("mastodon", DOWN)
    world.write("mastodon", FIRE)
    world.fast_forward(minutes(3))
    page = world.phone("ana").expects_page("2 incidents")
    world.receipt(page, is_delivered=False)
    mailbox.expects_page("2 incidents")
    world.fast_forward(minutes(30))
    world.nobody_rings()


def test_a_receipt_that_says_delivered_stops_nothing(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.post("mastodon", DOWN)
    page = world.phone("ana").expects_page(WORDS)
    world.receipt(page, is_delivered=True)
    world.fast_forward(minutes(14))
    world.nobody_rings()
    world.fast_forward(minutes(1))
    world.phone("ben").expects_page(WORDS)


def test_receipts_late_twice_or_of_unknown_pages_change_nothing(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(30))
    mailbox = world.mailbox("ana")
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    page = ana.expects_page(WORDS)
    world.receipt(message_id="of-another-application", is_delivered=False)
    world.nobody_rings()
    world.receipt(page, page, is_delivered=False)
    mailbox.expects_page(WORDS)
    world.receipt(page, is_delivered=False)  # delivered once more
    world.receipt(page, is_delivered=True)  # and belied
    world.nobody_rings()
    ana.replies()
    note = ana.expects_note("You have it")
    world.receipt(note, page, is_delivered=False)
    world.fast_forward(minutes(40))
    world.nobody_rings()

    post = world.post("forum", FIRE)
    page = ana.expects_page("Acme safety")
    assert world.agent("mia").acknowledges(post) == 200
    world.fast_forward(minutes(1))
    world.receipt(page, is_delivered=False)  # somebody has it by now
    world.fast_forward(minutes(40))
    world.nobody_rings()
    assert {one["state"] for one in pages_of(world, post)} == {"failed"}
