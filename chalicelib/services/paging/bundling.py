"""Bundling: what several incidents want of one phone goes out as one message."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.desk import Desk
from chalicelib.domain.due import calls_due, is_meant, waits_until
from chalicelib.domain.incident import Incident
from chalicelib.domain.schedule import ResponderId
from chalicelib.ports import Desks, Meter
from chalicelib.services.paging.sending import MOST_IN_A_MESSAGE, Sending, Wanted

log = logging.getLogger("nightdesk.paging")


class Bundling:
    """Sends pages together that are due together."""

    def __init__(self, *, desks: Desks, sending: Sending, meter: Meter) -> None:
        self._desks = desks
        self._sending = sending
        self._meter = meter

    def send(
        self, incidents: Sequence[Incident], riding: Sequence[Incident] = (), *, now: datetime
    ) -> None:
        """Page each person once for all that is due of some incidents.

        Those `riding` along are told of only where one of the others is. Nothing is recorded here
        but the pages: escalating each incident then finds them sent. So a failure here costs no
        more than the bundling.
        """
        if not incidents or len(incidents) + len(riding) < 2:
            return
        meant = {one.id for one in incidents}
        try:
            desk = self._desks.current()
            everything = _wanted([*incidents, *riding], desk, now=now)
            for (id, channel), wanted in everything.items():
                responder = desk.responder(id)
                for number in range(0, len(wanted), MOST_IN_A_MESSAGE):
                    some = wanted[number : number + MOST_IN_A_MESSAGE]
                    is_for_them = any(one.incident.id in meant for one in some)
                    if responder is not None and is_for_them and len(some) > 1:
                        self._sending.page(some, responder, channel, desk, now=now)
        except Exception:
            log.exception("bundling_failed")
            self._meter.count("BundlingFailed")


def _wanted(
    incidents: Sequence[Incident], desk: Desk, *, now: datetime
) -> dict[tuple[ResponderId, str], list[Wanted]]:
    """Which pages are due now, by person and channel."""
    found: defaultdict[tuple[ResponderId, str], list[Wanted]] = defaultdict(list)
    for incident in incidents:
        policy = desk.policy(incident.policy)
        for call in calls_due(incident, desk, now=now):
            responder = desk.responder(call.responder)
            is_on = (
                call.is_due(now)
                and is_meant(call, policy, desk, now=now)
                and waits_until(incident, call, desk, now=now) is None
            )
            if responder is not None and is_on and call.rule < len(responder.rules):
                call = call.caught_up(responder.rules, now=now)
                channel = responder.rules[call.rule].channel
                found[call.responder, channel].append(Wanted(incident, call))
    return found
