from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from hypothesis import given, settings

from chalicelib.adapters.mentions import MAX_RAW
from chalicelib.domain.mention import Mention, MentionId
from chalicelib.domain.signal import Score, Urgency
from chalicelib.domain.ticket import TicketId
from chalicelib.domain.withdrawal import Tombstone, tombstone_of
from chalicelib.ports import Pulled, Stored
from tests import strategies
from tests.adapters.stores import Stores, before_call, calls, delete, item, items, race
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
    at = mention.edited_at
    assert mentions.record_score(mention.id, score, incident_id=None, edited_at=at, now=NOW)
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


# --- changed by their authors ------------------------------------------------------------

EDITED = NOW + timedelta(minutes=5)


def edited(text: str = "now my data leaked too", *, at: datetime = EDITED, **over: Any) -> Pulled:
    return a_pulled(a_mention(text=text, edited_at=at, pulled_at=at, **over), raw=b"the second")


def test_newer_words_take_the_place_of_older_ones_and_are_to_be_judged_anew(
    stores: Stores,
) -> None:
    id = a_mention().id
    stores.mentions.add(a_pulled(raw=b"the first"))
    incident_id = an_incident().id
    stores.mentions.record_score(id, a_score(), incident_id=incident_id, now=NOW)

    assert stores.mentions.edit(edited(source="another", brand="other"))
    there = stores.mentions.stored(id)
    assert there is not None
    assert there.mention is not None
    assert (there.mention.text, there.mention.edited_at) == ("now my data leaked too", EDITED)
    assert (there.mention.source, there.mention.brand) == ("mastodon-acme", "acme")
    assert (there.score, there.is_judged) == (a_score(), False), "of its earlier words"
    assert there.incident_ids == {incident_id}
    assert stores.mentions.score(id) is None
    assert stores.mentions.raw(id) == b"the first"
    (waiting,) = stores.mentions.unjudged_before(EDITED + timedelta(seconds=1), limit=9)
    assert waiting == there.mention
    assert stores.mentions.unjudged_before(EDITED, limit=9) == (), "it waits since it was changed"
    assert stores.judged.verdicts(NOW - timedelta(days=1), watch=lambda share: None) == ()


def test_a_version_that_is_known_already_or_older_changes_nothing(stores: Stores) -> None:
    id = a_mention().id
    assert not stores.mentions.edit(edited()), "it is not there"
    stores.mentions.add(a_pulled())
    stores.mentions.record_score(id, a_score(), incident_id=None, now=NOW)
    assert not stores.mentions.edit(a_pulled(a_mention(text="it says not when")))
    assert not stores.mentions.edit(edited(a_mention().text)), "the words are the same"
    assert stores.mentions.score(id) == a_score()
    assert stores.mentions.edit(edited("second"))
    assert not stores.mentions.edit(edited("second"))
    assert not stores.mentions.edit(edited("between", at=EDITED - timedelta(minutes=1)))
    found = stores.mentions.get(id)
    assert found is not None
    assert found.text == "second"


def test_what_was_private_stays_so_whatever_an_edit_says(stores: Stores) -> None:
    stores.mentions.add(a_pulled(a_mention(is_private=True)))
    assert stores.mentions.edit(edited(is_private=False))
    found = stores.mentions.get(a_mention().id)
    assert found is not None
    assert found.is_private


def test_a_verdict_on_earlier_words_is_not_kept_for_the_new_ones(stores: Stores) -> None:
    id = a_mention().id
    stores.mentions.add(a_pulled())
    stores.mentions.edit(edited())
    assert not stores.mentions.record_score(
        id, a_score(Urgency.IGNORE), incident_id=None, now=EDITED
    )
    assert stores.mentions.record_score(
        id, a_score(), incident_id=None, edited_at=EDITED, now=EDITED
    )
    assert stores.mentions.score(id) == a_score()


def test_every_incident_and_the_ticket_of_a_mention_are_known(stores: Stores) -> None:
    id, ticket = a_mention().id, TicketId("mastodon.1")
    first, second = an_incident().id, an_incident(opened_at=EDITED).id
    stores.mentions.add(a_pulled())
    stores.mentions.record_score(id, a_score(), incident_id=first, ticket_id=ticket, now=NOW)
    stores.mentions.edit(edited())
    stores.mentions.record_score(id, a_score(), incident_id=second, edited_at=EDITED, now=EDITED)
    there = stores.mentions.stored(id)
    assert there is not None
    assert there.incident_id == second
    assert there.incident_ids == {first, second}
    assert there.ticket_id == ticket


def test_of_two_who_bring_an_edit_at_once_one_has_stored_it(stores: Stores) -> None:
    stores.mentions.add(a_pulled())
    results = race(*[lambda: stores.mentions.edit(edited())] * 3)
    assert sorted(map(str, results)) == ["False", "False", "True"]


