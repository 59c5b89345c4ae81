"""What the documentation says of the cost of search is what is measured."""

from pathlib import Path

from benchmarks.search import measure

PAGE = Path(__file__).parents[2] / "docs/search.md"


def test_the_cost_that_is_stated_is_the_one_that_is_measured() -> None:
    found, page = measure(), PAGE.read_text("utf-8")
    assert f"some **{round(found['writes a ticket'])} writes a ticket**" in page
    assert f"more than {found['writes a ticket, one in twenty has more']};" in page
    assert f"**${found['USD for 1,000 tickets']:.3f} for 1,000 tickets**" in page
    assert f"${found['USD for 1,000 searches that read as much']:.2f} for 1,000 of them" in page
    assert f"at {found['tickets read for one request, at most']} tickets at most" in page
