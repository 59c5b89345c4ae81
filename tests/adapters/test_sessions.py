"""Signing in at the user pool: in memory and at Cognito's endpoints."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs

import pytest

from chalicelib.adapters.sessions import CognitoSessions
from chalicelib.domain.errors import (
    NotAllowed,
    OutcomeUnknown,
    SourceRefused,
    SourceUnavailable,
)
from chalicelib.http import HttpClient
from chalicelib.ports import Issued, Sessions, UserPool
from tests.builders import NOW
from tests.fakes import FakeSessions
from tests.http.loopback import Answer, Asked, Loopback, serving

BACK = "https://desk.example/api/"
REFUSED = json.dumps({"error": "invalid_grant"}).encode()


class Cognito:
    """The token and revocation endpoints, as far as a client without a secret meets them."""

    def __init__(self) -> None:
        self.codes = {"code": "verifier"}
        self.refreshing = {"refresh-1"}

    def answer(self, asked: Asked) -> Answer:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        if form.pop("client_id") != "client" or asked.method != "POST":
            return Answer(status=400, body=b'{"error": "invalid_client"}')
        match asked.path, form:
            case "/oauth2/token", {
                "grant_type": "authorization_code",
                "code": code,
                "code_verifier": verifier,
                "redirect_uri": back,
            }:
                if self.codes.pop(code, None) != verifier or back != BACK:
                    return Answer(status=400, body=REFUSED)
                return _tokens(id_token="first", refresh_token="refresh-1")
            case "/oauth2/token", {"grant_type": "refresh_token", "refresh_token": refresh_token}:
                if refresh_token not in self.refreshing:
                    return Answer(status=400, body=REFUSED)
                return _tokens(id_token="second")
            case "/oauth2/revoke", {"token": refresh_token}:
                self.refreshing.discard(refresh_token)
                return Answer(status=200)
        return Answer(status=404)


def _tokens(**tokens: str) -> Answer:
    said = {"access_token": "other", "expires_in": 3600, "token_type": "Bearer", **tokens}
    return Answer(body=json.dumps(said).encode())


@dataclass
class Endpoint:
    server: Loopback
    sessions: Sessions


@contextmanager
def an_endpoint() -> Iterator[Endpoint]:
    with serving(Cognito().answer) as server:
        pool = UserPool(
            issuer="https://pool.example",
            client_id="client",
            keys_url="https://pool.example/keys",
            pages_url=server.url,
        )
        http = HttpClient(trust_loopback=True, now=lambda: NOW, sleep=lambda _: None)
        yield Endpoint(server, CognitoSessions(pool=lambda: pool, http=http))


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with an_endpoint() as endpoint:
        yield endpoint


@pytest.fixture(params=["memory", "http"])
def sessions(request: pytest.FixtureRequest) -> Iterator[Sessions]:
    """Which know the code `code` with its proof `verifier`, and the refresh token `refresh-1`."""
    if request.param == "memory":
        fake = FakeSessions()
        fake.codes["code"] = ("verifier", Issued(id_token="first", refresh_token="refresh-1"))
        fake.refreshing["refresh-1"] = Issued(id_token="second", refresh_token="")
        yield fake
        return
    with an_endpoint() as endpoint:
        yield endpoint.sessions


def test_a_code_with_its_proof_is_exchanged_once(sessions: Sessions) -> None:
    issued = sessions.begin("code", "verifier", redirect_uri=BACK, now=NOW)
    assert (issued.id_token, issued.refresh_token) == ("first", "refresh-1")
    with pytest.raises(NotAllowed):
        sessions.begin("code", "verifier", redirect_uri=BACK, now=NOW)


def test_a_code_with_another_proof_gives_nothing(sessions: Sessions) -> None:
    with pytest.raises(NotAllowed, match="sign in again"):
        sessions.begin("code", "another", redirect_uri=BACK, now=NOW)


def test_a_refresh_token_gives_a_new_id_token_and_stays_good(sessions: Sessions) -> None:
    for _ in range(2):
        issued = sessions.renew("refresh-1", now=NOW)
        assert (issued.id_token, issued.refresh_token) == ("second", "")


def test_what_has_ended_gives_nothing_any_more_and_may_end_twice(sessions: Sessions) -> None:
    for _ in range(2):
        sessions.end("refresh-1", now=NOW)
    with pytest.raises(NotAllowed):
        sessions.renew("refresh-1", now=NOW)


# --- at the endpoints ----------------------------------------------------------------------


def test_no_secret_goes_along_and_none_into_the_address(endpoint: Endpoint) -> None:
    endpoint.sessions.begin("code", "verifier", redirect_uri=BACK, now=NOW)
    (asked,) = endpoint.server.asked
    assert "authorization" not in asked.headers
    assert asked.query == {}
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_desk_that_the_pool_does_not_take_is_no_persons_fault(endpoint: Endpoint) -> None:
    endpoint.server.answer = lambda _: Answer(status=400, body=b'{"error": "invalid_client"}')
    with pytest.raises(SourceRefused, match="invalid_client"):
        endpoint.sessions.renew("refresh-1", now=NOW)


def test_what_is_no_refresh_token_has_ended_already_and_another_refusal_is_told(
    endpoint: Endpoint,
) -> None:
    endpoint.server.answer = lambda _: Answer(
        status=400, body=b'{"error": "unsupported_token_type"}'
    )
    endpoint.sessions.end("no-token", now=NOW)
    endpoint.server.answer = lambda _: Answer(status=400, body=b'{"error": "invalid_request"}')
    with pytest.raises(SourceRefused, match="invalid_request"):
        endpoint.sessions.end("refresh-1", now=NOW)


def test_a_pool_that_fails_or_hangs_up_is_asked_once_and_told_apart(endpoint: Endpoint) -> None:
    endpoint.server.answer = lambda _: Answer(status=500)
    with pytest.raises(OutcomeUnknown):
        endpoint.sessions.begin("code", "verifier", redirect_uri=BACK, now=NOW)
    endpoint.server.answer = lambda _: Answer(is_reset=True)
    with pytest.raises(OutcomeUnknown):
        endpoint.sessions.renew("refresh-1", now=NOW)
    assert len(endpoint.server.asked) == 2


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"id_token": 7}', b'{"access_token": "a"}']
)
def test_an_answer_without_an_id_token_begins_nothing(endpoint: Endpoint, body: bytes) -> None:
    endpoint.server.answer = lambda _: Answer(body=body)
    with pytest.raises(SourceUnavailable):
        endpoint.sessions.begin("code", "verifier", redirect_uri=BACK, now=NOW)


def test_no_error_repeats_what_was_sent(endpoint: Endpoint) -> None:
    endpoint.server.answer = lambda _: Answer(status=403)
    with pytest.raises(SourceRefused) as raised:
        endpoint.sessions.renew("refresh-1", now=NOW)
    assert "refresh-1" not in str(raised.value)
