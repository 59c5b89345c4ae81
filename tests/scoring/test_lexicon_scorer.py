"""What the first scorer makes of sentences, and that it survives every text."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.mention import Author, Mention
from chalicelib.domain.signal import Mood, Score, Topic, Urgency, urgency_of
from chalicelib.scoring import LexiconScorer
from tests.builders import a_brand, a_desk, a_mention
from tests.strategies import mentions

WAKE, SOON, ANSWER, IGNORE = Urgency
DESK = a_desk()


def _score(text: str, **over: Any) -> Score:
    """The verdict on a text by nobody in particular, found by a keyword."""
    mention = a_mention(text=text, author=None, is_addressed=False, language=None)
    return LexiconScorer().score(replace(mention, **over), DESK)


@pytest.mark.parametrize(
    ("text", "urgency", "topic"),
    [
        ("the whole acme site is down, nobody can order anything", WAKE, Topic.OUTAGE),
        ("@acme checkout not working for hundreds of customers", WAKE, Topic.OUTAGE),
        ("your app is down for me since this morning", SOON, Topic.OUTAGE),
        ("acme is down", SOON, Topic.OUTAGE),
        ("ACME DOWN AGAIN", SOON, Topic.OUTAGE),
        ("@acme is offline and nobody can order anything", WAKE, Topic.OUTAGE),
        ("there is smoke in the acme store, people are trapped", WAKE, Topic.SAFETY),
        ("fire at acme store", WAKE, Topic.SAFETY),
        ("my phone charger from acme caught fire last night", WAKE, Topic.SAFETY),
        ("someone collapsed in your shop, call an ambulance", WAKE, Topic.SAFETY),
        ("i will blow up your shop", WAKE, Topic.SAFETY),
        ("your driver said he would kill them", WAKE, Topic.SAFETY),
        ("your staff are racist, my son was refused service", WAKE, Topic.DISCRIMINATION),
        ("I can see other customers' orders in my account!!", WAKE, Topic.SECURITY),
        ("acme leaked my data, passwords are for sale", WAKE, Topic.SECURITY),
        ("my acme account was hacked", SOON, Topic.SECURITY),
        ("I am a journalist, a comment for a story please?", WAKE, Topic.PRESS),
        ("my lawyer will contact you", SOON, Topic.PRESS),
        ("stranded at the airport, missed my connection", SOON, Topic.DELIVERY),
        ("you charged me twice and still no refund", SOON, Topic.BILLING),
        ("third time I write, no reply for weeks", ANSWER, Topic.OTHER),
        ("my parcel is late", ANSWER, Topic.DELIVERY),
        ("how do I change my address?", ANSWER, Topic.OTHER),
        ("worst company ever, never again", ANSWER, Topic.OTHER),
        ("thanks acme, great service!", IGNORE, Topic.PRAISE),
        ("giveaway! use code ACME10 to win a phone", IGNORE, Topic.OTHER),
        ("acme opened a new office in Graz", IGNORE, Topic.OTHER),
        ("the fire drill at acme went well", IGNORE, Topic.OTHER),
        ("remember when acme was down last year?", IGNORE, Topic.OUTAGE),
        ("Die ganze Webseite ist offline, niemand kann bestellen", WAKE, Topic.OUTAGE),
        ("Acme ist down", SOON, Topic.OUTAGE),
        ("eure App funktioniert nicht mehr", SOON, Topic.OUTAGE),
        ("Der Strom ist in der ganzen Stadt ausgefallen", WAKE, Topic.OUTAGE),
        ("im Aufzug stecken Leute fest, bitte Notarzt", WAKE, Topic.SAFETY),
        ("Es brennt in der Filiale in Linz, überall Rauch", WAKE, Topic.SAFETY),
        ("Ich sehe fremde Rechnungen in meinem Konto", WAKE, Topic.SECURITY),
        ("mein Konto wurde gehackt", SOON, Topic.SECURITY),
        ("Der Mitarbeiter war rassistisch zu meiner Mutter", WAKE, Topic.DISCRIMINATION),
        ("Presseanfrage: bitte um eine Stellungnahme", WAKE, Topic.PRESS),
        ("doppelt abgebucht und keine Antwort seit Tagen", SOON, Topic.BILLING),
        ("Mein Paket ist nicht angekommen", ANSWER, Topic.DELIVERY),
        ("Wie kann ich meine Rechnung ändern?", ANSWER, Topic.BILLING),
        ("Danke, super Service, großartig!", IGNORE, Topic.PRAISE),
        ("großartige Beratung heute in der Filiale", IGNORE, Topic.PRAISE),
        ("Acme hat eine neue Filiale in Wien", IGNORE, Topic.OTHER),
    ],
)
def test_a_sentence_gets_its_verdict_and_topic_and_says_why(
    text: str, urgency: Urgency, topic: Topic
) -> None:
    score = _score(text)

    assert (score.urgency, score.topic) == (urgency, topic), score.reasons
    assert score.reasons
    assert all(score.reasons)


def test_a_reason_shows_the_words_it_was_found_in() -> None:
    assert _score("your app is down, honestly").reasons == ("says it is down ('app is down')",)


def test_words_that_weigh_most_name_the_mood_and_the_graver_topic_wins_a_tie() -> None:
    assert _score("thanks, great service").mood is Mood.POSITIVE
    assert _score("acme opened a new office in Graz").mood is Mood.NEUTRAL
    both = _score("your staff are racist and someone is trapped in the lift")
    assert both.mood is Mood.NEGATIVE
    assert both.topic is Topic.SAFETY


def test_many_are_only_grave_together_with_what_hits_them() -> None:
    assert _score("everyone at acme wishes you a nice week").urgency is IGNORE
    assert _score("the app is down for everyone").urgency is WAKE


def test_a_joke_is_milder_than_the_same_words_in_earnest() -> None:
    assert _score("the app is down").urgency is SOON
    assert _score("haha the app is down").urgency is IGNORE


def test_being_spoken_to_asks_for_an_answer_unless_it_is_praise() -> None:
    text = "acme opened a new office in Graz"
    assert _score(text, is_addressed=True).urgency is ANSWER
    assert _score("thanks acme, great service", is_addressed=True).urgency is IGNORE


@pytest.mark.parametrize(
    ("followers", "urgency"), [(None, SOON), (9_999, SOON), (100_000, SOON), (1_000_000, WAKE)]
)
def test_an_author_with_an_audience_makes_a_complaint_graver(
    followers: int | None, urgency: Urgency
) -> None:
    author = Author(handle="carla", followers=followers)
    score = _score("your app is down for me since this morning", author=author)

    assert score.urgency is urgency
    if followers == 1_000_000:
        assert any("1,000,000" in reason for reason in score.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "Η ιστοσελίδα δεν λειτουργεί καθόλου σήμερα",
        "Сайт не работает уже три часа, верните деньги",
        "le site est en panne depuis ce matin et personne ne répond",
        "el sitio no funciona desde esta mañana y nadie contesta",
        "网站打不开了，什么时候能修好",
        "サイトがダウンしています",
        "الموقع لا يعمل منذ الصباح",
        "האתר לא עובד מהבוקר",
        "acme en panne",
        "acme caido",
        "acme nefunguje",
        "pozar v acme",
        "socorro",
        "",
        " \n\t",
        "😡😡😡",
        "https://acme.example/x",
        "@acme",
        "???",
        "12345",
        "#acme",
    ],
)
@pytest.mark.parametrize("hint", [None, "xx", "en", "el-GR", ""])
def test_what_cannot_be_read_for_sure_is_answered_with_a_reason_and_never_ignored(
    text: str, hint: str | None
) -> None:
    score = _score(text, language=hint)

    assert score.urgency in (ANSWER, SOON, WAKE), score
    assert score.reasons
    if score.signals[0].name == "unread":
        assert score.language is None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("top acme, sklep sie pali", "pl"),
        ("top acme, sklep sie pali", "pl-PL"),
        ("great acme incendio", None),
        ("great acme incendio", "en"),
        ("lol acme pozar", None),
        ("haha acme pozar", "en"),
        ("great acme on brule", "fr"),
        ("acme gori, thanks", "hr"),
        ("super acme brand", "nl"),
        ("haha you die acme", "pl"),
        ("love acme :( hunden brinner", "sv"),
        ("giveaway incendio acme", None),
    ],
)
def test_what_is_no_more_than_guessed_is_answered_however_pleased_or_merry_it_sounds(
    text: str, hint: str | None
) -> None:
    score = _score(text, language=hint)

    assert score.urgency is ANSWER, score
    assert any("language" in reason for reason in score.reasons)


def test_what_is_found_in_a_guessed_language_counts_and_is_shown_beside_the_doubt() -> None:
    assert _score("your app is down", language="pl").urgency is SOON
    assert _score("great acme incendio").reasons == (
        "its language cannot be told for sure",
        "is pleased ('great')",
    )


@pytest.mark.parametrize("hint", [None, "en", "de", "pl"])
@pytest.mark.parametrize(
    "text",
    [
        "lol ok",
        "LOL",
        "haha",
        "hahaha lol",
        "thanks!",
        "@acme thank you so much ❤️",
        "thanks acme, great service",
        "love acme",
        "#acme is great lol",
        "danke!",
        "ok danke lol",
        "Danke, super Service, großartig!",
        "guten Morgen, danke",
    ],
)
def test_small_talk_in_english_or_german_takes_nobodys_time(text: str, hint: str | None) -> None:
    assert _score(text, language=hint).urgency is IGNORE


def test_the_name_of_the_brand_alone_is_no_small_talk() -> None:
    assert _score("acme").urgency is ANSWER
    assert _score("acme acme!", language="pl").urgency is ANSWER


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(str.upper, id="in capitals"),
        pytest.param(lambda text: unicodedata.normalize("NFD", text), id="in decomposed letters"),
        pytest.param(
            lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
            id="in full width",
        ),
        pytest.param(lambda text: text.replace("'", "’"), id="with a typographic apostrophe"),
        pytest.param(lambda text: text.replace(" ", " \n "), id="in lines and wide"),
        pytest.param(lambda text: f"{text} https://x.example/all-good-thanks", id="with a link"),
        pytest.param(lambda text: f"\u202e{text}\u202c", id="from right to left"),
    ],
)
@pytest.mark.parametrize(
    "text",
    ["the booking system doesn't load for us, can't breathe", "überall Störung, es brennt bei mir"],
)
def test_how_it_is_written_does_not_change_what_it_says(
    text: str, write: Callable[[str], str]
) -> None:
    assert _score(write(text)).urgency is WAKE


def test_the_words_within_a_link_do_not_count() -> None:
    assert _score("a walk in the park https://x.example/fire-bomb-racist").urgency is IGNORE


def test_our_handle_is_our_name_and_anothers_is_nothing() -> None:
    assert _score("@acme@social.example is down").urgency is SOON
    assert _score("@somebody is down").urgency is not SOON


def test_a_brand_with_odd_letters_in_its_name_is_read_as_it_stands() -> None:
    desk = a_desk(brands=(a_brand(name="A(c)me+ Straße", terms=("",), handles=()),))
    mention = a_mention(text="A(c)me+ STRASSE is down", is_addressed=False, author=None)

    assert LexiconScorer().score(mention, desk).topic is Topic.OUTAGE


def test_a_brand_that_was_removed_is_scored_all_the_same() -> None:
    assert _score("there is smoke everywhere in here", brand="forgotten").urgency is WAKE


hostile = st.text(st.characters() | st.sampled_from("\ud800\udfff\x00\u202e\u0336\u0489\ufdfa'@."))


@given(text=hostile, language=st.none() | st.text(max_size=8), mention=mentions())
@example(text="z̶̡͓a̷l̴g̵o̸" * 500, language=None, mention=a_mention())
@example(text="\ud800", language="\ud800", mention=a_mention())
@example(text="the data " * 1_200, language=None, mention=a_mention())
@example(text="a" * 10_000, language=None, mention=a_mention())
@example(text="took " * 2_000, language="en", mention=a_mention())
@example(text="@" * 10_000, language=None, mention=a_mention())
@example(text="\ufdfa" * 10_000, language=None, mention=a_mention())
@example(text="a.@-" * 2_500, language=None, mention=a_mention())
def test_every_text_at_all_gets_a_verdict_with_reasons_that_adds_up(
    text: str, language: str | None, mention: Mention
) -> None:
    score = LexiconScorer().score(replace(mention, text=text, language=language), DESK)

    assert score.reasons
    assert all(score.reasons)
    assert score.value == pytest.approx(sum(signal.points for signal in score.signals))
    assert score.urgency is urgency_of(score.signals)
    assert 0 <= score.mood_strength <= 1
    assert score.scorer == "lexicon-1"


@given(mention=mentions(), platform_id=st.text(min_size=1), source=st.text())
def test_a_score_does_not_change_with_the_mentions_id_or_who_pulled_it(
    mention: Mention, platform_id: str, source: str
) -> None:
    other = replace(mention, platform_id=platform_id, source=source)

    assert LexiconScorer().score(mention, DESK) == LexiconScorer().score(other, DESK)


def test_a_question_mark_asks_for_an_answer_and_makes_nothing_more_urgent() -> None:
    def scored(text: str) -> Score:
        return LexiconScorer().score(a_mention(text=text, is_addressed=False), a_desk())

    season = "Acme season ticket: is the winter discount still a thing"
    assert scored(season).urgency is Urgency.IGNORE
    assert scored(season + "?").urgency is Urgency.ANSWER
    refund = "acme took the money out of my account again, still no refund, the worst"
    assert scored(refund + "?").value == scored(refund).value
