"""Nobody comes in without a token, but by the few doors of one table."""

import logging
from datetime import timedelta

import jwt
import pytest
from chalice.app import Chalice

import app as product
from chalicelib import wiring
from chalicelib.domain.errors import SourceUnavailable
from chalicelib.web.access import PUBLIC_ROUTES, SECURITY_HEADERS, Role, guard
from infra.local.http import Gateway
from tests import identity
from tests.builders import NOW
from tests.web.office import KEY, LINK, Browser, Office

ROUTES = [(path, method) for path, methods in product.app.routes.items() for method in methods]
CLOSED = [(path, method) for path, method in ROUTES if path not in PUBLIC_ROUTES]


def address(path: str) -> str:
    """A path that leads to the route of this template."""
    places = {
        "{id}": "mastodon.1",
        "{key}": LINK,
        "{version}": "1",
        "{name}": "main.js",
        "{kind}": "person",
        "{source}": "our-forum",
    }
    for place, value in places.items():
        path = path.replace(place, value)
    return path


def unsigned(office: Office) -> str:
    said = identity.claims(now=office.now)
    return jwt.encode(said, None, algorithm="none")  # type: ignore[arg-type]


def of_the_first_issue(office: Office) -> str:
    """What opened the desk before there was a user pool: signed with the stage's token key."""
    said = {"iss": "nightdesk", "aud": "nightdesk-test", "sub": "gus", "name": "Gus"}
    times = {"iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 3600}
    return jwt.encode({**said, **times, "roles": ["agent"]}, KEY, algorithm="HS256")


def credentials(office: Office) -> dict[str, dict[str, str]]:
    """Everything somebody might try, as headers."""
    good = office.token()
    head, body, signature = good.split(".")
    return {
        "nothing": {},
        "an empty token": {"authorization": "Bearer "},
        "another scheme": {"authorization": f"Basic {good}"},
        "a bare token": {"authorization": good},
        "a forged signature": {"authorization": f"Bearer {head}.{body}.{signature[::-1]}"},
        "another key": {"authorization": f"Bearer {office.token(key='theirs')}"},
        "another client": {"authorization": f"Bearer {office.token(aud='another')}"},
        "an access token": {"authorization": f"Bearer {office.token(token_use='access')}"},
        "the first issue": {"authorization": f"Bearer {of_the_first_issue(office)}"},
        "no algorithm": {"authorization": f"Bearer {unsigned(office)}"},
        "an old token": {
            "authorization": f"Bearer {office.token(now=NOW - timedelta(days=1))}",
        },
        "a cookie": {"cookie": f"token={good}"},
    }


@pytest.mark.parametrize(("path", "method"), CLOSED)
def test_a_route_that_is_not_in_the_table_needs_a_good_token(
    office: Office, nobody: Browser, path: str, method: str
) -> None:
    office.add_ticket()
    for what, headers in credentials(office).items():
        answer = nobody.request(method, address(path), headers=headers)
        assert answer.status_code == 401, what
        assert answer.json_body["code"] == "InvalidToken"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_table_of_open_routes_is_this_and_no_other() -> None:
    assert set(PUBLIC_ROUTES) == {
        "/",
        "/static/{version}/{name}",
        "/api/v1/health",
        "/a/{key}",
        "/calendar/{kind}/{name}/{key}",
        "/push/{source}",
        "/api/v1/sign-in",
        "/api/v1/session",
        "/api/v1/session/refresh",
        "/api/v1/session/end",
    }
    assert set(PUBLIC_ROUTES) <= set(product.app.routes)


def test_a_new_route_is_closed_until_somebody_opens_it(office: Office) -> None:
    another = Chalice(app_name="another")
    another.register_middleware(guard, "http")

    @another.route("/api/v1/everything")
    def everything() -> dict[str, str]:
        return {"all": "of it"}

    gateway = Gateway(another)
    assert gateway.request("GET", "/api/v1/everything")[0] == 401
    for role in Role:
        signed_in = {"authorization": f"Bearer {office.token(roles=(role,))}"}
        assert gateway.request("GET", "/api/v1/everything", headers=signed_in)[0] == 403


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_every_answer_carries_the_security_headers(
    nobody: Browser, gus: Browser, path: str, method: str
) -> None:
    for browser in (nobody, gus):
        answer = browser.request(method, address(path))
        assert SECURITY_HEADERS.items() <= answer.headers.items()
        assert "Cache-Control" in answer.headers


def test_the_policy_allows_no_inline_script_no_foreign_host_and_no_framing() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert SECURITY_HEADERS["Referrer-Policy"] == "no-referrer"
    assert SECURITY_HEADERS["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/api/v1/queue", "/api/v1/me", "/api/v1/health", f"/a/{LINK}"])
def test_what_is_private_is_never_kept_by_a_cache(gus: Browser, path: str) -> None:
    assert gus.get(path).headers["Cache-Control"] == "no-store"


def test_a_method_that_a_route_does_not_take_is_a_problem_with_all_headers(gus: Browser) -> None:
    answer = gus.request("DELETE", "/api/v1/queue")
    assert answer.status_code == 405
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.headers["Allow"] == "GET"
    assert SECURITY_HEADERS.items() <= answer.headers.items()


class Broken:
    """A service with a fault."""

    def open_ones(self) -> None:
        raise RuntimeError("the table nightdesk-test-incidents is on fire")


def test_a_fault_of_ours_says_nothing_about_itself_but_is_noted(
    office: Office, gus: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        wiring.override(acknowledging=Broken(), now=lambda: NOW),
        caplog.at_level(logging.ERROR, logger="nightdesk.web"),
    ):
        answer = gus.get("/api/v1/incidents")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert b"fire" not in answer.body
    assert b"Traceback" not in answer.body
    assert [record.message for record in caplog.records] == ["request_failed"]


class BrokenKeys:
    """Keys of the pool that cannot be read for a fault of ours."""

    def key(self, kid: str, *, now: object) -> None:
        raise RuntimeError("no keys here")


def test_a_gate_that_fails_lets_nobody_in(
    office: Office, gus: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with wiring.override(key_sets=BrokenKeys(), now=lambda: NOW):
        answer = gus.get("/api/v1/queue")
    assert answer.status_code == 500
    assert SECURITY_HEADERS.items() <= answer.headers.items()
    assert caplog.records


def test_while_the_user_pool_cannot_be_asked_nobody_is_signed_out(
    office: Office, gus: Browser
) -> None:
    office.key_sets.trouble = SourceUnavailable("the pool does not answer")
    answer = gus.get("/api/v1/queue")
    assert (answer.status_code, answer.json_body["code"]) == (503, "SourceUnavailable")


def test_health_says_that_it_answers_and_nothing_else(nobody: Browser) -> None:
    answer = nobody.get("/api/v1/health")
    assert (answer.status_code, answer.json_body) == (200, {"status": "ok"})
