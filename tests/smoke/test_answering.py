"""Every mention that deserves an answer waits in one queue and gets one public answer."""

from dataclasses import replace

import pytest

from chalicelib.domain.answering.rules import Approval
from chalicelib.domain.signal import Urgency
from tests.smoke.people import DOWN, Post
from tests.smoke.world import World, days, hours, minutes

ASKED = "@acme how do I change my invoice?"
HELLO = "Hello, I have changed it for you."
TEN_SECONDS = minutes(10 / 60)


def asked(world: World, by: str = "mia") -> Post:
    """A ticket that somebody has claimed."""
    post = world.post("mastodon", ASKED)
    assert world.agent(by).claims(post) == 200
    return post


def state(world: World, post: Post) -> str:
    return world.ticket(post).state.value


def done(world: World, post: Post) -> list[str]:
    """What stands on the timeline."""
    return [one.kind.value for one in world.ticket(post).acts]


# --- the queue ---------------------------------------------------------------------------


def test_the_queue_shows_the_gravest_first_then_who_waits_longest(world: World) -> None:
    question = world.post("mastodon", ASKED)
    late = world.post("mastodon", "@acme what time do you open?")
    urgent = world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
    expected = [urgent.mention_id, question.mention_id, late.mention_id]
    assert world.agent("mia").queue() == expected


def test_an_agent_claims_replies_and_resolves(world: World) -> None:
    post = asked(world)
    mia = world.agent("mia")
    assert mia.queue("mine") == [post.mention_id]
    assert mia.replies(post, HELLO) == 200
    world.fast_forward(TEN_SECONDS)
    assert world.public_replies() == [f"{HELLO} – Mia"]
    assert (state(world, post), mia.queue("waiting")) == ("replied", [post.mention_id])
    assert mia.resolves(post) == 200
    assert (state(world, post), mia.queue()) == ("content", [])


def test_without_a_token_nothing_is_shown(world: World) -> None:
    for path in ("/api/v1/queue", "/api/v1/incidents", "/api/v1/me"):
        status, _body = world.stage.gateway.request("GET", path)
        assert status == 401


# --- who has it --------------------------------------------------------------------------


def test_nobody_replies_to_a_ticket_of_somebody_else(world: World) -> None:
    post = asked(world)
    assert world.agent("jonas").replies(post, HELLO) == 403
    world.fast_forward(minutes(2))
    assert world.public_replies() == []


def test_a_claim_returns_by_itself_when_its_holder_is_silent(world: World) -> None:
    post = asked(world)
    mia = world.agent("mia")
    for _ in range(3):
        world.fast_forward(minutes(15))
        assert mia.looks_at(post) == 200
    assert state(world, post) == "claimed"

    world.fast_forward(minutes(21))

    assert (state(world, post), done(world, post)[-1]) == ("open", "returned")
    assert world.agent("jonas").claims(post) == 200


def test_who_goes_off_duty_gives_back_their_claims_at_once(world: World) -> None:
    post = asked(world)
    assert world.agent("mia").goes_off_duty() == 200
    assert state(world, post) == "open"


def test_a_ticket_is_given_only_to_who_is_on_duty_or_on_call(world: World) -> None:
    post = asked(world)
    mia = world.agent("mia")
    assert mia.gives(post, "jonas") == 403
    assert world.agent("jonas").comes_on_duty() == 200
    assert mia.gives(post, "jonas", "knows invoices") == 200
    assert world.ticket(post).holder == "jonas"
    assert world.agent("jonas").gives(post, "ana") == 200


# --- at most once ------------------------------------------------------------------------


def test_the_same_approval_sent_twice_is_published_once(world: World) -> None:
    post = asked(world)
    for _ in range(2):
        assert world.agent("mia").replies(post, HELLO, reply_id="approval-1") == 200
    world.fast_forward(minutes(2))
    assert len(world.public_replies()) == 1


def test_an_undone_reply_is_never_public(world: World) -> None:
    post = asked(world)
    mia = world.agent("mia")
    mia.replies(post, HELLO)
    world.fast_forward(TEN_SECONDS / 2)
    assert mia.undoes(post) == 200
    world.fast_forward(minutes(15))
    assert world.public_replies() == []
    assert mia.replies(post, HELLO, reply_id="second-try") == 200
    world.fast_forward(TEN_SECONDS)
    assert mia.undoes(post, reply_id="second-try") == 409
    assert len(world.public_replies()) == 1


def test_a_reply_waits_for_a_platform_that_is_down_for_an_hour(world: World) -> None:
    post = asked(world)
    mia = world.agent("mia")
    world.platform_goes_down("mastodon")
    assert mia.replies(post, HELLO) == 200
    world.fast_forward(hours(1))
    waits = world.ticket(post).replies[-1]
    assert (waits.state.value, bool(waits.trouble)) == ("queued", True)
    assert world.public_replies() == []
    world.expects_notice("mastodon")
    world.phone("ana").expects_note("We are blind to mastodon")
    world.platform_comes_back("mastodon")
    world.fast_forward(minutes(10))
    world.phone("ana").expects_note("mastodon is back")
    world.expects_notice("mastodon is back")
    assert len(world.public_replies()) == 1
    assert state(world, post) == "replied"


