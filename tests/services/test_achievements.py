"""What is achieved is counted once, for the right ticket or incident; what it took is put to it."""

from chalicelib.domain.cost import Done, Entry, Feature, Use
from chalicelib.domain.ticket import TicketState
from tests.builders import ANA, NOW
from tests.services.answering.scenes import GUS, OUT, a_held_ticket, approve, deliver
from tests.services.stage import Stage, after


def achieved(stage: Stage) -> dict[Done, int]:
    return {one: int(n) for one in Done if (n := stage.meter.sheet.quantity(one))}


def about(stage: Stage, done: Done) -> set[str]:
    return {entry.about for entry in stage.meter.sheet if entry.sku == done}


def test_an_urgent_mention_counts_as_judged_a_ticket_an_incident_and_a_page() -> None:
    stage = Stage()
    stage.judged("the site is down")
    assert achieved(stage) == {
        Done.MENTION_JUDGED: 1,
        Done.TICKET: 1,
        Done.INCIDENT: 1,
        Done.PAGE: 1,
    }
    assert about(stage, Done.PAGE) == about(stage, Done.INCIDENT) == {stage.incident.id}
    (ticket,) = stage.tickets.all()
    assert about(stage, Done.TICKET) == {ticket.id}
    assert {entry.brand for entry in stage.meter.sheet} == {"acme"}


def test_what_a_replayed_record_does_again_counts_once() -> None:
    stage = Stage()
    mention = stage.judged("the site is down")
    before = achieved(stage)
    stage.triage.judge(mention, now=after(1))
    assert achieved(stage) == before


def test_a_mention_that_joins_a_ticket_or_incident_opens_none() -> None:
    stage = Stage()
    stage.judged("the site is down")
    stage.judged("the site is down", 2, now=after(1))
    counts = achieved(stage)
    assert (counts[Done.MENTION_JUDGED], counts[Done.INCIDENT], counts[Done.PAGE]) == (2, 1, 1)


def test_an_incident_is_acknowledged_once_however_often_it_is_taken() -> None:
    stage = Stage()
    stage.judged("the site is down")
    stage.sms(ANA, stage.code(ANA))
    stage.sms(ANA, stage.code(ANA), now=after(1), inbound_id="in-2")
    assert achieved(stage)[Done.ACKNOWLEDGED] == 1
    assert about(stage, Done.ACKNOWLEDGED) == {stage.incident.id}


def test_a_reply_counts_for_its_ticket_and_its_price_for_its_source() -> None:
    stage, id = a_held_ticket()
    stage.platform.charges = (Use(sku="x.post-summoned"),)
    approve(stage, id)
    deliver(stage, OUT)
    deliver(stage, OUT)
    assert achieved(stage)[Done.REPLY] == 1
    assert about(stage, Done.REPLY) == {id}
    paid = [entry for entry in stage.meter.sheet if entry.sku == "x.post-summoned"]
    assert paid == [
        Entry(
            "x.post-summoned",
            Feature.ANSWERING,
            source=stage.platform.name,
            brand="acme",
            about=id,
        )
    ]


def test_a_content_customer_counts_once_though_the_ticket_is_opened_again() -> None:
    stage, id = a_held_ticket()
    stage.ending.resolve(id, GUS, TicketState.CONTENT, now=NOW)
    stage.ending.reopen(id, GUS, now=after(1))
    stage.holding.claim(id, GUS, now=after(2))
    stage.ending.resolve(id, GUS, TicketState.CONTENT, now=after(3))
    assert achieved(stage)[Done.CONTENT] == 1


def test_a_ticket_that_ends_otherwise_has_no_content_customer() -> None:
    stage, id = a_held_ticket()
    stage.ending.resolve(id, GUS, TicketState.NOT_CONTENT, now=NOW)
    assert Done.CONTENT not in achieved(stage)
