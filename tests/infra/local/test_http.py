"""The app over HTTP, and the phones page beside it."""

import gzip
import http.client
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from chalice.app import Chalice
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sesv2.models import sesv2_backends

from chalicelib.domain.desk import Responder
from chalicelib.domain.schedule import ResponderId
from infra.local.cloud import REGION, Cloud
from infra.local.http import HOST, Gateway, Server
from infra.local.mailboxes import Mailboxes
from infra.local.phones_page import PhonesPage
from tests.infra.local.toy import Toy

JSON = {"Content-Type": "application/json"}


class Browser:
    def __init__(self, server: Server) -> None:
        self._server = server

    def ask(
        self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
    ) -> tuple[int, str, dict[str, str]]:
        connection = http.client.HTTPConnection(HOST, self._server.port, timeout=5)
        connection.request(method, path, body or None, headers or {})
        answer = connection.getresponse()
        found = answer.status, answer.read().decode(), dict(answer.headers)
        connection.close()
        return found


@pytest.fixture
def server(cloud: Cloud) -> Iterator[Server]:
    @cloud.app.route("/hello")
    def hello() -> dict[str, str]:
        request = cloud.app.current_request
        assert request is not None
        return {"said": request.headers.get("x-word", "hello")}

    cloud.phones.know([Responder(id=ResponderId("ana"), name="Ana <b>", phone="+447700900101")], {})
    page = PhonesPage(
        cloud.phones,
        Mailboxes(clock=cloud.clock, backend=sesv2_backends[DEFAULT_ACCOUNT_ID][REGION]),
        clock=cloud.clock,
        zone="Europe/Vienna",
        title="Test",
        wake=lambda: None,
    )

    @cloud.app.route("/long")
    def long() -> dict[str, str]:
        return {"said": "hello " * 1_000}

    with Server(cloud.app, port=0, local=page.answer) as server:
        yield server


def test_what_is_long_is_compressed_for_whoever_takes_it_as_the_gateway_does(
    server: Server,
) -> None:
    def asked(path: str, **headers: str) -> tuple[bytes, str | None]:
        connection = http.client.HTTPConnection(HOST, server.port, timeout=5)
        connection.request("GET", path, None, headers)
        answer = connection.getresponse()
        found = answer.read(), answer.headers["Content-Encoding"]
        connection.close()
        return found

    plain, none = asked("/long")
    packed, kind = asked("/long", **{"Accept-Encoding": "gzip, br"})
    assert (none, kind) == (None, "gzip")
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain) / 10
    assert asked("/hello", **{"Accept-Encoding": "gzip"})[1] is None


@pytest.fixture
def browser(server: Server) -> Browser:
    return Browser(server)


def test_the_apps_routes_are_served(browser: Browser) -> None:
    status, body, _headers = browser.ask("GET", "/hello")
    assert (status, json.loads(body)) == (200, {"said": "hello"})


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer a.secret.token"}])
def test_an_address_that_leads_nowhere_is_a_problem_and_repeats_nothing(
    browser: Browser, headers: dict[str, str]
) -> None:
    status, body, answered = browser.ask("GET", "/nowhere/at/all", "", headers)
    assert status == 404
    assert answered["Content-Type"].startswith("application/problem+json")
    assert answered["X-Content-Type-Options"] == "nosniff"
    assert json.loads(body)["detail"] == "there is nothing at this address"
    assert "secret" not in body + str(answered)


def test_a_port_that_is_taken_gives_another(server: Server) -> None:
    other = Server(Chalice(app_name="other"), port=server.port, local=lambda *_: None)
    with other:
        assert other.port != server.port


def test_the_phones_page_is_served_under_a_strict_policy(browser: Browser) -> None:
    status, body, headers = browser.ask("GET", "/phones")
    assert status == 200
    assert "<h1>Phones</h1>" in body
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    for path in ("/phones/phones.css", "/phones/phones.js"):
        assert browser.ask("GET", path)[0] == 200


