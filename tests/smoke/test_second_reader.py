"""A second reader from the post to the phone, on what functions may do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from moto.dynamodb.responses import DynamoHandler

from chalicelib import wiring
from chalicelib.domain.desk import SecondReading
from chalicelib.domain.errors import Unanswered
from chalicelib.domain.signal import Score, Signal, Urgency, total, urgency_of
from infra.local.patching import replaced
from infra.package import PROJECT, load_template
from tests.builders import a_score
from tests.fakes import FakeScorer, FakeSecondReader
from tests.smoke.world import World, minutes


def scored(points: float) -> Score:
    evidence = (Signal("model", points, "reads like danger"),)
    return a_score(signals=evidence, value=total(evidence), urgency=urgency_of(evidence))


@contextmanager
def read_by(world: World, reader: FakeSecondReader, *, most: int = 9) -> Iterator[None]:
    """The world with this second reader, and with a scorer in doubt."""
    scorer = FakeScorer({"nearly": scored(7.0), "hardly": scored(10.5)})
    world.apply(second_reading=SecondReading(model="small-1", most_per_day=most))
    with wiring.override(now=world.stage.clock, second_reader=reader, scorer=scorer):
        for made in ("triage", "judging"):  # a tick has made them with another scorer
            wiring.warm.made.pop(made, None)
        yield


def test_a_post_that_nearly_woke_rings_by_the_word_of_the_second_reader(world: World) -> None:
    reader = FakeSecondReader(Urgency.WAKE)
    with read_by(world, reader):
        world.post("mastodon", "@acme this is nearly the end of us")
        world.phone("ana").expects_page("nearly the end")
    assert len(reader.asked) == 1


def test_one_that_hardly_woke_lets_people_sleep(world: World) -> None:
    with read_by(world, FakeSecondReader(Urgency.IGNORE)):
        world.post("mastodon", "@acme I am hardly dying of laughter")
        world.nobody_rings()


def test_one_that_says_nothing_changes_nothing(world: World) -> None:
    with read_by(world, FakeSecondReader(Unanswered("ReadTimeoutError"))):
        world.post("mastodon", "@acme this is nearly the end of us")
        world.nobody_rings()
        world.post("mastodon", "@acme we are hardly alive in here")
        world.phone("ana").expects_page("hardly alive")


def test_when_its_readings_are_spent_the_desk_hears_of_it_once(world: World) -> None:
    reader = FakeSecondReader(Urgency.SOON)
    with read_by(world, reader, most=1):
        for number in range(4):
            world.post("mastodon", f"@acme nearly, number {number}")
            world.fast_forward(minutes(61))
        world.expects_notice("second reader has read 1 posts")
    assert len(reader.asked) == 1


@pytest.mark.parametrize("is_found_late", [False, True], ids=["stream", "tick"])
def test_what_it_writes_is_what_its_own_policy_allows(
    cloud_world: World, is_found_late: bool
) -> None:
    written: set[tuple[str, str]] = set()
    plain = DynamoHandler.call_action

    def noted(self: Any) -> Any:
        action, asked = self._get_action(), self.params
        if str(asked.get("TableName")).endswith("-desk") and "Key" in asked and "Up" in action:
            written.add((f"dynamodb:{action}", asked["Key"]["pk"]["S"]))
        return plain(self)

    template = load_template(PROJECT / "infra/template.yaml")
    policy = template["Resources"]["SecondReaderPolicy"]["Properties"]["PolicyDocument"]
    (count,) = [one for one in policy["Statement"] if one["Sid"] == "SecondReadings"]
    (partition,) = count["Condition"]["ForAllValues:StringEquals"]["dynamodb:LeadingKeys"]
    with (
        read_by(cloud_world, FakeSecondReader(Urgency.SOON)),
        replaced(DynamoHandler, "call_action", noted),
    ):
        if is_found_late:
            cloud_world.stream_is_cut()
        cloud_world.post("mastodon", "@acme this is nearly the end of us")
        if is_found_late:
            cloud_world.fast_forward(minutes(4))
            cloud_world.expects_notice("judged more than two minutes late")
    assert (*count["Action"], partition) in written
