"""The routes of the product over stores in memory, with a clock in hand."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from chalice.test import HTTPResponse

import app as product
from chalicelib import wiring
from chalicelib.adapters.price_book import price_book
from chalicelib.domain.attendance import Attendance
from chalicelib.domain.incident import Incident
from chalicelib.domain.mention import Mention
from chalicelib.domain.searching import place_of, postings_of
from chalicelib.domain.standing import Condition, Missed
from chalicelib.domain.ticket import AgentId, Ticket
from chalicelib.ports import SourceState
from chalicelib.services.acknowledging import Acknowledging
from chalicelib.services.answerable import WaysToAnswer
from chalicelib.services.contacting import Contacting, KnownContacts, OptOuts
from chalicelib.services.paging import Paging, Sending, Updates
from chalicelib.services.searching import Searching
from chalicelib.services.standing import Standing
from chalicelib.services.telling import Telling
from chalicelib.services.troubles import Troubles
from infra.local.http import Gateway
from tests import identity
from tests.builders import NOW, a_desk, a_mention, a_page, a_page_key, a_ticket, an_incident
from tests.fakes import (
    FakeAttendances,
    FakeChannel,
    FakeContacts,
    FakeCustomers,
    FakeDesks,
    FakeIncidents,
    FakeLimits,
    FakeMeter,
    FakeNotices,
    FakeOnce,
    FakeOutbox,
    FakePages,
    FakeParameters,
    FakePostings,
    FakePresences,
    FakeRandomness,
    FakeRates,
    FakeReadUsages,
    FakeReplier,
    FakeReplies,
    FakeSaid,
    FakeSessions,
    FakeSources,
    FakeSourceStates,
    FakeTallies,
    FakeTickets,
    FakeUsageRecords,
)
from tests.fakes.carrier import FakeCarrier
from tests.web.finance import DEPLOYMENT, FakeAccounts

KEY = b"a key of at least thirty-two bytes"
STAGE = "test"
PUBLIC_URL = "https://desk.example/api"
LINK = "AbCdEfGhIjKlMnOpQrSt-_"
"""The secret of an acknowledgement link."""


class OpenMeter(FakeMeter):
    """One that can be told that a request is over, as the real one is."""

    def flush(self) -> None:
        """Nothing is kept back here."""


class Office:
    """A desk that agents can open: what is stored, what the platform does, what time it is."""

    def __init__(self) -> None:
        self.now = NOW
        self.desks = FakeDesks(a_desk())
        self.presences = FakePresences()
        self.tickets = FakeTickets(self.presences)
        self.attendances = FakeAttendances()
        self.customers = FakeCustomers()
        self.said = FakeSaid()
        self.outbox = FakeOutbox()
        self.tallies = FakeTallies()
        self.postings = FakePostings()
        self.incidents = FakeIncidents()
        self.pages = FakePages()
        self.platform = FakeReplier()
        self.sources = FakeSources(self.platform)
        self.source_states = FakeSourceStates()
        self.read_usages = FakeReadUsages()
        self.phones = FakeChannel()
        self.contacts = FakeContacts()
        self.carrier = FakeCarrier()
        self.randomness = FakeRandomness()
        self.meter = OpenMeter()
        self.notices = FakeNotices()
        self.parameters = FakeParameters()
        self.key_sets = identity.key_sets()
        self.sessions = FakeSessions()
        self.limits = FakeLimits()
        self.usage_records = FakeUsageRecords()
        self.accounts = FakeAccounts()
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
            updates=Updates(
                desks=self.desks,
                incidents=self.incidents,
                attendances=self.attendances,
                telling=self.telling,
            ),
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

    def _standing(self) -> Standing:
        return Standing(
            desks=self.desks,
            sources=self.sources,
            states=self.source_states,
            usages=self.read_usages,
            incidents=self.incidents,
        )

    @contextmanager
    def is_open(self) -> Iterator["Office"]:
        """While it is, the routes of the product are those of this office."""
        standing = self._standing()
        with wiring.override(
            **self._stores(),
            standing=standing,
            troubles=Troubles(standing),
            acknowledging=self.acknowledging,
            contacting=self.contacting,
            paging=self.paging,
            now=lambda: self.now,
            parameters=self.parameters,
            key_sets=self.key_sets,
            sessions=self.sessions,
            limits=self.limits,
            usage_records=self.usage_records,
            accounts=self.accounts,
            price_book=lambda: price_book(region=DEPLOYMENT.region),
            deployment=DEPLOYMENT,
            token_key=KEY,
            code_key=KEY,
            stage=STAGE,
        ):
            yield self

    def _stores(self) -> dict[str, Any]:
        """What the services of answering are made of."""
        return {
            "desks": self.desks,
            "tickets": self.tickets,
            "presences": self.presences,
            "attendances": self.attendances,
            "customers": self.customers,
            "said": self.said,
            "outbox": self.outbox,
            "tallies": self.tallies,
            "incidents": self.incidents,
            "sources": self.sources,
            "meter": self.meter,
            "searching": Searching(
                postings=self.postings, tickets=self.tickets, kept_for=timedelta(days=365)
            ),
        }

    def token(self, id: str = "gus", **over: Any) -> str:
        """What signs an agent in; `over` as `tests.identity.sign`."""
        return identity.sign(id, **{"now": self.now, "lifetime": timedelta(hours=12), **over})

    def session(self, id: str = "gus", **over: Any) -> dict[str, str]:
        """What a page keeps of somebody who is signed in."""
        lifetime = over.get("lifetime", timedelta(hours=12))
        expires_at = (over.get("now", self.now) + lifetime).isoformat()
        return {"token": self.token(id, **over), "refresh_token": "", "expires_at": expires_at}

    def add_ticket(self, mention: Mention | None = None, **over: Any) -> Ticket:
        """A ticket that waits; its times follow from when the mention was posted."""
        mention = mention or a_mention()
        ticket = a_ticket(mention, **over)
        self.tickets.add(ticket)
        return ticket

    def set_source(self, name: str = "mastodon-acme", **over: Any) -> SourceState:
        """How a source stands from now on, as pulls leave it; screens know after 20 seconds."""
        before = self.source_states.get(name)
        state = replace(before, **{"succeeded_at": self.now, **over}, version=before.version + 1)
        self.source_states.save(state)
        return state

    def blind(self, name: str = "mastodon-acme", trouble: str = "it answers 503") -> SourceState:
        """Nothing is heard of a source since twenty minutes."""
        since = self.now - timedelta(minutes=20)
        return self.set_source(
            name,
            condition=Condition.BLIND,
            since=since,
            succeeded_at=since,
            failures=7,
            trouble=trouble,
            missed=Missed(since=since),
        )

    def index(self) -> None:
        """Let search know of every ticket, as the stream does."""
        for ticket in self.tickets.all():
            expires_at = self.now + timedelta(days=365)
            self.postings.put(postings_of(ticket), place_of(ticket), expires_at=expires_at)

    def come_on_duty(self, *agents: str) -> None:
        """These agents are there from now on."""
        for id in agents:
            self.attendances.put(
                Attendance(agent=AgentId(id), name=id.title(), is_on_duty=True, heard_at=self.now)
            )

    def empty_the_outbox(self) -> None:
        """Time passes until what was approved has gone out."""
        self.pass_time(seconds=11)
        wiring.sending().settle(self.now)

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
        self._gateway = Gateway(product.app)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> HTTPResponse:
        return self.request("GET", path, headers=headers)

    def post(
        self, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> HTTPResponse:
        raw = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        sent = {"content-type": "application/json", **(headers or {})}
        return self.request("POST", path, headers=sent, body=raw)

    def put(
        self, path: str, body: object, headers: Mapping[str, str] | None = None
    ) -> HTTPResponse:
        sent = {"content-type": "application/json", **(headers or {})}
        return self.request("PUT", path, headers=sent, body=json.dumps(body).encode())

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
        answer = self._gateway.answer(
            method, path, headers={**self._headers, **(headers or {})}, body=body
        )
        return HTTPResponse.create_from_dict(answer)
