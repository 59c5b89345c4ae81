"""Each mention is in exactly one conversation, whatever crashes, races or comes twice."""

import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.answering.rules import AnsweringRules
from chalicelib.domain.customer import OPENING_LASTS, Customer, Profile, profile_of
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.mention import Author, Mention
from chalicelib.domain.signal import Mood, Score, Topic, Urgency
from chalicelib.domain.ticket import (
    AgentId,
    Lane,
    ReplyState,
    Ticket,
    TicketState,
    claimed,
    resolved,
    with_reply,
)
from chalicelib.domain.ticket.ticket import MOST_POSTS
from tests.builders import NOW, a_desk, a_reply, a_score
from tests.fakes import Crash
from tests.services.stage import Interruption, Stage, after, at_once, interruptions

GUS = AgentId("gus")
DAY = 24 * 60
CARLA = Author(handle="carla@social.example", name="Carla", followers=1200)

VERDICTS: dict[str, Score] = {
    "down": a_score(Urgency.WAKE, topic=Topic.OUTAGE),
    "slow": a_score(Urgency.SOON, topic=Topic.OUTAGE),
    "thanks": a_score(Urgency.IGNORE, mood=Mood.POSITIVE, topic=Topic.PRAISE),
    "12345": a_score(Urgency.IGNORE, mood=Mood.NEUTRAL, topic=Topic.OTHER),
}


def a_stage(interruption: Interruption | None = None, **rules: Any) -> Stage:
    stage = Stage(a_desk(answering=AnsweringRules(**rules)), interruption=interruption)
    stage.scorer.table = dict(VERDICTS)
    return stage


def says(
    stage: Stage, text: str, number: int, at: float = 0, *, who: Author | None = CARLA, **over: Any
) -> Mention:
    """Somebody posts, and it is judged."""
    return stage.judged(text, number, now=after(at), author=who, **over)


def only(stage: Stage) -> Ticket:
    (ticket,) = stage.tickets.all()
    return ticket


def answer(stage: Stage, at: float, ticket: Ticket | None = None) -> Ticket:
    """Gus answers, and it has arrived."""
    ticket = ticket or only(stage)
    now = after(at)
    mine = claimed(ticket, GUS, now=now, until=now + timedelta(minutes=20))
    sending = a_reply(approved_at=now, tried_at=now)
    sent = replace(sending, state=ReplyState.SENT, platform_id="ours")
    replying = mine.changed(replies=(sending,))
    done = with_reply(replying, sent, now=now)
    for changed in (mine, replying, done):
        stage.tickets.save(changed)
    return done


# --- what belongs together -----------------------------------------------------------------


def test_two_posts_of_one_author_are_one_ticket_and_the_graver_counts() -> None:
    stage = a_stage()
    first = says(stage, "it is slow", 1)
    second = says(stage, "and now it is down", 2, 30)

    ticket = only(stage)
    assert [one.id for one in ticket.mentions] == [first.id, second.id]
    assert ticket.urgency is Urgency.WAKE
    assert ticket.incident_id == stage.incident.id
    assert ticket.due_at == after(30 + 15)
    assert ticket.waiting_since == NOW


def test_two_people_are_two_tickets() -> None:
    stage = a_stage()
    says(stage, "it is slow", 1)
    says(stage, "it is slow", 2, who=Author(handle="dora@social.example"))
    assert len(stage.tickets.all()) == 2


def test_the_spelling_of_a_handle_does_not_matter() -> None:
    stage = a_stage()
    says(stage, "it is slow", 1)
    says(stage, "still slow", 2, 5, who=replace(CARLA, handle="Carla@Social.example"))
    assert len(only(stage).mentions) == 2


def test_how_long_a_conversation_goes_on_is_the_desks_to_say() -> None:
    stage = a_stage(joins_within=timedelta(hours=1))
    says(stage, "it is slow", 1)
    says(stage, "still slow", 2, 59)
    says(stage, "slow again", 3, 59 + 61)
    assert [len(one.mentions) for one in stage.tickets.all()] == [2, 1]


def test_a_post_after_our_answer_opens_the_ticket_again_and_waits_from_then_on() -> None:
    stage = a_stage()
    says(stage, "it is slow", 1)
    answer(stage, 10)
    says(stage, "where is my parcel", 2, 3 * DAY)

    ticket = only(stage)
    assert (ticket.state, ticket.holder, ticket.is_waiting) == (TicketState.OPEN, None, True)
    assert ticket.waiting_since == after(3 * DAY)
    assert ticket.due_at == after(4 * DAY)


