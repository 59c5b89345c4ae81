"""The doors by which people move incidents: signed in, by the link of a page, by SMS."""

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.domain.desk import Responder
from chalicelib.domain.incident import Incident, IncidentId
from chalicelib.domain.timeline import Via
from chalicelib.ports import Channel, Desks, Incidents, Meter, Notices, Pages, Replies
from chalicelib.services.acknowledging.answers import Answers
from chalicelib.services.acknowledging.commands import Commands
from chalicelib.services.acknowledging.links import LinkAct, LinkActKind, Links
from chalicelib.services.acknowledging.moving import Moving
from chalicelib.services.acknowledging.phones import Phones
from chalicelib.services.acknowledging.showing import Showing
from chalicelib.services.contacting import Contacting
from chalicelib.services.link_view import LinkView, Seen
from chalicelib.services.paging import Paging


class Acknowledging:
    """Takes people's word for what is to become of an incident.

    What a signed-in person does raises NotFound, IllegalMove when the state does not allow it, and
    StaleWrite when the incident changes too fast. Done twice, it is done once.
    """

    def __init__(
        self,
        *,
        desks: Desks,
        incidents: Incidents,
        pages: Pages,
        paging: Paging,
        contacting: Contacting,
        sms: Channel,
        replies: Replies,
        meter: Meter,
        notices: Notices,
        pepper: Callable[[], bytes],
    ) -> None:
        """`sms` carries the answers to replies; `pepper` keys the digests of reply codes."""
        self._desks = desks
        self._incidents = incidents
        self._moving = Moving(desks=desks, incidents=incidents, paging=paging, meter=meter)
        self._showing = Showing(incidents=incidents, pages=pages)
        self._phones = Phones(
            desks=desks,
            incidents=incidents,
            pages=pages,
            replies=replies,
            commands=Commands(incidents=incidents, moving=self._moving),
            answers=Answers(sms=sms, replies=replies, notices=notices),
            contacting=contacting,
            pepper=pepper,
        )
        self._links = Links(
            desks=desks,
            incidents=incidents,
            pages=pages,
            moving=self._moving,
            showing=self._showing,
            contacting=contacting,
        )

    # --- by SMS and by link --------------------------------------------------------------

    def receive(self, phone: str, body: str, *, inbound_id: str, now: datetime) -> None:
        """An SMS came from `phone`; see `Phones`."""
        self._phones.receive(phone, body, inbound_id=inbound_id, now=now)

    def look(self, secret: str, *, now: datetime) -> LinkView:
        """What the link of a page shows; changes nothing. Raises NotFound when it is no good."""
        return self._links.look(secret, now=now)

    def act_by_link(self, secret: str, asked: LinkAct, *, now: datetime) -> LinkView:
        """Do what a button of the link says; see `Links`. Raises NotFound when it is no good."""
        return self._links.act(secret, asked, now=now)

    def acknowledge_by_link(self, secret: str, *, now: datetime) -> LinkView:
        """Acknowledge all that the link is about."""
        return self.act_by_link(secret, LinkAct(), now=now)

    def resolve_by_link(self, secret: str, *, now: datetime) -> LinkView:
        """It is over, says whoever has it; anybody else's word changes nothing."""
        return self.act_by_link(secret, LinkAct(kind=LinkActKind.RESOLVE), now=now)

    # --- signed in -----------------------------------------------------------------------

    def open_ones(self) -> tuple[Seen, ...]:
        """Open incidents, newest first, without their timelines."""
        desk = self._desks.current()
        return tuple(self._showing.brief(one, desk) for one in self._incidents.open_ones())

    def get(self, id: IncidentId) -> Seen:
        """An incident with its timeline. Raises NotFound."""
        return self.shown(self._moving.load(id))

    def shown(self, incident: Incident) -> Seen:
        """The same of one that is at hand."""
        return self._showing.whole(incident, self._desks.current())

    def people(self) -> tuple[Responder, ...]:
        """To whom an incident can be handed over."""
        return tuple(one for one in self._desks.current().responders if one.rules)

    def acknowledge(self, id: IncidentId, by: str, *, now: datetime) -> Incident:
        """I have it; as it is when somebody has it already."""
        return self._moving.acknowledge(id, by, via=Via.DESK, now=now)[0]

    def resolve(self, id: IncidentId, by: str, *, now: datetime) -> Incident:
        """It is over."""
        return self._moving.resolve(id, by, via=Via.DESK, now=now)[0]

    def snooze(self, id: IncidentId, by: str, length: timedelta, *, now: datetime) -> Incident:
        """I have it, and it rings again after `length`, which is 24 hours at most."""
        return self._moving.snooze(id, by, now + length, via=Via.DESK, now=now)[0]

    def escalate(self, id: IncidentId, by: str, *, now: datetime) -> Incident:
        """The next person is rung now."""
        moved = self._moving.escalate(id, by, via=Via.DESK, now=now)
        return self._moving.ring([moved], now=now)[0][0]

    def hand_over(self, id: IncidentId, by: str, to: str, *, now: datetime) -> Incident:
        """Another person is rung now. Raises BadInput for one who cannot be paged."""
        moved = self._moving.hand_over(id, by, to, via=Via.DESK, now=now)
        return self._moving.ring([moved], now=now)[0][0]

    def grade(self, id: IncidentId, by: str, *, is_worth_it: bool, now: datetime) -> Incident:
        """Whether it was worth waking somebody; once it is over."""
        return self._moving.grade(id, by, is_worth_it=is_worth_it, via=Via.DESK, now=now)[0]
