"""Fitting the lean model: sums, descent, and what a fit learns from few posts."""

import numpy as np
import pytest

from chalicelib.domain.signal import Mood, Topic, Urgency
from chalicelib.scoring.lean.file import LANES
from training.deep.soft import NAMES, digest
from training.lean.bags import Array, Bags
from training.lean.descent import Vector, lowest
from training.lean.examples import HARDLY_WAKE, Recipe, examples_of
from training.lean.export import fitted_of, lean_file
from training.lean.fit import Fitted, Plan, Vectors, fitted
from training.posts import Post

PLAN = Plan(least=1, steps=30, restraints=(1e-3, 1e-3, 1e-3))

MOODS = [
    Post(text="lovely staff", mood=Mood.POSITIVE),
    Post(text="lovely food", mood=Mood.POSITIVE),
    Post(text="awful staff", mood=Mood.NEGATIVE),
    Post(text="awful food", mood=Mood.NEGATIVE),
    Post(text="open today", mood=Mood.NEUTRAL),
    Post(text="closed today", mood=Mood.NEUTRAL),
]
ALARMS = [
    Post(text="trapped in lift", urgency=Urgency.WAKE, topic=Topic.SAFETY, mood=Mood.NEGATIVE),
    Post(text="trapped in room", urgency=Urgency.WAKE, topic=Topic.SAFETY, mood=Mood.NEGATIVE),
    Post(text="invoice in post", urgency=Urgency.ANSWER, topic=Topic.BILLING, mood=Mood.NEUTRAL),
    Post(text="invoice in mail", urgency=Urgency.ANSWER, topic=Topic.BILLING, mood=Mood.NEUTRAL),
]


def row_of(found: Fitted, feature: str) -> Array:
    row: Array = found.rows[found.features.index(feature)]
    return row


def learned(
    posts: list[Post], vectors: Vectors | None = None, base: Fitted | None = None
) -> Fitted:
    return fitted(examples_of(posts, [], Recipe()), vectors, PLAN, base)


class TestBags:
    def test_sums_and_spreads_are_products_with_the_matrix_they_stand_for(self) -> None:
        chance = np.random.default_rng(1)
        found = [sorted(set(chance.integers(0, 50, 7).tolist())) for _ in range(1_300)]
        bags = Bags.of(found, 60)
        matrix = np.zeros((1_300, 60), np.float32)
        for post, features in enumerate(found):
            matrix[post, features] = 1
        rows = chance.normal(size=(60, 5)).astype(np.float32)
        errors = chance.normal(size=(1_300, 5)).astype(np.float32)
        assert np.allclose(bags.sums(rows), matrix @ rows, atol=1e-4)
        assert np.allclose(bags.spread(errors), matrix.T @ errors, atol=1e-3)

    def test_refuse_a_post_without_features(self) -> None:
        with pytest.raises(ValueError, match="without any feature"):
            Bags.of([[1], []], 2)


class TestDescent:
    def test_finds_the_lowest_point(self) -> None:
        goal = np.array([3, -2, 0.5, 100], np.float32)
        steepness = np.array([1, 50, 0.2, 3], np.float32)

        def bowl(point: Vector) -> tuple[float, Vector]:
            off = point - goal
            return float((steepness * off * off).sum()), 2 * steepness * off

        assert np.allclose(lowest(bowl, np.zeros(4, np.float32), 60), goal, atol=0.01)

    def test_stays_where_it_is_lowest(self) -> None:
        start = np.zeros(2, np.float32)
        assert (lowest(lambda point: (0.0, point), start, 5) == start).all()