# --- taken back by their authors ---------------------------------------------------------


def a_tombstone() -> Tombstone:
    gone = a_mention(withdrawn_at=EDITED)
    return tombstone_of(gone, a_score(), None, now=EDITED + timedelta(seconds=2))


def test_what_was_taken_back_counts_as_gone_and_waits_to_be_erased(stores: Stores) -> None:
    id = a_mention().id
    stores.mentions.add(a_pulled(), look_at=NOW)
    stores.mentions.record_score(id, a_score(), incident_id=None, now=NOW)

    assert stores.mentions.withdraw(id, now=EDITED)
    assert not stores.mentions.withdraw(id, now=EDITED), "twice is once"
    assert stores.mentions.get(id) is None
    assert stores.mentions.score(id) is None
    there = stores.mentions.stored(id)
    assert there is not None
    assert there.mention == a_mention(withdrawn_at=EDITED)
    assert (there.score, there.is_judged) == (a_score(), False)
    later = EDITED + timedelta(seconds=1)
    assert stores.mentions.unjudged_before(later, limit=9) == (there.mention,)
    assert stores.mentions.to_look_at("mastodon-acme", now=later, limit=9) == ()
    assert not stores.mentions.record_score(id, a_score(), incident_id=None, now=later)
    assert not stores.mentions.edit(edited(at=EDITED + timedelta(days=1)))
    assert not stores.mentions.add(a_pulled())


def test_what_cannot_be_erased_keeps_nobody_from_being_heard(stores: Stores) -> None:
    """However many wait to be erased, and however long: who waits to be judged comes first."""
    for number in (1, 2):
        stores.mentions.add(a_pulled(mention_number(number)))
        stores.mentions.withdraw(mention_number(number).id, now=NOW)
    urgent = mention_number(3, pulled_at=EDITED)
    stores.mentions.add(a_pulled(urgent))
    later = EDITED + timedelta(seconds=1)

    def listed(limit: int) -> list[MentionId]:
        return [one.id for one in stores.mentions.unjudged_before(later, limit=limit)]

    assert listed(1) == [urgent.id]
    assert len(listed(2)) == 2
    assert set(listed(9)) == {mention_number(number).id for number in (1, 2, 3)}


def test_an_incident_that_shows_a_mention_is_known_though_it_neither_opened_nor_joined_it(
    stores: Stores,
) -> None:
    id, incident = a_mention().id, an_incident().id
    assert not stores.mentions.shown_in(id, incident), "it is not there"
    stores.mentions.add(a_pulled())
    stores.mentions.record_score(id, a_score(), incident_id=None, now=NOW)
    for _ in range(2):
        assert stores.mentions.shown_in(id, incident)
    there = stores.mentions.stored(id)
    assert there is not None
    assert (there.incident_id, there.incident_ids) == (None, frozenset({incident}))
    assert there.is_judged
    stores.mentions.withdraw(id, now=EDITED)
    assert not stores.mentions.shown_in(id, incident), "it was taken back"


def test_of_what_is_buried_the_tombstone_stays_and_nothing_else(stores: Stores) -> None:
    id = a_mention().id
    stores.mentions.add(a_pulled())
    stores.mentions.bury(a_tombstone())
    assert stores.mentions.get(id) == a_mention(), "it was not taken back"
    stores.mentions.record_score(id, a_score(), incident_id=None, now=NOW)
    stores.mentions.withdraw(id, now=EDITED)
    for _ in range(2):
        stores.mentions.bury(a_tombstone())
    assert stores.mentions.stored(id) == Stored(mention=None)
    assert stores.mentions.raw(id) is None
    assert stores.mentions.tombstone(id) == a_tombstone()
    assert stores.mentions.unjudged_before(EDITED + timedelta(days=1), limit=9) == ()
    assert not stores.mentions.add(a_pulled())
    assert not stores.mentions.edit(edited(at=EDITED + timedelta(days=1)))
    assert not stores.mentions.withdraw(id, now=EDITED)


def test_no_word_of_what_is_buried_is_left_in_the_table(dynamo: Stores) -> None:
    dynamo.mentions.add(a_pulled(), look_at=NOW)
    dynamo.mentions.record_score(
        a_mention().id, a_score(), incident_id=an_incident().id, ticket_id=TicketId("t"), now=NOW
    )
    dynamo.mentions.withdraw(a_mention().id, now=EDITED)
    dynamo.mentions.bury(a_tombstone())
    left = items(dynamo, "mentions")
    assert {name for one in left for name in one} <= {
        "pk", "sk", "expires_at", "write_id", "withdrawn_at", "tombstone",
    }  # fmt: skip
    whole = repr(left)
    assert "carla" not in whole
    assert "losing money" not in whole


