"""Customers: profiles that are one person, and what they are known for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customer import (
    MOST_NOTED,
    MOST_NOTES,
    MOST_PROFILES,
    MOST_TICKETS,
    OPENING_LASTS,
    Customer,
    Profile,
    Standing,
    mark_of,
    profile_of,
)
from chalicelib.domain.errors import BadInput
from chalicelib.domain.mention import Author
from chalicelib.domain.ticket import AgentId, MoodAt, Note, TicketId
from tests.builders import NOW, a_mention

DAY = timedelta(days=1)
CARLA = Profile(platform="mastodon", handle="carla@social.example")
OTHER = Profile(platform="x", handle="carla_x")


def a_customer(profile: Profile = CARLA, **over: object) -> Customer:
    customer = Customer(id=profile.key, profiles=(profile,))
    return replace(customer, **over)  # type: ignore[arg-type]


def felt(*moods: float, apart: timedelta = 10 * DAY) -> tuple[MoodAt, ...]:
    return tuple(MoodAt(NOW + number * apart, mood) for number, mood in enumerate(moods))


# --- profiles ------------------------------------------------------------------------------


def test_a_profile_is_one_however_it_is_spelled_and_another_on_another_platform() -> None:
    assert replace(CARLA, handle="Carla@Social.Example").key == CARLA.key
    assert replace(CARLA, platform="x").key != CARLA.key
    assert CARLA.key.isascii()
    assert "carla" not in CARLA.key


def test_who_wrote_a_mention_is_told_unless_the_platform_withholds_it() -> None:
    assert profile_of(a_mention()) == CARLA
    assert profile_of(a_mention(author=None)) is None
    assert profile_of(a_mention(author=Author(handle=""))) is None


def test_two_who_are_linked_are_one_with_all_that_is_known_of_both() -> None:
    def a_note(days: int) -> Note:
        return Note(by=AgentId("gus"), at=NOW + days * DAY, text=f"{days}")

    mine = a_customer(notes=(a_note(2),), tickets=(TicketId("a"),), listed_at=NOW)
    theirs = a_customer(OTHER, notes=(a_note(1), a_note(3)), tickets=(TicketId("b"),))
    both = mine.linked(theirs)
    assert both.id == mine.id
    assert both.profiles == (CARLA, OTHER)
    assert [one.text for one in both.notes] == ["1", "2", "3"]
    assert set(both.tickets) == {"a", "b"}
    assert both.listed_at == NOW
    assert both.linked(both) is both
    assert both.linked(theirs).profiles == (CARLA, OTHER)


def test_a_profile_in_another_spelling_is_not_a_second_one() -> None:
    loud = replace(CARLA, handle="CARLA@social.example")
    both = a_customer(OTHER, profiles=(OTHER, CARLA))
    assert both.linked(a_customer(loud)).profiles == (OTHER, CARLA)
    assert a_customer().has_profile(loud)
    assert not a_customer().has_profile(None)


def test_notes_do_not_outgrow_what_can_be_stored() -> None:
    customer = a_customer()
    note = Note(by=AgentId("gus"), at=NOW, text="😀" * 2_000)
    while sum(len(one.text) for one in customer.notes) + len(note.text) <= MOST_NOTED:
        customer = customer.with_note(note)
    with pytest.raises(BadInput, match="full"):
        customer.with_note(note)


def test_profiles_notes_and_tickets_are_bounded() -> None:
    customer = a_customer()
    for number in range(MOST_PROFILES - 1):
        customer = customer.linked(a_customer(replace(OTHER, handle=f"c{number}")))
    with pytest.raises(BadInput, match="at most 10 profiles"):
        customer.linked(a_customer(OTHER))
    note = Note(by=AgentId("gus"), at=NOW, text="hm")
    with pytest.raises(BadInput, match="50 notes"):
        a_customer(notes=(note,) * MOST_NOTES).with_note(note)
    for number in range(MOST_TICKETS + 3):
        customer = customer.with_ticket(TicketId(f"t{number}"), now=NOW)
    assert len(customer.tickets) == MOST_TICKETS
    assert customer.tickets[-1] == f"t{MOST_TICKETS + 2}"


def test_a_ticket_that_is_listed_again_is_listed_once_and_last() -> None:
    customer = a_customer(tickets=(TicketId("a"), TicketId("b")))
    again = customer.with_ticket(TicketId("a"), now=NOW)
    assert again.tickets == ("b", "a")
    assert again.may_be_opening(NOW + OPENING_LASTS / 2)
    assert not again.may_be_opening(NOW + OPENING_LASTS)
    assert not customer.may_be_opening(NOW)
    assert again.without_tickets({TicketId("b")}).tickets == ("a",)


# --- marks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moods", "standing"),
    [
        (felt(-0.8, -0.8, -0.8), None),
        (felt(-0.8, -0.8, -0.8, -0.8), Standing.REGULAR_CRITIC),
        (felt(-0.8, -0.8, 0.5, -0.8), Standing.REGULAR_CRITIC),
        (felt(-0.8, 0.8, -0.8, 0.8), None),
        (felt(-0.2, -0.2, -0.2, -0.2), None),
        (felt(0.8, 0.8, 0.8, -0.1), Standing.ADVOCATE),
        (felt(*[-0.9] * 10, apart=timedelta(hours=1)), None),
        ((*felt(*[-0.9] * 10, apart=timedelta(hours=1)), *felt(0.5, 0.5, apart=40 * DAY)), None),
    ],
)
def test_who_is_marked(moods: Sequence[MoodAt], standing: Standing | None) -> None:
    mark = mark_of(moods)
    assert (mark.standing if mark else None) is standing


def test_an_occasion_has_the_mood_of_most_of_its_posts() -> None:
    hour = timedelta(hours=1)
    complaint = (MoodAt(NOW, -0.8), MoodAt(NOW + hour, -0.8), MoodAt(NOW + 2 * hour, 0.6))
    moods = [
        MoodAt(one.at + number * 10 * DAY, one.mood) for number in range(3) for one in complaint
    ]
    mark = mark_of(moods)
    assert mark is not None
    assert mark.standing is Standing.REGULAR_CRITIC
    assert mark.evidence == "6 of 9 posts since 21 November 2026 were angry, on 3 of 3 occasions"


@given(
    st.lists(
        st.builds(
            MoodAt,
            st.integers(0, 300).map(lambda day: NOW + day * DAY),
            st.floats(-1, 1, allow_nan=False),
        ),
        max_size=12,
    )
)
def test_a_mark_does_not_depend_on_the_order_of_posts_and_turns_with_the_mood(
    moods: list[MoodAt],
) -> None:
    shuffled = sorted(moods, key=lambda one: hash((one.at, one.mood)))
    assert mark_of(moods) == mark_of(shuffled)
    turned = mark_of([MoodAt(one.at, -one.mood) for one in moods])
    mark = mark_of(moods)
    assert (mark is None) is (turned is None)
    if mark and turned:
        assert mark.standing is not turned.standing
