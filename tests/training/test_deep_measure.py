import math

import pytest

from training.deep.measure import log_shares, macro_f1, macro_recall, recall_at, temperature

FIRST, SECOND = (2.0, 0.0), (0.0, 2.0)


def test_macro_recall_counts_a_rare_value_as_much_as_a_frequent_one() -> None:
    assert macro_recall([FIRST] * 10, [0] * 9 + [1]) == pytest.approx(50)


def test_macro_f1_punishes_false_alarms_too() -> None:
    assert macro_f1([FIRST, FIRST, SECOND, SECOND], [0, 1, 1, 1]) == pytest.approx(
        100 * (2 / 3 + 4 / 5) / 2
    )


def test_recall_counts_hits_above_the_allowed_false_pages() -> None:
    others = [number / 1000 for number in range(1000)]
    hits = [0.9945, 0.9965, 0.5]

    def found(per_thousand: float) -> float:
        return recall_at(others + hits, [False] * 1000 + [True] * 3, per_thousand=per_thousand)

    assert found(3) == pytest.approx(1 / 3)
    assert found(5) == pytest.approx(2 / 3)
    assert found(1000) == 1


def test_probabilities_add_up_even_for_huge_logits() -> None:
    assert sum(math.exp(share) for share in log_shares([1000.0, 999.0, -1000.0])) == pytest.approx(
        1
    )


def test_a_network_that_is_too_sure_is_cooled() -> None:
    rows = [(8.0, 0.0)] * 10

    assert temperature(rows, [0] * 7 + [1] * 3) > 2
    assert temperature(rows, [0] * 10) < 1
