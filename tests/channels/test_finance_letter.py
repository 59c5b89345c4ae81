"""A letter to finance: in text and in HTML, harmless whatever stands in it, and to no phone."""

from collections.abc import Iterator

import pytest

from chalicelib.channels.laid_out import as_html, as_text
from chalicelib.domain.cost.letter import FinanceLetter, Section, Table, alert_letter
from chalicelib.domain.errors import ChannelRefused, ChannelUnavailable
from tests.builders import a_desk
from tests.channels.test_email import (
    SENDER,
    EmailStage,
    Ses,
    Tags,
    html_of,
    subject_of,
    text_of,
)
from tests.http.loopback import serving

FIN = "fin@acme.example"
LINK = "https://desk.example/#/costs"

LETTER = FinanceLetter(
    subject="What Nightdesk cost in November 2026: 90.00 USD",
    sections=(
        Section(paragraphs=("November 2026 cost 90.00 USD.",)),
        Section(
            title="By source",
            paragraphs=("Shared by mentions read.",),
            table=Table(
                head=("source", "USD", "share"),
                rows=(("mastodon-acme", "60.00", "66.7 %"), ("<b>x</b>", "1,030.00", "33.3 %")),
            ),
        ),
    ),
    link=LINK,
)


@pytest.fixture
def stage() -> Iterator[EmailStage]:
    ses = Ses()
    with serving(ses.answer) as server:
        yield EmailStage(server, ses)


def test_figures_stand_below_each_other_in_text() -> None:
    assert as_text(LETTER) == (
        "November 2026 cost 90.00 USD.\n\n"
        "BY SOURCE\n\n"
        "source              USD   share\n"
        "mastodon-acme     60.00  66.7 %\n"
        "<b>x</b>       1,030.00  33.3 %\n\n"
        "Shared by mentions read.\n\n"
        f"Open the figures: {LINK}\n\n"
        "Nightdesk wrote this because you are on its list of people who are told what it costs.\n"
    )


def test_nothing_in_html_is_markup_of_others_or_loaded_from_anywhere() -> None:
    found = Tags(as_html(LETTER))
    assert "<b>x</b>" in found.words
    tags = [tag for tag, _ in found.tags]
    assert tags.count("a") == tags.count("b") == 1
    assert not {"img", "link", "script", "style", "iframe"} & set(tags)
    assert [attributes["href"] for tag, attributes in found.tags if tag == "a"] == [LINK]
    assert tags.count("th") == 3
    assert tags.count("td") == 6


def test_without_an_address_of_ours_there_is_no_link() -> None:
    letter = FinanceLetter(subject="x", sections=())
    assert "Open the figures" not in as_text(letter)
    assert "<a" not in as_html(letter)


def test_it_goes_out_by_ses_in_both_forms(stage: EmailStage) -> None:
    assert stage.channel().send_letter(FIN, LETTER) == "ses-1"
    (sent,) = stage.ses.sent
    assert sent["FromEmailAddress"] == SENDER
    assert sent["Destination"] == {"ToAddresses": [FIN]}
    assert subject_of(sent) == LETTER.subject
    assert text_of(sent) == as_text(LETTER)
    assert html_of(sent) == as_html(LETTER)


def test_the_subject_of_an_alert_is_what_it_says_first(stage: EmailStage) -> None:
    text = "The budget of SMS of November 2026 is used up: 30.00 of 30.00 USD are spent. No more."
    stage.channel().send_letter(FIN, alert_letter([text], link=""))
    assert subject_of(stage.ses.sent[0]) == "The budget of SMS of November 2026 is used up"


def test_without_a_sender_it_is_refused(stage: EmailStage) -> None:
    stage.desks.versions.append(a_desk())
    with pytest.raises(ChannelRefused, match=r"email\.sender"):
        stage.channel().send_letter(FIN, LETTER)


def test_no_error_holds_the_address(stage: EmailStage) -> None:
    stage.ses.suppressed.add(FIN)
    with pytest.raises(ChannelRefused, match="of finance is suppressed") as refused:
        stage.channel().send_letter(FIN, LETTER)
    stage.ses.suppressed.clear()
    stage.fail()
    with pytest.raises(ChannelUnavailable) as failed:
        stage.channel().send_letter(FIN, LETTER)
    assert FIN not in f"{refused.value} {failed.value}"
