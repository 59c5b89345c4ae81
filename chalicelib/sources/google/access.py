"""Who asks Google, and the access token that says so.

An API key stands for a project and reads what is public; a refresh token stands for an account
and is exchanged for an access token that holds an hour (developers.google.com/identity/protocols/
oauth2/web-server, "Refreshing an access token"). The key travels as a header, never in an
address (docs.cloud.google.com/docs/authentication/api-keys-use).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec

from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.http import HttpClient, Response
from chalicelib.http.waiting import retry_at
from chalicelib.sources.family import RateLimit
from chalicelib.sources.google.errors import short

TOKENS_URL = "https://oauth2.googleapis.com"

TOKEN_LIMIT = RateLimit(most=10_000, per=timedelta(days=1), bucket="tokens")
"""Of a project, in 24 hours (developers.google.com/health/rate-limits, "OAuth token grant rate
limits"); an exchange takes nothing of an API's own quota."""

SPARE = timedelta(minutes=1)
"""An access token is not used in its last minute: a request takes some seconds itself."""


class _Token(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: float = 3600
    scope: str = ""


class _Denied(msgspec.Struct, frozen=True):
    error: str = ""
    error_description: str = ""


class _Account(msgspec.Struct, frozen=True):
    client_id: str
    client_secret: str
    refresh_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    token: str = field(repr=False)
    scopes: frozenset[str]
    ends_at: datetime


_HELD: dict[bytes, _Held] = {}
"""Access tokens of this process, by a digest of who asks."""


class Access:
    """Who asks: a project by its API key, or an account by a refresh token.

    The secret is the key itself, or JSON `{"client_id", "client_secret", "refresh_token"}`. An
    access token is kept in memory only, for as long as the process lives: a source is opened
    anew for every pull, and a project may exchange 10,000 tokens a day.
    """

    def __init__(
        self, secret: str, *, now: Callable[[], datetime], tokens_url: str = TOKENS_URL
    ) -> None:
        self._secret = secret.strip()
        self._now = now
        self._url = tokens_url.rstrip("/") + "/token"
        self._place = hashlib.sha256(f"{self._url}\n{self._secret}".encode()).digest()

    @property
    def scopes(self) -> frozenset[str]:
        """What the account has granted, where Google has told: empty until it was asked."""
        held = _HELD.get(self._place)
        return held.scopes if held else frozenset()

    def __repr__(self) -> str:
        return f"Access({'an account' if self.is_account else 'an API key'})"

    @property
    def is_account(self) -> bool:
        """Whether somebody is signed in, who can write and see what only the owner sees."""
        return self._secret.startswith("{")

    @property
    def key(self) -> str:
        """The API key; empty where somebody is signed in."""
        return "" if self.is_account else self._secret

    def headers(self, http: HttpClient, deadline: datetime) -> dict[str, str]:
        """What says who asks. Raises SourceRefused when the credentials do not hold,
        SourceUnavailable when that cannot be told now."""
        if not self._secret:
            return {}
        if not self.is_account:
            if not (self._secret.isascii() and self._secret.isprintable()):
                raise SourceRefused("the secret is no API key; give a valid API key")
            return {"X-Goog-Api-Key": self._secret}
        held = _HELD.get(self._place)
        if held is None or self._now() >= held.ends_at:
            held = _HELD[self._place] = self._exchanged(http, deadline)
        return {"Authorization": f"Bearer {held.token}"}

    def renew(self) -> bool:
        """Forget the access token, which was not taken; False when there is nothing to renew."""
        return _HELD.pop(self._place, None) is not None

    def _exchanged(self, http: HttpClient, deadline: datetime) -> "_Held":
        try:
            account = msgspec.json.decode(self._secret, type=_Account)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            raise SourceRefused(
                "the secret is no JSON with client_id, client_secret and refresh_token"
            ) from None
        form = {"grant_type": "refresh_token", **msgspec.structs.asdict(account)}
        try:
            response = http.request(
                "POST",
                self._url,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                body=urlencode(form).encode(),
                accept=(200, 400, 401, 403, 429, 500, 502, 503, 504),
                deadline=deadline,
                bucket=TOKEN_LIMIT.bucket,
            )
        except OutcomeUnknown as error:
            # Nothing is changed by asking for another token.
            raise SourceUnavailable(str(error)) from None
        if response.status >= 429:
            raise SourceUnavailable(
                f"{response.host} answered {response.status}",
                retry_at=retry_at(response.headers, now=self._now()),
            )
        if response.status != 200:
            raise SourceRefused(_denial(response))
        try:
            token = msgspec.json.decode(response.body, type=_Token)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            raise SourceUnavailable(f"{response.host} answered with no usable JSON") from None
        seconds = min(max(token.expires_in, 0), 86_400)
        return _Held(
            token=token.access_token,
            scopes=frozenset(token.scope.split()),
            ends_at=self._now() + timedelta(seconds=seconds) - SPARE,
        )


def _denial(response: Response) -> str:
    try:
        denied = msgspec.json.decode(response.body, type=_Denied)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        denied = _Denied()
    said = short(f"{denied.error} {denied.error_description}")
    remedy = "sign in anew" if denied.error == "invalid_grant" else "see to the secret"
    return f"Google does not take the sign-in ({said or response.status}); {remedy}"
