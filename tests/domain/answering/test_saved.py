"""Saved replies: variables, the personal part, what two replies have in common."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.answering.names import first_name_of, name_of
from chalicelib.domain.answering.saved import (
    SIGNATURE_VARIABLES,
    VARIABLES,
    Filling,
    check_personal_part,
    faults_of,
    fill,
    has_personal_part,
    own_words,
    sameness,
)
from chalicelib.domain.errors import BadInput
from tests.domain.hostile import hostile_texts

CARLA = Filling(customer_name="Carla Reyes", brand="Acme", agent="Mia Berg", ticket="A-17")
DELAY = "Hi {first_name}, {personal} We are on it and will write again. {agent}, {brand}"
FILLED = "Hi Carla, We are on it and will write again. Mia, Acme"


def test_every_variable_is_filled_in() -> None:
    text = "{name}|{first_name}|{brand}|{agent}|{ticket}|{personal}"
    assert fill(text, CARLA, personal=" so sorry ") == "Carla Reyes|Carla|Acme|Mia|A-17|so sorry"


def test_what_is_not_known_leaves_no_gap() -> None:
    nobody = Filling(customer_name="", brand="Acme", agent="Mia")
    assert fill("Hi {first_name}, thanks.\n\n{personal}\n\nBye", nobody) == "Hi, thanks.\n\nBye"
    assert fill(DELAY, CARLA) == FILLED


def test_what_is_filled_in_is_not_read_again_for_variables() -> None:
    assert fill("{personal}", CARLA, personal="{agent} {oops}") == "{agent} {oops}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Hi {nam}", ["{nam} is not a variable"]),
        ("{a} {b} {a}", ["{a} is not a variable", "{b} is not a variable"]),
        ("Hi { name }", ["{ name } is not a variable"]),
        ("{}", ["{} is not a variable"]),
        ("Hi {name", ["a brace stands alone"]),
        ("{{name}}", ["a brace stands alone"]),
        (" ".join(f"{{{one}}}" for one in VARIABLES), []),
        ("no variables", []),
    ],
)
def test_unknown_variables_are_told(text: str, told: list[str]) -> None:
    assert list(faults_of(text)) == told
    if told:
        with pytest.raises(BadInput, match="known: name, first_name"):
            fill(text, CARLA)


def test_a_signature_knows_fewer() -> None:
    assert list(faults_of("{name}", SIGNATURE_VARIABLES)) == ["{name} is not a variable"]


# --- words of one's own -------------------------------------------------------------------


@pytest.mark.parametrize(
    "own",
    [
        "the guard waits for you.",
        "der Zug wartet auf dich.",
        "列車はまだ駅で待っています。",
        "我们已经派人去车站接您了",
        "기차가 아직 역에서 기다려요",
        "รถไฟยังรอคุณอยู่ที่สถานี",
        "поезд ждёт вас там",
        "القطار ينتظرك هناك الآن",
    ],
)
def test_a_few_words_of_ones_own_make_a_reply_personal_in_any_script(own: str) -> None:
    assert has_personal_part(fill(DELAY, CARLA, personal=own), DELAY, CARLA)


@pytest.mark.parametrize(
    "text",
    [
        FILLED,
        FILLED.upper() + "!!!",
        f"@carla@social.example {FILLED} ❤️❤️❤️",
        FILLED.replace("Carla", "Carla Reyes, Carla Reyes, Carla"),
        f"{FILLED} 4711 4712 4713 4714",
        f"{FILLED} so sorry",
        f"{FILLED} a b c d e",
        f"{FILLED} sorrysorrysorrysorry",
        f"{FILLED} really really really really",
        f"{FILLED} 待って",
        f"{FILLED} Mia Berg of Acme",
        "Mia, we are on it again!",
    ],
)
def test_a_template_dressed_up_is_not_personal(text: str) -> None:
    assert not has_personal_part(text, DELAY, CARLA)
    with pytest.raises(BadInput, match="words of your own, at least 3"):
        check_personal_part(text, DELAY, CARLA)


def test_what_is_ones_own_is_told_in_order() -> None:
    text = "Hi Carla, the guard of car 7 waits. We are on it and will write again. Mia, Acme"
    assert own_words(text, DELAY, CARLA) == ("the", "guard", "of", "car", "waits")
    check_personal_part(text, DELAY, CARLA)


@given(hostile_texts, hostile_texts)
def test_no_text_breaks_it_and_the_template_alone_is_never_personal(name: str, text: str) -> None:
    filling = Filling(customer_name=name, brand="Acme", agent=name)
    assert not has_personal_part(fill(DELAY, filling), DELAY, filling)
    has_personal_part(text, DELAY, filling)


# --- sameness -----------------------------------------------------------------------------

LINE = "We see it and are on it. The 18:05 leaves from platform 3."


@pytest.mark.parametrize(
    "text",
    [
        LINE,
        f"Hi Carla, {LINE}",
        f"Hello Carla! {LINE}",
        f"Good morning Theo, {LINE} – Mia",
        f"@theo@social.example Dear Theo Winter: {LINE} ^MB",
        f"Guten Tag Frau Reyes, {LINE}\n\n– Jonas",
        f"Hola, {LINE.upper()} 🙏🙏",
        f"{LINE.replace('.', '!')} https://acme.example/x",
        f"Hi\u200b Ben, {LINE.replace(' ', '  ')} 12345678",
    ],
)
def test_the_same_line_to_two_customers_is_known_again(text: str) -> None:
    assert sameness(text) == sameness(LINE)


def test_names_that_are_known_do_not_make_a_difference_wherever_they_stand() -> None:
    one = sameness("We wait for you, Carla, says Mia.", names=("Carla Reyes", "Mia"))
    assert one == sameness("We wait for you, Theo, says Jonas.", names=("Theo", "Jonas"))
    signed = sameness("We wait. Mia from Acme", signature="Mia from Acme")
    assert signed == sameness("We wait.")


@pytest.mark.parametrize(
    "text",
    [
        "We see it and are on it. The 19:05 leaves from platform 3.",
        f"{LINE} The guard keeps your bag.",
        "列車はまだ駅で待っています",
    ],
)
def test_what_is_said_otherwise_is_another_line(text: str) -> None:
    assert sameness(text) != sameness(LINE)


@pytest.mark.parametrize("text", ["", "❤️", "Hi Carla,", "@carla@social.example 🙏 – Mia"])
def test_a_reply_without_words_is_like_no_other(text: str) -> None:
    assert sameness(text) == ""


@given(hostile_texts)
def test_any_text_has_a_sameness_that_case_does_not_change(text: str) -> None:
    assert sameness(text) == sameness(f" {text} ")


# --- names --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "first", "whole"),
    [
        ("Carla Reyes", "Carla", "Carla Reyes"),
        ("  🔥 carla 🔥 ", "carla", "carla"),
        ("Dr. Ana-María O'Neill", "Ana-María", "Dr. Ana-María O'Neill"),
        ("J.R. Hartley", "J.R", "J.R. Hartley"),
        ("山田太郎", "山田太郎", "山田太郎"),
        ("अनिता शर्मा", "अनिता", "अनिता शर्मा"),
        ("visit evil.com now", "visit", "visit now"),
        ("www.evil.example", "", ""),
        ("@ben http://x.y", "", ""),
        ("user12345", "", ""),
        ("{agent} Ben", "Ben", "Ben"),
        ("\u202eneB\u202c Ray", "neB", "neB Ray"),
        ("<b>Ben</b>", "", ""),
        ("a" * 60, "", ""),
        ("", "", ""),
    ],
)
def test_only_words_of_letters_are_taken_from_a_name(shown: str, first: str, whole: str) -> None:
    assert (first_name_of(shown), name_of(shown)) == (first, whole)


@given(hostile_texts | st.text(max_size=80))
def test_no_name_carries_an_address_a_handle_or_a_line(shown: str) -> None:
    for name in (first_name_of(shown), name_of(shown)):
        assert len(name) <= 40
        assert not set(name) & set("@:/<>{}\n\r\t#0123456789\u202e")
