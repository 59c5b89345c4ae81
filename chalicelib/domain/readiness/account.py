"""Findings about the account, the providers and what could not be asked."""

from collections.abc import Iterator
from decimal import Decimal

from chalicelib.domain.readiness.facts import Facts, PageCounts, SmsSpend, Unknown
from chalicelib.domain.readiness.report import Finding, Gravity
from chalicelib.domain.wording import ordinal

NEARLY_SPENT = Decimal("0.8")
"""Of the month's money for SMS."""


def account(facts: Facts) -> Iterator[Finding]:
    """What is wrong with the ways out that all people share."""
    yield from _money(facts)
    if facts.is_in_sandbox is True:
        yield Finding(
            gravity=Gravity.SOON,
            what="The account is in the SMS sandbox: SMS go only to ten numbers that were verified",
            remedy="Ask for production access in the SNS console, Text messaging",
        )
    default = facts.default_sms_type
    if isinstance(default, str) and default != "Transactional":
        yield Finding(
            gravity=Gravity.SOON,
            what=f"Alarms go out as {default or 'Promotional'} SMS, which carriers deliver late",
            remedy="Run `nightdesk deploy` again, or set the default message type to Transactional",
        )
    if facts.desk.sms.is_two_way and not facts.desk.sms.origination_number:
        yield Finding(
            gravity=Gravity.SOON,
            what="Pages ask for replies by SMS, but no origination number is configured",
            remedy="Set `sms.origination_number`, or `sms.two_way: false`",
        )
    if facts.can_send_email is False:
        yield Finding(
            gravity=Gravity.SOON,
            what="The sender of e-mail is not verified: no e-mail leaves",
            remedy="Verify the address or its domain in Amazon SES",
        )
    if facts.is_in_email_sandbox is True:
        yield Finding(
            gravity=Gravity.SOON,
            what="The account is in the SES sandbox: e-mail goes only to verified addresses",
            remedy="Ask for production access in the SES console, Account dashboard",
        )
    if isinstance(facts.missing, tuple):
        for what in facts.missing:
            yield Finding(
                gravity=Gravity.SOON,
                what=f"The deployment lacks {what}",
                remedy="Run `nightdesk deploy` again",
            )


def pages(facts: Facts) -> Iterator[Finding]:
    """Pages of the last day that no provider took."""
    counts = facts.pages
    if not isinstance(counts, PageCounts) or not counts.refused:
        return
    tried = counts.sent + counts.refused
    yield Finding(
        gravity=Gravity.SOON if 2 * counts.refused >= tried else Gravity.NOTE,
        what=f"Of {tried} pages in the last day {counts.refused} were refused",
        remedy="The timelines of the incidents say which and why",
    )


def unknown(facts: Facts) -> Iterator[Finding]:
    """What could not be asked, once for each."""
    asked = {
        "what SMS have cost and may cost": facts.spend,
        "whether a budget has stopped SMS": facts.is_sms_stopped,
        "whether the account is in the SMS sandbox": facts.is_in_sandbox,
        "which numbers are verified in the SMS sandbox": facts.in_sandbox,
        "how alarms are delivered": facts.default_sms_type,
        "whether the sender of e-mail is verified": facts.can_send_email,
        "whether the account is in the SES sandbox": facts.is_in_email_sandbox,
        "which addresses are verified in the SES sandbox": facts.in_email_sandbox,
        "how pages of the last day fared": facts.pages,
        "what the deployment lacks": facts.missing,
        "until when the books are kept": facts.books_until,
        "whether phones have opted out": next(
            (one for one in facts.opted_out.values() if isinstance(one, Unknown)), None
        ),
    }
    for what, answer in asked.items():
        if isinstance(answer, Unknown):
            yield Finding(
                gravity=Gravity.SOON,
                what=f"Could not ask {what}: {answer.why}",
                remedy="Look at the log of the function `watch`, and at its permissions",
            )


def _money(facts: Facts) -> Iterator[Finding]:
    spend = facts.spend
    if not isinstance(spend, SmsSpend):
        return
    said = f"{spend.spent:.2f} of {spend.limit:.2f} USD are spent"
    remedy = "Raise the account's spend limit for SMS (Service Quotas, SNS)"
    if spend.is_spent:
        what = f"No SMS leaves until the month is over: {said}"
    elif stops_at := spend.stops_at(facts.now):
        what = f"At this rate SMS stop on the {ordinal(stops_at.day)}: {said}"
    elif spend.spent >= NEARLY_SPENT * spend.limit:
        what = f"The month's money for SMS is nearly spent: {said}"
    else:
        return
    yield Finding(gravity=Gravity.SOON, what=what, remedy=remedy)
