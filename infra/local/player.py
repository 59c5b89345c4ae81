"""Acts what people do in a scenario: with their phones, and over the API as the page does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from chalicelib import wiring
from chalicelib.domain.errors import NightdeskError
from chalicelib.domain.incident import IncidentState
from chalicelib.domain.mention import MentionId, mention_id
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.ticket import TicketId
from chalicelib.wiring.services import conversing
from infra.local.desk import LocalDesk
from infra.local.forms import forms_in, pressed
from infra.local.identity import Person
from infra.local.scenario import (
    CODE,
    Act,
    AgentAct,
    Duty,
    Incidents,
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
        self._newest_reply: dict[tuple[str, str], str] = {}
        """By agent and ticket."""
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
                case Duty():
                    self._say_duty(act)
                case Incidents():
                    self._see_to_incidents(act)
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
        ticket = self._ticket(act.platform, act.id)
        path = "wait" if act.act == "promise" else act.act
        self._as(
            act.agent, "POST", f"/api/v1/tickets/{ticket}/{path}", self._body(act, TicketId(ticket))
        )

    def _body(self, act: AgentAct, ticket: TicketId) -> Mapping[str, Any]:
        until = act.until.isoformat() if act.until else ""
        match act.act:
            case "reply":
                self._replies += 1
                reply_id = f"scenario-{self._replies:06d}"
                self._newest_reply[act.agent, ticket] = reply_id
                meant = {"is_private": act.is_private, "saved": act.saved}
                return {"text": act.text, "reply_id": reply_id, **meant}
            case "undo":
                return {"reply_id": self._newest_reply.get((act.agent, ticket), "none-so-far")}
            case "note":
                return {"text": act.text}
            case "promise":
                return {"until": until, "what": act.text}
            case "snooze":
                return {"until": until}
            case "hand-over":
                return {"to": act.to, "note": act.text}
            case "take-over":
                return {"reason": act.text}
            case "resolve":
                return {"outcome": act.outcome or "content"}
        return {}

    def _ticket(self, platform: str, id: str) -> str:
        """The ticket that a post is part of, or would have opened."""
        post = mention_id(platform, id)
        with self._desk.cloud.calls.paused():
            mention = self._desk.mentions.get(MentionId(post))
            if mention is None:
                return post
            found = conversing().tickets_of(mention, also=(TicketId(post),))
        return next((str(one.id) for one in found if one.has(mention.id)), post)

    def _say_duty(self, act: Duty) -> None:
        self._as(act.agent, "PUT", "/api/v1/me/duty", {"is_on_duty": act.is_on})

    def _resolve_incident(self, act: ResolveIncident) -> None:
        ticket = self._ticket(act.platform, act.id)
        found = self._as(act.agent, "GET", f"/api/v1/tickets/{ticket}")
        if not (incident := found.get("incident_id")):
            raise CannotPlay(f"id: {ticket} belongs to no incident")
        self._as(act.agent, "POST", f"/api/v1/incidents/{incident}/resolve")

    def _see_to_incidents(self, act: Incidents) -> None:
        rings = IncidentState.TRIGGERED.value
        for one in self._as(act.agent, "GET", "/api/v1/incidents")["incidents"]:
            if act.act == "resolve" or one["state"] == rings:
                self._as(act.agent, "POST", f"/api/v1/incidents/{one['id']}/{act.act}")

    def _as(
        self, agent: str, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """What the API answers somebody who is signed in."""
        sent = "" if method == "GET" else json.dumps(body or {})
        answer = self._ask(method, path, headers=self._signed_in(agent), body=sent)
        found: dict[str, Any] = json.loads(answer)
        return found

    def _signed_in(self, agent: str) -> Mapping[str, str]:
        known = next((one for one in self._desk.people() if one.id == agent), None)
        person = known or Person(id=agent, name=agent.title(), roles=("agent",))
        token = self._desk.token(person.id, person.name, roles=person.roles)
        return {**_JSON, "authorization": f"Bearer {token}"}

    def _ask(self, method: str, path: str, *, headers: Mapping[str, str], body: str = "") -> str:
        status, answer = self._desk.gateway.request(method, path, headers=dict(headers), body=body)
        if status >= 400:
            raise CannotPlay(f"the API answered {status}: {answer[:300]}")
        return answer
