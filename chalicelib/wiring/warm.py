"""What a warm Lambda keeps."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

T = TypeVar("T")

made: dict[str, Any] = {}
"""Every part made so far, by the name of the function that makes it."""


def once(make: Callable[[], T]) -> Callable[[], T]:
    """Make the part at the first call and keep it."""

    @wraps(make)
    def get() -> T:
        name = make.__name__
        if name not in made:
            made[name] = make()
        return cast(T, made[name])

    return get
