"""The customer beside the ticket, and forgetting one."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.background import trail_of
from chalicelib.domain.customer import Profile, Standing
from chalicelib.domain.erasure import person_digest
from chalicelib.domain.errors import BadInput, NotFound, OutOfDate
from chalicelib.domain.history import History
from chalicelib.domain.mention import Author, Mention
from chalicelib.domain.ticket import AgentId, CustomerId, Ticket, TicketActKind, TicketId
from chalicelib.services.forgetting import Forgetting
from chalicelib.services.knowing import Knowing
from tests.builders import NOW, a_mention, a_pulled, a_ticket
from tests.fakes import Crash, FakeErasures
from tests.services.stage import (
    PEPPER,
    Interruption,
    Stage,
    after,
    at_once,
    interrupted,
    interruptions,
)

GUS = AgentId("gus")
DAY = 24 * 60
CARLA = Author(handle="carla@social.example", name="Carla", followers=1200)
CARLA_X = Author(handle="carla_x", followers=90_000, is_verified=True)
HERS = Profile(platform="mastodon", handle="carla@social.example")
HERS_TOO = Profile(platform="x", handle="carla_x")


class Office:
    """A stage, and what knows its customers."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.erasures = FakeErasures()
        self.disturbed(None)

    def disturbed(self, interruption: Interruption | None) -> None:
        """From now on something may happen between two calls of a store."""
        around: Callable[[Any], Any] = (
            partial(interrupted, interruption=interruption) if interruption else lambda fake: fake
        )
        tickets, customers = around(self.stage.tickets), around(self.stage.customers)
        self.knowing = Knowing(tickets=tickets, customers=customers)
        self.forgetting = Forgetting(
            desks=self.stage.desks,
            mentions=around(self.stage.mentions),
            tickets=tickets,
            customers=customers,
            incidents=around(self.stage.incidents),
            backgrounds=around(self.stage.backgrounds),
            erasures=around(self.erasures),
            pepper=lambda: PEPPER,
        )

    def posts(self, text: str, number: int, at: float = 0, **over: Any) -> Mention:
        over = {"author": CARLA, "url": ""} | over
        return self.stage.judged(text, number, now=after(at), **over)

    def ticket(self, mention: Mention) -> Ticket:
        (found,) = (one for one in self.stage.tickets.all() if one.has(mention.id))
        return found


# --- who they are to us --------------------------------------------------------------------


def test_a_customer_comes_with_all_they_said_how_they_felt_and_who_hears_them() -> None:
    office = Office()
    office.posts("it is slow", 1)
    newest = office.posts("slow again", 2, 30 * DAY, author=replace(CARLA, followers=1500))
    known = office.knowing.customer(office.ticket(newest))

    assert [one.opened_at for one in known.tickets] == [after(30 * DAY), NOW]
    assert [one.mood for one in known.moods] == [-0.8, -0.8]
    assert (known.reach, known.is_verified) == (1500, False)
    assert known.customer.profiles == (HERS,)


def test_who_complains_on_every_occasion_is_marked_with_the_evidence() -> None:
    office = Office()
    for number in range(4):
        newest = office.posts(f"slow {number}", number, 30 * DAY * number)
    mark = office.knowing.customer(office.ticket(newest)).mark
    assert mark is not None
    assert mark.standing is Standing.REGULAR_CRITIC
    assert "4 of 4 posts since 21 November 2026 were angry" in mark.evidence


def test_what_was_said_in_private_is_on_no_card() -> None:
    office = Office()
    private = office.posts("my number is 0123", 1, is_private=True)
    (card,) = office.knowing.customer(office.ticket(private)).tickets
    assert card.excerpt == ""


def test_of_an_author_nobody_knows_the_ticket_is_all() -> None:
    office = Office()
    mention = office.posts("it is slow", 1, author=None)
    known = office.knowing.customer(office.ticket(mention))
    assert (known.customer.id, known.customer.profiles, known.reach) == ("", (), 0)
    assert len(known.tickets) == 1


def test_of_a_ticket_from_before_customers_were_known_its_author_is_found_by_name() -> None:
    office = Office()
    office.posts("it is slow", 1)
    old = a_ticket(a_mention(platform_id="99"))
    office.stage.tickets.add(old)
    assert len(office.knowing.customer(old).tickets) == 2


# --- notes ---------------------------------------------------------------------------------


def test_a_note_stays_with_the_person() -> None:
    office = Office()
    first = office.posts("it is slow", 1)
    id = office.knowing.customer(office.ticket(first)).customer.id
    office.knowing.note(id, GUS, " likes to be called in the evening ", now=NOW)
    later = office.posts("slow again", 2, 30 * DAY)
    (note,) = office.knowing.customer(office.ticket(later)).customer.notes
    assert (note.by, note.text, note.at) == (GUS, "likes to be called in the evening", NOW)


