"""Sign-ins at the user pool, by its token and revocation endpoints.

Source: "The token issuer endpoint" and "The revoke endpoint" in the Amazon Cognito guide.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from chalicelib.domain.errors import NotAllowed, SourceRefused, SourceUnavailable
from chalicelib.http import HttpClient
from chalicelib.ports import Issued, UserPool

PATIENCE = timedelta(seconds=10)
MAX_BYTES = 100_000


class CognitoSessions:
    """Speaks for a client of the pool that has no secret."""

    def __init__(self, *, pool: Callable[[], UserPool], http: HttpClient) -> None:
        self._pool = pool
        self._http = http

    def begin(self, code: str, verifier: str, *, redirect_uri: str, now: datetime) -> Issued:
        return self._tokens(
            {
                "grant_type": "authorization_code",
                "code": code,
                "code_verifier": verifier,
                "redirect_uri": redirect_uri,
            },
            now,
        )

    def renew(self, refresh_token: str, *, now: datetime) -> Issued:
        return self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token}, now)

    def end(self, refresh_token: str, *, now: datetime) -> None:
        status, said = self._post("revoke", {"token": refresh_token}, now, accept=(200, 400))
        # What is no refresh token cannot be gone on with either: there is nothing to end.
        if status == 400 and said.get("error") != "unsupported_token_type":
            raise _refused(said)

    def _tokens(self, asked: Mapping[str, str], now: datetime) -> Issued:
        status, said = self._post("token", asked, now, accept=(200, 400))
        if status == 400:
            if said.get("error") == "invalid_grant":
                raise NotAllowed("this sign-in is over; sign in again")
            raise _refused(said)
        id_token, refresh_token = said.get("id_token"), said.get("refresh_token", "")
        if not (isinstance(id_token, str) and id_token and isinstance(refresh_token, str)):
            raise SourceUnavailable("the user pool gave no id token; is the scope openid allowed?")
        return Issued(id_token=id_token, refresh_token=refresh_token)

    def _post(
        self, path: str, asked: Mapping[str, str], now: datetime, *, accept: tuple[int, ...]
    ) -> tuple[int, Mapping[str, Any]]:
        pool = self._pool()
        answer = self._http.request(
            "POST",
            f"{pool.pages_url}/oauth2/{path}",
            deadline=now + PATIENCE,
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
            },
            body=urlencode({"client_id": pool.client_id, **asked}).encode(),
            accept=accept,
            max_bytes=MAX_BYTES,
        )
        try:
            said = json.loads(answer.body or b"{}")
        except (ValueError, RecursionError):
            said = None
        return answer.status, said if isinstance(said, dict) else {}


def _refused(said: Mapping[str, Any]) -> SourceRefused:
    return SourceRefused(f"the user pool does not take this desk: {str(said.get('error'))[:60]}")


if TYPE_CHECKING:
    from chalicelib.ports import Sessions

    _: type[Sessions] = CognitoSessions
