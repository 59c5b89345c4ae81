"""An incident: an ongoing situation that pages people. Its value and moves; how it begins."""

from chalicelib.domain.incident.incident import (
    JOIN_WINDOW,
    REFRESH,
    Incident,
    IncidentId,
    IncidentState,
)
from chalicelib.domain.incident.opening import (
    brand_and_topic,
    faced,
    incident_id,
    opened,
    reworded,
    shows,
)

__all__ = [
    "JOIN_WINDOW",
    "REFRESH",
    "Incident",
    "IncidentId",
    "IncidentState",
    "brand_and_topic",
    "faced",
    "incident_id",
    "opened",
    "reworded",
    "shows",
]