@pytest.mark.parametrize(("text", "says"), [("  ", "empty"), ("x" * 2_001, "at most 2000")])
def test_a_note_that_says_nothing_or_too_much_is_refused(text: str, says: str) -> None:
    office = Office()
    first = office.posts("it is slow", 1)
    with pytest.raises(BadInput, match=says):
        office.knowing.note(office.ticket(first).customer or CustomerId(""), GUS, text, now=NOW)


@pytest.mark.parametrize("id", ["", "c-nobody"])
def test_a_note_on_nobody_is_refused(id: str) -> None:
    with pytest.raises(NotFound):
        Office().knowing.note(CustomerId(id), GUS, "hm", now=NOW)


def test_of_notes_written_at_once_none_is_lost() -> None:
    office = Office()
    first = office.posts("it is slow", 1)
    id = office.ticket(first).customer or CustomerId("")
    failures = at_once(
        [partial(office.knowing.note, id, GUS, f"{number}", now=NOW) for number in range(4)]
    )
    assert failures == []
    assert len(office.knowing.customer(office.ticket(first)).customer.notes) == 4


# --- links ---------------------------------------------------------------------------------


def linked(office: Office) -> tuple[Ticket, Ticket]:
    """Carla's tickets on two platforms, one person since."""
    here = office.posts("it is slow", 1)
    there = office.posts("slow here too", 2, 5, author=CARLA_X, platform="x")
    office.knowing.link(TicketId(here.id), "X", "@carla_x", GUS, now=after(10))
    return office.ticket(here), office.ticket(there)


def test_two_profiles_that_are_linked_are_one_person_and_their_tickets_stay_beside() -> None:
    office = Office()
    here, there = linked(office)
    for ticket in (here, there):
        known = office.knowing.customer(ticket)
        assert set(known.customer.profiles) == {HERS, HERS_TOO}
        assert {one.id for one in known.tickets} == {here.id, there.id}
        assert (known.reach, known.is_verified) == (90_000, True)
    act = here.acts[-1]
    assert (act.kind, act.by, act.text) == (TicketActKind.LINKED, GUS, "carla_x (x)")


def test_what_either_writes_next_joins_the_newest_ticket_of_the_person() -> None:
    office = Office()
    _, there = linked(office)
    third = office.posts("still slow", 3, 20)
    assert office.ticket(third).id == there.id


def test_linked_twice_is_linked_once() -> None:
    office = Office()
    here, _ = linked(office)
    again = office.knowing.link(here.id, "x", "Carla_X", GUS, now=after(11))
    assert again.version == here.version + 1, "another spelling, so it is on the timeline"
    assert office.knowing.link(here.id, "x", "carla_x", GUS, now=after(11)) == again
    assert len(office.knowing.customer(again).customer.profiles) == 2


def test_a_profile_that_never_wrote_can_be_linked_ahead() -> None:
    office = Office()
    here = office.posts("it is slow", 1)
    office.knowing.link(TicketId(here.id), "x", "carla_x", GUS, now=after(1))
    there = office.posts("slow here too", 2, 5, author=CARLA_X, platform="x")
    assert office.ticket(there).id == TicketId(here.id)


@pytest.mark.parametrize(
    ("platform", "handle", "says"),
    [
        ("mastodon", "carla@social.example", "whom the ticket is of"),
        ("Mast odon", "x", "platform: "),
        ("x", "  ", "handle: "),
        ("x", "a b", "without spaces"),
        ("x", "a\u202eb", "handle: "),
    ],
)
def test_what_is_no_other_profile_is_not_linked(platform: str, handle: str, says: str) -> None:
    office = Office()
    here = office.posts("it is slow", 1)
    with pytest.raises(BadInput, match=says):
        office.knowing.link(TicketId(here.id), platform, handle, GUS, now=NOW)


def test_nobody_is_linked_to_a_ticket_that_changed_is_not_there_or_has_no_author() -> None:
    office = Office()
    here = office.posts("it is slow", 1)
    with pytest.raises(OutOfDate):
        office.knowing.link(TicketId(here.id), "x", "c", GUS, now=NOW, expected=7)
    with pytest.raises(NotFound):
        office.knowing.link(TicketId("x.1"), "x", "c", GUS, now=NOW)
    unknown = office.posts("it is slow", 2, author=None)
    with pytest.raises(BadInput, match="nobody knows who wrote"):
        office.knowing.link(TicketId(unknown.id), "x", "c", GUS, now=NOW)


def test_a_link_that_died_in_the_middle_can_be_made_again() -> None:
    for interruption in interruptions():
        office = Office()
        here = office.posts("it is slow", 1)
        office.disturbed(interruption)
        act = partial(office.knowing.link, TicketId(here.id), "x", "carla_x", GUS, now=NOW)
        with suppress(Crash):
            act()
        interruption.end()
        done = act()
        assert [one.kind for one in done.acts].count(TicketActKind.LINKED) == 1
        assert len(office.knowing.customer(done).customer.profiles) == 2


