"""Every mention that deserves an answer waits in one queue and gets one public answer."""

from tests.smoke.people import DOWN
from tests.smoke.world import World, minutes


def public(world: World) -> list[str]:
    """Replies as they stand on the platform."""
    file = world.recording.with_name(world.recording.name + ".replies")
    return file.read_text().splitlines() if file.exists() else []


def test_the_queue_shows_the_gravest_first_then_who_waits_longest(world: World) -> None:
    question = world.post("mastodon", "@acme how do I change my invoice?")
    late = world.post("mastodon", "@acme what time do you open?")
    urgent = world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
    expected = [urgent.mention_id, question.mention_id, late.mention_id]
    assert world.agent("mia").queue() == expected


def test_an_agent_claims_replies_and_resolves(world: World) -> None:
    post = world.post("mastodon", "@acme how do I change my invoice?")
    mia = world.agent("mia")
    assert mia.claims(post) == 200
    assert mia.replies(post, "Hello, Mia here. I have changed it.") == 200
    assert len(public(world)) == 1
    assert mia.resolves(post) == 200
    assert world.ticket(post).state.value == "content"
    assert mia.queue() == []


def test_the_same_approval_sent_twice_is_published_once(world: World) -> None:
    post = world.post("mastodon", "@acme how do I change my invoice?")
    mia = world.agent("mia")
    mia.claims(post)
    for _ in range(2):
        assert mia.replies(post, "Hello, Mia here.", reply_id="approval-1") == 200
    assert len(public(world)) == 1


def test_nobody_replies_to_a_ticket_of_somebody_else(world: World) -> None:
    post = world.post("mastodon", "@acme how do I change my invoice?")
    world.agent("mia").claims(post)
    assert world.agent("jonas").replies(post, "Jonas here.") == 403
    assert public(world) == []


def test_a_reply_while_the_platform_is_down_is_published_when_it_is_back(world: World) -> None:
    post = world.post("mastodon", "@acme how do I change my invoice?")
    mia = world.agent("mia")
    mia.claims(post)
    world.platform_goes_down("mastodon")
    assert mia.replies(post, "Hello, Mia here.") == 200
    assert public(world) == []
    world.fast_forward(minutes(3))
    world.platform_comes_back("mastodon")
    world.fast_forward(minutes(5))
    assert len(public(world)) == 1
    assert world.ticket(post).replies[-1].state.value == "sent"


def test_without_a_token_nothing_is_shown(world: World) -> None:
    for path in ("/api/v1/queue", "/api/v1/incidents", "/api/v1/me"):
        status, _body = world.stage.gateway.request("GET", path)
        assert status == 401
