"""What came of a scenario, as one JSON object. Every figure is read from the stores."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.adapters.tables import IncidentsTable, MentionsTable, TicketsTable, bound
from chalicelib.adapters.values import from_text
from chalicelib.domain.incident import Incident
from chalicelib.domain.mention import MentionId, mention_id
from chalicelib.domain.page import Page, PageState
from chalicelib.domain.signal import Score, Urgency
from chalicelib.domain.ticket import ReplyState, Ticket
from chalicelib.settings import settings
from infra.local.desk import LocalDesk
from infra.local.events import Happenings
from infra.local.player import Unplayed
from infra.local.scenario import Outage, Scenario


def report(
    desk: LocalDesk,
    happenings: Happenings,
    scenario: Scenario,
    *,
    unplayed: Sequence[Unplayed],
    machine_seconds: float,
) -> dict[str, Any]:
    """The figures of a scenario that was played to its end; `docs/scenarios.md` explains each."""
    calls = desk.cloud.calls.by_kind()
    with desk.cloud.calls.paused():
        scores = _scores()
        incidents = _incidents()
        pages = _pages()
        tickets = _tickets()
    return {
        "scenario": scenario.path.name,
        "from": scenario.starts_at.isoformat(),
        "to": desk.clock.now().isoformat(),
        "mentions": {
            "pulled": desk.mentions.pulled,
            "stored": desk.mentions.added,
            "judged": {
                urgency.value: sum(score.urgency is urgency for score in scores if score)
                for urgency in Urgency
            },
            "unjudged": sum(score is None for score in scores),
        },
        "incidents": {
            "opened": len(incidents),
            "by_topic": _counted(one.topic.value for one in incidents),
            "by_state": _counted(one.state.value for one in incidents),
            "by_crowd": sum(bool(one.surge) for one in incidents),
        },
        "pages": _by_responder(page for page in pages if page.state.has_reached),
        "pages_refused": _by_responder(page for page in pages if page.state is PageState.REFUSED),
        "acknowledgements": happenings.counted["incident_acknowledged"],
        "acts": _counted(
            act.kind.value for incident in incidents for act in incident.acts if act.by
        ),
        "tickets": _counted(ticket.state.value for ticket in tickets),
        "ticket_acts": _counted(act.kind.value for ticket in tickets for act in ticket.acts),
        "thanks": sum(ticket.is_thanks for ticket in tickets),
        "private_replies": sum(
            reply.is_private and reply.state is ReplyState.SENT
            for ticket in tickets
            for reply in ticket.replies
        ),
        "replies_sent": happenings.counted["reply_sent"],
        "notices": {
            phone.id: sum(text.is_notice for text in phone.texts)
            for phone in desk.phones.all()
            if any(text.is_notice for text in phone.texts)
        },
        "seconds_to_sms": _seconds_to_sms(desk, scenario, incidents, pages),
        "worst_lateness_seconds": max(
            (late for page in pages if (late := _lateness(page)) is not None),
            default=None,
        ),
        "dead_letters": [
            {"queue": letter.queue, "body": letter.body} for letter in desk.cloud.dead_letters
        ],
        "failed_invocations": [
            {"function": one.function, "at": one.at.isoformat(), "error": one.error}
            for one in desk.cloud.failures
        ],
        "unplayed": [{"line": one.line, "why": one.why} for one in unplayed],
        "invocations": {
            function.name: function.invocations for function in desk.cloud.functions.values()
        },
        "aws_calls": calls,
        "machine_seconds": round(machine_seconds, 3),
    }


def _lateness(page: Page) -> float | None:
    """Seconds from when a page was due to when it was handed over; None when it was not."""
    if page.sent_at is None or page.due_at is None:
        return None
    return (page.sent_at - page.due_at).total_seconds()


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The smallest value that so many percent do not exceed (nearest rank); None of nothing."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(percent / 100 * len(values)) - 1)]


def _seconds_to_sms(
    desk: LocalDesk, scenario: Scenario, incidents: Iterable[Incident], pages: Iterable[Page]
) -> dict[str, Any]:
    """From "available at the source" to "SMS handed to SNS", for what opened each to wake.

    `scenario`: on the scenario's clock, the wait for the minute's pull included. `machine`:
    the same with that wait left out: real seconds from the minute's trigger to SNS.
    """
    available = available_at(scenario)
    first: dict[str, tuple[datetime, Page]] = {}
    for page in pages:
        if page.sent_at is not None:
            known = first.get(page.incident_id)
            if known is None or page.sent_at < known[0]:
                first[page.incident_id] = page.sent_at, page
    handed_over = {
        text.message_id: text.handed_over for phone in desk.phones.all() for text in phone.texts
    }
    waits: list[float] = []
    machine: list[float] = []
    for incident in incidents:
        is_known = incident.id in first and incident.mention_id in available
        if not is_known or incident.urgency is not Urgency.WAKE or incident.surge:
            continue  # what is only soon may wait for opening; a crowd is more than its loudest
        sent_at, page = first[incident.id]
        waits.append((sent_at - available[incident.mention_id]).total_seconds())
        began = desk.cloud.triggered.get(sent_at)
        if began is not None and page.provider_id in handed_over:
            machine.append(handed_over[page.provider_id] - began)
    return {"scenario": _spread(waits), "machine": _spread(machine)}


def available_at(scenario: Scenario) -> Mapping[MentionId, datetime]:
    """When each post could first be read: its instant, or the end of the outage it fell into."""
    outages: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    down_since: dict[str, datetime] = {}
    for one in scenario.events:
        if isinstance(one.event, Outage):
            if one.event.do == "down":
                down_since.setdefault(one.event.platform, one.event.at)
            elif one.event.platform in down_since:
                began = down_since.pop(one.event.platform)
                outages[one.event.platform].append((began, one.event.at))
    found: dict[MentionId, datetime] = {}
    for post in scenario.posts:
        at = post.at
        for begins_at, ends_at in outages[post.platform]:
            if begins_at <= at < ends_at:
                at = ends_at
        id = mention_id(post.platform, post.id)
        found[id] = min(at, found.get(id, at))
    return found


def _spread(values: Sequence[float]) -> dict[str, Any]:
    found = {"p50": percentile(values, 50), "p99": percentile(values, 99)}
    found["max"] = max(values, default=None)
    return {
        "sample": len(values),
        **{name: None if value is None else round(value, 4) for name, value in found.items()},
    }


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _by_responder(pages: Iterable[Page]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for page in pages:
        found[page.responder][page.channel] += 1
    return {responder: dict(sorted(found[responder].items())) for responder in sorted(found)}


def _scores() -> list[Score | None]:
    table = bound(MentionsTable, settings().mentions_table)
    return [
        from_text(Score, item.score, "verdict") if item.score else None
        for item in table.scan(table.mention.exists())
    ]


def _incidents() -> list[Incident]:
    table = bound(IncidentsTable, settings().incidents_table)
    items = table.scan(table.incident.exists())
    found = [from_text(Incident, item.incident, "incident") for item in items]
    return sorted(found, key=lambda one: one.opened_at)


def _pages() -> list[Page]:
    table = bound(IncidentsTable, settings().incidents_table)
    return [from_text(Page, item.page, "page") for item in table.scan(table.page.exists())]


def _tickets() -> list[Ticket]:
    table = bound(TicketsTable, settings().tickets_table)
    items = table.scan(table.ticket.exists())
    return [from_text(Ticket, item.ticket, "ticket") for item in items]