def test_the_state_tells_the_scenarios_time_and_every_phone(browser: Browser) -> None:
    state = json.loads(browser.ask("GET", "/local/state")[1])
    assert datetime.fromisoformat(state["now"]) == datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    assert [person["name"] for person in state["people"]] == ["Ana <b>"]


def test_a_reply_from_the_page_reaches_the_function(
    browser: Browser, cloud: Cloud, toy: Toy
) -> None:
    status, _body, _headers = browser.ask(
        "POST", "/local/phones/ana/reply", '{"text": "BCDFG"}', JSON
    )
    cloud.settle()
    assert status == 202
    assert json.loads(toy.handled("listen")[0])["messageBody"] == "BCDFG"


@pytest.mark.parametrize(
    ("path", "body", "headers", "expected"),
    [
        ("/local/phones/ana/reply", '{"text": " "}', JSON, 400),
        ("/local/phones/ana/reply", "not json", JSON, 400),
        ("/local/phones/ana/reply", '{"text": "x"}', {}, 415),
        ("/local/phones/ben/reply", '{"text": "x"}', JSON, 404),
        ("/local/phones/ana/burn", '{"text": "x"}', JSON, 404),
        ("/local/phones/ana/reply", "x" * 20_000, JSON, 413),
    ],
)
def test_what_the_page_would_not_send_is_refused(
    browser: Browser, path: str, body: str, headers: dict[str, str], expected: int
) -> None:
    assert browser.ask("POST", path, body, headers)[0] == expected


@pytest.mark.parametrize("name", ["Host", "Origin"])
def test_another_site_cannot_read_or_use_the_phones(browser: Browser, name: str) -> None:
    value = "evil.example:8000" if name == "Host" else "http://evil.example"
    assert browser.ask("GET", "/local/state", "", {name: value})[0] == 403


@pytest.mark.parametrize("path", ["/hello", "/phones", "/local/state"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example:8000"},
        {"Host": "127.0.0.1"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
    ],
)
def test_another_site_can_read_or_use_nothing_of_ours(
    browser: Browser, path: str, headers: dict[str, str]
) -> None:
    assert browser.ask("GET", path, "", headers)[0] == 403


@pytest.mark.parametrize("path", ["/hello", "/phones", "/local/state"])
def test_pages_of_this_very_address_and_links_to_it_are_answered(
    browser: Browser, server: Server, path: str
) -> None:
    for headers in (
        {"Origin": server.address, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Host": f"LOCALHOST:{server.port}", "Origin": f"http://localhost:{server.port}"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ):
        assert browser.ask("GET", path, "", headers)[0] == 200


def test_another_site_cannot_send_a_form(browser: Browser) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert browser.ask("POST", "/hello", "{}", JSON | headers)[0] == 403


def test_a_chunked_body_is_refused(server: Server) -> None:
    with socket.create_connection((HOST, server.port), timeout=5) as connection:
        connection.sendall(
            b"POST /hello HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 411")


def test_the_gateway_answers_without_a_socket(server: Server, cloud: Cloud) -> None:
    status, body = Gateway(cloud.app).request("GET", "/hello", headers={"x-word": "hi"})
    assert (status, json.loads(body)) == (200, {"said": "hi"})


def test_every_request_to_the_app_is_heard_of_before_it_is_answered(cloud: Cloud) -> None:
    heard: list[tuple[str, str]] = []
    with Server(
        cloud.app,
        port=0,
        local=lambda *_: (HTTPStatus.OK, {}, b""),
        heed=lambda method, path: heard.append((method, path)),
    ) as server:
        browser = Browser(server)
        browser.ask("GET", "/nowhere?secret=1")
        browser.ask("GET", "/phones")
        browser.ask("POST", "/api/v1/tickets/x/preview", "{}")
    assert heard == [("GET", "/nowhere"), ("POST", "/api/v1/tickets/x/preview")]
