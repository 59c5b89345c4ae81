"""The words of a readiness report: a short SMS, the whole of it by e-mail, and the loud one."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.readiness.report import Finding, Gravity, Report
from chalicelib.domain.sms import MOST_SEPTETS, gsm7, septets, shortened
from chalicelib.domain.wording import clock, moment

_HEADINGS = {
    Gravity.TONIGHT: "Tonight is not covered",
    Gravity.SOON: "To be mended soon",
    Gravity.NOTE: "To be known",
}


def report_text(report: Report, *, link: str) -> str:
    """The report as an SMS: how many things, the gravest, where the rest is."""
    count = len(report.findings)
    things = "1 thing needs" if count == 1 else f"{count} things need"
    return _fitted(f"Nightdesk readiness: {things} a look.", report.findings[0].what, link)


def uncovered_text(report: Report, *, link: str) -> str:
    """What the lead and the fallback person get when tonight is not covered."""
    more = len(report.uncovered) - 1
    also = f" (and {more} more)" if more else ""
    return _fitted("NIGHTDESK: TONIGHT IS NOT COVERED.", f"{report.uncovered[0].what}{also}", link)


def gaps_text(findings: Sequence[Finding], *, link: str) -> str:
    """What the owner of schedules gets of their gaps."""
    more = len(findings) - 1
    also = f" (and {more} more schedules)" if more else ""
    return _fitted("Nightdesk:", f"{findings[0].what}{also}", link)


def report_letter(report: Report, *, zone: str, link: str) -> str:
    """The whole report as plain text, each finding with its remedy."""
    lines = [f"Nightdesk, checked at {moment(report.checked_at, zone, near=None)} ({zone})."]
    for gravity in Gravity:
        found = [one for one in report.findings if one.gravity is gravity]
        if found:
            lines += ["", f"{_HEADINGS[gravity]}:"]
            lines += [f"- {one.what}.\n  {one.remedy}." for one in found]
    if not report.findings:
        lines += ["", f"{all_well_text(report.checked_at, zone=zone)}."]
    return "\n".join([*lines, *(["", link] if link else [])])


def all_well_text(checked_at: datetime, *, zone: str) -> str:
    return f"Checked at {clock(checked_at, zone)}, all well"


def _fitted(lead: str, what: str, link: str) -> str:
    """At most two parts of an SMS; only what was found is cut."""
    more = f" More: {link}" if link else ""
    room = MOST_SEPTETS - septets(lead) - septets(more) - 2
    return f"{lead} {shortened(gsm7(what), room)}.{more}"
