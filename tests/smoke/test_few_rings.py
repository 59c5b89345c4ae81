"""Few rings: what can be one text is one, repeats keep to limits, and the new never waits."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.signal import Topic
from infra.local.forms import Form, forms_in
from tests.smoke.conftest import Begin
from tests.smoke.desks import a_policy, business_hours, rules, step, wall
from tests.smoke.inboxes import PhoneInHand
from tests.smoke.people import DOWN, FIRE, LEAK, SLOW, Post
from tests.smoke.world import World, hours, minutes

FRAUD = "@acme everybody was charged twice, thousands of euros gone, all customers"
"""Worth waking for; of a fourth topic: billing."""
REFUND = "@acme you charged me twice and still no refund"
"""Soon is enough; billing."""
HACKED = "@acme my account was hacked"
"""Soon is enough; security."""


def rung_at(phone: PhoneInHand, *, since: datetime) -> list[float]:
    """When pages came that nobody had looked at, in minutes; they are looked at now."""
    return [(phone.expects_page("Acme").at - since) / minutes(1) for _ in phone.waiting()]


# --- one text --------------------------------------------------------------------------------


def four_at_once(world: World) -> list[Post]:
    """Four incidents whose first pages to Ana are due in the same minute."""
    world.person("ana", notify=rules(("sms", 2)))
    world.policy(step("ana"), step("ben", after=hours(1)))
    posts = [world.write("mastodon", text) for text in (DOWN, FIRE, LEAK, FRAUD)]
    world.fast_forward(minutes(3))
    return posts


def test_several_incidents_due_at_once_are_one_sms_and_one_code_acknowledges_all(
    world: World,
) -> None:
    posts = four_at_once(world)
    ana = world.phone("ana")
    text = ana.expects_page("4 incidents")
    for topic in ("outage", "safety", "security", "billing"):
        assert f"Acme {topic}" in text.body
    ana.replies()
    ana.expects_note("You have all 4")
    assert {world.incident_of(post).acknowledged_by for post in posts} == {"ana"}
    world.fast_forward(hours(1))
    world.nobody_rings()


def test_the_link_of_a_bundle_shows_each_incident_and_takes_one_or_all(world: World) -> None:
    posts = four_at_once(world)
    ana = world.phone("ana")
    ana.expects_page("4 incidents")
    fire = world.incident_of(posts[1])
    status, view = ana.opens_link()
    assert status == 200
    for words in ("booking site is down", "smoke in the lobby", "passwords", "charged twice"):
        assert words in view
    about = [form.fields.get("incident", "all") for form in forms_in(view) if is_taking(form)]
    assert sorted(about) == sorted(["all", *(world.incident_of(post).id for post in posts)])

    status, view = ana.opens_link(press="acknowledge", incident=fire.id)
    assert (status, world.incident_of(posts[1]).acknowledged_by) == (200, "ana")
    assert "I have the other 3" in view
    assert world.incident_of(posts[0]).acknowledged_by is None

    assert ana.opens_link(press="I have the other 3")[0] == 200
    assert {world.incident_of(post).acknowledged_by for post in posts} == {"ana"}
    world.fast_forward(hours(1))
    world.nobody_rings()


def is_taking(form: Form) -> bool:
    return form.fields.get("act", "acknowledge") == "acknowledge"


def test_what_was_taken_by_another_before_the_bundles_code_stays_with_them(world: World) -> None:
    posts = four_at_once(world)
    ana = world.phone("ana")
    ana.expects_page("4 incidents")
    assert world.agent("ben").acknowledges(posts[0]) == 200
    ana.replies()
    told = ana.expects_note("You have: ")
    assert "Ben has: Acme outage." in told.body
    holders = [world.incident_of(post).acknowledged_by for post in posts]
    assert holders == ["ben", "ana", "ana", "ana"]


# --- the new never waits ---------------------------------------------------------------------


def test_eight_incidents_one_after_the_other_each_ring(world: World) -> None:
    ana = world.phone("ana")
    for _ in range(8):
        post = world.post("mastodon", DOWN)
        assert ana.expects_page("booking site is down").at == world.now
        assert world.agent("mia").resolves_incident_of(post) == 200
        world.skip_to(world.now + minutes(20))


def test_the_first_page_of_a_new_incident_is_never_held_back(begin: Begin) -> None:
    world = begin(wall("2026-11-21 20:00"))
    world.apply(sms=replace(world.desk.sms, most_per_hour=11))
    world.policy(*[step("ana", after=minutes(1))] * 40, repeat_after=hours(3))
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    world.fast_forward(minutes(40))
    world.expects_notice("11 SMS have gone out in this hour")
    assert len(rung_at(ana, since=world.now)) == 11
    world.policy(step("ana"), repeat_after=hours(3))
    world.post("mastodon", FIRE)
    assert ana.expects_page("Acme safety").at == world.now


def test_a_new_incident_goes_before_reminders_and_updates(begin: Begin) -> None:
    """All that is due at eight: Ben's second text about two incidents, a note for Fay on a third,
    and what was held for Ana until opening."""
    world = begin(wall("2026-11-23 07:44"))
    ana, ben, fay = world.phone("ana"), world.phone("ben"), world.phone("fay")
    world.person("fay", wants_updates=True)
    world.apply(
        hours=(business_hours("08:00-17:00"),),
        policies=(
            a_policy(step("ben"), step("ben", after=minutes(15))),
            a_policy(step("ana"), name="soon", hours="office", pages_soon=True),
            a_policy(step("fay"), name="leak"),
        ),
        brands=tuple(
            replace(one, policies={Topic.BILLING: "soon", Topic.SECURITY: "leak"})
            for one in world.desk.brands
        ),
    )
    leak, *_ = [world.write("forum", text) for text in (LEAK, DOWN, FIRE, REFUND)]
    world.fast_forward(minutes(1))
    fay.expects_page("Acme security")
    ben.expects_page("Acme outage")
    ben.expects_page("Acme safety")
    world.fast_forward(minutes(14.5))
    assert world.agent("mia").acknowledges(leak) == 200
    world.nobody_rings()
    world.fast_forward(minutes(0.5))
    new = ana.expects_page("Soon, no emergency: Acme billing")
    reminder = ben.expects_page("2 incidents")
    update = fay.expects_note("mia has it")
    assert new.handed_over < reminder.handed_over < update.handed_over


# --- repeats keep to limits ------------------------------------------------------------------


def test_reminders_to_a_phone_keep_to_its_limits(world: World) -> None:
    """One a minute, five in a quarter of an hour, eleven an hour; what is held comes afterwards."""
    began_at = world.now
    world.policy(*[step("ana", after=minutes(1))] * 40, repeat_after=hours(3))
    world.post("mastodon", DOWN)
    world.fast_forward(minutes(70))
    expected = [2, 3, 4, 5, 6, 17, 18, 19, 20, 21, 32, 62]
    assert rung_at(world.phone("ana"), since=began_at) == expected


def test_a_held_reminder_does_not_hold_up_the_escalation(world: World) -> None:
    began_at = world.now
    six = [step("ana", after=minutes(1))] * 6
    world.policy(*six, step("ben", after=minutes(5)), repeat_after=hours(3))
    world.post("mastodon", DOWN)
    world.fast_forward(minutes(30))
    assert rung_at(world.phone("ana"), since=began_at) == [2, 3, 4, 5, 6, 17]
    assert rung_at(world.phone("ben"), since=began_at) == [12]


def test_past_the_limit_of_the_desk_only_first_pages_go_out_and_the_lead_is_told(
    begin: Begin,
) -> None:
    world = begin(wall("2026-11-21 20:00"))
    ana, ben = world.phone("ana"), world.phone("ben")
    world.apply(sms=replace(world.desk.sms, most_per_hour=5))
    both = step("ana", after=minutes(1)), step("ben", after=minutes(1))
    world.policy(*both, *both, *both, repeat_after=hours(3))
    world.post("mastodon", DOWN)
    world.fast_forward(minutes(29))
    assert rung_at(ana, since=wall("2026-11-21 20:00")) == [2, 4, 6]
    assert rung_at(ben, since=wall("2026-11-21 20:00")) == [3, 5]
    world.expects_notice("5 SMS have gone out in this hour")
    world.post("mastodon", FIRE)
    world.fast_forward(minutes(28))
    assert rung_at(ana, since=wall("2026-11-21 20:30")) == [2]
    assert rung_at(ben, since=wall("2026-11-21 20:30")) == [3]
    world.fast_forward(minutes(1))
    ana.expects_page("Acme safety")
    ben.expects_page("2 incidents")


# --- what is only soon -----------------------------------------------------------------------


def pages_soon(world: World, who: str) -> None:
    world.apply(hours=(business_hours("09:00-17:00"),))
    world.policy(step(who), hours="office", pages_soon=True, repeat_after=hours(3))


def test_what_is_only_soon_is_held_until_opening(begin: Begin) -> None:
    world = begin(wall("2026-11-23 21:59"))
    pages_soon(world, "ana")
    world.write("mastodon", SLOW)
    world.post("forum", REFUND)
    world.fast_forward(minutes(90))
    world.skip_to(wall("2026-11-24 08:59"))
    world.nobody_rings()
    world.fast_forward(minutes(1))
    world.phone("ana").expects_page("Soon, no emergency: 2 incidents")


def test_who_wants_soon_by_the_hour_gets_one_text_an_hour(begin: Begin) -> None:
    world = begin(wall("2026-11-23 22:05"))
    world.person("ben", wants_soon_hourly=True)
    pages_soon(world, "ben")
    ben = world.phone("ben")
    for text in (SLOW, REFUND, HACKED):
        world.post("mastodon", text)
        world.fast_forward(minutes(10))
    world.fast_forward_to(wall("2026-11-23 22:59"))
    ben.is_silent()
    world.fast_forward(minutes(1))
    told = ben.expects_page("Soon, no emergency: 3 incidents")
    for topic in ("outage", "billing", "security"):
        assert f"Acme {topic}" in told.body
    world.fast_forward_to(wall("2026-11-24 00:20"))
    ben.is_silent()
    world.post("mastodon", "@acme my lawyer will contact you")
    world.fast_forward_to(wall("2026-11-24 00:59"))
    ben.is_silent()
    world.fast_forward(minutes(1))
    ben.expects_page("Soon, no emergency: Acme press")
