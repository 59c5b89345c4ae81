"""Acknowledging: a responder answers a page, or a signed-in person takes an incident."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.desk import Responder
from chalicelib.domain.errors import ChannelError, IllegalMove, NotFound, StaleWrite
from chalicelib.domain.inbound import OptIn, OptOut, read_reply
from chalicelib.domain.incident import Incident, IncidentId, IncidentState
from chalicelib.domain.page import KeyKind, PageKey, code_digest, link_digest
from chalicelib.domain.wording import acknowledged_text, useless_reply_text
from chalicelib.ports import Channel, Desks, Incidents, Meter, Notices, Pages, Replies

log = logging.getLogger("nightdesk.acknowledging")

RACES = 5
"""How often an acknowledgement is tried anew when the incident changes under it."""

USELESS_ANSWERED = 5
"""After so many useless replies from one phone in a day it is answered no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """What somebody who opened the link of a page sees."""

    incident: Incident
    responder: Responder
    brand_name: str
    loudness: int
    holder_name: str = ""
    """Name of whoever has it, as the desk knows it; empty while nobody does."""

    @property
    def is_acknowledged(self) -> bool:
        """Whether anybody has it, or it is over."""
        return self.incident.state is not IncidentState.TRIGGERED

    @property
    def is_mine(self) -> bool:
        return self.incident.acknowledged_by == self.responder.id


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
        key = self._key_of(reply.codes, responder, now=now)
        if key is None:
            self._answer_useless(responder, inbound_id, now=now)
            return
        incident, is_new = self._acknowledge(key.incident_id, responder.id, now=now)
        if not self._replies.is_first_answer(inbound_id, now=now):
            return
        if not is_new and self._replies.useless(responder, now=now) > USELESS_ANSWERED:
            return
        brand = desk.brand(incident.brand)
        holder = next(
            (one.name for one in desk.responders if one.id == incident.acknowledged_by),
            incident.acknowledged_by or "",
        )
        self._note(
            responder,
            acknowledged_text(
                incident,
                brand_name=brand.name if brand else incident.brand,
                name="" if is_new or incident.acknowledged_by == responder.id else holder,
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
        brand = desk.brand(incident.brand)
        return LinkView(
            incident=incident,
            responder=responder,
            brand_name=brand.name if brand else incident.brand,
            loudness=self._incidents.loudness(incident.id),
            holder_name=self._holder_name(incident),
        )

    def acknowledge_by_link(self, secret: str, *, now: datetime) -> LinkView:
        """Acknowledge by the link of a page. Raises NotFound when it is no good."""
        view = self.look(secret, now=now)
        incident, _ = self._acknowledge(view.incident.id, view.responder.id, now=now)
        return LinkView(
            incident=incident,
            responder=view.responder,
            brand_name=view.brand_name,
            loudness=view.loudness,
            holder_name=self._holder_name(incident),
        )

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
            resolved = self._load(id).resolved(by, now=now)
            try:
                self._incidents.save(resolved)
            except StaleWrite:
                continue
            self._meter.count("IncidentsResolved")
            log.info("incident_resolved", extra={"incident": id, "by": by})
            return resolved
        raise StaleWrite(f"incident {id} changes too fast; try again")

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

    def _holder_name(self, incident: Incident) -> str:
        by = incident.acknowledged_by or ""
        names = {str(one.id): one.name for one in self._desks.current().responders}
        return names.get(by, by)

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
        """Carriers answer these words themselves; we keep that the phone will not ring."""
        self._replies.opt_out(responder, is_out=is_out, now=now)
        log.warning("responder_opted", extra={"responder": responder.id, "is_out": is_out})
        if is_out:
            self._notices.tell(
                f"opted-out:{responder.id}",
                f"{responder.name} has opted out of our SMS and cannot be paged.",
                now=now,
            )

    def _answer_useless(self, responder: Responder, inbound_id: str, *, now: datetime) -> None:
        log.info("reply_useless", extra={"responder": responder.id})
        if not self._replies.is_first_answer(inbound_id, now=now):
            return
        count = self._replies.useless(responder, now=now)
        if count <= USELESS_ANSWERED:
            self._note(responder, useless_reply_text(is_last=count == USELESS_ANSWERED))

    def _note(self, responder: Responder, text: str) -> None:
        """A short answer by SMS; what cannot be answered is only logged."""
        try:
            self._sms.send_note(responder, text)
        except ChannelError as error:
            log.warning("note_refused", extra={"responder": responder.id, "refusal": str(error)})
