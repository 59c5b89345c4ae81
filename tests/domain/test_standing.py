"""How one condition of a source follows another, and which posts count as late."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import standing
from chalicelib.domain.standing import MOVES, Condition, Finding, Missed, moved
from tests.builders import NOW

HOUR = timedelta(hours=1)


def test_the_table_of_moves_says_all_and_is_the_documented_one() -> None:
    rows = (standing.__doc__ or "").splitlines()[4:]
    documented = {
        cells[0]: cells[1:]
        for cells in ([cell.strip() for cell in row.strip("|").split("|")] for row in rows)
        if len(cells) == len(Finding) + 1
    }

    assert {
        before.value: [MOVES[before][found].value for found in Finding] for before in Condition
    } == documented


@given(st.sampled_from(Condition), st.lists(st.sampled_from(Finding), max_size=20))
def test_whatever_was_found_before_what_is_lost_is_blind_and_what_is_read_is_watched(
    condition: Condition, findings: list[Finding]
) -> None:
    for finding in findings:
        condition = moved(condition, finding)

    assert moved(condition, Finding.LOST) is Condition.BLIND
    assert moved(condition, Finding.READ) is Condition.WATCHING


@given(st.sampled_from([Finding.FAILED, Finding.LOST]))
def test_no_failure_ends_blindness(finding: Finding) -> None:
    assert moved(Condition.BLIND, finding) is Condition.BLIND


def test_what_was_written_while_we_did_not_see_is_late() -> None:
    gone = Missed(since=NOW)
    back = Missed(since=NOW, back_at=NOW + HOUR)
    read = Missed(since=NOW, back_at=NOW + HOUR, read_at=NOW + 2 * HOUR)

    for posted_at, is_late in ((NOW - HOUR, False), (NOW + HOUR / 2, True), (NOW + HOUR, False)):
        assert back.holds(posted_at) is is_late
        assert not read.holds(posted_at)
    assert gone.holds(NOW + 9 * HOUR)