def test_a_deletion_that_comes_before_the_post_keeps_it_away(stores: Stores) -> None:
    id = a_mention().id
    assert stores.mentions.withdraw(id, now=NOW)
    assert not stores.mentions.withdraw(id, now=NOW)
    assert not stores.mentions.add(a_pulled(), look_at=NOW)
    assert stores.mentions.stored(id) == Stored(mention=None)
    assert stores.mentions.get(id) is None
    assert stores.mentions.raw(id) is None
    assert stores.mentions.unjudged_before(NOW + timedelta(days=1), limit=9) == ()
    assert stores.mentions.to_look_at("mastodon-acme", now=NOW, limit=9) == ()


def test_a_post_and_its_deletion_at_once_leave_no_post(stores: Stores) -> None:
    mentions = stores.mentions
    for number in range(10):
        pulled = a_pulled(mention_number(number))
        comes = partial(mentions.add, pulled)
        goes = partial(mentions.withdraw, pulled.mention.id, now=NOW)
        race(comes, goes)
        assert stores.mentions.get(pulled.mention.id) is None


def test_a_payload_that_was_stored_while_its_post_was_taken_back_goes_too(dynamo: Stores) -> None:
    """The look finds nothing, the payload is stored, then the deletion comes."""
    id = a_mention().id
    with before_call(dynamo, "PutItem", 2, lambda: dynamo.mentions.withdraw(id, now=NOW)):
        assert not dynamo.mentions.add(a_pulled())
    assert dynamo.mentions.raw(id) is None


def test_what_is_kept_away_expires_when_a_mention_would(dynamo: Stores) -> None:
    dynamo.mentions.withdraw(a_mention().id, now=NOW)
    (left,) = items(dynamo, "mentions")
    assert left["expires_at"] == {"N": str(int((NOW + timedelta(days=400)).timestamp()))}


# --- looked at again ---------------------------------------------------------------------


def test_what_is_due_is_looked_at_by_source_longest_due_first(stores: Stores) -> None:
    mentions = stores.mentions
    for number, minutes in ((1, 3), (2, 1), (3, 2), (4, 9)):
        look_at = NOW + timedelta(minutes=minutes)
        mentions.add(a_pulled(mention_number(number)), look_at=look_at)
    mentions.add(a_pulled(mention_number(5, source="x-acme")), look_at=NOW)
    mentions.add(a_pulled(mention_number(6)))

    def listed(limit: int = 9) -> list[MentionId]:
        due = mentions.to_look_at("mastodon-acme", now=NOW + timedelta(minutes=3), limit=limit)
        return [one.mention.id for one in due if one.mention is not None]

    ids = [mention_number(number).id for number in (2, 3, 1)]
    assert listed() == ids
    assert listed(2) == ids[:2]
    mentions.look_again(ids[0], at=NOW + timedelta(days=1))
    mentions.look_again(ids[1], at=NOW, was_missed=True)
    assert listed() == ids[1:]
    first, second = mentions.to_look_at("mastodon-acme", now=NOW + timedelta(minutes=3), limit=9)
    assert (first.was_missed, second.was_missed) == (True, False)
    mentions.look_again(ids[1], at=NOW)
    (first, _) = mentions.to_look_at("mastodon-acme", now=NOW + timedelta(minutes=3), limit=9)
    assert not first.was_missed


def test_what_nobody_can_look_at_is_never_due(stores: Stores) -> None:
    stores.mentions.add(a_pulled())
    stores.mentions.look_again(a_mention().id, at=NOW)
    assert stores.mentions.edit(edited(), look_at=NOW)
    assert stores.mentions.to_look_at("mastodon-acme", now=EDITED, limit=9) == ()


def test_a_change_of_its_words_begins_anew(stores: Stores) -> None:
    stores.mentions.add(a_pulled(), look_at=NOW)
    stores.mentions.edit(edited(), look_at=EDITED + timedelta(hours=1))
    assert stores.mentions.to_look_at("mastodon-acme", now=EDITED, limit=9) == ()


def test_to_find_what_is_due_takes_one_query_and_one_reading(dynamo: Stores) -> None:
    for number in range(3):
        dynamo.mentions.add(a_pulled(mention_number(number)), look_at=NOW)
    with calls(dynamo) as asked:
        dynamo.mentions.to_look_at("mastodon-acme", now=NOW, limit=100)
    assert asked == ["Query", "BatchGetItem"]
    with calls(dynamo) as asked:
        dynamo.mentions.to_look_at("x-acme", now=NOW, limit=100)
    assert asked == ["Query"]
