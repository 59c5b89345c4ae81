from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

import botocore.session
import pytest

from infra.local import stack
from infra.local.patching import replaced
from tests.builders import NOW
from tests.smoke.desks import the_desk
from tests.smoke.stages import CloudStage, MemoryStage
from tests.smoke.world import World
from tests.verdicts import table_scorer

STAGES: dict[str, type[MemoryStage] | type[CloudStage]] = {
    "memory": MemoryStage,
    "cloud": CloudStage,
}

Begin = Callable[[datetime], World]


@pytest.fixture(scope="session", autouse=True)
def _files_read_once() -> Iterator[None]:
    """Each world has AWS sessions and a template of its own; reading them takes half its time."""
    template = cache(stack.read)
    with (
        replaced(botocore.session, "create_loader", cache(botocore.session.create_loader)),
        replaced(stack, "read", lambda paths: template(tuple(paths))),
    ):
        yield


@contextmanager
def a_world(
    stage: str, folder: Path, starts_at: datetime = NOW, *, is_shipped: bool = False
) -> Iterator[World]:
    """Judged by `verdicts.TABLE`, or with `is_shipped` by the scorer that ships."""
    recording = folder / "world.jsonl"
    recording.touch()
    scorer = None if is_shipped else table_scorer()
    desk = the_desk(recording)
    with STAGES[stage](desk, starts_at=starts_at, recording=recording, scorer=scorer) as ground:
        world = World(ground, recording)
        yield world
        world.ends()


@pytest.fixture(params=["memory", "cloud"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A world on each of the stages; leaving it fails on a text nobody expected."""
    with a_world(request.param, tmp_path) as world:
        yield world


@pytest.fixture(params=["memory", "cloud"])
def shipped_world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A world on each of the stages, judged by the scorer that ships."""
    with a_world(request.param, tmp_path, is_shipped=True) as world:
        yield world


@pytest.fixture(params=["memory", "cloud"])
def begin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Begin]:
    """`begin(instant)` is a world on each of the stages that begins then; one at a time."""
    with ExitStack() as opening:

        def begun(starts_at: datetime) -> World:
            opening.close()
            folder = tmp_path / f"{starts_at:%Y%m%dT%H%M%S}"
            folder.mkdir(exist_ok=True)
            return opening.enter_context(a_world(request.param, folder, starts_at))

        yield begun


@pytest.fixture
def memory_world(tmp_path: Path) -> Iterator[World]:
    """A world over fakes, for what needs many posts or much time."""
    with a_world("memory", tmp_path) as world:
        yield world


@pytest.fixture
def cloud_world(tmp_path: Path) -> Iterator[World]:
    """A world on the local cloud, for what only a cloud has."""
    with a_world("cloud", tmp_path) as world:
        yield world
