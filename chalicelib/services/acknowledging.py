"""Acknowledging: a responder answers a page, or a signed-in person takes an incident."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.domain.desk import Responder
from chalicelib.domain.errors import ChannelError, IllegalMove, NotFound, StaleWrite
from chalicelib.domain.inbound import OptIn, OptOut, read_reply
from chalicelib.domain.incident import Incident, IncidentId
from chalicelib.domain.page import KeyKind, PageKey, code_digest, link_digest
from chalicelib.domain.wording import acknowledged_text, useless_reply_text
from chalicelib.ports import Channel, Desks, Incidents, Meter, Notices, Pages, Replies
from chalicelib.services.link_view import LinkView, name_of, shown

log = logging.getLogger("nightdesk.acknowledging")

RACES = 5
"""How often an acknowledgement is tried anew when the incident changes under it."""

USELESS_ANSWERED = 5
"""After so many useless replies from one phone in a day it is answered no more."""

GUESSING_TOLD = 20
"""After so many the desk is told that somebody may be guessing."""

CODES_TRIED = 200
"""After so many no code is tried for the rest of the day, since sender numbers can be forged:
400 guesses at 3.2 million codes. The link still acknowledges."""


class Acknowledging:
    """Takes people's word that they have it."""

    def __init__(
        self,
        *,
        desks: Desks,
        incidents: Incidents,
        pages: Pages,
        sms: Channel,
        replies: Replies,
        meter: Meter,
        notices: Notices,
        pepper: Callable[[], bytes],
    ) -> None:
        """`sms` carries the answers to replies; `pepper` keys the digests of reply codes."""
        self._desks = desks
        self._incidents = incidents
        self._pages = pages
        self._sms = sms
        self._replies = replies
        self._meter = meter
        self._notices = notices
        self._pepper = pepper

    def receive(self, phone: str, body: str, *, inbound_id: str, now: datetime) -> None:
        """An SMS came from `phone`. A good code acknowledges, whatever else it says.

        Sender numbers can be forged: the number only selects whose codes are tried.
        """
        desk = self._desks.current()
        responder = desk.responder_of_phone(phone)
        if responder is None:
            log.warning("reply_from_unknown_phone", extra={"inbound": inbound_id})
            return
        reply = read_reply(body)
        if isinstance(reply, OptOut | OptIn):
            self._opt(responder, is_out=isinstance(reply, OptOut), now=now)
            return
        if self._replies.useless_so_far(responder, now=now) >= CODES_TRIED:
            log.error("codes_not_tried_any_more", extra={"responder": responder.id})
            return
        key = self._key_of(reply.codes, responder, now=now)
        if key is None:
            self._answer_useless(responder, inbound_id, now=now)
            return
        incident, is_new = self._acknowledge(key.incident_id, responder.id, now=now)
        if not self._replies.is_first_answer(inbound_id, now=now):
            return
        if not is_new and self._replies.useless(responder, now=now) > USELESS_ANSWERED:
            return
        is_theirs = is_new or incident.acknowledged_by == responder.id
        self._note(
            responder,
            acknowledged_text(
                incident,
                brand_name=desk.brand_name(incident.brand),
                name="" if is_theirs else name_of(incident.acknowledged_by, desk),
                zone=responder.zone,
            ),
        )

    def look(self, secret: str, *, now: datetime) -> LinkView:
        """What the link of a page shows; changes nothing. Raises NotFound when it is no good."""
        desk = self._desks.current()
        key = self._pages.key(link_digest(secret))
        if key is None or key.kind is not KeyKind.LINK or not key.is_valid(now):
            raise NotFound("this link is not valid, or it is older than 24 hours")
        responder = desk.responder(key.responder)
        if responder is None:
            raise NotFound("this link belongs to somebody who is not on the desk any more")
        incident = self._load(key.incident_id)
        view = LinkView(
            incident=incident,
            responder=responder,
            brand_name=desk.brand_name(incident.brand),
            loudness=self._incidents.loudness(incident.id),
        )
        return shown(incident, view, desk)

    def acknowledge_by_link(self, secret: str, *, now: datetime) -> LinkView:
        """Acknowledge by the link of a page. Raises NotFound when it is no good."""
        view = self.look(secret, now=now)
        incident, _ = self._acknowledge(view.incident.id, view.responder.id, now=now)
        return shown(incident, view, self._desks.current())

    def resolve_by_link(self, secret: str, *, now: datetime) -> LinkView:
        """It is over, says whoever has it; anybody else's word changes nothing.

        Raises NotFound when the link is no good.
        """
        for _ in range(RACES):
            view = self.look(secret, now=now)
            if not view.can_be_resolved:
                return view
            try:
                incident = self._resolve(view.incident, view.responder.id, now=now)
            except StaleWrite:
                continue
            return shown(incident, view, self._desks.current())
        raise StaleWrite("the incident changes too fast; try again")

    def open_ones(self) -> tuple[tuple[Incident, int], ...]:
        """Open incidents, newest first, each with how many mentions have joined it."""
        return tuple(
            (incident, self._incidents.loudness(incident.id))
            for incident in self._incidents.open_ones()
        )

    def loudness(self, id: IncidentId) -> int:
        """How many mentions have joined an incident, the one that opened it included."""
        return self._incidents.loudness(id)

    def acknowledge(self, id: IncidentId, by: str, *, now: datetime) -> Incident:
        """Acknowledge as a signed-in person; as it is when somebody has it already."""
        return self._acknowledge(id, by, now=now)[0]

    def resolve(self, id: IncidentId, by: str, *, now: datetime) -> Incident:
        """It is over. Raises NotFound, IllegalMove when it was over already."""
        for _ in range(RACES):
            try:
                return self._resolve(self._load(id), by, now=now)
            except StaleWrite:
                continue
        raise StaleWrite(f"incident {id} changes too fast; try again")

    def _resolve(self, incident: Incident, by: str, *, now: datetime) -> Incident:
        resolved = incident.resolved(by, now=now)
        self._incidents.save(resolved)
        self._meter.count("IncidentsResolved")
        log.info("incident_resolved", extra={"incident": incident.id, "by": by})
        return resolved

    def _acknowledge(self, id: IncidentId, by: str, *, now: datetime) -> tuple[Incident, bool]:
        """The incident, and whether this acknowledgement is what stopped it."""
        desk = self._desks.current()
        for _ in range(RACES):
            incident = self._load(id)
            try:
                acknowledged = incident.acknowledged(
                    by, now=now, policy=desk.policy(incident.policy)
                )
                self._incidents.save(acknowledged)
            except IllegalMove:
                return incident, False
            except StaleWrite:
                continue
            self._meter.count("IncidentsAcknowledged")
            log.info("incident_acknowledged", extra={"incident": id, "by": by})
            return acknowledged, True
        raise StaleWrite(f"incident {id} changes too fast; try again")

    def _load(self, id: IncidentId) -> Incident:
        incident = self._incidents.get(id)
        if incident is None:
            raise NotFound(f"there is no incident {id}")
        return incident

    def _key_of(
        self, codes: Sequence[str], responder: Responder, *, now: datetime
    ) -> PageKey | None:
        for code in codes:
            key = self._pages.key(code_digest(code, responder.id, self._pepper()))
            if key is not None and key.kind is KeyKind.CODE and key.is_valid(now):
                return key
        return None

    def _opt(self, responder: Responder, *, is_out: bool, now: datetime) -> None:
        """Carriers answer these words themselves and know who has opted out: each page asks them.

        We keep no list of our own: a forged SMS could put people on it, a new phone would not
        take them off, and it would overrule the carrier.
        """
        log.warning("responder_opted", extra={"responder": responder.id, "is_out": is_out})
        if is_out:
            self._notices.tell(
                f"opted-out:{responder.id}",
                f"{responder.name} has texted STOP: no page reaches this phone until START.",
                now=now,
            )

    def _answer_useless(self, responder: Responder, inbound_id: str, *, now: datetime) -> None:
        log.info("reply_useless", extra={"responder": responder.id})
        count = self._replies.useless(responder, now=now)
        if count == GUESSING_TOLD:
            self._notices.tell(
                f"guessing:{responder.id}",
                f"{count} wrong replies today in the name of {responder.name}: somebody may be "
                "guessing codes.",
                now=now,
            )
        if not self._replies.is_first_answer(inbound_id, now=now):
            return
        if count <= USELESS_ANSWERED:
            self._note(responder, useless_reply_text(is_last=count == USELESS_ANSWERED))

    def _note(self, responder: Responder, text: str) -> None:
        """A short answer by SMS; what cannot be answered is only logged."""
        try:
            self._sms.send_note(responder, text)
        except ChannelError as error:
            log.warning("note_refused", extra={"responder": responder.id, "refusal": str(error)})
