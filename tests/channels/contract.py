"""What every channel promises, as one suite; each member brings a stage to try it on.

A stage is a provider of our own on this machine: it takes messages, can fail and can refuse.
"""

import traceback
from abc import ABC, abstractmethod
from typing import Any

import pytest

from chalicelib.channels import CHANNELS
from chalicelib.domain.desk import Responder
from chalicelib.domain.errors import ChannelError, ChannelRefused, ChannelUnavailable
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.ports import Answerable, Channel, Message, Sounding
from tests.builders import an_incident

CODE = "BCDFG"
LINK = "https://desk.example/api/a/AbCdEfGhIjKlMnOpQrStUv"


class Stage(ABC):
    """A provider on this machine, and the channel that speaks to it."""

    responder: Responder
    """Somebody who can be reached."""
    stranger: Responder
    """Somebody without an address for this channel."""
    secrets: tuple[str, ...]
    """What must never be told: addresses, keys."""

    @abstractmethod
    def channel(self) -> Channel: ...

    @abstractmethod
    def arrived(self) -> list[str]:
        """Each message that arrived, as text that can be searched."""

    @abstractmethod
    def fail(self) -> None:
        """From now on the provider fails for everybody."""

    @abstractmethod
    def refuse(self) -> None:
        """From now on the provider takes nothing for this person, and repeats what it was sent."""


def a_sounding(brand_name: str = "Acme", *, loudness: int = 1, **over: Any) -> Sounding:
    return Sounding(incident=an_incident(**over), loudness=loudness, brand_name=brand_name)


def a_message(
    *soundings: Sounding, id: str = "acme.outage.1.r1.s0.ana", code: str = CODE, link: str = LINK
) -> Message:
    """A page about an outage, unless soundings are given."""
    return Message(
        id=id, soundings=soundings or (a_sounding(),), answerable=Answerable(code=code, link=link)
    )


HOSTILE = (
    "\r\nBcc: everybody@evil.example\r\n\r\n<script>alert(1)</script>",
    '<!channel> @all </p><a href="https://evil.example">click</a>',
    "\ud800 half a letter, \x00 nothing, \u202e backwards",
    "x" * 500,
    "€" * 500,
    "",
)


class ChannelContract:
    """Inherited by the test class of each member, which defines the fixture `stage`."""

    def test_it_is_a_member_under_its_name(self, stage: Stage) -> None:
        assert stage.channel().name in [member.name for member in CHANNELS]

    def test_a_page_arrives_with_what_and_how_to_answer(self, stage: Stage) -> None:
        provider_id = stage.channel().send_page(a_message(), stage.responder)

        (text,) = stage.arrived()
        assert provider_id
        assert "Acme" in text
        assert "outage" in text
        assert "the whole site is down" in text
        assert text.count(LINK) >= 1

    def test_several_incidents_arrive_as_one_message_with_one_link(self, stage: Stage) -> None:
        message = a_message(
            a_sounding(),
            a_sounding("Beta", topic=Topic.BILLING, brand="beta"),
            a_sounding("Gamma", topic=Topic.PRESS, brand="gamma", urgency=Urgency.SOON),
        )
        stage.channel().send_page(message, stage.responder)

        (text,) = stage.arrived()
        for words in ("Acme", "outage", "Beta", "billing", "Gamma", "press", "soon"):
            assert words in text or words.title() in text
        assert text.index("outage") < text.index("billing") < text.index("press")

    def test_a_note_arrives_as_it_was_said(self, stage: Stage) -> None:
        note = "Acme outage: Ana has it since 19:30. Nothing to do."
        provider_id = stage.channel().send_note(stage.responder, note, id="u1")

        (text,) = stage.arrived()
        assert provider_id
        assert note in text

    def test_what_is_sent_again_goes_again(self, stage: Stage) -> None:
        for _ in range(2):
            assert stage.channel().send_page(a_message(), stage.responder)

        assert len(stage.arrived()) == 2

    def test_a_page_that_nobody_can_answer_goes_out_all_the_same(self, stage: Stage) -> None:
        stage.channel().send_page(a_message(code="", link=""), stage.responder)

        (text,) = stage.arrived()
        assert "outage" in text

    @pytest.mark.parametrize("text", HOSTILE)
    def test_whatever_strangers_write_and_brands_are_called_the_page_goes_out(
        self, stage: Stage, text: str
    ) -> None:
        one = a_sounding(text, quote=text, author=text[:80], reasons=(text,))
        stage.channel().send_page(a_message(one), stage.responder)
        stage.channel().send_page(a_message(one, one), stage.responder)
        stage.channel().send_note(stage.responder, f"Note. {text}", id="n1")

        assert len(stage.arrived()) == 3

    def test_who_has_no_address_is_refused_before_anything_is_sent(self, stage: Stage) -> None:
        for attempt in both(stage.channel(), stage.stranger):
            with pytest.raises(ChannelRefused, match=stage.stranger.id):
                attempt()

        assert stage.arrived() == []

    def test_a_provider_that_fails_is_unavailable(self, stage: Stage) -> None:
        stage.fail()
        for attempt in both(stage.channel(), stage.responder):
            with pytest.raises(ChannelUnavailable):
                attempt()

    def test_a_provider_that_refuses_is_a_refusal(self, stage: Stage) -> None:
        stage.refuse()
        for attempt in both(stage.channel(), stage.responder):
            with pytest.raises(ChannelRefused):
                attempt()

    @pytest.mark.parametrize("trouble", ["none", "fails", "refuses"])
    def test_no_address_code_link_or_secret_is_told(
        self, stage: Stage, trouble: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG", logger="nightdesk")
        if trouble != "none":
            getattr(stage, trouble.removesuffix("s"))()
        told = [repr(stage.channel()), repr(stage.responder), repr(a_message())]
        for attempt in both(stage.channel(), stage.responder):
            try:
                attempt()
            except ChannelError as error:
                told += traceback.format_exception(error)
        ours = [one for one in caplog.records if one.name.startswith("nightdesk")]
        told += [f"{one.getMessage()} {one.__dict__}" for one in ours]

        for secret in (*stage.secrets, LINK, LINK[-22:], CODE):
            assert not [line for line in told if secret in line]


def both(channel: Channel, responder: Responder) -> list[Any]:
    """A page and a note, not sent yet."""
    return [
        lambda: channel.send_page(a_message(), responder),
        lambda: channel.send_note(responder, "You have it.", id="n1"),
    ]
