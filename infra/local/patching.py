"""Setting something in another's place for a while, and putting it back."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """While open, `owner` has `value` as its attribute `name`."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """While open, the process's environment has these variables."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def played(owner: type, **actions: object) -> Iterator[None]:
    """While open, a class has these attributes, whether it had any of the names before or not."""
    before = {name: vars(owner).get(name) for name in actions}
    for name, action in actions.items():
        setattr(owner, name, action)
    try:
        yield
    finally:
        for name, earlier in before.items():
            if earlier is None:
                delattr(owner, name)
            else:
                setattr(owner, name, earlier)
