"""The page `/phones` of the local cloud: what people got by SMS and e-mail, and what they did."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from chalice.app import Chalice
from playwright.sync_api import Page, expect

from chalicelib.domain.desk import Responder
from chalicelib.domain.schedule import ResponderId
from infra.local.clock import SteppedClock
from infra.local.events import Happening
from infra.local.http import Server
from infra.local.mailboxes import Letter, Mailboxes
from infra.local.phones import Phones, Text
from infra.local.phones_page import PhonesPage
from tests.browser.conftest import Visitors

NOW = datetime(2026, 11, 21, 22, 10, tzinfo=UTC)
ANA, BEN = ResponderId("ana"), ResponderId("ben")
LINK = "http://127.0.0.1:1/a/" + "k" * 22
NOBODY: Any = SimpleNamespace(
    publish=lambda *_, **__: "", core_backend=SimpleNamespace(email_identities={})
)
"""Stands for SNS and SES: nothing is sent here."""


@dataclass
class Table:
    """What lies before whoever looks at the page."""

    clock: SteppedClock = field(default_factory=lambda: SteppedClock(NOW))

    def __post_init__(self) -> None:
        self.phones = Phones(clock=self.clock, backend=NOBODY, replies_topic="")
        self.mailboxes = Mailboxes(clock=self.clock, backend=NOBODY)
        people = [
            Responder(id=ANA, name="Ana", phone="+12025550111", email="ana@norvia.example"),
            Responder(id=BEN, name="Ben", email="ben@norvia.example"),
        ]
        self.phones.know(people, {"ana": ["lead"]})
        self.mailboxes.know(people)
        self.page = PhonesPage(
            self.phones,
            self.mailboxes,
            clock=self.clock,
            zone="UTC",
            title="Test",
            wake=lambda: None,
        )

    def text(self, body: str, *, at: datetime = NOW, is_notice: bool = False) -> None:
        texts = self.phones.of("ana").texts
        texts.append(
            Text(at=at, body=body, is_ours=True, is_notice=is_notice, message_id=f"t-{len(texts)}")
        )

    def letter(self, to: str, subject: str, body: str) -> None:
        id = f"l-{len(self.mailboxes.letters)}"
        self.mailboxes.letters.append(
            Letter(at=NOW, to=to, subject=subject, body=body, message_id=id)
        )

    def happens(self, name: str, **about: Any) -> None:
        self.page.note(Happening(at=self.clock.now(), name=name, level=20, about=about))


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def shown(table: Table, visitors: Visitors) -> Iterator["Shown"]:
    with Server(Chalice(app_name="none"), port=0, local=table.page.answer) as server:
        yield Shown(f"{server.address}/phones", visitors)


@dataclass
class Shown:
    address: str
    visitors: Visitors

    def at(self, *, width: int = 1280) -> Page:
        page = self.visitors.page(width=width)
        page.goto(self.address)
        expect(page.locator(".person")).to_have_count(2)
        return page


def card(page: Page, name: str) -> Any:
    return page.locator(".person").filter(has=page.get_by_role("heading", name=name))


def test_letters_lie_with_their_reader_and_their_link_can_be_opened(
    table: Table, shown: Shown
) -> None:
    table.letter("ana@norvia.example", "Norvia: outage", f"Down <b>now</b>.\n\nI have it: {LINK}\n")
    page = shown.at()
    ana = card(page, "Ana")
    expect(ana.get_by_role("heading", name="E-mail · ana@norvia.example")).to_be_visible()
    expect(ana.locator(".letters .body")).to_be_hidden()
    ana.get_by_text("Norvia: outage").click()
    expect(ana.locator(".letters .body")).to_have_text(f"Down <b>now</b>. I have it: {LINK}")
    expect(ana.locator(".letters").get_by_role("link", name="Open link")).to_have_attribute(
        "href", LINK
    )
    expect(card(page, "Ben").locator(".mail")).to_be_hidden()


def test_who_has_a_mailbox_alone_has_a_card_without_a_reply(table: Table, shown: Shown) -> None:
    table.letter("ben@norvia.example", "Hello", "No link here.")
    ben = card(shown.at(), "Ben")
    expect(ben.locator(".about")).to_have_text("no phone")
    expect(ben.get_by_role("textbox")).to_have_count(0)
    ben.get_by_text("Hello").click()
    expect(ben.get_by_text("No link here.")).to_be_visible()
    expect(ben.get_by_role("link", name="Open link")).to_have_count(0)


def test_what_was_said_by_a_link_leaves_a_trace_between_the_texts(
    table: Table, shown: Shown
) -> None:
    table.text("Norvia outage.")
    table.happens("incident_acknowledged", by="ana", incident="x", via="link")
    table.happens("incident_resolved", by="ana", incident="x", via="sms")
    table.happens("contact_verified", responder="ana", channel="email")
    table.clock.move_to(NOW + timedelta(minutes=1))
    table.text("It is over.", at=table.clock.now())
    items = card(shown.at(), "Ana").locator(".texts li span")
    expect(items).to_have_text(
        ["Norvia outage.", "I have it (by the link)", "This mailbox works", "It is over."]
    )


def test_a_phone_rings_for_what_has_just_come_and_for_nothing_else(
    table: Table, shown: Shown
) -> None:
    table.text("Norvia outage.", at=NOW - timedelta(minutes=5))
    page = shown.at()
    ringing = page.locator(".is-ringing")
    expect(page.get_by_text("Norvia outage.")).to_be_visible()
    assert ringing.count() == 0  # at once: it would have stopped by itself in a while
    table.happens("incident_acknowledged", by="ana", incident="x", via="link")
    expect(page.get_by_text("I have it")).to_be_visible()
    assert ringing.count() == 0
    table.text("It rings again.")
    expect(ringing).to_have_count(1)


@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_accessible_and_fits(table: Table, shown: Shown, width: int) -> None:
    table.text("Norvia outage. Reply BCDFG = I have it.")
    table.happens("incident_acknowledged", by="ana", incident="x", via="link")
    table.letter("ana@norvia.example", "Norvia: outage " * 9, f"I have it: {LINK}")
    page = shown.at(width=width)
    page.locator("summary").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
