"""Updates: whoever asked for it hears that somebody else took or ended what they were paged for."""

import logging
from datetime import datetime

from chalicelib.domain.incident import Incident
from chalicelib.domain.wording import ended_text, taken_text
from chalicelib.ports import Attendances, Desks, Incidents
from chalicelib.services.link_view import name_of
from chalicelib.services.telling import Telling

log = logging.getLogger("nightdesk.updates")


class Updates:
    """Tells those who follow an incident."""

    def __init__(
        self, *, desks: Desks, incidents: Incidents, attendances: Attendances, telling: Telling
    ) -> None:
        self._desks = desks
        self._incidents = incidents
        self._attendances = attendances
        self._telling = telling

    def tell(self, incident: Incident, *, now: datetime) -> Incident:
        """Tell everybody who is yet to be told; the incident as it is then.

        Recorded before it is sent: an update may be lost in a crash, since it asks for nothing,
        but it never rings twice. Raises StaleWrite when the incident has changed.
        """
        desk = self._desks.current()
        told = incident.told()
        self._incidents.save(told)
        brand_name = desk.brand_name(incident.brand)
        name = self._name(incident.acknowledged_by if incident.is_open else incident.resolved_by)
        for id in incident.to_tell:
            responder = desk.responder(id)
            if responder is None or not responder.wants_updates:
                continue  # since the act: nobody is told what they do not want any more
            if incident.is_open:
                text = taken_text(incident, brand_name=brand_name, name=name, zone=responder.zone)
            else:
                text = ended_text(incident, brand_name=brand_name, name=name, zone=responder.zone)
            self._telling.tell(responder, text, id=f"{incident.id}.u{incident.version}.{id}")
        log.info("updates_told", extra={"incident": incident.id, "told": incident.to_tell})
        return told

    def _name(self, who: str | None) -> str:
        """A responder's name by the desk, an agent's as they gave it; else the id."""
        name = name_of(who, self._desks.current())
        return self._attendances.names().get(name, name) if name and name == who else name
