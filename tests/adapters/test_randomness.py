import re

import pytest

from chalicelib.adapters.randomness import SystemRandomness
from chalicelib.ports import Randomness
from tests.fakes import FakeRandomness


@pytest.mark.parametrize(
    "randomness", [SystemRandomness(), FakeRandomness()], ids=["system", "fake"]
)
def test_codes_and_keys_have_their_form_and_differ(randomness: Randomness) -> None:
    codes = [randomness.code() for _ in range(100)]
    keys = [randomness.key() for _ in range(100)]
    assert all(re.fullmatch("[BCDFGHJKMNPQRSTVWXYZ]{5}", code) for code in codes)
    assert all(re.fullmatch("[A-Za-z0-9_-]{22}", key) for key in keys)
    assert len(set(codes)) > 95
    assert len(set(keys)) == 100


def test_every_letter_comes_at_every_place_of_a_code() -> None:
    codes = [SystemRandomness().code() for _ in range(2000)]
    assert all(len({code[place] for code in codes}) == 20 for place in range(5))
