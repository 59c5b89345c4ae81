"""The sign-in of this machine: who can be chosen, codes and their proofs, and what it signs."""

import re
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from chalicelib.domain.errors import NotAllowed, NotFound
from chalicelib.ports import UserPool
from chalicelib.web.tokens import Agent, InvalidToken, verify
from infra.local.http import SIGN_IN
from infra.local.identity import (
    CODE_LASTS,
    KID,
    SIGNED_IN_FOR,
    LocalIdentity,
    Person,
    challenge_of,
    people_of,
)
from tests.builders import NOW
from tests.identity import POOL, key_sets

HERE = "http://127.0.0.1:8000"
BACK = f"{HERE}/"
VERIFIER = "v" * 43
GUS = Person(id="gus", name="Gus <b>Gruber</b>", roles=("agent", "lead"))


class Desk:
    """A sign-in with a clock in hand."""

    def __init__(self) -> None:
        self.now: datetime = NOW
        self.identity = LocalIdentity(now=lambda: self.now, people=lambda: [GUS])
        self.pool: UserPool = self.identity.pool(HERE)

    def ask(self, path: str = "oauth2/authorize", **over: str) -> tuple[int, dict[str, str], str]:
        asked = {
            "response_type": "code",
            "client_id": self.pool.client_id,
            "redirect_uri": BACK,
            "state": "a&b",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
            **over,
        }
        answer = self.identity.answer("GET", f"{SIGN_IN}{path}?{urlencode(asked)}", b"")
        assert answer is not None
        return int(answer[0]), answer[1], answer[2].decode()

    def code(self) -> str:
        """What choosing Gus leads back with."""
        _, _, text = self.ask()
        (link,) = re.findall(r'href="(http[^"]*)"', text)
        led = urlsplit(unescape(link))
        assert f"{led.scheme}://{led.netloc}{led.path}" == BACK
        query = parse_qs(led.query)
        assert query["state"] == ["a&b"]
        return query["code"][0]

    def begin(self, code: str, verifier: str = VERIFIER, back: str = BACK) -> Agent:
        issued = self.identity.begin(code, verifier, redirect_uri=back, now=self.now)
        return self.read(issued.id_token)

    def read(self, token: str) -> Agent:
        return verify(token, keys=self.identity, pool=self.pool, now=self.now)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_who_is_chosen_is_in_with_their_name_and_roles(desk: Desk) -> None:
    agent = desk.begin(desk.code())
    assert (agent.id, agent.name, agent.roles) == ("gus", "Gus <b>Gruber</b>", ("agent", "lead"))
    assert agent.expires_at == NOW + SIGNED_IN_FOR


def test_names_are_shown_as_text(desk: Desk) -> None:
    _, headers, text = desk.ask()
    assert "<b>Gruber" not in text
    assert "&lt;b&gt;Gruber" in text
    assert headers["Content-Type"].startswith("text/html")


def test_a_code_is_good_once_with_its_proof_and_from_where_it_led(desk: Desk) -> None:
    code = desk.code()
    assert desk.begin(code)
    with pytest.raises(NotAllowed):
        desk.begin(code)
    with pytest.raises(NotAllowed):
        desk.begin(desk.code(), verifier="w" * 43)
    with pytest.raises(NotAllowed):
        desk.begin(desk.code(), back=f"{HERE}/elsewhere")
    with pytest.raises(NotAllowed):
        desk.begin("invented")


def test_a_code_grows_old_by_the_clock_of_the_scenario(desk: Desk) -> None:
    code = desk.code()
    desk.now += CODE_LASTS
    with pytest.raises(NotAllowed):
        desk.begin(code)


def test_a_session_goes_on_until_it_is_ended(desk: Desk) -> None:
    issued = desk.identity.begin(desk.code(), VERIFIER, redirect_uri=BACK, now=NOW)
    desk.now += SIGNED_IN_FOR
    with pytest.raises(InvalidToken):
        desk.read(issued.id_token)
    again = desk.identity.renew(issued.refresh_token, now=desk.now)
    assert desk.read(again.id_token).id == "gus"
    desk.identity.end(issued.refresh_token, now=desk.now)
    with pytest.raises(NotAllowed):
        desk.identity.renew(issued.refresh_token, now=desk.now)


@pytest.mark.parametrize(
    "wrong",
    [
        {"response_type": "token"},
        {"client_id": "another"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": "http://127.0.0.1.evil.example/"},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
def test_nobody_is_led_elsewhere_or_without_a_proof(desk: Desk, wrong: dict[str, str]) -> None:
    status, _, text = desk.ask(**wrong)
    assert status == 400
    assert 'href="http' not in text


def test_who_signs_out_is_led_back_and_nowhere_else(desk: Desk) -> None:
    status, headers, _ = desk.ask("logout", logout_uri=BACK)
    assert (status, headers["Location"]) == (302, BACK)
    query = urlencode({"logout_uri": "https://evil.example/"})
    assert desk.identity.answer("GET", f"{SIGN_IN}logout?{query}", b"") is None


def test_what_is_no_page_of_the_sign_in_is_left_to_others(desk: Desk) -> None:
    for method, path in (("GET", "/phones"), ("POST", f"{SIGN_IN}oauth2/authorize"), ("GET", "/")):
        assert desk.identity.answer(method, path, b"") is None


def test_what_it_signs_opens_no_deployed_desk(desk: Desk) -> None:
    token = desk.identity.token(GUS, lifetime=timedelta(hours=1))
    with pytest.raises(InvalidToken):
        verify(token, keys=key_sets(), pool=POOL, now=NOW)
    with pytest.raises(InvalidToken, match="another user pool"):
        verify(token, keys=desk.identity, pool=POOL, now=NOW)


def test_it_has_one_key(desk: Desk) -> None:
    assert desk.identity.key(KID, now=NOW)["kty"] == "RSA"
    with pytest.raises(NotFound):
        desk.identity.key("another", now=NOW)


def test_everybody_of_the_desk_can_be_chosen_and_the_lead_may_what_a_lead_may() -> None:
    others = (Person(id="finn", name="Finn", roles=("finance",)),)
    found = people_of([("ana", "Ana"), ("ben", "Ben")], lead="ben", others=others)
    assert {one.id: one.roles for one in found} == {
        "finn": ("finance",),
        "ana": ("agent",),
        "ben": ("agent", "lead"),
    }
