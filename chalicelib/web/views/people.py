"""Names in the place of ids: nobody reads `a1b2`."""

from collections.abc import Callable, Mapping
from functools import cached_property

from chalicelib.domain.desk import Desk


class Naming:
    """What agents and brands are called; the id of those whom nobody knows any more."""

    def __init__(self, desk: Desk, names: Callable[[], Mapping[str, str]]) -> None:
        """`names`: of agents by id, as they gave them themselves; asked for when first needed,
        since most lists name nobody."""
        self.desk = desk
        self._names = names

    @cached_property
    def agents(self) -> Mapping[str, str]:
        """Names by id: their own, else as the desk has them."""
        configured = {str(one.id): one.name for one in self.desk.responders}
        return configured | {id: name for id, name in self._names().items() if name}

    def agent(self, id: str | None) -> str:
        """Empty for nobody."""
        return self.agents.get(id, id) if id else ""

    def brand(self, id: str) -> str:
        return self.desk.brand_name(id)
