"""Speaking to X: with which credentials, against which rate limit, and what a refusal says."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from chalicelib.domain.errors import SourceRefused
from chalicelib.http import Response
from chalicelib.http.oauth1 import Signer
from chalicelib.sources.family import Opening, RateLimit
from chalicelib.sources.payload import decoded

_QUARTER = timedelta(minutes=15)

SEARCH, MENTIONS, LOOKUP, OWN_POSTS, ME, USAGE, POSTING, DM_READ, DM_SEND = (
    "search",
    "mentions",
    "lookup",
    "own posts",
    "me",
    "usage",
    "posting",
    "reading messages",
    "messages",
)
"""Kinds of requests, each with a limit of its own."""

USERS = "users"

GRANT = "give the app the permission Read and write and Direct message, then make its tokens anew"

LIMITS = tuple(
    RateLimit(most=most, per=_QUARTER, bucket=f"{kind} {holder}")
    for kind, holder, most in (
        (SEARCH, "by app", 450),
        (SEARCH, "by account", 300),
        (MENTIONS, "by app", 450),
        (MENTIONS, "by account", 300),
        (LOOKUP, "by app", 3_500),
        (LOOKUP, "by account", 5_000),
        (USERS, "by account", 900),
        (OWN_POSTS, "by account", 900),
        (ME, "by account", 75),
        (USAGE, "by app", 50),
        (POSTING, "by account", 100),
        (DM_READ, "by account", 15),
        (DM_SEND, "by account", 15),
    )
)
"""As docs.x.com/x-api/fundamentals/rate-limits has them (August 2026)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """An app-only token, which reads; or an app and an account of its own, which also answers."""

    bearer: str = field(default="", repr=False)
    signer: Signer | None = None

    @property
    def account(self) -> str:
        """The number of the account, with which its access token begins: `7588892-kagS…` (X's
        "Obtaining user access tokens"); empty where that is not told."""
        number, dash, _ = (self.signer.token if self.signer else "").partition("-")
        return number if dash and number.isascii() and number.isdigit() else ""


def credentials(secret: str) -> Credentials | None:
    """What a secret holds: a bearer token as plain text, or JSON with `bearer_token`, or JSON with
    `api_key`, `api_secret`, `access_token` and `access_token_secret`. None where it is neither."""
    if not secret.lstrip().startswith("{"):
        return Credentials(bearer=secret.strip()) if _is_token(secret.strip()) else None
    try:
        found = msgspec.json.decode(secret, type=dict[str, object])
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None
    names = ("api_key", "api_secret", "access_token", "access_token_secret")
    values = [str(found.get(name) or "").strip() for name in names]
    if all(_is_token(value) for value in values):
        key, key_secret, token, token_secret = values
        signer = Signer(key=key, secret=key_secret, token=token, token_secret=token_secret)
        return Credentials(signer=signer)
    bearer = str(found.get("bearer_token") or "").strip()
    return Credentials(bearer=bearer) if _is_token(bearer) else None


def _is_token(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z0-9._~+/=%-]+", text))


class Problem(msgspec.Struct, frozen=True):
    """What X says went wrong, with a request or with one thing that was asked for."""

    type: str = ""
    title: str = ""
    detail: str = ""
    message: str = ""
    resource_id: str = ""
    value: object = None
    parameter: str = ""
    parameters: object = None

    @property
    def kind(self) -> str:
        """The end of its type, such as `resource-not-found`."""
        return self.type.rpartition("/")[2]

    @property
    def subject(self) -> str:
        """The id of what was asked for and is not given."""
        return self.resource_id or (self.value if isinstance(self.value, str) else "")

    def concerns(self, name: str) -> bool:
        """Whether it is about a parameter of that name."""
        return self.parameter == name or (
            isinstance(self.parameters, dict) and name in self.parameters
        )


class Refusal(Problem, frozen=True):
    """The body of an answer 4xx."""

    errors: object = None

    @property
    def said(self) -> str:
        """In X's own words, printable and short."""
        inner = [one.message or one.detail for one in problems(self.errors)]
        words = next((one for one in (*inner, self.detail, self.title) if one), "")
        return "".join(letter for letter in words[:200] if letter.isprintable())

    def concerns(self, name: str) -> bool:
        return super().concerns(name) or any(
            one.concerns(name) or f"`{name}`" in one.message or f"'{name}'" in one.message
            for one in problems(self.errors)
        )


def problems(found: object) -> list[Problem]:
    """Those of a list that can be read."""
    good: list[Problem] = []
    for one in found if isinstance(found, list) else ():
        try:
            good.append(msgspec.convert(one, Problem))
        except msgspec.ValidationError:
            continue
    return good


def refusal(response: Response) -> Refusal:
    """What an answer 4xx says; an empty one where it says nothing that can be read."""
    try:
        return msgspec.json.decode(response.body, type=Refusal)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return Refusal()


class Caller:
    """What sends the requests of one source."""

    def __init__(self, opening: Opening, credentials: Credentials) -> None:
        self._http = opening.http
        self._now = opening.now
        self._base_url = opening.text("base_url").rstrip("/")
        self._credentials = credentials
        self._holder = "by account" if credentials.signer else "by app"

    def get(
        self,
        path: str,
        params: Sequence[tuple[str, str]],
        *,
        bucket: str,
        deadline: datetime,
        accept: Collection[int] = (200,),
    ) -> Response:
        """As `HttpClient.request`. A signature is good for one sending, and the client may have
        sent it twice, so a signed request that is not known is signed anew and sent once more."""
        more = (401,) if self._credentials.signer else ()
        response = self._send("GET", path, params, None, bucket, deadline, (*accept, *more))
        if response.status == 401 and 401 not in accept:
            return self._send("GET", path, params, None, bucket, deadline, accept)
        return response

    def post(
        self,
        path: str,
        body: Mapping[str, object],
        *,
        bucket: str,
        deadline: datetime,
        accept: Collection[int],
    ) -> Response:
        content = json.dumps(body, ensure_ascii=False).encode()
        return self._send("POST", path, (), content, bucket, deadline, accept)

    def _send(
        self,
        method: str,
        path: str,
        params: Sequence[tuple[str, str]],
        body: bytes | None,
        bucket: str,
        deadline: datetime,
        accept: Collection[int],
    ) -> Response:
        url = self._base_url + path
        signer = self._credentials.signer
        headers = {
            "Authorization": signer.authorization(method, url, params=params, now=self._now())
            if signer
            else f"Bearer {self._credentials.bearer}"
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        return self._http.request(
            method,
            url,
            params=params,
            headers=headers,
            body=body,
            accept=accept,
            deadline=deadline,
            bucket=f"{bucket} {self._holder}",
        )


class Who(msgspec.Struct, frozen=True):
    """An account, as far as its number and handle."""

    id: str
    username: str = ""


class _Found(msgspec.Struct, frozen=True):
    data: Who | None = None
    errors: object = None


def who(response: Response) -> Who:
    """The account that an answer names. Raises SourceRefused where it says why there is none."""
    found = decoded(response, _Found)
    if found.data is None:
        said = Refusal(errors=found.errors).said or "it names no account"
        raise SourceRefused(f"{response.host}: {said}")
    return found.data
