"""What the link of a page shows to the person it was sent to."""

from dataclasses import dataclass, replace

from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.incident import Incident, IncidentState


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """What somebody who opened the link of a page sees."""

    incident: Incident
    responder: Responder
    brand_name: str
    loudness: int
    holder_name: str = ""
    """Name of whoever has it, as the desk knows it; empty while nobody does."""
    resolver_name: str = ""
    """Likewise of whoever resolved it."""

    @property
    def is_acknowledged(self) -> bool:
        """Whether anybody has it, or it is over."""
        return self.incident.state is not IncidentState.TRIGGERED

    @property
    def is_mine(self) -> bool:
        return self.incident.acknowledged_by == self.responder.id

    @property
    def can_be_resolved(self) -> bool:
        """Whether it is for this person to say that it is over."""
        return self.is_mine and self.incident.is_open


def shown(incident: Incident, view: LinkView, desk: Desk) -> LinkView:
    """The view with the incident as it is now."""
    return replace(
        view,
        incident=incident,
        holder_name=name_of(incident.acknowledged_by, desk),
        resolver_name=name_of(incident.resolved_by, desk),
    )


def name_of(who: str | None, desk: Desk) -> str:
    """A responder's name; what signed in otherwise, empty for nobody."""
    return next((one.name for one in desk.responders if one.id == who), who or "")
