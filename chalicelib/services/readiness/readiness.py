"""The readiness check: could the pager wake somebody tonight? It tells before the night does."""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.desk import Responder
from chalicelib.domain.errors import BadInput, NotFound
from chalicelib.domain.readiness import (
    REPORT_DUE,
    Facts,
    Finding,
    Gravity,
    Report,
    carried_on,
    checked,
    gaps_found,
    gaps_text,
    report_letter,
    report_of,
    report_text,
)
from chalicelib.domain.schedule import ResponderId
from chalicelib.ports import (
    Desks,
    Meter,
    Notices,
    Once,
    Reports,
)
from chalicelib.services.contacting import OptOuts
from chalicelib.services.readiness.asking import Asking
from chalicelib.services.readiness.ringing import Ringing
from chalicelib.services.telling import Telling

log = logging.getLogger("nightdesk.readiness")

BY_DAY = REPORT_DUE
"""On the wall of whoever is told: from when a report goes out, and when it is too late for one."""


class Readiness:
    """Looks whether all is ready, and tells who can mend what is not."""

    def __init__(
        self,
        *,
        desks: Desks,
        asking: Asking,
        opt_outs: OptOuts,
        reports: Reports,
        once: Once,
        telling: Telling,
        notices: Notices,
        meter: Meter,
        public_url: Callable[[], str],
    ) -> None:
        """`public_url` is where the whole report is shown."""
        self._desks = desks
        self._asking = asking
        self._opt_outs = opt_outs
        self._reports = reports
        self._once = once
        self._telling = telling
        self._ringing = Ringing(once=once, telling=telling, notices=notices)
        self._meter = meter
        self._public_url = public_url

    def latest(self) -> Report | None:
        """The newest report; None before the first check."""
        return self._reports.latest()

    def check(self, *, now: datetime) -> Report:
        """Ask everything, decide, keep the report; tells nobody."""
        return self._checked(now=now)[0]

    def watch(self, *, now: datetime) -> Report:
        """The check of each hour, and what follows from it.

        Tonight not covered: the lead and the fallback person are told by every way to them, as
        often as `rings` says. Everything else waits for ten o'clock where the lead is: one
        report a day, and none when all is well. Owners of schedules hear of gaps once a day
        likewise. Run twice in an hour it tells nothing twice.
        """
        report, facts = self._checked(now=now)
        if facts is None:
            self._ringing.tell_topic(report)
            return report
        self._heed_opt_outs(facts)
        rung = self._ringing.tell(report, facts.desk, link=self._link)
        self._report_by_day(report, facts, rung=rung)
        self._tell_owners(facts)
        return report

    # --- checking --------------------------------------------------------------------------

    def _checked(self, *, now: datetime) -> tuple[Report, Facts | None]:
        """The report, kept; with the facts, when there is a desk to know any of."""
        facts: Facts | None = None
        try:
            desk = self._desks.current()
        except (NotFound, BadInput):
            log.exception("desk_missing")
            report = report_of([replace(_NO_DESK, begins_at=now)], now=now)
        else:
            facts = self._asking.facts(desk, now=now)
            report = checked(facts)
        report = carried_on(report, self._before())
        self._reports.keep(report)
        self._meter.count("ReadinessChecked")
        log.info(
            "readiness_checked",
            extra={
                "is_covered_tonight": report.is_covered_tonight,
                "findings": [one.what for one in report.findings],
            },
        )
        return report, facts

    def _before(self) -> Report | None:
        try:
            return self._reports.latest()
        except BadInput:
            log.exception("report_unreadable")
            return None

    # --- telling -------------------------------------------------------------------------

    def _heed_opt_outs(self, facts: Facts) -> None:
        """What no SMS has told: a number opted out in the console, say, or in again."""
        for responder in facts.desk.responders:
            contact = facts.contacts.get((responder.id, "sms"))
            is_marked = contact is not None and contact.opted_out_at is not None
            is_out = facts.opted_out.get(responder.id)
            if is_out is True and not is_marked:
                self._opt_outs.mark_opted_out(
                    responder, found="has opted out of SMS", now=facts.now
                )
            elif is_out is False and is_marked:
                self._opt_outs.opted_in(responder, now=facts.now)

    def _report_by_day(self, report: Report, facts: Facts, *, rung: frozenset[ResponderId]) -> None:
        """To the lead; to the fallback person when the lead cannot be told.

        Who was rung just now has its gravest and the link already, and gets the letter alone.
        """
        desk = facts.desk
        people = (desk.responder(desk.lead), desk.responder(desk.fallback))
        zone = next((one.zone for one in people if one is not None), "UTC")
        key = self._key_of_day("readiness", zone, facts.now)
        if key is None:
            return
        is_told = not report.findings or any(
            self._tell_report(report, responder, id=key, was_rung=responder.id in rung)
            for responder in people
            if responder is not None
        )
        if is_told:
            self._once.done(key, now=facts.now)

    def _tell_report(
        self, report: Report, responder: Responder, *, id: str, was_rung: bool
    ) -> bool:
        """Short by the first channel, in full by e-mail."""
        link = self._link()
        letter = report_letter(report, zone=responder.zone, link=link)
        by_mail = self._telling.tell_by(responder, "email", letter, id=f"{id}.letter")
        if was_rung or (by_mail and responder.rules[0].channel == "email"):
            return True
        text, but = report_text(report, link=link), "email" if by_mail else ""
        return self._telling.tell(responder, text, id=id, but=but) or by_mail

    def _tell_owners(self, facts: Facts) -> None:
        """Owners of schedules, of gaps; the lead reads of them in the report."""
        found: defaultdict[ResponderId, list[Finding]] = defaultdict(list)
        for schedule, finding in gaps_found(facts):
            if schedule.owner is not None and schedule.owner != facts.desk.lead:
                found[schedule.owner].append(finding)
        for id, findings in found.items():
            owner = facts.desk.responder(id)
            if owner is None:
                continue
            key = self._key_of_day(f"gaps#{id}", owner.zone, facts.now)
            text = gaps_text(findings, link=self._link())
            if key is not None and self._telling.tell(owner, text, id=key):
                self._once.done(key, now=facts.now)

    def _key_of_day(self, what: str, zone: str, now: datetime) -> str | None:
        """The key of today's word about something; None when it is not ours to say now."""
        local = now.astimezone(ZoneInfo(zone))
        if not BY_DAY[0] <= local.time() < BY_DAY[1]:
            return None
        key = f"{what}#{local.date()}"
        return key if self._once.begin(key, now=now) else None

    def _link(self) -> str:
        try:
            return f"{self._public_url().rstrip('/')}/"
        except Exception as error:
            log.error("public_url_unknown", extra={"trouble": type(error).__name__})
            return ""


_NO_DESK = Finding(
    gravity=Gravity.TONIGHT,
    what="Nobody can be woken: no configuration is in force, or it cannot be read",
    remedy="Put one in force by `nightdesk apply`",
    about="no desk",
)
