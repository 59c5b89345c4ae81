"""What its author has taken back is erased, wherever it has got to, and nothing else is."""

from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from chalicelib.domain.background import trail_of
from chalicelib.domain.customer import Profile
from chalicelib.domain.erasure import post_digest
from chalicelib.domain.incident import IncidentState
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Urgency
from chalicelib.domain.ticket import (
    AgentId,
    Note,
    ReplyState,
    Ticket,
    TicketActKind,
    TicketId,
    TicketState,
)
from chalicelib.domain.ticket.card import TAKEN_BACK
from chalicelib.ports import Batch, Cursor
from tests.builders import ANA, NOW, a_mention
from tests.fakes import Crash
from tests.fakes.platforms import ReplyFate
from tests.services.stage import PEPPER, Interruption, Stage, after, interruptions

MIA = AgentId("mia")


@pytest.fixture
def stage() -> Stage:
    return Stage()


def taken_back(stage: Stage, mention: Mention, minutes: float = 5) -> None:
    """Its platform says so, and whoever judges is woken by the mark."""
    gone = Batch(pulled=(), cursor=Cursor("1:9"), is_caught_up=True, gone=(mention.platform_id,))
    stage.keeping.keep(mention.source, gone, now=after(minutes))
    stage.follow(after(minutes))


def ticket_of(stage: Stage, mention: Mention) -> Ticket:
    ticket = stage.tickets.get(TicketId(mention.id))
    assert ticket is not None
    return ticket


def test_a_post_that_nobody_has_touched_leaves_the_queue(stage: Stage) -> None:
    mention = stage.judged("how do I change my invoice?")
    taken_back(stage, mention)
    ticket = ticket_of(stage, mention)
    assert ticket.state is TicketState.NO_ANSWER
    assert list(stage.tickets.cards()) == []
    assert "invoice" not in repr(ticket)
    assert stage.mentions.get(mention.id) is None
    assert stage.mentions.raw(mention.id) is None
    stone = stage.mentions.tombstone(mention.id)
    assert stone is not None
    assert (stone.withdrawn_at, stone.urgency) == (after(5), Urgency.ANSWER)


def test_the_proof_says_which_post_to_who_has_the_key_and_nobody_else(stage: Stage) -> None:
    mention = stage.judged("the site is down")
    taken_back(stage, mention)
    (proof,) = stage.erasures.posts()
    assert proof.post == post_digest(mention.id, PEPPER)
    assert (proof.found_at, proof.tickets, proof.incidents) == (after(5), 1, 1)
    assert mention.platform_id not in repr(proof)


def test_an_incident_shows_and_sends_it_no_more_and_stays_until_somebody_resolves_it(
    stage: Stage,
) -> None:
    mention = stage.judged("the site is down")
    assert stage.rung() == [ANA]
    taken_back(stage, mention)
    assert stage.incident.state is IncidentState.TRIGGERED
    assert (stage.incident.quote, stage.incident.author) == (TAKEN_BACK, "")
    stage.tick(after(15))
    assert len(stage.rung()) == 2, "the next one is still called"
    incident = stage.phones.pages()[-1].incident
    assert incident is not None
    assert incident.quote == TAKEN_BACK


def test_nobody_is_rung_by_it(stage: Stage) -> None:
    mention = stage.judged("the site is down")
    taken_back(stage, mention, minutes=1)
    stage.tick(after(2))
    assert stage.rung() == [ANA]


def test_what_others_joined_shows_what_it_showed(stage: Stage) -> None:
    stage.judged("the site is down")
    joined = stage.judged("down here as well", 2)
    taken_back(stage, joined)
    assert stage.incident.quote == "the site is down"


def test_a_case_that_was_answered_stays_without_the_words(stage: Stage) -> None:
    mention = stage.judged("how do I change my invoice?")
    ticket = ticket_of(stage, mention)
    note = Note(by=MIA, at=NOW, text="called them, order 4711")
    stage.tickets.save(replace(ticket, notes=(note,), version=ticket.version + 1))
    taken_back(stage, mention)
    ticket = ticket_of(stage, mention)
    assert (ticket.state, ticket.notes) == (TicketState.OPEN, (note,))
    assert [one.kind for one in ticket.acts][-1] is TicketActKind.WITHDRAWN
    assert ticket.acts[-1].at == after(5)
    assert ticket.mention.text == ""


def test_a_post_that_joined_a_conversation_is_taken_out_of_it(stage: Stage) -> None:
    first = stage.judged("how do I change my invoice?", author=a_mention().author)
    second = stage.judged("and my address?", 2, now=after(1), author=a_mention().author)
    assert [one.id for one in ticket_of(stage, first).mentions] == [first.id, second.id]
    taken_back(stage, second)
    ticket = ticket_of(stage, first)
    assert ticket.standing == (first,)
    assert ticket.is_owed
    taken_back(stage, first, minutes=6)
    assert ticket_of(stage, first).state is TicketState.NO_ANSWER


