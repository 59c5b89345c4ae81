"""The link of an SMS: it shows one button, and only the button acknowledges."""

import base64
import hashlib
import logging
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain.incident import IncidentState
from chalicelib.domain.page import PageState
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.signal import Topic
from chalicelib.domain.timeline import Act, ActKind, Via
from chalicelib.web.access import SECURITY_HEADERS
from chalicelib.web.link_page.state import next_morning
from tests.builders import ANA, BEN, NOW, a_desk, a_page, a_responder
from tests.web.office import LINK, Browser, Office

PASS_ON = ["Ring the next person now", "Ring this person now"]


def buttons(page: str) -> list[str]:
    """What can be pressed, in the order of the page."""
    return re.findall(r"<button[^>]*>([^<]*)</button>", page)


def fields(page: str, button: str) -> dict[str, str]:
    """What the form of a button sends when it is pressed."""
    for form in re.findall(r'<form method="post">(.*?)</form>', page, re.DOTALL):
        pressed = re.search(rf"<button([^>]*)>{re.escape(button)}</button>", form)
        if pressed is None:
            continue
        sent = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form))
        if choice := re.search(r'<select name="([^"]*)"><option value="([^"]*)">', form):
            sent[choice[1]] = choice[2]
        if own := re.search(r'name="([^"]*)" value="([^"]*)"', pressed[1]):
            sent[own[1]] = own[2]
        return sent
    raise AssertionError(f"{button!r} is not on the page, but {buttons(page)}")


def press(visitor: Browser, path: str, button: str) -> str:
    """Open the link and press a button of it; the page that comes."""
    page = visitor.get(path).body.decode()
    answer = visitor.submit(path, **fields(page, button))
    assert answer.status_code == 200
    return answer.body.decode()


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
    assert buttons(page) == [*PASS_ON, "I have it"]
    # Whatever is not the one thing to do at three in the morning is folded away.
    folded = re.findall(r"<details>.*?</details>", page, re.DOTALL)
    assert [buttons(one) for one in folded] == [PASS_ON]


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
        assert buttons(page) == PASS_ON


def test_who_has_it_is_offered_to_say_that_it_is_over(office: Office, nobody: Browser) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    for page in (nobody.submit(path).body.decode(), nobody.get(path).body.decode()):
        assert buttons(page)[0] == "It is over"
        assert "I have it" not in buttons(page)
    office.pass_time(minutes=9)
    page = nobody.submit(path, act="resolve").body.decode()
    assert "It is over: you resolved it" in page
    assert ">20:39</time>" in page
    assert buttons(page) == ["Yes", "No"]
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
    assert "That is for whoever has it" in page
    assert office.incidents.get(incident.id) == incident
    held = office.acknowledging.acknowledge(incident.id, "ben", now=office.now)
    page = nobody.submit(path, act="resolve").body.decode()
    assert "Ben</bdi> has it" in page
    assert "It is over" not in buttons(page)
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


