from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from hypothesis import given, settings

from chalicelib.adapters.mentions import MAX_RAW
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Score, Urgency
from chalicelib.ports import Pulled
from tests import strategies
from tests.adapters.stores import Stores, calls, delete, item, items, race
from tests.builders import NOW, a_mention, a_pulled, a_score, an_incident, mention_number


@given(mention=strategies.mentions(), score=strategies.scores())
@settings(max_examples=25)
def test_a_mention_and_its_verdict_come_back_as_they_were(
    new_stores: Callable[[], Stores], mention: Mention, score: Score
) -> None:
    mentions = new_stores().mentions
    raw = mention.text.encode()

    assert mentions.add(Pulled(mention=mention, raw=raw))
    assert mentions.get(mention.id) == mention
    assert mentions.raw(mention.id) == raw
    assert mentions.score(mention.id) is None
    assert mentions.record_score(mention.id, score, incident_id=None, now=NOW)
    assert mentions.score(mention.id) == score
    assert mentions.get(mention.id) == mention


def test_an_unknown_mention_is_none(stores: Stores) -> None:
    id = a_mention().id
    assert stores.mentions.get(id) is None
    assert stores.mentions.raw(id) is None
    assert stores.mentions.score(id) is None


def test_a_mention_seen_twice_is_stored_once_as_it_was_first(stores: Stores) -> None:
    first = a_pulled(a_mention(text="first"), raw=b"first")
    second = a_pulled(a_mention(text="second", source="another"), raw=b"second")

    assert stores.mentions.add(first)
    assert not stores.mentions.add(second)
    assert stores.mentions.get(first.mention.id) == first.mention
    assert stores.mentions.raw(first.mention.id) == b"first"


def test_a_mention_seen_again_costs_one_look_and_no_write(dynamo: Stores) -> None:
    with calls(dynamo) as asked:
        dynamo.mentions.add(a_pulled())
    assert asked == ["GetItem", "PutItem", "PutItem"]
    with calls(dynamo) as asked:
        dynamo.mentions.add(a_pulled())
    assert asked == ["GetItem"]


def test_of_workers_that_store_a_mention_at_once_one_has_stored_it(stores: Stores) -> None:
    for number in range(10):
        pulled = a_pulled(mention_number(number))
        results = race(*[lambda pulled=pulled: stores.mentions.add(pulled)] * 3)
        assert sorted(map(str, results)) == ["False", "False", "True"]


def test_the_first_verdict_stays(stores: Stores) -> None:
    id = a_mention().id
    stores.mentions.add(a_pulled())

    incident_id = an_incident().id
    assert stores.mentions.record_score(id, a_score(), incident_id=incident_id, now=NOW)
    ignored = a_score(Urgency.IGNORE)
    assert not stores.mentions.record_score(id, ignored, incident_id=None, now=NOW)
    assert stores.mentions.score(id) == a_score()


def test_a_mention_that_is_gone_takes_no_verdict(stores: Stores) -> None:
    id = a_mention().id
    assert not stores.mentions.record_score(id, a_score(), incident_id=None, now=NOW)
    assert stores.mentions.score(id) is None


def test_what_is_not_judged_is_listed_oldest_first(stores: Stores) -> None:
    ages = [1, 5, 3, 2, 4]
    for age in ages:
        mention = mention_number(age, pulled_at=NOW - timedelta(minutes=age))
        stores.mentions.add(a_pulled(mention))
    stores.mentions.record_score(
        mention_number(4).id, a_score(Urgency.IGNORE), incident_id=None, now=NOW
    )

    def listed(limit: int) -> list[Mention]:
        return list(stores.mentions.unjudged_before(NOW - timedelta(minutes=2), limit=limit))

    ids = [mention_number(number).id for number in (5, 3)]
    assert [one.id for one in listed(10)] == ids, "2 minutes old is not more than 2 minutes old"
    assert [one.id for one in listed(1)] == ids[:1]


def test_a_mention_leaves_the_sparse_index_with_its_verdict(dynamo: Stores) -> None:
    id = a_mention().id
    dynamo.mentions.add(a_pulled())
    assert item(dynamo, "mentions", id, "mention")["unjudged"] == {"S": "1"}
    dynamo.mentions.record_score(id, a_score(), incident_id=an_incident().id, now=NOW)
    judged = item(dynamo, "mentions", id, "mention")
    assert "unjudged" not in judged
    assert judged["incident_id"] == {"S": an_incident().id}
    assert judged["judged_at"] == {"S": "2026-11-21T19:30:00.000000Z"}


def test_both_items_of_a_mention_expire_when_retention_ends(dynamo: Stores) -> None:
    dynamo.mentions.add(a_pulled())
    ends_at = {"N": str(int((NOW + timedelta(days=400)).timestamp()))}
    assert [one["expires_at"] for one in items(dynamo, "mentions")] == [ends_at, ends_at]


def test_a_pull_that_crashed_after_the_payload_is_done_anew(dynamo: Stores) -> None:
    pulled = a_pulled()
    dynamo.mentions.add(pulled)
    delete(dynamo, "mentions", pulled.mention.id, "mention")

    assert dynamo.mentions.add(pulled)
    assert dynamo.mentions.get(pulled.mention.id) == pulled.mention
    assert dynamo.mentions.raw(pulled.mention.id) == pulled.raw


def test_a_payload_too_long_for_an_item_is_cut_and_says_so(dynamo: Stores) -> None:
    noise = b"".join(sha256(str(number).encode()).digest() for number in range(20_000))
    pulled = a_pulled(raw=noise)
    dynamo.mentions.add(pulled)

    kept = dynamo.mentions.raw(pulled.mention.id)
    assert kept is not None
    start, _, mark = kept.rpartition(b"\n")
    assert len(start) > MAX_RAW * 0.9
    assert noise.startswith(start)
    assert mark == b"[cut here by Nightdesk; 640000 bytes in full]"


def test_a_long_payload_that_packs_well_is_kept_whole(dynamo: Stores) -> None:
    raw = b"the whole site is down " * 100_000
    dynamo.mentions.add(a_pulled(raw=raw))
    assert dynamo.mentions.raw(a_mention().id) == raw
