"""The pager looks at itself: by day it tells what stands in the way of the night."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from chalicelib.domain.readiness import PageCounts
from infra.local.phones import Line
from tests.smoke.conftest import Begin
from tests.smoke.desks import always, rules, step, turns, wall
from tests.smoke.people import DOWN
from tests.smoke.world import World, hours, minutes

TEN = wall("2026-11-23 10:00")  # a Monday, in Vienna, where the lead is
A_DAY = timedelta(days=1)


def in_order(begin: Begin, at: datetime = TEN) -> World:
    """A world shortly before `at` in which everybody's phone has been proven to work."""
    world = begin(at - hours(1) - minutes(10))
    mia = world.agent("mia")
    for one in world.desk.responders:
        phone = world.phone(one.id)
        assert mia.tests_phone(one.id)[0] == 200
        phone.expects_page("this is a test of Nightdesk")
        phone.replies()
        phone.expects_note("this works")
    world.pager_is_watched()
    return world


def findings(world: World) -> dict[str, str]:
    """What the newest report says, and how grave it is."""
    report = world.agent("mia").readiness()
    return {one["what"]: one["gravity"] for one in report["findings"]}


def test_a_desk_in_order_is_silent_and_shows_when_it_was_checked(begin: Begin) -> None:
    world = in_order(begin)
    assert world.agent("mia").readiness()["checked_at"] is None
    world.skip_to(TEN + minutes(30))
    world.nobody_rings()
    report = world.agent("mia").readiness()
    assert report["findings"] == []
    assert report["is_covered_tonight"] is True
    assert TEN - minutes(20) <= datetime.fromisoformat(report["checked_at"]) <= TEN + minutes(30)


def test_one_report_a_day_tells_what_stands_in_the_way_of_tonight(begin: Begin) -> None:
    """By day, to the lead: in short by SMS and in full by e-mail; each thing with a remedy."""
    world = in_order(begin)
    mailbox = world.mailbox("lea")  # never tried out
    world.person("clara", phone="+436641000005")  # nor this
    world.person("dora")  # no phone at all
    ben = world.phone("ben")
    ben.replies("STOP")
    world.expects_notice("Ben has texted STOP")
    world.schedule(turns("ana", starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 30)))
    world.policy(step("@primary"), step("ben", "clara", "dora", after=minutes(15)))
    account = world.stage.account
    account.sms_spent = Decimal("45")
    account.sms_type = ""
    account.counts = PageCounts(sent=8, refused=2)
    world.skip_to(TEN - minutes(10))
    world.nobody_rings()  # not before ten
    world.skip_to(TEN + minutes(55))
    short = world.phone("lea").expects_note("Nightdesk readiness:")
    assert "things need a look" in short.body
    whole = mailbox.expects_note("checked at")
    for what in (
        "Nobody is on call in primary",
        "Ben cannot be reached by SMS: the number has opted out",
        "Dora cannot be reached: no phone, e-mail or webhook is configured",
        "never proven to work: Lea (e-mail), Clara (SMS)",
        "45.00 of 50.00 USD are spent",
        "Promotional SMS",
        "Of 10 pages in the last day 2 were refused",
    ):
        assert what in whole.body, what
        assert any(what in said for said in findings(world)), what
    assert "START" in whole.body  # a remedy
    world.skip_to(TEN + hours(8))
    world.skip_to(TEN + hours(17))  # at three in the morning
    world.nobody_rings()
    world.skip_to(TEN + A_DAY + minutes(55))
    world.phone("lea").expects_note("Nightdesk readiness:")
    mailbox.expects_note("checked at")


def test_what_cannot_be_asked_is_told_and_never_guessed(begin: Begin) -> None:
    world = in_order(begin)
    world.stage.account.is_mute = True
    world.skip_to(TEN + minutes(55))
    world.phone("lea").expects_note("Nightdesk readiness:")
    said = findings(world)
    assert any("Could not ask what SMS have cost" in one for one in said)
    assert any("Could not ask whether phones have opted out" in one for one in said)
    assert world.agent("mia").readiness()["is_covered_tonight"] is True


