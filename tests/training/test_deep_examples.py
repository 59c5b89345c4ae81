import math

import pytest

from chalicelib.domain.signal import Mood, Topic, Urgency
from training.deep.examples import (
    GROUPS,
    Example,
    batches,
    examples,
    hardly_wake,
    known,
    mixed,
    priors,
    rotated,
)
from training.posts import Post

ANGRY = Post(text="angry", mood=Mood.NEGATIVE)
TRAPPED = Post(text="trapped", urgency=Urgency.WAKE, topic=Topic.SAFETY)


def test_what_a_file_does_not_tell_teaches_nothing() -> None:
    angry, trapped = examples([ANGRY, TRAPPED])

    assert (angry.urgency, angry.topic, trapped.mood) == (None, None, None)
    assert known([angry, trapped]) == {"mood": 1, "urgency": 1, "topic": 1}


def test_files_that_know_different_things_of_one_text_teach_one_example() -> None:
    (both,) = examples([ANGRY, Post(text=" angry ", urgency=Urgency.ANSWER)])

    assert both.mood == (1.0, 0.0, 0.0)
    assert both.urgency == (0.0, 0.0, 1.0, 0.0)


def test_raters_who_disagree_each_say_their_part() -> None:
    (torn,) = examples([ANGRY, Post(text="angry", mood=Mood.NEUTRAL)])

    assert torn.mood == (0.5, 0.5, 0.0)


def test_smoothing_leaves_a_little_doubt_in_every_label() -> None:
    (angry,) = examples([ANGRY], smoothing=0.3)

    assert angry.mood == pytest.approx((0.8, 0.1, 0.1))


def test_an_empty_text_teaches_nothing() -> None:
    assert examples([Post(text="  ", mood=Mood.NEUTRAL)]) == []


def test_only_posts_of_unknown_urgency_are_taken_for_hardly_wake() -> None:
    angry, trapped = hardly_wake(examples([ANGRY, TRAPPED]))

    assert angry.is_hardly_wake
    assert not trapped.is_hardly_wake


@pytest.mark.parametrize("group", GROUPS)
def test_priors_are_shares_even_when_nothing_is_known(group: str) -> None:
    found = priors([Example(text="x")], group)

    assert sum(found) == pytest.approx(1)
    assert all(share > 0 for share in found)


def test_priors_follow_the_examples() -> None:
    found = priors(
        examples([ANGRY, *(Post(text=str(n), mood=Mood.NEUTRAL) for n in range(96))]), "mood"
    )

    assert found == pytest.approx((0.02, 0.97, 0.01))


def test_an_epoch_holds_each_part_as_often_as_asked() -> None:
    one, other = Example(text="one"), Example(text="other")

    epoch = mixed([([one], 3), ([other], 1)], seed=1)

    assert (epoch.count(one), epoch.count(other)) == (3, 1)


def test_batches_hold_every_post_once_and_like_lengths_together() -> None:
    lengths = [number % 40 for number in range(1000)]

    made = list(batches(lengths, size=16, seed=1))

    assert sorted(place for batch in made for place in batch) == list(range(1000))
    spread = [
        max(lengths[place] for place in batch) - min(lengths[place] for place in batch)
        for batch in made
    ]
    assert max(spread) <= 5
    assert len(made) == math.ceil(1000 / 16)


def test_the_same_seed_gives_the_same_batches_and_another_seed_others() -> None:
    lengths = list(range(200))

    assert list(batches(lengths, size=8, seed=1)) == list(batches(lengths, size=8, seed=1))
    assert list(batches(lengths, size=8, seed=1)) != list(batches(lengths, size=8, seed=2))


def test_a_frequent_mood_takes_turns_and_a_rare_one_is_always_there() -> None:
    angry = examples([ANGRY])
    calm = examples(Post(text=str(number), mood=Mood.NEUTRAL) for number in range(6))
    unknown = examples([TRAPPED])

    seen = [rotated([*angry, *calm, *unknown], most=3, number=number) for number in range(3)]

    assert all(set(angry + unknown) < set(epoch) and len(epoch) == 5 for epoch in seen)
    assert set(calm) <= {*seen[0], *seen[1]}
    assert set(seen[0]) == set(seen[2])