@pytest.mark.parametrize("body", [b"", b"act=", b"\xff&=%ff;act", b"&" * 100_000, b"{}"])
def test_a_form_that_says_nothing_is_that_of_the_big_button(
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


@pytest.mark.parametrize(
    "body",
    [
        b"act=Resolve",
        b"act=acknowledged",
        b"act=snooze",
        b"act=snooze&minutes=x",
        b"act=snooze&minutes=-30",
        b"act=snooze&until=tomorrow",
        b"act=snooze&until=2026-11-22T07:00:00",
        b"act=snooze&until=9999-12-31T23:59:59-12:00",
        b"act=snooze&minutes=0",
        b"act=snooze&minutes=9999",
        b"act=hand-over",
        b"act=hand-over&to=",
        b"act=hand-over&to=%3Cscript%3E",
        b"act=worth",
        b"incident=acme.press.20200101T000000000000",
        b"act=escalate&incident=../../x",
    ],
)
def test_what_no_button_of_ours_says_changes_nothing(
    office: Office, nobody: Browser, body: bytes
) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    form = {"content-type": "application/x-www-form-urlencoded"}
    for is_held in (False, True):
        if is_held:
            office.acknowledging.acknowledge(incident.id, "ana", now=office.now)
        before = office.incidents.get(incident.id)
        answer = nobody.request("POST", path, headers=form, body=body)
        assert answer.status_code == 200
        assert "<script" not in answer.body.decode()
        assert office.incidents.get(incident.id) == before


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
    assert buttons(page) == ["Yes", "No"]


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
    people = (a_responder(ANA), a_responder(BEN, name=hostile), a_responder(ResponderId("fay")))
    office.desks.put(a_desk(responders=people), now=NOW)
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


# --- further buttons ---------------------------------------------------------------------


def test_whoever_cannot_take_it_has_the_next_person_rung(office: Office, nobody: Browser) -> None:
    path = office.add_link(office.add_incident())
    page = press(nobody, path, "Ring the next person now")
    assert "We are ringing" not in page  # whoever is on call is Ana herself
    page = nobody.get(path).body.decode()
    assert "You asked for the next person by the link" in page
    assert "Nobody has it yet" in page
    assert [sent.to for sent in office.phones.pages()] == ["ana"]
    office.pass_time(minutes=1)
    page = press(nobody, path, "Ring the next person now")
    assert "We are ringing <bdi>Ben</bdi>" in page


def test_a_form_that_a_browser_sends_again_rings_nobody_else(
    office: Office, nobody: Browser
) -> None:
    path = office.add_link(office.add_incident())
    sent = fields(nobody.get(path).body.decode(), "Ring the next person now")
    for _ in range(3):
        nobody.submit(path, **sent)
        office.pass_time(minutes=5)
    assert len(office.phones.pages()) == 1


def test_it_is_handed_to_somebody_who_is_chosen_by_name(office: Office, nobody: Browser) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    page = nobody.get(path).body.decode()
    assert re.findall(r"<option[^>]*>([^<]*)</option>", page) == ["Ben", "Fay", "Lea"]
    page = press(nobody, path, "Ring this person now")
    assert "We are ringing <bdi>Ben</bdi>" in page
    assert "You handed it to <bdi>Ben</bdi> by the link" in page
    assert [sent.to for sent in office.phones.pages()] == ["ben"]


@pytest.mark.parametrize(
    ("button", "rings_at", "told"),
    [
        ("In 30 minutes", NOW + timedelta(minutes=30), ">21:00</time>"),
        ("In 2 hours", NOW + timedelta(hours=2), ">22:30</time>"),
        (
            "At 08:00 on Sun 22 Nov",
            NOW + timedelta(hours=11, minutes=30),
            ">08:00 on Sun 22 Nov</time>",
        ),
    ],
)
def test_who_has_it_puts_it_off(
    office: Office, nobody: Browser, button: str, rings_at: datetime, told: str
) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    press(nobody, path, "I have it")
    page = press(nobody, path, button)
    stored = office.incidents.get(incident.id)
    assert stored is not None
    assert stored.ack_expires_at == rings_at
    assert "It rings again at <time datetime=" in page
    assert told in page


@pytest.mark.parametrize(
    ("zone", "now", "morning"),
    [
        ("Europe/Vienna", "2026-11-21T19:30:00Z", "2026-11-22T07:00:00Z"),
        ("Europe/Vienna", "2026-11-22T03:00:00Z", "2026-11-22T07:00:00Z"),
        ("Europe/Vienna", "2026-11-22T07:00:00Z", "2026-11-23T07:00:00Z"),
        ("Europe/Vienna", "2026-03-28T20:00:00Z", "2026-03-29T06:00:00Z"),
        ("America/New_York", "2026-10-31T23:00:00Z", "2026-11-01T13:00:00Z"),
        ("Pacific/Chatham", "2026-11-21T19:30:00Z", "2026-11-22T18:15:00Z"),
    ],
)
def test_the_morning_is_the_next_eight_o_clock_where_the_person_is(
    zone: str, now: str, morning: str
) -> None:
    assert next_morning(zone, datetime.fromisoformat(now)) == datetime.fromisoformat(morning)


def test_a_morning_that_is_nearly_there_is_not_offered(office: Office, nobody: Browser) -> None:
    path = office.add_link(office.add_incident())
    press(nobody, path, "I have it")
    office.pass_time(hours=11)
    assert not [one for one in buttons(nobody.get(path).body.decode()) if "08:00" in one]


def test_after_the_end_it_is_graded_and_the_grade_can_be_changed(
    office: Office, nobody: Browser
) -> None:
    incident = office.add_incident()
    path = office.add_link(incident)
    office.acknowledging.resolve(incident.id, "gus", now=office.now)
    page = press(nobody, path, "No")
    assert "You said that it was not worth waking you" in page
    page = press(nobody, path, "Yes, it was")
    assert "You said that it was worth waking you" in page
    stored = office.incidents.get(incident.id)
    assert stored is not None
    assert stored.grades == {"ana": True}


def test_the_timeline_says_who_did_what_and_what_became_of_pages(
    office: Office, nobody: Browser
) -> None:
    incident = office.add_incident(
        acts=(
            Act(kind=ActKind.OPENED, at=NOW),
            Act(kind=ActKind.RAISED, at=NOW),
            Act(kind=ActKind.ACKNOWLEDGED, at=NOW, by="ben", via=Via.SMS, until=NOW),
            Act(kind=ActKind.SNOOZED, at=NOW, by="<b>", via=Via.DESK, until=NOW),
            Act(kind=ActKind.ACK_TIMED_OUT, at=NOW, by="ben"),
            Act(kind=ActKind.HANDED_OVER, at=NOW, by="ben", via=Via.LINK, to="ana"),
            Act(kind=ActKind.RESOLVED, at=NOW, by="ben", via=Via.LINK),
            Act(kind=ActKind.GRADED, at=NOW, by="ana", via=Via.SMS, is_worth_it=False),
        )
    )
    for number, (state, settled_at) in enumerate(
        [(PageState.SENT, None), (PageState.DELIVERED, NOW), (PageState.FAILED, NOW)]
    ):
        page = a_page(incident, turn=f"r1.s{number}")
        office.pages.claim(replace(page, state=state, settled_at=settled_at))
    office.pages.claim(a_page(incident, BEN, channel="email", state=PageState.REFUSED))

    shown = nobody.get(office.add_link(incident)).body.decode()

    lines = re.findall(r"<li><time[^>]*>20:30</time> (.*?)</li>", shown)
    assert [re.sub("<[^>]*>", "", line) for line in lines] == [
        "It began",
        "It became worth waking for",
        "Ben took it by SMS, until 20:30",
        "&lt;b&gt; put it off at the desk, until 20:30",
        "It rings again: nobody had resolved it in time",
        "Ben handed it to you by the link",
        "Ben resolved it by the link",
        "You found it not worth it by SMS",
        "SMS to you: sent",
        "e-mail to Ben: not sent",
        "SMS to you: delivered at 20:30",
        "SMS to you: not delivered at 20:30",
    ]


def test_a_long_night_is_told_by_its_beginning_and_its_end(office: Office, nobody: Browser) -> None:
    acts = [Act(kind=ActKind.ESCALATED, at=NOW, by=f"p{n}", via=Via.DESK) for n in range(90)]
    shown = nobody.get(office.add_link(office.add_incident(acts=tuple(acts)))).body.decode()
    assert "<li>50 more</li>" in shown
    assert "p4<" in shown
    assert "p5<" not in shown
    assert "p89<" in shown
    assert shown.count("asked for the next person") == 40


# --- several incidents -------------------------------------------------------------------


def test_one_link_shows_all_incidents_of_its_message_and_one_button_takes_them(
    office: Office, nobody: Browser
) -> None:
    outage, safety = office.add_incident(), office.add_incident(topic=Topic.SAFETY)
    path = office.add_link(outage, safety)
    page = nobody.get(path).body.decode()
    assert "<h1>2 incidents</h1>" in page
    assert "Acme: outage" in page
    assert "Acme: safety" in page
    assert "Nobody has them yet." in page
    page = press(nobody, path, "I have all 2")
    assert "You have them all." in page
    assert buttons(page).count("It is over") == 2
    for incident in (outage, safety):
        stored = office.incidents.get(incident.id)
        assert stored is not None
        assert stored.acknowledged_by == "ana"


def test_of_several_each_has_buttons_of_its_own(office: Office, nobody: Browser) -> None:
    outage, safety = office.add_incident(), office.add_incident(topic=Topic.SAFETY)
    path = office.add_link(outage, safety)
    office.acknowledging.acknowledge(outage.id, "ben", now=office.now)
    page = nobody.get(path).body.decode()
    assert "Nobody has 1 of them yet." in page
    assert buttons(page)[-1] == "I have the other one"
    press(nobody, path, "I have the other one")
    page = press(nobody, path, "It is over")
    stored = office.incidents.get(safety.id)
    assert stored is not None
    assert stored.state is IncidentState.RESOLVED
    assert "There is nothing for you to do" in page
    held = office.incidents.get(outage.id)
    assert held is not None
    assert held.acknowledged_by == "ben"


# --- a test page -------------------------------------------------------------------------


@pytest.mark.parametrize(("channel", "contact"), [("sms", "phone"), ("email", "mailbox")])
def test_the_link_of_a_test_page_asks_whether_it_came(
    office: Office, nobody: Browser, channel: str, contact: str
) -> None:
    page = nobody.get(office.add_link(channel=channel)).body.decode()
    assert f"Does this {contact} work?" in page
    assert "nothing has happened" in page
    assert buttons(page) == [f"This {contact} works"]


def test_pressing_its_button_verifies_the_phone_and_looking_does_not(
    office: Office, nobody: Browser
) -> None:
    office.contacting.test(ANA, "sms", now=office.now)
    path = "/a/" + office.phones.notes(ANA)[0].partition("/a/")[2][:22]
    nobody.get(path)
    assert not office.contacts.of(ANA)[0].is_verified
    for _ in range(2):
        page = press(nobody, path, "This phone works")
        assert "you can be woken this way" in page
        assert buttons(page) == []
    assert office.contacts.of(ANA)[0].is_verified


def test_a_test_page_to_another_phone_than_the_person_has_now_verifies_nothing(
    office: Office, nobody: Browser
) -> None:
    page = press(nobody, office.add_link(), "This phone works")
    assert "another address" in page
    assert office.contacts.of(ANA) == ()
