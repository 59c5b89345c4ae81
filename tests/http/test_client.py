"""The client against real servers on this machine: bounds, redirects, retries, outcomes."""

import gzip
import logging
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, repeat

import pytest

from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.http import HttpClient
from tests.http.loopback import Answer, Asked, Loopback, serving

NOW = datetime(2026, 11, 21, 23, 5, tzinfo=UTC)
SOON = NOW + timedelta(seconds=30)
HANG_UP = Answer(is_reset=True)


@dataclass
class Clock:
    """Time that passes only while somebody sleeps, or a step each time it is looked at."""

    seconds: float = 0.0
    step: float = 0.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        self.seconds += self.step
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)


def at_loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def a_client(clock: Clock | None = None, *, trust_loopback: bool = True) -> HttpClient:
    clock = clock or Clock()
    return HttpClient(
        trust_loopback=trust_loopback,
        now=clock.now,
        monotonic=clock.monotonic,
        sleep=clock.sleep,
        jitter=lambda: 0.5,
        resolve=at_loopback,
    )


def test_an_answer_comes_back_whole() -> None:
    with serving(Answer(body=b"[1]", headers={"ETag": '"a"'})) as server:
        response = a_client().request("GET", server.url + "/a b?x=1", params=())
    assert (response.status, response.body, response.headers["etag"]) == (200, b"[1]", '"a"')
    assert server.asked[0].path == "/a%20b"


def test_a_compressed_answer_is_unpacked() -> None:
    packed = Answer(body=gzip.compress(b"hello" * 9), headers={"Content-Encoding": "gzip"})
    with serving(packed) as server:
        assert a_client().request("GET", server.url).body == b"hello" * 9


# --- where it may go ---------------------------------------------------------------------


def test_loopback_is_refused_unless_it_is_trusted() -> None:
    with serving(Answer()) as server, pytest.raises(SourceRefused, match="not a public address"):
        a_client(trust_loopback=False).request("GET", server.url)
    assert server.asked == []


def test_a_redirect_to_a_private_address_is_refused() -> None:
    away = Answer(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"})
    client = HttpClient(trust_loopback=True)
    with serving(away) as server, pytest.raises(SourceRefused, match="not a public address"):
        client.request("GET", server.url, may_leave=True)


def test_a_name_with_one_private_address_among_public_ones_is_refused() -> None:
    client = HttpClient(resolve=lambda host, port: ["93.184.216.34", "10.0.0.7"])
    with pytest.raises(SourceRefused, match=r"10\.0\.0\.7"):
        client.request("GET", "http://two-faced.example/")


def test_the_connection_goes_to_the_address_that_was_vetted() -> None:
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    client = HttpClient(trust_loopback=True, resolve=lambda host, port: next(answers))
    with serving(Answer(body=b"ok")) as server:
        response = client.request("GET", f"http://rebound.example:{server.port}/")
    assert response.body == b"ok"
    assert server.asked[0].headers["host"] == f"rebound.example:{server.port}"
    assert next(answers) == ["169.254.169.254"], "it was resolved a second time"


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://example.com/", "http://user:secret@example.com/", "http://"],
)
def test_a_redirect_to_what_is_no_plain_web_address_is_refused(location: str) -> None:
    with (
        serving(Answer(status=301, headers={"Location": location})) as server,
        pytest.raises(SourceRefused) as refused,
    ):
        a_client().request("GET", server.url)
    assert "secret" not in str(refused.value)


def test_redirects_come_to_an_end() -> None:
    around = Answer(status=302, headers={"Location": "/again"})
    with serving(around) as server, pytest.raises(SourceRefused, match="redirects"):
        a_client().request("GET", server.url)
    assert len(server.asked) == 6


def test_credentials_stay_behind_when_a_redirect_leads_to_another_host() -> None:
    with (
        serving(Answer(body=b"there")) as other,
        serving(Answer(status=302, headers={"Location": other.url})) as server,
    ):
        a_client().request(
            "GET",
            server.url,
            headers={"Authorization": "Bearer x", "X-Key": "x", "If-None-Match": '"a"'},
            may_leave=True,
        )
    assert server.asked[0].headers["authorization"] == "Bearer x"
    assert not {"authorization", "x-key"} & set(other.asked[0].headers)
    assert other.asked[0].headers["if-none-match"] == '"a"'


def test_a_redirect_to_another_host_is_refused_where_nobody_allowed_it() -> None:
    with (
        serving(Answer(body=b"there")) as other,
        serving(Answer(status=302, headers={"Location": other.url})) as server,
        pytest.raises(SourceRefused, match=r"sends us on to 127\.0\.0\.1"),
    ):
        a_client().request("GET", server.url)
    assert other.asked == []


