"""A post that its author has changed is judged anew: it may wake, and wakes nobody twice."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.escalation import EscalationPolicy
from chalicelib.domain.incident import IncidentState
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.ticket import (
    AgentId,
    Lane,
    Ticket,
    TicketActKind,
    TicketId,
    TicketState,
)
from chalicelib.ports import Batch, Cursor
from tests.builders import ANA, BEN, a_desk, a_mention, a_policy, a_pulled
from tests.fakes import Crash
from tests.services.stage import Interruption, Stage, after, interruptions

MIA = AgentId("mia")


@pytest.fixture
def stage() -> Stage:
    return Stage()


def changes(stage: Stage, mention: Mention, text: str, minutes: float = 5, **over: Any) -> None:
    """Its source shows it with other words, and whoever judges is woken by that."""
    now = after(minutes)
    new = replace(mention, text=text, **over)
    pulled = replace(a_pulled(new), edited_at=now)
    batch = Batch(pulled=(pulled,), cursor=Cursor("1:9"), is_caught_up=True)
    stage.keeping.keep(mention.source, batch, now=now)
    stage.follow(now)


def ticket_of(stage: Stage, mention: Mention) -> Ticket:
    ticket = stage.tickets.get(TicketId(mention.id))
    assert ticket is not None
    return ticket


def test_praise_that_became_a_leak_wakes_somebody(stage: Stage) -> None:
    mention = stage.judged("nice")
    assert stage.tickets.get(TicketId(mention.id)) is None
    changes(stage, mention, "they leak my data")
    assert stage.rung() == [ANA]
    assert (stage.incident.topic, stage.incident.quote) == (Topic.SECURITY, "they leak my data")
    ticket = ticket_of(stage, mention)
    assert ticket.mention.text == "they leak my data"
    assert ticket.waiting_since == after(5), "nobody waited for the words that were there before"


def test_a_corrected_spelling_rings_nobody_and_opens_nothing(stage: Stage) -> None:
    mention = stage.judged("the site is dwon, I mean down")
    assert stage.rung() == [ANA]
    changes(stage, mention, "the site is down")
    assert stage.rung() == [ANA]
    assert stage.incident.quote == "the site is down", "and further pages say so"
    ticket = ticket_of(stage, mention)
    assert ticket.mention.text == "the site is down"
    assert [one.kind for one in ticket.acts] == [TicketActKind.OPENED, TicketActKind.EDITED]
    assert ticket.acts[-1].at == after(5)
    assert len(stage.tickets.lane(Lane.OPEN, limit=9)) == 1


@pytest.mark.parametrize("is_over", [False, True])
def test_nobody_who_had_it_is_rung_again_for_it(stage: Stage, is_over: bool) -> None:
    mention = stage.judged("the site is down")
    taken = stage.incident.acknowledged("ana", now=after(1), policy=a_policy())
    stage.incidents.save(taken)
    if is_over:
        stage.incidents.save(taken.resolved("ana", now=after(2)))
    changes(stage, mention, "the site is down since 9 and nobody says a word")
    assert stage.rung() == [ANA]
    assert len(stage.incidents.all()) == 1
    expected = IncidentState.RESOLVED if is_over else IncidentState.ACKNOWLEDGED
    assert stage.incident.state is expected


def test_one_that_joined_what_is_over_by_now_opens_nothing_for_a_spelling(stage: Stage) -> None:
    stage.judged("the site is down")
    joined = stage.judged("dwon here, I mean down", 2)
    stage.incidents.save(stage.incident.resolved("ana", now=after(2)))
    changes(stage, joined, "down here")
    assert stage.rung() == [ANA]
    assert len(stage.incidents.all()) == 1


def test_another_topic_of_the_same_people_stays_in_the_incident_they_have(stage: Stage) -> None:
    mention = stage.judged("the site is down")
    changes(stage, mention, "there is a leak, and the site is dead")
    assert stage.rung() == [ANA]
    assert len(stage.incidents.all()) == 1


def test_another_topic_of_other_people_wakes_them() -> None:
    brands = tuple(replace(one, policies={Topic.SECURITY: "safe"}) for one in a_desk().brands)
    safe = a_policy("safe", steps=a_policy().steps[1:])
    stage = Stage(a_desk(brands=brands, policies=(a_policy(), _at_once(safe))))
    mention = stage.judged("the site is down")
    changes(stage, mention, "they leak my data")
    assert stage.rung() == [ANA, BEN]
    assert len(stage.incidents.all()) == 2
    there = stage.mentions.stored(mention.id)
    assert there is not None
    assert len(there.incident_ids) == 2
    quotes = {one.quote for one in stage.incidents.all()}
    assert quotes == {"they leak my data"}, "the first shows what it says now"
    stage.mentions.withdraw(mention.id, now=after(9))
    stage.follow(after(9))
    assert not any("leak" in one.quote for one in stage.incidents.all())


def _at_once(policy: EscalationPolicy) -> EscalationPolicy:
    return replace(policy, steps=tuple(replace(one, delay=timedelta(0)) for one in policy.steps))


def test_what_becomes_graver_raises_the_incident_it_is_in(stage: Stage) -> None:
    policies = (replace(a_policy(), pages_soon=True),)
    stage = Stage(a_desk(policies=policies))
    mention = stage.judged("the site is slow")
    assert stage.incident.urgency.value == "soon"
    changes(stage, mention, "the site is down")
    assert stage.incident.urgency is Urgency.WAKE
    assert stage.incident.quote == "the site is down"


def test_what_becomes_graver_under_another_topic_of_the_same_people_is_no_second_incident() -> None:
    stage = Stage(a_desk(policies=(replace(a_policy(), pages_soon=True),)))
    mention = stage.judged("the site is slow")
    changes(stage, mention, "they leak my data")
    assert stage.incident.urgency.value == "wake"
    assert stage.incident.quote == "they leak my data"


def test_a_record_of_the_first_words_that_comes_late_is_judged_by_the_newest(stage: Stage) -> None:
    mention = stage.post("nice")
    new = replace(mention, text="they leak my data", edited_at=after(1), pulled_at=after(1))
    stage.mentions.edit(a_pulled(new))
    stage.triage.judge(mention, now=after(1))
    assert stage.rung() == [ANA]
    assert stage.mentions.score(mention.id) is not None


def test_what_becomes_kinder_changes_the_words_alone(stage: Stage) -> None:
    mention = stage.judged("the site is down")
    changes(stage, mention, "nice, it works again")
    ticket = ticket_of(stage, mention)
    assert ticket.mention.text == "nice, it works again"
    assert (ticket.urgency, ticket.is_waiting) == (Urgency.WAKE, True), "a person looks"
    assert stage.incident.state is IncidentState.TRIGGERED
    assert stage.incident.quote == "nice, it works again"


def test_a_ticket_that_ended_is_open_again_when_its_post_becomes_graver(stage: Stage) -> None:
    mention = stage.judged("how do I change my invoice?")
    id = TicketId(mention.id)
    stage.holding.claim(id, MIA, now=after(1))
    stage.ending.resolve(id, MIA, TicketState.CONTENT, now=after(2))
    changes(stage, mention, "how do I change my invoice? please", minutes=3)
    assert ticket_of(stage, mention).state is TicketState.CONTENT
    changes(stage, mention, "you leak my invoices", minutes=4)
    ticket = ticket_of(stage, mention)
    assert (ticket.state, ticket.is_owed, ticket.urgency) == (
        TicketState.OPEN,
        True,
        Urgency.WAKE,
    )
    assert ticket.waiting_since == after(4)


def test_a_post_within_a_conversation_changes_there(stage: Stage) -> None:
    first = stage.judged("how do I change my invoice?", author=a_mention().author)
    second = stage.judged("and my adress?", 2, now=after(1), author=a_mention().author)
    changes(stage, second, "and my address?")
    ticket = ticket_of(stage, first)
    assert [one.text for one in ticket.mentions] == [
        "how do I change my invoice?",
        "and my address?",
    ]
    assert stage.tickets.get(TicketId(second.id)) is None


def test_a_post_in_a_ticket_of_long_ago_opens_no_second_one(stage: Stage) -> None:
    author = a_mention().author
    first = stage.judged("hello?", 90, author=author)
    mention = stage.judged("how do I change my invoice?", author=author)
    for number in range(2, 15):
        stage.judged("and this?", number, now=after(60 * 24 * 9 * number), author=author)
    before = len(list(stage.tickets.cards()))
    changes(stage, mention, "how do I change my invoices?", minutes=60 * 24 * 9 * 20)
    assert len(list(stage.tickets.cards())) == before
    assert ticket_of(stage, first).posts[0].mention.text == "how do I change my invoices?"


def test_the_same_version_twice_is_once(stage: Stage) -> None:
    mention = stage.judged("nice")
    for _ in range(2):
        changes(stage, mention, "they leak my data")
    assert stage.rung() == [ANA]
    assert len(ticket_of(stage, mention).acts) == 1


def test_an_edit_that_the_stream_has_lost_is_judged_by_the_tick(stage: Stage) -> None:
    mention = stage.judged("nice", now=after(-600))
    new = replace(mention, text="they leak my data", edited_at=after(0), pulled_at=after(0))
    stage.mentions.edit(a_pulled(new))
    stage.mentions.stream.clear()
    stage.tick(after(2))
    assert stage.rung() == [], "it has waited for two minutes, and no more"
    stage.tick(after(3))
    assert stage.rung() == [ANA]


def test_an_edit_while_the_first_words_are_judged_is_not_lost() -> None:
    """It comes before or after any step of the judging."""
    for interruption in interruptions():
        stage = Stage()
        mention = stage.post("nice")
        new = replace(mention, text="they leak my data", edited_at=after(1), pulled_at=after(1))
        interruption.do = partial(stage.mentions.edit, a_pulled(new))
        stage.interrupt(interruption)
        stage.follow(after(1))
        interruption.end()
        stage.follow(after(2))
        if interruption.has_struck:
            assert stage.rung() == [ANA], interruption.calls
            score = stage.mentions.score(mention.id)
            assert score is not None
            assert score.urgency is Urgency.WAKE
            assert ticket_of(stage, mention).mention.text == "they leak my data"


def test_an_edit_whose_judging_is_cut_off_rings_once() -> None:
    for number in range(1, 80):
        stage = Stage()
        mention = stage.judged("nice")
        new = replace(mention, text="they leak my data", edited_at=after(1), pulled_at=after(1))
        stage.mentions.edit(a_pulled(new))
        interruption = Interruption(number)
        stage.interrupt(interruption)
        with suppress(Crash):
            stage.follow(after(1))
        interruption.end()
        stage.ticks(4, 6)
        assert set(stage.rung()) == {ANA}
        assert len(stage.incidents.all()) == 1
        if not interruption.has_struck:
            return
    raise AssertionError("does it end at all?")
