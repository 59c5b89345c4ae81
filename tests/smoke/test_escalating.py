"""Steps, people who ask for the next one, and what the timeline tells of it all."""

from dataclasses import replace
from datetime import date

from chalicelib.domain.signal import Topic
from infra.local.phones import Line
from tests.smoke.conftest import Begin
from tests.smoke.desks import a_policy, always, business_hours, rules, step, turns, wall
from tests.smoke.people import DOWN, FIRE, LEAK, SLOW
from tests.smoke.world import World, hours, minutes

CLARA = "+436641000005"

# --- by hand ---------------------------------------------------------------------------------


def test_escalating_what_was_acknowledged_wakes_the_next_step_at_once(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    post = world.post("mastodon", DOWN)
    ana, mia = world.phone("ana"), world.agent("mia")
    ana.expects_page("booking site is down")
    ana.replies()
    ana.expects_note("You have it")
    assert mia.sees(post)["state"] == "acknowledged"
    assert mia.escalates(post) == 200
    world.phone("ben").expects_page("booking site is down")
    assert mia.sees(post)["state"] == "triggered"


def test_escalating_by_hand_does_not_wait_for_the_delay(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    ana.expects_page("booking site is down")
    world.fast_forward(minutes(1))
    assert ana.opens_link(press="escalate")[0] == 200
    world.phone("ben").expects_page("booking site is down")
    world.fast_forward(minutes(14))
    world.nobody_rings()


def test_a_double_click_on_escalate_wakes_one_step(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    post = world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
    mia = world.agent("mia")
    assert (mia.escalates(post), mia.escalates(post)) == (200, 200)
    world.phone("ben").expects_page("booking site is down")


# --- whom a step wakes -----------------------------------------------------------------------


def test_a_step_wakes_everyone_it_names_at_once(world: World) -> None:
    world.schedules(always("ben"))
    world.person("clara", phone=CLARA)
    world.policy(step("ana", "@primary", "clara", "ben"))
    assert world.who_rings() == ["ana", "ben", "clara"]


def test_a_step_for_everyone_wakes_every_responder_once(world: World) -> None:
    world.policy(step("everyone", "ana"))
    assert world.who_rings() == ["ana", "ben", "fay", "lea"]


def test_of_several_whom_a_step_woke_one_acknowledgement_lets_the_others_sleep(
    world: World,
) -> None:
    for name in ("ana", "ben"):
        world.person(name, notify=rules(("sms", 0), ("sms", 30)))
    world.policy(step("ana", "ben"), repeat_after=hours(1))
    world.post("mastodon", DOWN)
    for name in ("ana", "ben"):
        world.phone(name).expects_page("booking site is down")
    world.phone("ana").replies()
    world.phone("ana").expects_note("You have it")
    world.fast_forward(minutes(31))
    world.nobody_rings()


def test_who_acknowledged_before_an_escalation_is_paged_again_by_the_step_that_names_them(
    world: World,
) -> None:
    world.person("ana", notify=rules(("sms", 0), ("sms", 10)))
    world.policy(step("ana"), step("ben", "ana", after=minutes(15)), repeat_after=hours(1))
    post = world.post("mastodon", DOWN)
    ana, ben = world.phone("ana"), world.phone("ben")
    ana.expects_page("booking site is down")
    ana.replies()
    ana.expects_note("You have it")
    world.fast_forward(minutes(2))
    assert world.agent("mia").escalates(post) == 200
    ben.expects_page("booking site is down")
    ana.expects_page("booking site is down")
    world.fast_forward(minutes(10))
    ana.expects_page("booking site is down")  # her second rule
    ben.replies()
    ben.expects_note("You have it")


def test_when_its_repeats_are_over_the_fallback_person_alone_is_paged_on(
    memory_world: World,
) -> None:
    """Half a day of it, which is why it is on one stage."""
    world = memory_world
    world.schedules(always("ana"))
    world.policy(step("@primary"), repeats=1, repeat_after=minutes(15))
    world.post("mastodon", DOWN)
    ana, fay, lea = (world.phone(name) for name in ("ana", "fay", "lea"))
    world.fast_forward(hours(1))  # two rounds
    assert (len(ana.waiting()), len(fay.waiting()), len(lea.waiting())) == (2, 2, 2)
    world.fast_forward(hours(10))
    assert len(ana.waiting()) == 2
    assert len(fay.waiting()) == len(lea.waiting()) >= 6
    for phone in (ana, fay, lea):
        while phone.waiting():
            phone.expects_page("booking site is down")


# --- hand over, snooze -----------------------------------------------------------------------


def test_whoever_it_is_handed_to_is_paged_alone_and_the_policy_goes_on_when_they_are_silent(
    world: World,
) -> None:
    world.person("clara", phone=CLARA)
    world.policy(step("ana"), step("ben", after=minutes(15)), repeat_after=minutes(20))
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    ana.expects_page("booking site is down")
    assert ana.opens_link(press="hand-over", to="clara")[0] == 200
    world.phone("clara").expects_page("booking site is down")
    world.fast_forward(minutes(19))
    world.nobody_rings()
    world.fast_forward(minutes(1))
    world.phone("ben").expects_page("booking site is down")


def test_a_snoozed_incident_is_silent_until_its_time_and_then_rings(world: World) -> None:
    world.on_call(first="ana", second="ben")
    post = world.post("mastodon", DOWN)
    ana = world.phone("ana")
    ana.expects_page("booking site is down")
    ana.replies()
    ana.expects_note("You have it")
    assert ana.opens_link(press="snooze", minutes="120")[0] == 200
    until = world.now + hours(2)
    world.post("mastodon", "@acme site still down for everyone")
    world.skip_to(until - minutes(2))
    world.nobody_rings()
    world.skip_to(until)
    ana.expects_page("booking site is down")
    assert world.agent("mia").sees(post)["state"] == "triggered"


def test_a_snoozed_incident_can_be_escalated_all_the_same(world: World) -> None:
    world.on_call(first="ana", second="ben")
    post = world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
    mia = world.agent("mia")
    assert mia.snoozes(post, 120) == 200
    world.fast_forward(minutes(5))
    world.nobody_rings()
    assert mia.escalates(post) == 200
    world.phone("ben").expects_page("booking site is down")


# --- what is changed meanwhile ---------------------------------------------------------------


def test_a_policy_that_was_changed_counts_from_the_next_step_on(world: World) -> None:
    """Putting a file in force wakes nobody by itself."""
    world.person("clara", phone=CLARA)
    world.policy(step("ana"), step("ben", after=minutes(15)))
    world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
    world.policy(step("clara"), step("clara", after=minutes(15)), step("ben", after=minutes(5)))
    world.fast_forward(minutes(14))
    world.nobody_rings()
    world.fast_forward(minutes(1))
    world.phone("clara").expects_page("booking site is down")
    world.fast_forward(minutes(5))
    world.phone("ben").expects_page("booking site is down")


def test_another_policy_for_the_topic_counts_from_its_next_incident_on(world: World) -> None:
    """What rings goes on as it began: nobody has to guess which step of which policy is next."""
    world.person("clara", phone=CLARA)
    world.policy(step("ana"), step("ben", after=minutes(15)))
    post = world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
    world.policies(*world.desk.policies, a_policy(step("clara"), name="outages"))
    (brand,) = world.desk.brands
    world.apply(brands=(replace(brand, policies={Topic.OUTAGE: "outages"}),))
    world.fast_forward(minutes(15))
    world.phone("ben").expects_page("booking site is down")
    assert world.agent("mia").resolves_incident_of(post) == 200
    assert world.who_rings() == ["clara"]


def test_of_three_open_incidents_only_the_acknowledged_one_is_silent(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    posts = [world.write("mastodon", text) for text in (DOWN, FIRE, LEAK)]
    world.fast_forward(minutes(1))
    ana, ben, mia = world.phone("ana"), world.phone("ben"), world.agent("mia")
    for topic in ("outage", "safety", "security"):
        ana.expects_page(f"Acme {topic}")  # each is judged for itself, so each rings at once
    assert mia.acknowledges(posts[0]) == 200
    world.fast_forward(minutes(14))
    ben.is_silent()
    world.fast_forward(minutes(1))
    page = ben.expects_page("2 incidents")
    assert "outage" not in page.body
    assert mia.escalates(posts[1]) == 200  # to the end of the round
    for name in ("fay", "lea"):
        world.phone(name).expects_page("Acme safety")
    for post in posts:
        assert mia.resolves_incident_of(post) == 200
    world.fast_forward(minutes(31))
    world.nobody_rings()


def test_what_was_only_soon_rings_when_it_becomes_worth_waking_for(begin: Begin) -> None:
    """Held until opening, an outage of one becomes one of all at night."""
    world = begin(wall("2026-11-23 22:00"))
    world.apply(hours=(business_hours("09:00-17:00"),))
    world.policy(step("ana"), step("ben", after=minutes(15)), hours="office", pages_soon=True)
    first = world.post("mastodon", SLOW)
    world.fast_forward(minutes(5))
    world.nobody_rings()
    second = world.post("forum", DOWN)
    world.phone("ana").expects_page("Acme outage")
    assert world.ticket(first).incident_id == world.ticket(second).incident_id
    assert "raised" in [entry["kind"] for entry in world.agent("mia").timeline(first)]


# --- the timeline ----------------------------------------------------------------------------


def test_the_timeline_tells_who_did_what_when_and_by_which_way(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    post = world.post("mastodon", DOWN)
    opened_at = world.now
    ana, ben, mia = world.phone("ana"), world.phone("ben"), world.agent("mia")
    ana.expects_page("booking site is down")
    world.fast_forward(minutes(1))
    ana.replies()
    ana.expects_note("You have it")
    world.fast_forward(minutes(1))
    assert mia.escalates(post) == 200
    ben.expects_page("booking site is down")
    world.fast_forward(minutes(1))
    assert ben.opens_link(press="acknowledge")[0] == 200
    world.fast_forward(minutes(1))
    assert ben.opens_link(press="snooze", minutes="30")[0] == 200
    world.fast_forward(minutes(1))
    assert mia.resolves_incident_of(post) == 200
    told = [
        (entry["kind"], entry["by_name"], entry["via"], entry["at"])
        for entry in mia.timeline(post)
        if entry["kind"] != "page"
    ]

    def at(passed: int) -> str:
        return f"{opened_at + minutes(passed):%Y-%m-%dT%H:%M:%SZ}"

    assert [(kind, name, via, when[:19] + "Z") for kind, name, via, when in told] == [
        ("opened", "", "clock", at(0)),
        ("acknowledged", "Ana", "sms", at(1)),
        ("escalated", "mia", "desk", at(2)),
        ("acknowledged", "Ben", "link", at(3)),
        ("snoozed", "Ben", "link", at(4)),
        ("resolved", "mia", "desk", at(5)),
    ]


def test_the_timeline_tells_that_a_step_reached_nobody_and_why(world: World) -> None:
    """Each person whom a step meant stands there with the reason; so does whoever stood in."""
    world.schedules(always("ana"), always("ben", name="gone"))
    world.apply(schedules=(always("ana"),))  # `gone` is a gap now
    world.policy(step("@primary"), step("ben"), step("@gone"))
    world.phone("ana").goes(Line.REFUSED)
    world.phone("ben").replies("STOP")
    world.expects_notice("has texted STOP")
    post = world.post("mastodon", DOWN)
    world.phone("fay").expects_page("booking site is down")
    pages = [entry for entry in world.agent("mia").timeline(post) if entry["kind"] == "page"]
    assert [(page["responder"], page["state"]) for page in pages] == [
        ("ana", "refused"),
        ("ben", "refused"),
        ("fay", "sent"),
    ]
    assert "SNS refused" in pages[0]["refusal"]
    assert "opted out" in pages[1]["refusal"]


def test_turns_are_read_when_a_step_is_due_and_not_before(begin: Begin) -> None:
    """The second step means whoever is on call then, fifteen minutes after the handoff."""
    handoff = wall("2026-11-22 00:00")
    world = begin(handoff - minutes(6))
    world.schedule(turns("ana", "ben", starts_on=date(2026, 11, 21), shift_days=1))
    world.policy(step("lea"), step("@primary", after=minutes(10)))
    world.post("mastodon", DOWN)
    world.phone("lea").expects_page("booking site is down")
    world.fast_forward(minutes(10))
    assert world.now > handoff
    world.phone("ben").expects_page("booking site is down")
