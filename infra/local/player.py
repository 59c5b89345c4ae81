"""Acts what people do in a scenario: with their phones, and over the API as the page does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from chalicelib import wiring
from chalicelib.domain.errors import NightdeskError
from chalicelib.domain.mention import mention_id
from chalicelib.domain.schedule import ResponderId
from infra.local.desk import LocalDesk
from infra.local.forms import forms_in, pressed
from infra.local.scenario import (
    CODE,
    Act,
    AgentAct,
    OpenLink,
    PhoneLine,
    PhoneReply,
    ResolveIncident,
    TryOut,
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
                case TryOut():
                    self._test(act)
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
        path = urlsplit(self._link(act)).path
        view = self._ask("GET", path, headers={})
        if act.press is False:
            return
        fields = {"minutes": str(act.minutes or ""), "to": act.to}
        try:
            body = pressed(
                forms_in(view),
                "acknowledge" if act.press is True else act.press,
                **{name: value for name, value in fields.items() if value},
            )
        except LookupError as error:
            raise CannotPlay(f"press: {error}") from None
        self._ask("POST", path, headers=_FORM, body=body)

    def _link(self, act: OpenLink) -> str:
        """Of the newest page that the person has got that way."""
        if act.by == "email":
            letters = self._desk.mailboxes.of(act.phone)
            link = next((one.link for one in reversed(letters) if one.link), "")
        else:
            page = self._phone(act.phone).latest_page()
            link = page.link if page else ""
        if not link:
            where = "mailbox" if act.by == "email" else "phone"
            raise CannotPlay(f"phone: the {where} of {act.phone} has no link to open")
        return link

    def _test(self, act: TryOut) -> None:
        try:
            tried = wiring.contacting().test(ResponderId(act.phone), act.by, now=wiring.now())
        except NightdeskError as error:
            raise CannotPlay(f"phone: {error}") from None
        if refusals := [f"{one.channel}: {one.refusal}" for one in tried if not one.is_sent]:
            raise CannotPlay(f"by: {'; '.join(refusals)}")

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