def test_nothing_can_be_said_beneath_it(stage: Stage) -> None:
    mention = stage.judged("how do I change my invoice?")
    stage.holding.claim(TicketId(mention.id), MIA, now=after(1))
    stage.talking.reply(TicketId(mention.id), MIA, "Mia", "Like this.", reply_id="r1", now=after(2))
    taken_back(stage, mention, minutes=2)
    stage.sender.send(TicketId(mention.id), "r1", after(3))
    stage.tick(after(4))
    reply = ticket_of(stage, mention).reply("r1")
    assert reply is not None
    assert (reply.state, reply.refusal) == (
        ReplyState.UNDONE,
        "its author has removed the post",
    )
    assert stage.platform.public == []


def test_a_reply_that_may_be_public_is_looked_up_and_never_sent_anew(stage: Stage) -> None:
    mention = stage.judged("how do I change my invoice?")
    stage.holding.claim(TicketId(mention.id), MIA, now=after(1))
    stage.talking.reply(TicketId(mention.id), MIA, "Mia", "Like this.", reply_id="r1", now=after(2))
    stage.platform.fates.append(ReplyFate.LOST_REPLY)
    stage.sender.send(TicketId(mention.id), "r1", after(3))
    taken_back(stage, mention, minutes=3)
    calls = stage.platform.calls
    stage.ticks(4, 12)
    reply = ticket_of(stage, mention).reply("r1")
    assert reply is not None
    assert (reply.state, reply.refusal) == (ReplyState.REFUSED, "its author has removed the post")
    assert stage.platform.calls == calls


def test_judging_remembers_nothing_of_it(stage: Stage) -> None:
    text = "your delivery van has parked on my foot for the second time this week"
    mention = stage.judged(text, author=a_mention().author)
    other = stage.judged(text, 2, now=after(1))
    trail = trail_of(mention)
    taken_back(stage, mention)
    recalled = stage.backgrounds.recall(trail.author, trail.voices)
    assert recalled.history.judged == ()
    voices = {one.mention for known in recalled.voices.values() for one in known.voices}
    assert len(voices) == 1, "the other still says so"
    taken_back(stage, other, minutes=6)
    recalled = stage.backgrounds.recall(trail.author, trail.voices)
    assert not any(one.voices or one.hashes for one in recalled.voices.values())


def test_nobody_is_kept_as_a_customer_for_it_and_for_nothing_else(stage: Stage) -> None:
    carla = Profile(platform="mastodon", handle="carla@social.example")
    mention = stage.judged("how do I change my invoice?", author=a_mention().author)
    taken_back(stage, mention)
    assert "carla" not in repr(stage.customers.all())
    again = stage.judged("hello again?", 2, now=after(60), author=a_mention().author)
    customer = stage.customers.of(carla)
    assert customer.has_profile(carla)
    assert customer.tickets == (TicketId(again.id),)


def test_who_has_another_ticket_stays_a_customer(stage: Stage) -> None:
    carla = Profile(platform="mastodon", handle="carla@social.example")
    first = stage.judged("how do I change my invoice?", author=a_mention().author)
    second = stage.judged("and this?", 2, now=after(60 * 24 * 9), author=a_mention().author)
    assert stage.tickets.get(TicketId(second.id)) is not None
    taken_back(stage, first, minutes=60 * 24 * 9 + 1)
    assert stage.customers.of(carla).tickets == (TicketId(first.id), TicketId(second.id))


def test_a_post_that_is_gone_before_it_was_judged_is_never_judged(stage: Stage) -> None:
    mention = stage.post("the site is down")
    stage.mentions.withdraw(mention.id, now=after(1))
    stage.follow(after(1))
    assert stage.rung() == []
    assert not stage.incidents.all()
    assert stage.tickets.get(TicketId(mention.id)) is None
    assert stage.mentions.tombstone(mention.id) is not None
    stage.triage.judge(mention, now=after(2))
    assert stage.rung() == [], "a record of the stream that came late"


def test_what_was_lost_on_its_way_the_tick_erases_without_a_word(stage: Stage) -> None:
    mention = stage.judged("how do I change my invoice?")
    stage.mentions.withdraw(mention.id, now=after(5))
    stage.mentions.stream.clear()
    stage.ticks(6, 8)
    assert ticket_of(stage, mention).mention.text == ""
    assert stage.mentions.tombstone(mention.id) is not None
    assert stage.notices.told == []


