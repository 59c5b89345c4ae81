"""Reading forward by ids skips nothing, and finds what arrives late."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.sources.trail import BEGINNING, Mark, Trail, order

PAGE = 3
OVERLAP = 300
REREAD = 9


class Timeline:
    """Ids that are shown forward from one, `PAGE` at a time."""

    def __init__(self) -> None:
        self.ids: set[int] = set()
        self.requests = 0

    def after(self, id: str) -> list[str]:
        self.requests += 1
        return [str(one) for one in sorted(one for one in self.ids if one > int(id))[:PAGE]]


def read_round(timeline: Timeline, trail: Trail, now: int) -> tuple[set[str], Trail]:
    given: set[str] = set()
    while True:
        at = trail.start(now=now, overlap=OVERLAP, most=REREAD)
        page = timeline.after(at)
        given |= set(page)
        is_full = len(page) == PAGE
        trail = trail.read(page, is_full=is_full, now=now, overlap=OVERLAP)
        if not is_full:
            return given, trail


@given(st.lists(st.integers(0, 7), min_size=1, max_size=30))
def test_every_post_is_given_however_many_come_between_two_rounds(arrivals: list[int]) -> None:
    timeline, trail, given = Timeline(), Trail(newest=BEGINNING), set()
    for minute, many in enumerate(arrivals):
        highest = max(timeline.ids, default=0)
        timeline.ids |= {highest + number for number in range(1, many + 1)}
        found, trail = read_round(timeline, trail, now=60 * minute)
        given |= found
    assert given == {str(id) for id in timeline.ids}


def test_a_post_that_arrives_late_below_the_newest_id_is_found() -> None:
    timeline, trail = Timeline(), Trail(newest=BEGINNING)
    timeline.ids = {10, 20}
    _, trail = read_round(timeline, trail, now=0)
    timeline.ids |= {30, 40}
    _, trail = read_round(timeline, trail, now=60)
    timeline.ids.add(35)
    given, trail = read_round(timeline, trail, now=120)
    assert "35" in given


def test_looking_back_ends_with_the_overlap() -> None:
    timeline, trail = Timeline(), Trail(newest=BEGINNING)
    for minute in range(30):
        timeline.ids.add(minute + 1)
        given, trail = read_round(timeline, trail, now=60 * minute)
    assert given == {str(id) for id in range(26, 31)}
    assert len(trail.marks) <= 7


def test_a_storm_does_not_read_its_own_past_again_and_again() -> None:
    timeline, trail = Timeline(), Trail(newest=BEGINNING)
    _, trail = read_round(timeline, trail, now=0)
    timeline.ids = set(range(1, 1_001))
    _, trail = read_round(timeline, trail, now=60)
    timeline.requests = 0
    read_round(timeline, trail, now=120)
    assert timeline.requests <= REREAD / PAGE + 1


def test_a_round_that_was_broken_off_goes_on_where_it_was() -> None:
    trail = Trail(newest="9").read(["10", "11", "12"], is_full=True, now=0, overlap=OVERLAP)
    assert trail.start(now=0, overlap=OVERLAP, most=REREAD) == "12"


def test_a_mark_is_made_only_when_the_round_is_over() -> None:
    trail = Trail(newest="9").read(["10"], is_full=False, now=60, overlap=OVERLAP)
    assert trail.marks == (Mark(60, "10", 1),)


def test_ids_of_other_servers_are_ordered_as_those_servers_do() -> None:
    ulids = ["01GSXYZ0000000000000000000", "01GSXYZ0000000000000000001"]
    assert sorted(ulids, key=order) == ulids
    assert sorted(["100", "99"], key=order) == ["99", "100"]
