"""The public keys of the user pool: in memory and over HTTP."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.key_sets import KEPT_FOR, PAUSE, PAUSE_AFTER_TROUBLE, HttpKeySets
from chalicelib.domain.errors import NotFound, SourceError, SourceUnavailable
from chalicelib.http import HttpClient
from chalicelib.ports import KeySets, UserPool
from tests.builders import NOW
from tests.fakes import FakeKeySets
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.identity import public_key


def key_set(*kids: str) -> list[dict[str, str]]:
    return [{"kid": kid, "alg": "RS256", "use": "sig", **public_key(kid)} for kid in kids]


class Pool:
    """A pool over HTTP that publishes `keys`, and an adapter in front of it."""

    def __init__(self, server: Loopback) -> None:
        self.server = server
        self.key_sets = HttpKeySets(
            pool=lambda: UserPool(
                issuer="https://pool.example",
                client_id="client",
                keys_url=f"{server.url}/pool/.well-known/jwks.json",
                pages_url=server.url,
            ),
            http=HttpClient(trust_loopback=True, now=lambda: NOW, sleep=lambda _: None),
        )

    def publishes(self, keys: Any) -> None:
        body = json.dumps({"keys": keys}).encode()
        self.server.answer = lambda _: Answer(body=body)

    def answers(self, status: int, body: bytes = b"") -> None:
        self.server.answer = lambda _: Answer(status=status, body=body)

    @property
    def asked(self) -> int:
        return len(self.server.asked)


@contextmanager
def a_pool(*kids: str) -> Iterator[Pool]:
    def nothing(_: Asked) -> Answer:
        return Answer(status=404)

    with serving(nothing) as server:
        pool = Pool(server)
        pool.publishes(key_set(*kids))
        yield pool


@pytest.fixture
def pool() -> Iterator[Pool]:
    with a_pool("one", "two") as pool:
        yield pool


@pytest.fixture(params=["memory", "http"])
def key_sets(request: pytest.FixtureRequest) -> Iterator[KeySets]:
    """Which has the keys `one` and `two`."""
    if request.param == "memory":
        yield FakeKeySets({"one": public_key("one"), "two": public_key("two")})
        return
    with a_pool("one", "two") as pool:
        yield pool.key_sets


def test_a_key_is_known_by_its_id(key_sets: KeySets) -> None:
    assert key_sets.key("one", now=NOW) == public_key("one")
    assert key_sets.key("two", now=NOW) == public_key("two")


def test_a_key_that_the_pool_has_not_is_not_found(key_sets: KeySets) -> None:
    with pytest.raises(NotFound):
        key_sets.key("three", now=NOW)
    assert key_sets.key("one", now=NOW)


# --- over HTTP -----------------------------------------------------------------------------


def test_a_warm_lambda_asks_once_a_day(pool: Pool) -> None:
    for hours in range(24):
        pool.key_sets.key("one", now=NOW + timedelta(hours=hours))
    assert pool.asked == 1
    pool.publishes(key_set("two"))
    with pytest.raises(NotFound):
        pool.key_sets.key("one", now=NOW + KEPT_FOR)
    assert pool.asked == 2


def test_a_new_key_is_fetched_when_it_is_first_met(pool: Pool) -> None:
    pool.key_sets.key("one", now=NOW)
    pool.publishes(key_set("two", "three"))
    assert pool.key_sets.key("three", now=NOW + PAUSE) == public_key("three")
    with pytest.raises(NotFound):
        pool.key_sets.key("one", now=NOW + PAUSE)


def test_ids_that_somebody_invents_are_asked_for_once_a_minute(pool: Pool) -> None:
    for number in range(60):
        with pytest.raises(NotFound):
            pool.key_sets.key(f"invented-{number}", now=NOW + timedelta(seconds=number))
    assert pool.asked == 1
    with pytest.raises(NotFound):
        pool.key_sets.key("invented", now=NOW + PAUSE)
    assert pool.asked == 2


def test_while_the_pool_is_away_what_is_known_stays_good(
    pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    pool.key_sets.key("one", now=NOW)
    pool.answers(503)
    with caplog.at_level(logging.WARNING):
        assert pool.key_sets.key("one", now=NOW + KEPT_FOR) == public_key("one")
    assert [one.message for one in caplog.records] == ["keys_unavailable"]
    with pytest.raises(SourceUnavailable):
        pool.key_sets.key("three", now=NOW + KEPT_FOR)


def test_a_pool_that_was_away_at_first_is_asked_again_soon_but_not_for_every_request(
    pool: Pool,
) -> None:
    pool.answers(404)
    for _ in range(3):
        with pytest.raises(SourceError):
            pool.key_sets.key("one", now=NOW)
    assert pool.asked == 1
    pool.publishes(key_set("one"))
    assert pool.key_sets.key("one", now=NOW + PAUSE_AFTER_TROUBLE) == public_key("one")


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"keys": 7}', b'{"keys": [7]}', b'{"keys": [{"kty": "RSA"}]}']
)
def test_what_is_no_key_set_is_no_answer(pool: Pool, body: bytes) -> None:
    pool.answers(200, body)
    with pytest.raises(SourceUnavailable):
        pool.key_sets.key("one", now=NOW)


def test_keys_of_other_kinds_and_for_other_uses_open_nothing(pool: Pool) -> None:
    pool.publishes(
        [
            {"kid": "secret", "kty": "oct", "k": "c2VjcmV0"},
            {**key_set("enc")[0], "use": "enc"},
            *key_set("one"),
        ]
    )
    assert pool.key_sets.key("one", now=NOW)
    for kid in ("secret", "enc"):
        with pytest.raises(NotFound):
            pool.key_sets.key(kid, now=NOW)