def test_a_post_that_cannot_be_erased_is_told_and_makes_no_ticket(stage: Stage) -> None:
    mention = stage.judged("nice", now=after(-60))
    stage.mentions.withdraw(mention.id, now=after(0))
    stage.mentions.stream.clear()
    for minute in range(1, 4):
        stage.interrupt(Interruption(1, of="recall", do=_broken))
        stage.tick(after(minute))
    assert stage.tickets.get(TicketId(mention.id)) is None
    assert stage.meter.counts["PostsNotErased"] > 0
    (notice,) = {one.text for one in stage.notices.told}
    assert notice == "1 posts that their authors removed could not be erased here yet."


def _broken() -> None:
    raise RuntimeError("the table cannot be read")


def test_wherever_the_erasing_is_cut_off_the_next_one_completes_it() -> None:
    """The records of a stream come again."""
    for interruption in interruptions():
        stage = Stage()
        mention = stage.judged("the site is down and I want my money back now please", 1)
        stage.mentions.withdraw(mention.id, now=after(5))
        stage.mentions.stream.clear()
        stage.interrupt(interruption)
        with suppress(Crash):
            stage.triage.judge(mention, now=after(5))
        interruption.end()
        stage.triage.judge(mention, now=after(6))
        assert ticket_of(stage, mention).mention.text == ""
        assert stage.incident.quote == TAKEN_BACK
        assert len(stage.erasures.posts()) == 1
        assert stage.mentions.tombstone(mention.id) is not None


def judging_struck_by(number: int, *, is_after: bool) -> tuple[Stage, Mention, Interruption]:
    stage = Stage()
    mention = stage.post("the site is down")
    stage.mentions.stream.clear()
    return stage, mention, Interruption(number, is_after=is_after)


def nothing_is_left(stage: Stage, mention: Mention) -> bool:
    ticket = stage.tickets.get(TicketId(mention.id))
    return (
        (ticket is None or (ticket.mention.text == "" and not ticket.is_owed))
        and all(one.quote == TAKEN_BACK for one in stage.incidents.all())
        and stage.mentions.tombstone(mention.id) is not None
    )


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("is_erased_meanwhile", [False, True])
def test_whenever_a_post_goes_while_it_is_judged_nothing_of_it_is_left(
    is_after: bool, is_erased_meanwhile: bool
) -> None:
    """It goes before or after any step; another worker may have erased it before this one ends."""

    def goes(stage: Stage, mention: Mention) -> None:
        stage.mentions.withdraw(mention.id, now=after(1))
        if is_erased_meanwhile:
            stage.follow(after(1))

    for number in range(1, 60):
        stage, mention, interruption = judging_struck_by(number, is_after=is_after)
        interruption.do = partial(goes, stage, mention)
        stage.interrupt(interruption)
        stage.triage.judge(mention, now=after(1))
        interruption.end()
        if not interruption.has_struck:
            return
        stage.follow(after(2))
        stage.ticks(3, 5)
        assert nothing_is_left(stage, mention), number
    raise AssertionError("does it end at all?")


@pytest.mark.parametrize("is_after", [False, True])
def test_of_what_a_crash_of_the_judging_left_nothing_is_left_either(is_after: bool) -> None:
    for number in range(1, 60):
        stage, mention, interruption = judging_struck_by(number, is_after=is_after)
        stage.interrupt(interruption)
        with suppress(Crash):
            stage.triage.judge(mention, now=after(1))
        interruption.end()
        if not interruption.has_struck:
            return
        stage.mentions.withdraw(mention.id, now=after(1))
        stage.follow(after(1))
        stage.triage.judge(mention, now=after(2))
        assert nothing_is_left(stage, mention), number
    raise AssertionError("does it end at all?")


def test_who_asks_for_it_to_be_erased_has_it_erased_at_once(stage: Stage) -> None:
    mention = stage.judged("how do I change my invoice?")
    assert stage.withdrawing.withdraw("mastodon", mention.platform_id, now=after(1))
    assert ticket_of(stage, mention).mention.text == ""
    assert not stage.withdrawing.withdraw("mastodon", mention.platform_id, now=after(2))
    assert stage.withdrawing.withdraw("mastodon", "never heard of", now=after(2))


def test_a_ticket_of_long_ago_is_found(stage: Stage) -> None:
    """The author has had more tickets since than are looked through."""
    first = stage.judged("hello?", 90, author=a_mention().author)
    mention = stage.judged("how do I change my invoice?", author=a_mention().author)
    for number in range(2, 15):
        days = 60 * 24 * 9 * number
        stage.judged("and this?", number, now=after(days), author=a_mention().author)
    taken_back(stage, mention, minutes=60 * 24 * 9 * 20)
    assert ticket_of(stage, first).standing == (first,)


def test_somebody_who_was_forgotten_is_not_erased_again(stage: Stage) -> None:
    mention = stage.judged("how do I change my invoice?")
    stage.mentions.erase(mention.id)
    assert not stage.withdrawing.carry_out(mention, now=after(1))
    assert stage.erasures.posts() == ()
