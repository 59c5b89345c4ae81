"""Acts what people do in a scenario: with their phones, and over the API as the page does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from chalicelib.domain.mention import mention_id
from infra.local.desk import LocalDesk
from infra.local.scenario import (
    CODE,
    Act,
    AgentAct,
    OpenLink,
    PhoneLine,
    PhoneReply,
    ResolveIncident,
)

_JSON = {"content-type": "application/json"}
_FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplayed:
    """An act that could not be done; the scenario went on without it."""

    line: int
    why: str


class CannotPlay(Exception):
    """Why an act could not be done."""


class Player:
    """Does one act after another; what cannot be done is kept, not hidden."""

    def __init__(self, desk: LocalDesk) -> None:
        self._desk = desk
        self._replies = 0
        self.unplayed: list[Unplayed] = []

    def act(self, line: int, act: Act) -> None:
        """Do it now. The cloud is not settled here."""
        try:
            match act:
                case PhoneReply():
                    self._reply(act)
                case OpenLink():
                    self._open_link(act)
                case PhoneLine():
                    self._phone(act.phone).line = act.line
                case AgentAct():
                    self._answer(act)
                case ResolveIncident():
                    self._resolve_incident(act)
        except CannotPlay as error:
            self.unplayed.append(Unplayed(line=line, why=str(error)))

    def _phone(self, id: str) -> Any:
        try:
            return self._desk.phones.of(id)
        except KeyError:
            raise CannotPlay(f"phone: nobody on the desk is called {id!r}") from None

    def _reply(self, act: PhoneReply) -> None:
        phone = self._phone(act.phone)
        text = act.text
        if CODE in text:
            page = phone.latest_page()
            if page is None or not page.code:
                raise CannotPlay(f"text: the phone of {act.phone} has no code to reply with")
            text = text.replace(CODE, page.code)
        self._desk.phones.reply(phone, text)

    def _open_link(self, act: OpenLink) -> None:
        page = self._phone(act.phone).latest_page()
        if page is None or not page.link:
            raise CannotPlay(f"phone: the phone of {act.phone} has no link to open")
        path = urlsplit(page.link).path
        self._ask("GET", path, headers={})
        if act.press:
            self._ask("POST", path, headers=_FORM)

    def _answer(self, act: AgentAct) -> None:
        ticket = mention_id(act.platform, act.id)
        body: dict[str, str] = {}
        if act.act == "reply":
            self._replies += 1
            body = {"text": act.text, "reply_id": f"scenario-{self._replies:06d}"}
        elif act.act == "resolve":
            body = {"outcome": act.outcome}
        self._ask(
            "POST",
            f"/api/v1/tickets/{ticket}/{act.act}",
            headers=self._signed_in(act.agent),
            body=json.dumps(body),
        )

    def _resolve_incident(self, act: ResolveIncident) -> None:
        headers = self._signed_in(act.agent)
        ticket = mention_id(act.platform, act.id)
        found = json.loads(self._ask("GET", f"/api/v1/tickets/{ticket}", headers=headers))
        if not (incident := found.get("incident_id")):
            raise CannotPlay(f"id: {ticket} belongs to no incident")
        self._ask("POST", f"/api/v1/incidents/{incident}/resolve", headers=headers)

    def _signed_in(self, agent: str) -> Mapping[str, str]:
        token = self._desk.token(agent, lifetime=timedelta(hours=12))
        return {**_JSON, "authorization": f"Bearer {token}"}

    def _ask(self, method: str, path: str, *, headers: Mapping[str, str], body: str = "") -> str:
        status, answer = self._desk.gateway.request(method, path, headers=dict(headers), body=body)
        if status >= 400:
            raise CannotPlay(f"the API answered {status}: {answer[:300]}")
        return answer
