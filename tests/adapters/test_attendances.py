"""Who is on duty, who looks at a ticket, and what they began to write."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.attendance import Attendance, Presence
from chalicelib.domain.ticket import MAX_REPLY, AgentId, TicketId
from tests.adapters.stores import Stores, calls, item, race
from tests.builders import NOW

GUS, HEDI = AgentId("gus"), AgentId("hedi")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TICKET, OTHER = TicketId("mastodon.1"), TicketId("mastodon.12")


def attendance(agent: AgentId = GUS, **over: object) -> Attendance:
    there = Attendance(agent=agent, name=agent.title(), is_on_duty=True, heard_at=NOW)
    return replace(there, **over)  # type: ignore[arg-type]


def presence(agent: AgentId = GUS, **over: object) -> Presence:
    return replace(Presence(agent=agent, name=agent.title(), seen_at=NOW), **over)  # type: ignore[arg-type]


def test_nobody_is_there_at_first(stores: Stores) -> None:
    assert stores.attendances.all() == ()
    assert stores.presences.of(TICKET) == ()


def test_all_are_listed_by_what_they_said_last(stores: Stores) -> None:
    stores.attendances.put(attendance(HEDI))
    stores.attendances.put(attendance(GUS))
    later = attendance(HEDI, is_on_duty=False, heard_at=NOW + MINUTE)
    stores.attendances.put(later)
    assert stores.attendances.all() == (attendance(GUS), later)


def test_a_word_that_was_long_on_its_way_brings_nobody_back_on_duty(stores: Stores) -> None:
    signed_out = attendance(is_on_duty=False, heard_at=NOW + MINUTE)
    stores.attendances.put(signed_out)
    stores.attendances.put(attendance(heard_at=NOW))
    assert stores.attendances.all() == (signed_out,)


def test_who_is_not_heard_of_for_a_day_is_not_listed(stores: Stores) -> None:
    stores.attendances.put(attendance(HEDI))
    stores.attendances.put(attendance(GUS, heard_at=NOW + DAY))
    assert len(stores.attendances.all()) == 2
    stores.attendances.put(attendance(GUS, heard_at=NOW + DAY + MINUTE))
    assert [one.agent for one in stores.attendances.all()] == [GUS]
    assert stores.attendances.names() == {"gus": "Gus", "hedi": "Hedi"}, "but not forgotten"


def test_who_looks_at_a_ticket_is_listed_newest_first(stores: Stores) -> None:
    stores.presences.put(TICKET, presence(GUS))
    stores.presences.put(TICKET, presence(HEDI, seen_at=NOW + MINUTE, is_typing=True))
    stores.presences.put(OTHER, presence(AgentId("ida")))
    assert [one.agent for one in stores.presences.of(TICKET)] == [HEDI, GUS]
    stores.presences.put(TICKET, presence(GUS, seen_at=NOW + 2 * MINUTE))
    assert [one.agent for one in stores.presences.of(TICKET)] == [GUS, HEDI]


def test_a_draft_comes_back_as_it_was_and_an_older_one_not_over_it(stores: Stores) -> None:
    draft = "Liebe Carla, 😡 " * 300
    newest = presence(draft=draft[:MAX_REPLY], seen_at=NOW + MINUTE)
    stores.presences.put(TICKET, newest)
    stores.presences.put(TICKET, presence(draft="Lie", seen_at=NOW))
    assert stores.presences.of(TICKET) == (newest,)


def test_what_agents_say_at_once_is_all_kept(stores: Stores) -> None:
    agents = [AgentId(f"agent-{number}") for number in range(8)]
    race(*[lambda one=one: stores.presences.put(TICKET, presence(one)) for one in agents])
    race(*[lambda one=one: stores.attendances.put(attendance(one)) for one in agents])
    assert {one.agent for one in stores.presences.of(TICKET)} == set(agents)
    assert [one.agent for one in stores.attendances.all()] == agents


# --- on DynamoDB -------------------------------------------------------------------------


def test_to_be_there_costs_one_write_and_to_see_who_is_one_query(dynamo: Stores) -> None:
    with calls(dynamo) as asked:
        dynamo.attendances.put(attendance())
        dynamo.presences.put(TICKET, presence())
    assert asked == ["PutItem", "PutItem"]
    with calls(dynamo) as asked:
        dynamo.attendances.all()
        dynamo.presences.of(TICKET)
    assert asked == ["Query", "Query"]


def test_drafts_are_kept_for_a_week_and_names_for_a_quarter(dynamo: Stores) -> None:
    dynamo.presences.put(TICKET, presence(draft="Hi"))
    found = item(dynamo, "conversations", TICKET, "looking#gus")
    assert found["expires_at"] == {"N": str(int((NOW + 7 * DAY).timestamp()))}
    assert not {"ticket", "card", "lane"} & found.keys(), "it is in no list of tickets"
    dynamo.attendances.put(attendance())
    found = item(dynamo, "desk", "attendance", "gus")
    assert found["expires_at"] == {"N": str(int((NOW + 90 * DAY).timestamp()))}
