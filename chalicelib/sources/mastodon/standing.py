"""How we stand with a server of Mastodon, and which posts still stand there.

docs.joinmastodon.org/methods/statuses (`GET /api/v1/statuses?id[]=…` since 4.3, 20 at most:
`DEFAULT_STATUSES_LIMIT` of `api/v1/statuses_controller.rb`), /methods/accounts and /methods/apps
(`scopes` since 4.3). Scopes are those of the application: an access token made on the page
*Development* has all of them.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from urllib.parse import quote, urlencode

import msgspec

from chalicelib.domain.mention import Mention
from chalicelib.http import Response
from chalicelib.ports import Checked, Probed
from chalicelib.sources.mastodon.listening import Mastodon
from chalicelib.sources.mastodon.posts import Identified
from chalicelib.sources.payload import decoded, each

_NO_SUCH_LISTING = (400, 404, 405, 422)
"""What servers answer that are older, or speak the API in their own way."""


class _Own(msgspec.Struct, frozen=True):
    acct: str
    created_at: object = None
    """Read by itself."""


class _Application(msgspec.Struct, frozen=True):
    scopes: list[str] | None = None


class StandingMastodon(Mastodon):
    """A source with an access token."""

    checks_at_once = 20

    def delete_check(self, mentions: Sequence[Mention], *, deadline: datetime) -> Checked:
        """What is not listed is asked for one by one: the listing leaves out whom we have blocked.

        A post from before our account came to this server was read on another one: nothing can be
        said of it here. Nor of what no time is left for.
        """
        since = self._since(deadline)
        ids = [one.platform_id for one in mentions if since is None or one.posted_at >= since]
        listed = self._listed(ids, deadline) if ids else frozenset()
        gone = {
            id
            for id in ids
            if id not in listed and self._now() < deadline and self._is_gone(id, deadline)
        }
        return Checked(gone=frozenset(gone))

    def probe(self, *, deadline: datetime) -> Probed:
        """By three small calls: who we are, what we may read, what we may write."""
        own = self._asked("/api/v1/accounts/verify_credentials", deadline, accept=(200, 403))
        works, missing = self._may_read(deadline)
        if own.status == 403:
            missing = ("cannot see who we are: grant the scope read:accounts", *missing)
        if self._may_write(deadline):
            works = (*works, "replies")
        else:
            missing = (*missing, "cannot reply: grant the scope write:statuses")
        account = f"@{decoded(own, _Own).acct}" if own.status == 200 else ""
        return Probed(account=account, works=works, missing=missing)

    def _may_write(self, deadline: datetime) -> bool:
        """True also where the server does not tell."""
        path = "/api/v1/apps/verify_credentials"
        response = self._asked(path, deadline, accept=(200, 401, 403, 404))
        scopes = decoded(response, _Application).scopes if response.status == 200 else None
        return scopes is None or not {"write", "write:statuses"}.isdisjoint(scopes)

    def _since(self, deadline: datetime) -> datetime | None:
        """When our account came to this server; servers tell the day."""
        own = decoded(self._asked("/api/v1/accounts/verify_credentials", deadline), _Own)
        try:
            created_at = msgspec.convert(own.created_at, datetime)
            return created_at if created_at.tzinfo else None
        except msgspec.ValidationError:
            return None

    def _listed(self, ids: Sequence[str], deadline: datetime) -> frozenset[str]:
        """Those of the posts that the server lists; none where it has no such listing."""
        asked = urlencode([("id[]", id) for id in ids])
        accept = (200, *_NO_SUCH_LISTING)
        response = self._asked(f"/api/v1/statuses?{asked}", deadline, accept=accept)
        if response.status != 200:
            return frozenset()
        found, _ = each(decoded(response, list[msgspec.Raw]), Identified, lambda one, raw: one.id)
        return frozenset(found)

    def _is_gone(self, id: str, deadline: datetime) -> bool:
        path = f"/api/v1/statuses/{quote(id, safe='')}"
        return self._asked(path, deadline, accept=(200, 404, 410)).status != 200

    def _asked(
        self, path: str, deadline: datetime, *, accept: Collection[int] = (200,)
    ) -> Response:
        return self._http.request(
            "GET", self._base_url + path, headers=self._headers, accept=accept, deadline=deadline
        )
