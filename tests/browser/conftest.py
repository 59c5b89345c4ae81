"""A real browser in front of the product's routes on this machine."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect
from playwright.sync_api import sync_playwright as playwright_here

import app as product
from infra.local.http import Server
from tests.web.office import Office
from tests.web.oncall import OnCall

INSTALLED = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 15_000
"""Milliseconds until a page that does not show what it should is a failure."""

expect.set_options(timeout=PATIENCE)

HERE = Path(__file__).parent
TRIES_MORE = 2
"""A browser on a busy machine may take a key before a view has opened. A fault of the product
comes again, and fails; what came once is printed as RERUN, and wants to be looked at."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a browser, and no others, are tried again."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.flaky(reruns=TRIES_MORE))


def no_browser(why: str) -> NoReturn:
    """These tests may be left out on a machine without a browser, but not where all must run."""
    reason = f"no Chromium: install one, or run `playwright install chromium` ({why})"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """An installed Chromium, else Playwright's own."""
    found = next((path for name in INSTALLED if (path := shutil.which(name))), None)
    with playwright_here() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except Error as error:
            no_browser(str(error).splitlines()[0])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def address() -> Iterator[str]:
    """Where the product answers, with its slash."""
    with Server(product.app, port=0, local=lambda *_: None) as server:
        yield f"{server.address}/"


@pytest.fixture
def office() -> Iterator[Office]:
    with Office().is_open() as office:
        yield office


@pytest.fixture
def on_call(office: Office) -> Iterator[OnCall]:
    """Who is on call, the readiness report and the calendars of that office."""
    with OnCall(office).is_known() as on_call:
        yield on_call


class Visitors:
    """Pages that different people have open; none of them may have failed."""

    def __init__(self, chromium: Browser, address: str, office: Office) -> None:
        self.address = address
        self.office = office
        self.troubles: list[str] = []
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []

    def page(
        self, *, width: int = 1280, height: int = 900, theme: str = "light", scripts: bool = True
    ) -> Page:
        """A new page in a browser of its own."""
        context = self._chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            timezone_id="Europe/Vienna",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._hear)
        return page

    def agent(
        self,
        id: str = "gus",
        *,
        width: int = 1280,
        theme: str = "light",
        at: datetime | None = None,
        roles: tuple[str, ...] = ("agent",),
    ) -> Page:
        """A page on which somebody has signed in; with `at`, its clock is in the test's hands."""
        page = self.page(width=width, theme=theme)
        if at is not None:
            page.clock.install(time=at)
        self.enter(page, id, roles=roles)
        expect(page.get_by_role("heading", name="Queue")).to_be_visible()
        expect(page.locator(".connection.live")).to_be_visible()
        return page

    def enter(
        self,
        page: Page,
        id: str = "gus",
        *,
        address: str = "",
        roles: tuple[str, ...] = ("agent",),
    ) -> None:
        """Open the queue as somebody who signed in before, in this tab."""
        kept = json.dumps(self.office.session(id, roles=roles))
        page.add_init_script(
            "if (!sessionStorage.getItem('nightdesk.seated')) {"
            "  sessionStorage.setItem('nightdesk.seated', '1');"
            f"  sessionStorage.setItem('nightdesk.session', JSON.stringify({kept}));"
            "}"
        )
        page.goto(address or self.address)

    def leave(self) -> None:
        for context in self._contexts:
            context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        """What the browser complains of, but for answers that are meant to be refusals."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.troubles.append(message.text)


@pytest.fixture
def visitors(
    chromium: Browser, address: str, office: Office, on_call: OnCall
) -> Iterator[Visitors]:
    visitors = Visitors(chromium, address, office)
    yield visitors
    visitors.leave()
    assert visitors.troubles == []


@pytest.fixture
def agent(visitors: Visitors) -> Callable[..., Page]:
    """Opens the queue as somebody who signed in."""
    return visitors.agent
