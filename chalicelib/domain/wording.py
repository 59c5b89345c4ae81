"""The words that reach a phone: what, where, how loud, why, and how to answer.

Every text is GSM-7 and at most two parts; what we ask for (code, link) always stands whole.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.incident import Incident, IncidentState
from chalicelib.domain.page import CODE_ALPHABET, CODE_LENGTH
from chalicelib.domain.sms import (
    MOST_SEPTETS,
    gsm7,
    quotable,
    septets,
    shortened,
    without_codes,
)

LOOKS_LIKE_A_CODE = re.compile(rf"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}", re.IGNORECASE)

SHORTEST_QUOTE = 40
"""Septets of the customer's words that are worth more than a second reason."""


def page_text(
    incident: Incident, *, brand_name: str, loudness: int, code: str, link: str, zone: str
) -> str:
    """The SMS of a page. Empty `code`: no replies reach us; empty `link`: no address is known."""
    what = f"{gsm7(brand_name)} {incident.topic.value}"
    if loudness > 1:
        what += f", {loudness} posts since {clock(incident.opened_at, zone)}"
    where = f"on {gsm7(incident.platform)}"
    if author := _quoted(incident.author, 30):
        where = f"@{author} {where}"
    # Ours stands first: whatever a stranger's words ask for, what to reply was said before.
    reply = f" Reply {code} = I have it." if code else ""
    open_link = _where_to_answer(code, link)
    room = MOST_SEPTETS - septets(f'{what}.{reply} "" {where}. Why: .{open_link}')
    why = _quoted("; ".join(incident.reasons[:2]), max(0, room - SHORTEST_QUOTE))
    quote = _quoted(incident.quote, room - septets(why))
    said = f'"{quote}" {where}' if quote else where
    because = f" Why: {why}." if why else ""
    whole = f"{what}.{reply} {said}.{because}{open_link}"
    if septets(whole) <= MOST_SEPTETS:
        return whole
    room = MOST_SEPTETS - septets(f".{reply}{open_link}")
    return f"{shortened(what, max(0, room))}.{reply}{open_link}"


def _where_to_answer(code: str, link: str) -> str:
    if link:
        return f" Or {link}" if code else f" I have it: {link}"
    return "" if code else " Say that you have it on the page."


def acknowledged_text(incident: Incident, *, brand_name: str, name: str, zone: str) -> str:
    """The answer to a reply that carried a good code, whatever became of the incident."""
    what = f"{gsm7(brand_name)} {incident.topic.value}"
    if incident.state is IncidentState.RESOLVED:
        at = f" at {clock(incident.resolved_at, zone)}" if incident.resolved_at else ""
        by = gsm7(incident.resolved_by or "")
        return _whole(f"{what}: already resolved by {by}{at}. Nothing to do.")
    if name and incident.acknowledged_at:
        at = clock(incident.acknowledged_at, zone)
        return _whole(f"{what}: {gsm7(name)} has it since {at}. Nothing to do.")
    until = clock(incident.ack_expires_at, zone)
    return _whole(f"You have it: {what}. It rings again at {until} unless you resolve it by then.")


def useless_reply_text(*, is_last: bool) -> str:
    """The answer to a reply that acknowledged nothing."""
    text = (
        "Nothing was acknowledged. Reply only with the 5 letters after 'Reply' in our newest SMS,"
        " or open its link."
    )
    return f"{text} We will not answer further wrong replies today." if is_last else text


def clock(at: datetime | None, zone: str) -> str:
    """The time on the wall of `zone`, such as `03:05`; empty for None."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}" if at else ""


def _quoted(text: str, most: int) -> str:
    """Foreign words in at most `most` septets; a cut within a word must not leave a code."""
    short = shortened(quotable(text, code=LOOKS_LIKE_A_CODE), most)
    return without_codes(short, code=LOOKS_LIKE_A_CODE)


def _whole(text: str) -> str:
    return shortened(text, MOST_SEPTETS)