def test_thanks_after_our_answer_are_seen_and_make_nobody_wait() -> None:
    stage = a_stage()
    says(stage, "it is slow", 1)
    answer(stage, 10)
    says(stage, "thanks, works now", 2, DAY, in_reply_to="ours")

    ticket = only(stage)
    assert (ticket.state, ticket.is_waiting, ticket.is_owed) == (TicketState.OPEN, False, False)
    assert ticket.mentions[-1].text == "thanks, works now"
    assert stage.rung() == []


def test_what_we_asked_for_makes_its_author_wait_however_it_was_judged() -> None:
    stage = a_stage()
    says(stage, "it is slow", 1)
    answer(stage, 10)
    says(stage, "12345", 2, 20, in_reply_to="ours")

    ticket = only(stage)
    assert (ticket.is_waiting, ticket.urgency) == (True, Urgency.SOON)
    assert ticket.due_at == after(20 + 60)


def test_what_a_bystander_says_in_passing_makes_no_ticket() -> None:
    stage = a_stage()
    says(stage, "12345", 1, is_addressed=False)
    says(stage, "thanks", 2, is_addressed=False)
    assert stage.tickets.all() == ()
    assert stage.customers.all() == ()


def test_praise_said_to_us_is_thanks_and_rings_nobody() -> None:
    stage = a_stage()
    says(stage, "thanks, you are great", 1)
    stage.ticks(1, 30)

    ticket = only(stage)
    assert (ticket.is_thanks, ticket.is_owed, ticket.lane) == (True, False, Lane.THANKS)
    assert ticket.next_at is None
    assert stage.rung() == []


def test_a_complaint_after_praise_is_no_thanks_any_more() -> None:
    stage = a_stage()
    says(stage, "thanks, you are great", 1)
    says(stage, "now it is slow", 2, 60)

    ticket = only(stage)
    assert (ticket.is_thanks, ticket.is_owed, ticket.urgency) == (False, True, Urgency.SOON)
    assert ticket.waiting_since == after(60)


def test_an_ended_ticket_is_open_again_and_its_act_says_so() -> None:
    stage = a_stage()
    says(stage, "it is slow", 1)
    done = answer(stage, 10)
    stage.tickets.save(resolved(done, GUS, TicketState.CONTENT, now=after(20)))
    says(stage, "slow again", 2, DAY)
    assert only(stage).state is TicketState.OPEN
    assert only(stage).ended_at is None


def test_a_private_message_opens_a_ticket_or_joins_one() -> None:
    stage = a_stage()
    says(stage, "12345", 1, is_private=True)
    ticket = only(stage)
    assert (ticket.urgency, ticket.is_waiting) == (Urgency.ANSWER, True)
    assert ticket.latest(is_private=False) is None
    says(stage, "it is slow", 2, 10)
    assert len(only(stage).mentions) == 2


def test_a_full_conversation_goes_on_in_another_ticket() -> None:
    stage = a_stage()
    for number in range(MOST_POSTS + 5):
        says(stage, f"it is slow, {number}", number, number)
    sizes = [len(one.mentions) for one in stage.tickets.all()]
    assert sizes == [MOST_POSTS + 1, 4]
    (customer,) = stage.customers.all()
    assert customer.tickets == tuple(one.id for one in stage.tickets.all())


def test_the_same_person_on_another_platform_goes_on_in_one_ticket_once_linked() -> None:
    stage = a_stage()
    says(stage, "it is slow", 1)
    (customer,) = stage.customers.all()
    other = Profile(platform="x", handle="carla_x")
    stage.customers.save(customer.linked(stage.customers.of(other)))
    says(stage, "still slow", 2, 30, who=Author(handle="carla_x"), platform="x")
    assert {one.platform for one in only(stage).mentions} == {"mastodon", "x"}


@pytest.mark.parametrize("who", [None, Author(handle="")])
def test_whose_author_nobody_knows_joins_by_the_thread_alone(who: Author | None) -> None:
    stage = a_stage()
    first = says(stage, "it is slow", 1, who=who)
    says(stage, "it is slow here too", 2, 5, who=who)
    says(stage, "and still", 3, 6, who=who, in_reply_to=first.platform_id)
    assert [len(one.mentions) for one in stage.tickets.all()] == [2, 1]
    assert stage.customers.all() == ()


