"""The sources that a desk configures, opened on demand with their credentials."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import BadInput, NotFound, SourceRefused
from chalicelib.http import HttpClient
from chalicelib.ports import Source
from chalicelib.sources import open_source


class ConfiguredSources:
    """Implements `ports.Sources`."""

    def __init__(
        self, *, secret: Callable[[str], str], http: HttpClient, now: Callable[[], datetime]
    ) -> None:
        """`secret` gives credentials by name and raises NotFound when nobody stored them."""
        self._secret = secret
        self._http = http
        self._now = now

    def open(self, desk: Desk, name: str) -> Source:
        """Raises NotFound when no entry has that name, SourceRefused when it cannot be opened."""
        entry = desk.source(name)
        if entry is None:
            raise NotFound(f"no source is configured as {name}")
        brand = desk.brand(entry.brand)
        if brand is None:
            raise SourceRefused(f"{name}: its brand {entry.brand} is not configured")
        try:
            secret = self._secret(entry.secret) if entry.secret else ""
            return open_source(entry, brand, secret, self._http, self._now)
        except (NotFound, BadInput) as error:
            raise SourceRefused(f"{name} cannot be opened: {error}") from error


if TYPE_CHECKING:
    from chalicelib.ports import Sources

    _: type[Sources] = ConfiguredSources
