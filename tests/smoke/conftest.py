from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.builders import NOW
from tests.smoke.stages import CloudStage, MemoryStage, Stage
from tests.smoke.world import World, the_desk

STAGES: dict[str, Callable[[Path], Stage]] = {
    "memory": lambda file: MemoryStage(the_desk(file), starts_at=NOW, recording=file),
    "cloud": lambda file: CloudStage(the_desk(file), starts_at=NOW, recording=file),
}


def world_on(stage: str, tmp_path: Path) -> Iterator[World]:
    recording = tmp_path / "world.jsonl"
    recording.touch()
    with STAGES[stage](recording) as ground:
        world = World(ground, recording)
        yield world
        world.nobody_rings()


@pytest.fixture(params=["memory", "cloud"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A world on each of the stages; leaving it fails on a text nobody expected."""
    yield from world_on(request.param, tmp_path)


@pytest.fixture
def memory_world(tmp_path: Path) -> Iterator[World]:
    """A world over fakes, for what needs many posts or much time."""
    yield from world_on("memory", tmp_path)


@pytest.fixture
def cloud_world(tmp_path: Path) -> Iterator[World]:
    """A world on the local cloud, for what only a cloud has."""
    yield from world_on("cloud", tmp_path)