def test_a_stranger_who_answers_a_customer_joins_nothing_of_theirs() -> None:
    stage = a_stage()
    first = says(stage, "it is slow", 1)
    says(
        stage,
        "slow for me too",
        2,
        5,
        who=Author(handle="dora@social.example"),
        in_reply_to=first.platform_id,
    )
    says(stage, "me three, slow", 3, 6, who=None, in_reply_to=first.platform_id)
    assert [len(one.mentions) for one in stage.tickets.all()] == [1, 1, 1]


def test_a_ticket_from_before_customers_were_known_is_joined_by_its_thread() -> None:
    stage = a_stage()
    first = says(stage, "it is slow", 1)
    (customer,) = stage.customers.all()
    stage.customers.erase(customer.id)
    says(stage, "still slow", 2, 5, in_reply_to=first.platform_id)
    assert len(only(stage).mentions) == 2


# --- once, whatever happens ----------------------------------------------------------------


def placed(stage: Stage) -> Counter[str]:
    """How often each mention is in a ticket."""
    return Counter(one.id for ticket in stage.tickets.all() for one in ticket.mentions)


def until_judged(stage: Stage, *mentions: Mention, since: float = 0) -> None:
    """What the stream and the ticks do: again and again, minute by minute."""
    for minute in range(10):
        for mention in mentions:
            if stage.mentions.score(mention.id) is None:
                try:
                    stage.triage.judge(mention, now=after(since + minute))
                except StaleWrite:
                    continue
    assert all(stage.mentions.score(mention.id) is not None for mention in mentions)


def test_judged_again_before_the_verdict_was_recorded_a_mention_is_in_one_ticket() -> None:
    stage = a_stage()
    first = says(stage, "it is slow", 1)
    second = says(stage, "still slow", 2, 5)
    stage.mentions.scores.clear()
    for mention in (second, first, second):
        stage.conversing.ticket_of(
            mention, VERDICTS["slow"], incident_id=None, desk=stage.desks.current(), now=after(6)
        )
    assert placed(stage) == {first.id: 1, second.id: 1}
    assert only(stage).version == 2


def first_dies_then(judge: Callable[[Stage, Mention, Mention], None]) -> int:
    """The worker of the first of two posts dies at each of its calls; how many there are."""
    count = 0
    for interruption in interruptions():
        stage = a_stage(interruption)
        first = stage.post("it is slow", 1, author=CARLA)
        second = stage.post("still slow", 2, now=after(0), author=CARLA)
        try:
            stage.triage.judge(first, now=NOW)
        except Crash:
            count += 1
        interruption.end()
        judge(stage, first, second)
        assert placed(stage) == {first.id: 1, second.id: 1}
        assert len(stage.tickets.all()) == 1, interruption.calls
        (customer,) = stage.customers.all()
        assert customer.tickets == (only(stage).id,)
    return count


def test_a_crash_at_any_call_loses_nothing_and_opens_one_ticket() -> None:
    assert first_dies_then(lambda stage, first, second: until_judged(stage, first, second)) > 10


def test_nor_does_it_when_the_second_post_is_judged_before_the_first_is_tried_again() -> None:
    first_dies_then(lambda stage, first, second: until_judged(stage, second, first))


def test_nor_when_the_first_comes_back_only_after_the_second_has_opened_the_ticket() -> None:
    def judge(stage: Stage, first: Mention, second: Mention) -> None:
        until_judged(stage, second)
        until_judged(stage, first, since=10)

    first_dies_then(judge)


def test_a_crash_at_any_call_of_joining_loses_nothing() -> None:
    for interruption in interruptions():
        stage = a_stage()
        first = says(stage, "it is slow", 1)
        stage = _with(stage, interruption)
        second = stage.post("still slow", 2, author=CARLA)
        with contextlib.suppress(Crash):
            stage.triage.judge(second, now=NOW)
        interruption.end()
        until_judged(stage, second)
        assert placed(stage) == {first.id: 1, second.id: 1}
        assert len(stage.tickets.all()) == 1


def _with(stage: Stage, interruption: Interruption) -> Stage:
    stage._interruption = interruption
    stage._wire(stage.scorer)
    return stage


