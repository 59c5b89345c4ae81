"""The public keys of the user pool, over HTTP, kept while the Lambda stays warm."""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from chalicelib.domain.errors import NotFound, SourceError, SourceUnavailable
from chalicelib.http import HttpClient
from chalicelib.ports import Jwk, UserPool

KEPT_FOR = timedelta(days=1)
"""After it the keys are asked for anew, so that one that was withdrawn opens nothing."""

PAUSE = timedelta(minutes=1)
"""So long an unknown key is not asked for again: anybody can invent ids of keys."""

PAUSE_AFTER_TROUBLE = timedelta(seconds=5)

PATIENCE = timedelta(seconds=5)
MAX_BYTES = 100_000

log = logging.getLogger("nightdesk.identity")


class HttpKeySets:
    """The keys that the pool publishes for RS256. Safe to share between threads."""

    def __init__(self, *, pool: Callable[[], UserPool], http: HttpClient) -> None:
        self._pool = pool
        self._http = http
        self._keys: dict[str, Jwk] = {}
        self._fetched_at: datetime | None = None
        self._ask_from: datetime | None = None
        self._trouble: SourceError | None = None
        self._lock = Lock()

    def key(self, kid: str, *, now: datetime) -> Jwk:
        with self._lock:
            is_old = self._fetched_at is None or now - self._fetched_at >= KEPT_FOR
            if (is_old or kid not in self._keys) and self._may_ask(now):
                self._fetch(now)
            if kid in self._keys:
                return self._keys[kid]
            if self._trouble is not None:
                raise self._trouble
            raise NotFound("the user pool has no such key")

    def _may_ask(self, now: datetime) -> bool:
        return self._ask_from is None or now >= self._ask_from

    def _fetch(self, now: datetime) -> None:
        """Ask; when that fails, what is known stays good."""
        try:
            answer = self._http.request(
                "GET",
                self._pool().keys_url,
                deadline=now + PATIENCE,
                headers={"Accept": "application/json"},
                max_bytes=MAX_BYTES,
            )
            self._keys = _keys_in(answer.body)
        except SourceError as error:
            log.warning("keys_unavailable", extra={"why": type(error).__name__})
            self._trouble, self._ask_from = error, now + PAUSE_AFTER_TROUBLE
        else:
            self._trouble, self._fetched_at, self._ask_from = None, now, now + PAUSE


def _keys_in(body: bytes) -> dict[str, Jwk]:
    """By id; those of other kinds and for other uses are left out."""
    try:
        found = json.loads(body)["keys"]
        return {
            str(one["kid"]): {"kty": "RSA", "n": str(one["n"]), "e": str(one["e"])}
            for one in found
            if one.get("kty") == "RSA" and one.get("use", "sig") == "sig"
        }
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        raise SourceUnavailable("the user pool answered something that is no key set") from None


if TYPE_CHECKING:
    from chalicelib.ports import KeySets

    _: type[KeySets] = HttpKeySets
