"""Facebook's Graph API: how it is asked, and what it means when it does not give.

Sources (developers.facebook.com, November 2026): graph-api/guides/error-handling and
graph-api/overview/rate-limiting for the codes, graph-api/guides/secure-requests for
`appsecret_proof`, graph-api/batch-requests, and graph-api/changelog/version26.0, which took
`GET /?ids=` away: several nodes are asked for as a batch.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from chalicelib.domain.errors import OutcomeUnknown, SourceError, SourceRefused, SourceUnavailable
from chalicelib.http import HttpClient, Response, TooLarge
from chalicelib.sources.facebook.answers import Answered, Listing, Trouble, trouble_in
from chalicelib.sources.facebook.usage import SHORT_REST, rest_until
from chalicelib.sources.payload import decoded

MOST_IN_A_BATCH = 50

THROTTLED = frozenset({4, 17, 32, 341, 368, 613}) | frozenset(range(80_000, 80_015))
"""Codes for too many calls or too much of something, of the application, user or page."""

_TELLING = (400, 401, 403, 404)
_TOKEN_LIKE = re.compile(r"\bEA[A-Za-z0-9]{16,}")
_TOO_MUCH = "reduce the amount of data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What proves to Facebook who we are, and Facebook to us."""

    page_token: str = field(repr=False)
    app_secret: str = field(default="", repr=False)
    verify_token: str = field(default="", repr=False)

    @property
    def proof(self) -> str:
        """That whoever uses the token knows the secret of its application."""
        key, token = self.app_secret.encode(), self.page_token.encode()
        return hmac.new(key, token, hashlib.sha256).hexdigest()


class Throttled(SourceUnavailable):
    """Enough was asked for now; `retry_at` is always set."""


class GraphRefused(SourceRefused):
    """Refused with a code, by which it is known what was meant."""

    def __init__(self, message: str, trouble: Trouble) -> None:
        super().__init__(message)
        self.trouble = trouble


class Graph:
    """Asks in the name of a page. `resting_until` is when it may go on, once enough was asked."""

    def __init__(self, http: HttpClient, address: str, credentials: Credentials) -> None:
        """`address` with the version, such as `https://graph.facebook.com/v26.0`."""
        self._http = http
        self._address = address
        self._secrets = tuple(
            one
            for one in (
                credentials.page_token,
                credentials.app_secret,
                credentials.verify_token,
            )
            if one
        )
        self._identity = [("access_token", credentials.page_token)]
        if credentials.app_secret:
            self._identity.append(("appsecret_proof", credentials.proof))
        self.resting_until: datetime | None = None

    def get(
        self, path: str, params: Mapping[str, str], *, now: datetime, deadline: datetime
    ) -> Response:
        """Raises TooLarge where Facebook itself finds that too much was asked for at once."""
        response = self._asked(path, params, (200, 500, *_TELLING), deadline)
        if response.status == 500:
            trouble = trouble_in(response.body)
            if trouble and _TOO_MUCH in trouble.message.lower():
                raise TooLarge(f"{response.host} found that too much was asked for at once")
            response = self._asked(path, params, (200, *_TELLING), deadline)
        if response.status != 200:
            raise self._error_of(response, now)
        self.resting_until = rest_until(response.headers, now=now) or self.resting_until
        return response

    def listing(
        self, path: str, params: Mapping[str, str], *, now: datetime, deadline: datetime
    ) -> Listing:
        return decoded(self.get(path, params, now=now, deadline=deadline), Listing)

    def post(
        self, path: str, form: Mapping[str, str], *, now: datetime, deadline: datetime
    ) -> Response:
        """Raises OutcomeUnknown where it may have been done."""
        response = self._posted(path, form, deadline)
        if response.status != 200:
            error = self._error_of(response, now)
            if isinstance(error, SourceUnavailable) and not isinstance(error, Throttled):
                raise OutcomeUnknown(str(error))
            raise error
        return response

    def batch(
        self, queries: Sequence[str], *, now: datetime, deadline: datetime
    ) -> list[Answered | None]:
        """The answers to at most 50 reading requests, each a path with its parameters.

        None where Facebook ran out of time. Each counts as a call.
        """
        asked = [{"method": "GET", "relative_url": query} for query in queries]
        form = {"batch": msgspec.json.encode(asked).decode(), "include_headers": "false"}
        try:
            response = self._posted("/", form, deadline)
        except OutcomeUnknown as error:  # nothing is changed by reading
            raise SourceUnavailable(str(error)) from None
        if response.status != 200:
            raise self._error_of(response, now)
        answers = decoded(response, list[Answered | None])
        if len(answers) != len(queries):
            raise SourceUnavailable(f"{response.host} left out answers of a batch")
        return answers

    def error_of(
        self, trouble: Trouble, *, now: datetime, retry_at: datetime | None = None
    ) -> SourceError:
        """What the trouble of one answer is to whoever asked."""
        said = self._hushed(trouble.message)
        if trouble.code in THROTTLED:
            text = f"Facebook lets us ask no more for now ({trouble.code}): {said}"
            return Throttled(text, retry_at=retry_at or now + SHORT_REST)
        if trouble.is_passing:
            return SourceUnavailable(f"Facebook is in trouble ({trouble.code}): {said}")
        return GraphRefused(f"Facebook: {trouble.meaning} ({trouble.code}): {said}", trouble)

    def _error_of(self, response: Response, now: datetime) -> SourceError:
        trouble = trouble_in(response.body)
        if trouble is None:
            return SourceRefused(f"{response.host} answered {response.status}")
        until = rest_until(response.headers, now=now, is_refused=True)
        return self.error_of(trouble, now=now, retry_at=until)

    def _asked(
        self, path: str, params: Mapping[str, str], accept: tuple[int, ...], deadline: datetime
    ) -> Response:
        return self._http.request(
            "GET",
            self._address + path,
            params=(*params.items(), *self._identity),
            accept=accept,
            deadline=deadline,
        )

    def _posted(self, path: str, form: Mapping[str, str], deadline: datetime) -> Response:
        return self._http.request(
            "POST",
            self._address + path,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode([*form.items(), *self._identity]).encode(),
            accept=(200, *_TELLING),
            deadline=deadline,
        )

    def _hushed(self, text: str) -> str:
        """What they say, short and without our token, which they like to repeat."""
        for secret in self._secrets:
            text = text.replace(secret, "…")
        text = _TOKEN_LIKE.sub("…", text)
        return "".join(letter for letter in text[:200] if letter.isprintable())
