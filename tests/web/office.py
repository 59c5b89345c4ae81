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
from chalicelib.services.answerable import WaysToAnswer
from chalicelib.services.answering import Answering
from chalicelib.services.contacting import Contacting, KnownContacts, OptOuts
from chalicelib.services.paging import Paging, Sending, Updates
from chalicelib.services.telling import Telling
from chalicelib.web import tokens
from tests.builders import NOW, a_desk, a_mention, a_page, a_page_key, a_ticket, an_incident
from tests.fakes import (
    FakeChannel,
    FakeContacts,
    FakeDesks,
    FakeIncidents,
    FakeMeter,
    FakeNotices,
    FakeOnce,
    FakePages,
    FakeRandomness,
    FakeRates,
    FakeReplier,
    FakeReplies,
    FakeSources,
    FakeTickets,
)
from tests.fakes.carrier import FakeCarrier

KEY = b"a key of at least thirty-two bytes"
STAGE = "test"
PUBLIC_URL = "https://desk.example/api"
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
        self.phones = FakeChannel()
        self.contacts = FakeContacts()
        self.carrier = FakeCarrier()
        self.randomness = FakeRandomness()
        self.meter = FakeMeter()
        self.notices = FakeNotices()
        self.telling = Telling({"sms": self.phones})
        self.paging = self._paging()
        self.contacting = self._contacting()
        self.acknowledging = Acknowledging(
            desks=self.desks,
            incidents=self.incidents,
            pages=self.pages,
            paging=self.paging,
            contacting=self.contacting,
            sms=self.phones,
            replies=FakeReplies(),
            meter=self.meter,
            notices=self.notices,
            pepper=lambda: KEY,
        )

    def _ways(self) -> WaysToAnswer:
        return WaysToAnswer(
            pages=self.pages,
            randomness=self.randomness,
            public_url=lambda: PUBLIC_URL,
            pepper=lambda: KEY,
        )

    def _paging(self) -> Paging:
        sending = Sending(
            incidents=self.incidents,
            pages=self.pages,
            rates=FakeRates(),
            channels={"sms": self.phones},
            ways=self._ways(),
            meter=self.meter,
            notices=self.notices,
        )
        return Paging(
            desks=self.desks,
            incidents=self.incidents,
            sending=sending,
            updates=Updates(desks=self.desks, incidents=self.incidents, telling=self.telling),
            meter=self.meter,
            notices=self.notices,
        )

    def _contacting(self) -> Contacting:
        known = KnownContacts(contacts=self.contacts, pepper=lambda: KEY)
        once = FakeOnce()
        return Contacting(
            desks=self.desks,
            known=known,
            opt_outs=OptOuts(
                desks=self.desks,
                known=known,
                once=once,
                telling=self.telling,
                sms_account=self.carrier,
                notices=self.notices,
            ),
            pages=self.pages,
            once=once,
            channels={"sms": self.phones},
            ways=self._ways(),
            meter=self.meter,
            pepper=lambda: KEY,
        )

    @contextmanager
    def is_open(self) -> Iterator["Office"]:
        """While it is, the routes of the product are those of this office."""
        with wiring.override(
            answering=self.answering,
            acknowledging=self.acknowledging,
            contacting=self.contacting,
            paging=self.paging,
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

    def add_link(self, *incidents: Incident, secret: str = LINK, **over: Any) -> str:
        """The link of a page to Ana about some incidents, or of a test page; its path."""
        pages = [a_page(incident) for incident in incidents]
        none: dict[str, Any] = {} if pages else {"page_ids": (), "incident_ids": ()}
        self.pages.add_keys([a_page_key(*pages, secret=secret, **none, **over)])
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
