"""The routes of the product over stores in memory, with a clock in hand."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from chalice.test import Client, HTTPResponse

import app as product
from chalicelib import wiring
from chalicelib.domain.incident import Incident
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import AgentId, Ticket
from chalicelib.services.acknowledging import Acknowledging
from chalicelib.services.answering import Answering
from chalicelib.web import tokens
from tests.builders import NOW, a_desk, a_mention, a_page, a_page_key, a_ticket, an_incident
from tests.fakes import (
    FakeChannel,
    FakeDesks,
    FakeIncidents,
    FakeMeter,
    FakeNotices,
    FakePages,
    FakeReplier,
    FakeReplies,
    FakeSources,
    FakeTickets,
)

KEY = b"a key of at least thirty-two bytes"
STAGE = "test"
LINK = "AbCdEfGhIjKlMnOpQrSt-_"
"""The secret of an acknowledgement link."""


class Office:
    """A desk that agents can open: what is stored, what the platform does, what time it is."""

    def __init__(self) -> None:
        self.now = NOW
        self.desks = FakeDesks(a_desk())
        self.tickets = FakeTickets()
        self.incidents = FakeIncidents()
        self.pages = FakePages()
        self.platform = FakeReplier()
        self.answering = Answering(
            desks=self.desks,
            tickets=self.tickets,
            sources=FakeSources(self.platform),
            meter=FakeMeter(),
        )
        self.acknowledging = Acknowledging(
            desks=self.desks,
            incidents=self.incidents,
            pages=self.pages,
            sms=FakeChannel(),
            replies=FakeReplies(),
            meter=FakeMeter(),
            notices=FakeNotices(),
            pepper=lambda: KEY,
        )

    @contextmanager
    def is_open(self) -> Iterator["Office"]:
        """While it is, the routes of the product are those of this office."""
        with wiring.override(
            answering=self.answering,
            acknowledging=self.acknowledging,
            now=lambda: self.now,
            token_key=KEY,
            stage=STAGE,
        ):
            yield self

    def token(self, id: str = "gus", **over: Any) -> str:
        """What signs an agent in."""
        given: dict[str, Any] = {
            "id": AgentId(id),
            "name": id.title(),
            "roles": ("agent",),
            "key": KEY,
            "stage": STAGE,
            "now": self.now,
        }
        return tokens.sign(**{**given, **over})

    def add_ticket(self, mention: Mention | None = None, **over: Any) -> Ticket:
        """A ticket that waits; its times follow from when the mention was posted."""
        mention = mention or a_mention()
        ticket = a_ticket(mention, **over)
        self.tickets.add(ticket)
        return ticket

    def add_incident(self, loudness: int = 1, **over: Any) -> Incident:
        """An open incident that `loudness` mentions have joined."""
        incident = an_incident(**over)
        self.incidents.open(
            incident, instead_of=self.incidents.current(incident.brand, incident.topic)
        )
        for number in range(loudness):
            joined = replace(a_mention(), platform_id=str(number))
            self.incidents.join(incident.id, joined, now=self.now)
        return incident

    def add_link(self, incident: Incident, secret: str = LINK, **over: Any) -> str:
        """The link of a page to Ana; its path."""
        key = replace(a_page_key(a_page(incident), secret), **over)
        self.pages.add_keys([key])
        return f"/a/{secret}"

    def pass_time(self, **lengths: float) -> datetime:
        self.now += timedelta(**lengths)
        return self.now


class Browser:
    """Asks the routes as one agent, or as nobody."""

    def __init__(self, token: str | None) -> None:
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self._http = Client(product.app).http

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> HTTPResponse:
        return self.request("GET", path, headers=headers)

    def post(
        self, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> HTTPResponse:
        raw = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        sent = {"content-type": "application/json", **(headers or {})}
        return self.request("POST", path, headers=sent, body=raw)

    def submit(self, path: str, **fields: str) -> HTTPResponse:
        """What a form sends, with these fields."""
        return self.request(
            "POST",
            path,
            headers={"content-type": "application/x-www-form-urlencoded"},
            body=urlencode(fields).encode(),
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> HTTPResponse:
        return self._http.request(
            method, path, headers={**self._headers, **(headers or {})}, body=body
        )
