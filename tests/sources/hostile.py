"""What a platform must not be able to do to us: every member is tried with the same bad answers.

The oracle is the same for each: an error that says something, or an answer that is taken; and
once the platform is itself again, whatever it held is given, unless it was told as unreadable.
"""

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Protocol

import pytest

from chalicelib.domain.errors import SourceError, SourceRefused, SourceUnavailable
from chalicelib.http import HttpClient
from chalicelib.ports import Batch, Cursor
from chalicelib.sources import open_source
from tests.http.loopback import Answer, Asked, Loopback
from tests.sources.contract import BRAND, SourceContract, Stage, ids, read_all

SECRETS = ("token", "hush")
"""What no error may repeat; a stage's secret holds one of them."""

JSON_OF_ANOTHER_SHAPE = (
    b"null",
    b"7",
    b'"acme"',
    b"[]",
    b"{}",
    b"[7]",
    b'{"data": 7}',
    b'{"a": []}',
)

REFUSALS = {
    401: SourceRefused,
    403: SourceRefused,
    404: SourceRefused,
    409: SourceRefused,
    410: SourceRefused,
}


class Served(Protocol):
    """A stage whose platform is a server on this machine."""

    server: Loopback


@contextmanager
def answering(stage: Stage, answer: Callable[[Asked, Answer], Answer]) -> Iterator[None]:
    """The platform answers as `answer` makes it of what it would have said."""
    server = server_of(stage)
    usual = server.answer
    server.answer = lambda asked: answer(asked, usual(asked))
    try:
        yield
    finally:
        server.answer = usual


def server_of(stage: Stage) -> Loopback:
    found = getattr(stage, "server", None)
    assert isinstance(found, Loopback), "the stage of a platform has its `server`"
    return found


def fetched(stage: Stage, cursor: Cursor | None, *, seconds: float = 30) -> Batch | SourceError:
    """One fetch; an error that is not ours to expect fails the test."""
    deadline = stage.now + timedelta(seconds=seconds)
    source = stage.source()
    try:
        return source.fetch(cursor, deadline=deadline)
    except SourceError as error:
        told = error
    assert str(told).strip()
    assert not any(secret in str(told) for secret in SECRETS)
    return told


def mutations(answer: Answer) -> Iterator[tuple[str, bytes]]:
    """The answer with one field at a time missing, null or of another kind, in every place."""
    try:
        whole = json.loads(answer.body)
    except ValueError:
        return
    for name in sorted(_names(whole)):
        for what, change in CHANGES.items():
            yield f"{name} {what}", json.dumps(_changed(whole, name, change)).encode()


_GONE = object()

CHANGES: dict[str, Callable[[Any], object]] = {
    "missing": lambda value: _GONE,
    "null": lambda value: None,
    "of another kind": lambda value: 7 if isinstance(value, str | list | dict) else "seven",
    "a list": lambda value: ["x"] if not isinstance(value, list) else {},
}