def test_a_policy_that_reaches_nobody_is_reported_by_day(begin: Begin) -> None:
    """In ten days, so there is time: nobody is woken for it."""
    world = in_order(begin)
    world.person("dora")
    rota = (turns("dora", starts_on=date(2026, 12, 3)), turns("ana", starts_on=date(2026, 11, 16)))
    world.schedule(*rota)
    world.policy(step("@primary"), name="standard")
    world.skip_to(TEN - minutes(10))
    world.nobody_rings()
    world.skip_to(TEN + minutes(55))
    world.phone("lea").expects_note("Policy standard reaches nobody from Thu 3 Dec 00:00")
    (gravity,) = (gravity for what, gravity in findings(world).items() if "Policy standard" in what)
    assert gravity == "soon"


def test_the_report_is_a_page_only_when_tonight_is_not_covered(begin: Begin) -> None:
    """To the lead and the fallback person: at night at once, an hour later once more, by day."""
    night = wall("2026-11-23 22:30")
    world = in_order(begin, night)
    world.phone("ben").replies("STOP")
    world.expects_notice("Ben has texted STOP")
    world.skip_to(night)
    world.nobody_rings()  # the second of two steps: it can wait for the morning
    world.schedules(always("ana"))
    world.policy(step("@primary"), step("ben", after=minutes(15)))
    world.phone("ana").replies("STOP")
    world.expects_notice("Ana has texted STOP")
    for hour in range(1, 3):
        world.skip_to(night + hours(hour))
        for name in ("lea", "fay"):
            world.phone(name).expects_note("TONIGHT IS NOT COVERED")
    assert world.agent("mia").readiness()["is_covered_tonight"] is False
    for hour in range(3, 12):
        world.skip_to(night + hours(hour))
        world.nobody_rings()  # both know, and it got no worse
    world.skip_to(night + hours(12))
    for name in ("lea", "fay"):
        world.phone(name).expects_note("TONIGHT IS NOT COVERED")  # with the report of the day
    world.phone("ana").replies("START")
    world.skip_to(night + hours(13))
    world.nobody_rings()
    assert world.agent("mia").readiness()["is_covered_tonight"] is True


def test_before_the_sms_quota_is_spent_the_lead_is_told(begin: Begin) -> None:
    """Once a day while it is nearly spent; at once when it is, since then no SMS leaves at all."""
    world = in_order(begin)
    mailbox, account = world.mailbox("lea"), world.stage.account
    mailbox_of_fay = world.mailbox("fay")
    account.sms_spent = Decimal("41")
    world.skip_to(TEN + minutes(55))
    world.phone("lea").expects_note("Nightdesk readiness:")
    mailbox.expects_note("41.00 of 50.00 USD are spent")
    world.skip_to(TEN + hours(4))
    world.nobody_rings()
    account.sms_spent = Decimal("50")
    world.skip_to(TEN + hours(5))
    mailbox.expects_note("TONIGHT IS NOT COVERED")
    mailbox_of_fay.expects_note("TONIGHT IS NOT COVERED")
    for name in ("lea", "fay"):  # tried all the same: our figure may be a day old
        world.phone(name).expects_note("TONIGHT IS NOT COVERED")


def test_when_the_provider_takes_no_sms_any_more_the_next_way_is_due_at_once(world: World) -> None:
    """As it is when the quota is spent, or the account is closed: refused, not failing."""
    world.person("ana", notify=rules(("sms", 0), ("email", 10)))
    mailbox = world.mailbox("ana")
    world.on_call(first="ana", second="ben", after=minutes(15))
    for name in ("ana", "ben", "fay", "lea"):
        world.phone(name).goes(Line.REFUSED)
    world.post("mastodon", DOWN)
    mailbox.expects_page("Acme outage")
    assert mailbox.opens_link(press="acknowledge")[0] == 200


def test_ten_o_clock_is_where_the_lead_is(begin: Begin) -> None:
    """In New York, while it is four in the afternoon in Vienna."""
    world = in_order(begin)
    world.person("lea", zone="America/New_York")
    world.person("dora")
    world.policy(step("@primary"), step("dora", after=minutes(15)))
    world.skip_to(TEN + hours(5))
    world.nobody_rings()
    world.skip_to(TEN + hours(6) + minutes(55))
    world.phone("lea").expects_note("Nightdesk readiness:")
