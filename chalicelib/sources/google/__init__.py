"""What Google's APIs share. Nothing here knows a platform.

access       who asks: a project by its API key, or an account by a refresh token
errors       what a refusal means, and when a quota begins anew
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.http import HttpClient, Response
from chalicelib.sources.google.access import TOKEN_LIMIT, TOKENS_URL, Access
from chalicelib.sources.google.errors import Refused, midnight, see

__all__ = ["TOKENS_URL", "TOKEN_LIMIT", "Access", "Api", "Refused", "midnight"]

TOLD = (200, 204, 400, 401, 403, 404, 409, 410, 412, 429)
"""Statuses whose answers say why; what others mean the client knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One of Google's APIs, asked as somebody."""

    http: HttpClient
    access: Access
    now: Callable[[], datetime]
    base_url: str
    """Without a slash at its end."""
    scope: str
    """What has to be granted where a permission is missing, for people."""

    def request(
        self,
        method: str,
        path: str,
        *,
        deadline: datetime,
        params: Sequence[tuple[str, str]] = (),
        body: object = None,
        bucket: str = "",
    ) -> Response:
        """The answer to a request, which was taken; with a `body` that goes as JSON.

        An access token that does not hold any more is renewed once. Raises `Refused` where
        Google refuses it, SourceUnavailable where a quota is used up or nobody answers, and
        OutcomeUnknown where something may have been changed.
        """
        for is_last in (False, True):
            headers = self.access.headers(self.http, deadline)
            if body is not None:
                headers["Content-Type"] = "application/json"
            response = self.http.request(
                method,
                self.base_url + path,
                params=params,
                headers=headers,
                body=None if body is None else json.dumps(body).encode(),
                accept=TOLD,
                deadline=deadline,
                bucket=bucket,
            )
            if response.status != 401 or is_last or not self.access.renew():
                break
        see(response, now=self.now(), scope=self.scope, key=self.access.key)
        return response
