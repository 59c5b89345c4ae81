"""The link of a page: what it shows, and what the buttons there do."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.errors import BadInput, IllegalMove, NotAllowed, NotFound
from chalicelib.domain.incident import IncidentId
from chalicelib.domain.page import KeyKind, PageKey, link_digest
from chalicelib.domain.timeline import Via
from chalicelib.ports import Desks, Incidents, Pages
from chalicelib.services.acknowledging.moving import Moved, Moving, each
from chalicelib.services.acknowledging.showing import Showing
from chalicelib.services.contacting import Contacting
from chalicelib.services.link_view import LinkView

log = logging.getLogger("nightdesk.acknowledging")


class LinkActKind(StrEnum):
    """What the buttons of a link's view say."""

    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"
    SNOOZE = "snooze"
    ESCALATE = "escalate"
    HAND_OVER = "hand-over"
    WORTH = "worth"
    NOT_WORTH = "not-worth"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAct:
    """What somebody asks for by a link."""

    kind: LinkActKind = LinkActKind.ACKNOWLEDGE
    incident: IncidentId | None = None
    """One of the link's incidents; None: all of them."""
    until: datetime | None = None
    """The end of a snooze."""
    to: str = ""
    """Whom it is handed to."""
    mark: str = ""
    """Of the view whose button was pressed: pressed twice, sent twice, it is done once."""


class Links:
    """Shows and does what the secret address of a page allows to the person it was sent to.

    Everybody with a link may acknowledge, ask for the next person and hand over; to put it off
    and to end it is for whoever has it.
    """

    def __init__(
        self,
        *,
        desks: Desks,
        incidents: Incidents,
        pages: Pages,
        moving: Moving,
        showing: Showing,
        contacting: Contacting,
    ) -> None:
        self._desks = desks
        self._incidents = incidents
        self._pages = pages
        self._moving = moving
        self._showing = showing
        self._contacting = contacting

    def look(self, secret: str, *, now: datetime) -> LinkView:
        """What the link shows; changes nothing. Raises NotFound when it is no good."""
        key, responder, desk = self._opened(secret, now=now)
        return self._view(key, responder, desk)

    def act(self, secret: str, asked: LinkAct, *, now: datetime) -> LinkView:
        """Do what was asked and show what is then; what may not be done is said there.

        Raises NotFound when the link is no good, StaleWrite when an incident changes too fast.
        """
        key, responder, desk = self._opened(secret, now=now)
        if not key.incident_ids:
            is_verified = self._contacting.verify(key, now=now)
            refusal = "" if is_verified else "It was sent to another address than you have now."
            view = self._view(key, responder, desk)
            return replace(view, is_verified=is_verified, refusal=refusal)
        ids = [id for id in key.incident_ids if asked.incident in (None, id)]
        refused: Exception | None
        try:
            together = each(ids, self._move(asked, responder, key, now=now))
            refused = together.refused
            if asked.kind in (LinkActKind.ESCALATE, LinkActKind.HAND_OVER):
                self._moving.ring(together.done, now=now)
        except BadInput as error:
            refused = error
        view = self._view(key, responder, self._desks.current())
        if refused is None:
            return view
        log.info("link_refused", extra={"responder": responder.id, "act": asked.kind.value})
        return replace(view, refusal=_REFUSALS[type(refused)])

    def _move(
        self, asked: LinkAct, responder: Responder, key: PageKey, *, now: datetime
    ) -> Callable[[IncidentId], Moved]:
        moving, by, via = self._moving, responder.id, Via.LINK
        mark = f"link.{key.digest[:16]}.{asked.mark}" if asked.mark else ""
        match asked.kind:
            case LinkActKind.ACKNOWLEDGE:
                return lambda id: moving.acknowledge(id, by, via=via, now=now, mark=mark)
            case LinkActKind.RESOLVE:
                return lambda id: moving.resolve(id, by, via=via, now=now, is_holders=True)
            case LinkActKind.SNOOZE:
                until = asked.until or now
                return lambda id: moving.snooze(id, by, until, via=via, now=now, is_holders=True)
            case LinkActKind.ESCALATE:
                return lambda id: moving.escalate(id, by, via=via, now=now, mark=mark)
            case LinkActKind.HAND_OVER:
                to = asked.to
                return lambda id: moving.hand_over(id, by, to, via=via, now=now, mark=mark)
            case LinkActKind.WORTH | LinkActKind.NOT_WORTH:
                is_worth_it = asked.kind is LinkActKind.WORTH
                return lambda id: moving.grade(id, by, is_worth_it=is_worth_it, via=via, now=now)

    def _opened(self, secret: str, *, now: datetime) -> tuple[PageKey, Responder, Desk]:
        desk = self._desks.current()
        key = self._pages.key(link_digest(secret))
        if key is None or key.kind is not KeyKind.LINK or not key.is_valid(now):
            raise NotFound("this link is not valid, or it is older than 24 hours")
        responder = desk.responder(key.responder)
        if responder is None:
            raise NotFound("this link belongs to somebody who is not on the desk any more")
        return key, responder, desk

    def _view(self, key: PageKey, responder: Responder, desk: Desk) -> LinkView:
        found = [self._incidents.get(id) for id in key.incident_ids]
        seen = tuple(self._showing.whole(one, desk) for one in found if one is not None)
        if key.incident_ids and not seen:
            raise NotFound("the incidents of this link are gone")
        return LinkView(
            responder=responder,
            seen=seen,
            people=tuple(one for one in desk.responders if one.rules and one.id != responder.id),
            channel=key.channel,
        )


_REFUSALS = {
    IllegalMove: "That cannot be done any more: see below how it stands.",
    NotAllowed: "That is for whoever has it: see below how it stands.",
    BadInput: "That person cannot be paged: choose another one.",
}