# --- forgetting ----------------------------------------------------------------------------


def everything_of(office: Office) -> str:
    """All that is kept, as text."""
    stage = office.stage
    kept = [
        stage.tickets.all(),
        stage.customers.all(),
        stage.incidents.all(),
        stage.backgrounds.histories,
        [stage.mentions.get(one) for one in list(stage.mentions._mentions)],
        office.erasures.all(),
    ]
    return repr(kept)


def a_person(office: Office) -> None:
    """Carla complains on two platforms, praises in passing, and wakes somebody; so does Dan."""
    linked(office)
    office.posts("how nice", 4, 6, is_addressed=False)
    office.posts("now it is down", 5, 40 * DAY)
    office.posts("they leak my data", 6, author=Author(handle="dan@social.example"))


def test_of_a_forgotten_person_nothing_is_left_and_of_others_everything() -> None:
    office = Office()
    a_person(office)
    before = len(office.stage.mentions)
    erasure = office.forgetting.forget(HERS, now=after(50 * DAY))

    assert (erasure.profiles, erasure.tickets, erasure.mentions) == (2, 3, 4)
    assert erasure.incidents == 1
    left = everything_of(office)
    for trace in ("carla", "slow", "now it is down", "how nice"):
        assert trace not in left
    assert len(office.stage.mentions) == before - 4
    (dan,) = office.stage.customers.all()
    assert dan.profiles[0].handle == "dan@social.example"
    assert "they leak my data" in left
    assert office.erasures.all() == (erasure,)


def test_their_history_is_forgotten_too() -> None:
    office = Office()
    mention = office.posts("it is slow", 1)
    author = trail_of(mention).author
    assert author is not None
    assert office.stage.backgrounds.recall(author, ()).history != History()
    office.forgetting.forget(HERS, now=after(1))
    assert office.stage.backgrounds.recall(author, ()).history == History()


def test_the_proof_and_the_log_name_nobody_and_whoever_has_the_key_can_check_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    office = Office()
    office.posts("it is slow", 1)
    with caplog.at_level(logging.INFO):
        erasure = office.forgetting.forget(HERS, now=after(1))
    (line,) = [one for one in caplog.records if one.message == "person_forgotten"]
    assert "carla" not in repr(vars(line))
    assert erasure.person == person_digest(HERS, PEPPER)
    assert erasure.person != person_digest(HERS, b"another")
    assert erasure.person != person_digest(HERS_TOO, PEPPER)


def test_a_post_of_theirs_that_a_source_shows_again_stays_away() -> None:
    office = Office()
    mention = office.posts("it is slow", 1)
    office.forgetting.forget(HERS, now=after(1))
    assert not office.stage.mentions.add(a_pulled(mention))


def test_what_they_write_later_is_of_somebody_new() -> None:
    office = Office()
    linked(office)
    office.forgetting.forget(HERS_TOO, now=after(20))
    again = office.posts("slow again", 9, 30)
    (customer,) = office.stage.customers.all()
    assert (customer.profiles, customer.tickets) == ((HERS,), (TicketId(again.id),))


def test_who_was_never_heard_of_cannot_be_forgotten() -> None:
    office = Office()
    office.posts("it is slow", 1, author=Author(handle="dan@social.example"))
    with pytest.raises(NotFound, match=r"nothing is known of carla@social\.example"):
        office.forgetting.forget(HERS, now=NOW)
    assert office.erasures.all() == ()


def test_who_only_ever_wrote_in_passing_can_be_forgotten() -> None:
    office = Office()
    office.posts("how nice", 1, is_addressed=False)
    assert office.forgetting.forget(HERS, now=NOW).mentions == 1
    assert "how nice" not in everything_of(office)


def test_forgetting_that_died_in_the_middle_can_be_repeated_until_nothing_is_left() -> None:
    for interruption in interruptions():
        office = Office()
        a_person(office)
        office.disturbed(interruption)
        with suppress(Crash):
            office.forgetting.forget(HERS, now=after(50 * DAY))
        interruption.end()
        with suppress(NotFound):
            office.forgetting.forget(HERS, now=after(50 * DAY))
        left = everything_of(office)
        assert "carla" not in left
        assert "slow" not in left


def test_an_incident_that_changes_meanwhile_is_not_spoiled() -> None:
    def rival() -> None:
        incident = office.stage.incidents.all()[0]
        office.stage.incidents.save(
            replace(incident, surge="42 angry posts", version=incident.version + 1)
        )

    interruption = Interruption(1, of="save", do=rival)
    office = Office()
    office.posts("it is down", 1)
    office.disturbed(interruption)
    office.forgetting.forget(HERS, now=after(1))
    (incident,) = office.stage.incidents.all()
    assert (incident.surge, incident.quote, incident.author) == ("42 angry posts", "", "")