def test_while_a_ticket_is_being_opened_the_second_post_waits_for_it_and_the_phone_rings() -> None:
    stage = a_stage()
    first = stage.post("it is slow", 1, author=CARLA)
    second = stage.post("it is down", 2, author=CARLA)
    person = profile_of(first)
    assert person is not None
    stage.customers.save(stage.customers.of(person).with_ticket(_ticket_id(first), now=NOW))

    with pytest.raises(StaleWrite, match="just being opened"):
        stage.triage.judge(second, now=NOW)
    assert stage.rung() == ["ana"]
    assert stage.tickets.all() == ()

    stage.triage.judge(second, now=NOW + OPENING_LASTS)
    assert only(stage).mention.id == second.id


def test_a_rival_who_opens_a_ticket_at_any_moment_is_joined_or_joins() -> None:
    def rival() -> None:
        other = stage.post("still slow", 2, author=CARLA)
        with contextlib.suppress(StaleWrite):
            stage.triage.judge(other, now=NOW)

    for interruption in interruptions(rival):
        stage = a_stage(interruption)
        first = stage.post("it is slow", 1, author=CARLA)
        with contextlib.suppress(StaleWrite):
            stage.triage.judge(first, now=NOW)
        interruption.end()
        posted = tuple(stage.mentions.unjudged_before(after(60), limit=9))
        until_judged(stage, *posted)
        assert set(placed(stage).values()) == {1}
        assert len(stage.tickets.all()) == 1


def test_posts_of_one_author_at_the_same_moment_are_one_ticket() -> None:
    for _ in range(5):
        stage = a_stage()
        mentions = [stage.post(f"it is slow {n}", n, author=CARLA) for n in range(8)]
        failures = at_once([partial(stage.triage.judge, one, now=NOW) for one in mentions])
        assert all(isinstance(one, StaleWrite) for one in failures)
        until_judged(stage, *mentions)
        assert placed(stage) == dict.fromkeys([one.id for one in mentions], 1)
        assert len(stage.tickets.all()) == 1


def test_one_mention_judged_by_two_at_once_is_in_one_ticket() -> None:
    stage = a_stage()
    mention = stage.post("it is slow", 1, author=CARLA)
    at_once([partial(stage.triage.judge, mention, now=NOW) for _ in range(6)])
    until_judged(stage, mention)
    assert placed(stage) == {mention.id: 1}


def test_an_agent_who_acts_meanwhile_loses_nothing() -> None:
    def act() -> None:
        until = after(20)
        stage.tickets.save(claimed(only(stage), GUS, now=NOW, until=until))

    stage = a_stage()
    says(stage, "it is slow", 1)
    _with(stage, Interruption(1, of="save", do=act))
    says(stage, "still slow", 2, 5)
    ticket = only(stage)
    assert (ticket.holder, len(ticket.mentions)) == (GUS, 2)


def test_a_listing_that_lags_behind_neither_doubles_nor_loses_a_post() -> None:
    stage = a_stage()
    says(stage, "it is slow", 1)
    lagging = stage.tickets.all()
    for number in (2, 3):
        says(stage, "still slow", number, number)
    stage.tickets.some = lambda ids: lagging  # type: ignore[method-assign]
    says(stage, "slow, slow", 4, 4)
    assert [len(one.mentions) for one in stage.tickets.all()] == [4]
    stage.tickets.some = lambda ids: ()  # type: ignore[method-assign]
    says(stage, "slow, slow, slow", 5, 5)
    assert [len(one.mentions) for one in stage.tickets.all()] == [5]


def test_tickets_whose_time_is_over_keep_nobody_waiting() -> None:
    stage = a_stage(joins_within=timedelta(hours=1))
    for number in range(3):
        says(stage, "it is slow", number, 120 * number)
    for ticket in stage.tickets.all()[:2]:
        stage.tickets.erase(ticket.id)
    says(stage, "slow again", 7, 500)
    says(stage, "slow again and again", 8, 501)
    assert [len(one.mentions) for one in stage.tickets.all()] == [1, 2]


def test_who_cannot_be_judged_becomes_a_ticket_although_their_record_cannot_be_read() -> None:
    stage = a_stage()
    mention = stage.post("it is slow", 1, author=CARLA)

    def unreadable(profile: Profile) -> Customer:
        raise ValueError("not readable")

    stage.customers.of = unreadable  # type: ignore[method-assign]
    for minute in range(20):
        stage.triage.sweep(now=after(minute))
    assert placed(stage) == {mention.id: 1}
    assert stage.mentions.score(mention.id) is not None


def _ticket_id(mention: Mention) -> Any:
    return mention.id
