"""Incidents in DynamoDB: one current item for each brand and topic.

`<brand>.<topic>`/`current` and `past#<incident id>` have `incident`, `incident_id`, `version`;
the current one while it is open, and a resolved one until everybody was told of it, `due` and
`due_at`. `<incident id>`/`join#<mention id>` has
nothing but its keys, since it is counted. `copy#<brand>#<fingerprint>`/`-` has `incident_id`.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.expressions.condition import Condition

from chalicelib.adapters.items import find, put_if, readable
from chalicelib.adapters.tables import LISTED, IncidentsTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.incident import JOIN_WINDOW, Incident, IncidentId, brand_and_topic
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Topic

COPIES_KNOWN_FOR = 2 * JOIN_WINDOW
"""By then no incident takes a copy without a new sign of life."""

SHOWN = 100
"""Open incidents that are listed at most."""


class DynamoIncidents:
    """Incidents, their joins and the texts known to be copies, in one table."""

    def __init__(self, table: str, *, retention_days: int, region: str | None = None) -> None:
        self._items = bound(IncidentsTable, table, region)
        self._retention = timedelta(days=retention_days)

    def current(self, brand: str, topic: Topic) -> Incident | None:
        item = find(self._items, _place(brand, topic), "current")
        return _incident(item) if item else None

    def get(self, id: IncidentId) -> Incident | None:
        """Current or past. It is looked for in this order, since it moves in this order."""
        try:
            place = _place(*brand_and_topic(id))
        except ValueError:
            return None
        item = find(self._items, place, "current")
        if item is None or item.incident_id != id:
            item = find(self._items, place, f"past#{id}")
        return _incident(item) if item else None

    def open(self, incident: Incident, *, instead_of: Incident | None) -> None:
        """Make it the current one, in two steps that may stop in between.

        The one before is copied to `past#` first, unless a newer state of it is there already;
        then it is replaced. A crash between leaves a copy that the next opening overwrites,
        and that nobody reads while the incident itself is current.
        """
        condition: Condition = self._items.pk.does_not_exist()
        if instead_of is not None:
            copy = self._item(instead_of, f"past#{instead_of.id}")
            put_if(copy, condition | (self._items.version < instead_of.version))
            condition = self._is_there(instead_of.id, instead_of.version)
        if not put_if(self._item(incident, "current"), condition):
            raise StaleWrite(f"another incident of {incident.brand}.{incident.topic} was first")

    def save(self, incident: Incident) -> None:
        condition = self._is_there(incident.id, incident.version - 1)
        if put_if(self._item(incident, "current"), condition):
            return
        # Once another one is current, this one lives on as a copy.
        current = find(self._items, _place(incident.brand, incident.topic), "current")
        is_past = current is not None and current.incident_id != incident.id
        if not (is_past and put_if(self._item(incident, f"past#{incident.id}"), condition)):
            raise StaleWrite(f"incident {incident.id} was changed by somebody else")

    def join(self, id: IncidentId, mention: Mention, *, now: datetime) -> bool:
        item = self._items(id, f"join#{mention.id}", expires_at=now + self._retention)
        return put_if(item, self._items.pk.does_not_exist())

    def loudness(self, id: IncidentId) -> int:
        """A count on DynamoDB's side, strongly consistent; one read unit for some 40 joins."""
        joins = self._items.sk.startswith("join#")
        return self._items.count(id, range_key_condition=joins, consistent_read=True)

    def copied_in(self, brand: str, fingerprint: str) -> IncidentId | None:
        item = find(self._items, f"copy#{brand}#{fingerprint}", "-")
        return IncidentId(item.incident_id) if item else None

    def remember_copy(self, brand: str, fingerprint: str, id: IncidentId, *, now: datetime) -> None:
        self._items(
            f"copy#{brand}#{fingerprint}", "-", incident_id=id, expires_at=now + COPIES_KNOWN_FOR
        ).save()

    def due(self, now: datetime, *, limit: int) -> tuple[Incident, ...]:
        """One query of the sparse index.

        The index follows within moments. What it lists too long is stopped by the version when
        it is saved; what it lists too late is due a minute later.
        """
        listed = self._items.due_index.query(LISTED, self._items.due_at <= now, limit=limit)
        return readable(listed, _incident)

    def open_ones(self) -> tuple[Incident, ...]:
        """All of the sparse index: one for each brand and topic, and those to be told of."""
        listed = readable(self._items.due_index.query(LISTED), _incident)
        still_open = (one for one in listed if one.is_open)
        newest_first = sorted(still_open, key=lambda one: (one.opened_at, one.id), reverse=True)
        return tuple(newest_first[:SHOWN])

    def _is_there(self, id: IncidentId, version: int) -> Condition:
        condition: Condition = self._items.incident_id == id
        condition &= self._items.version == version
        return condition

    def _item(self, incident: Incident, sk: str) -> IncidentsTable:
        is_looked_at = sk == "current" or not incident.is_open
        due_at = incident.due_at if is_looked_at else None
        return self._items(
            _place(incident.brand, incident.topic),
            sk,
            incident=to_text(incident),
            incident_id=incident.id,
            version=incident.version,
            due=LISTED if due_at else None,
            due_at=due_at,
            expires_at=(incident.resolved_at or incident.alive_at) + self._retention,
        )


def _place(brand: str, topic: Topic) -> str:
    return f"{brand}.{topic.value}"


def _incident(item: IncidentsTable) -> Incident:
    return from_text(Incident, item.incident, f"incident {item.incident_id}")


if TYPE_CHECKING:
    from chalicelib.ports import Incidents

    _: type[Incidents] = DynamoIncidents
