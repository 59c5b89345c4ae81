"""A listing that shows its newest few entries only: what is new, changed, missed."""

from datetime import timedelta

from chalicelib.ports import Pulled
from chalicelib.sources.glimpse import MOST_KNOWN, Glimpse, Look, look
from tests.builders import a_mention
from tests.sources.contract import NOW

BEGUN = Glimpse(since=int((NOW - timedelta(hours=24)).timestamp()))


def entry(id: str, text: str = "", *, hours: float = 1) -> Pulled:
    mention = a_mention(platform_id=id, text=text or id, posted_at=NOW - timedelta(hours=hours))
    return Pulled(mention=mention, raw=b"{}")


def looked(before: Glimpse, *shown: Pulled, is_all: bool = False, total: int | None = None) -> Look:
    return look(before, shown, (), now=NOW, is_all=is_all, total=total)


def ids(found: Look) -> list[str]:
    return [one.mention.platform_id for one in found.pulled]


def test_what_was_shown_before_is_not_given_again() -> None:
    first = looked(BEGUN, entry("a"), entry("b", hours=2), is_all=True)
    assert ids(first) == ["b", "a"]
    assert ids(looked(first.glimpse, entry("c"), entry("a"))) == ["c"]


def test_what_appears_late_is_given_whatever_its_date_says() -> None:
    first = looked(BEGUN, entry("a"), is_all=True)
    assert ids(looked(first.glimpse, entry("a"), entry("late", hours=20))) == ["late"]


def test_what_is_older_than_the_recent_past_is_never_given() -> None:
    first = looked(BEGUN, entry("old", hours=25), entry("a"), is_all=True)
    assert ids(first) == ["a"]
    assert ids(looked(first.glimpse, entry("older", hours=900), entry("a"))) == []


def test_what_was_too_old_by_a_wrong_date_is_given_once_its_date_is_right() -> None:
    first = looked(BEGUN, entry("a", hours=900), is_all=True)
    assert ids(first) == []
    (found,) = looked(first.glimpse, entry("a")).pulled
    assert found.edited_at is None


def test_changed_words_are_given_again_as_edited_now() -> None:
    first = looked(BEGUN, entry("a", "fine"), is_all=True)
    second = looked(first.glimpse, entry("a", "awful"))
    assert [(one.mention.text, one.edited_at) for one in second.pulled] == [("awful", NOW)]
    assert ids(looked(second.glimpse, entry("a", "awful"))) == []


def test_a_refusal_is_told_once() -> None:
    first = look(BEGUN, (), ("entry 7: no date",), now=NOW, is_all=True)
    assert first.refused == ("entry 7: no date",)
    again = look(first.glimpse, (), ("entry 7: no date", "entry 8: no date"), now=NOW, is_all=True)
    assert again.refused == ("entry 8: no date",)


def test_when_all_that_is_shown_is_new_more_may_have_come() -> None:
    first = looked(BEGUN, entry("a"), is_all=True)
    assert "all that is shown is new" in looked(first.glimpse, entry("b"), entry("c")).gap
    assert looked(first.glimpse, entry("b"), entry("a")).gap == ""
    assert looked(first.glimpse, entry("b"), entry("c"), is_all=True).gap == ""
    assert looked(first.glimpse).gap == ""


def test_the_first_look_misses_nothing_when_it_reaches_behind_the_recent_past() -> None:
    assert looked(BEGUN, entry("a"), entry("old", hours=30)).gap == ""
    assert "all that is shown is new" in looked(BEGUN, entry("a"), entry("b")).gap


def test_a_count_tells_how_many_were_missed_and_that_none_was() -> None:
    first = looked(BEGUN, entry("a"), entry("old", hours=30), total=10)
    assert looked(first.glimpse, entry("b"), entry("c"), total=12).gap == ""
    assert looked(first.glimpse, entry("b"), entry("c"), total=15).gap.startswith("3 more")
    assert looked(first.glimpse, entry("b"), entry("a"), total=12).gap.startswith("1 more")
    assert "all that is shown" in looked(first.glimpse, entry("b"), entry("c"), total=11).gap
    assert looked(first.glimpse, entry("a"), total=9).gap == ""


def test_what_was_refused_was_seen_and_is_not_missed_besides() -> None:
    first = looked(BEGUN, entry("a"), entry("old", hours=30), total=10)
    shown, refused = (entry("b"),), ("entry 7: no date",)
    second = look(first.glimpse, shown, refused, now=NOW, is_all=False, total=12)
    assert second.gap == ""
    third = look(second.glimpse, shown, refused, now=NOW, is_all=False, total=13)
    assert third.gap.startswith("1 more")


def test_what_is_remembered_is_bounded_and_what_is_shown_is_never_forgotten() -> None:
    glimpse = looked(BEGUN, entry("kept"), is_all=True).glimpse
    for number in range(3 * MOST_KNOWN):
        found = looked(glimpse, entry("kept"), entry(str(number)))
        assert ids(found) == [str(number)]
        glimpse = found.glimpse
        assert len(glimpse.known) <= MOST_KNOWN
