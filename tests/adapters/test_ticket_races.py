"""Many agents, few tickets: whoever has one has it alone."""

import random
from collections.abc import Callable

from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.ticket import AgentId, Lane, Ticket, TicketId, claimed
from tests.adapters.stores import Stores, race
from tests.builders import NOW, a_ticket, mention_number

TICKETS, CLAIMS, AGENTS = 20, 500, 8

Won = tuple[TicketId, AgentId]


def claiming(stores: Stores, tickets: list[Ticket], agent: AgentId) -> Callable[[], list[Won]]:
    """One agent who goes for ticket after ticket by what their list has shown at first."""
    chance = random.Random(agent)
    wanted = [chance.choice(tickets) for _ in range(CLAIMS // AGENTS)]

    def claim_all() -> list[Won]:
        won: list[Won] = []
        for ticket in wanted:
            try:
                stores.tickets.save(claimed(ticket, agent, now=NOW, until=NOW))
            except StaleWrite:
                continue
            won.append((ticket.id, agent))
        return won

    return claim_all


def test_of_all_who_race_for_tickets_exactly_one_has_each(stores: Stores) -> None:
    tickets = [a_ticket(mention_number(number)) for number in range(TICKETS)]
    for ticket in tickets:
        stores.tickets.add(ticket)
    agents = [AgentId(f"agent-{number}") for number in range(AGENTS)]

    results = race(*[claiming(stores, tickets, agent) for agent in agents])

    won = [each for result in results if isinstance(result, list) for each in result]
    assert len(results) == len([one for one in results if isinstance(one, list)])
    assert len(won) == len({id for id, _ in won}) == TICKETS
    for id, agent in won:
        found = stores.tickets.get(id)
        assert found is not None
        assert (found.holder, found.version) == (agent, 2)
    listed = {(one.id, one.holder) for one in stores.tickets.lane(Lane.CLAIMED, limit=100)}
    assert listed == set(won)
