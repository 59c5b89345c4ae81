"""The services that watch the pager itself, over fakes: a desk, its people and their accounts."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalicelib.domain.desk import Desk, EmailSettings, SmsSettings
from chalicelib.domain.errors import NotFound, Unanswered
from chalicelib.services.answerable import WaysToAnswer
from chalicelib.services.contacting import Contacting, KnownContacts, OptOuts
from chalicelib.services.readiness import Asking, Readiness
from chalicelib.services.shifts import ShiftNotices
from chalicelib.services.telling import Telling
from tests.builders import ANA, BEN, CODE_KEY, FAY, LEA, NOW, a_contact, a_desk
from tests.fakes import (
    FakeBooks,
    FakeChannel,
    FakeContacts,
    FakeDesks,
    FakeEmailAccount,
    FakeIncidents,
    FakeMeter,
    FakeNotices,
    FakeOnce,
    FakePages,
    FakePageTally,
    FakeRandomness,
    FakeReports,
    FakeSmsAccount,
)

SENDER = "Nightdesk <night@acme.example>"
URL = "https://desk.example/api"


def a_ready_desk(**over: Any) -> Desk:
    """A desk in which nothing is wrong, once its people have answered a test page."""
    sms = SmsSettings(is_two_way=True, origination_number="+12025550110")
    return a_desk(**{"sms": sms, "email": EmailSettings(sender=SENDER), **over})


class Watchers:
    """What watches, and everything around it by name."""

    def __init__(
        self,
        desk: Desk | None = None,
        *,
        verified: bool = True,
        phones: FakeChannel | None = None,
    ) -> None:
        self.desks = FakeDesks(desk or a_ready_desk())
        self.incidents = FakeIncidents()
        self.pages = FakePages()
        self.contacts = FakeContacts()
        self.once = FakeOnce()
        self.phones = phones or FakeChannel()
        self.mailboxes = FakeChannel("email")
        self.webhooks = FakeChannel("webhook")
        self.sms_account = FakeSmsAccount()
        self.email_account = FakeEmailAccount(SENDER)
        self.page_tally = FakePageTally()
        self.reports = FakeReports()
        self.notices = FakeNotices()
        self.meter = FakeMeter()
        self.books = FakeBooks()
        self.is_sms_stopped = False
        self.is_costs_table_silent = False
        self.secrets: dict[str, str] = {}
        self.has_address = True
        self._wire()
        if verified:
            for id in (ANA, BEN, FAY, LEA):
                self.contacts.save(a_contact(id, verified_at=NOW))

    def _wire(self) -> None:
        channels = {"sms": self.phones, "email": self.mailboxes, "webhook": self.webhooks}
        self.telling = Telling(channels)
        pepper: Callable[[], bytes] = lambda: CODE_KEY  # noqa: E731
        self.known = KnownContacts(contacts=self.contacts, pepper=pepper)
        self.opt_outs = OptOuts(
            desks=self.desks,
            known=self.known,
            once=self.once,
            telling=self.telling,
            sms_account=self.sms_account,
            notices=self.notices,
        )
        self.contacting = Contacting(
            desks=self.desks,
            known=self.known,
            opt_outs=self.opt_outs,
            pages=self.pages,
            once=self.once,
            channels=channels,
            ways=WaysToAnswer(
                pages=self.pages,
                randomness=FakeRandomness(),
                public_url=self._public_url,
                pepper=pepper,
            ),
            meter=self.meter,
            pepper=pepper,
        )
        self.readiness = Readiness(
            desks=self.desks,
            asking=Asking(
                known=self.known,
                sms_account=self.sms_account,
                email_account=self.email_account,
                page_tally=self.page_tally,
                last_hour=self._last_hour,
                is_sms_stopped=self._is_sms_stopped,
                public_url=self._public_url,
                secret=self._secret,
            ),
            opt_outs=self.opt_outs,
            reports=self.reports,
            once=self.once,
            telling=self.telling,
            notices=self.notices,
            meter=self.meter,
            public_url=self._public_url,
        )
        self.shift_notices = self.new_shift_notices()

    def new_shift_notices(self) -> ShiftNotices:
        """The service as another process has it: it remembers nothing by itself."""
        return ShiftNotices(
            desks=self.desks,
            incidents=self.incidents,
            once=self.once,
            telling=self.telling,
            meter=self.meter,
        )

    def put_in_force(self, desk: Desk) -> None:
        self.desks.put(desk, now=NOW)

    def _last_hour(self, now: datetime) -> datetime | None:
        if self.is_costs_table_silent:
            raise Unanswered("AccessDenied")
        return self.books.last_hour(before=now)

    def _is_sms_stopped(self) -> bool:
        if self.is_costs_table_silent:
            raise Unanswered("AccessDenied")
        return self.is_sms_stopped

    def _public_url(self) -> str:
        if not self.has_address:
            raise NotFound("there is no SSM parameter /nightdesk/test/public-url")
        return URL

    def _secret(self, name: str) -> str:
        if name not in self.secrets:
            raise NotFound(f"there is no secret {name}")
        return self.secrets[name]
