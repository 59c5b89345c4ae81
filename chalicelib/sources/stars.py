"""How a review's stars stand in the text of a mention, so that they are judged with the words."""

MOST = 5


def starred(stars: float | None, text: str) -> str:
    """The words with their stars in front, such as `★★☆☆☆ cold soup`; either may be missing.

    Halves count up; what is no number of stars (0, 7, infinity) is left out.
    """
    full = int(stars + 0.5) if stars is not None and 0 < stars <= MOST else 0
    shown = "★" * full + "☆" * (MOST - full) if full else ""
    return " ".join(part for part in (shown, text.strip()) if part)
