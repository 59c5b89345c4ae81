"""Signing in, staying signed in and signing out, as the page asks for it."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.domain.errors import OutcomeUnknown, SourceUnavailable
from chalicelib.ports import Issued
from chalicelib.web.limits import COUNTED, OF_ADDRESS, WRITES_OF_AGENT
from tests.identity import POOL, sign
from tests.web.office import LINK, Browser, Office

VERIFIER = "v" * 43
CODE = "a-code-of-the-pool"


def issue(office: Office, **over: Any) -> Issued:
    """What the pool gives for `CODE`."""
    token = sign("gus", now=office.now, **over)
    issued = Issued(id_token=token, refresh_token="refresh-1")
    office.sessions.codes[CODE] = (VERIFIER, issued)
    return issued


def begin(nobody: Browser, **over: Any) -> Any:
    return nobody.post("/api/v1/session", {"code": CODE, "verifier": VERIFIER, **over})


def test_anybody_is_told_where_to_sign_in(nobody: Browser) -> None:
    answer = nobody.get("/api/v1/sign-in")
    assert answer.json_body == {
        "authorize_url": "https://sign-in.example/oauth2/authorize",
        "logout_url": "https://sign-in.example/logout",
        "client_id": POOL.client_id,
        "redirect_uri": "https://desk.example/api/",
        "scope": "openid email profile",
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_code_and_its_proof_begin_a_session(office: Office, nobody: Browser) -> None:
    issued = issue(office)
    answer = begin(nobody)
    assert answer.status_code == 200
    assert answer.json_body == {
        "token": issued.id_token,
        "refresh_token": "refresh-1",
        "expires_at": (office.now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    assert Browser(answer.json_body["token"]).get("/api/v1/me").status_code == 200
    assert office.sessions.begun == ["https://desk.example/api/"]


def test_a_code_opens_once(office: Office, nobody: Browser) -> None:
    issue(office)
    begin(nobody)
    again = begin(nobody)
    assert (again.status_code, again.json_body["code"]) == (401, "InvalidToken")
    assert again.json_body["detail"] == "this sign-in is over; sign in again"


def test_a_code_without_its_proof_opens_nothing(office: Office, nobody: Browser) -> None:
    issue(office)
    assert begin(nobody, verifier="w" * 43).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [{"code": ""}, {"code": "x" * 3000}, {"code": "a b"}, {"verifier": "short"}, {"code": 7}],
)
def test_what_can_be_no_code_is_not_sent_on(
    office: Office, nobody: Browser, wrong: dict[str, Any]
) -> None:
    office.sessions.trouble = SourceUnavailable("must not be asked")
    assert begin(nobody, **wrong).status_code == 400


def test_who_has_no_role_hears_of_it_when_they_sign_in(office: Office, nobody: Browser) -> None:
    issue(office, roles=())
    answer = begin(nobody)
    assert (answer.status_code, answer.json_body["code"]) == (403, "NotAllowed")
    assert "no role" in answer.json_body["detail"]


def test_tokens_that_the_pool_should_not_have_given_are_not_passed_on(
    office: Office, nobody: Browser
) -> None:
    issue(office, aud="another")
    assert begin(nobody).status_code == 401


def test_a_session_goes_on_with_its_refresh_token(office: Office, nobody: Browser) -> None:
    office.pass_time(minutes=55)
    later = Issued(id_token=sign("gus", now=office.now), refresh_token="")
    office.sessions.refreshing["refresh-1"] = later
    answer = nobody.post("/api/v1/session/refresh", {"refresh_token": "refresh-1"})
    assert answer.json_body["token"] == later.id_token
    assert answer.json_body["refresh_token"] == ""


def test_a_refresh_token_that_is_over_signs_out(nobody: Browser) -> None:
    answer = nobody.post("/api/v1/session/refresh", {"refresh_token": "older"})
    assert (answer.status_code, answer.json_body["code"]) == (401, "InvalidToken")


def test_who_signs_out_cannot_go_on(office: Office, nobody: Browser) -> None:
    office.sessions.refreshing["refresh-1"] = issue(office)
    ended = nobody.post("/api/v1/session/end", {"refresh_token": "refresh-1"})
    assert ended.json_body == {"has_ended": True}
    again = nobody.post("/api/v1/session/refresh", {"refresh_token": "refresh-1"})
    assert again.status_code == 401


@pytest.mark.parametrize(
    ("trouble", "status"),
    [(SourceUnavailable("away"), 503), (OutcomeUnknown("lost"), 502)],
)
@pytest.mark.parametrize("path", ["session", "session/refresh", "session/end"])
def test_a_pool_that_does_not_answer_is_no_bad_sign_in(
    office: Office, nobody: Browser, path: str, trouble: Any, status: int
) -> None:
    office.sessions.trouble = trouble
    body = {"code": CODE, "verifier": VERIFIER, "refresh_token": "refresh-1"}
    assert nobody.post(f"/api/v1/{path}", body).status_code == status


def test_no_token_is_ever_logged(
    office: Office, nobody: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    issued = issue(office)
    with caplog.at_level(0):
        begin(nobody)
        begin(nobody)
        Browser(issued.id_token[:-9]).get("/api/v1/me")
    assert issued.id_token not in caplog.text
    assert CODE not in caplog.text
    assert issued.id_token not in repr(issued)


# --- how often -----------------------------------------------------------------------------


def test_every_public_route_that_touches_anything_is_counted() -> None:
    from chalicelib.web.access import PUBLIC_ROUTES

    touches_nothing = {"/", "/static/{version}/{name}", "/api/v1/health"}
    counts_what_is_refused = {"/push/{source}"}  # tests/web/test_push.py
    assert set(PUBLIC_ROUTES) - set(COUNTED) == touches_nothing | counts_what_is_refused


PUBLIC = [
    ("GET", "/api/v1/sign-in"),
    ("POST", "/api/v1/session"),
    ("POST", "/api/v1/session/refresh"),
    ("POST", "/api/v1/session/end"),
    ("GET", "/calendar/person/ana/AbCdEfGhIjKlMnOpQrSt-_"),
]


@pytest.mark.parametrize(("method", "path"), PUBLIC)
def test_one_address_may_not_ask_without_end(
    office: Office, nobody: Browser, method: str, path: str
) -> None:
    headers = {"content-type": "application/json"}
    for _ in range(OF_ADDRESS):
        answer = nobody.request(method, path, headers=headers, body=b"{}")
        assert answer.status_code != 429
    office.pass_time(seconds=18)
    answer = nobody.request(method, path, headers=headers, body=b"{}")
    assert answer.status_code == 429
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.headers["Retry-After"] == "42"
    assert answer.json_body["code"] == "TooMany"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    office.pass_time(seconds=42)
    assert nobody.request(method, path, headers=headers, body=b"{}").status_code != 429


def test_a_link_that_is_asked_for_without_end_says_so_to_people(
    office: Office, nobody: Browser
) -> None:
    for _ in range(OF_ADDRESS):
        assert nobody.get(f"/a/{LINK}").status_code == 404
    answer = nobody.get(f"/a/{LINK}")
    assert answer.status_code == 429
    assert answer.headers["Content-Type"].startswith("text/html")
    assert b"reply to the SMS" in answer.body
    assert answer.headers["Retry-After"] == "60"


def test_what_is_the_same_for_everybody_is_not_counted(office: Office, nobody: Browser) -> None:
    for path in ("/", "/api/v1/health", "/static/1/main.js"):
        nobody.get(path)
    assert not office.limits.hits


def test_reading_is_not_counted_and_writing_is_for_each_agent(
    office: Office, gus: Browser, mia: Browser
) -> None:
    path = f"/api/v1/tickets/{office.add_ticket().id}/look-up"
    gus.get("/api/v1/queue")
    assert not office.limits.hits
    for _ in range(WRITES_OF_AGENT):
        assert gus.post(path).status_code != 429
    assert gus.post(path).status_code == 429
    assert mia.post(path).status_code != 429
    assert gus.get("/api/v1/queue").status_code == 200


def test_what_is_counted_holds_no_address_and_no_name(office: Office, nobody: Browser) -> None:
    nobody.get("/api/v1/sign-in")
    ((key, _),) = office.limits.hits
    assert key.startswith("sign-in#")
    assert "127.0.0.1" not in key


def test_a_counter_that_fails_keeps_nobody_from_acknowledging(
    office: Office, nobody: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    office.limits.trouble = RuntimeError("the table does not answer")
    path = office.add_link(office.add_incident())
    assert nobody.submit(path, act="acknowledge").status_code == 200
    assert [one.message for one in caplog.records if one.message == "not_counted"]


def test_a_key_that_is_missing_keeps_nobody_from_acknowledging(
    office: Office, nobody: Browser
) -> None:
    path = office.add_link(office.add_incident())
    with wiring.override(limits=None):
        assert nobody.get(path).status_code == 200
