"""Every endpoint as a value, read off its view: what comes in, what goes out, who may.

A view says by its arguments what it takes: those of its path by their names, `body` and
`query` by a dataclass, `expected` for the version that the asker saw (`If-Match`).
"""

import inspect
import re
from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any, get_type_hints

from chalicelib.web.access import PUBLIC_ROUTES, Role

_PLACES = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    roles: Set[Role]
    """Empty for a route that is open to everybody."""
    view: Callable[..., Any]
    places: tuple[str, ...]
    """The variable parts of the path."""
    body: type | None
    query: type | None
    is_conditional: bool
    """Whether `If-Match` is looked at."""
    answer: Any
    """The type of what the view gives."""
    kind: str
    """Media type of the answer, when the view makes it itself; empty for JSON."""

    @property
    def is_public(self) -> bool:
        return self.path in PUBLIC_ROUTES

    @property
    def is_write(self) -> bool:
        return self.method != "GET"

    @property
    def summary(self) -> str:
        """The first sentence of the view's docstring."""
        return inspect.cleandoc(self.view.__doc__ or "").partition("\n\n")[0].replace("\n", " ")

    @property
    def description(self) -> str:
        """What the docstring says further."""
        return inspect.cleandoc(self.view.__doc__ or "").partition("\n\n")[2]

    @property
    def room(self) -> str:
        """The module that the view stands in: `tickets`, `queue`."""
        return self.view.__module__.rpartition(".")[2]


OPERATIONS: dict[tuple[str, str], Operation] = {}
"""Every endpoint by method and path template; `endpoint` fills it."""


def operation_of(
    view: Callable[..., Any], *, method: str, path: str, roles: Set[Role], kind: str
) -> Operation:
    """Read off what a view takes and gives. Raises TypeError for an argument nobody fills."""
    hints = get_type_hints(view)
    names = list(inspect.signature(view).parameters)
    places = tuple(_PLACES.findall(path))
    strange = set(names) - {*places, "body", "query", "expected"}
    if strange or set(places) - set(names):
        raise TypeError(f"{method} {path}: arguments {names} for the places {places}")
    return Operation(
        method=method,
        path=path,
        roles=frozenset() if path in PUBLIC_ROUTES else roles,
        view=view,
        places=places,
        body=hints.get("body"),
        query=hints.get("query"),
        is_conditional="expected" in names,
        answer=hints["return"],
        kind=kind,
    )
