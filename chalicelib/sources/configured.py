"""The sources that a desk configures, opened on demand with their credentials."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.desk import Desk, SourceEntry
from chalicelib.domain.errors import BadInput, NotFound, SourceRefused
from chalicelib.domain.mention import Mention
from chalicelib.http import HttpClient
from chalicelib.ports import Allowances, Source, Traits
from chalicelib.sources import member_of, open_source
from chalicelib.sources.family import Ability
from chalicelib.sources.gate import RateGate


class ConfiguredSources:
    """Implements `ports.Sources`."""

    def __init__(
        self,
        *,
        secret: Callable[[str], str],
        http: HttpClient,
        allowances: Allowances,
        now: Callable[[], datetime],
    ) -> None:
        """`secret` gives credentials by name and raises NotFound when nobody stored them."""
        self._secret = secret
        self._http = http
        self._allowances = allowances
        self._now = now

    def open(
        self, desk: Desk, name: str, *, on_request: Callable[[], None] | None = None
    ) -> Source:
        """Raises NotFound when no entry has that name, SourceRefused when it cannot be opened."""
        entry = desk.source(name)
        if entry is None:
            raise NotFound(f"no source is configured as {name}")
        brand = desk.brand(entry.brand)
        if brand is None:
            raise SourceRefused(f"{name}: its brand {entry.brand} is not configured")
        try:
            secret = self._secret(entry.secret) if entry.secret else ""
        except NotFound as error:
            raise SourceRefused(
                f"{name} cannot be opened: its secret {entry.secret} is not stored"
            ) from error
        try:
            http = self._http.behind(self._gate(entry, on_request))
            return open_source(entry, brand, secret, http, self._now)
        except (NotFound, BadInput) as error:
            raise SourceRefused(f"{name} cannot be opened: {error}") from error

    def _gate(self, entry: SourceEntry, on_request: Callable[[], None] | None) -> RateGate:
        """Shared by all entries that speak to one server with one credential."""
        member = member_of(entry.kind)
        _, server = _server(entry) or ("", entry.name)
        return RateGate(
            f"{entry.kind}#{server}#{entry.secret}",
            member.limits if member else (),
            allowances=self._allowances,
            now=self._now,
            on_request=on_request,
        )

    def traits(self, desk: Desk, name: str) -> Traits:
        entry = desk.source(name)
        member = member_of(entry.kind) if entry else None
        if entry is None or member is None:
            raise NotFound(f"no source is configured as {name}")
        options = member.complete(entry.options)
        return Traits(
            is_by_keyword=member.is_by_keyword(options),
            is_pulled=member.is_pulled,
            can_receive=Ability.RECEIVE in member.abilities,
            can_check_deletions=Ability.DELETE_CHECK in member.abilities,
            charges=(*member.charges, *member.per_mention(options)),
            can_reply=Ability.REPLY in member.abilities,
            can_reply_privately=Ability.REPLY_PRIVATELY in member.abilities,
            platform=member.platform_of(entry),
        )

    def reaching(self, desk: Desk, mention: Mention) -> tuple[str, ...]:
        """The source that stored it, then others of its brand and kind on the same server.

        Ids hold on one server only: elsewhere the same id is a stranger's post.
        """
        own = desk.source(mention.source)
        if own is None:
            raise NotFound(f"no source is configured as {mention.source}")
        server = _server(own)
        others = (
            entry.name
            for entry in desk.sources
            if server and (entry.brand, _server(entry)) == (own.brand, server)
        )
        return tuple(dict.fromkeys((own.name, *others)))


def _server(entry: SourceEntry) -> tuple[str, str] | None:
    """Kind and address of the server that gives an entry its ids; None where none is named."""
    member = member_of(entry.kind)
    address = member.complete(entry.options).get("base_url") if member else None
    return (entry.kind, str(address).rstrip("/").casefold()) if address else None


if TYPE_CHECKING:
    from chalicelib.ports import Sources

    _: type[Sources] = ConfiguredSources
