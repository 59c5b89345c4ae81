"""A user pool and counters, in memory."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.domain.errors import NotAllowed, NotFound, SourceError
from chalicelib.ports import Issued, Jwk, UserPool

A_POOL = UserPool(
    issuer="https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Tests",
    client_id="client-of-tests",
    keys_url="https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Tests/keys",
    pages_url="https://sign-in.example",
)


class FakeKeySets:
    """Has the keys it is given; `asked` are the ids asked for, `trouble` is raised instead."""

    def __init__(self, keys: Mapping[str, Jwk] | None = None) -> None:
        self.keys = dict(keys or {})
        self.asked: list[str] = []
        self.trouble: SourceError | None = None

    def key(self, kid: str, *, now: datetime) -> Jwk:
        self.asked.append(kid)
        if self.trouble is not None:
            raise self.trouble
        if kid not in self.keys:
            raise NotFound("the user pool has no such key")
        return self.keys[kid]


class FakeSessions:
    """Gives the tokens it is told to; codes open once.

    `codes` are by code with the verifier that opens each, `refreshing` by refresh token; `begun`
    are the addresses that were led back to, `ended` the refresh tokens that were taken back.
    """

    def __init__(self) -> None:
        self.codes: dict[str, tuple[str, Issued]] = {}
        self.refreshing: dict[str, Issued] = {}
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.trouble: SourceError | None = None

    def begin(self, code: str, verifier: str, *, redirect_uri: str, now: datetime) -> Issued:
        self._fail()
        wanted, issued = self.codes.pop(code, ("", None))
        if issued is None or wanted != verifier:
            raise NotAllowed("this sign-in is over; sign in again")
        self.begun.append(redirect_uri)
        return issued

    def renew(self, refresh_token: str, *, now: datetime) -> Issued:
        self._fail()
        if refresh_token not in self.refreshing:
            raise NotAllowed("this sign-in is over; sign in again")
        return self.refreshing[refresh_token]

    def end(self, refresh_token: str, *, now: datetime) -> None:
        self._fail()
        self.refreshing.pop(refresh_token, None)
        self.ended.append(refresh_token)

    def _fail(self) -> None:
        if self.trouble is not None:
            raise self.trouble


class FakeLimits:
    """Counts in `hits` by key and window; `trouble` is raised instead as long as there is one."""

    def __init__(self) -> None:
        self.hits: Counter[tuple[str, datetime]] = Counter()
        self._spent: set[tuple[str, datetime]] = set()
        self.trouble: Exception | None = None
        self._lock = RLock()

    def hit(self, key: str, *, most: int, window: timedelta, now: datetime) -> bool:
        if self.trouble is not None:
            raise self.trouble
        began_at = _began_at(window, now)
        with self._lock:
            if self.hits[key, began_at] >= most:
                self._spent.add((key, began_at))
                return False
            self.hits[key, began_at] += 1
            return True

    def is_known_spent(self, key: str, *, window: timedelta, now: datetime) -> bool:
        return (key, _began_at(window, now)) in self._spent


def _began_at(window: timedelta, now: datetime) -> datetime:
    return now - (now - datetime(1970, 1, 1, tzinfo=UTC)) % window


if TYPE_CHECKING:
    from chalicelib import ports

    _keys: type[ports.KeySets] = FakeKeySets
    _sessions: type[ports.Sessions] = FakeSessions
    _limits: type[ports.Limits] = FakeLimits
