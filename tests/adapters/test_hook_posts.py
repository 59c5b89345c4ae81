"""Webhooks out: what goes over the wire, who can check it, and what each answer means."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from chalicelib.adapters.hook_posts import HttpHookPosts
from chalicelib.domain.answering.rules import Hook, HookEvent
from chalicelib.domain.errors import NotFound
from chalicelib.domain.hook_events import body_of, incident_messages, ticket_messages
from chalicelib.domain.ticket import TicketActKind
from chalicelib.domain.timeline import ActKind
from chalicelib.http import HttpClient
from chalicelib.ports import HookAnswer, HookFate
from tests.builders import NOW, a_ticket, an_incident
from tests.http.loopback import Answer, Asked, Loopback, serving

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HOOK = Hook(name="crm", secret="webhook-crm")
DOCUMENTED = Path(__file__).parents[2] / "docs/hooks.md"
(MESSAGE,) = ticket_messages(None, a_ticket())


class Receiver:
    """Another desk on this machine."""

    def __init__(self) -> None:
        self.got: list[Asked] = []
        self.status = 204
        self.headers: dict[str, str] = {}

    def answer(self, asked: Asked) -> Answer:
        self.got.append(asked)
        return Answer(status=self.status, headers=self.headers, body=b"")


class Scene:
    def __init__(self, server: Loopback, receiver: Receiver) -> None:
        self.receiver = receiver
        self.url = f"{server.url}/hooks/hushhush"
        self.secret: str | Exception = f"{self.url}\n{KEY}"
        self.trusts = True

    def post(self) -> HookAnswer:
        def secret(name: str) -> str:
            assert name == "webhook-crm"
            if isinstance(self.secret, Exception):
                raise self.secret
            return self.secret

        http = HttpClient(trust_loopback=self.trusts, now=lambda: NOW)
        posts = HttpHookPosts(secret=secret, http=http)
        return posts.post(HOOK, MESSAGE.id, body_of(MESSAGE), now=NOW)


@pytest.fixture
def scene() -> Iterator[Scene]:
    receiver = Receiver()
    with serving(receiver.answer) as server:
        yield Scene(server, receiver)


def test_any_library_of_standard_webhooks_can_check_what_is_posted(scene: Scene) -> None:
    assert scene.post() == HookAnswer(fate=HookFate.TAKEN)
    (got,) = scene.receiver.got
    assert got.headers["webhook-id"] == MESSAGE.id
    assert got.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    signature = Verifier(KEY).sign(MESSAGE.id, NOW, got.body.decode())
    assert got.headers["webhook-signature"] == signature
    assert json.loads(got.body)["type"] == "ticket.opened"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422, 301, 302, 308])
def test_a_receiver_that_refuses_is_not_asked_again(scene: Scene, status: int) -> None:
    scene.receiver.status = status
    scene.receiver.headers = {"Location": f"{scene.url}/elsewhere"}
    assert scene.post() == HookAnswer(fate=HookFate.REFUSED, why=f"hook crm answered {status}")
    assert len(scene.receiver.got) == 1


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_receiver_that_fails_is_left_to_the_queue_to_ask_again(scene: Scene, status: int) -> None:
    scene.receiver.status = status
    assert scene.post() == HookAnswer(fate=HookFate.FAILED, why=f"hook crm answered {status}")
    assert len(scene.receiver.got) == 1


def test_a_receiver_may_say_when_it_wants_to_be_asked_again(scene: Scene) -> None:
    scene.receiver.status = 429
    scene.receiver.headers = {"Retry-After": "600"}
    answer = scene.post()
    assert answer.retry_at == NOW + timedelta(minutes=10)


def test_a_receiver_that_is_not_there_fails(scene: Scene) -> None:
    scene.secret = f"http://127.0.0.1:9/hushhush\n{KEY}"
    answer = scene.post()
    assert answer == HookAnswer(fate=HookFate.FAILED, why="hook crm does not answer")


def test_no_address_of_our_own_network_is_ever_reached(scene: Scene) -> None:
    scene.trusts = False
    answer = scene.post()
    assert answer.fate is HookFate.REFUSED
    assert scene.receiver.got == []


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        (NotFound("nothing"), "nobody has stored the secret webhook-crm of hook crm"),
        (RuntimeError("hushhush"), "webhook-crm could not be read: RuntimeError"),
        ("http://desk.example/hushhush\nkey", "its first line is no https address"),
        ("https://desk.example/hushhush\nwhsec_!", "its second line is no signing key"),
        ("https://desk.example/hushhush", "has no signing key"),
    ],
)
def test_a_secret_that_cannot_be_used_waits_to_be_mended(
    scene: Scene, secret: str | Exception, why: str
) -> None:
    scene.secret = secret
    answer = scene.post()
    assert answer.fate is HookFate.FAILED
    assert why in answer.why
    assert scene.receiver.got == []


@pytest.mark.parametrize("status", [204, 410, 503])
def test_neither_address_nor_key_stands_in_what_is_told(scene: Scene, status: int) -> None:
    scene.receiver.status = status
    told = repr(scene.post())
    assert "hushhush" not in told
    assert "whsec" not in told


def test_the_example_of_the_documentation_is_signed_as_it_says() -> None:
    """`docs/hooks.md` shows one delivery; whoever builds a receiver checks theirs against it."""
    page = DOCUMENTED.read_text("utf-8")
    request = page.split("```http\n", 1)[1].split("```", 1)[0]
    head, _, body = request.rstrip("\n").partition("\n\n")
    headers = dict(line.split(": ", 1) for line in head.splitlines()[1:])
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert KEY in page
    assert headers["webhook-signature"] == Verifier(KEY).sign(headers["webhook-id"], at, body)
    assert body.encode() == body_of(MESSAGE)
    assert headers["webhook-id"] == MESSAGE.id


def test_every_event_and_every_field_of_it_is_documented() -> None:
    page = DOCUMENTED.read_text("utf-8")
    told = (*ticket_messages(None, a_ticket()), *incident_messages(None, an_incident()))
    for name in {*HookEvent, *(field for one in told for field in one.data)}:
        assert f"`{name}`" in page, name
    acts = {f"`{one.value}`" for one in TicketActKind} | {f"`{one.value}`" for one in ActKind}
    assert len([act for act in acts if act in page]) > 15
