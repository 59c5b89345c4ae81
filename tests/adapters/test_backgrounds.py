from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.background import Recalled, trail_of
from chalicelib.domain.copies import Voice, Voices, sketched, voice_of
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.history import History, Judged
from chalicelib.domain.mention import MentionId
from chalicelib.domain.signal import Mood, Urgency
from tests.adapters.stores import Stores, calls, item, items, put, race
from tests.builders import NOW, a_mention
from tests.strategies import instants

AUTHOR, TEXT, POST = "author#acme#a1", "text#acme#t1", "post#acme#p1"
JUDGED = Judged(MentionId("mastodon.1"), NOW, Mood.NEGATIVE, Urgency.ANSWER)
HISTORY = History(judged=(JUDGED,), version=1)
VOICES = Voices(voices=(Voice("m1", "a1", NOW),), hashes=(1, 2**48 - 1), version=1)


def test_of_what_never_was_nothing_is_remembered(stores: Stores) -> None:
    assert stores.backgrounds.recall(AUTHOR, (TEXT, POST)) == Recalled()
    assert stores.backgrounds.recall(None, ()) == Recalled()


def test_what_was_kept_is_recalled_under_its_name(stores: Stores) -> None:
    stores.backgrounds.keep_history(AUTHOR, HISTORY, now=NOW)
    stores.backgrounds.keep_voices(TEXT, VOICES, now=NOW)
    known = stores.backgrounds.recall(AUTHOR, (TEXT, POST))
    assert known == Recalled(history=HISTORY, voices={TEXT: VOICES})
    assert stores.backgrounds.recall(None, (TEXT, TEXT)).voices == {TEXT: VOICES}
    assert stores.backgrounds.recall("author#acme#a2", (POST,)) == Recalled()


@settings(max_examples=10, deadline=None)
@given(at=st.lists(instants(), max_size=5))
def test_every_instant_comes_back_as_it_was(new_stores, at) -> None:  # type: ignore[no-untyped-def]
    stores: Stores = new_stores()
    voices = Voices(voices=tuple(Voice(f"m{n}", "a", one) for n, one in enumerate(at)), version=1)
    stores.backgrounds.keep_voices(TEXT, voices, now=NOW)
    assert stores.backgrounds.recall(None, (TEXT,)).voices == {TEXT: voices}


@pytest.mark.parametrize("version", [1, 3])
def test_only_the_version_that_was_read_is_written_over(stores: Stores, version: int) -> None:
    stores.backgrounds.keep_history(AUTHOR, HISTORY, now=NOW)
    stores.backgrounds.keep_voices(TEXT, VOICES, now=NOW)
    with pytest.raises(StaleWrite):
        stores.backgrounds.keep_history(AUTHOR, History(version=version), now=NOW)
    with pytest.raises(StaleWrite):
        stores.backgrounds.keep_voices(TEXT, Voices(version=version), now=NOW)

    stores.backgrounds.keep_history(AUTHOR, History(version=2), now=NOW)
    stores.backgrounds.keep_voices(TEXT, Voices(version=2), now=NOW)
    known = stores.backgrounds.recall(AUTHOR, (TEXT,))
    assert (known.history.version, known.voices[TEXT].version) == (2, 2)


def test_of_two_that_write_at_once_one_does(stores: Stores) -> None:
    results = race(*[lambda: stores.backgrounds.keep_voices(TEXT, VOICES, now=NOW)] * 3)
    assert sorted(type(one).__name__ for one in results) == ["NoneType", "StaleWrite", "StaleWrite"]


# --- on DynamoDB -------------------------------------------------------------------------


def test_everything_is_recalled_in_one_request_and_kept_in_one(dynamo: Stores) -> None:
    with calls(dynamo) as asked:
        dynamo.backgrounds.recall(AUTHOR, (TEXT, POST))
        dynamo.backgrounds.recall(None, ())
        dynamo.backgrounds.keep_history(AUTHOR, HISTORY, now=NOW)
        dynamo.backgrounds.keep_voices(TEXT, VOICES, now=NOW)
    assert asked == ["BatchGetItem", "PutItem", "PutItem"]


def test_memories_expire(dynamo: Stores) -> None:
    dynamo.backgrounds.keep_history(AUTHOR, HISTORY, now=NOW)
    dynamo.backgrounds.keep_voices(TEXT, VOICES, now=NOW)
    left = {
        one["pk"]["S"]: timedelta(seconds=int(one["expires_at"]["N"]) - NOW.timestamp()).days
        for one in items(dynamo, "incidents")
    }
    assert left == {AUTHOR: 91, TEXT: 2}


def test_what_cannot_be_read_counts_as_empty_and_is_written_over(dynamo: Stores) -> None:
    for name, field in ((AUTHOR, "history"), (TEXT, "voices")):
        broken = {field: {"S": '{"judged": "?", "voices": 3}'}, "version": {"N": "7"}}
        put(dynamo, "incidents", {"pk": {"S": name}, "sk": {"S": "-"}, **broken})
    dynamo.backgrounds.keep_voices(POST, VOICES, now=NOW)
    known = dynamo.backgrounds.recall(AUTHOR, (TEXT, POST))
    assert known.voices == {POST: VOICES, TEXT: Voices(version=7)}
    assert known.history == History(version=7)
    dynamo.backgrounds.keep_voices(TEXT, Voices(version=8), now=NOW)


def test_neither_handles_nor_texts_stand_in_the_table(dynamo: Stores) -> None:
    mention = a_mention()
    trail, sketch = trail_of(mention), sketched(mention.text)
    assert trail.author is not None
    assert sketch is not None
    dynamo.backgrounds.keep_history(trail.author, HISTORY, now=NOW)
    for name in trail.voices:
        voices = Voices(voices=(voice_of(mention),), hashes=sketch.hashes, version=1)
        dynamo.backgrounds.keep_voices(name, voices, now=NOW)
    stored = str(items(dynamo, "incidents")).lower()
    assert not [word for word in ("carla", "site", "losing", "social") if word in stored]
    assert len(item(dynamo, "incidents", trail.author, "-")["history"]["S"]) < 200


def test_a_full_record_stays_small(dynamo: Stores) -> None:
    full = Voices(
        voices=tuple(Voice(f"{n:012x}", f"{n:012x}", NOW) for n in range(40)),
        hashes=tuple(2**48 - n for n in range(1, 33)),
        version=1,
    )
    dynamo.backgrounds.keep_voices(TEXT, full, now=NOW)
    assert len(item(dynamo, "incidents", TEXT, "-")["voices"]["S"]) < 4_500
