"""Whether somebody can be reached, as far as is known.

Only what is known speaks against a contact: one that was never tried is paged all the same.
"""

from chalicelib.domain.desk import Responder
from chalicelib.domain.readiness.facts import Facts, SmsSpend

NAMES = {"sms": "SMS", "email": "e-mail", "webhook": "webhook"}
"""What channels are called."""

NO_ADDRESS = "no phone, e-mail or webhook is configured"


def channel_name(channel: str) -> str:
    return NAMES.get(channel, channel)


def own_trouble(facts: Facts, responder: Responder, channel: str) -> str:
    """What speaks against this contact itself; empty when nothing does."""
    match channel:
        case "sms":
            if facts.opted_out.get(responder.id) is True:
                return "the number has opted out"
            verified = facts.in_sandbox
            if isinstance(verified, frozenset) and responder.id not in verified:
                return "the number is not verified in the SMS sandbox"
        case "email" if (
            isinstance(facts.in_email_sandbox, frozenset)
            and responder.id not in facts.in_email_sandbox
        ):
            return "the address is not verified in the SES sandbox"
        case "webhook" if responder.id in facts.missing_webhooks:
            return "no address is stored for it"
    contact = facts.contacts.get((responder.id, channel))
    if contact is not None and contact.failure and not contact.is_verified:
        return "it never worked, and the newest page failed"
    return ""


def shared_trouble(facts: Facts, channel: str) -> str:
    """What keeps a channel from everybody; empty when nothing does."""
    match channel:
        case "sms" if isinstance(facts.spend, SmsSpend) and facts.spend.is_spent:
            return "this month's money for SMS is spent"
        case "sms" if facts.is_sms_stopped is True:
            return "a budget has stopped SMS"
        case "email" if not facts.desk.email.sender:
            return "no sender of e-mail is configured"
        case "email" if facts.can_send_email is False:
            return "the sender of e-mail is not verified"
    return ""


def trouble(facts: Facts, responder: Responder, channel: str) -> str:
    """Why the channel cannot reach the person; empty when nothing speaks against it."""
    return own_trouble(facts, responder, channel) or shared_trouble(facts, channel)


def is_reachable(facts: Facts, responder: Responder) -> bool:
    """Whether a call to the person has a rule that nothing speaks against."""
    return any(not trouble(facts, responder, rule.channel) for rule in responder.rules)


def needs_sms(facts: Facts, responder: Responder) -> bool:
    """Whether SMS alone would reach the person, were they to leave."""
    others = [rule.channel for rule in responder.rules if rule.channel != "sms"]
    return (
        len(others) < len(responder.rules)
        and not own_trouble(facts, responder, "sms")
        and all(trouble(facts, responder, channel) for channel in others)
    )


def why_not(facts: Facts, responder: Responder) -> str:
    """Why nothing reaches the person, such as `Ana (SMS: the number has opted out)`."""
    reasons = [
        f"{channel_name(channel)}: {trouble(facts, responder, channel)}"
        for channel in dict.fromkeys(rule.channel for rule in responder.rules)
    ]
    return f"{responder.name} ({'; '.join(reasons) or NO_ADDRESS})"
