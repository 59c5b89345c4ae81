"""The fake passes the suite of the real ones: what is tried on it holds for them."""

from typing import Any

import pytest

from chalicelib.domain.responder import Webhook
from chalicelib.domain.wording import letter
from tests.builders import ANA, a_responder
from tests.channels.contract import ChannelContract, Stage, a_message
from tests.fakes import FakeChannel, Sent

ADDRESSES: dict[str, dict[str, Any]] = {
    "sms": {"phone": "+436641000001"},
    "email": {"email": "ana@acme.example"},
    "webhook": {"webhook": Webhook(secret="webhook-ana")},
}


class FakeStage(Stage):
    secrets = ("+436641000001", "ana@acme.example")

    def __init__(self, name: str) -> None:
        self.stranger = a_responder(ANA, phone=None)
        self.responder = a_responder(ANA, **{"phone": None, **ADDRESSES[name]})
        self._channel = FakeChannel(name)

    def channel(self) -> FakeChannel:
        return self._channel

    def arrived(self) -> list[str]:
        return [_read(one) for one in self._channel.sent]

    def fail(self) -> None:
        self._channel.is_down = True

    def refuse(self) -> None:
        self._channel.refused.add(ANA)


def _read(sent: Sent) -> str:
    if sent.message is None:
        return sent.text
    page = letter(sent.soundings, link=sent.message.answerable.link, zone="UTC")
    return "\n".join([*page.paragraphs, page.link])


class TestFake(ChannelContract):
    @pytest.fixture(params=list(ADDRESSES))
    def stage(self, request: pytest.FixtureRequest) -> FakeStage:
        return FakeStage(request.param)

    def test_it_keeps_who_got_what_and_under_which_id(self, stage: FakeStage) -> None:
        message = a_message(id="one")
        provider_id = stage.channel().send_page(message, stage.responder)
        stage.channel().send_note(stage.responder, "You have it.", id="two")

        page, note = stage.channel().sent
        assert (page.to, page.id, page.provider_id) == (ANA, "one", provider_id)
        assert (page.message, page.incident) == (message, message.soundings[0].incident)
        assert (note.to, note.id, note.text) == (ANA, "two", "You have it.")
        assert (note.incident, note.answerable, note.loudness) == (None, None, 0)