def _names(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {name for one in value.values() for name in _names(one)}
    return {name for one in value for name in _names(one)} if isinstance(value, list) else set()


def _changed(value: Any, name: str, change: Callable[[Any], object]) -> Any:
    if isinstance(value, dict):
        changed = {
            key: change(one) if key == name else _changed(one, name, change)
            for key, one in value.items()
        }
        return {key: one for key, one in changed.items() if one is not _GONE}
    return [_changed(one, name, change) for one in value] if isinstance(value, list) else value


def with_unknown_fields(value: Any) -> Any:
    if isinstance(value, dict):
        grown = {key: with_unknown_fields(one) for key, one in value.items()}
        return {**grown, "zz_unknown": {"deep": [1, None, "x"]}} if value else value
    return [with_unknown_fields(one) for one in value] if isinstance(value, list) else value


class PlatformContract(SourceContract):
    """The suite for members that speak HTTP: all of `SourceContract`, and bad answers besides."""

    def read_then_post(self, stage: Stage) -> tuple[Cursor | None, str]:
        _, cursor = read_all(stage, None)
        return cursor, stage.post("acme through the storm", at=stage.now)

    def see_that_nothing_is_lost(
        self, stage: Stage, id: str, cursor: Cursor | None, came: Batch | SourceError
    ) -> None:
        """`came` is what the bad answer gave; from now on the platform is itself again."""
        given = set[str]()
        if isinstance(came, Batch):
            given, cursor = ids(came.pulled), came.cursor
            if came.refused or came.gap:
                return  # told
        again, _ = read_all(stage, cursor)
        assert id in given | ids(again)

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 418, 451])
    def test_a_refusal_is_told_and_loses_nothing(self, stage: Stage, status: int) -> None:
        cursor, id = self.read_then_post(stage)
        with answering(stage, lambda asked, usual: Answer(status=status, body=b"{}")):
            came = fetched(stage, cursor)
        assert isinstance(came, SourceError)
        assert isinstance(came, REFUSALS.get(status, SourceError))
        self.see_that_nothing_is_lost(stage, id, cursor, came)

    @pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 520, 599])
    def test_an_outage_passes_and_loses_nothing(self, stage: Stage, status: int) -> None:
        cursor, id = self.read_then_post(stage)
        with answering(stage, lambda asked, usual: Answer(status=status)):
            came = fetched(stage, cursor)
        assert isinstance(came, SourceUnavailable)
        self.see_that_nothing_is_lost(stage, id, cursor, came)

    @pytest.mark.parametrize("status", [429, 503])
    def test_when_the_platform_says_when_to_come_back_that_is_kept(
        self, stage: Stage, status: int
    ) -> None:
        cursor, _ = self.read_then_post(stage)
        later = Answer(status=status, headers={"Retry-After": "1800"})
        with answering(stage, lambda asked, usual: later):
            came = fetched(stage, cursor)
        assert isinstance(came, SourceUnavailable)
        assert came.retry_at == stage.now + timedelta(seconds=1800)
        assert len(server_of(stage).asked) > 0

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<!DOCTYPE html><title>Just a moment...</title>",
            b"\xff\xfe\x00",
            b"{" * 100_000,
            b"[" * 100_000 + b"]" * 100_000,
        ],
        ids=["nothing", "a page for people", "no text", "half of it", "too deep"],
    )
    def test_what_is_no_answer_is_unavailable_and_loses_nothing(
        self, stage: Stage, body: bytes
    ) -> None:
        cursor, id = self.read_then_post(stage)
        with answering(stage, lambda asked, usual: Answer(body=body)):
            came = fetched(stage, cursor)
        assert isinstance(came, SourceUnavailable)
        self.see_that_nothing_is_lost(stage, id, cursor, came)

    @pytest.mark.parametrize("body", JSON_OF_ANOTHER_SHAPE)
    def test_json_of_another_shape_loses_nothing(self, stage: Stage, body: bytes) -> None:
        cursor, id = self.read_then_post(stage)
        with answering(stage, lambda asked, usual: Answer(body=body)):
            came = fetched(stage, cursor)
        self.see_that_nothing_is_lost(stage, id, cursor, came)

    def test_half_an_answer_loses_nothing(self, stage: Stage) -> None:
        cursor, id = self.read_then_post(stage)

        def cut(asked: Asked, usual: Answer) -> Answer:
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(usual.body) + 9}\r\n\r\n".encode()
            return Answer(wire=iter([head, usual.body[: len(usual.body) // 2]]))

        with answering(stage, cut):
            came = fetched(stage, cursor)
        assert isinstance(came, SourceUnavailable)
        self.see_that_nothing_is_lost(stage, id, cursor, came)

    def test_a_connection_that_is_reset_loses_nothing(self, stage: Stage) -> None:
        cursor, id = self.read_then_post(stage)
        with answering(stage, lambda asked, usual: Answer(is_reset=True)):
            came = fetched(stage, cursor)
        assert isinstance(came, SourceUnavailable)
        self.see_that_nothing_is_lost(stage, id, cursor, came)

    def test_a_slow_drip_ends_with_the_deadline(self, stage: Stage) -> None:
        cursor, id = self.read_then_post(stage)

        def drip(asked: Asked, usual: Answer) -> Answer:
            def pieces() -> Iterator[bytes]:
                yield b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
                while True:
                    yield b" "

            return Answer(wire=pieces())

        with answering(stage, drip):
            came = fetched(stage, cursor, seconds=0.4)
        if isinstance(came, Batch):
            assert (came.pulled, came.is_caught_up) == ((), False)
        self.see_that_nothing_is_lost(stage, id, cursor, came)

    @pytest.mark.parametrize("size", [10_000_000, 100_000_000], ids=["plain", "gzip bomb"])
    def test_an_answer_that_is_far_too_large_is_cut_off(self, stage: Stage, size: int) -> None:
        cursor, id = self.read_then_post(stage)
        is_bomb = size > 50_000_000
        body = gzip.compress(b" " * size, 1) if is_bomb else b" " * size
        headers = {"Content-Encoding": "gzip"} if is_bomb else {}
        with answering(stage, lambda asked, usual: Answer(body=body, headers=headers)):
            came = fetched(stage, cursor)
        assert isinstance(came, SourceUnavailable)
        self.see_that_nothing_is_lost(stage, id, cursor, came)

    @pytest.mark.parametrize(
        "location",
        [
            "http://169.254.169.254/latest/",
            "http://10.0.0.1/",
            "http://localhost:1/",
            "file:///etc",
        ],
    )
    def test_a_redirect_that_leads_away_is_refused(self, stage: Stage, location: str) -> None:
        cursor, id = self.read_then_post(stage)
        away = Answer(status=302, headers={"Location": location})
        with answering(stage, lambda asked, usual: away):
            came = fetched(stage, cursor)
        assert isinstance(came, SourceError)
        self.see_that_nothing_is_lost(stage, id, cursor, came)

    def test_nothing_is_sent_to_who_cannot_prove_their_name(
        self, stage: Stage, self_signed: str
    ) -> None:
        entry = stage.entry()
        own = server_of(stage).url
        options = {
            name: value.replace(own, self_signed) if isinstance(value, str) else value
            for name, value in entry.options.items()
        }
        assert options != entry.options
        http = HttpClient(trust_loopback=True, now=lambda: stage.now, sleep=lambda seconds: None)
        sealed = type(entry)(
            name=entry.name,
            kind=entry.kind,
            brand=entry.brand,
            options=options,
            secret=entry.secret,
        )
        source = open_source(sealed, BRAND, self.secret_of(stage), http, lambda: stage.now)
        with pytest.raises(SourceUnavailable, match=r"cannot connect|SSL"):
            source.fetch(None, deadline=stage.soon)

    def secret_of(self, stage: Stage) -> str:
        """The credentials with which `stage.source()` opens its source by default."""
        defaults = type(stage).source.__defaults__ or ("",)
        return str(defaults[0])

    def test_fields_that_nobody_knows_change_nothing(self, stage: Stage) -> None:
        cursor, id = self.read_then_post(stage)

        def grown(asked: Asked, usual: Answer) -> Answer:
            try:
                body = json.dumps(with_unknown_fields(json.loads(usual.body))).encode()
            except ValueError:
                return usual
            return Answer(status=usual.status, headers=usual.headers, body=body)

        with answering(stage, grown):
            pulled, _ = read_all(stage, cursor)
        assert id in ids(pulled)

    def test_any_field_may_be_missing_or_wrong_and_nothing_is_lost(self, stage: Stage) -> None:
        cursor, id = self.read_then_post(stage)
        server = server_of(stage)
        usual: list[Answer] = []

        def noted(asked: Asked, answer: Answer) -> Answer:
            usual.append(answer)
            return answer

        with answering(stage, noted):
            fetched(stage, cursor)
        for place in range(len(usual)):
            for what, body in mutations(usual[place]):
                turn = iter(range(10_000))

                def one_changed(
                    asked: Asked, answer: Answer, place: int = place, body: bytes = body
                ) -> Answer:
                    is_it = next(turn) == place  # noqa: B023
                    return (
                        Answer(status=answer.status, headers=answer.headers, body=body)
                        if (is_it)
                        else answer
                    )

                with answering(stage, one_changed):
                    came = fetched(stage, cursor)
                try:
                    self.see_that_nothing_is_lost(stage, id, cursor, came)
                except (AssertionError, SourceError) as error:
                    raise AssertionError(f"answer {place + 1} with {what}: {error}") from error
        assert server.asked

    @pytest.mark.parametrize(
        "text",
        [
            "acme 🔥👩‍👩‍👧‍👦🇩🇪 " * 3,
            "acme \u200b\u200d\ufeff\u202egnp.exe\u202c\u2066",
            "acme ﷽ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢ 漢字 עברית",
            "acme <script>alert(1)</script> &amp; \"quotes\" 'n' \\back\\",
        ],
        ids=["emoji", "zero width", "marks", "markup"],
    )
    def test_odd_letters_are_taken(self, stage: Stage, text: str) -> None:
        _, cursor = read_all(stage, None)
        id = stage.post(text, at=stage.now)
        pulled, _ = read_all(stage, cursor)
        assert id in ids(pulled)

    def test_dates_of_the_future_and_the_far_past_hide_nothing(self, stage: Stage) -> None:
        _, cursor = read_all(stage, None)
        stage.post("acme tomorrow", at=stage.now + timedelta(days=1))
        stage.post("acme in a hundred years", at=stage.now + timedelta(days=36_500))
        stage.post("acme when all began", at=stage.now - timedelta(days=15_000))
        _, cursor = read_all(stage, cursor)
        stage.now += timedelta(minutes=30)
        id = stage.post("acme now", at=stage.now)
        assert id in ids(read_all(stage, cursor)[0])
