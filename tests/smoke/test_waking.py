"""An urgent mention wakes one person, once; others wake nobody."""

from infra.local.phones import Line
from tests.smoke.people import DOWN
from tests.smoke.world import World, minutes


def test_an_unacknowledged_incident_reaches_the_second_step(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
    world.fast_forward(minutes(14))
    world.phone("ben").is_silent()
    world.fast_forward(minutes(1))
    world.phone("ben").expects_page("booking site is down")


def test_harmless_mentions_wake_nobody(world: World) -> None:
    world.post("mastodon", "lovely evening on the acme terrace, thank you")
    world.post("mastodon", "@acme how do I change the name on my invoice?")
    world.post("forum", "acme has new chairs")
    world.fast_forward(minutes(20))
    world.nobody_rings()


def test_a_page_is_transactional_and_tells_what_where_why_and_how_to_answer(world: World) -> None:
    world.post("forum", DOWN)
    page = world.phone("ana").expects_page("Acme outage")
    assert page.attributes["AWS.SNS.SMS.SMSType"] == "Transactional"
    assert page.attributes["AWS.SNS.SMS.SenderID"] == "Nightdesk"
    for part in ("on forum", "says it is down", f"Reply {page.code}", page.link):
        assert part in page.body


def test_the_escalation_begins_again_until_somebody_acknowledges(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.post("mastodon", DOWN)
    world.fast_forward(minutes(45))
    for name in ("ana", "ben", "fay", "lea", "ana"):
        world.phone(name).expects_page("booking site is down")


def test_a_refused_page_is_followed_by_the_next_step_at_once(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.phone("ana").goes(Line.REFUSED)
    world.post("mastodon", DOWN)
    world.phone("ben").expects_page("booking site is down")


def test_a_responder_without_a_number_is_passed_over_at_once(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.without_phone("ana")
    world.post("mastodon", DOWN)
    world.phone("ben").expects_page("booking site is down")


def test_nobody_on_call_wakes_the_fallback_person(world: World) -> None:
    world.nobody_on_call()
    world.post("mastodon", DOWN)
    world.phone("fay").expects_page("booking site is down")


def test_when_nobody_can_be_reached_the_fallback_and_the_lead_are(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.phone("ana").goes(Line.REFUSED)
    world.phone("ben").goes(Line.REFUSED)
    world.post("mastodon", DOWN)
    world.phone("fay").expects_page("booking site is down")
    world.phone("lea").expects_page("booking site is down")


def test_a_provider_that_fails_for_everybody_is_tried_again_next_round(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.sms_provider_fails()
    world.post("mastodon", DOWN)
    world.nobody_rings()
    world.sms_provider_recovers()
    world.fast_forward(minutes(1))
    world.phone("ana").expects_page("booking site is down")


def test_a_silent_phone_is_not_taken_for_an_answer(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.phone("ana").goes(Line.SILENT)
    world.post("mastodon", DOWN)
    world.fast_forward(minutes(15))
    world.phone("ben").expects_page("booking site is down")
