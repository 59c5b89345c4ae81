"""The proof that people were forgotten, and what erasing leaves, in memory and in DynamoDB."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.background import Recalled
from chalicelib.domain.customer import Profile
from chalicelib.domain.erasure import ErasedPost, Erasure, post_digest
from chalicelib.domain.history import History, Judged
from chalicelib.domain.mention import Author
from chalicelib.domain.signal import Mood, Urgency
from tests.adapters.stores import Stores, items
from tests.builders import NOW, a_mention, a_pulled, a_score, an_incident, mention_number

CARLA = Profile(platform="mastodon", handle="carla@social.example")


def an_erasure(hours: int = 0) -> Erasure:
    return Erasure(
        at=NOW + timedelta(hours=hours),
        person="d" * 32,
        profiles=1,
        tickets=2,
        mentions=3,
        incidents=0,
    )


def test_proofs_are_kept_oldest_first_and_once_each(stores: Stores) -> None:
    assert stores.erasures.all() == ()
    for hours in (2, 0, 1):
        stores.erasures.keep(an_erasure(hours))
    assert stores.erasures.all() == tuple(an_erasure(hours) for hours in (0, 1, 2))


def test_the_proof_of_an_erased_post_is_kept_once_however_often_it_is_told(
    stores: Stores,
) -> None:
    def proof(hours: int, tickets: int = 1) -> ErasedPost:
        found_at = NOW + timedelta(hours=hours)
        return ErasedPost(
            found_at=found_at,
            erased_at=found_at,
            post=post_digest(a_mention().id, b"key"),
            platform="mastodon",
            tickets=tickets,
            incidents=0,
        )

    assert stores.erasures.posts() == ()
    for hours in (2, 1, 2):
        stores.erasures.keep_post(proof(hours))
    stores.erasures.keep_post(proof(1, tickets=0))
    assert stores.erasures.posts() == (proof(1, tickets=0), proof(2))
    assert stores.erasures.all() == (), "nobody was forgotten"


def test_all_that_somebody_wrote_is_found_with_its_incident_and_nothing_of_others(
    stores: Stores,
) -> None:
    hers = [
        a_mention(),
        a_mention(platform_id="2", author=Author(handle="CARLA@social.example")),
        a_mention(platform="x", platform_id="3", author=Author(handle="carla_x")),
    ]
    others = [
        mention_number(7),
        a_mention(platform_id="8", author=None),
        a_mention(platform="x", platform_id="9"),
    ]
    for mention in (*hers, *others):
        stores.mentions.add(a_pulled(mention))
    incident_id = an_incident().id
    stores.mentions.record_score(hers[0].id, a_score(), incident_id=incident_id, now=NOW)

    found = stores.mentions.written_by([CARLA, Profile(platform="x", handle="carla_x")])
    assert {one.mention.id: one.incident_ids for one in found} == {
        hers[0].id: {incident_id},
        hers[1].id: frozenset(),
        hers[2].id: frozenset(),
    }
    assert stores.mentions.written_by([]) == ()


def test_an_erased_mention_is_gone_and_does_not_come_back(stores: Stores) -> None:
    mention = a_mention()
    stores.mentions.add(a_pulled(mention))
    stores.mentions.record_score(mention.id, a_score(), incident_id=None, now=NOW)
    for _ in range(2):
        stores.mentions.erase(mention.id)
    assert stores.mentions.get(mention.id) is None
    assert stores.mentions.raw(mention.id) is None
    assert stores.mentions.score(mention.id) is None
    assert stores.mentions.written_by([CARLA]) == ()
    assert not stores.mentions.add(a_pulled(mention)), "a source may show it once more"
    assert not stores.mentions.record_score(mention.id, a_score(), incident_id=None, now=NOW)
    assert stores.judged.verdicts(NOW - timedelta(days=1), watch=lambda share: None) == ()


def test_an_erased_mention_that_was_not_judged_is_never_judged(stores: Stores) -> None:
    stores.mentions.add(a_pulled())
    stores.mentions.erase(a_mention().id)
    assert stores.mentions.unjudged_before(NOW + timedelta(days=1), limit=9) == ()


def test_what_never_was_can_be_erased_and_stored_later(stores: Stores) -> None:
    stores.mentions.erase(a_mention().id)
    assert stores.mentions.add(a_pulled())


def test_what_stays_of_an_erased_mention_is_its_id_until_its_time_is_over(dynamo: Stores) -> None:
    dynamo.mentions.add(a_pulled())
    dynamo.mentions.erase(a_mention().id)
    (left,) = items(dynamo, "mentions")
    assert set(left) <= {"pk", "sk", "expires_at", "write_id"}


def test_an_authors_history_is_forgotten(stores: Stores) -> None:
    judged = Judged(a_mention().id, NOW, Mood.NEGATIVE, Urgency.ANSWER)
    known = History(judged=(judged,), version=1)
    stores.backgrounds.keep_history("author#acme#1", known, now=NOW)
    stores.backgrounds.keep_history("author#acme#2", known, now=NOW)
    for _ in range(2):
        stores.backgrounds.erase("author#acme#1")
    assert stores.backgrounds.recall("author#acme#1", ()) == Recalled()
    assert stores.backgrounds.recall("author#acme#2", ()).history == known
    stores.backgrounds.keep_history("author#acme#1", replace(known, judged=()), now=NOW)
