"""A baseline as text and back."""

import json

import pytest

from chalicelib.domain.crowd import NEW, Bucket, UnreadableBaseline, advance, read, written
from chalicelib.domain.crowd.record import LONGEST
from tests.domain.test_crowd import DAY, after, end_of, steady, used_to


@pytest.mark.parametrize("rate", [0.001, 0.1, 3, 200, 50_000])
def test_what_was_kept_judges_as_before(rate: float) -> None:
    baseline = used_to(rate, 8 * DAY)

    kept = read(written(baseline))

    _, first = advance(baseline, Bucket(end_of(baseline), rate * 5 + 4))
    _, second = advance(kept, Bucket(end_of(kept), rate * 5 + 4))
    assert second.score == pytest.approx(first.score, abs=0.005)
    assert len(written(baseline)) <= LONGEST


def test_keeping_after_each_bucket_drifts_nowhere() -> None:
    baseline = kept = used_to(2.0, DAY)
    for count in steady(2.0, 2 * DAY, seed=1):
        baseline, _ = advance(baseline, Bucket(end_of(baseline), count))
        kept, _ = advance(kept, Bucket(end_of(kept), count))
        kept = read(written(kept))

    assert kept.level == pytest.approx(baseline.level, rel=0.01)
    assert sum(kept.normals) == pytest.approx(sum(baseline.normals), rel=0.02)


def test_a_gap_is_kept_as_one() -> None:
    baseline, _ = after(used_to(1.0), [None, 3])

    assert read(written(baseline)).counts[-2:] == (None, 3.0)


def test_a_series_never_heard_is_kept_as_one() -> None:
    assert read(written(NEW)) == NEW


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"level": [0, 1]},
        {"level": ["x", 1]},
        {"day": [[1], [1]]},
        {"tails": []},
        {"counts": [1], "normals": []},
        {"width": 0},
        {"peak": None},
    ],
)
def test_a_text_of_another_form_is_refused(change: dict[str, object]) -> None:
    kept = json.loads(written(NEW)) | change

    with pytest.raises(UnreadableBaseline):
        read(json.dumps(kept))


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"v":1}', "nothing"])
def test_what_is_no_baseline_is_refused(text: str) -> None:
    with pytest.raises(UnreadableBaseline):
        read(text)


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(UnreadableBaseline):
        read(written(NEW).replace('"peak":0', '"peak":NaN'))
