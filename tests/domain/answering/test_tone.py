"""Hints of the house tone: each with texts that it is for and texts that it leaves alone."""

from typing import Any

import pytest
from hypothesis import given

from chalicelib.domain.answering.rules import Checklist
from chalicelib.domain.answering.tone import Hint, hints
from chalicelib.domain.signal import Mood, Urgency
from tests.domain.hostile import hostile_texts

GOOD = "Hi Carla, we see it and are on it. I will write again within the hour. – Mia"


def _hints(text: str, checklist: Checklist | None = None, **over: Any) -> tuple[Hint, ...]:
    values: dict[str, Any] = {
        "customer_name": "Carla Reyes",
        "agent": "Mia",
        "limit": 500,
        "mood": Mood.NEUTRAL,
    }
    return hints(text, checklist=checklist or Checklist(), **values | over)


def _ids(text: str, checklist: Checklist | None = None, **over: Any) -> list[str]:
    return [one.id for one in _hints(text, checklist, **over)]


def test_a_good_reply_has_no_hints() -> None:
    assert _hints(GOOD) == ()


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_text_that_is_still_empty_has_none_either(text: str) -> None:
    assert _hints(text, Checklist(lines=("Read it aloud.",))) == ()


def test_what_is_longer_than_the_platform_takes_is_a_problem_that_says_by_how_much() -> None:
    (found,) = _hints(GOOD, limit=70)
    assert found == Hint("too-long", f"{len(GOOD)} characters; 70 are taken here: take out 6", True)
    assert _ids(GOOD, limit=len(GOOD)) == []
    assert _ids(GOOD, limit=None) == []


def test_the_length_is_as_the_platform_counts() -> None:
    assert _ids(GOOD, limit=70, length=60) == []
    assert _ids(GOOD, limit=100, length=101) == ["too-long"]


def test_what_is_longer_than_the_house_likes_is_a_hint_in_public() -> None:
    short = Checklist(most_characters=40)
    (found,) = _hints(GOOD, short)
    assert (found.id, found.is_problem) == ("long", False)
    assert _ids(GOOD, short, is_private=True) == []


@pytest.mark.parametrize(
    "start",
    [
        "Hello",
        "hey",
        "Dear",
        "@carla@x.example Hi",
        "👋 Good morning",
        "Thank you,",
        "Welcome back,",
    ],
)
def test_a_greeting_is_known(start: str) -> None:
    assert _ids(f"{start} Carla, we are on it.") == []


@pytest.mark.parametrize("start", ["So,", "Highly interesting,", "We are on it,", "History:"])
def test_a_reply_without_a_greeting_is_told(start: str) -> None:
    assert _ids(f"{start} dear Carla.") == ["greeting"]


def test_the_name_alone_is_a_greeting() -> None:
    assert _ids("Carla, we are on it.") == []


def test_greetings_of_another_language_come_from_the_checklist() -> None:
    german = Checklist(greetings=("Grüß Gott", "servus"))
    assert _ids("Grüß Gott Carla, wir sind dran.", german, language="de") == []
    assert _ids("Wir sind dran, Carla.", german, language="de") == ["greeting"]
    assert _ids("Wir sind dran, Carla.", language="de") == []
    assert _ids("So, dear Carla.", Checklist(wants_greeting=False)) == []


@pytest.mark.parametrize("text", ["Hi CARLA, on it.", "Hi, on it, Carla's bag is here."])
def test_the_customer_is_called_by_name(text: str) -> None:
    assert "name" not in _ids(text)


@pytest.mark.parametrize("text", ["Hi, we are on it.", "Hi, Carlas Koffer is here."])
def test_a_reply_without_the_name_is_told(text: str) -> None:
    assert _ids(text) == ["name"]


@pytest.mark.parametrize("customer", ["", "🔥🔥", "user123", "http://evil.example"])
def test_who_has_no_name_is_not_called_by_it(customer: str) -> None:
    assert _ids("Hi, we are on it.", customer_name=customer) == []


def test_a_house_may_do_without_names() -> None:
    assert _ids("Hi, we are on it.", Checklist(wants_name=False)) == []


