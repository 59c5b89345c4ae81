"""The link of an SMS: it shows one button, and only the button acknowledges."""

import base64
import hashlib
import logging
import re
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain.incident import IncidentState
from chalicelib.domain.schedule import ResponderId
from chalicelib.web.access import SECURITY_HEADERS
from tests.builders import NOW, a_desk, a_responder
from tests.web.office import LINK, Browser, Office


def test_the_page_says_what_where_how_loud_and_why(office: Office, nobody: Browser) -> None:
    path = office.add_link(office.add_incident(loudness=37))
    answer = nobody.get(path)
    page = answer.body.decode()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    for words in (
        "Acme: outage",
        "the whole site is down, I am losing money",
        "@carla@social.example",
        "on mastodon",
        "37 mentions since",
        "20:30",  # in Vienna, where Ana lives
        "says the whole site is down",
        "Nobody has it yet",
    ):
        assert words in page
    assert page.count("<button") == 1
    assert '<form method="post">' in page


def test_looking_at_the_link_acknowledges_nothing(office: Office, nobody: Browser) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    nobody.get(path)
    nobody.get(path, headers={"user-agent": "WhatsApp/2.23 preview"})
    nobody.request("HEAD", path)
    assert office.incidents.get(incident.id) == incident


def test_the_button_acknowledges_and_says_since_when(office: Office, nobody: Browser) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    office.pass_time(minutes=5)
    page = nobody.submit(path).body.decode()
    assert "You have it" in page
    assert ">20:35</time>" in page
    assert ">00:35 on Sun 22 Nov</time>" in page  # when it rings again
    assert "I have it" not in page
    stored = office.incidents.get(incident.id)
    assert stored is not None
    assert (stored.state, stored.acknowledged_by) == (IncidentState.ACKNOWLEDGED, "ana")


def test_pressing_twice_changes_nothing_more(office: Office, nobody: Browser) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    nobody.submit(path)
    first = office.incidents.get(incident.id)
    office.pass_time(minutes=7)
    answer = nobody.submit(path)
    assert answer.status_code == 200
    assert "You have it" in answer.body.decode()
    assert office.incidents.get(incident.id) == first


def test_who_comes_second_learns_who_has_it_and_may_sleep(office: Office, nobody: Browser) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    office.acknowledging.acknowledge(incident.id, "ben", now=office.now)
    for page in (nobody.get(path).body.decode(), nobody.submit(path).body.decode()):
        assert "Ben</bdi> has it" in page
        assert "nothing for you to do" in page
        assert "<button" not in page


def test_who_has_it_is_offered_to_say_that_it_is_over(office: Office, nobody: Browser) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    for page in (nobody.submit(path).body.decode(), nobody.get(path).body.decode()):
        assert page.count("<button") == 1
        assert '<button name="act" value="resolve">It is over</button>' in page
    office.pass_time(minutes=9)
    page = nobody.submit(path, act="resolve").body.decode()
    assert "It is over: you resolved it" in page
    assert ">20:39</time>" in page
    assert "<button" not in page
    stored = office.incidents.get(incident.id)
    assert stored is not None
    assert (stored.state, stored.resolved_by) == (IncidentState.RESOLVED, "ana")


def test_saying_twice_that_it_is_over_changes_nothing_more(office: Office, nobody: Browser) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    nobody.submit(path)
    nobody.submit(path, act="resolve")
    first = office.incidents.get(incident.id)
    office.pass_time(minutes=7)
    for fields in ({"act": "resolve"}, {}):
        answer = nobody.submit(path, **fields)
        assert answer.status_code == 200
        assert "It is over: you resolved it" in answer.body.decode()
    assert office.incidents.get(incident.id) == first


def test_nobody_else_says_by_their_link_that_it_is_over(office: Office, nobody: Browser) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    page = nobody.submit(path, act="resolve").body.decode()
    assert "Nobody has it yet" in page
    assert page.count("<button") == 1
    assert office.incidents.get(incident.id) == incident
    held = office.acknowledging.acknowledge(incident.id, "ben", now=office.now)
    page = nobody.submit(path, act="resolve").body.decode()
    assert "Ben</bdi> has it" in page
    assert "<button" not in page
    assert office.incidents.get(incident.id) == held


def test_looking_never_says_that_it_is_over(office: Office, nobody: Browser) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    nobody.submit(path)
    held = office.incidents.get(incident.id)
    nobody.get(f"{path}?act=resolve")
    nobody.request("HEAD", f"{path}?act=resolve")
    nobody.submit(f"{path}?act=resolve")
    assert office.incidents.get(incident.id) == held


