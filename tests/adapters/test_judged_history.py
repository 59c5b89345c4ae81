"""Looking back: what was judged since an instant, and what people made of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.errors import BadInput
from chalicelib.domain.signal import Topic
from tests.adapters.stores import Stores, items, put
from tests.builders import (
    NOW,
    a_mention,
    a_pulled,
    a_score,
    a_ticket,
    an_incident,
    mention_number,
)

HOUR = timedelta(hours=1)


def judged(stores: Stores, number: int, *, hours_ago: int) -> None:
    mention = mention_number(number)
    stores.mentions.add(a_pulled(mention))
    incident_id = an_incident().id if number == 1 else None
    stores.mentions.record_score(
        mention.id, a_score(), incident_id=incident_id, now=NOW - hours_ago * HOUR
    )


def test_verdicts_come_oldest_first_and_none_from_before(stores: Stores) -> None:
    for number, hours_ago in enumerate([3, 1, 2, 4]):
        judged(stores, number, hours_ago=hours_ago)
    stores.mentions.add(a_pulled(mention_number(9)))

    found = stores.judged.verdicts(NOW - 3 * HOUR, watch=lambda share: None)

    assert [one.mention.platform_id[-1] for one in found] == ["0", "2", "1"]
    assert [one.judged_at for one in found] == [NOW - hours * HOUR for hours in (3, 2, 1)]
    assert [one.incident_id for one in found] == [None, None, an_incident().id]
    assert {one.score for one in found} == {a_score()}


def test_whoever_waits_is_told_how_much_is_done(stores: Stores) -> None:
    for number in range(3):
        judged(stores, number, hours_ago=1)
    shares: list[float] = []

    stores.judged.verdicts(NOW - HOUR, watch=shares.append)

    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert all(0 <= one <= 1 for one in shares)


def test_there_may_be_no_history_at_all(stores: Stores) -> None:
    assert stores.judged.verdicts(NOW, watch=lambda share: None) == ()
    assert stores.judged.incidents(NOW) == ()
    assert stores.judged.tickets(NOW) == ()


def test_incidents_come_oldest_first_the_past_ones_too(stores: Stores) -> None:
    first = an_incident(opened_at=NOW - 5 * HOUR)
    stores.incidents.open(first, instead_of=None)
    stores.incidents.open(an_incident(opened_at=NOW), instead_of=first)
    billing = an_incident(topic=Topic.BILLING, opened_at=NOW - HOUR)
    stores.incidents.open(billing, instead_of=None)

    found = stores.judged.incidents(NOW - 5 * HOUR)
    assert [one.opened_at for one in found] == [NOW - 5 * HOUR, NOW - HOUR, NOW]
    assert [one.opened_at for one in stores.judged.incidents(NOW - HOUR)] == [NOW - HOUR, NOW]


def test_of_an_incident_and_a_copy_that_a_crash_left_the_newer_counts(dynamo: Stores) -> None:
    incident = an_incident()
    dynamo.incidents.open(incident, instead_of=None)
    (current,) = items(dynamo, "incidents")
    dynamo.incidents.save(replace(incident, version=2))
    put(dynamo, "incidents", {**current, "sk": {"S": f"past#{incident.id}"}})

    (found,) = dynamo.judged.incidents(NOW)
    assert found.version == 2


def test_tickets_come_oldest_first(stores: Stores) -> None:
    for number, hours_ago in enumerate([1, 3, 2]):
        ticket = a_ticket(mention_number(number), opened_at=NOW - hours_ago * HOUR)
        stores.tickets.add(ticket)

    found = stores.judged.tickets(NOW - 2 * HOUR)
    assert [one.opened_at for one in found] == [NOW - 2 * HOUR, NOW - HOUR]


def test_a_record_of_a_newer_release_hides_no_other(dynamo: Stores) -> None:
    judged(dynamo, 1, hours_ago=1)
    judged(dynamo, 2, hours_ago=1)
    spoilt = next(one for one in items(dynamo, "mentions") if "score" in one)
    put(dynamo, "mentions", {**spoilt, "score": {"S": '{"urgency":"dire"}'}})

    assert len(dynamo.judged.verdicts(NOW - HOUR, watch=lambda share: None)) == 1

    for one in items(dynamo, "mentions"):
        if "score" in one:
            put(dynamo, "mentions", {**one, "score": {"S": "{}"}})
    with pytest.raises(BadInput):
        dynamo.judged.verdicts(NOW - HOUR, watch=lambda share: None)


def test_what_is_not_judged_is_no_history(stores: Stores) -> None:
    stores.mentions.add(a_pulled(a_mention()))
    assert stores.judged.verdicts(NOW - 24 * HOUR, watch=lambda share: None) == ()
