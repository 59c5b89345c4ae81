"""The stars of a review, in the text of its mention."""

import math

import pytest

from chalicelib.sources.stars import starred


@pytest.mark.parametrize(
    ("stars", "text", "shown"),
    [
        (2, "cold soup", "★★☆☆☆ cold soup"),
        (5, "", "★★★★★"),
        (1, "  never again \n", "★☆☆☆☆ never again"),
        (3.5, "so-so", "★★★★☆ so-so"),
        (None, "no stars", "no stars"),
        (0, "unrated", "unrated"),
        (6, "too many", "too many"),
        (-1, "too few", "too few"),
        (0.2, "a point", "a point"),
        (math.inf, "endless", "endless"),
        (math.nan, "nothing", "nothing"),
        (None, " ", ""),
    ],
)
def test_stars_stand_before_the_words(stars: float | None, text: str, shown: str) -> None:
    assert starred(stars, text) == shown
