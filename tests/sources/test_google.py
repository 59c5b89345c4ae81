"""What Google's APIs share: credentials, and what their errors mean.

Error shapes: developers.google.com/youtube/v3/docs/errors and cloud.google.com/apis/design/errors
(`google.rpc.ErrorInfo`); token answers: developers.google.com/identity/protocols/oauth2/web-server.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.http import HttpClient
from chalicelib.sources.google import Access, Api, Refused, midnight
from tests.http.loopback import Answer, Asked, Loopback, serving

NOW = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)
SECRET = {"client_id": "an-id", "client_secret": "hush", "refresh_token": "1//hush-hush"}
SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"


def refusal(status: int, reason: str = "", message: str = "No.", **headers: str) -> Answer:
    """An error as the older APIs write it."""
    errors = [{"domain": "youtube.quota", "reason": reason, "message": message}]
    body = {"error": {"code": status, "message": message, "errors": errors}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, body=json.dumps(body).encode(), headers=named)


def rpc_refusal(
    status: int, code: str, reason: str, message: str = "No.", **metadata: str
) -> Answer:
    """An error as the newer APIs write it."""
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": metadata,
    }
    error = {"code": status, "message": message, "status": code, "details": [info]}
    return Answer(status=status, body=json.dumps({"error": error}).encode())


class Google:
    """Its token endpoint and an API that takes the newest access token alone."""

    def __init__(self) -> None:
        self.given = 0
        self.lives = 3599
        self.denied: Answer | None = None
        self.said: Answer | None = None
        self.server: Loopback

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/token":
            if self.denied:
                return self.denied
            self.given += 1
            token = {
                "access_token": f"access-{self.given}",
                "expires_in": self.lives,
                "scope": SCOPE,
                "token_type": "Bearer",
            }
            return Answer(body=json.dumps(token).encode())
        if self.said:
            return self.said
        given = asked.headers.get("authorization", f"Bearer access-{self.given}")
        if given != f"Bearer access-{self.given}":
            return refusal(401, "authError", "Invalid Credentials")
        return Answer(body=b"{}")

    def api(self, secret: str = json.dumps(SECRET), *, now: list[datetime] | None = None) -> Api:
        clock = now or [NOW]
        http = HttpClient(trust_loopback=True, now=lambda: clock[0], sleep=lambda seconds: None)
        access = Access(secret, now=lambda: clock[0], tokens_url=self.server.url)
        return Api(
            http=http, access=access, now=lambda: clock[0], base_url=self.server.url, scope=SCOPE
        )

    def get(self, api: Api | None = None, **over: Any) -> None:
        deadline = api.now() if api else NOW
        (api or self.api()).request("GET", "/v1", deadline=deadline + timedelta(seconds=9), **over)


@pytest.fixture
def google() -> Iterator[Google]:
    google = Google()
    with serving(google.answer) as server:
        google.server = server
        yield google


def paths(google: Google) -> list[str]:
    return [asked.path for asked in google.server.asked]


def test_an_api_key_travels_as_a_header_and_never_in_an_address(google: Google) -> None:
    google.get(google.api("AIza-hush"))
    (asked,) = google.server.asked
    assert asked.headers["x-goog-api-key"] == "AIza-hush"
    assert "key" not in asked.query
    assert "authorization" not in asked.headers


def test_a_refresh_token_is_exchanged_once_and_kept(google: Google) -> None:
    api = google.api()
    google.get(api)
    google.get(api)
    assert paths(google) == ["/token", "/v1", "/v1"]
    exchange = google.server.asked[0]
    assert exchange.method == "POST"
    assert parse_qs(exchange.body.decode()) == {
        "grant_type": ["refresh_token"],
        **{name: [value] for name, value in SECRET.items()},
    }
    assert google.server.asked[1].headers["authorization"] == "Bearer access-1"
    assert api.access.scopes == {SCOPE}


def test_sources_that_are_opened_anew_for_each_pull_share_a_token(google: Google) -> None:
    google.get(google.api())
    other = google.api()
    google.get(other)
    assert paths(google) == ["/token", "/v1", "/v1"]
    assert other.access.scopes == {SCOPE}


def test_an_access_token_is_renewed_before_it_ends(google: Google) -> None:
    clock = [NOW]
    api = google.api(now=clock)
    google.get(api)
    clock[0] += timedelta(seconds=3600)
    google.get(api)
    assert paths(google) == ["/token", "/v1", "/token", "/v1"]


def test_an_access_token_that_is_not_taken_any_more_is_renewed_once(google: Google) -> None:
    api = google.api()
    google.get(api)
    google.given += 1  # somebody else has got one
    google.get(api)
    assert paths(google) == ["/token", "/v1", "/v1", "/token", "/v1"]


def test_what_is_refused_twice_stays_refused(google: Google) -> None:
    google.said = refusal(401, "authError", "Invalid Credentials")
    with pytest.raises(Refused, match="401: Invalid Credentials"):
        google.get()
    assert paths(google) == ["/token", "/v1", "/token", "/v1"]


def test_a_key_that_is_refused_is_not_renewed(google: Google) -> None:
    google.said = refusal(401, "authError")
    with pytest.raises(Refused):
        google.get(google.api("AIza-hush"))
    assert paths(google) == ["/v1"]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_sign_in_that_was_withdrawn_is_refused_and_says_so(google: Google, status: int) -> None:
    said = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    google.denied = Answer(status=status, body=json.dumps(said).encode())
    with pytest.raises(SourceRefused, match=r"expired or revoked.*sign in anew") as refused:
        google.get()
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    "answer",
    [Answer(status=429), Answer(status=500), Answer(status=520), Answer(is_reset=True)],
)
def test_an_exchange_that_fails_is_unavailable_since_nothing_was_changed(
    google: Google, answer: Answer
) -> None:
    google.denied = answer
    with pytest.raises(SourceUnavailable):
        google.get()


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[" * 100_000])
def test_an_exchange_without_a_token_is_unavailable(google: Google, body: bytes) -> None:
    google.denied = Answer(body=body)
    with pytest.raises(SourceUnavailable, match="no usable JSON"):
        google.get()


@pytest.mark.parametrize(
    "secret", ["{", "{}", '{"client_id": 7}', "{" * 100_000, "AIza\nInjected: yes", "kl\u00fcssel"]
)
def test_a_secret_that_is_none_is_refused_and_not_repeated(google: Google, secret: str) -> None:
    with pytest.raises(SourceRefused, match="secret") as refused:
        google.get(google.api(secret))
    assert "Injected" not in str(refused.value)
    assert google.server.asked == []


def test_credentials_are_not_shown() -> None:
    shown = repr(Access(json.dumps(SECRET), now=lambda: NOW)) + repr(
        Access("AIza-hush", now=lambda: NOW)
    )
    assert "hush" not in shown


@pytest.mark.parametrize(
    "answer",
    [
        refusal(403, "quotaExceeded"),
        refusal(403, "dailyLimitExceeded"),
        refusal(429, "quotaExceeded", Retry_After="5"),
        refusal(
            429,
            "rateLimitExceeded",
            "Quota exceeded for quota metric 'Search Queries' and limit 'Search Queries per day'",
        ),
        rpc_refusal(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", quota_unit="1/d/{project}"),
    ],
)
def test_a_quota_of_the_day_is_back_at_midnight_in_california(
    google: Google, answer: Answer
) -> None:
    google.said = answer
    with pytest.raises(SourceUnavailable) as unavailable:
        google.get()
    assert unavailable.value.retry_at == datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_midnight_in_california_keeps_to_its_clocks() -> None:
    assert midnight(datetime(2026, 7, 1, 6, 59, tzinfo=UTC)) == datetime(2026, 7, 1, 7, tzinfo=UTC)
    assert midnight(datetime(2026, 7, 1, 7, 0, tzinfo=UTC)) == datetime(2026, 7, 2, 7, tzinfo=UTC)
    assert midnight(datetime(2026, 11, 1, 8, tzinfo=UTC)) == datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (refusal(403, "rateLimitExceeded"), 60),
        (refusal(403, "userRateLimitExceeded"), 60),
        (refusal(429, "rateLimitExceeded", Retry_After="20"), 20),
        (Answer(status=429), 60),
        (
            rpc_refusal(
                429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", quota_unit="1/min/{project}"
            ),
            60,
        ),
    ],
)
def test_too_many_at_once_is_over_soon(google: Google, answer: Answer, seconds: int) -> None:
    google.said = answer
    with pytest.raises(SourceUnavailable) as unavailable:
        google.get()
    assert unavailable.value.retry_at == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refusal(403, "forbidden"), f"grant the scope {SCOPE}"),
        (refusal(403, "insufficientPermissions"), f"grant the scope {SCOPE}"),
        (
            rpc_refusal(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
            f"grant the scope {SCOPE}",
        ),
        (refusal(403, "accessNotConfigured"), "enable the API"),
        (rpc_refusal(403, "PERMISSION_DENIED", "SERVICE_DISABLED"), "enable the API"),
        (rpc_refusal(400, "INVALID_ARGUMENT", "API_KEY_INVALID"), "give a valid API key"),
        (refusal(404, "videoNotFound", "Gone, see <a href=/x>here</a>"), "404: Gone, see here"),
        (Answer(status=403, body=b"<html>blocked</html>"), "answered 403"),
        (Answer(status=400, body=b'{"error": {"message": 7, "errors": 7}}'), "answered 400"),
        (Answer(status=403, body=b'{"error": "no"}'), "answered 403"),
    ],
)
def test_what_is_refused_says_why_and_what_helps(
    google: Google, answer: Answer, words: str
) -> None:
    google.said = answer
    with pytest.raises(Refused) as refused:
        google.get()
    assert words in str(refused.value)
    assert refused.value.status == answer.status
    assert len(str(refused.value)) < 400


def test_a_key_that_google_repeats_is_not_told(google: Google) -> None:
    words = "Consumer 'api_key:AIzaSyB-hush_hush_hush_hush_hush' has been suspended."
    google.said = rpc_refusal(403, "PERMISSION_DENIED", "CONSUMER_SUSPENDED", message=words)
    with pytest.raises(Refused) as refused:
        google.get(google.api("AIzaSyB-hush_hush_hush_hush_hush"))
    assert "hush" not in str(refused.value)
    assert "…" in str(refused.value)


def test_a_lost_answer_to_what_changes_something_is_of_unknown_outcome(google: Google) -> None:
    google.said = Answer(status=503)
    with pytest.raises(OutcomeUnknown):
        google.api().request(
            "POST", "/v1", body={"text": "hi"}, deadline=NOW + timedelta(seconds=9)
        )
