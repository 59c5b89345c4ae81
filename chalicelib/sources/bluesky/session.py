"""Speaking with the server of our account: signing in, and what its errors mean.

XRPC over HTTP (atproto.com/specs/xrpc): an error is `{"error": name, "message": words}`, an
access token that is too old says `ExpiredToken` with status 400
(`packages/pds/src/auth-verifier.ts` of github.com/bluesky-social/atproto, August 2026). A
session may be begun 30 times in 5 minutes and 300 times a day
(docs.bsky.app/docs/advanced-guides/rate-limits), while a source is opened anew for every pull:
so sessions are kept as long as the process lives, and renewed when they have expired.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from threading import Lock

import msgspec

from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.http import HttpClient, Response
from chalicelib.sources.payload import decoded

SESSION = "session"
"""The limit that beginning a session counts against."""

WRITE = "write"
"""The limit that a reply counts against."""

_ANSWERS = (200, 400, 401, 403, 404)
_WEAK_SCOPE = "com.atproto.appPass"
"""What the token of an app password without leave for direct messages says."""

_RENEWABLE = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"})


_GONE = frozenset(
    {"RecordNotFound", "RepoNotFound", "RepoDeactivated", "RepoTakendown", "RepoSuspended"}
)
_NOT_THERE = ("Could not locate record", "Could not find repo")


class Session(msgspec.Struct, frozen=True, rename="camel"):
    """A session as `createSession` and `refreshSession` give it."""

    access_jwt: str
    refresh_jwt: str
    did: str
    handle: str = ""

    def __repr__(self) -> str:
        return f"Session({self.did})"

    @property
    def may_send_messages(self) -> bool:
        """False where the token says that it may not; nobody verifies it here."""
        try:
            payload = self.access_jwt.split(".")[1]
            told = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (IndexError, ValueError, binascii.Error, RecursionError):
            return True
        return not isinstance(told, dict) or told.get("scope") != _WEAK_SCOPE


class _Error(msgspec.Struct, frozen=True):
    error: str = ""
    message: str = ""


class Refusal(SourceRefused):
    """The server does not do what it was asked, and says why."""

    def __init__(self, host: str, status: int, error: str, message: str) -> None:
        said = ": ".join(_printable(part) for part in (error, message) if part)
        super().__init__(f"{host} answered {status}" + (f": {said}" if said else ""))
        self.status = status
        self.error = error
        self.message = message

    @property
    def is_bad_request(self) -> bool:
        return self.status == 400

    @property
    def is_of_what_is_gone(self) -> bool:
        """Whether a record is not there, or its author's account is not."""
        return self.error in _GONE or self.message.startswith(_NOT_THERE)

    @property
    def is_of_the_token(self) -> bool:
        """Whether a new one may help. `Bad token method` is a right that the password lacks."""
        return self.error in _RENEWABLE and not self.message.startswith("Bad token")

    @property
    def lacks_rights(self) -> bool:
        return self.message.startswith("Bad token")


_kept: dict[str, Session] = {}
_lock = Lock()
"""Around signing in: two threads need one session."""


class Account:
    """Our account on its server."""

    def __init__(self, *, http: HttpClient, base_url: str, handle: str, password: str) -> None:
        self._http = http
        self._xrpc = base_url + "/xrpc/"
        self._credentials = {"identifier": handle, "password": password}
        digest = hashlib.sha256("\n".join((base_url, handle, password)).encode())
        self._key = digest.hexdigest()

    def session(self, deadline: datetime) -> Session:
        """The session that is kept, or a new one."""
        with _lock:
            return _kept.get(self._key) or self._begun(deadline)

    def get(
        self,
        method: str,
        params: Sequence[tuple[str, str]],
        *,
        deadline: datetime,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """The answer to a query, of status 200.

        Raises Refusal for what the server refuses, SourceUnavailable where later may do.
        """
        return self._signed("GET", method, params, None, deadline, headers or {}, "")

    def post(
        self,
        method: str,
        body: object,
        *,
        deadline: datetime,
        headers: Mapping[str, str] | None = None,
        bucket: str = "",
    ) -> Response:
        """The answer to a procedure. Raises as `get`, and OutcomeUnknown."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        return self._signed("POST", method, (), body, deadline, sent, bucket)

    def _signed(
        self,
        verb: str,
        method: str,
        params: Sequence[tuple[str, str]],
        body: object,
        deadline: datetime,
        headers: Mapping[str, str],
        bucket: str,
    ) -> Response:
        session = self.session(deadline)
        for is_last in (False, True):
            response = self._http.request(
                verb,
                self._xrpc + method,
                params=params,
                headers={**headers, "Authorization": f"Bearer {session.access_jwt}"},
                body=None if body is None else json.dumps(body).encode(),
                accept=_ANSWERS,
                deadline=deadline,
                bucket=bucket,
            )
            if response.status == 200:
                break
            refusal = _refusal(response)
            if is_last or not refusal.is_of_the_token:
                raise refusal
            session = self._renewed(session, deadline)
        return response

    def _renewed(self, old: Session, deadline: datetime) -> Session:
        with _lock:
            current = _kept.get(self._key)
            if current is not None and current != old:
                return current
            _kept.pop(self._key, None)
            response = self._procedure("refreshSession", None, old.refresh_jwt, deadline)
            if response.status == 200:
                _kept[self._key] = decoded(response, Session)
                return _kept[self._key]
            return self._begun(deadline)

    def _begun(self, deadline: datetime) -> Session:
        response = self._procedure("createSession", self._credentials, "", deadline)
        if response.status != 200:
            refusal = _refusal(response)
            if refusal.error == "AuthFactorTokenRequired":
                raise SourceRefused("the secret is the account's own password; use an app password")
            raise SourceRefused(f"cannot sign in with handle and app password: {refusal}")
        _kept[self._key] = decoded(response, Session)
        return _kept[self._key]

    def _procedure(
        self, name: str, body: Mapping[str, str] | None, token: str, deadline: datetime
    ) -> Response:
        try:
            return self._http.request(
                "POST",
                f"{self._xrpc}com.atproto.server.{name}",
                headers={"Authorization": f"Bearer {token}"}
                if body is None
                else {"Content-Type": "application/json"},
                body=None if body is None else json.dumps(body).encode(),
                accept=_ANSWERS,
                deadline=deadline,
                bucket="" if body is None else SESSION,
            )
        except OutcomeUnknown as error:  # a session that nobody uses does no harm
            raise SourceUnavailable(f"cannot sign in: {error}") from None


def _refusal(response: Response) -> Refusal:
    try:
        told = msgspec.json.decode(response.body, type=_Error)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        told = _Error()
    return Refusal(response.host, response.status, told.error, told.message)


def _printable(text: str) -> str:
    return "".join(letter for letter in text[:200] if letter.isprintable())
