"""A layer that is configured and not there: the lean model judges, says so, and people are told."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.scoring import ShippedScorer
from chalicelib.scoring.scorer import DEEP_MISSING
from tests.builders import NOW
from tests.smoke.conftest import STAGES
from tests.smoke.desks import the_desk
from tests.smoke.people import FIRE
from tests.smoke.world import World

TRAPPED = f"{FIRE}, people are trapped upstairs and nobody comes to help"


@pytest.fixture(params=["memory", "cloud"])
def crippled_world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A world whose deep model should lie in a folder that is not there."""
    recording = tmp_path / "world.jsonl"
    recording.touch()
    scorer = ShippedScorer(deep=tmp_path / "opt" / "nightdesk" / "deep")
    stage = STAGES[request.param]
    with stage(the_desk(recording), starts_at=NOW, recording=recording, scorer=scorer) as ground:
        world = World(ground, recording)
        yield world
        world.ends()


def test_without_its_layer_it_wakes_all_the_same_and_tells_lead_and_fallback(
    crippled_world: World,
) -> None:
    world = crippled_world
    world.on_call(first="ana")
    post = world.post("mastodon", TRAPPED)
    world.phone("ana").expects_page("the fire alarm is ringing")
    assert DEEP_MISSING in json.dumps(world.agent("eva").reads(f"tickets/{post.mention_id}"))
    world.expects_notice("A MODEL IS MISSING")
