from collections.abc import Iterator

import pytest

from infra.local.cloud import Cloud
from tests.infra.local.toy import Toy, toy_cloud


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
def cloud(toy: Toy) -> Iterator[Cloud]:
    with toy_cloud(toy) as cloud:
        yield cloud
