"""Only an acknowledgement stops the escalation, and it comes by code or by link."""

from infra.local.phones import Line
from tests.smoke.people import DOWN
from tests.smoke.world import World, hours, minutes


def test_a_reply_with_the_code_stops_the_escalation_and_is_confirmed(world: World) -> None:
    world.on_call(first="ana", second="ben")
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    ana.expects_page("booking site is down")
    ana.replies()
    ana.expects_note("You have it: Acme outage")
    world.fast_forward(minutes(40))
    world.phone("ben").is_silent()


def test_the_link_shows_a_button_and_pressing_it_stops_the_escalation(world: World) -> None:
    world.on_call(first="ana", second="ben")
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    ana.expects_page("booking site is down")
    status, page = ana.opens_link(press=False)
    assert (status, page.count(">I have it</button>")) == (200, 1)
    status, page = ana.opens_link(press=True)
    assert (status, page.count(">I have it</button>")) == (200, 0)
    assert ">It is over</button>" in page
    world.fast_forward(minutes(40))
    world.phone("ben").is_silent()


def test_looking_at_a_link_acknowledges_nothing(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    ana.expects_page("booking site is down")
    for _ in range(3):
        assert ana.opens_link(press=False)[0] == 200
    world.fast_forward(minutes(15))
    world.phone("ben").expects_page("booking site is down")


def test_a_forged_link_opens_nothing(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.post("mastodon", DOWN)
    real = world.phone("ana").expects_page("booking site is down").link
    forged = real[:-22] + "A" * 22
    assert world.link(forged, press=False)[0] == 404
    assert world.link(forged, press=True)[0] == 404
    world.fast_forward(minutes(15))
    world.phone("ben").expects_page("booking site is down")


def test_a_link_expires_after_a_day(memory_world: World) -> None:
    world = memory_world
    world.on_call(first="ana")
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    link = ana.expects_page("booking site is down").link
    for name in ("ana", "fay", "lea"):  # they ring on and on meanwhile
        world.phone(name).goes(Line.SILENT)
    world.fast_forward(hours(24))
    assert world.link(link, press=True)[0] == 404


def test_a_code_expires_after_a_day(memory_world: World) -> None:
    world = memory_world
    world.on_call(first="ana")
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    code = ana.expects_page("booking site is down").code
    for name in ("ana", "fay", "lea"):
        world.phone(name).goes(Line.SILENT)
    world.fast_forward(hours(24))
    ana.goes(Line.OPEN)
    ana.replies(code)
    ana.expects_note("Nothing was acknowledged")


def test_whoever_is_second_learns_who_has_it(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.post("mastodon", DOWN)
    ana, ben = world.phone("ana"), world.phone("ben")
    ana.expects_page("booking site is down")
    world.fast_forward(minutes(15))
    ben.expects_page("booking site is down")
    ana.replies()
    ana.expects_note("You have it")
    ben.replies()
    ben.expects_note("Ana has it since")


def test_the_code_of_another_phone_acknowledges_nothing(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.post("mastodon", DOWN)
    code = world.phone("ana").expects_page("booking site is down").code
    ben = world.phone("ben")
    ben.replies(code)
    ben.expects_note("Nothing was acknowledged")
    world.fast_forward(minutes(15))
    ben.expects_page("booking site is down")


def test_an_acknowledgement_lasts_until_its_timeout_then_it_rings_again(
    memory_world: World,
) -> None:
    world = memory_world
    world.on_call(first="ana")
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    ana.expects_page("booking site is down")
    ana.replies()
    ana.expects_note("You have it")
    world.fast_forward(hours(4) - minutes(1))
    ana.is_silent()
    world.fast_forward(minutes(1))
    ana.expects_page("booking site is down")


def test_a_resolved_incident_rings_no_more(world: World) -> None:
    world.on_call(first="ana", second="ben")
    post = world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
    assert world.agent("lea").resolves_incident_of(post) == 200
    world.fast_forward(minutes(20))
    world.phone("ben").is_silent()
