"""The stores twice: in memory, and on DynamoDB (moto, one call at a time, as the real one does).

moto's conditional writes race with each other; a lock around its one entry makes each call
atomic, which is what DynamoDB promises.
"""

from collections.abc import Callable, Iterator
from itertools import count
from threading import RLock
from typing import Any

import pytest
from moto import mock_aws
from moto.dynamodb.responses import DynamoHandler

from tests.adapters.stores import Stores, dynamo_stores, memory_stores


@pytest.fixture(scope="package")
def cloud() -> Iterator[None]:
    """AWS in this process, for as long as this folder's tests run."""
    lock = RLock()
    call_action: Any = DynamoHandler.call_action

    def one_at_a_time(handler: Any) -> Any:
        with lock:
            return call_action(handler)

    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setattr(DynamoHandler, "call_action", one_at_a_time)
        yield


_numbers = count(1)


@pytest.fixture(scope="package")
def new_dynamo_stores(cloud: None) -> Callable[[], Stores]:
    """Stores over tables of a stage of their own."""
    return lambda: dynamo_stores(f"test{next(_numbers)}")


@pytest.fixture(scope="package", params=["memory", "dynamodb"])
def new_stores(request: pytest.FixtureRequest) -> Callable[[], Stores]:
    """Makes empty stores, as often as an example needs."""
    if request.param == "memory":
        return memory_stores
    made: Callable[[], Stores] = request.getfixturevalue("new_dynamo_stores")
    return made


@pytest.fixture
def stores(new_stores: Callable[[], Stores]) -> Stores:
    return new_stores()


@pytest.fixture
def dynamo(new_dynamo_stores: Callable[[], Stores]) -> Stores:
    return new_dynamo_stores()