@pytest.mark.parametrize(
    "words",
    [
        "you should have read the terms",
        "you should have just called",
        "you shouldn't have waited",
        "as I said",
        "As we already mentioned",
        "like I said before",
        "as previously stated",
        "as per my last message",
        "you failed to tell us",
        "you forgot to sign",
        "you didn’t read it",
        "you never told us",
        "that is your own fault",
        "if you had only checked",
        "had you told us",
        "you claim that it broke",
        "please calm down",
        "with all due respect",
        "obviously you did",
        "that is not our problem",
        "we already told you",
        "once again, you ask",
    ],
)
def test_words_that_blame_the_customer_are_told(words: str) -> None:
    found = _hints(f"Hi Carla, {words}, and so on.")
    assert [one.id for one in found] == ["blame"]
    assert not found[0].is_problem


@pytest.mark.parametrize(
    "words",
    [
        "you should have had an answer on Saturday",
        "you should have received it by now",
        "you should have it by tomorrow",
        "you should never have been left there",
        "this is not your fault",
        "it was not entirely your fault",
        "if you had a ticket, keep it",
        "if you had trouble, so did we",
        "you told us on Friday",
        "you asked for a refund",
        "as you said, it is broken",
        "as we speak, it is repaired",
        "it is our fault",
        "claim it back here",
    ],
)
def test_words_that_take_the_blame_are_left_alone(words: str) -> None:
    assert _ids(f"Hi Carla, {words}, and so on.") == []


def test_words_that_blame_in_other_languages_come_from_the_checklist() -> None:
    checklist = Checklist(blame=("wie gesagt", "先ほど申し上げた"))
    assert _ids("Hi Carla, Wie  gesagt geht es wieder.", checklist) == ["blame"]
    assert _ids("Hi Carla, 既に先ほど申し上げた通り", checklist) == ["blame"]
    assert _ids("Hi Carla, so wie gesagtes Wort.", checklist) == []


def test_banned_words_never_go_out() -> None:
    found = _hints("Hi Carla, per our Policy no.", Checklist(banned=("per our policy",)))
    assert [(one.id, one.is_problem) for one in found] == [("banned", True)]
    assert _ids("Hi Carla, per our policyholders.", Checklist(banned=("per our policy",))) == []


@pytest.mark.parametrize(
    "text", ["Hi Carla, PLEASE read it.", "Hi Carla, it is NOT so.", "Hi Carla, WRITTEN ABOVE."]
)
def test_words_in_capitals_are_told(text: str) -> None:
    assert _ids(text) == ["capitals"]


@pytest.mark.parametrize(
    "text",
    [
        "Hi CARLA REYES, we are on it.",
        "Hi Carla, it came by SMS and needs an IBAN.",
        "Hi Carla, USB HDMI works.",
        "Hi Carla, I am OK.",
        "Hi Carla, #STOPTHERUSH it is. @NOTUS",
        "Hi Carla, see https://acme.example/PLEASE/READ",
        "Hi Carla, the ÖBB. NASA. UNESCO.",
    ],
)
def test_names_in_capitals_are_left_alone(text: str) -> None:
    assert _ids(text) == []


@pytest.mark.parametrize("marks", ["!!", "! ! So!", "!?", "！！"])
def test_many_exclamation_marks_are_told(marks: str) -> None:
    assert _ids(f"Hi Carla, all is well{marks}") == ["exclamation"]


def test_two_exclamation_marks_apart_are_fine() -> None:
    assert _ids("Hi Carla! All is well again!") == []


@pytest.mark.parametrize(
    ("over", "is_told"),
    [
        ({"mood": Mood.NEGATIVE}, True),
        ({"mood": None, "urgency": Urgency.WAKE}, True),
        ({"mood": None, "urgency": Urgency.SOON}, True),
        ({"mood": None, "urgency": Urgency.ANSWER}, False),
        ({"mood": Mood.POSITIVE, "urgency": Urgency.WAKE}, False),
        ({"mood": Mood.NEGATIVE, "language": "de"}, False),
    ],
)
def test_who_is_angry_is_told_sorry(over: dict[str, Any], is_told: bool) -> None:
    assert ("apology" in _ids(GOOD, **over)) is is_told