@pytest.mark.parametrize("body", [b"act=", b"act=Resolve", b"\xff&=%ff;act", b"&" * 100_000, b"{}"])
def test_what_is_not_the_word_for_it_acknowledges_as_the_button_does(
    office: Office, nobody: Browser, body: bytes
) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    for _ in range(2):
        form = {"content-type": "application/x-www-form-urlencoded"}
        assert nobody.request("POST", path, headers=form, body=body).status_code == 200
    stored = office.incidents.get(incident.id)
    assert stored is not None
    assert stored.state is IncidentState.ACKNOWLEDGED


def test_who_resolved_it_is_told_by_name(office: Office, nobody: Browser) -> None:
    incident = office.add_incident()
    ana = office.add_link(incident)
    ben = office.add_link(incident, secret="BbCdEfGhIjKlMnOpQrSt-_", responder=ResponderId("ben"))
    nobody.submit(ana)
    nobody.submit(ana, act="resolve")
    assert "Ana</bdi> resolved it" in nobody.get(ben).body.decode()


def test_a_resolved_incident_says_that_it_is_over(office: Office, nobody: Browser) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    office.acknowledging.resolve(incident.id, "gus", now=office.now)
    page = nobody.submit(path).body.decode()
    assert "It is over" in page
    assert "<button" not in page


@pytest.mark.parametrize("key", ["x", "A" * 22, "A" * 23, f"{LINK}x", "..", "%2e%2e", "<script>"])
def test_a_forged_link_opens_nothing_and_says_what_to_do(
    office: Office, nobody: Browser, key: str
) -> None:
    incident = office.add_incident()
    office.add_link(incident)
    for answer in (nobody.get(f"/a/{key}"), nobody.submit(f"/a/{key}")):
        page = answer.body.decode()
        assert answer.status_code == 404
        assert "This link opens nothing" in page
        assert "Nothing was acknowledged" in page
        assert key not in page or key in ("x", "..")
    assert office.incidents.get(incident.id) == incident


def test_a_link_is_good_for_a_day_and_not_a_second_longer(office: Office, nobody: Browser) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    office.now = NOW + timedelta(hours=24) - timedelta(seconds=1)
    assert nobody.get(path).status_code == 200
    office.now = NOW + timedelta(hours=24)
    assert nobody.get(path).status_code == 404
    assert nobody.submit(path).status_code == 404
    assert office.incidents.get(incident.id) == incident


def test_a_link_of_somebody_who_has_left_opens_nothing(office: Office, nobody: Browser) -> None:
    path = office.add_link(office.add_incident())
    office.desks.put(a_desk(responders=(a_responder(ResponderId("ben")),)), now=NOW)
    assert nobody.submit(path).status_code == 404


def test_what_others_wrote_is_text_on_the_page(office: Office, nobody: Browser) -> None:
    hostile = "</blockquote><script>alert(1)</script>\"' onload=x \u202e $style ${title}"
    incident = office.add_incident(
        quote=hostile,
        author='"><img src=x>',
        platform="<b>",
        url="javascript:alert(1)",
        reasons=("<svg onload=1>",),
    )
    page = nobody.get(office.add_link(incident)).body.decode()
    assert "<script" not in page
    assert "<img" not in page
    assert "<svg" not in page
    assert "javascript:" not in page
    assert "&lt;script&gt;" in page
    assert "$style ${title}" in page


def test_the_style_of_the_page_is_the_one_that_the_policy_allows(
    office: Office, nobody: Browser
) -> None:
    page = nobody.get(office.add_link(office.add_incident())).body.decode()
    style = re.search("<style>(.*)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in SECURITY_HEADERS["Content-Security-Policy"]
    assert "style=" not in page


def test_the_page_leads_out_without_a_referrer_and_in_by_relative_addresses(
    office: Office, nobody: Browser
) -> None:
    page = nobody.get(office.add_link(office.add_incident())).body.decode()
    targets = re.findall(r'<a href="([^"]+)"([^>]*)>', page)
    assert all("noreferrer" in rest for _, rest in targets)
    assert not re.search(r'(href|src|action)="/', page)


class Broken:
    """A service with a fault."""

    def look(self, secret: str, *, now: object) -> None:
        raise RuntimeError("no table")


def test_a_fault_of_ours_is_told_to_a_person_and_the_key_stays_out_of_the_log(
    office: Office, nobody: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        wiring.override(acknowledging=Broken(), now=lambda: NOW),
        caplog.at_level(logging.DEBUG),
    ):
        answer = nobody.get(f"/a/{LINK}")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Do not take it for acknowledged" in answer.body.decode()
    assert "no table" not in answer.body.decode()
    assert caplog.records
    assert LINK not in caplog.text + "".join(str(vars(record)) for record in caplog.records)
