"""What a phone sent back, read with patience."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.inbound import (
    OPT_OUT_WORDS,
    CodeReply,
    OptIn,
    OptOut,
    read_reply,
)
from chalicelib.domain.page import CODE_ALPHABET, CODE_LENGTH

anything = st.text(st.characters() | st.sampled_from("\ud800\udfff"), max_size=300)
codes = st.text(CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)


@pytest.mark.parametrize(
    "body",
    [
        "BCDFG",
        "bcdfg",
        " B C D F G ",
        "b c d f g.",
        "BCD FG",
        "bcd-fg",
        "ack bcdfg!",
        "Ok I have it BCDFG",
        "bcdfg bcdfg",
        '"BCDFG"',
        "BCDFG\n\n-- sent from my phone",
        "Reply BCDFG = I have it",
        "code:bcdfg",
        "👍bcdfg👍",
        "\ufeffBCDFG\u200b",
    ],
)
def test_a_code_is_found_whatever_stands_around_it(body: str) -> None:
    assert read_reply(body) == CodeReply(("BCDFG",))


@pytest.mark.parametrize(
    "body",
    ["", " ", "\n", "👍", "ok", "yes", "BCDF", "BCDFGH", "BCDFA", "12345", "\ud800", "ВСDFG"],
)
def test_what_holds_no_code_is_no_code(body: str) -> None:
    assert read_reply(body) == CodeReply(())


@pytest.mark.parametrize("word", sorted(OPT_OUT_WORDS))
@pytest.mark.parametrize("shape", ["{}", " {} ", "{}.", "{}!", '"{}"'])
def test_a_word_by_which_the_carrier_stops_sending_is_no_reply(word: str, shape: str) -> None:
    assert read_reply(shape.format(word)) == OptOut()
    assert read_reply(shape.format(word.lower())) == OptOut()
    assert read_reply(shape.format(word.title())) == OptOut()


@pytest.mark.parametrize("word", ["START", "start", "Unstop "])
def test_a_word_by_which_the_carrier_sends_again_opts_in(word: str) -> None:
    assert read_reply(word) == OptIn()


def test_a_stop_within_a_sentence_is_not_an_opt_out() -> None:
    assert read_reply("please stop, BCDFG") == CodeReply(("BCDFG",))


def test_of_several_codes_the_first_four_are_tried_in_order_each_once() -> None:
    body = "BCDFG hjkmn BCDFG PQRST vwxyz BBBBB CCCCC"

    assert read_reply(body) == CodeReply(("BCDFG", "HJKMN"))


def test_a_reply_of_1600_characters_is_read() -> None:
    assert read_reply("BCDFG " + "a" * 1594) == CodeReply(("BCDFG",))
    assert read_reply("ÄÖÜ" * 530 + " bcdfg") == CodeReply(("BCDFG",))


@given(body=anything)
@example(body="\x00")
@example(body="ŉﬁ🅱")
@example(body="STOP\ud800")
def test_any_text_at_all_can_be_read(body: str) -> None:
    reply = read_reply(body)

    if isinstance(reply, CodeReply):
        assert len(reply.codes) <= 4
        assert all(len(code) == CODE_LENGTH for code in reply.codes)
        assert all(set(code) <= set(CODE_ALPHABET) for code in reply.codes)


@given(code=codes, before=st.sampled_from(["", "ack ", "I have it: ", "👍 "]), upper=st.booleans())
def test_every_code_we_can_send_is_read_back(code: str, before: str, upper: bool) -> None:
    reply = read_reply(before + (code if upper else code.lower()))

    assert isinstance(reply, CodeReply)
    assert code in reply.codes