def test_credentials_are_kept_when_a_redirect_stays_with_the_host() -> None:
    with serving(Answer(status=307, headers={"Location": "/b"}), Answer()) as server:
        a_client().request("GET", server.url + "/a", headers={"Authorization": "Bearer x"})
    assert [asked.headers["authorization"] for asked in server.asked] == ["Bearer x"] * 2


# --- how much and how long ---------------------------------------------------------------


def test_an_answer_of_ten_megabytes_is_cut_off() -> None:
    with (
        serving(Answer(body=b"x" * 10_000_000)) as server,
        pytest.raises(SourceUnavailable, match="more than 5000000 bytes"),
    ):
        a_client().request("GET", server.url)


def test_a_compressed_bomb_is_cut_off() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    with (
        serving(Answer(body=bomb, headers={"Content-Encoding": "gzip"})) as server,
        pytest.raises(SourceUnavailable, match="more than 5000000 bytes"),
    ):
        a_client().request("GET", server.url)


def drip() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
    yield from repeat(b"x")


def drip_before_the_answer() -> Iterator[bytes]:
    yield from repeat(b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.parametrize("wire", [drip, drip_before_the_answer])
def test_a_slow_drip_ends_with_the_time_there_is(wire: type[Iterator[bytes]]) -> None:
    clock = Clock(step=1.0)
    with (
        serving(lambda asked: Answer(wire=wire())) as server,
        pytest.raises(SourceUnavailable, match="no whole answer"),
    ):
        a_client(clock).request("GET", server.url)
    assert clock.seconds < 30


def test_a_server_that_never_answers_ends_with_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = HttpClient(trust_loopback=True)
        deadline = datetime.now(UTC) + timedelta(milliseconds=50)
        with pytest.raises(SourceUnavailable, match="no whole answer"):
            client.request("GET", f"http://127.0.0.1:{silent.getsockname()[1]}/", deadline=deadline)


def test_nothing_is_asked_after_the_deadline() -> None:
    with serving(Answer()) as server, pytest.raises(SourceUnavailable, match="no time left"):
        a_client().request("GET", server.url, deadline=NOW)
    assert server.asked == []


# --- trying again ------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status: int) -> None:
    clock = Clock()
    with serving(Answer(status=status), Answer(body=b"ok")) as server:
        assert a_client(clock).request("GET", server.url).body == b"ok"
    assert clock.slept == [0.5]


def test_a_reset_connection_is_tried_again() -> None:
    with serving(HANG_UP, Answer(body=b"ok")) as server:
        assert a_client().request("GET", server.url).body == b"ok"


def test_a_truncated_answer_is_never_taken_for_a_whole_one() -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[1,"
    with (
        serving(lambda asked: Answer(wire=iter([half]))) as server,
        pytest.raises(SourceUnavailable, match="no whole answer"),
    ):
        a_client().request("GET", server.url)
    assert len(server.asked) == 3


def test_a_truncated_chunk_is_never_taken_for_a_whole_one() -> None:
    half = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n[1,"
    with (
        serving(lambda asked: Answer(wire=iter([half]))) as server,
        pytest.raises(SourceUnavailable, match="no whole answer"),
    ):
        a_client().request("GET", server.url)


@pytest.mark.parametrize("garbage", [b"\0\1\2", b"SSH-2.0-x\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_not_http_is_unavailable(garbage: bytes) -> None:
    with (
        serving(lambda asked: Answer(wire=iter([garbage]))) as server,
        pytest.raises(SourceUnavailable, match="no whole answer"),
    ):
        a_client().request("GET", server.url)


def test_nobody_listening_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(SourceUnavailable, match="cannot connect"):
        a_client().request("GET", f"http://127.0.0.1:{port}/")


def test_a_short_wait_that_is_asked_for_is_waited() -> None:
    clock = Clock()
    busy = Answer(status=429, headers={"Retry-After": "3"})
    with serving(busy, Answer(body=b"ok")) as server:
        assert a_client(clock).request("GET", server.url, deadline=SOON).body == b"ok"
    assert clock.slept == [3.0]


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "300"},
        {"Retry-After": "Sat, 21 Nov 2026 23:10:00 GMT"},
        {"X-RateLimit-Reset": "2026-11-21T23:10:00Z"},
    ],
)
def test_a_long_wait_that_is_asked_for_is_left_to_a_later_pull(headers: dict[str, str]) -> None:
    clock = Clock()
    with (
        serving(Answer(status=429, headers=headers)) as server,
        pytest.raises(SourceUnavailable) as unavailable,
    ):
        a_client(clock).request("GET", server.url)
    assert unavailable.value.retry_at == NOW + timedelta(minutes=5)
    assert clock.slept == []
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_an_outage_is_over_before_the_window_of_a_rate_limit_is(status: int) -> None:
    reset = {"X-Rate-Limit-Remaining": "299", "X-Rate-Limit-Reset": "1795303800"}
    failing = Answer(status=status, headers=reset)
    with serving(failing, failing, Answer(body=b"ok")) as server:
        assert a_client().request("GET", server.url, deadline=SOON).body == b"ok"
    with serving(failing) as server, pytest.raises(SourceUnavailable) as unavailable:
        a_client().request("GET", server.url)
    assert unavailable.value.retry_at is None


def test_a_throttling_platform_that_says_nothing_is_not_asked_again_at_once() -> None:
    with serving(Answer(status=429)) as server, pytest.raises(SourceUnavailable) as unavailable:
        a_client().request("GET", server.url)
    assert unavailable.value.retry_at is None
    assert len(server.asked) == 1


def test_a_wait_longer_than_the_time_left_is_not_begun() -> None:
    clock = Clock()
    with (
        serving(Answer(status=503, headers={"Retry-After": "3"})) as server,
        pytest.raises(SourceUnavailable) as unavailable,
    ):
        a_client(clock).request("GET", server.url, deadline=NOW + timedelta(seconds=2))
    assert unavailable.value.retry_at == NOW + timedelta(seconds=3)
    assert clock.slept == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_a_refusal_is_not_tried_again_and_says_why(status: int) -> None:
    why = Answer(status=status, body=b'{"error": "This action is not allowed\\u0007"}')
    with (
        serving(why) as server,
        pytest.raises(SourceRefused, match=f"answered {status}: This action is not allowed$"),
    ):
        a_client().request("GET", server.url)
    assert len(server.asked) == 1


# --- requests that change something ------------------------------------------------------


def test_a_post_is_sent_once_and_an_unclear_end_is_told_apart() -> None:
    with serving(HANG_UP) as server, pytest.raises(OutcomeUnknown):
        a_client().request("POST", server.url, body=b"{}")
    assert len(server.asked) == 1


def test_a_post_that_met_a_server_error_may_have_been_carried_out() -> None:
    with serving(Answer(status=502)) as server, pytest.raises(OutcomeUnknown):
        a_client().request("POST", server.url, body=b"{}")


def test_a_post_that_was_never_sent_is_surely_not_carried_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(SourceUnavailable):
        a_client().request("POST", f"http://127.0.0.1:{port}/", body=b"{}")


def test_a_throttled_post_is_surely_not_carried_out() -> None:
    with serving(Answer(status=429)) as server, pytest.raises(SourceUnavailable):
        a_client().request("POST", server.url, body=b"{}")


def test_a_post_with_an_idempotency_key_is_tried_again_under_the_same_key() -> None:
    with serving(HANG_UP, Answer(body=b"ok")) as server:
        a_client().request("POST", server.url, body=b"{}", headers={"Idempotency-Key": "k"})
    assert [asked.headers["idempotency-key"] for asked in server.asked] == ["k", "k"]


def test_a_refusal_after_an_unclear_try_does_not_make_it_clear() -> None:
    with (
        serving(HANG_UP, Answer(status=401)) as server,
        pytest.raises(OutcomeUnknown),
    ):
        a_client().request("POST", server.url, body=b"{}", headers={"Idempotency-Key": "k"})


def test_a_post_follows_no_redirect() -> None:
    with (
        serving(Answer(status=307, headers={"Location": "/b"})) as server,
        pytest.raises(SourceRefused, match="answered 307"),
    ):
        a_client().request("POST", server.url, body=b"{}")
    assert len(server.asked) == 1


# --- what it keeps to itself -------------------------------------------------------------


def test_no_log_line_and_no_error_carries_path_query_or_header(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    odd = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nno colon here\r\n\r\n"
    with (
        serving(lambda asked: Answer(wire=iter([odd]))) as server,
        pytest.raises(SourceUnavailable) as unavailable,
    ):
        a_client().request(
            "GET", server.url + "/hush?token=hush", headers={"Authorization": "hush"}
        )
    assert "hush" not in caplog.text + repr(unavailable.value)


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with serving(Answer(body=b"ok")) as server:
        assert a_client().request("GET", server.url).body == b"ok"


def test_two_threads_do_not_share_their_time() -> None:
    barrier = threading.Barrier(2)
    numbers = count()

    def answer(asked: Asked) -> Answer:
        barrier.wait(timeout=5)
        return Answer(body=str(next(numbers)).encode())

    client, found = a_client(), []

    def ask(server: Loopback) -> None:
        found.append(client.request("GET", server.url).body)

    with serving(answer) as server:
        threads = [threading.Thread(target=ask, args=(server,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(found) == [b"0", b"1"]