@pytest.mark.parametrize(
    "words", ["I am sorry.", "We apologise.", "That was our fault.", "It should not have happened."]
)
def test_many_ways_to_say_sorry_are_known(words: str) -> None:
    assert _ids(f"{GOOD} {words}", mood=Mood.NEGATIVE) == []


def test_how_one_says_sorry_elsewhere_comes_from_the_checklist() -> None:
    german = Checklist(apologies=("tut mir leid", "tut uns leid"))
    assert _ids("Carla, wir sind dran.", german, mood=Mood.NEGATIVE, language="de") == ["apology"]
    assert _ids("Carla, tut uns leid!", german, mood=Mood.NEGATIVE, language="de") == []


@pytest.mark.parametrize(
    ("words", "id", "is_problem"),
    [
        ("is carla@mail.example right?", "personal-email", True),
        ("we call +43 664 1000001 now", "personal-phone", True),
        ("to AT61 1904 3002 3457 3201", "personal-iban", True),
        ("to 4111 1111 1111 1111", "personal-card", True),
        ("it is 12345678", "personal-number", False),
        ("your order number: A-4471", "personal-number", False),
        ("booking 4471 was charged twice", "personal-number", False),
        ("Bestellung Nr. 99812 kommt", "personal-number", False),
    ],
)
def test_personal_data_belongs_in_private(words: str, id: str, is_problem: bool) -> None:
    (found,) = _hints(f"Hi Carla, {words}")
    assert (found.id, found.is_problem) == (id, is_problem)
    assert "move this to private" in found.says
    assert "4111" not in found.says
    assert _ids(f"Hi Carla, {words}", is_private=True) == []


@pytest.mark.parametrize(
    "words",
    [
        "the 18:05 of 22.11.2026 costs €1,200.00",
        "order now, in 2026 it is free",
        "in any case 340 people",
        "your account is back since 2026-11-21",
        "see @carla@social.example",
        "get 4471 € back",
    ],
)
def test_times_prices_and_handles_may_be_public(words: str) -> None:
    assert _ids(f"Hi Carla, {words}") == []


def test_our_own_numbers_and_the_reference_may_be_public() -> None:
    checklist = Checklist(ours=("+43 1 234 5678", "Help@acme.example"))
    text = "Hi Carla, +43 1 2345678 or help@acme.example, case T-20261121, 115600000000000001"
    assert _ids(text, checklist, known=("T-20261121", "115600000000000001")) == []
    assert _ids(text, checklist) == ["personal-number"]


@pytest.mark.parametrize("link", ["https://bit.ly/3xY", "t.co/abc", "See TinyURL.com/x"])
def test_a_shortened_link_is_told(link: str) -> None:
    assert _ids(f"Hi Carla, {link}") == ["short-link"]


@pytest.mark.parametrize("link", ["https://acme.example/t.co/x", "orbit.ly/x", "bit.ly is a site"])
def test_a_link_that_says_where_it_leads_is_fine(link: str) -> None:
    assert _ids(f"Hi Carla, {link}") == []


def test_the_lines_of_the_house_come_last_and_as_they_stand() -> None:
    checklist = Checklist(lines=("Would you say it to a face?", "Read it aloud."), banned=("ugh",))
    found = _hints("So, ugh, Carla.", checklist)
    assert [one.id for one in found] == ["banned", "greeting", "line-1", "line-2"]
    assert found[2].says == "Would you say it to a face?"


@given(hostile_texts, hostile_texts)
def test_no_text_breaks_the_hints(text: str, name: str) -> None:
    checklist = Checklist(banned=(name,), ours=(name,), greetings=(name,), lines=(name,))
    found = hints(text, checklist=checklist, customer_name=name, limit=10, mood=Mood.NEGATIVE)
    problems = [one.is_problem for one in found]
    assert problems == sorted(problems, reverse=True)
