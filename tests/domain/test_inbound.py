"""What a phone sent back, read with patience, and never taken for more than it says."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from chalicelib.domain.inbound import (
    OPT_OUT_WORDS,
    Asked,
    CodeReply,
    Command,
    OptIn,
    OptOut,
    read_reply,
)
from chalicelib.domain.page import CODE_ALPHABET, CODE_LENGTH
from chalicelib.domain.wording import page_text
from chalicelib.ports import Sounding
from tests.builders import an_incident

ACK, ESCALATE, YES, NO = Command.ACKNOWLEDGE, Command.ESCALATE, Command.YES, Command.NO

anything = st.text(st.characters() | st.sampled_from("\ud800\udfff"), max_size=300)
codes = st.text(CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)
seeds = st.integers(0, 2**32 - 1)


def read(body: str) -> CodeReply:
    reply = read_reply(body)
    assert isinstance(reply, CodeReply)
    return reply


# --- codes -------------------------------------------------------------------------------


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
        "ok b c d f g please",
        "bcdfg bcdfg",
        '"BCDFG"',
        "BCDFG\n\n-- sent from my phone",
        "Reply BCDFG = I have it",
        "code:bcdfg",
        "👍bcdfg👍",
        "\ufeffBCDFG\u200b",
        "on my way, bcdfg",
        "I've got it: bcdfg",
    ],
)
def test_a_code_is_found_whatever_stands_around_it_and_says_i_have_it(body: str) -> None:
    assert read(body).asked == (Asked("BCDFG", ACK),)


@pytest.mark.parametrize(
    "body",
    ["", " ", "\n", "👎", "what?", "BCDF", "BCDFGH", "BCDFA", "12345", "\ud800", "ВСDFG", "please"],
)
def test_what_holds_neither_code_nor_command_says_nothing(body: str) -> None:
    assert read_reply(body) == CodeReply()


def test_of_several_codes_the_first_two_are_tried_in_order_each_once() -> None:
    body = "BCDFG hjkmn BCDFG PQRST vwxyz BBBBB CCCCC"

    assert read(body).codes == ("BCDFG", "HJKMN")


def test_a_reply_of_1600_characters_is_read() -> None:
    assert read("BCDFG " + "a" * 1594).codes == ("BCDFG",)
    assert read("ÄÖÜ" * 530 + " bcdfg").codes == ("BCDFG",)
    assert read("b " * 800).asked == ()


@given(body=anything)
@example(body="\x00")
@example(body="ŉﬁ🅱")
@example(body="STOP\ud800")
@example(body="> \n>")
@example(body="b c d f g h j")
def test_any_text_at_all_can_be_read(body: str) -> None:
    reply = read_reply(body)

    if isinstance(reply, CodeReply):
        assert len(reply.codes) <= 2
        assert all(len(code) == CODE_LENGTH for code in reply.codes)
        assert all(set(code) <= set(CODE_ALPHABET) for code in reply.codes)
        assert not (reply.asked and reply.bare)


@given(code=codes, before=st.sampled_from(["", "ack ", "I have it: ", "👍 "]), upper=st.booleans())
def test_every_code_we_can_send_is_read_back(code: str, before: str, upper: bool) -> None:
    assert code in read(before + (code if upper else code.lower())).codes


# --- commands beside a code --------------------------------------------------------------

COMMANDS = {
    ACK: [
        "",
        "a",
        "ack",
        "ok",
        "okay",
        "acknowledge",
        "I have it",
        "I've got it",
        "mine",
        "taking it",
    ],
    ESCALATE: ["e", "esc", "escalate", "next", "next person please", "not me, next", "can't, esc"],
    YES: ["y", "yes", "worth it", "it was worth waking me", "good", "yep"],
    NO: ["n", "no", "not worth it", "bad", "no, useless", "not good", "can't", "I can't take it"],
}
SAID = [(words, command) for command, all_words in COMMANDS.items() for words in all_words]


@pytest.mark.parametrize(("words", "command"), SAID)
@pytest.mark.parametrize(
    "shape", ["{code} {words}", "{words} {code}", "{words}: {code}!", "👍{code}\n{words}."]
)
def test_words_beside_a_code_say_what_to_do_with_it(
    words: str, command: Command, shape: str
) -> None:
    for body in (
        shape.format(code="BCDFG", words=words),
        shape.format(code="b-c-dfg", words=words),
    ):
        for text in (body, body.upper(), body.title()):
            assert Asked("BCDFG", command) in read(text).asked


@given(
    code=codes,
    said=st.sampled_from(SAID),
    is_first=st.booleans(),
    seed=seeds,
    noise=st.text(" .,!-_\"'👍\n\u200b()", max_size=4),
)
def test_neither_case_nor_spaces_nor_noise_turn_one_command_into_another(
    code: str, said: tuple[str, Command], is_first: bool, seed: int, noise: str
) -> None:
    chance = random.Random(seed)
    words, command = said
    typed = "".join(letter + chance.choice(["", "", " ", "-", "\u200b"]) for letter in code)
    parts = [typed, words] if is_first else [words, typed]
    body = noise + f" {noise}".join(parts) + noise
    body = "".join(chance.choice([letter.lower(), letter.upper()]) for letter in body)

    heard = [one.command for one in read(body).asked if one.code == code]

    assert heard == [command] or heard == []
    if len(typed.strip(" -\u200b")) == CODE_LENGTH:
        assert heard == [command]


@pytest.mark.parametrize(
    "body",
    [
        "BCDFG y n",
        "BCDFG yes or no",
        "reply BCDFG Y or BCDFG N",
        "BCDFG don't escalate",
        "BCDFG no need to escalate, I am on it",
        "BCDFG please do not escalate",
        "BCDFG not bad",
        "BCDFG what is next week?",
        "BCDFG is there any good reason",
    ],
)
def test_what_is_no_plain_command_is_no_more_than_its_code(body: str) -> None:
    assert read(body).asked == (Asked("BCDFG", ACK),)


@pytest.mark.parametrize(
    "body",
    [
        "BCDFG please escalate to somebody else, I am ill",
        "bcdfg ESC I cannot do this now",
        "can't do this, please escalate. bcdfg",
    ],
)
def test_whoever_plainly_asks_for_somebody_else_in_a_sentence_is_heard(body: str) -> None:
    assert read(body).asked == (Asked("BCDFG", ESCALATE),)


def test_a_command_above_a_signature_or_a_quotation_is_heard() -> None:
    ours = 'Acme outage. Reply BCDFG = I have it. "no, escalate this next" @carla on mastodon.'
    for below in ("Sent from my phone", f"> {ours}", f">> {ours}\n> On Saturday we wrote:"):
        assert read(f"BCDFG e\n\n{below}").asked == (Asked("BCDFG", ESCALATE),)


@pytest.mark.parametrize(
    ("words", "command"), [("e", ESCALATE), ("no", NO), ("ok", ACK), ("see below", ACK), ("", ACK)]
)
def test_a_command_alone_above_our_sms_is_about_its_code(words: str, command: Command) -> None:
    ours = 'Acme outage. Reply BCDFG = I have it. "escalate" @carla on mastodon.'
    assert read(f"{words}\n\n> {ours}").asked == (Asked("BCDFG", command),)


def test_a_long_story_is_no_more_than_its_code() -> None:
    story = "so they told me to escalate which is what they always say " * 3
    assert read(f"BCDFG {story}").asked == (Asked("BCDFG", ACK),)


def test_letters_that_spell_two_codes_are_tried_as_both_each_with_its_own_command() -> None:
    assert read("Y B C D F N").asked == (Asked("YBCDF", NO), Asked("BCDFN", YES))


WORDS = "escalate esc next e y n yes no worth good bad not ok ack a STOP reply code = > . “ ”"
HOSTILE = st.lists(st.sampled_from([*WORDS.split(), '"', "\n"]) | codes, max_size=12).map(" ".join)


@given(code=codes, quote=HOSTILE | anything, author=HOSTILE, start=st.integers(0, 12), seed=seeds)
@example(code="BCDFG", quote="escalate", author="", start=0, seed=0)
@example(code="BCDFG", quote="next", author="e", start=3, seed=1)
def test_a_customers_words_that_a_phone_quotes_back_command_nothing(
    code: str, quote: str, author: str, start: int, seed: int
) -> None:
    incident = an_incident(quote=quote[:500], author=author, reasons=(quote[:80],))
    sounding = Sounding(incident=incident, loudness=1, brand_name="Next")
    ours = page_text([sounding], code=code, link="https://desk.example/a/x", zone="UTC")
    chance = random.Random(seed)
    wrapped = "".join("\n" if one == " " and chance.random() < 0.2 else one for one in ours)
    for text in (ours, wrapped):
        rest = text.split(maxsplit=min(start, len(text.split()) - 1))[-1]
        cut = rest[: chance.randrange(len(rest)) + 1]
        for body in (text, rest, cut, f"Liked “{text}”", f"> {text}", f"👍 to “ {cut} ”"):
            reply = read_reply(body)
            if isinstance(reply, CodeReply):
                asked = [one.command for one in reply.asked if one.code == code]
                assert asked in ([], [ACK]), body


def test_the_examples_for_responders_mean_what_the_table_says() -> None:
    page = Path(__file__).parents[2] / "docs" / "answering-a-page.md"
    rows = [line for line in page.read_text("utf-8").splitlines() if "bcdfg" in line.lower()]
    for row, command in zip(rows, (ACK, ESCALATE, YES, NO), strict=True):
        examples = re.findall(r"`([^`]+)`", row.split("|")[1])
        assert examples
        for one in examples:
            assert read(one).asked == (Asked("BCDFG", command),), one


# --- bare commands -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "command"), [*((words, command) for words, command in SAID if words), ("👍", ACK)]
)
def test_a_command_without_a_code_is_read_as_a_bare_one(words: str, command: Command) -> None:
    for body in (words, f" {words.upper()}! "):
        assert read_reply(body) == CodeReply(bare=command)


@pytest.mark.parametrize(
    "body", ["ok what is it", "I am asleep", "a b", "it is", "yes but later", "ok 7 pm", "thanks"]
)
def test_a_sentence_is_no_bare_command(body: str) -> None:
    assert read(body).bare is None or body == "ok 7 pm"


# --- the carrier's words -----------------------------------------------------------------


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
    assert read("please stop, BCDFG").asked == (Asked("BCDFG", ACK),)


@given(words=st.sampled_from(SAID), code=codes)
def test_no_command_of_ours_is_a_word_of_the_carriers(
    words: tuple[str, Command], code: str
) -> None:
    said, _ = words
    assume(said)
    assert isinstance(read_reply(said), CodeReply)
    assert isinstance(read_reply(f"{code} {said}"), CodeReply)
