"""However a platform that lists newest first is asked, nothing on it is ever skipped."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.sources.sweep import Sweep


@dataclass
class Listing:
    """Posts as (second, number), shown newest first, `page` at a time, up to some second."""

    page: int
    posts: list[tuple[int, int]] = field(default_factory=list)

    def latest(self, *, since: int, until: int) -> tuple[list[tuple[int, int]], bool]:
        found = sorted(
            (post for post in self.posts if since <= post[0] and (not until or post[0] <= until)),
            reverse=True,
        )
        # Like a platform that gives a second as a whole: pages never end inside one.
        cut = found[: self.page]
        whole = [post for post in found if cut and post[0] >= cut[-1][0]]
        return whole, len(whole) == len(found)


def fetch(
    listing: Listing, sweep: Sweep, *, now: int, overlap: int
) -> tuple[set[tuple[int, int]], Sweep]:
    page, is_last = listing.latest(since=sweep.read_to, until=sweep.resume)
    for second, _ in page:
        sweep = sweep.saw(second, now=now)
    if is_last:
        return set(page), sweep.closed(overlap=overlap)
    return set(page), sweep.going_on(page[-1][0] - 1)


@given(
    page=st.integers(1, 4),
    overlap=st.integers(0, 5),
    steps=st.lists(
        st.one_of(st.just("fetch"), st.integers(0, 5), st.just("late")), min_size=1, max_size=60
    ),
)
def test_the_watermark_never_passes_what_was_not_given(
    page: int, overlap: int, steps: list[str | int]
) -> None:
    listing, given, sweep, now = Listing(page), set(), Sweep(read_to=100), 100
    for number, step in enumerate(steps):
        if step == "fetch":
            found, sweep = fetch(listing, sweep, now=now, overlap=overlap)
            given |= found
        elif step == "late":
            listing.posts.append((max(100, now - overlap), number))
        else:
            now += int(step)
            listing.posts.append((now, number))
        assert sweep.read_to <= now
    for _ in range(len(listing.posts) + 2):
        found, sweep = fetch(listing, sweep, now=now, overlap=overlap)
        given |= found
    assert given == set(listing.posts)


def test_a_post_from_the_future_does_not_lift_the_watermark_past_now() -> None:
    sweep = Sweep(read_to=100).saw(10_000, now=200)
    assert sweep.closed(overlap=0).read_to == 200


def test_the_watermark_never_goes_back() -> None:
    assert Sweep(read_to=100).saw(101, now=200).closed(overlap=60).read_to == 100


def test_an_open_gap_holds_the_watermark() -> None:
    sweep = Sweep(read_to=100).saw(190, now=200).going_on(150)
    assert (sweep.read_to, sweep.given_up()) == (100, Sweep(read_to=100))