class TestExamples:
    def test_an_ungraded_post_hardly_ever_wakes_and_counts_less(self) -> None:
        found = examples_of([MOODS[2], ALARMS[0]], [], Recipe(ungraded=0.25))
        assert found.targets[0, 3:7].tolist() == pytest.approx(HARDLY_WAKE[Mood.NEGATIVE])
        assert found.weights[:, 1].tolist() == [0.25, 1.0]
        assert found.weights[:, 2].tolist() == [0.0, 1.0]

    def test_each_mood_weighs_the_same(self) -> None:
        found = examples_of([*MOODS[:5], ALARMS[0], ALARMS[1]], [], Recipe())
        weighed = (found.targets[:, :3] * found.weights[:, :1]).sum(0)
        assert weighed.tolist() == pytest.approx([weighed[0]] * 3)

    def test_one_text_twice_is_one_example_with_both_opinions(self) -> None:
        twice = [Post(text="hm ", mood=Mood.NEUTRAL), Post(text="hm", mood=Mood.NEGATIVE)]
        found = examples_of(twice, [], Recipe())
        assert len(found.texts) == 1
        assert found.targets[0, :3].tolist() == pytest.approx([0.5, 0.5, 0])

    def test_a_teacher_has_its_share_where_a_label_is_and_all_where_none_is(self) -> None:
        logits = [0.0] * len(NAMES)
        logits[NAMES.index("mood:positive")] = 100.0
        logits[NAMES.index("urgency:wake")] = 100.0
        recipe = Recipe(teacher=(0.75, 0.75, 0.0), taught=0.5)
        found = examples_of([MOODS[2]], [{digest("awful staff"): tuple(logits)}], recipe)
        assert found.targets[0, :3].tolist() == pytest.approx([0.25, 0, 0.75])
        assert found.targets[0, 3] == pytest.approx(1)
        assert found.weights[0, 1] == 0.5

    def test_a_teacher_of_moods_says_nothing_of_urgency(self) -> None:
        logits = [0.0] * len(NAMES)
        logits[NAMES.index("urgency:wake")] = 100.0
        found = examples_of(
            [MOODS[2]], [{digest("awful staff"): tuple(logits)}], Recipe(teacher=(0.7, 0, 0))
        )
        assert found.targets[0, 3:7].tolist() == pytest.approx(HARDLY_WAKE[Mood.NEGATIVE])

    def test_texts_are_prepared_as_in_service(self) -> None:
        found = examples_of([Post(text="@Sam awfuuuuul", mood=Mood.NEGATIVE)], [], Recipe())
        assert found.texts == ["@user awfuuul"]


class TestAFit:
    def test_gives_words_the_meaning_of_their_posts(self) -> None:
        found = learned([*MOODS, *ALARMS])
        assert row_of(found, "lovely")[:3].argmax() == 2
        assert row_of(found, "awful")[:3].argmax() == 0
        assert row_of(found, "trapped")[3:7].argmax() == 0
        assert row_of(found, "invoice")[7:].argmax() == list(Topic).index(Topic.BILLING)

    def test_is_equal_for_equal_posts(self) -> None:
        first, second = (lean_file(learned(MOODS), "lean-x", ("en",)).written() for _ in "ab")
        assert first == second

    def test_learns_of_a_word_from_its_like(self) -> None:
        near = np.array([[1, 0], [0.99, 0.1], [0, 1]], np.float32)
        vectors = Vectors(["awful", "dreadful", "open"], near, np.ones((3, 2), np.float32))
        found = learned(MOODS, vectors)
        assert row_of(found, "dreadful")[:3].argmax() == 0

    def test_gives_pieces_of_words_what_their_words_share(self) -> None:
        bad = ["unhappy", "unwell", "unfair", "unkind", "unsafe", "unwise"]
        good = ["happily", "fairly", "kindly", "wisely", "safely", "gladly"]
        posts = [Post(text=word, mood=Mood.NEGATIVE) for word in bad]
        posts += [Post(text=word, mood=Mood.POSITIVE) for word in good]
        row = row_of(learned([*posts, *MOODS]), "_<un")
        assert row[0] > row[2]

    def test_keeps_the_weightiest_pairs_only(self) -> None:
        plan = Plan(least=1, steps=10, pairs=3)
        found = fitted(examples_of(MOODS, [], Recipe()), None, plan)
        assert sum(" " in feature for feature in found.features) == 3

    def test_of_what_was_learned_before_keeps_what_new_posts_do_not_speak_of(self) -> None:
        base = fitted_of(lean_file(learned([*MOODS, *ALARMS]), "lean-x", ("en",)))
        new = [Post(text="sick burger", mood=Mood.POSITIVE), Post(text="hm", mood=Mood.NEGATIVE)]
        found = learned([*new, MOODS[4]], base=base)
        assert row_of(found, "sick")[:3].argmax() == 2
        assert row_of(found, "invoice") == pytest.approx(row_of(base, "invoice"), abs=0.02)

    def test_says_nothing_of_a_group_nobody_labelled(self) -> None:
        found = learned(MOODS)
        assert not found.rows[:, 7:].any()
        assert found.rows.shape[1] == LANES
