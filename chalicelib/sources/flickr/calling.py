"""Calling Flickr: the key or the signature, and what its errors mean.

Every answer has status 200; an error is `{"stat": "fail", "code": …, "message": …}`
(flickr.com/services/api/response.json.html). Codes from 95 on are the same for all methods
(flickr.com/services/api/flickr.photos.search.html, "Error Codes"). What is wrong with a signature
is told as `oauth_problem=…`, followed by all that was signed: of that only the first word is read.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.http import HttpClient, Response
from chalicelib.http.oauth1 import Signer
from chalicelib.sources.payload import decoded

Shape = TypeVar("Shape")

_PASSING = frozenset({0, 10, 105, 106})
"""The service, its search or its writing is down for a moment."""

NOT_FOUND = 1
TOO_FAST = 9

_OF_THE_KEY = {
    96: "the signature is wrong: see to api_secret and oauth_token_secret",
    97: "the signature is missing",
    98: "the token does not hold any more: authorise our account again",
    99: "the token may not do this: authorise our account again, with perms=write",
    100: "the API key does not hold",
}

_REPLAYED = frozenset({"nonce_used", "timestamp_refused"})
"""What a second try of one signed request may meet with."""

_PROBLEM = re.compile(rb"oauth_problem=([a-z_]{1,40})")


@dataclass(frozen=True, slots=True)
class Keys:
    """What the secret of an entry holds."""

    api_key: str = field(repr=False)
    signer: Signer | None = None
    """Of our account; None where only public photos can be read."""

    @classmethod
    def read(cls, secret: str) -> "Keys":
        """A bare API key, or JSON with `api_key`, and with `api_secret`, `oauth_token` and
        `oauth_token_secret` where our account has authorised it."""
        if not secret.lstrip().startswith("{"):
            return cls(secret.strip())
        try:
            found = json.loads(secret)
        except (ValueError, RecursionError):
            return cls("")
        names = ("api_key", "api_secret", "oauth_token", "oauth_token_secret")
        key, api_secret, token, token_secret = (
            value.strip() if isinstance(value := found.get(name), str) else "" for name in names
        )
        if not (api_secret and token and token_secret):
            return cls(key)
        return cls(key, Signer(key=key, secret=api_secret, token=token, token_secret=token_secret))


class Failure(SourceRefused):
    """Flickr does not do what it was asked, and says why."""

    def __init__(self, host: str, code: int, message: str) -> None:
        said = "".join(letter for letter in message[:200] if letter.isprintable())
        remedy = _OF_THE_KEY.get(code, "")
        super().__init__(f"{host} answered {code}: {said}" + (f"; {remedy}" if remedy else ""))
        self.code = code


class _Stat(msgspec.Struct, frozen=True):
    stat: str = ""
    code: int | str = 0
    message: str = ""


class Caller:
    """What asks Flickr, as our account where it can."""

    def __init__(
        self, *, http: HttpClient, base_url: str, keys: Keys, now: Callable[[], datetime]
    ) -> None:
        self._http = http
        self._url = base_url + "/services/rest/"
        self._keys = keys
        self._now = now

    def get(
        self, method: str, params: dict[str, str], shape: type[Shape], *, deadline: datetime
    ) -> Shape:
        """The answer to a question. Raises Failure, SourceRefused, SourceUnavailable."""
        return decoded(self._asked("GET", method, params, deadline), shape)

    def post(self, method: str, params: dict[str, str], *, deadline: datetime) -> Response:
        """The answer to what changes something, not yet read. Raises OutcomeUnknown besides."""
        return self._asked("POST", method, params, deadline)

    def _asked(
        self, verb: str, method: str, params: dict[str, str], deadline: datetime
    ) -> Response:
        told = {"method": method, "format": "json", "nojsoncallback": "1", **params}
        headers = {}
        if self._keys.signer is None:
            told["api_key"] = self._keys.api_key
        else:
            headers["Authorization"] = self._keys.signer.authorization(
                verb, self._url, params=tuple(told.items()), now=self._now()
            )
        is_post = verb == "POST"
        if is_post:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        response = self._http.request(
            verb,
            self._url,
            params=() if is_post else tuple(told.items()),
            body=urlencode(told).encode() if is_post else None,
            headers=headers,
            accept=(200, 400, 401, 403),
            deadline=deadline,
        )
        _see_to_errors(response)
        return response


def _see_to_errors(response: Response) -> None:
    problem = _PROBLEM.search(response.body[:2_000])
    if problem and response.body.lstrip()[:1] not in (b"{", b"<"):
        word = problem[1].decode()
        text = f"{response.host} does not take our signature: {word}"
        raise SourceUnavailable(text) if word in _REPLAYED else SourceRefused(text)
    try:
        told = msgspec.json.decode(response.body, type=_Stat)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        told = _Stat()
    if told.stat == "fail":
        code = int(told.code) if str(told.code).isdecimal() else -1
        failure = Failure(response.host, code, told.message)
        raise SourceUnavailable(str(failure)) if code in _PASSING else failure
    if response.status != 200:
        raise SourceRefused(f"{response.host} answered {response.status}")