def test_an_agent_has_a_waiting_reply_tried_at_once(world: World) -> None:
    post = asked(world)
    mia = world.agent("mia")
    world.platform_goes_down("mastodon")
    mia.replies(post, HELLO)
    world.fast_forward(TEN_SECONDS)
    world.platform_comes_back("mastodon")
    assert mia.looks_up(post) == 200
    assert len(world.public_replies()) == 1


def test_what_the_queue_of_replies_loses_the_tick_sends(world: World) -> None:
    post = asked(world)
    world.stage.workers.asleep = (*world.stage.workers.asleep, "send_replies")
    world.agent("mia").replies(post, HELLO)
    world.fast_forward(minutes(2))
    assert len(world.public_replies()) == 1
    assert state(world, post) == "replied"


def test_no_two_customers_get_the_same_lines(world: World) -> None:
    first, second = asked(world), asked(world)
    mia = world.agent("mia")
    assert mia.replies(first, HELLO) == 200
    assert mia.replies(second, HELLO) == 400
    assert mia.replies(second, "Hello, yours is on its way by post.") == 200


# --- private, a lead's word --------------------------------------------------------------


def test_a_private_reply_is_told_of_in_public_once_it_has_arrived(world: World) -> None:
    post = asked(world)
    text = "Hello, please tell me the number of your order."
    assert world.agent("mia").replies(post, text, is_private=True) == 200
    world.fast_forward(minutes(1))
    assert world.private_replies() == [f"{text} – Mia"]
    assert world.public_replies() == ["We've sent you a private message. – Mia"]


def test_what_needs_a_leads_word_waits_for_it(world: World) -> None:
    approval = Approval(urgencies=frozenset({Urgency.ANSWER}))
    world.apply(answering=replace(world.desk.answering, approval=approval))
    post = asked(world)
    mia, lea = world.agent("mia"), world.agent("lea")
    mia.replies(post, HELLO)
    world.fast_forward(minutes(5))
    assert world.public_replies() == []
    assert mia.approves(post) == 403
    assert lea.approves(post) == 200
    world.fast_forward(TEN_SECONDS)
    assert len(world.public_replies()) == 1


# --- until content -----------------------------------------------------------------------


def test_a_promise_returns_at_its_time_and_is_owed_from_then_on(world: World) -> None:
    post = asked(world)
    mia = world.agent("mia")
    mia.replies(post, "Hello, the engineer comes tonight.")
    world.fast_forward(TEN_SECONDS)
    tomorrow = world.now + hours(5)
    assert mia.promises(post, "engineer was there: ask", until=tomorrow) == 200
    world.fast_forward_to(tomorrow - minutes(1))
    assert state(world, post) == "waiting"

    world.fast_forward_to(tomorrow + minutes(1))

    ticket = world.ticket(post)
    assert (ticket.state.value, ticket.holder, ticket.is_owed) == ("open", None, True)
    assert ticket.acts[-1].text == "engineer was there: ask"


def test_an_answered_ticket_of_which_nothing_is_heard_comes_back(world: World) -> None:
    world.apply(answering=replace(world.desk.answering, follow_up_after=hours(1)))
    post = asked(world)
    world.agent("mia").replies(post, HELLO)
    world.fast_forward(hours(1) + minutes(1))
    assert (state(world, post), done(world, post)[-1]) == ("open", "came-back")
    assert not world.ticket(post).is_waiting


def test_a_new_post_reopens_what_was_over(world: World) -> None:
    post = asked(world)
    mia = world.agent("mia")
    mia.replies(post, HELLO)
    world.fast_forward(TEN_SECONDS)
    mia.resolves(post)
    world.customer_writes_again(post, "@acme how do I change my invoice? it is wrong again")

    ticket = world.ticket(post)
    assert (ticket.state.value, ticket.is_waiting, len(ticket.mentions)) == ("open", True, 2)
    assert mia.queue() == [post.mention_id]


def test_a_promised_time_that_passes_is_shown(world: World) -> None:
    post = world.post("mastodon", ASKED)
    assert world.agent("mia").queue("breached") == []
    world.skip_to(world.now + days(1))
    world.fast_forward(minutes(1))
    assert world.agent("mia").queue("breached") == [post.mention_id]
    assert "breached" in done(world, post)


# --- workers that die --------------------------------------------------------------------


@pytest.mark.parametrize("restarts", [False, True])
def test_an_outage_of_ours_between_approval_and_sending_loses_nothing(
    world: World, restarts: bool
) -> None:
    post = asked(world)
    world.agent("mia").replies(post, HELLO)
    if restarts:
        world.workers_restart()
    else:
        world.skip_to(world.now + minutes(30))
    world.fast_forward(minutes(2))
    assert len(world.public_replies()) == 1
