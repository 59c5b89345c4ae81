"""Ringing those who can mend it when tonight is not covered; `rings` says when."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.readiness import Report, rings, uncovered_text
from chalicelib.domain.schedule import ResponderId
from chalicelib.ports import Notices, Once
from chalicelib.services.telling import Telling


class Ringing:
    """Rings the lead and the fallback person, each by their own wall, and remembers that it did."""

    def __init__(self, *, once: Once, telling: Telling, notices: Notices) -> None:
        self._once = once
        self._telling = telling
        self._notices = notices

    def tell(
        self, report: Report, desk: Desk, *, link: Callable[[], str]
    ) -> frozenset[ResponderId]:
        """Who was rung now; when somebody should have been and nobody could, the topic is told.

        `link` is where the whole report is shown.
        """
        if report.is_covered_tonight:
            return frozenset()
        text = uncovered_text(report, link=link())
        told: dict[ResponderId, bool] = {}
        for id in dict.fromkeys((desk.lead, desk.fallback)):
            responder = desk.responder(id)
            is_told = self._ring(responder, report, text) if responder is not None else None
            if is_told is not None:
                told[id] = is_told
        if told and not any(told.values()):
            self._notices.tell("not-covered", text, now=report.checked_at)
        return frozenset(id for id, is_told in told.items() if is_told)

    def tell_topic(self, report: Report) -> None:
        """When nobody is known to ring; as often as somebody in UTC would be."""
        now = report.checked_at
        keys = self._new(report, "UTC", "not-covered", now=now)
        if keys and self._notices.tell("not-covered", f"{report.findings[0].what}.", now=now):
            for key in keys:
                self._once.done(key, now=now)

    def _ring(self, responder: Responder, report: Report, text: str) -> bool | None:
        """By every way to one person, whether any took it; None when there is nothing new.

        At most once in an hour, however often it is checked in it.
        """
        now, whose = report.checked_at, f"not-covered#{responder.id}"
        hour = f"{now:%Y-%m-%dT%H}"
        if not self._once.begin(f"{whose}#{hour}", now=now):
            return None
        keys = self._new(report, responder.zone, whose, now=now)
        if not keys:
            return None
        is_told = self._telling.tell_by_all(
            responder, text, id=f"not-covered.{hour}.{responder.id}"
        )
        for key in (f"{whose}#{hour}", *keys):
            self._once.done(key, now=now)
        return is_told

    def _new(self, report: Report, zone: str, whose: str, *, now: datetime) -> tuple[str, ...]:
        def is_new(key: str) -> bool:
            return self._once.begin(f"{whose}#{key}", now=now)

        return tuple(f"{whose}#{key}" for key in rings(report, zone, is_new=is_new))
