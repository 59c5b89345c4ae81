"""Whether the pager could wake somebody tonight: findings, decided from facts alone.

report     Gravity, Finding, Report
facts      all that was asked, and what nobody could say
reach      whether somebody can be reached, as far as is known
coverage   who would be paged over the coming days, and when that is nobody
ringing    when somebody is rung because tonight is not covered
people     findings about people, policies, schedules and business hours
account    findings about the account, the providers and what could not be asked
money      findings about SMS that a budget has stopped, and books that stand still
words      the report as an SMS and as a letter
"""

from chalicelib.domain.readiness import account, money, people
from chalicelib.domain.readiness.coverage import Coverage
from chalicelib.domain.readiness.facts import Facts, PageCounts, SmsSpend, Unknown
from chalicelib.domain.readiness.report import (
    AHEAD,
    TONIGHT,
    Finding,
    Gravity,
    Report,
    carried_on,
    report_of,
)
from chalicelib.domain.readiness.ringing import REPORT_DUE, rings
from chalicelib.domain.readiness.words import (
    all_well_text,
    gaps_text,
    report_letter,
    report_text,
    uncovered_text,
)
from chalicelib.domain.schedule import OnCallSchedule

__all__ = [
    "AHEAD",
    "REPORT_DUE",
    "TONIGHT",
    "Facts",
    "Finding",
    "Gravity",
    "PageCounts",
    "Report",
    "SmsSpend",
    "Unknown",
    "all_well_text",
    "carried_on",
    "checked",
    "gaps_found",
    "gaps_text",
    "report_letter",
    "report_of",
    "report_text",
    "rings",
    "uncovered_text",
]


def checked(facts: Facts) -> Report:
    """The report on these facts."""
    coverage = Coverage(facts)
    findings = (
        *people.policies(facts, coverage),
        *people.fallbacks(facts),
        *account.account(facts),
        *money.stopped(facts),
        *people.contacts(facts, coverage),
        *(finding for _, finding in people.gaps(facts, coverage)),
        *people.unread(facts),
        *people.unverified(facts, coverage),
        *people.holidays(facts),
        *account.pages(facts),
        *money.books(facts),
        *account.unknown(facts),
    )
    return report_of(findings, now=facts.now)


def gaps_found(facts: Facts) -> tuple[tuple[OnCallSchedule, Finding], ...]:
    """Each schedule with gaps in the coming 14 days, and what to say of them."""
    return tuple(people.gaps(facts, Coverage(facts)))
